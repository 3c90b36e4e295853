"""The database is slow, or away: nothing is said to be done that is not kept, nobody waits in vain.

Discord tells everything once, so what happened is kept until the database takes it; whoever waits
for an answer hears within Discord's three seconds that it takes longer, and what they did still
counts if the database takes it in the end.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TypeVar

import pytest

from adapters.discord.answers import A_MOMENT, SORRY
from adapters.discord.door_asking import Patience
from bot.ports.work import Store, Work
from tests.discord.lives import ANA, BO, CY, ORGANISER, Life
from tests.discord.towns import CALM, town
from tests.servers.discord.desk import Interaction
from tests.slack.rows import bytes_of

T = TypeVar("T")

SHORT = Patience(timedelta(milliseconds=60), timedelta(milliseconds=30))


class AwayError(Exception):
    """There is no database."""


class Slow:
    """A store that keeps everybody waiting until it is `open`; the first `failures` calls fail."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.open = asyncio.Event()
        self._entered = asyncio.Event()
        self.failures = 0
        self.asked = 0

    async def run(self, call: Callable[[Work], T]) -> T:
        """See bot.ports.Store."""
        self.asked += 1
        self._entered.set()
        if self.failures:
            self.failures -= 1
            raise AwayError
        await self.open.wait()
        return await self.store.run(call)

    async def entered(self, times: int) -> None:
        """Wait until it was asked so often."""
        while self.asked < times:
            self._entered.clear()
            await self._entered.wait()


@asynccontextmanager
async def slow(patience: Patience = CALM) -> AsyncIterator[tuple[Life, Slow]]:
    """Live until Ana's answer is with her reviewers and a form is open; then all is slow."""
    async with town(patience=patience) as here:
        life = await Life(here, here.guild).begin(ANA, BO, CY)
        await life.wait(15)
        life.say(ANA, "Ana's answer.")
        await life.wait(30)
        await life.command(BO, "away")
        here.handling = store = Slow(here.store)
        yield life, store
        store.open.set()


def listed(life: Life, user: str) -> bool:
    """Tell whether somebody wants to be on the leaderboard."""
    cohort, who = life.cohort.id, life.id(user)
    member = life.town.call(lambda work: work.members.get(cohort, who))
    assert member is not None
    return member.on_board


def away(life: Life, user: str) -> bool:
    """Tell whether somebody is away."""
    cohort, who = life.cohort.id, life.id(user)
    member = life.town.call(lambda work: work.members.get(cohort, who))
    assert member is not None
    return member.back_on is not None


async def all_at_once(life: Life) -> Sequence[Interaction]:
    """Give a command, send a form, press buttons, choose from a menu: each as somebody else."""
    guild, channel = life.guild, life.channel
    return await asyncio.gather(
        guild.command(ANA, channel, "coach leaderboard", me="out"),
        guild.submit(BO, {"until": "2026-12-11"}),
        guild.press(CY, channel, life.question, answering(life)),
        guild.context_menu(ORGANISER, channel, life.question, "Practise this"),
    )


def answering(life: Life) -> str:
    """Return the button that opens the form of an answer."""
    return f"answer:{life.prompt.id}"


def said(life: Life, user: str) -> str:
    """Return what only this person sees."""
    return "\n".join(each.text for each in life.guild.ephemerals(user))


async def test_nothing_is_said_to_be_done_before_it_is_kept() -> None:
    async with slow() as (life, store):
        stored = bytes_of(life.town)
        doing = asyncio.ensure_future(all_at_once(life))
        life.say(CY, "Cy's answer.")
        await store.entered(5)
        shown = [call for call in life.town.discord.calls if call.name in {"answer", "follow_up"}]
        unkept = bytes_of(life.town)
        store.open.set()
        done = await doing
        await life.town.settle()

        after = [call for call in life.town.discord.calls if call.name in {"answer", "follow_up"}]
        assert unkept == stored
        assert [each.acked for each in done] == [True] * 4
        assert len(after) - len(shown) == 4
        assert life.text_of(CY) == "Cy's answer."
        assert not listed(life, ANA)


async def test_whoever_waits_is_told_that_it_takes_longer_and_is_answered_in_the_end() -> None:
    async with slow(SHORT) as (life, store):
        done = await all_at_once(life)
        waiting = [each.deferred or A_MOMENT in each.text for each in done]
        kept = (listed(life, ANA), away(life, BO))
        store.open.set()
        await life.town.settle()

        assert waiting == [True] * 4
        assert kept == (True, False)
        assert not listed(life, ANA)
        assert away(life, BO)
        assert [each.deferred for each in done] == [False] * 4
        assert "It took too long" in said(life, CY), "a window cannot follow, a way to it can"
        assert [SORRY in said(life, user) for user in (ANA, BO, CY, ORGANISER)] == [False] * 4


async def test_whoever_waits_is_told_within_three_seconds() -> None:
    async with slow(Patience()) as (life, _):
        life.town.discord.desk.answer_seconds = 3.0
        loop = asyncio.get_running_loop()
        began = loop.time()
        done = await all_at_once(life)
        took = loop.time() - began

        assert [each.acked for each in done] == [True] * 4
        assert 2 < took < 3


@pytest.mark.parametrize("failures", [1, 4])
async def test_what_happened_while_there_was_no_database_is_kept_until_it_is_there(
    failures: int,
) -> None:
    async with slow() as (life, store):
        store.open.set()
        store.failures = failures
        life.say(CY, "Cy's answer.")
        life.rate(ANA, CY, "4️⃣")
        life.say(BO, "Bo's answer.")
        await life.town.settle()

        assert life.text_of(CY) == "Cy's answer."
        assert life.text_of(BO) == "Bo's answer."
        assert [tap.emoji for tap in life.reviews_of(ANA)[CY].taps if tap.on] == ["4️⃣"]
        assert store.asked >= 3 + failures


async def test_whoever_asks_while_there_is_no_database_is_told_so_and_nothing_changes() -> None:
    async with slow() as (life, store):
        store.open.set()
        store.failures = 4
        stored = bytes_of(life.town)
        done = await all_at_once(life)
        await life.town.discord.settled()
        answers = [said(life, user) for user in (ANA, BO, CY, ORGANISER)]
        unchanged = bytes_of(life.town)
        again = await all_again(life)
        await life.town.settle()

        assert [each.acked for each in done] == [True] * 4
        assert [SORRY in each for each in answers] == [True] * 4
        assert unchanged == stored
        assert "leaderboard" in again.text
        assert not listed(life, ANA)


async def all_again(life: Life) -> Interaction:
    """Press the button that does the same again, as Ana."""
    return await life.press_last(ANA, "say:leaderboard out")


async def test_a_message_in_private_waits_for_the_database_too() -> None:
    async with slow() as (life, store):
        store.open.set()
        store.failures = 2
        life.write(CY, "practice")
        await life.town.settle()

        assert life.practice_of(CY).status == "asked"
        assert store.asked > 2
