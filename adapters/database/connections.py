"""Connections to a server, one for each thread, and transactions or single statements on them.

A connection may be lost at any moment.  Before the end of a transaction nothing of it is kept,
so it is run again, once, on a new connection.  If the connection is lost while the transaction
is ending, nobody knows whether it is kept: that is a fault of its own, and whoever asked for it
asks again, with a key or a fence by which a second time is recognised.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Engine

from adapters.database.address import Address
from adapters.database.errors import DatabaseUnusable, OutcomeUnknown
from adapters.database.faults import errors, fault_of, was_lost, was_overtaken

T = TypeVar("T")


class Overtaken(Exception):
    """Another transaction has changed what this one has read; it is to run again."""


class Connections:
    """One connection for each thread, made when it is first needed and again when it is lost.

    `first` is a statement that each of them begins with.
    """

    def __init__(self, address: Address, engine: Engine, first: str = "") -> None:
        self._address = address
        self._engine = engine
        self._first = first
        self._local = threading.local()
        self._lock = threading.Lock()
        """Of the following two: no connection is made unseen while all are cut off."""
        self._all: list[Connection] = []
        self._over = False

    def transact(self, call: Callable[[Connection], T]) -> T:
        """Run `call` in one transaction on this thread's connection.

        Raises:
            Overtaken: If it is to run again; nothing was kept.
            OutcomeUnknown: If the connection was lost when it was perhaps kept already.
            DatabaseFault: With the cure, if the server cannot be used; nothing was kept.
        """
        return self._run(_Attempt(call))

    def each(self, call: Callable[[Connection], T]) -> T:
        """Run `call`, each of whose statements is kept by itself; the engine must do so.

        Raises the same as `transact`, but what went before may have been kept.
        """
        return self._run(_Singly(call))

    def _run(self, attempt: _Attempt[T]) -> T:
        try:
            try:
                return self._try(attempt)
            except errors() as error:
                if attempt.ending or self._over or not was_lost(error):
                    raise
                # The server has restarted, perhaps long ago.
                return self._try(attempt)
        except errors() as error:
            if was_overtaken(error):
                raise Overtaken from error
            if attempt.ending and was_lost(error):
                raise OutcomeUnknown(self._address.shown) from error
            raise fault_of(error, self._address.shown) or error from error

    def hang_up(self) -> None:
        """Cut all off and make no more: whoever waits for the server gets a fault at once.

        What was not committed is not kept.  Asking the server to stop would need another
        connection, and an answer.
        """
        with self._lock:
            self._over = True
            there = tuple(self._all)
        for each in there:
            with suppress(*errors(), OSError, AttributeError):
                _cut(each)

    def close(self) -> None:
        """Close all; no thread may use any more."""
        for each in self._all:
            each.close()
        self._all.clear()

    def _try(self, attempt: _Attempt[T]) -> T:
        attempt.ending = False
        with self._usable() as connection:
            return attempt(connection)

    @contextmanager
    def _usable(self) -> Iterator[Connection]:
        """Give this thread's connection, and drop it if it is broken afterwards."""
        connection: Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._connected()
        try:
            yield connection
        except BaseException as error:
            if (isinstance(error, errors()) and was_lost(error)) or _broken(connection):
                self._drop(connection)
            raise

    def _connected(self) -> Connection:
        self._refuse_if_over()
        connection = self._engine.connect()
        with self._lock:
            self._all.append(connection)
        try:
            # It may have taken a while.
            self._refuse_if_over()
            if self._first:
                with connection.begin():
                    connection.exec_driver_sql(self._first)
        except BaseException:
            self._drop(connection)
            raise
        self._local.connection = connection
        return connection

    def _refuse_if_over(self) -> None:
        with self._lock:
            if self._over:
                raise DatabaseUnusable(self._address.shown, "it was closed", "Start again.")

    def _drop(self, connection: Connection) -> None:
        self._local.connection = None
        with self._lock:
            self._all.remove(connection)
        with suppress(*errors()):
            connection.invalidate()
            connection.close()


class Crew:
    """Threads with a connection each."""

    def __init__(
        self, address: Address, engine: Engine, threads: int, name: str, first: str = ""
    ) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._connections = Connections(address, engine, first)

    def submit(self, job: Callable[[], T]) -> Future[T]:
        """Have one of the threads do a job."""
        return self._threads.submit(job)

    def transact(self, call: Callable[[Connection], T]) -> T:
        """Do the same as `Connections.transact`, in one of these threads."""
        return self._connections.transact(call)

    def each(self, call: Callable[[Connection], T]) -> T:
        """Do the same as `Connections.each`, in one of these threads."""
        return self._connections.each(call)

    def direct(self, call: Callable[[Connection], T]) -> T:
        """Run `call` in a transaction, from any other thread."""
        return self._threads.submit(self._connections.transact, call).result()

    def hang_up(self) -> None:
        """Let what is running or waiting fail; see `Connections.hang_up`."""
        self._connections.hang_up()

    def close(self) -> None:
        """Finish what is running; closing twice is harmless."""
        self._threads.shutdown()
        self._connections.close()


class _Attempt(Generic[T]):
    """One transaction; while it is `ending`, nobody knows whether it is kept."""

    def __init__(self, call: Callable[[Connection], T]) -> None:
        self._call = call
        self.ending = False

    def __call__(self, connection: Connection) -> T:
        with connection.begin():
            result = self._call(connection)
            self.ending = True
        return result


class _Singly(_Attempt[T]):
    """Statements that are kept one by one: from the first on, nobody knows what is kept."""

    def __call__(self, connection: Connection) -> T:
        self.ending = True
        return self._call(connection)


def _cut(connection: Connection) -> None:
    """End a connection for whichever thread waits for it, who then drops it."""
    if not connection.invalidated:
        held: Any = connection.connection.dbapi_connection
        with socket.socket(fileno=os.dup(held.fileno())) as line:
            line.shutdown(socket.SHUT_RDWR)


def _broken(connection: Connection) -> bool:
    if connection.invalidated:
        return True
    return bool(getattr(connection.connection.dbapi_connection, "closed", False))
