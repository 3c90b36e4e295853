"""How a database is away for a while, from outside and for real.

A second connection holds the lock or ends the others, or the disk has no page left.  Each trouble
lasts for one transaction of ours at least, and is over a moment later.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing, suppress
from typing import TYPE_CHECKING, Any, Protocol

from adapters.database.errors import DatabaseFault

if TYPE_CHECKING:
    from tests.chaos.faults import Faults

STALL_SECONDS = 0.05
"""So long nothing moves; the wait of a process for a lock is longer, or shorter, by its setting."""

TRY_SECONDS = 0.02
TRIES = 3_000
"""A minute: a busy machine takes its time to recover a server."""


class Outages(Protocol):
    """What can happen to one database."""

    database: str

    def during(self, trouble: str | None, faults: Faults) -> AbstractAsyncContextManager[None]:
        """Let `trouble` be while entered."""


class SqliteOutages:
    """A file that somebody else locks, or whose disk is full."""

    database = "sqlite"

    def __init__(self, path: str) -> None:
        self._path = path
        self.full: Callable[[bool], None] = _nothing
        """Lets the running coach's disk be full, or not."""
        self.is_full = False

    @asynccontextmanager
    async def during(self, trouble: str | None, faults: Faults) -> AsyncIterator[None]:
        """See `Outages`."""
        if trouble == "database locked":
            with closing(sqlite3.connect(self._path, isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                faults.strike(trouble)
                yield
            return
        if trouble == "disk full":
            self.is_full = True
            self.full(True)
        try:
            yield
        except DatabaseFault:
            if self.is_full:
                # Only what needed a page has noticed; before that the disk was full in vain.
                self.is_full = False
                self.full(False)
                faults.strike("disk full")
            raise


class PostgresOutages:
    """A server that ends connections, or lets everybody wait."""

    database = "postgres"

    def __init__(self, url: str) -> None:
        self._url = url
        self._one_by_one = threading.Lock()
        """Several workers may meet outages at once: nothing is ended on a server that is down."""

    @asynccontextmanager
    async def during(self, trouble: str | None, faults: Faults) -> AsyncIterator[None]:
        """See `Outages`."""
        if trouble in {"connections ended", "server crashed"}:
            end = self._end if trouble == "connections ended" else self._crash
            ending = asyncio.create_task(asyncio.to_thread(end, faults))
            try:
                yield
            finally:
                await ending
        elif trouble == "database stalled":
            connection = await asyncio.to_thread(self._hold)
            faults.strike(trouble)
            releasing = asyncio.create_task(self._release(connection))
            try:
                yield
            finally:
                await releasing
        else:
            yield

    def _connected(self) -> Any:
        """Connect, as soon as the server takes connections."""
        import psycopg  # noqa: PLC0415

        pause = threading.Event()
        for _ in range(TRIES):
            with suppress(psycopg.OperationalError):
                return psycopg.connect(self._url, autocommit=True)
            pause.wait(TRY_SECONDS)
        raise AssertionError("the server never came back")

    def _end(self, faults: Faults) -> None:
        with self._one_by_one, self._connected() as connection:
            ended = connection.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                " AND application_name = 'loopmates'"
            ).fetchone()[0]
        if ended:
            faults.strike("connections ended")

    def _crash(self, faults: Faults) -> None:
        """Kill one of the server's processes: it ends them all, recovers, and starts again."""
        with self._one_by_one:
            with closing(self._connected()) as connection:
                if _killed(connection):
                    faults.strike("server crashed")
            self._connected().close()

    def _hold(self) -> Any:
        with self._one_by_one:
            connection = self._connected()
            connection.autocommit = False
            connection.execute("LOCK TABLE outbox IN ACCESS EXCLUSIVE MODE")
            return connection

    async def _release(self, connection: Any) -> None:
        await asyncio.sleep(STALL_SECONDS)
        await asyncio.to_thread(connection.close)


def _killed(connection: Any) -> bool:
    """Kill a process of the server, and wait until this connection, too, is ended."""
    import psycopg  # noqa: PLC0415

    found = connection.execute(
        "SELECT pid FROM pg_stat_activity WHERE application_name = 'loopmates'"
        " AND datname = current_database() LIMIT 1"
    ).fetchone()
    if found is None:
        return False
    try:
        os.kill(found[0], signal.SIGKILL)
    except ProcessLookupError:
        # It went by itself a moment ago.
        return False
    with suppress(psycopg.Error):
        connection.execute("SELECT pg_sleep(10)")
    return True


def _nothing(_: bool) -> None:
    return None
