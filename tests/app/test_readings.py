"""A reading that breaks off, or leaves something out, is followed by another one in a minute."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from typing import TypeVar

import pytest

from adapters.database.connect import open_store
from adapters.database.errors import DatabaseFault
from adapters.database.store import DatabaseStore
from app import wiring
from app.absences import Absences
from app.gaps import Gaps
from app.groups import Groups
from app.measuring import Meter
from app.outside import Outside
from app.pulse import Pulse
from app.settings_reading import read
from app.shifts import Shifts
from app.sides import Sides
from app.speaking import read_up
from bot.ids import PostKey
from bot.ports.outgoing import Outgoing
from bot.ports.platforms import Watched
from bot.ports.work import Work
from bot.services.coach import Coach
from scheduler.reconcile import Reconciler
from scheduler.switchboard import Switchboard
from tests.fakes import MemoryStore
from tests.scheduler.fakes import HOME, Watch, said
from tests.scheduler.test_reconcile import RATED, Engine

T = TypeVar("T")

TURNS = 100
"""Of the loop: more than it takes to read one post."""


class Away:
    """A database that is away.  See bot.ports.Store."""

    async def run(self, call: Callable[[Work], T]) -> T:
        """See bot.ports.Store."""
        del call
        raise DatabaseFault


def shifts(database: DatabaseStore) -> Shifts:
    """Return what stands behind the jobs of a process whose database is away by now."""
    settings = read(
        {"SLACK_BOT_TOKEN": "xoxb-1234567890-abcdef", "SLACK_SIGNING_SECRET": "ab" * 16}
    )
    outside = Outside(wiring.now, wiring.new_id, random.Random, asyncio.sleep, wiring.stopwatch())
    store, coach, sides = Groups(Away()), Coach({}, wiring.new_id, random.Random(1)), Sides()
    absences, pulse = Absences(store, coach, sides.gone), Pulse(outside.passed)
    return Shifts(
        settings, database, store, coach, outside, sides, None, Meter(), pulse, absences,
        Gaps(outside.clock),
    )  # fmt: skip


@pytest.mark.parametrize("name", ["settle", "nightly", "closed"])
async def test_a_job_that_cannot_read_for_the_database_is_made_up_for(name: str) -> None:
    with open_store("sqlite://") as database:
        process = shifts(database)
        jobs = {job.name: job for job in process.jobs(process.reconciler(), asyncio.Event())}
        with pytest.raises(DatabaseFault):
            await jobs[name].call()

    assert process.gaps.at is not None


@pytest.mark.parametrize("away", [True, False])
async def test_a_late_post_that_cannot_be_read_up_is_read_with_everything(away: bool) -> None:
    """Either the database is away before the reading, or the platform cannot be read."""
    clock, late = Watch(), asyncio.Queue[Outgoing]()
    gaps = Gaps(clock)
    engine = Engine(Watched(posts=((HOME, PostKey("k1"), RATED),)), HOME)
    store = Away() if away else MemoryStore()
    reconciler = Reconciler(store, Switchboard(), engine, clock)
    late.put_nowait(said("k1"))
    reading = asyncio.create_task(read_up(late, reconciler, gaps))
    for _ in range(TURNS):
        await asyncio.sleep(0)
    reading.cancel()

    assert gaps.at is not None
