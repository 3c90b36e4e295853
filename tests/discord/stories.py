"""A week of one cohort in Discord, in which the coach says all it can say, and what is displayed.

One member takes no direct messages, so part of it is said in a private thread.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from random import Random

from adapters.discord.search_marks import mark_of
from tests.discord.lives import ANA, BO, CY, ORGANISER, Life, ours, places, private, scores
from tests.discord.towns import Town
from tests.servers.discord.faults import Fault, Faults
from tests.servers.discord.state import DM, Channel, Message

LONG = " ".join(f"This is sentence number {number}, and it says little." for number in range(150))
"""An answer that no single message of Discord holds."""
CREATING = (
    "create_message", "create_thread", "create_post", "edit_message", "add_reaction", "open_dm",
    "add_thread_member",
)  # fmt: skip
"""The calls that change what is displayed."""


class Losing(Faults):
    """Of some calls the answer is lost: of posts always, of others two of four times.

    With `dice` the first is lost, and then every second as they fall.  None is in channels that
    are `spared`: a refusal that never arrives would never be known.
    """

    def __init__(self, *names: str, dice: Random | None = None) -> None:
        super().__init__()
        self.lost: Counter[str] = Counter()
        self.spared: set[str] = set()
        self._asked: Counter[str] = Counter()
        self._names = names or CREATING
        self._dice = dice

    def take(self, name: str, channel: str | None) -> Fault | None:
        """See `Faults`."""
        self._asked[name] += 1
        if name not in self._names or channel in self.spared or not self._loses(name):
            return super().take(name, channel)
        self.lost[name] += 1
        return Fault("lose_reply", name, 1)

    def _loses(self, name: str) -> bool:
        if self._dice is not None:
            return self._asked[name] == 1 or self._dice.random() < 0.5
        return name == "create_message" or self._asked[name] % 4 in {1, 2}


async def first_day(life: Life, patience: float = 1, answer: str = LONG) -> None:
    """Set up, answer, review, practise: until the first result is there.

    `patience` is for how many minutes people wait until something they want was said; `answer`
    is what gets reviewed.
    """
    life.guild.close_dms(BO)
    await life.command(ORGANISER, "setup", guide="mini", start="today")
    await life.wait(patience)
    for user in (ANA, BO, CY):
        await life.press(user, life.channel, life.kickoff.id, "join:")
    await life.wait(15 + patience)
    said(life, ANA, answer)
    changed = life.say(BO, "Bo's answer.")
    await life.wait(13 + patience)
    life.guild.edit(BO, life.question, changed, "Bo's answer, changed.")
    await life.wait(1 + patience)
    life.rate(ANA, BO, "4️⃣")
    life.rate(ANA, CY, "3️⃣")
    life.rate(ANA, CY, "🔥")
    life.write(CY, "practice")
    await life.wait(patience)
    life.write(CY, "To myself.")
    await life.wait(patience)
    rating = life.practice_of(CY).rate_post
    assert rating is not None
    at = life.at(rating)
    life.guild.react(CY, at.channel, at.message, "3️⃣")
    await life.wait(14 + patience)


async def week(life: Life) -> None:
    """Live the first day; then nobody reviews Bo, whoever is asked, until nobody is left to ask."""
    await first_day(life)
    await life.command(ORGANISER, "join")
    await life.command(CY, "away", until="2026-12-09")
    await life.wait(24 * 60)
    life.say(ANA, "Ana's second answer.")
    await life.wait(15)
    await life.open_review(ANA, BO)
    at = life.at(life.reviews_of(ANA)[BO].post)
    await life.fill(BO, at.channel, scores(life, "4", comment="Well said."))
    await life.wait(4 * 24 * 60)


def said(life: Life, user: str, text: str) -> None:
    """Answer the last question in as many messages as Discord makes somebody write."""
    for start in range(0, len(text), 4_000):
        life.say(user, text[start : start + 4_000])


# --- what is displayed --------------------------------------------------------------------------

Told = dict[str, list[tuple[str, str]]]
TROUBLE = re.compile(r"(All )?\d+( of \d+)? messages?( of the last seven days)? arrived\b").match
"""What the line that tells organisers how messages arrived begins with."""


def told(town: Town) -> Told:
    """Return what is displayed in each place, in order: words of ours, and marks on theirs.

    Minutes are left out, and so are the reactions that we offer to tap: a convenience; and so is
    what tells organisers of trouble, which is there only where there was some.
    """
    found: Told = {}
    for place in places(town):
        shown = [each for each in place.messages.values() if each.kind in {0, 19}]
        shown = [each for each in shown if not TROUBLE(each.text)]
        shown.sort(key=lambda each: (each.author.id == town.discord.world.me, int(each.id)))
        found.setdefault(_name(town, place), []).extend(_told(town, each) for each in shown)
    return found


def _name(town: Town, place: Channel) -> str:
    if place.kind != DM:
        return f"{place.kind} {place.name}"
    names = (town.discord.world.users[user].name for user in place.members)
    return f"direct {' '.join(sorted(names))}"


def _told(town: Town, message: Message) -> tuple[str, str]:
    me = town.discord.world.me
    if message.author.id == me:
        return re.sub(r"<t:\d+(:\w)?>|\d\d:\d\d", "moment", message.text), ""
    return message.text, " ".join(sign for sign, by in message.reactions.items() if me in by)


def keys(town: Town) -> Counter[tuple[int, int]]:
    """Return how often each part of each post is displayed."""
    return Counter(_keys(ours(town)))


def _keys(messages: Iterator[Message]) -> Iterator[tuple[int, int]]:
    for message in messages:
        mark = mark_of({"components": message.components})
        if mark is not None:
            yield mark.first & 0x3FFF if mark.second is None else mark.second, mark.part


def once(town: Town) -> None:
    """Check that no part of any post is displayed twice."""
    assert {part: times for part, times in keys(town).items() if times > 1} == {}


def dead(town: Town) -> int:
    """Return how many rows of the outbox were given up."""
    return town.call(lambda work: work.relay.counts().get("dead", 0))


def undelivered(town: Town) -> int:
    """Return how often the organiser was told that something could not be delivered."""
    return sum("could not deliver" in each.text for each in private(town, ORGANISER))
