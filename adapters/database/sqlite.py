"""SQLite: a file that belongs to this process, or memory.

One connection in one thread does everything, so transactions run one after another and none
ever waits for another of ours.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import StaticPool

from adapters.database import leases
from adapters.database.address import Address
from adapters.database.errors import DatabaseUnusable
from adapters.database.faults import ERRORS, fault_of
from adapters.database.lock import FileLock
from adapters.database.store import DatabaseStore

T = TypeVar("T")

_BETWEEN_SWEEPS = 200
"""How many transactions pass before the log is emptied again, after somebody was in the way."""


class SqliteStore(DatabaseStore):
    """See adapters.database.store.  Made by `connect.open_store`."""

    def __init__(
        self, address: Address, engine: Engine, lock: FileLock | None, *, threaded: bool = True
    ) -> None:
        thread = ThreadPoolExecutor(1, thread_name_prefix="database") if threaded else None
        super().__init__(address, engine, thread)
        self._lock = lock
        self._connection: Connection | None = None
        self._unswept = False
        self._until_sweep = 0

    def lease(
        self, name: str, holder: str, lasts: timedelta, stale: leases.Lent | None = None
    ) -> int:
        """See DatabaseStore; the file is this process's, so nobody else holds anything."""
        del lasts, stale
        return self.direct(lambda connection: leases.take(connection, name, holder))

    def give_back(self, name: str, holder: str) -> None:
        """See DatabaseStore."""
        self.direct(lambda connection: leases.give_back(connection, name, holder))

    def close(self) -> None:
        """Finish what is running, and give the file back; closing twice is harmless."""
        if self._connection is not None:
            connection = self._connection
            self._away(lambda: self._leave(connection))
            self._connection = None
        self._closed = True
        if self._threads is not None:
            self._threads.shutdown()
        self._engine.dispose()
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def _erased(self) -> None:
        assert self._connection is not None, "something was just erased through it"
        self._unswept, self._until_sweep = True, 0
        self._tidy(self._connection)

    def _transact(self, call: Callable[[Connection], T]) -> T:
        if self._closed:
            raise RuntimeError("the store is closed, and the file may belong to another process")
        try:
            if self._connection is None:
                self._connection = self._engine.connect()
            with self._connection.begin():
                result = call(self._connection)
        except ERRORS as error:
            raise fault_of(error, self._address.shown) or error from error
        self._tidy(self._connection)
        return result

    def _tidy(self, connection: Connection) -> None:
        if self._unswept:
            if self._until_sweep == 0:
                self._sweep(connection)
            self._until_sweep -= 1

    def _leave(self, connection: Connection) -> None:
        if self._unswept:
            with suppress(sqlite3.Error):
                self._sweep(connection)
        connection.close()

    def _sweep(self, connection: Connection) -> None:
        """Empty the write-ahead log, which still holds what was erased.

        A reader such as a backup may be in the way.  Nobody waits for it: everything else would
        wait along.  It is tried again after a while, and at the end.
        """
        self._until_sweep = _BETWEEN_SWEEPS
        with closing(connection.connection.cursor()) as cursor:
            cursor.execute("PRAGMA busy_timeout")
            (patience,) = cursor.fetchone() or (0,)
            cursor.execute("PRAGMA busy_timeout = 0")
            try:
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                row = cursor.fetchone()
            finally:
                cursor.execute(f"PRAGMA busy_timeout = {patience}")
        self._unswept = bool(row and row[0])


def open_sqlite(
    address: Address, *, durable: bool, threaded: bool, busy_timeout_seconds: float
) -> SqliteStore:
    """Open a file that no other process has open, or memory; its schema may be any.

    Raises:
        DatabaseFault: With the cure, if it cannot be used.
    """
    if address.path is not None:
        _prepare(address.path)
    lock = None if address.path is None else FileLock(address.path)
    engine = _engine(address, busy_timeout_seconds, durable=durable)
    return SqliteStore(address, engine, lock, threaded=threaded)


def _prepare(path: Path) -> None:
    """Make sure the file exists, for nobody else's eyes."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise DatabaseUnusable(
            str(path),
            f"it cannot be opened ({error.strerror})",
            "Create its directory, let this user write there, or change DATABASE_URL.",
        ) from error


def _engine(address: Address, busy_timeout_seconds: float, *, durable: bool) -> Engine:
    name = ":memory:" if address.path is None else str(address.path)
    engine = create_engine(
        f"sqlite:///{name}",
        poolclass=StaticPool,
        connect_args={"check_same_thread": False, "isolation_level": None},
    )

    def configure(connection: Any, _: object) -> None:
        cursor = connection.cursor()
        for name, setting in _pragmas(busy_timeout_seconds, durable=durable).items():
            cursor.execute(f"PRAGMA {name} = {setting}")
        cursor.close()

    event.listen(engine, "connect", configure)
    event.listen(engine, "begin", _begin)
    return engine


def _pragmas(busy_timeout_seconds: float, *, durable: bool) -> dict[str, str | int]:
    return {
        "busy_timeout": round(busy_timeout_seconds * 1000),
        "journal_mode": "WAL",
        "synchronous": "FULL" if durable else "OFF",
        "foreign_keys": "ON",
        "secure_delete": "ON",
    }


def _begin(connection: Connection) -> None:
    # Left to itself the driver begins before the first write only: what was read before it may
    # have changed by then, and updates are lost without any error.
    cursor = connection.connection.cursor()
    cursor.execute("BEGIN IMMEDIATE")
    cursor.close()
