"""Has a server throw away what was erased, which it would keep in its files for a while.

What is erased is only marked so, and cleaning up by itself a server leaves the old bytes where
they are until something else is written there.  A small table is therefore written anew, and so
is what the server noted of its columns; in a large one, which would be locked for too long, room
is only made for what comes next.

What remains is not in our hands: the server's log (WAL), its archive, replicas that lag behind,
and backups, each for as long as its operator keeps them.
"""

from __future__ import annotations

import logging
import threading
from contextlib import suppress
from datetime import timedelta

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from adapters.database.faults import errors

log = logging.getLogger(__name__)

_TABLES = (
    *("answers", "heard", "practices", "cards", "members", "reviews", "cohorts"),
    *("agenda", "lanes", "outbox"),
    "pg_catalog.pg_statistic",
)
"""Where words, names and ids of members are; see erasure."""
_LARGE = 64 * 1024 * 1024
"""A table of so many bytes is written anew in about a second."""
_EVERY_SECONDS = 60.0
_PATIENCE = "2s"
"""Whoever wants to use a table waits behind us while we wait for those who use it now."""


class Sweeper:
    """Sweeps at most once a minute, in a thread of its own, as well as it can."""

    def __init__(self, engine: Engine, every_seconds: float = _EVERY_SECONDS) -> None:
        self._engine = engine
        self._every = every_seconds
        self._wanted = threading.Event()
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def sweep(self) -> None:
        """Have it done soon."""
        with self._lock:
            self._wanted.set()
            if self._thread is None and not self._closing.is_set():
                self._thread = threading.Thread(target=self._work, name="sweeper", daemon=True)
                self._thread.start()

    def close(self, patience: timedelta | None = None) -> None:
        """Finish what is wanted now, unless somebody is in the way: then the server does it."""
        with self._lock:
            self._closing.set()
            thread = self._thread
        if thread is not None:
            thread.join(None if patience is None else patience.total_seconds())

    def _work(self) -> None:
        while True:
            self._wanted.clear()
            self._sweep()
            self._closing.wait(self._every)
            with self._lock:
                if not self._wanted.is_set():
                    self._thread = None
                    return

    def _sweep(self) -> None:
        try:
            with self._engine.connect() as connection:
                connection.exec_driver_sql(f"SET lock_timeout = '{_PATIENCE}'")
                connection.exec_driver_sql("SET statement_timeout = 0")
                for table in _TABLES:
                    # Somebody is in the way, or it is not ours: the server does it some day.
                    with suppress(*_faults()):
                        _sweep(connection, table)
        except _faults():
            log.warning("what was erased could not be swept out of the database")


def _faults() -> tuple[type[Exception], ...]:
    return (SQLAlchemyError, *errors())


def _sweep(connection: Connection, table: str) -> None:
    size = connection.exec_driver_sql(f"SELECT pg_table_size('{table}')").scalar_one()
    how = "FULL, ANALYZE" if size < _LARGE else "ANALYZE"
    connection.exec_driver_sql(f"VACUUM ({how}) {table}")
