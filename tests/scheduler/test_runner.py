"""The runner on the real APScheduler: intervals of milliseconds, and events instead of waiting."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import time, timedelta

import pytest

from scheduler.runner import ticking
from scheduler.timetable import Call, Job
from tests.scheduler.fakes import WORDS

TICK = timedelta(milliseconds=2)
NEVER = timedelta(days=1)
AT_ONCE = timedelta(0)


@pytest.fixture(autouse=True)
async def _patience() -> AsyncIterator[None]:
    async with asyncio.timeout(10):
        yield


class Counting:
    """A job that counts its runs and can be waited for."""

    def __init__(self, call: Call | None = None) -> None:
        self.runs = 0
        self.at_once = 0
        self.most_at_once = 0
        self._call = call
        self._ran = asyncio.Condition()

    async def __call__(self) -> None:
        self.runs += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        async with self._ran:
            self._ran.notify_all()
        try:
            if self._call is not None:
                await self._call()
        finally:
            self.at_once -= 1

    async def times(self, runs: int) -> None:
        async with self._ran:
            await self._ran.wait_for(lambda: self.runs >= runs)


async def test_a_job_runs_again_and_again() -> None:
    job = Counting()

    async with ticking([Job("sweep", job, every=TICK)]):
        await job.times(3)


async def test_a_daily_job_waits_for_its_time_unless_it_is_nudged() -> None:
    job, other = Counting(), Counting()
    jobs = [Job("settle", job, at=time(3, 30)), Job("sweep", other, every=TICK)]

    async with ticking(jobs) as ticker:
        await other.times(2)
        assert job.runs == 0
        ticker.nudge("settle")
        await job.times(1)


async def test_jobs_marked_so_run_at_the_start_in_their_order() -> None:
    order: list[str] = []
    done = asyncio.Event()

    async def settle() -> None:
        await asyncio.sleep(0)
        order.append("settle")

    async def sweep() -> None:
        order.append("sweep")
        done.set()

    jobs = [
        Job("settle", settle, every=NEVER, first=True),
        Job("sweep", sweep, every=NEVER, first=True),
    ]
    async with ticking(jobs):
        await done.wait()

    assert order == ["settle", "sweep"]


async def test_a_slow_start_holds_the_ticking_up_only_for_so_long() -> None:
    slow, quick = Counting(asyncio.Event().wait), Counting()
    jobs = [Job("settle", slow, every=NEVER, first=True), Job("sweep", quick, every=TICK)]

    async with ticking(jobs, opening_patience=TICK, stop_patience=AT_ONCE):
        await quick.times(2)

    assert slow.runs == 1


async def test_a_job_that_raises_goes_on_and_is_logged_without_words(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def failing() -> None:
        raise KeyError(WORDS)

    job = Counting(failing)
    async with ticking([Job("sweep", job, every=TICK)]):
        await job.times(2)

    logged = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert len(logged) == job.runs
    assert logged[0].__dict__["job"] == "sweep"
    assert WORDS not in caplog.text


async def test_a_job_never_runs_twice_at_the_same_time() -> None:
    release = asyncio.Event()
    slow, other = Counting(release.wait), Counting()
    jobs = [Job("sweep", slow, every=TICK), Job("delivery", other, every=TICK)]

    async with ticking(jobs) as ticker:
        await slow.times(1)
        await other.times(5)
        ticker.nudge("sweep")
        assert slow.runs == 1
        release.set()
        await slow.times(2)

    assert slow.most_at_once == 1


async def test_many_nudges_while_a_job_runs_are_one_more_run() -> None:
    gate = asyncio.Event()
    job = Counting(gate.wait)

    async with ticking([Job("sweep", job, every=NEVER)]) as ticker:
        ticker.nudge("sweep")
        await job.times(1)
        for _ in range(5):
            ticker.nudge("sweep")
        gate.set()
        await job.times(2)

    assert job.runs == 2


async def test_stopping_waits_for_what_is_running() -> None:
    finished = asyncio.Event()
    begun = asyncio.Event()

    async def work() -> None:
        begun.set()
        for _ in range(20):
            await asyncio.sleep(0)
        finished.set()

    async with ticking([Job("delivery", work, every=TICK)]):
        await begun.wait()

    assert finished.is_set()


async def test_stopping_cancels_what_does_not_end(caplog: pytest.LogCaptureFixture) -> None:
    cancelled = asyncio.Event()

    async def stubborn() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    job = Counting(stubborn)
    async with ticking([Job("delivery", job, every=TICK)], stop_patience=TICK):
        await job.times(1)

    assert cancelled.is_set()
    assert "job cancelled at stop" in caplog.text


async def test_nothing_starts_any_more_after_stopping() -> None:
    job = Counting()
    async with ticking([Job("sweep", job, every=TICK)]) as ticker:
        await job.times(1)
    runs = job.runs

    ticker.nudge("sweep")
    for _ in range(10):
        await asyncio.sleep(0)

    assert job.runs == runs
    assert [task for task in asyncio.all_tasks() if task.get_name() == "sweep"] == []


async def test_stopping_while_still_opening_starts_no_ticking() -> None:
    opening, job = Counting(asyncio.Event().wait), Counting()
    jobs = [Job("settle", opening, every=NEVER, first=True), Job("sweep", job, every=TICK)]

    async with ticking(jobs, stop_patience=AT_ONCE):
        await opening.times(1)

    assert job.runs == 0
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_an_error_inside_the_context_stops_the_ticking_too() -> None:
    job = Counting()

    async def broken() -> None:
        async with ticking([Job("sweep", job, every=TICK)]):
            await job.times(1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await broken()
    assert [task for task in asyncio.all_tasks() if task.get_name() == "sweep"] == []


async def test_two_jobs_of_one_name_are_refused() -> None:
    jobs = [Job("sweep", Counting(), every=NEVER)] * 2

    with pytest.raises(ValueError, match="name"):
        async with ticking(jobs):
            pass
