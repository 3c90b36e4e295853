"""What Prometheus is told of a running coach; docs/operations.md says what each figure means.

    Metrics(clock).handle | .couriers | .store     measure what passes
    await Metrics(clock).page(store)               everything, as Prometheus reads it

Rule: a label never holds what somebody wrote, a name, or an id of a member, channel or workspace;
a platform is as near as it gets.  What stands in the database is looked up when somebody asks, in
one transaction and every few seconds at most, so that counting costs nothing in between.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.gc_collector import GCCollector
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from app.measuring import Handle, Meter
from app.metrics_stored import Standing, figures
from bot.ids import PostKey, WorkspaceId
from bot.inbound import Inbound
from bot.messages import Message, Place, Reply
from bot.ports.outgoing import Receipt
from bot.ports.outside import Clock
from bot.ports.platforms import Courier, Couriers, Refused, TryLater
from bot.ports.work import Store, Work
from scheduler.faults import without_words

log = logging.getLogger(__name__)

T = TypeVar("T")

CACHED = timedelta(seconds=5)
"""For so long the database is not asked again."""
PATIENCE = timedelta(seconds=3)
"""Who asks for the figures waits about ten seconds; what this process knows itself comes sooner."""
TURN = 0.5
"""Seconds between two looks at how late the event loop is."""
_FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 3.0, 10.0)
_SLOW = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0)
_LAG = (0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 15.0, 60.0, 600.0, 3600.0)


class Metrics(Meter):
    """What is measured in one process."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._asked_at: datetime | None = None
        self._asking = asyncio.Lock()
        # A third of the page, and of use to nobody whose Prometheus scrapes it.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry = CollectorRegistry()
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=self.registry)
        self._counted()
        self._stored = _Stored()
        self.registry.register(self._stored)

    def _counted(self) -> None:
        self._events = Counter(
            "loopmates_events_total",
            "What came in, and whether it was committed.",
            ["platform", "kind", "outcome"],
            registry=self.registry,
        )
        self._lag = self._histogram(
            "loopmates_inbound_lag_seconds",
            "From the platform's own time of an event to its commit.",
            ["platform"],
            _LAG,
        )
        self._acknowledged = self._histogram(
            "loopmates_acknowledge_seconds",
            "From an event's arrival here to its commit, after which it is acknowledged.",
            ["platform"],
            _FAST,
        )
        self._sends = self._histogram(
            "loopmates_send_seconds",
            "Calls to a platform, by what was done and how that ended.",
            ["platform", "kind", "outcome"],
            _SLOW,
        )
        self._transactions = self._histogram(
            "loopmates_database_seconds",
            "Transactions, with the time they waited for their turn.",
            ["store", "outcome"],
            _FAST,
        )
        self._late = self._histogram(
            "loopmates_loop_lag_seconds", "How late the event loop takes a turn.", [], _FAST
        )

    # --- what passes -------------------------------------------------------------------------

    def handle(self, handle: Handle) -> Handle:
        """See app.measuring.Meter."""

        async def handled(event: Inbound) -> Reply:
            platform, kind = _platform(event.workspace), type(event).__name__
            began = _tick()
            try:
                reply = await handle(event)
            except BaseException:
                self._events.labels(platform, kind, "failed").inc()
                raise
            self._events.labels(platform, kind, "committed").inc()
            self._acknowledged.labels(platform).observe(_tick() - began)
            lag = (self._clock() - event.at).total_seconds()
            self._lag.labels(platform).observe(max(lag, 0.0))
            return reply

        return handled

    def couriers(self, couriers: Couriers) -> Couriers:
        """See app.measuring.Meter."""
        return _Couriers(couriers, self)

    def store(self, store: Store, name: str) -> Store:
        """See app.measuring.Meter."""
        return _Store(store, self, name)

    # --- what is told --------------------------------------------------------------------------

    async def page(self, store: Store) -> bytes:
        """Return all figures, as Prometheus reads them."""
        # Whoever asks while somebody is looking waits for what that one finds.
        async with self._asking:
            now = self._clock()
            if self._asked_at is None or not timedelta() <= now - self._asked_at < CACHED:
                self._stored.standing = await self._looked_up(store, now)
                self._asked_at = now
        return generate_latest(self.registry)

    async def watch_loop(self) -> None:
        """Look again and again how late the event loop is."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + TURN
            await asyncio.sleep(TURN)
            self._late.observe(max(loop.time() - due, 0.0))

    async def _looked_up(self, store: Store, now: datetime) -> Standing | None:
        def look(work: Work) -> Standing:
            return Standing(work.letters.depth(now), work.agenda.next_at(), now)

        try:
            async with asyncio.timeout(PATIENCE.total_seconds()):
                return await store.run(look)
        except Exception as error:
            # The figures that this process keeps itself are wanted most of all now.
            log.warning("figures could not be looked up", exc_info=without_words(error))
            return None

    # --- for those who measure -----------------------------------------------------------------

    def sent(self, workspace: WorkspaceId, kind: str, outcome: str, seconds: float) -> None:
        """Note one call to a platform."""
        self._sends.labels(_platform(workspace), kind, outcome).observe(seconds)

    def transacted(self, store: str, outcome: str, seconds: float) -> None:
        """Note one transaction."""
        self._transactions.labels(store, outcome).observe(seconds)

    def _histogram(
        self, name: str, words: str, labels: Sequence[str], buckets: Sequence[float]
    ) -> Histogram:
        return Histogram(name, words, labels, buckets=buckets, registry=self.registry)


class _Stored(Collector):
    """Tells `standing`: what was looked up last, or `None` where that did not work."""

    standing: Standing | None = None

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """See prometheus_client.registry.Collector."""
        for figure in figures(self.standing):
            labels = [figure.label] if figure.label else []
            family = GaugeMetricFamily(figure.name, figure.words, labels=labels)
            for value, number in figure.values.items():
                family.add_metric([value] if labels else [], number)
            yield family


class _Store:
    """A store whose transactions are timed.  See bot.ports.Store."""

    def __init__(self, store: Store, metrics: Metrics, name: str) -> None:
        self._store = store
        self._metrics = metrics
        self._name = name

    async def run(self, call: Callable[[Work], T]) -> T:
        """See bot.ports.Store."""
        began, outcome = _tick(), "failed"
        try:
            result = await self._store.run(call)
            outcome = "committed"
            return result
        finally:
            self._metrics.transacted(self._name, outcome, _tick() - began)


class _Couriers:
    """Couriers whose calls are counted.  See bot.ports.Couriers."""

    def __init__(self, couriers: Couriers, metrics: Metrics) -> None:
        self._couriers = couriers
        self._metrics = metrics

    @property
    def platforms(self) -> frozenset[str]:
        """See bot.ports.Couriers."""
        return self._couriers.platforms

    def of(self, workspace: WorkspaceId) -> Courier | None:
        """See bot.ports.Couriers."""
        courier = self._couriers.of(workspace)
        return None if courier is None else _Courier(courier, self._metrics, workspace)


class _Courier:
    """A courier whose calls are counted, as far as delivery makes them.  See bot.ports.Courier."""

    def __init__(self, courier: Courier, metrics: Metrics, workspace: WorkspaceId) -> None:
        self._courier = courier
        self._metrics = metrics
        self._workspace = workspace
        # These are for settling; nothing is sent by them.
        self.thread = courier.thread
        self.since = courier.since
        self.reactions = courier.reactions
        self.people = courier.people

    async def post(
        self, place: Place, message: Message, key: PostKey, thread: Receipt | None
    ) -> Receipt:
        """See bot.ports.Courier."""
        return await self._timed("post", self._courier.post(place, message, key, thread))

    async def edit(self, at: Receipt, message: Message) -> None:
        """See bot.ports.Courier."""
        await self._timed("edit", self._courier.edit(at, message))

    async def mark(self, at: Receipt, emoji: str, *, on: bool) -> None:
        """See bot.ports.Courier."""
        await self._timed("mark", self._courier.mark(at, emoji, on=on))

    async def find(
        self, place: Place, key: PostKey, since: datetime, thread: Receipt | None
    ) -> Receipt | None:
        """See bot.ports.Courier."""
        return await self._timed("find", self._courier.find(place, key, since, thread))

    async def _timed(self, kind: str, call: Awaitable[T]) -> T:
        began, outcome = _tick(), "unsure"
        try:
            result = await call
        except Refused:
            outcome = "refused"
            raise
        except TryLater:
            outcome = "later"
            raise
        else:
            outcome = "done"
            return result
        finally:
            self._metrics.sent(self._workspace, kind, outcome, _tick() - began)


def _tick() -> float:
    """Return a clock of the event loop's, which jumps of the machine's clock do not move."""
    return asyncio.get_running_loop().time()


def _platform(workspace: WorkspaceId) -> str:
    return workspace.partition(":")[0]
