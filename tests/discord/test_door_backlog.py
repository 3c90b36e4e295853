from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from adapters.discord.door_backlog import TRIES, Backlog


class AwayError(Exception):
    pass


@dataclass
class Work:
    """Does what it is given, unless it is away or the thing is poison."""

    away: bool = False
    poison: str = ""
    done: list[str] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)
    read_up: int = 0
    cured_after: int = 0
    waits: list[float] = field(default_factory=list)
    waited: asyncio.Event = field(default_factory=asyncio.Event)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)

    async def do(self, what: str) -> None:
        self.tried.append(what)
        if self.away or what == self.poison:
            raise AwayError(what)
        self.done.append(what)

    async def up(self) -> None:
        self.read_up += 1

    async def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        if len(self.waits) == self.cured_after:
            self.poison = ""
        self.waited.set()
        await (self.go_on.wait() if self.away else asyncio.sleep(0))


@asynccontextmanager
async def backlog(work: Work, *, most: int = 100, workers: int = 1) -> AsyncIterator[Backlog[str]]:
    made = Backlog(work.do, work.up, work.wait, most=most, workers=workers)
    made.start()
    yield made
    work.go_on.set()
    await made.finish(timedelta(milliseconds=100))


async def test_things_are_done_in_their_order():
    work = Work()
    async with backlog(work) as it:
        for each in "abc":
            it.take(each)
        await it.settled()

    assert work.done == ["a", "b", "c"]


async def test_nothing_is_lost_while_nothing_works_and_waits_grow():
    work = Work(away=True)
    async with backlog(work) as it:
        for each in "abc":
            it.take(each)
        await work.waited.wait()
        assert work.done == []
        work.away = False
        work.go_on.set()
        await it.settled()

    assert sorted(work.done) == ["a", "b", "c"]
    assert work.read_up == 0


async def test_waits_grow_to_a_limit():
    work = Work(poison="a")
    async with backlog(work) as it:
        it.take("a")
        work.cured_after = 10
        await it.settled()

    assert work.waits[:8] == [0.5, 1, 2, 4, 8, 16, 30, 30]


async def test_what_can_never_be_done_keeps_nothing_waiting_and_is_given_up(
    caplog: pytest.LogCaptureFixture,
):
    work = Work(poison="p")
    async with backlog(work, workers=2) as it:
        it.take("p")
        for number in range(40):
            it.take(f"{number}")
            await asyncio.sleep(0)
        async with asyncio.timeout(5):
            while "p" in work.tried and len(it):
                it.take("more")
                await asyncio.sleep(0)
            await it.settled()

    assert [each for each in work.done if each.isdecimal()] == [f"{each}" for each in range(40)]
    assert TRIES < work.tried.count("p") < 100
    assert work.read_up == 1
    errors = [each.getMessage() for each in caplog.records if each.levelno == logging.ERROR]
    assert len(errors) == 2
    assert "p" not in {vars(each).get("error") for each in caplog.records}


async def test_too_much_gives_up_the_oldest_and_reads_it_up_when_things_work_again():
    work = Work(away=True)
    async with backlog(work, most=3) as it:
        it.take("first")
        await work.waited.wait()
        for number in range(10):
            it.take(f"{number}")
        assert work.read_up == 0
        work.away = False
        work.go_on.set()
        await it.settled()

    assert work.done == ["7", "8", "9"]
    assert work.read_up == 1


async def test_the_end_does_not_wait_for_ever():
    work = Work(away=True)
    async with backlog(work) as it:
        it.take("a")
        await work.waited.wait()
        work.away = True
        async with asyncio.timeout(5):
            await it.finish(timedelta(milliseconds=10))

    assert work.done == []
