"""Runs recurring jobs: APScheduler behind one function.

APScheduler only ticks.  Whether a job runs is decided here: never twice at the same time, once
more if it was nudged while it ran, and again at the next tick whatever became of it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, timedelta
from typing import Protocol, cast

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from scheduler.faults import without_words
from scheduler.timetable import Job

log = logging.getLogger(__name__)

OPENING_PATIENCE = timedelta(seconds=30)
STOP_PATIENCE = timedelta(seconds=8)
"""Less than the ten seconds after which a container that was asked to stop is killed."""


class Ticker:
    """What is ticking; for use on the event loop it was started on."""

    def __init__(self, shifts: Mapping[str, _Shift]) -> None:
        self._shifts = shifts

    def nudge(self, name: str) -> None:
        """Run a job now, or once more as soon as it has ended if it is running.

        One that another process does is passed over.
        """
        if name in self._shifts:
            self._shifts[name].start(again=True)


@asynccontextmanager
async def ticking(
    jobs: Sequence[Job],
    *,
    opening_patience: timedelta = OPENING_PATIENCE,
    stop_patience: timedelta = STOP_PATIENCE,
) -> AsyncIterator[Ticker]:
    """Run `jobs` while the context lasts.

    First those marked so, one after the other; one that takes longer than `opening_patience`
    goes on beside the rest.  At the end no job starts any more, and those that run may take
    `stop_patience` to end before they are cancelled.
    """
    shifts = {job.name: _Shift(job) for job in jobs}
    if len(shifts) < len(jobs):
        raise ValueError("every job needs a name of its own")
    scheduler = _scheduler(jobs, shifts)
    first = [shifts[job.name] for job in jobs if job.first]
    opening = asyncio.create_task(_open(first, opening_patience, scheduler))
    try:
        yield Ticker(shifts)
    finally:
        await _cancel([opening])
        await _stop(scheduler)
        await _close(shifts.values(), stop_patience)


class _Shift:
    """One job and whether it is running."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._again = False
        self._closed = False
        self.task: asyncio.Task[None] | None = None

    def start(self, *, again: bool = False) -> None:
        """Run the job unless it is running; with `again` it then runs once more."""
        if self._closed:
            return
        if self.task is not None and not self.task.done():
            self._again = self._again or again
            return
        self.task = asyncio.create_task(self._work(), name=self._job.name)

    async def tick(self) -> None:
        self.start()

    def close(self) -> None:
        self._closed = True

    async def _work(self) -> None:
        while True:
            self._again = False
            try:
                await self._job.call()
            except Exception as error:
                log.exception(
                    "job failed", extra={"job": self._job.name}, exc_info=without_words(error)
                )
            if self._closed or not self._again:
                return


async def _open(first: Sequence[_Shift], patience: timedelta, scheduler: _Scheduler) -> None:
    for shift in first:
        shift.start()
        if shift.task is not None:
            await asyncio.wait([shift.task], timeout=patience.total_seconds())
    scheduler.start()


async def _close(shifts: Iterable[_Shift], patience: timedelta) -> None:
    for shift in shifts:
        shift.close()
    running = [shift.task for shift in shifts if shift.task is not None and not shift.task.done()]
    if not running:
        return
    _, late = await asyncio.wait(running, timeout=patience.total_seconds())
    for task in late:
        log.warning("job cancelled at stop", extra={"job": task.get_name()})
    await _cancel(late)


async def _cancel(tasks: Iterable[asyncio.Task[None]]) -> None:
    tasks = list(tasks)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


# --- APScheduler, which has no types ---------------------------------------------------------


class _Scheduler(Protocol):
    """What is used of APScheduler's scheduler."""

    @property
    def running(self) -> bool: ...
    def start(self) -> None: ...
    def shutdown(self, wait: bool) -> None: ...
    def add_job(self, func: Callable[[], Awaitable[None]], trigger: object) -> object: ...


def _scheduler(jobs: Sequence[Job], shifts: Mapping[str, _Shift]) -> _Scheduler:
    # Its own log has a line for every tick, which is one a second.
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    # By default it drops a run that comes more than one second late.
    defaults = {"coalesce": True, "misfire_grace_time": None, "max_instances": 1}
    scheduler = cast("_Scheduler", AsyncIOScheduler(timezone=UTC, job_defaults=defaults))
    for job in (each for each in jobs if each.every is not None or each.at is not None):
        scheduler.add_job(shifts[job.name].tick, _trigger(job))
    return scheduler


def _trigger(job: Job) -> object:
    if job.every is not None:
        return IntervalTrigger(seconds=job.every.total_seconds(), timezone=UTC)
    at = job.at
    assert at is not None
    return CronTrigger(hour=at.hour, minute=at.minute, second=at.second, timezone=UTC)


async def _stop(scheduler: _Scheduler) -> None:
    if scheduler.running:
        scheduler.shutdown(wait=False)
        # It stops on the next turn of the event loop.
        await asyncio.sleep(0)
