"""Whether what runs again and again still does: deciding, and sending.

    pulse.turning("sweep", call)    the same call, whose every good end is noted
    pulse.noting("sweep", decide)   the same function, whose every call is noted
    pulse.store(store)              the same store, whose every fault is noted; the log tells
                                    once that it does not work, and once that it does again
    pulse.missing                   what stands still, or is not kept; `None` if all is well

Rule: it counts that a job turns, never whether a platform takes what is sent.  A process that
waits for Slack is ready; sending its requests elsewhere would not make Slack answer.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import ParamSpec, TypeVar

from adapters.database.errors import DatabaseFault
from bot.ids import WorkspaceId
from bot.ports.platforms import Courier, Couriers
from bot.ports.work import Store, Work

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

STILL = timedelta(minutes=3)
"""So long may pass between two turns: more than a busy database or a large sweep needs."""

FAULTY = timedelta(seconds=30)
"""For so long a database that did not keep something is not relied on: it may be full, and answer
to whoever only asks."""

SWEEP, DELIVERY = "sweep", "delivery"
_WORDS = {
    SWEEP: "nothing that is due has been decided for minutes",
    DELIVERY: "nothing has been looked for to send for minutes",
}


class Pulse:
    """When each job last turned; `passed` tells the seconds since some moment."""

    def __init__(self, passed: Callable[[], float]) -> None:
        self._passed = passed
        self._turned: dict[str, float] = {}
        self._faulted: float | None = None
        """When the database failed last."""
        self._faulty_since: float | None = None
        """When it failed first, until the log has told that it is back."""

    @property
    def missing(self) -> str | None:
        """See app.readiness.Heard."""
        if self._faulty:
            return "the database does not keep what it is given"
        latest = self._passed() - STILL.total_seconds()
        return next((_WORDS[name] for name, at in self._turned.items() if at < latest), None)

    def turning(self, name: str, call: Callable[[], Awaitable[T]]) -> Callable[[], Awaitable[T]]:
        """Return the same job, watched from now on; one that fails has not turned."""
        self._note(name)

        async def turn() -> T:
            result = await call()
            self._note(name)
            return result

        return turn

    def noting(self, name: str, call: Callable[P, T]) -> Callable[P, T]:
        """Return the same function: a job that calls it is at work, however long it takes."""

        def noted(*args: P.args, **kwargs: P.kwargs) -> T:
            self._note(name)
            return call(*args, **kwargs)

        return noted

    def couriers(self, couriers: Couriers) -> Couriers:
        """Return the same couriers: whoever asks for their platforms is about to send."""
        return _Couriers(couriers, lambda: self._note(DELIVERY))

    def store(self, store: Store) -> Store:
        """Return the same store, whose faults are noted."""
        return _Store(store, self._fault, self._work)

    @property
    def _faulty(self) -> bool:
        recently = self._passed() - FAULTY.total_seconds()
        return self._faulted is not None and self._faulted > recently

    def _fault(self, fault: DatabaseFault) -> None:
        self._faulted = self._passed()
        if self._faulty_since is None:
            self._faulty_since = self._faulted
            log.warning("the database does not work", extra={"problem": str(fault)})

    def _work(self) -> None:
        # A full disk still lets everybody read: one good end between two faults says nothing.
        if self._faulty_since is None or self._faulted is None or self._faulty:
            return
        away = round(self._faulted - self._faulty_since, 1)
        self._faulty_since = None
        log.warning("the database is back", extra={"seconds": away})

    def _note(self, name: str) -> None:
        self._turned[name] = self._passed()


class _Couriers:
    """See bot.ports.Couriers."""

    def __init__(self, couriers: Couriers, note: Callable[[], None]) -> None:
        self._couriers = couriers
        self._note = note

    @property
    def platforms(self) -> frozenset[str]:
        """See bot.ports.Couriers."""
        self._note()
        return self._couriers.platforms

    def of(self, workspace: WorkspaceId) -> Courier | None:
        """See bot.ports.Couriers."""
        return self._couriers.of(workspace)


class _Store:
    """See bot.ports.Store."""

    def __init__(
        self, store: Store, fault: Callable[[DatabaseFault], None], work: Callable[[], None]
    ) -> None:
        self._store = store
        self._fault = fault
        self._work = work

    async def run(self, call: Callable[[Work], T]) -> T:
        """See bot.ports.Store."""
        try:
            result = await self._store.run(call)
        except DatabaseFault as fault:
            self._fault(fault)
            raise
        self._work()
        return result
