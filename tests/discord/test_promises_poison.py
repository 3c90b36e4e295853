"""Whatever people write or are called: it is displayed, readable, and nothing stops for it.

And where a message really cannot be displayed, it is given up after a few tries, the organiser
hears of it once, and what is behind it in the channel comes within a minute.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import discord
import pytest

from adapters.discord.render import Part
from adapters.discord.seeds import Wait
from adapters.discord.send import DiscordCourier, DiscordCouriers
from bot.ids import PostKey, WorkspaceId
from bot.messages import Message, Place
from bot.ports.outgoing import Receipt
from bot.ports.outside import Draw
from tests.discord.lives import ANA, BO, CY, ORGANISER, Life, ours, private, scores
from tests.discord.rendered import quoted
from tests.discord.stories import dead, once, said, undelivered
from tests.discord.towns import Town, town
from tests.servers.discord.snowflakes import moment
from tests.slack.rows import bytes_of

DAY = 24 * 60
FAMILY = "\N{MAN}\u200d\N{WOMAN}\u200d\N{GIRL}\u200d\N{BOY}"
POISONS = {
    "long": "word " * 2_400,
    "one word": "w" * 11_990,
    "lines": "x\n" * 3_000,
    "families": FAMILY * 1_000,
    "accents": "e" + "\u0301" * 8_000,
    "right to left": "\u202e" + "\u05e9\u05dc\u05d5\u05dd " * 1_500 + "\u2067",
    "nul": "a\0b\0" * 1_500,
    "controls": "".join(map(chr, range(1, 32))) * 100,
    "markup": "```@everyone <@1> # *_~`||[a](http://b)\n> -# 1. " * 150,
    "invisible": "\u200b\u2060\ufeff" * 2_500,
}
PAIRS = [*zip([*POISONS][::2], [*POISONS][1::2], strict=True)]


@pytest.mark.parametrize(("one", "other"), PAIRS)
async def test_every_answer_name_and_comment_is_displayed_to_its_end(one: str, other: str) -> None:
    async with town() as here:
        for user, poison in ((ANA, POISONS[one]), (BO, POISONS[other]), (CY, POISONS[one])):
            here.guild.rename(user, (poison)[-32:])
        life = await Life(here, here.guild).begin(ANA, BO, CY)
        await life.wait(15)
        said(life, ANA, POISONS[one] + "END OF ANA")
        await life.press(BO, life.channel, life.question, "answer:")
        await life.fill(BO, life.channel, {"text": POISONS[other][-3_000:] + "END OF BO"})
        await life.wait(15)
        await life.open_review(ANA, CY)
        at = life.at(life.reviews_of(ANA)[CY].post)
        comment = POISONS[other][-900:] + "END OF CY"
        await life.fill(CY, at.channel, scores(life, "4", comment=comment))
        life.rate(ANA, BO, "4️⃣")
        life.write(CY, "practice")
        await here.settle()
        for start in range(0, len(POISONS[other]), 4_000):
            life.write(CY, POISONS[other][start : start + 4_000])
        await life.wait(DAY)
        once(here)

        ends = {user: ends_read(here, user) for user in (ANA, BO, CY)}
        assert ends == {ANA: {"BO", "CY"}, BO: {"ANA"}, CY: {"ANA", "BO"}}
        assert dead(here) == undelivered(here) == 0
        assert questions(life) == 2
        bytes_of(here).encode()


async def test_a_leaderboard_of_people_with_any_names_is_displayed_and_names_them() -> None:
    people = {
        f"U{number}": poison[-29:] + "END" for number, poison in enumerate(POISONS.values(), 21)
    }
    async with town(people=people | {ORGANISER: "Olga Oak"}) as here:
        life = await Life(here, here.guild).begin(*people)
        await life.wait(15)
        for user in people:
            life.say(user, "An answer.")
        await life.wait(4.5 * DAY)

        board = life.guild.messages(life.channel)[-1].text
        assert board.count("END") >= len(people)
        assert dead(here) == 0


def ends_read(here: Town, reader: str) -> set[str]:
    """Return whose last words somebody sees, quoted."""
    parts = (Part(tuple(each.components), ()) for each in private(here, reader))
    return {who for part in parts for who in re.findall(r"END OF (\w+)", quoted([part]))}


def questions(life: Life) -> int:
    """Return how many questions are in the channel."""
    return sum("Question" in each.text for each in life.guild.messages(life.channel))


# --- what really cannot be displayed --------------------------------------------------------------


class Stumbling(DiscordCourier):
    """A courier with a bug: the week's focus is too much for it."""

    tried = 0

    async def post(
        self, place: Place, message: Message, key: PostKey, thread: Receipt | None
    ) -> Receipt:
        """See bot.ports.Courier."""
        if message.topic == "focus":
            type(self).tried += 1
            raise ZeroDivisionError("words nobody should see")
        return await super().post(place, message, key, thread)


class Stumblers(DiscordCouriers):
    """Couriers that stumble."""

    def __init__(
        self,
        client: discord.Client,
        clock: Callable[[], datetime],
        wait: Wait,
        draw: Draw | None = None,
    ) -> None:
        super().__init__(client, clock, wait, draw=draw)
        self._waits = wait
        self._own: dict[WorkspaceId, Stumbling] = {}

    def of(self, workspace: WorkspaceId) -> DiscordCourier | None:
        """See bot.ports.Couriers."""
        if super().of(workspace) is None:
            return None
        guild = workspace.partition(":")[2]
        made = self._own.get(workspace) or Stumbling(self.line, guild, self._waits, workspace)
        return self._own.setdefault(workspace, made)

    def __iter__(self) -> Iterator[DiscordCourier]:
        return iter([*self._own.values()])


async def test_what_cannot_be_rendered_is_given_up_and_the_channel_goes_on() -> None:
    Stumbling.tried = 0
    async with town(speaking=Stumblers) as here:
        life = await Life(here, here.guild).begin(ANA, BO, CY)
        nine = here.clock() + timedelta(minutes=10)
        await life.wait(DAY)

        assert 1 <= Stumbling.tried <= 5
        assert undelivered(here) == 1
        first = next(each for each in ours(here) if "Question 1" in each.text)
        assert moment(first.id) - nine <= timedelta(minutes=1)


@pytest.mark.parametrize("number", [50035, 50006, 50013])
async def test_what_discord_does_not_take_is_given_up_at_once_and_the_channel_goes_on(
    number: int,
) -> None:
    async with town() as here:
        life = await Life(here, here.guild).begin(ANA, BO, CY)
        here.discord.faults.fail("create_message", number, channel=life.channel)
        await life.wait(15)

        assert dead(here) == 1
        assert undelivered(here) == 1
        assert questions(life) == 1
