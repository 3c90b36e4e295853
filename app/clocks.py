"""The clock of a process that shares its database: the database's own.

    the database's clock, asked now and then --offset--> this machine's steady seconds --> now

Leases and what is due are compared by several processes, so all go by one clock, and a machine
whose own clock jumps does no harm.  Rule: it never goes back.  Where the database's clock was set
back, this one goes at half its pace until the other has caught up.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from adapters.database.errors import DatabaseFault

log = logging.getLogger(__name__)

AGAIN = timedelta(minutes=1)
"""So often the offset is measured anew: a machine's seconds are not quite the database's."""
SLOW = timedelta(seconds=1)
"""An answer that took longer tells less than what was known before."""
JUMP = timedelta(seconds=1)
"""So far off is no drift: the operator is told."""

ServerTime = Callable[[], datetime | None]


class ServerClock:
    """See bot.ports.Clock.  `passed` tells this machine's steady seconds."""

    def __init__(self, passed: Callable[[], float], server_time: datetime) -> None:
        self._passed = passed
        self._lock = threading.Lock()
        self._at = passed()
        self._last = server_time
        self._start = server_time - timedelta(seconds=self._at)

    def __call__(self) -> datetime:
        """See bot.ports.Clock."""
        with self._lock:
            at = self._passed()
            aim, since = self._start + timedelta(seconds=at), timedelta(seconds=at - self._at)
            self._last = max(aim, self._last + since / 2)
            self._at = at
            return self._last

    def measured(self, server_time: datetime, asked_at: float) -> timedelta:
        """Go by what the database answered when asked; return how far off that was.

        `asked_at` is in seconds of `passed`.  The answer is taken to be from half-way between
        the question and now.
        """
        answered_at = self._passed()
        if answered_at - asked_at > SLOW.total_seconds():
            return timedelta()
        start = server_time - timedelta(seconds=(asked_at + answered_at) / 2)
        with self._lock:
            off, self._start = start - self._start, start
        return off


async def first(passed: Callable[[], float], server_time: ServerTime) -> ServerClock:
    """Make a clock that goes by the database's."""
    asked_at = passed()
    told = await asyncio.to_thread(server_time)
    assert told is not None, "a shared database has a clock"
    clock = ServerClock(passed, told)
    clock.measured(told, asked_at)
    return clock


async def follow(
    clock: ServerClock,
    passed: Callable[[], float],
    server_time: ServerTime,
    wait: Callable[[float], Awaitable[object]],
) -> None:
    """Measure again and again; a database that does not answer is asked the next time."""
    while True:
        await wait(AGAIN.total_seconds())
        asked_at = passed()
        try:
            told = await asyncio.to_thread(server_time)
        except (DatabaseFault, OSError) as error:
            log.warning("the database did not tell the time", extra={"error": type(error).__name__})
            continue
        off = clock.measured(told, asked_at) if told is not None else timedelta()
        if abs(off) > JUMP:
            log.warning("the database's clock has jumped", extra={"seconds": off.total_seconds()})
