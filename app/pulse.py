"""Whether what runs again and again still does: deciding, and sending.

    pulse.turning("sweep", call)    the same call, whose every good end is noted
    pulse.noting("sweep", decide)   the same function, whose every call is noted
    pulse.store(store)              the same store, whose every fault is noted
    pulse.missing                   what stands still, or is not kept; `None` if all is well

Rule: it counts that a job turns, never whether a platform takes what is sent.  A process that
waits for Slack is ready; sending its requests elsewhere would not make Slack answer.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import ParamSpec, TypeVar

from adapters.database.errors import DatabaseFault
from bot.ids import WorkspaceId
from bot.ports.platforms import Courier, Couriers
from bot.ports.work import Store, Work

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

    @property
    def missing(self) -> str | None:
        """See app.readiness.Heard."""
        if self._faulted is not None and self._passed() - self._faulted < FAULTY.total_seconds():
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
        return _Store(store, self._fault)

    def _fault(self) -> None:
        self._faulted = self._passed()

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

    def __init__(self, store: Store, fault: Callable[[], None]) -> None:
        self._store = store
        self._fault = fault

    async def run(self, call: Callable[[Work], T]) -> T:
        """See bot.ports.Store."""
        try:
            return await self._store.run(call)
        except DatabaseFault:
            self._fault()
            raise
