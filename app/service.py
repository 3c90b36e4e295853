"""The coach on real platforms, from its start until it is told to stop.

    speak --> hear --> read up what was missed --> decide and deliver, again and again --> stop

What happens while it starts or stops is not lost: events that were not acknowledged come again,
and everything else is read up at the next start.  Rule: it can be told to stop at any moment, and
then ends within ten seconds, after which a container is killed.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from adapters.database.connect import open_store
from adapters.slack.web import make_web, serve
from app import guides as shelf
from app import slack_side
from app.absences import Absences
from app.groups import Groups
from app.outside import Outside
from app.readiness import missing
from app.settings import Settings
from app.sides import Sides, connected
from bot.ids import WorkspaceId
from bot.inbound import (
    Inbound,
    MembershipChanged,
    MessageDeleted,
    MessageEdited,
    MessageSaid,
    Reacted,
)
from bot.messages import Reply
from bot.ports.outgoing import Outgoing
from bot.ports.platforms import Courier, Couriers
from bot.services.coach import Coach
from scheduler.delivery import Delivery
from scheduler.faults import without_words
from scheduler.reconcile import Reconciler, tidy
from scheduler.runner import Ticker, ticking
from scheduler.sweep import sweep
from scheduler.switchboard import Switchboard
from scheduler.timetable import Job, timetable

if TYPE_CHECKING:
    from adapters.discord.client_connection import Connection
    from app.discord_side import DiscordSide

log = logging.getLogger(__name__)

T = TypeVar("T")

JOBS_PATIENCE = timedelta(seconds=4)
DOORS_PATIENCE = timedelta(seconds=4)
"""How long what is under way may take to end at a stop, one after the other."""

Started = Callable[["Service"], None]


@dataclass(slots=True)
class Service:
    """A running coach.  `ticker` is there while jobs run; `port` while it hears by web."""

    store: Groups
    coach: Coach
    outside: Outside
    ticker: Ticker | None = None
    port: int | None = None
    over: Callable[[], Coroutine[Any, Any, Exception]] | None = None
    """Waits until nothing can ever be heard again, and returns why."""
    absences: Absences | None = None
    late: asyncio.Queue[Outgoing] = field(default_factory=asyncio.Queue)

    async def handle(self, event: Inbound) -> Reply:
        """Take in what somebody did: one transaction, committed when this returns."""
        now = self.outside.clock()
        waited_for = _is_waited_for(event)
        store = self.store.first if waited_for else self.store
        reply = await store.run(lambda work: self.coach.handle(work, event, now))
        if waited_for:
            self.nudge("delivery")
        return reply

    async def greeted(self) -> None:
        """Read up what was missed while a platform was not connected."""
        self.nudge("settle")

    async def moved(self) -> None:
        """Tell the operator of where the coach is no more, and read up where it is again."""
        if self.absences is not None and await self.absences.look():
            self.nudge("settle")

    def nudge(self, job: str) -> None:
        """Run a job now, not only at its next tick."""
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
        service = await _unless(stop, _start(stack, settings, outside, stop))
        if service is None:
            log.info("the coach was stopped before it had started")
            return
        log.info("the coach is running")
        if started is not None:
            started(service)
        fault = await _unless(stop, service.over()) if service.over else await stop.wait()
        log.info("the coach is stopping")
        if isinstance(fault, Exception):
            raise fault


async def _start(
    stack: AsyncExitStack, settings: Settings, outside: Outside, stop: asyncio.Event
) -> Service:
    """Start everything; leaving the stack ends it: jobs first, then doors, then the rest."""
    database = open_store(settings.database_url)
    stack.callback(database.close)
    store = Groups(database)
    stack.push_async_callback(store.finish)
    guides = shelf.known(settings.guides)
    await store.run(lambda work: shelf.require(work, guides))
    coach = Coach(guides, outside.new_id, outside.dice("coach"), settings.timezone)
    service = Service(store, coach, outside)
    sides = await connected(stack, settings, outside)
    service.absences = Absences(store, coach, sides.gone)
    jobs, readings = _jobs(service, Switchboard(sides.finders), stop)
    await _beside(stack, readings)
    doors = _left_within(DOORS_PATIENCE, _open_doors(service, settings, sides))
    await stack.enter_async_context(doors)
    # Only now, so that nothing falls between what was read up and what is heard.
    ticker = ticking(jobs, stop_patience=JOBS_PATIENCE)
    service.ticker = await stack.enter_async_context(ticker)
    return service


@asynccontextmanager
async def _open_doors(service: Service, settings: Settings, sides: Sides) -> AsyncIterator[None]:
    """Hear what happens on all platforms while entered."""
    store = service.store
    heard: list[Connection] = []
    async with AsyncExitStack() as stack:
        if sides.discord is not None:
            connection = await stack.enter_async_context(_heard(service, sides.discord))
            # While another platform goes on, the log and /readyz tell of it.
            service.over = connection.over if sides.slack is None else None
            heard.append(connection)
        if sides.slack is not None:
            doors = slack_side.open_doors(
                sides.slack, store, service.handle, service.greeted, heard
            )
            service.port = await stack.enter_async_context(doors)
        elif "port" in settings.model_fields_set:
            web = make_web(None, lambda: missing(store, heard))
            service.port = await stack.enter_async_context(serve(web, settings.port))
        yield


def _heard(service: Service, side: DiscordSide) -> AbstractAsyncContextManager[Connection]:
    from adapters.discord.door import Engine  # noqa: PLC0415  (as above)
    from app import discord_side  # noqa: PLC0415

    homes = discord_side.Homes(service.store.first, service.coach)
    engine = Engine(
        service.handle, homes.of, service.greeted, service.coach.guides, service.moved, homes.member
    )
    return discord_side.open_doors(side, engine)


async def _unless(stop: asyncio.Event, work: Coroutine[Any, Any, T]) -> T | None:
    """Return what comes of `work`; cancel it and return `None` if `stop` is set before."""
    task, told = asyncio.create_task(work), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({task, told}, return_when=asyncio.FIRST_COMPLETED)
        return task.result() if task.done() else None
    finally:
        for each in (task, told):
            each.cancel()
        await asyncio.gather(task, told, return_exceptions=True)


@asynccontextmanager
async def _left_within(
    patience: timedelta, context: AbstractAsyncContextManager[T]
) -> AsyncIterator[T]:
    """Enter `context`, and spend no more than `patience` on leaving it."""
    inner = AsyncExitStack()
    value = await inner.enter_async_context(context)
    try:
        yield value
    finally:
        try:
            async with asyncio.timeout(patience.total_seconds()):
                await inner.aclose()
        except TimeoutError:
            log.warning(
                "what came in was still under way at stop",
                extra={"seconds": patience.total_seconds()},
            )


@dataclass(frozen=True, slots=True)
class _UntilStopped:
    """Couriers for whom nothing more is claimed once `stop` is set.  See bot.ports.Couriers."""

    couriers: Couriers
    stop: asyncio.Event

    @property
    def platforms(self) -> frozenset[str]:
        """See bot.ports.Couriers."""
        return frozenset() if self.stop.is_set() else self.couriers.platforms

    def of(self, workspace: WorkspaceId) -> Courier | None:
        """See bot.ports.Couriers."""
        return self.couriers.of(workspace)


def _jobs(
    service: Service, switchboard: Switchboard, stop: asyncio.Event
) -> tuple[tuple[Job, ...], Coroutine[None, None, None]]:
    """Return what runs by the clock, and what reads posts up whose receipt came late."""
    store, coach, outside = service.store, service.coach, service.outside
    reconciler = Reconciler(store, switchboard, coach, outside.clock, outside.wait)
    delivery = Delivery(
        store,
        _UntilStopped(switchboard, stop),
        outside.clock,
        outside.dice("delivery"),
        coach.undelivered,
        on_late=service.late.put_nowait,
    )

    async def settle() -> None:
        if service.absences is not None:
            await service.absences.look()
        await reconciler.everything()

    jobs = timetable(
        settle=settle,
        closed=reconciler.closed,
        sweep=lambda: sweep(store, coach.decide, outside.clock),
        delivery=delivery.drain,
        tidy=lambda: tidy(store, coach, outside.clock),
    )
    return jobs, _read_up(service.late, reconciler)


async def _read_up(late: asyncio.Queue[Outgoing], reconciler: Reconciler) -> None:
    while True:
        outgoing = await late.get()
        try:
            await reconciler.late(outgoing)
        except Exception as error:
            # It is read again at night in any case.
            log.exception(
                "a late post could not be read up",
                extra={"post": outgoing.key},
                exc_info=without_words(error),
            )


async def _beside(stack: AsyncExitStack, work: Coroutine[None, None, None]) -> None:
    """Run `work` beside everything else until the stack is left."""
    task = asyncio.create_task(work)

    async def end() -> None:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    stack.push_async_callback(end)


def _is_waited_for(event: Inbound) -> bool:
    """Tell whether somebody looks at the screen for what comes of it; the rest has a second."""
    match event:
        case MessageSaid():
            return event.direct
        case MessageEdited() | MessageDeleted() | Reacted() | MembershipChanged():
            return False
    return True
