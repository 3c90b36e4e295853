"""Rights that one of several processes has at a time, as this process sees them.

    taken: asked for again and again --> kept: renewed, until one is lost --> given back

Rule: whoever cannot renew in time stops before anybody else may begin.  Time is this machine's
steady seconds, counted from before it was asked; the database counts from later on.  As its clock
may be set, who wants a lease of somebody else first sees it stand still for as long as it lasts.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from datetime import timedelta
from typing import Any, Protocol

from adapters.database.errors import DatabaseFault
from adapters.database.leases import Lent

log = logging.getLogger(__name__)

LASTS = timedelta(seconds=30)
ASKING = timedelta(seconds=1)
"""How long to wait before asking again for what somebody else has."""
ENDING = timedelta(seconds=5)
"""How long before its end a lease counts as lost: closing a connection takes a moment."""
LOOKING = timedelta(seconds=1)
"""How often to look at the seconds: after a machine slept, no wait tells how long."""
GIVING = timedelta(seconds=1)
"""How long giving back may take at a stop; what is not given back ends by itself."""


class Lender(Protocol):
    """What is used of the database: see adapters.database.store."""

    async def leased(
        self, name: str, holder: str, lasts: timedelta, stale: Lent | None = None
    ) -> int | None:
        """Take or renew a lease; `None` while another holds it, unless it is as in `stale`."""

    async def lent_to(self, name: str, holder: str) -> Lent | None:
        """Return who else than `holder` has a lease, and until when; `None` if nobody has."""

    async def given_back(self, name: str, holder: str) -> None:
        """Give a lease back."""


class Leases:
    """The leases of one process, which is called `holder`; `passed` and `wait` are in seconds.

    It keeps one set of names at a time; jobs that are `mine` are beside that.
    """

    def __init__(
        self,
        lender: Lender,
        holder: str,
        passed: Callable[[], float],
        wait: Callable[[float], Awaitable[object]],
        lasts: timedelta = LASTS,
    ) -> None:
        self._lender = lender
        self._holder = holder
        self._passed = passed
        self._wait = wait
        self._lasts = lasts
        self._since = 0.0
        self._troubled = False
        self._seen: dict[str, tuple[Lent, float]] = {}
        """Whose each is, if not ours, and since when it has been that unchanged."""

    async def mine(self, name: str, lasts: timedelta) -> bool:
        """Tell whether a job is this process's, which it then is for so long."""
        return await self._lender.leased(name, self._holder, lasts) is not None

    async def taken(self, names: Sequence[str], waiting: Callable[[], None]) -> None:
        """Wait until all of `names` are this process's; `waiting` is called once if it takes."""
        told = False
        while not (answer := await self._all(names)):
            if answer is not None and not told:
                told = True
                log.info("another process does this", extra={"id": ", ".join(names)})
                waiting()
            await self._wait(ASKING.total_seconds())

    async def kept(self, names: Sequence[str]) -> None:
        """Renew what was taken; return once it is lost, or may be soon."""
        pause = self._lasts / 3
        while self._left() > 0:
            await self._rest(self._passed() + pause.total_seconds())
            try:
                if not await self._in_time(self._asked(names)):
                    break
                pause = self._lasts / 3
            except (DatabaseFault, OSError, TimeoutError) as error:
                log.warning("a lease could not be renewed", extra={"error": type(error).__name__})
                pause = ASKING
        log.error("a lease was lost", extra={"id": ", ".join(names)})

    async def give_back(self, names: Sequence[str]) -> None:
        """Let somebody else begin at once."""
        with contextlib.suppress(DatabaseFault, OSError, TimeoutError):
            async with asyncio.timeout(GIVING.total_seconds()):
                for name in names:
                    await self._lender.given_back(name, self._holder)

    async def _all(self, names: Sequence[str]) -> bool | None:
        """Take all or none; `None` if nobody knows.

        Two that hold a part each would wait for each other.
        """
        try:
            if await self._free(names):
                stale = {name: lent for name, (lent, _) in self._seen.items()}
                if await self._asked(names, stale):
                    return True
        except (DatabaseFault, OSError) as error:
            if not self._troubled:
                log.warning("a lease could not be taken", extra={"error": type(error).__name__})
            # It is asked for every second; once is enough for the log.
            self._troubled = True
            return None
        self._troubled = False
        await self.give_back(names)
        return False

    async def _free(self, names: Sequence[str]) -> bool:
        """Tell whether nobody renews any of `names`, whatever the database's clock shows."""
        still = [await self._stands_still(name) for name in names]
        return all(still)

    async def _stands_still(self, name: str) -> bool:
        asked_at = self._passed()
        lent = await self._lender.lent_to(name, self._holder)
        if lent is None:
            self._seen.pop(name, None)
            return True
        before, since = self._seen.get(name, (None, asked_at))
        if lent != before:
            self._seen[name] = (lent, self._passed())
            return False
        return asked_at - since >= self._lasts.total_seconds()

    async def _rest(self, until: float) -> None:
        """Wait, but no longer than what was taken lasts."""
        while (left := min(until - self._passed(), self._left())) > 0:
            await self._wait(min(left, LOOKING.total_seconds()))

    async def _in_time(self, asked: Coroutine[object, object, bool]) -> bool:
        """Return the answer; look at the seconds meanwhile, as a machine may sleep now, too."""
        asking = asyncio.ensure_future(asked)
        try:
            while not asking.done():
                if self._left() <= 0:
                    raise TimeoutError
                await self._moment(asking)
            return asking.result()
        finally:
            asking.cancel()

    async def _moment(self, asking: asyncio.Future[bool]) -> None:
        """Wait for an answer, but no longer than until the seconds are to be looked at."""
        seconds = min(self._left(), LOOKING.total_seconds())
        looking: asyncio.Future[object] = asyncio.ensure_future(self._wait(seconds))
        both: set[asyncio.Future[Any]] = {asking, looking}
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            looking.cancel()

    async def _asked(self, names: Sequence[str], stale: Mapping[str, Lent] | None = None) -> bool:
        """Ask for all; what has been `stale` for long enough is taken from whoever has it."""
        asked_at = self._passed()
        for name in names:
            seen = (stale or {}).get(name)
            if await self._lender.leased(name, self._holder, self._lasts, seen) is None:
                return False
        self._since = asked_at
        return True

    def _left(self) -> float:
        """Return the seconds until what was taken counts as lost."""
        return self._since + (self._lasts - ENDING).total_seconds() - self._passed()
