"""What every database has in common: each call runs in one transaction of its own.

What it read stays true until it commits; where that turns out too late not to have been so,
nothing is kept and the call runs again.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import Executor
from datetime import datetime, timedelta
from typing import Self, TypeVar

from sqlalchemy import Connection, Engine

from adapters.database.address import Address
from adapters.database.leases import Lent
from adapters.database.unit_of_work import UnitOfWork
from bot.errors import Conflict
from bot.ports.work import Store, Work

T = TypeVar("T")

_TRIES = 3


class DatabaseStore(ABC):
    """See bot.ports.Store.  Made by `connect.open_store`; whoever opens it closes it."""

    def __init__(self, address: Address, engine: Engine, threads: Executor | None) -> None:
        self._address = address
        self._engine = engine
        self._threads = threads
        self._closed = False

    @property
    def shared(self) -> bool:
        """Whether other processes may work on it at the same time."""
        return False

    @abstractmethod
    def lease(
        self, name: str, holder: str, lasts: timedelta, stale: Lent | None = None
    ) -> int | None:
        """Take the lease `name` for so long, or renew it; any thread may ask.

        Returns the fencing token: the same while it is renewed, a higher one for each new
        holder; `None` while somebody else holds it.  What was `stale` for as long as it lasts
        can be taken if it still is, whatever the database's clock shows.
        """

    @abstractmethod
    def give_back(self, name: str, holder: str) -> None:
        """Give a lease back, for anybody to take at once; harmless if it is not held."""

    def server_time(self) -> datetime | None:
        """Return the database's clock; `None` if it goes by this machine's."""
        return None

    async def leased(
        self, name: str, holder: str, lasts: timedelta, stale: Lent | None = None
    ) -> int | None:
        """Do the same as `lease`, away from the event loop."""
        return await self._elsewhere(lambda: self.lease(name, holder, lasts, stale))

    def lent(self, name: str, holder: str) -> Lent | None:
        """Return whom but `holder` a lease is lent to, and until when; `None` if to nobody.

        Of a lease that ran out, too, as long as nobody gave it back or took it.
        """
        del name, holder
        return None

    async def lent_to(self, name: str, holder: str) -> Lent | None:
        """Do the same as `lent`, away from the event loop."""
        return await self._elsewhere(lambda: self.lent(name, holder))

    async def given_back(self, name: str, holder: str) -> None:
        """Do the same as `give_back`, away from the event loop."""
        await self._elsewhere(lambda: self.give_back(name, holder))

    async def hints(self) -> AsyncGenerator[None, None]:
        """Yield whenever another process may have put something into the outbox.

        Only a hint, which may get lost: whoever sends looks by the clock as well.
        """
        await asyncio.Event().wait()
        yield

    @property
    def deliveries(self) -> Store:
        """The same store, for calls that touch nothing but the outbox.

        On a server each thing the relay is asked for is kept by itself, not the whole call.
        """
        return self

    async def run(self, call: Callable[[Work], T]) -> T:
        """See bot.ports.Store.

        If the caller is cancelled, the transaction ends all the same.
        """
        if self._threads is None:
            return self._attempt(call)
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._attempt, call)

    def call(self, call: Callable[[Work], T]) -> T:
        """Do the same where there is no event loop."""
        return self._away(lambda: self._attempt(call))

    def direct(self, call: Callable[[Connection], T]) -> T:
        """Run `call` in a transaction on the connection itself, for migrations and checks."""
        return self._away(lambda: self._transact(call))

    @abstractmethod
    def close(self) -> None:
        """Finish what is running, and give the database back; closing twice is harmless."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def _elsewhere(self, job: Callable[[], T]) -> T:
        return job() if self._threads is None else await asyncio.to_thread(job)

    def _away(self, job: Callable[[], T]) -> T:
        return job() if self._threads is None else self._threads.submit(job).result()

    def _attempt(self, call: Callable[[Work], T]) -> T:
        for tries_left in reversed(range(_TRIES)):
            try:
                return self._once(call)
            except Conflict:
                if not tries_left:
                    raise
        raise AssertionError("unreachable")

    def _once(self, call: Callable[[Work], T]) -> T:
        works: list[UnitOfWork] = []

        def transaction(connection: Connection) -> T:
            works.append(UnitOfWork(connection))
            return call(works[-1])

        result = self._transact(transaction)
        if works[-1].erased:
            self._erased()
        if works[-1].said:
            self._said()
        return result

    @abstractmethod
    def _transact(self, call: Callable[[Connection], T]) -> T:
        """Run `call` in one transaction; raise a `DatabaseFault` for what has a cure."""

    def _said(self) -> None:  # noqa: B027  (most have nobody to tell)
        """Tell other processes that there is something to be sent."""

    @abstractmethod
    def _erased(self) -> None:
        """See to it that what was just erased leaves the files, too."""
