"""PostgreSQL: a server that as many processes share as one likes.

Transactions run at the same time, in the strictest isolation there is: the server ends one of
two that could not have run one after the other, and that one runs again.  What touches nothing
but the outbox needs no such care: rows are claimed under locks and settled under a fence.
"""

from __future__ import annotations

import asyncio
import threading
import zlib
from collections.abc import AsyncGenerator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.pool import NullPool

from adapters.database import leases
from adapters.database.address import Address
from adapters.database.connections import Connections, Crew, Overtaken
from adapters.database.errors import DatabaseUnusable, DriverMissing, OutcomeUnknown
from adapters.database.faults import fault_of
from adapters.database.hints import Bell
from adapters.database.store import DatabaseStore
from adapters.database.sweeping import Sweeper
from adapters.database.unit_of_work import UnitOfWork
from bot.errors import Conflict
from bot.ports.work import Store, Work

T = TypeVar("T")

THREADS = 4
"""So many transactions of one process run at the same time, and as many of its deliveries."""
OLDEST = 15
"""The oldest server this is tested with."""
_TRIES = 40
"""So often is a delivery begun again that another was faster than."""
PAUSES = (0.0, *(min(0.001 * 2**number, 0.064) for number in range(160)))
"""Seconds after each try of a transaction that others overtook, before it counts as a fault.

Without them two processes fall into step, and one is overtaken for ever.
"""
_LOOSELY = "; ".join(
    f"SET {name}"
    for name in (
        "default_transaction_isolation = 'read committed'",
        # A claim takes a few rows from the front of an index.  A burst comes before the server
        # has counted it, and left to itself it would read and sort all of it for each claim; and
        # to think that over takes it longer than the claim.
        "enable_sort = off",
        "enable_bitmapscan = off",
        "enable_hashjoin = off",
        "enable_mergejoin = off",
        "plan_cache_mode = force_generic_plan",
    )
)
"""How connections of deliveries begin."""
CLOSING = timedelta(seconds=0.5)
"""How long what is running may take to end when it is closed; then it fails, and is not kept."""
_CONNECTING_SECONDS = 5
_IDLE = "60s"
"""After so long the server gives up on a transaction whose process does not go on with it."""
_WIRE = {
    "connect_timeout": _CONNECTING_SECONDS,
    "application_name": "loopmates",
    # A peer that is gone without a word is noticed within half a minute.
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25_000,
}


class PostgresStore(DatabaseStore):
    """See adapters.database.store.  Made by `connect.open_store`."""

    def __init__(self, address: Address, engine: Engine, pauses: Sequence[float] = PAUSES) -> None:
        threads = ThreadPoolExecutor(THREADS, thread_name_prefix="database")
        super().__init__(address, engine, threads)
        self._connections = Connections(address, engine)
        # Those that were overtaken go one by one, so that they do not overtake each other.
        self._again = threading.Lock()
        self._pauses = pauses
        self._closing = threading.Event()
        self._hung_up = False
        alone = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._crew = Crew(address, alone, THREADS, "deliveries", _LOOSELY)
        self._deliveries = _Deliveries(self._crew)
        # One for what must not wait behind anything else, and is a single statement.
        self._clerk = Crew(address, alone, 1, "clerk")
        self._bell = Bell(self._clerk)
        self._sweeper = Sweeper(alone)
        self._pace = 1 + zlib.crc32(self._bell.name.encode()) % 1000 / 1000
        """Pauses are longer by this in one process than in the other."""

    @property
    def shared(self) -> bool:
        """See DatabaseStore."""
        return True

    @property
    def deliveries(self) -> Store:
        """See DatabaseStore."""
        return self._deliveries

    def lease(
        self, name: str, holder: str, lasts: timedelta, stale: leases.Lent | None = None
    ) -> int | None:
        """See DatabaseStore."""
        return self._clerk.direct(lambda c: leases.take_shared(c, name, holder, lasts, stale))

    def give_back(self, name: str, holder: str) -> None:
        """See DatabaseStore."""
        self._clerk.direct(lambda connection: leases.give_back(connection, name, holder))

    def lent(self, name: str, holder: str) -> leases.Lent | None:
        """See DatabaseStore."""
        return self._clerk.direct(lambda connection: leases.lent(connection, name, holder))

    def server_time(self) -> datetime:
        """See DatabaseStore."""
        return self._clerk.direct(leases.clock)

    async def hints(self) -> AsyncGenerator[None, None]:
        """See DatabaseStore; ends with a `DatabaseFault` when the server goes."""
        import psycopg  # noqa: PLC0415

        _, found = self._engine.dialect.create_connect_args(self._engine.url)
        given: dict[str, Any] = {**found, **_WIRE}
        try:
            async with await psycopg.AsyncConnection.connect(
                **given, autocommit=True
            ) as connection:
                await connection.execute(self._bell.listen)
                yield
                async for heard in connection.notifies():
                    if not self._bell.is_ours(heard.payload):
                        yield
        except psycopg.Error as error:
            raise fault_of(error, self._address.shown) or error from error

    def loosely(self, call: Callable[[Connection], T]) -> T:
        """Run `call`, each of whose statements sees what others commit meanwhile."""
        return self._crew.direct(call)

    def close(self) -> None:
        """See DatabaseStore."""
        self._closed = True
        self._closing.set()
        assert isinstance(self._threads, ThreadPoolExecutor)
        patience = threading.Timer(CLOSING.total_seconds(), self._hang_up)
        patience.start()
        self._threads.shutdown()
        for each in (self._crew, self._bell, self._clerk, self._connections):
            each.close()
        patience.cancel()
        # What needed no patience leaves it to what is to be thrown away.
        self._sweeper.close(CLOSING if self._hung_up else 2 * CLOSING)
        self._engine.dispose()

    def _hang_up(self) -> None:
        self._hung_up = True
        for each in (self._connections, self._crew, self._clerk):
            each.hang_up()

    def _once(self, call: Callable[[Work], T]) -> T:
        try:
            return super()._once(call)
        except Overtaken:
            return self._one_by_one(call)

    def _one_by_one(self, call: Callable[[Work], T]) -> T:
        with self._again:
            for pause in self._pauses:
                with suppress(Overtaken):
                    return super()._once(call)
                self._closing.wait(pause * self._pace)
        raise DatabaseUnusable(
            self._address.shown,
            "too many changes of the same at the same time; nothing was kept",
            "It is tried again by itself; if this stays, run fewer processes.",
        )

    def _said(self) -> None:
        self._bell.ring()

    def _erased(self) -> None:
        self._sweeper.sweep()

    def _transact(self, call: Callable[[Connection], T]) -> T:
        return self._connections.transact(call)


class _Deliveries:
    """The store as seen by whoever sends: what the relay is asked for is kept one by one.

    So a row is settled in one round trip.  See bot.ports.Store.
    """

    def __init__(self, crew: Crew) -> None:
        self._crew = crew

    async def run(self, call: Callable[[Work], T]) -> T:
        """See bot.ports.Store."""
        return await asyncio.wrap_future(self._crew.submit(lambda: self._attempt(call)))

    def _attempt(self, call: Callable[[Work], T]) -> T:
        try:
            return self._tried(call, again=False)
        except OutcomeUnknown:
            # What was settled under a fence is recognised; what was leased comes back by itself.
            return self._tried(call, again=True)

    def _tried(self, call: Callable[[Work], T], *, again: bool) -> T:
        for _ in range(_TRIES - 1):
            with suppress(Conflict, Overtaken):
                return self._once(call, again=again)
            again = True
        return self._once(call, again=again)

    def _once(self, call: Callable[[Work], T], *, again: bool) -> T:
        return self._crew.each(lambda connection: call(UnitOfWork(connection, again=again)))


def open_postgres(address: Address, *, busy_timeout_seconds: float) -> PostgresStore:
    """Open a server's database; its schema may be any.

    Raises:
        DatabaseFault: With the cure, if it cannot be used.
    """
    store = PostgresStore(address, engine_of(address, busy_timeout_seconds=busy_timeout_seconds))
    try:
        store.loosely(lambda connection: examine(connection, address.shown))
    except BaseException:
        store.close()
        raise
    return store


def engine_of(address: Address, *, busy_timeout_seconds: float) -> Engine:
    """Return what connects to a server; nothing is connected yet."""
    assert address.server is not None, "the others are files"
    try:
        import psycopg  # noqa: F401, PLC0415
    except ImportError as error:
        raise DriverMissing(address.shown) from error
    patience = round(busy_timeout_seconds * 1000)
    options = {
        "timezone": "UTC",
        "lock_timeout": patience,
        "statement_timeout": 2 * patience,
        "idle_in_transaction_session_timeout": _IDLE,
    }
    given: dict[str, Any] = {"options": " ".join(f"-c {k}={v}" for k, v in options.items())}
    return create_engine(
        address.server,
        poolclass=NullPool,
        isolation_level="SERIALIZABLE",
        connect_args=given | _WIRE,
    )


def examine(connection: Connection, shown: str, *, writable: bool = True) -> None:
    """Refuse a server that cannot be worked with, before anything is tried on it."""
    version = connection.connection.dbapi_connection.info.server_version  # type: ignore[union-attr]
    if version < OLDEST * 10_000:
        raise DatabaseUnusable(
            shown,
            f"the server is PostgreSQL {version // 10_000}, which is too old",
            f"Give it version {OLDEST} or newer.",
        )
    if writable and connection.exec_driver_sql("SHOW transaction_read_only").scalar() == "on":
        raise DatabaseUnusable(shown, "the server is read-only", "Connect to the primary server.")
