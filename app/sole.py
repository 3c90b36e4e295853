"""A connection that only one process at a time may have: Discord's, for a set of shards.

    wait for the lease --> connect --> lease lost: disconnect, and wait again
                                   --> can never work: this is over

Rule: while another process has the lease, this one stands by, says so once, and is well.  The lease
is given back once the connection is closed; where closing is cut short, it runs out by itself.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from types import TracebackType
from typing import Any, Protocol, Self

from app.leases import Leases

log = logging.getLogger(__name__)


class Line(Protocol):
    """The connection, once it is there."""

    @property
    def missing(self) -> str | None:
        """See app.readiness.Heard."""

    async def over(self) -> Exception:
        """Wait until it can never work again, and return why."""


Connect = Callable[[], AbstractAsyncContextManager[Line]]


class Sole:
    """Keeps it while entered; without `leases` there is no other process.

    Entering waits until it is connected or another process has the lease, and raises what
    keeps it from ever working.
    """

    def __init__(self, connect: Connect, leases: Leases | None, names: Sequence[str]) -> None:
        self._connect = connect
        self._leases = leases
        self._names = names
        self._line: Line | None = None
        self._standing_by = False
        self._settled = asyncio.Event()
        self._task: asyncio.Task[Exception] | None = None

    @property
    def missing(self) -> str | None:
        """See app.readiness.Heard."""
        if self._line is not None:
            return self._line.missing
        return None if self._standing_by else "it is not connected yet"

    async def over(self) -> Exception:
        """Wait until it can never work again, and return why."""
        assert self._task is not None, "it is entered"
        await asyncio.wait([self._task])
        error = self._task.exception()
        if isinstance(error, Exception):
            return error
        return self._task.result()

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._run())
        settled = asyncio.create_task(self._settled.wait())
        try:
            await asyncio.wait({self._task, settled}, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            await _end(self._task)
            raise
        finally:
            settled.cancel()
        if self._task.done() and not self._settled.is_set():
            raise await self.over()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._task is not None:
            await _end(self._task)

    async def _run(self) -> Exception:
        try:
            return await self._turns()
        except Exception as error:
            if self._settled.is_set():
                # Nobody waits for it any more, and something else may go on.
                log.error("a connection cannot be made", extra=_told(error))  # noqa: TRY400
            raise

    async def _turns(self) -> Exception:
        while True:
            if self._leases is None:
                return await self._serve()
            await self._leases.taken(self._names, self._stand_by)
            self._standing_by = False
            fault = await self._while_kept(self._leases)
            if fault is not None:
                return fault

    async def _while_kept(self, leases: Leases) -> Exception | None:
        """Return why serving ended; `None` if the lease ended before, and serving with it."""
        serving = asyncio.create_task(self._serve())
        kept = asyncio.create_task(leases.kept(self._names))
        try:
            await asyncio.wait({serving, kept}, return_when=asyncio.FIRST_COMPLETED)
            return serving.result() if serving.done() else None
        finally:
            try:
                # It is renewed while this closes, however long that takes.
                await _end(serving)
                await _end(kept)
                await leases.give_back(self._names)
            finally:
                kept.cancel()

    async def _serve(self) -> Exception:
        async with self._connect() as line:
            self._line = line
            self._settled.set()
            try:
                fault = await line.over()
            except asyncio.CancelledError:
                self._line = None
                raise
        return fault

    def _stand_by(self) -> None:
        self._standing_by = True
        self._settled.set()


def _told(error: Exception) -> dict[str, str]:
    """Return what the operator is to know, never the words of a library."""
    kind = type(error).__name__
    return {"problem": getattr(error, "problem", kind), "cure": getattr(error, "cure", "Restart")}


async def _end(task: asyncio.Task[Any]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
