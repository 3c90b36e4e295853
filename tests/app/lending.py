"""A database that lends leases, and steady seconds that pass only while everybody waits."""

from __future__ import annotations

import asyncio
import heapq
from datetime import UTC, datetime, timedelta

from adapters.database.errors import DatabaseFault
from adapters.database.leases import Lent

EPOCH = datetime(2026, 12, 7, tzinfo=UTC)


class Machine:
    """Seconds that pass when everybody waits for something; each waits in their turn."""

    def __init__(self) -> None:
        self.seconds = 1_000.0
        self._number = 0
        self._waiting: list[tuple[float, int, asyncio.Event]] = []

    def passed(self) -> float:
        return self.seconds

    async def wait(self, seconds: float) -> None:
        self._number += 1
        event = asyncio.Event()
        heapq.heappush(self._waiting, (self.seconds + seconds, self._number, event))
        await event.wait()

    def sleep(self, seconds: float) -> None:
        """Let seconds pass that no wait takes notice of."""
        self.seconds += seconds
        self._waiting = [(at + seconds, number, event) for at, number, event in self._waiting]

    async def run(self, seconds: float) -> None:
        """Let so many seconds pass."""
        until = self.seconds + seconds
        await _quiet()
        while self._waiting and self._waiting[0][0] <= until:
            self.seconds, _, event = heapq.heappop(self._waiting)
            event.set()
            await _quiet()
        self.seconds = until


class Lender:
    """Lends by a machine's seconds.  See app.leases.Lender."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self.held: dict[str, tuple[str, float]] = {}
        self.fault: Exception | None = None
        self.hangs = False
        """Whether it does not answer who asks for a lease."""
        self.ahead = 0.0
        """By so much its clock was set forward."""

    async def leased(
        self, name: str, holder: str, lasts: timedelta, stale: Lent | None = None
    ) -> int | None:
        await asyncio.sleep(0)
        if self.hangs:
            await asyncio.Event().wait()
        if self.fault is not None:
            raise self.fault
        by, until = self.held.get(name, ("", 0.0))
        is_over = until <= self._machine.seconds + self.ahead or stale == _lent(by, until)
        if by != holder and not is_over:
            return None
        self.held[name] = (holder, self._machine.seconds + self.ahead + lasts.total_seconds())
        return 1

    async def lent_to(self, name: str, holder: str) -> Lent | None:
        await asyncio.sleep(0)
        if self.fault is not None:
            raise self.fault
        by, until = self.held.get(name, (holder, 0.0))
        return None if by == holder else _lent(by, until)

    async def given_back(self, name: str, holder: str) -> None:
        await asyncio.sleep(0)
        if self.fault is not None:
            raise self.fault
        if self.held.get(name, ("", 0.0))[0] == holder:
            del self.held[name]

    def holder(self, name: str) -> str | None:
        """Return who has a lease now."""
        by, until = self.held.get(name, ("", 0.0))
        return by if until > self._machine.seconds + self.ahead else None


def _lent(by: str, until: float) -> Lent:
    return Lent(by, EPOCH + timedelta(seconds=until))


class Away(DatabaseFault):
    """The database is not there."""


async def _quiet() -> None:
    """Let everything happen that needs no time."""
    for _ in range(30):
        await asyncio.sleep(0)
