"""What the cohorts of Slack and of Discord have in common: made in virtual time, then measured.

Everything happens in the two hours before the present moment, so that a coach which starts now
finds today's question open everywhere.
"""

from __future__ import annotations

import asyncio
import random
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import TypeVar

from adapters.database.connect import open_store
from app.turns import Turns, VirtualClock
from app.wiring import now, seeded_ids
from bot.ids import WorkspaceId
from bot.inbound import Inbound
from bot.messages import Reply
from bot.ports.platforms import Courier
from bot.ports.work import Store
from bot.services.coach import Coach
from content import loader
from scheduler.delivery import Delivery
from scheduler.limits import Limits
from scheduler.switchboard import Switchboard

GUIDE = "coursera-senior-em"
LEAD = timedelta(hours=2)
"""So long before the present moment everything begins."""

There = TypeVar("There")
Row = dict[str, object]
Measure = Callable[[There, Path, str], Awaitable[Row]]
Compare = Callable[[There, str], Awaitable[Row]]


@dataclass
class Present:
    """The moment: virtual while the cohorts are made, real from then on."""

    virtual: VirtualClock | None

    def __call__(self) -> datetime:
        return self.virtual() if self.virtual is not None else now()


@asynccontextmanager
async def making() -> AsyncIterator[tuple[Present, VirtualClock]]:
    """Give the clocks to make cohorts by: virtual while entered, real from then on."""
    clock = VirtualClock(now() - LEAD)
    present = Present(clock)
    yield present, clock
    assert clock() < now(), "virtual time ran ahead of the clock on the wall"
    present.virtual = None


@dataclass(frozen=True)
class Engine:
    """A coach that makes cohorts."""

    store: Store
    coach: Coach
    turns: Turns
    clock: VirtualClock

    async def handle(self, event: Inbound) -> Reply:
        """Take in what somebody did."""
        return await self.store.run(lambda work: self.coach.handle(work, event, self.clock()))


@asynccontextmanager
async def engine(
    database: Path,
    platform: str,
    courier: Callable[[WorkspaceId], Courier | None],
    clock: VirtualClock,
) -> AsyncIterator[Engine]:
    """Give a coach that keeps everything in `database`."""
    guide = loader.load(Path(f"content/guides/{GUIDE}.toml"))
    coach = Coach({guide.key: guide}, seeded_ids(1), random.Random("coach"), "UTC")
    switchboard = Switchboard({platform: courier})
    dice, limits = random.Random("delivery"), Limits(slow_after=timedelta(hours=1))
    with open_store(f"sqlite:///{database}", durable=False) as store:
        delivery = Delivery(store, switchboard, clock, dice, coach.undelivered, limits)
        yield Engine(store, coach, Turns(store, coach, delivery, clock, switchboard), clock)


@dataclass(frozen=True)
class Passing:
    """Lets time pass for a coach; `settled` waits until the platform has told everything."""

    turns: Turns
    clock: VirtualClock
    settled: Callable[[], Awaitable[None]]

    async def settle(self) -> None:
        """Let everything that happened come to its end."""
        await self.settled()
        self.turns.expect(None)
        await self.turns.settle()
        await self.settled()

    async def by(self, span: timedelta) -> None:
        """Let so much time pass."""
        self.turns.expect(None)
        await self.turns.advance(self.clock() + span)
        await self.settle()


async def no_wait(seconds: float) -> None:
    """Take a turn and no time: nobody looks, and time has other things to do."""
    del seconds
    await asyncio.sleep(0)


async def beside(
    cohorts: Callable[[Path], AbstractAsyncContextManager[There]],
    kinds: Iterable[str],
    coach: Measure[There],
    bare: Compare[There],
) -> list[Row]:
    """Measure the coach for each kind, and then what it stands on alone, in the same cohorts."""
    kinds = tuple(kinds)
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "loopmates.db"
        async with cohorts(database) as there:
            rows = [await coach(there, database, kind) for kind in kinds]
            return rows + [await bare(there, kind) for kind in kinds]


def at_noon(asked_at: datetime) -> tuple[str, str]:
    """Return a zone in which it is about noon, and the time of day there: nobody rests then."""
    ahead = 12 - asked_at.hour
    zone = f"Etc/GMT{-ahead:+d}" if ahead else "UTC"
    return zone, f"12:{asked_at.minute:02d}"


_numbers = count(1)


def answer() -> str:
    """Return something to say, another text each time."""
    number = next(_numbers)
    return (
        f"Part {number}: the launch had slipped twice, so I wrote down what we knew, asked both "
        "leads for the one thing they could not give up, and proposed the smaller scope by Friday."
    )
