"""A week of one cohort in Slack, in which the coach has reason to say everything it can say."""

from __future__ import annotations

from collections import Counter
from typing import Any, get_args

from adapters.slack.send import SlackCourier
from bot.ids import PostKey
from bot.messages import Message, Place, Topic
from bot.ports.outgoing import Receipt
from tests.servers.slack.faults import Fault, Faults
from tests.slack.lives import ORGANISER, Life, scores
from tests.slack.towns import CHANNEL

ANA, BO, CY = "U1", "U2", "U3"
TOPICS = frozenset(get_args(Topic))
LONG = " ".join(f"This is sentence number {number}, and it says little." for number in range(260))
"""An answer that no single message of Slack holds."""


class Noting(SlackCourier):
    """A courier that notes what kinds of messages it has posted and changed."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.noted: Counter[str] = Counter()

    async def post(
        self, place: Place, message: Message, key: PostKey, thread: Receipt | None
    ) -> Receipt:
        """See bot.ports.Courier."""
        receipt = await super().post(place, message, key, thread)
        self.noted[message.topic] += 1
        return receipt

    async def edit(self, at: Receipt, message: Message) -> None:
        """See bot.ports.Courier."""
        await super().edit(at, message)
        self.noted[message.topic] += 1


class Losing(Faults):
    """Of some methods the answer is lost: of posts always, of others every third time."""

    def __init__(self, *methods: str) -> None:
        super().__init__()
        self.lost: Counter[str] = Counter()
        self._asked: Counter[str] = Counter()
        self._methods = methods

    def take(self, method: str, channel: str | None) -> Fault | None:
        """See `Faults`."""
        self._asked[method] += 1
        often = method == "chat.postMessage" or self._asked[method] % 3 == 1
        if method not in self._methods or not often:
            return super().take(method, channel)
        self.lost[method] += 1
        return Fault("lose_reply", method, 1)


async def first_day(life: Life, patience: float = 1, answer: str = LONG) -> None:
    """Set up, answer, review, practise: until the first result is there.

    `patience` is for how many minutes people wait until something they want was said; `answer`
    is what gets reviewed.
    """
    await life.begin(ANA, BO, CY, patience=patience)
    await life.wait(15 + patience)
    life.say(ANA, answer)
    changed = life.say(BO, "Bo's answer.")
    await life.wait(13 + patience)
    life.team.edit(BO, CHANNEL, changed, "Bo's answer, changed.")
    await life.wait(1 + patience)
    life.rate(ANA, BO, "four")
    life.rate(ANA, CY, "three")
    life.rate(ANA, CY, "fire")
    life.write(CY, "practice")
    await life.wait(patience)
    life.write(CY, "To myself.")
    await life.wait(patience)
    rating = life.practice_of(CY).rate_post
    assert rating is not None
    at = life.at(rating)
    life.team.react(CY, at.channel, at.message, "three")
    await life.wait(14 + patience)


async def week(life: Life) -> None:
    """Live the first day; then nobody reviews Bo, whoever is asked, until nobody is left to ask."""
    await first_day(life)
    await life.command(ORGANISER, "join")
    await life.command(CY, "away until 2026-12-09")
    await life.wait(24 * 60)
    life.say(ANA, "Ana's second answer.")
    await life.wait(15)
    await life.open_review(ANA, BO)
    await life.submit(BO, scores(life, "4", comment="Well said."))
    await life.wait(4 * 24 * 60)
