"""The coach on real platforms, from its start until it is told to stop.

    speak --> hear --> read up what was missed --> decide and deliver, again and again --> stop

What happens while it starts or stops is not lost: events that were not acknowledged come again,
and everything else is read up at the next start.  What of it this process does, its roles say.
Rule: it can be told to stop at any moment, and then ends within ten seconds, after which a
container is killed.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from adapters.database.connect import open_store
from adapters.database.store import DatabaseStore
from adapters.slack.web import make_web, serve
from app import clocks, roles, slack_side
from app import guides as shelf
from app.absences import Absences
from app.gaps import Gaps
from app.groups import Groups
from app.leases import Leases
from app.measuring import Meter
from app.metering import metering
from app.outside import Outside
from app.pulse import Pulse
from app.readiness import Heard, Starting, missing
from app.settings import Settings
from app.shifts import Shifts
from app.sides import Sides, connected
from app.sole import Sole
from app.speaking import hinted, read_up
from app.waits import beside, left_within, unless, within
from bot.inbound import (
    Inbound,
    MembershipChanged,
    MessageDeleted,
    MessageEdited,
    MessageSaid,
    Reacted,
)
from bot.messages import Reply
from bot.services.coach import Coach
from scheduler.runner import Ticker, ticking

if TYPE_CHECKING:
    from adapters.discord.client_connection import Connection
    from adapters.discord.door import Engine

log = logging.getLogger(__name__)

JOBS_PATIENCE = timedelta(seconds=4)
DOORS_PATIENCE = timedelta(seconds=4)
STORE_PATIENCE = timedelta(seconds=1)
"""How long what is under way may take to end at a stop, one after the other."""

Started = Callable[["Service"], None]


@dataclass(slots=True)
class Service:
    """A running coach.  `ticker` is there while jobs run; `port` while it hears by web."""

    store: Groups
    coach: Coach
    outside: Outside
    meter: Meter
    sides: Sides
    absences: Absences
    gaps: Gaps
    leases: Leases | None = None
    ticker: Ticker | None = None
    port: int | None = None
    over: Callable[[], Coroutine[Any, Any, Exception]] | None = None
    """Waits until nothing can ever be heard again, and returns why."""
    starting: Starting = field(default_factory=Starting)
    heard: list[Heard] = field(default_factory=list)

    async def handle(self, event: Inbound) -> Reply:
        """Take in what somebody did: one transaction, committed when this returns."""
        now = self.outside.clock()
        waited_for = _is_waited_for(event)
        store = self.store.first if waited_for else self.store
        try:
            reply = await store.run(lambda work: self.coach.handle(work, event, now))
        except Exception:
            # The platform may never tell of it again.
            self.gaps.missed()
            raise
        if waited_for:
            self.nudge("delivery")
        return reply

    async def greeted(self) -> None:
        """Read up what was missed while a platform was not connected."""
        self.nudge("settle")

    async def moved(self) -> None:
        """Tell the operator of where the coach is no more, and read up where it is again."""
        if await self.absences.look():
            self.nudge("settle")

    async def missing(self) -> str | None:
        """Tell what keeps this process from working; `None` if nothing does."""
        return await missing(self.store, (self.starting, *self.heard))

    def nudge(self, job: str) -> None:
        """Run a job now, not only at its next tick, if it is this process's."""
        if self.ticker is not None:
            self.ticker.nudge(job)


async def run(
    settings: Settings, outside: Outside, stop: asyncio.Event, started: Started | None = None
) -> None:
    """Coach wherever the settings have tokens for, until `stop` is set.

    `started` is called once everything is connected.  A platform that can never be heard again
    while it runs ends it too if there is no other; otherwise the other goes on.

    Raises:
        SlackConnectionError, DiscordConnectionError, PortTakenError, DatabaseFault,
        GuideGoneError: Each with its cure.
    """
    async with AsyncExitStack() as stack:
        service = await unless(stop, _start(stack, settings, outside, stop))
        if service is None:
            log.info("the coach was stopped before it had started")
            return
        log.info("the coach is running")
        if started is not None:
            started(service)
        fault = await unless(stop, service.over()) if service.over else await stop.wait()
        log.info("the coach is stopping")
        if isinstance(fault, Exception):
            raise fault


async def _start(
    stack: AsyncExitStack, settings: Settings, outside: Outside, stop: asyncio.Event
) -> Service:
    """Start everything; leaving the stack ends it: jobs first, then doors, then the rest."""
    database = open_store(settings.database_url)
    stack.callback(database.close)
    outside, leases = await _shared(stack, database, outside)
    measured = metering(settings, database.deliveries, outside.clock)
    meter = await stack.enter_async_context(measured)
    pulse = Pulse(outside.passed)
    measured_store = pulse.store(meter.store(database, "engine"))
    store = Groups(measured_store, side_by_side=database.shared)
    stack.push_async_callback(within, STORE_PATIENCE, store.finish)
    guides = shelf.known(settings.guides)
    await store.run(lambda work: shelf.require(work, guides))
    coach = Coach(guides, outside.new_id, outside.dice("coach"), settings.timezone)
    sides = await connected(stack, settings, outside)
    absences = Absences(store, coach, sides.gone)
    gaps = Gaps(outside.clock)
    service = Service(store, coach, outside, meter, sides, absences, gaps, leases)
    service.heard.append(pulse)
    shifts = Shifts(
        settings, database, store, coach, outside, sides, leases, meter, pulse, absences, gaps
    )
    reconciler = shifts.reconciler()
    if shifts.speaks:
        await beside(stack, read_up(shifts.late, reconciler, gaps))
    jobs = shifts.jobs(reconciler, stop)
    doors = left_within(DOORS_PATIENCE, _open_doors(service, settings))
    await stack.enter_async_context(doors)
    # Only now, so that nothing falls between what was read up and what is heard.
    ticker = ticking(jobs, stop_patience=JOBS_PATIENCE)
    service.ticker = await stack.enter_async_context(ticker)
    if shifts.speaks and database.shared:
        hints = hinted(database, lambda: service.nudge("delivery"), outside.wait)
        await beside(stack, hints)
    service.starting.missing = None
    return service


async def _shared(
    stack: AsyncExitStack, database: DatabaseStore, outside: Outside
) -> tuple[Outside, Leases | None]:
    """Go by the database's clock and by leases, where other processes work on it, too."""
    if not database.shared:
        return outside, None
    passed, wait = outside.passed, outside.wait
    clock = await clocks.first(passed, database.server_time)
    await beside(stack, clocks.follow(clock, passed, database.server_time, wait))
    return replace(outside, clock=clock), Leases(database, outside.new_id(), passed, wait)


@asynccontextmanager
async def _open_doors(service: Service, settings: Settings) -> AsyncIterator[None]:
    """Hear what happens, wherever this process does, while entered."""
    slack, heard = service.sides.slack, service.heard
    async with AsyncExitStack() as stack:
        if slack is not None:
            doors = slack_side.open_doors(
                slack,
                service.meter.handle(service.handle),
                service.greeted,
                service.missing,
                heard,
            )
            service.port = await stack.enter_async_context(doors)
        elif roles.has_page(settings):
            web = make_web(None, service.missing)
            service.port = await stack.enter_async_context(serve(web, settings.port))
        if settings.discord_token is not None and roles.DISCORD in roles.of(settings):
            from app import discord_side  # noqa: PLC0415  (its library is large)

            names = discord_side.lease_names(settings)
            sole = Sole(lambda: _discord(service, settings), service.leases, names)
            await stack.enter_async_context(sole)
            # While another platform goes on, the log and /readyz tell of it.
            service.over = sole.over if slack is None else None
            heard.append(sole)
        yield


@asynccontextmanager
async def _discord(service: Service, settings: Settings) -> AsyncIterator[Connection]:
    """Speak and hear in Discord while entered."""
    from app import discord_side  # noqa: PLC0415  (as above)

    sides = service.sides
    async with discord_side.connected(settings, service.outside) as side:
        doors: AbstractAsyncContextManager[Connection] = discord_side.open_doors(
            side, _engine(service)
        )
        async with doors as connection:
            sides.discord_came(side)
            try:
                yield connection
            finally:
                sides.discord_went()


def _engine(service: Service) -> Engine:
    from adapters.discord.door import Engine  # noqa: PLC0415  (as above)
    from app import discord_side  # noqa: PLC0415

    homes = discord_side.Homes(service.store.first, service.coach)
    return Engine(
        service.meter.handle(service.handle),
        homes.of,
        service.greeted,
        service.coach.guides,
        service.moved,
        homes.member,
    )


def _is_waited_for(event: Inbound) -> bool:
    """Tell whether somebody looks at the screen for what comes of it; the rest has a second."""
    match event:
        case MessageSaid():
            return event.direct
        case MessageEdited() | MessageDeleted() | Reacted() | MembershipChanged():
            return False
    return True
