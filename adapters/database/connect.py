"""Opens the database, and runs each call in one transaction of its own.

    open_store("sqlite:///loopmates.db")   a file, owned by this process
    open_store("sqlite://")                memory, gone when closed

On SQLite one connection in one thread does everything, so transactions run one after another
and none ever waits for another of ours.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import StaticPool

from adapters.database import migrate
from adapters.database.address import Address, parse
from adapters.database.errors import DatabaseUnusable
from adapters.database.faults import ERRORS, fault_of
from adapters.database.lock import FileLock
from adapters.database.unit_of_work import UnitOfWork
from bot.errors import Conflict
from bot.ports.work import Work

T = TypeVar("T")

_TRIES = 3
_BETWEEN_SWEEPS = 200
"""How many transactions pass before the log is emptied again, after somebody was in the way."""
_BUSY_TIMEOUT_SECONDS = 10.0


class DatabaseStore:
    """See bot.ports.Store.  Made by `open_store`; whoever opens it closes it."""

    def __init__(
        self, address: Address, engine: Engine, lock: FileLock | None, *, threaded: bool = True
    ) -> None:
        self._address = address
        self._engine = engine
        self._lock = lock
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="database") if threaded else None
        self._connection: Connection | None = None
        self._unswept = False
        self._until_sweep = 0
        self._closed = False

    async def run(self, call: Callable[[Work], T]) -> T:
        """See bot.ports.Store.

        If the caller is cancelled, the transaction ends all the same.
        """
        if self._thread is None:
            return self._attempt(call)
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._attempt, call)

    def call(self, call: Callable[[Work], T]) -> T:
        """Do the same where there is no event loop."""
        return self._away(lambda: self._attempt(call))

    def direct(self, call: Callable[[Connection], T]) -> T:
        """Run `call` in a transaction on the connection itself, for migrations and checks."""
        return self._away(lambda: self._transact(call))

    def close(self) -> None:
        """Finish what is running, and give the file back; closing twice is harmless."""
        if self._connection is not None:
            connection = self._connection
            self._away(lambda: self._leave(connection))
            self._connection = None
        self._closed = True
        if self._thread is not None:
            self._thread.shutdown()
        self._engine.dispose()
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def __enter__(self) -> DatabaseStore:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _away(self, job: Callable[[], T]) -> T:
        return job() if self._thread is None else self._thread.submit(job).result()

    def _attempt(self, call: Callable[[Work], T]) -> T:
        for tries_left in reversed(range(_TRIES)):
            try:
                return self._transact(lambda connection: self._work(connection, call))
            except Conflict:
                if not tries_left:
                    raise
        raise AssertionError("unreachable")

    def _work(self, connection: Connection, call: Callable[[Work], T]) -> T:
        work = UnitOfWork(connection)
        result = call(work)
        if work.erased:
            self._unswept, self._until_sweep = True, 0
        return result

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
        if self._unswept:
            if self._until_sweep == 0:
                self._sweep(self._connection)
            self._until_sweep -= 1
        return result

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


def open_store(
    url: str,
    *,
    durable: bool = True,
    upgrade: bool = True,
    threaded: bool = True,
    busy_timeout_seconds: float = _BUSY_TIMEOUT_SECONDS,
) -> DatabaseStore:
    """Open a database for work.

    Args:
        url: `sqlite:///FILE`, or `sqlite://` for memory.
        durable: Whether a commit survives a power cut.  Only a rehearsal can do without.
        upgrade: Whether to bring an older schema up to date; else it is refused.
        threaded: Whether calls run in a thread of their own.  A rehearsal, where nobody waits
            for the event loop meanwhile, is a third faster without.
        busy_timeout_seconds: How long to wait for a lock of some other program.

    Raises:
        DatabaseFault: With the cure, if it cannot be used.
    """
    address = parse(url)
    if address.path is not None:
        _prepare(address.path)
    lock = None if address.path is None else FileLock(address.path)
    engine = _engine(address, busy_timeout_seconds, durable=durable)
    store = DatabaseStore(address, engine, lock, threaded=threaded)
    try:
        migrate.prepare(store, address.shown, upgrade=upgrade)
    except BaseException:
        store.close()
        raise
    return store


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
