"""Discord shows a post and its answer is lost: the post is displayed once, whatever it says.

In these lives answers to posts, threads, changes and marks are lost; the process may end between
the post and the moment it finds out, and Discord has forgotten the nonce by then.  What
people did with such a post before its place was known counts.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select

from adapters.database.outbox_tables import outbox
from tests.discord.lives import ANA, BO, CY, Life, private
from tests.discord.stories import CREATING, Losing, Told, once, told, week
from tests.discord.towns import Town, town

SEED = 7
A_MOMENT = timedelta(seconds=1)
"""Discord knows a nonce for about five minutes; here for as long as one call may take."""
MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
def quiet() -> Told:
    """Return what a week displays in which nothing is lost."""

    async def lived() -> Told:
        async with town() as here:
            await week(Life(here, here.guild))
            return told(here)

    return asyncio.run(lived())


async def test_a_week_of_lost_answers_displays_what_a_quiet_week_displays(quiet: Told) -> None:
    async with town() as here:
        here.discord.faults = faults = Losing(dice=Random(SEED))
        here.discord.nonces.life = A_MOMENT
        await week(Life(here, here.guild))
        once(here)

        assert told(here) == quiet
        assert set(faults.lost) == set(CREATING)


# --- a process that ends in between ---------------------------------------------------------------


def under_way(here: Town) -> Iterator[str]:
    """Yield the kind and the subject of everything that was tried and is not known to be done."""
    tried = (outbox.c.state.in_(["ready", "unsure"]), outbox.c.attempts > 0)
    found = select(outbox.c.kind, outbox.c.subject).where(*tried)
    for kind, subject in here.store.direct(lambda db: db.execute(found).all()):
        yield f"{kind} {subject.partition(':')[0]}".strip()


@dataclass
class Mortal(Life):
    """A life in which the process ends whenever something new is neither known nor unknown."""

    url: str = ""
    process: AsyncExitStack = field(default_factory=AsyncExitStack)
    ended: set[str] = field(default_factory=set)
    """During what: the kind and the subject of what was under way."""

    async def wait(self, minutes: float) -> None:
        """Let minutes pass."""
        until = self.town.clock() + minutes * MINUTE
        await self.settle()
        while (at := await self._next()) is not None and at <= until:
            self.town.clock.move(max(at, self.town.clock()))
            await self.settle()
        self.town.clock.move(max(until, self.town.clock()))

    async def settle(self) -> None:
        """Let everything happen that is to happen now, and perhaps end the process."""
        await self.town.settle()
        being_done = set(under_way(self.town))
        if not being_done <= self.ended:
            self.ended |= being_done
            await self.process.aclose()
            await self.start(self.town)

    async def start(self, before: Town) -> None:
        """Start a new process, which takes up where the last one was."""
        self.town = await self.process.enter_async_context(
            town(database=self.url, before=before, seed=len(self.ended) + 2)
        )
        await self.town.read_up()

    async def _next(self) -> datetime | None:
        self.town.turns.expect(None)
        return await self.town.turns.next_at()


@asynccontextmanager
async def mortal(folder: Path) -> AsyncIterator[Mortal]:
    """Open a town whose process ends all the time."""
    async with AsyncExitStack() as stack:
        # The first town owns Discord, which outlives its coach.
        first = await stack.enter_async_context(town())
        await first.stop()
        life = Mortal(first, first.guild, url=f"sqlite:///{folder}/town.db")
        stack.push_async_callback(life.process.aclose)
        await life.start(first)
        yield life


@pytest.mark.long
async def test_the_process_may_end_before_it_knows_of_what_it_said(
    quiet: Told, tmp_path: Path
) -> None:
    async with mortal(tmp_path) as life:
        life.town.discord.faults = faults = Losing()
        life.town.discord.nonces.life = A_MOMENT
        faults.spared = {life.guild.dm(BO)}
        await week(life)
        once(life.town)

        assert told(life.town) == quiet
        assert life.ended >= {
            "post", "post prompt", "post review", "post result", "post self", "post practice",
            "post rate", "edit",
        }  # fmt: skip


# --- what people do before its place is known -----------------------------------------------------

READING = ("history", "message", "active_threads", "archived_threads")


def lose(here: Town, channel: str) -> None:
    """Let the answers to the next posts in a channel be lost, and nobody find them meanwhile."""
    here.discord.faults.lose_reply("create_message", 2, channel)
    for reading in READING:
        here.discord.faults.http(reading, 500, "", 1_000, channel)


async def in_doubt(here: Town, subject: str) -> None:
    """Let time pass until the answer to a post about `subject` is lost."""
    while f"post {subject}" not in set(under_way(here)):
        here.turns.expect(None)
        at = await here.turns.next_at()
        assert at is not None, "nothing is going to be said"
        here.clock.move(max(at, here.clock()))
        await here.turns.settle()
    await here.discord.settled()


async def heard(here: Town) -> None:
    """Let what people did arrive, and nothing be found out meanwhile."""
    await here.discord.settled()
    await here.door.settled()


async def test_an_answer_in_the_thread_of_a_question_not_known_yet_counts() -> None:
    async with town() as here:
        life = await Life(here, here.guild).begin(ANA, BO, CY)
        # The message is there; that it has its thread is not known.
        here.discord.faults.lose_reply("create_thread", 2)
        for reading in READING:
            here.discord.faults.http(reading, 500, "", 1_000)
        await in_doubt(here, "prompt")
        question = here.guild.messages(life.channel)[-1].id
        answer = here.guild.say(ANA, question, "A quick answer.")
        await heard(here)
        here.discord.faults.clear()
        await life.wait(5)

        assert life.text_of(ANA) == "A quick answer."
        assert here.guild.message(question, answer).reactions["✅"]
        once(here)


async def test_a_tap_on_a_request_not_known_yet_counts() -> None:
    async with town() as here:
        life = await Life(here, here.guild).begin(ANA, BO, CY)
        await life.wait(15)
        life.say(ANA, "Ana's answer.")
        await life.wait(5)
        direct = here.guild.dm(BO)
        lose(here, direct)
        await in_doubt(here, "review")
        request = private(here, BO)[-1]
        here.guild.react(BO, direct, request.id, "4️⃣")
        await heard(here)
        here.discord.faults.clear()
        await life.wait(5)

        assert life.reviews_of(ANA)[BO].status == "rated"
        once(here)


async def test_what_is_written_and_tapped_in_a_practice_not_known_yet_counts() -> None:
    async with town() as here:
        life = await Life(here, here.guild).begin(ANA, BO, CY)
        direct = here.guild.dm(CY)
        lose(here, direct)
        life.write(CY, "practice")
        await heard(here)
        await in_doubt(here, "practice")
        life.write(CY, "To myself.")
        await heard(here)
        here.discord.faults.clear()
        lose(here, direct)
        await in_doubt(here, "rate")
        practice = life.practice_of(CY)
        here.guild.react(CY, direct, private(here, CY)[-1].id, "4️⃣")
        await heard(here)
        here.discord.faults.clear()
        await life.wait(5)

        assert [text for _, text in practice.said] == ["To myself."]
        found = here.call(lambda work: work.practices.get(life.workspace, practice.id))
        assert found is not None
        assert found.score == 4
        once(here)
