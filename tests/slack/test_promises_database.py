"""The database is slow, or away: nothing is acknowledged that is not kept, nobody is left waiting.

What Slack repeats waits for the database and is not acknowledged before; whoever waits for an
answer is asked to try again, well within Slack's three seconds, and what they did still counts
if the database takes it in the end.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TypeVar

from adapters.slack.answers import LATER, SORRY
from adapters.slack.door import Patience
from bot.ids import CohortId, UserId
from bot.ports.work import Store, Work
from tests.slack.lives import Life, scores, words_of
from tests.slack.rows import bytes_of
from tests.slack.towns import BOTH, CHANNEL, How, Town, town

T = TypeVar("T")

ANA, BO, CY = "U1", "U2", "U3"
SHORT = Patience(timedelta(milliseconds=60), timedelta(milliseconds=30))


class AwayError(Exception):
    """There is no database."""


class Slow:
    """A store that keeps everybody waiting until it is `open`; the first `failures` calls fail."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.open = asyncio.Event()
        self.entered = asyncio.Event()
        self.failures = 0
        self.asked = 0

    async def run(self, call: Callable[[Work], T]) -> T:
        """See bot.ports.Store."""
        self.asked += 1
        self.entered.set()
        if self.failures:
            self.failures -= 1
            raise AwayError
        await self.open.wait()
        return await self.store.run(call)


@asynccontextmanager
async def slow(how: How, patience: Patience | None = None) -> AsyncIterator[tuple[Life, Slow]]:
    """Live until Ana's answer is with her reviewers and forms are open; then all is slow."""
    async with town(how, patience=patience) as here:
        life = await Life(here, here.team).begin(ANA, BO, CY)
        await life.wait(15)
        life.say(ANA, "Ana's answer.")
        await life.wait(15)
        await life.open_review(ANA, BO)
        here.handling = store = Slow(here.store)
        yield life, store
        store.open.set()


def listed(life: Life, user: str) -> bool:
    """Tell whether somebody wants to be on the leaderboard."""
    cohort: CohortId = life.cohort.id
    member = life.town.call(lambda work: work.members.get(cohort, UserId(user)))
    assert member is not None
    return member.on_board


def whispered(life: Life, user: str) -> str:
    """Return what only this person sees."""
    return "\n".join(words_of(note) for _, note in life.team.ephemerals(user))


async def all_at_once(life: Life) -> None:
    """Give a command, send a form, press a button, choose a shortcut."""
    question = life.question
    await asyncio.gather(
        life.team.command(ANA, CHANNEL, "leaderboard out"),
        life.team.submit(BO, scores(life, "4")),
        life.team.press(CY, CHANNEL, life.team.messages(CHANNEL)[0].ts, join(life)),
        life.team.shortcut("U9", CHANNEL, question, "practise"),
    )


def join(life: Life) -> str:
    """Return the button to join by."""
    return f"join:{life.cohort.id}"


@BOTH
async def test_what_happened_is_acknowledged_only_when_it_is_kept(how: How) -> None:
    async with slow(how) as (life, store):
        life.say(CY, "Cy's answer.")
        await store.entered.wait()
        unacknowledged = set(life.town.slack.deliveries.pending.values())
        store.open.set()
        await life.town.settle()

        assert any(label.startswith("message") for label in unacknowledged)
        assert life.text_of(CY) == "Cy's answer."
        assert life.town.slack.deliveries.lost == []


@BOTH
async def test_whoever_waits_is_told_that_it_takes_longer_and_is_answered_in_the_end(
    how: How,
) -> None:
    async with slow(how, SHORT) as (life, store):
        await all_at_once(life)
        await life.town.slack.until(lambda: LATER in whispered(life, CY))
        told = whispered(life, ANA)
        kept = (listed(life, ANA), life.reviews_of(ANA)[BO].status)
        store.open.set()
        await life.town.settle()

        assert LATER in told
        assert kept == (True, "asked")
        assert not listed(life, ANA)
        assert life.reviews_of(ANA)[BO].status == "rated"


async def test_whoever_waits_is_told_within_three_seconds() -> None:
    async with slow("socket") as (life, _):
        loop = asyncio.get_running_loop()
        began = loop.time()
        await all_at_once(life)
        took = loop.time() - began

        assert 2 < took < 3
        assert LATER in whispered(life, ANA)


@BOTH
async def test_nothing_is_acknowledged_while_there_is_no_database_and_nothing_changes(
    how: How,
) -> None:
    async with slow(how, SHORT) as (life, store):
        impatient(life.town, 0.2)
        stored = bytes_of(life.town)
        said = life.say(CY, "Cy's answer.")
        life.rate(ANA, BO, "four")
        await all_at_once(life)
        await life.town.slack.settled()

        assert bytes_of(life.town) == stored
        assert len(life.town.slack.deliveries.lost) == 2
        assert store.asked > 4
        assert life.team.message(CHANNEL, said).reactions == {}


@BOTH
async def test_what_was_not_acknowledged_comes_again_and_counts_once(how: How) -> None:
    async with slow(how) as (life, store):
        impatient(life.town, 0.5)
        store.open.set()
        store.failures = 2
        life.say(CY, "Cy's answer.")
        await life.town.settle()
        store.failures = 1
        await life.command(ANA, "leaderboard out")
        untouched = listed(life, ANA)

        assert life.text_of(CY) == "Cy's answer."
        assert life.town.slack.deliveries.lost == []
        assert SORRY in whispered(life, ANA)
        assert untouched


def impatient(here: Town, seconds: float) -> None:
    """Let Slack wait no longer than this for an acknowledgement, instead of three seconds."""
    here.slack.sockets.ack_seconds = here.slack.posting.ack_seconds = seconds
