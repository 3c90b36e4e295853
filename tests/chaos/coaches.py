"""One coach as a process has it: engine, database, delivery and doors, wired as `app.service` does.

What it does by the clock it does when it is its turn; between turns it hears what comes in.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from adapters.database.connect import open_store
from adapters.database.store import DatabaseStore
from app.gaps import Gaps
from app.groups import Groups
from app.wiring import seeded_ids
from bot.ids import PostKey, WorkspaceId
from bot.inbound import Inbound
from bot.messages import Reply
from bot.ports.outgoing import Outgoing
from bot.ports.platforms import Courier, Couriers
from bot.ports.work import Store
from bot.services.coach import Coach
from content import loader
from scheduler.delivery import Delivery
from scheduler.reconcile import Reconciler, SettleReport, tidy
from scheduler.sweep import sweep
from scheduler.timetable import SETTLE_AT
from tests.chaos.faults import Faults
from tests.chaos.mortals import Mortal, MortalStore
from tests.chaos.outages import Outages, SqliteOutages

MINI = Path(__file__).parents[1] / "content" / "mini.toml"
GUIDE = loader.load(MINI)
LOCK_SECONDS = {"sqlite": 0.03, "postgres": 1.0}
"""How long a process waits for the database's lock: less than a lock lasts, or more."""

Clock = Callable[[], datetime]


class FairDice(random.Random):
    """Dice that always fall the same way: who is asked to review must not depend on how often."""

    def random(self) -> float:
        """Return the middle."""
        return 0.5


class MortalCourier:
    """A courier whose process may end before a call and before its answer is known."""

    def __init__(self, courier: Courier, mortal: Mortal) -> None:
        self._courier = courier
        self._mortal = mortal

    def __getattr__(self, name: str) -> Any:
        return getattr(self._courier, name)

    async def post(self, *given: Any) -> Any:
        """See bot.ports.Courier."""
        return await self._sent(self._courier.post, *given, key=given[2])

    async def edit(self, *given: Any) -> Any:
        """See bot.ports.Courier."""
        return await self._sent(self._courier.edit, *given)

    async def mark(self, *given: Any, **more: Any) -> Any:
        """See bot.ports.Courier."""
        return await self._sent(self._courier.mark, *given, **more)

    async def find(self, *given: Any) -> Any:
        """See bot.ports.Courier."""
        found = await self._courier.find(*given)
        self._mortal.faults.reached("post found again" if found else "post not found")
        return found

    async def _sent(
        self,
        send: Callable[..., Awaitable[Any]],
        *given: Any,
        key: PostKey | None = None,
        **more: Any,
    ) -> Any:
        await self._mortal.instant("before send")
        receipt = await send(*given, **more)
        await self._mortal.instant("after send")
        await self._mortal.sent(key)
        return receipt


@dataclass(frozen=True, slots=True)
class MortalCouriers:
    """See bot.ports.Couriers."""

    couriers: Couriers
    mortal: Mortal

    @property
    def platforms(self) -> frozenset[str]:
        """See bot.ports.Couriers."""
        return self.couriers.platforms

    def of(self, workspace: WorkspaceId) -> Courier | None:
        """See bot.ports.Couriers."""
        found = self.couriers.of(workspace)
        return None if found is None else MortalCourier(found, self.mortal)


@dataclass
class Process:
    """A coach; `settled` waits until what came in is handled and shown."""

    number: int
    mortal: Mortal
    database: DatabaseStore
    store: Groups
    outbox: Store
    coach: Coach
    clock: Clock
    close: Callable[[], Awaitable[None]] = field(init=False)
    settled: Callable[[], Awaitable[None]] = field(init=False)
    delivery: Delivery = field(init=False)
    reconciler: Reconciler = field(init=False)
    late: list[Outgoing] = field(default_factory=list)
    gaps: Gaps = field(init=False)
    unread: bool = True
    """Whether what the platform shows is to be read: at the start and after a new session."""
    again: bool = False
    """Whether a job failed; its next tick does what is due."""
    night: datetime | None = None

    @property
    def idle(self) -> bool:
        """Whether nothing is to be done before something is due."""
        return not (self.unread or self.again or self.late)

    def connected(self, couriers: Couriers, wait: Callable[[float], Awaitable[None]]) -> None:
        """Begin to speak."""
        mortal = MortalCouriers(couriers, self.mortal)
        self.gaps = Gaps(self.clock)
        dice = random.Random(f"delivery {self.number}")
        self.delivery = Delivery(
            self.outbox, mortal, self.clock, dice, self.coach.undelivered,
            on_late=self.late.append, engine=self.store,
        )  # fmt: skip
        self.reconciler = Reconciler(self.store, mortal, self.coach, self.clock, wait)

    async def handle(self, event: Inbound) -> Reply:
        """Take in what somebody did.  See `app.service.Service.handle`."""
        now = self.clock()
        try:
            return await self.store.run(lambda work: self.coach.handle(work, event, now))
        except Exception:
            self.gaps.missed()
            raise

    async def greeted(self) -> None:
        """Note that what happened before may not have been heard."""
        self.unread = True

    async def turn(self) -> None:
        """Do all that is due now."""
        self.again = False
        await self._nightly()
        if self.unread:
            self.unread = False
            await self.gaps.everything(self._everything)
        await self.gaps.part(self.reconciler.closed)
        if self.gaps.due:
            self.mortal.faults.reached("something missed was read again")
            await self.gaps.everything(self._everything)
        await sweep(self.store, self.coach.decide, self.clock)
        await self.delivery.drain()
        while self.late:
            await self.gaps.part(partial(self.reconciler.late, self.late.pop()))

    async def _everything(self) -> SettleReport:
        read = await self.reconciler.everything()
        if read.skipped:
            self.mortal.faults.reached("settling skipped something")
        return read

    async def _nightly(self) -> None:
        now = self.clock()
        if self.night is None or now < self.night - timedelta(hours=30):
            self.night = next_night(now)
        if now >= self.night:
            self.night = next_night(now)
            self.unread = True
            await tidy(self.store, self.coach, self.clock)


def next_night(now: datetime) -> datetime:
    """Return when the platform is read again next."""
    at = datetime.combine(now.date(), SETTLE_AT, tzinfo=now.tzinfo)
    return at if at > now else at + timedelta(days=1)


def opened(url: str, number: int, mortal: Mortal, outages: Outages, clock: Clock) -> Process:
    """Open the database for a new process."""
    database = open_store(url, durable=False, busy_timeout_seconds=LOCK_SECONDS[outages.database])
    if isinstance(outages, SqliteOutages):
        outages.is_full = False
        outages.full = lambda full: _full(database, full=full)
    store = Groups(MortalStore(database, mortal, outages), side_by_side=database.shared)
    outbox: Store = store
    if database.shared:
        outbox = MortalStore(database.deliveries, mortal, outages)
    coach = Coach({GUIDE.key: GUIDE}, seeded_ids(number), FairDice(), "Europe/Berlin")
    return Process(number, mortal, database, store, outbox, coach, clock)


def _full(database: DatabaseStore, *, full: bool) -> None:
    """Let the disk of a SQLite file have no page left, or as many as it likes."""
    pages = 1 if full else 1_000_000_000
    database.direct(lambda db: db.exec_driver_sql(f"PRAGMA max_page_count = {pages}"))


async def abandoned(process: Process) -> None:
    """Bury a process that was killed: its transactions end without commit, its files are free."""
    await process.mortal.bury()
    await asyncio.to_thread(process.database.close)
    await process.close()


__all__ = ["Faults", "Process", "abandoned", "opened"]
