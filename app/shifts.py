"""What a process does by the clock, by its roles.

    heard or spoken   settle: at the start, whenever something may have been missed, and as
                      questions close, in one process
    spoken            delivery; settling by night, in one process
    scheduler         sweep; tidying, in one process

Rule: everything may run in any number of processes.  Leases only save doing it twice.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from adapters.database.store import DatabaseStore
from app import roles
from app.absences import Absences
from app.gaps import Gaps
from app.groups import Groups
from app.leases import Leases
from app.measuring import Meter
from app.outside import Outside
from app.pulse import DELIVERY, SWEEP, Pulse
from app.settings import Settings
from app.sides import Sides
from app.speaking import UntilStopped
from bot.ports.outgoing import Outgoing
from bot.ports.work import Store
from bot.services.coach import Coach
from scheduler.delivery import Delivery
from scheduler.limits import Limits
from scheduler.reconcile import NIGHT, Reconciler, SettleReport, tidy
from scheduler.sweep import sweep
from scheduler.timetable import Call, Job, timetable


@dataclass(slots=True)
class Shifts:
    """What stands behind the jobs of one process."""

    settings: Settings
    database: DatabaseStore
    store: Groups
    coach: Coach
    outside: Outside
    sides: Sides
    leases: Leases | None
    meter: Meter
    pulse: Pulse
    absences: Absences
    gaps: Gaps
    late: asyncio.Queue[Outgoing] = field(default_factory=asyncio.Queue)
    """Posts whose receipt came late: what people did with them meanwhile is read up."""

    @property
    def speaks(self) -> bool:
        """Whether this process delivers anywhere, now or once its turn comes."""
        settings, has = self.settings, roles.of(self.settings)
        slack = roles.SLACK in has and settings.slack_bot_token is not None
        return slack or (roles.DISCORD in has and settings.discord_token is not None)

    @property
    def hears(self) -> bool:
        """Whether this process hears anything."""
        return self.speaks or roles.hears_by_web(self.settings)

    def reconciler(self) -> Reconciler:
        """Return what reads again what the platforms show."""
        mine = None if self.leases is None else self.leases.mine
        store, outside = self.store, self.outside
        return Reconciler(
            store, self.sides.seen, self.coach, outside.clock, outside.wait, mine=mine
        )

    def jobs(self, reconciler: Reconciler, stop: asyncio.Event) -> tuple[Job, ...]:
        """Return the jobs of this process; once `stop` is set, none claims anything more."""
        decides = roles.SCHEDULER in roles.of(self.settings)
        return timetable(
            settle=self._settling(reconciler) if self.hears else None,
            nightly=self._nightly(reconciler) if self.speaks else None,
            closed=self._closing(reconciler) if self.hears else None,
            sweep=self._sweeping() if decides else None,
            delivery=self._delivering(stop) if self.speaks else None,
            tidy=self._tidy if decides else None,
        )

    def _settling(self, reconciler: Reconciler) -> Call:
        async def everything() -> SettleReport:
            await self.absences.look()
            return await reconciler.everything()

        return lambda: self.gaps.everything(everything)

    def _nightly(self, reconciler: Reconciler) -> Call:
        return lambda: self.gaps.part(reconciler.nightly)

    def _closing(self, reconciler: Reconciler) -> Call:
        settle = self._settling(reconciler)

        async def closed() -> None:
            await self.gaps.part(reconciler.closed)
            if self.gaps.due:
                await settle()

        return closed

    def _sweeping(self) -> Call:
        decide = self.pulse.noting(SWEEP, self.coach.decide)
        return self.pulse.turning(SWEEP, lambda: sweep(self.store, decide, self.outside.clock))

    def _delivering(self, stop: asyncio.Event) -> Call:
        couriers = self.pulse.couriers(self.meter.couriers(self.sides.spoken))
        delivery = Delivery(
            self._outbox(),
            UntilStopped(couriers, stop),
            self.outside.clock,
            self.outside.dice("delivery"),
            self.coach.undelivered,
            Limits(several=self.database.shared),
            on_late=self.late.put_nowait,
            engine=self.store,
            passed=self.outside.passed,
        )
        return self.pulse.turning(DELIVERY, delivery.drain)

    def _outbox(self) -> Store:
        """Return the store for the outbox alone; in a file it shares commits with all else."""
        if not self.database.shared:
            return self.store
        return self.pulse.store(self.meter.store(self.database.deliveries, "deliveries"))

    async def _tidy(self) -> None:
        if self.leases is None or await self.leases.mine("tidy", NIGHT):
            await tidy(self.store, self.coach, self.outside.clock)
