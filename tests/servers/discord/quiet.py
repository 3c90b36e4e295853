"""What is going on, so that whoever waits for quiet can say what it waits for."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_CALM = 3
"""Rounds through the application and back without anything going on that count as quiet."""
_TURNS = 10
"""Turns of the event loop in a round."""


class UnsettledError(AssertionError):
    """It did not become quiet in time; says what was still going on."""


class Quiet:
    """Everything under way."""

    def __init__(self) -> None:
        self.pending: dict[int, str] = {}
        self.reach: Callable[[], Awaitable[None]] = _nowhere
        """Goes to the application and back, behind everything that was sent to it."""
        self._number = 0
        self._changed = asyncio.Event()

    @contextmanager
    def going_on(self, label: str) -> Iterator[None]:
        """Note that something is going on meanwhile."""
        self._number += 1
        number = self._number
        self.pending[number] = label
        self.changed()
        try:
            yield
        finally:
            del self.pending[number]
            self.changed()

    def changed(self) -> None:
        """Note that something happened, and wake everybody who waits for something to be so."""
        self._number += 1
        self._changed.set()
        self._changed = asyncio.Event()

    async def settled(self, seconds: float) -> None:
        """Wait for quiet; raise `UnsettledError` after so many real seconds."""
        await self._waited(self._calm(), seconds)

    async def until(self, condition: Callable[[], object], seconds: float) -> None:
        """Wait until `condition` holds; it is asked again whenever something has happened."""
        await self._waited(self._so(condition), seconds)

    async def next_change(self) -> None:
        """Wait until something happens."""
        await self._changed.wait()

    async def _calm(self) -> None:
        rounds = 0
        while rounds < _CALM:
            await self._so(lambda: not self.pending)
            before = self._number
            await self.reach()
            for _ in range(_TURNS):
                await asyncio.sleep(0)
            rounds = rounds + 1 if self._number == before and not self.pending else 0

    async def _so(self, condition: Callable[[], object]) -> None:
        while not condition():
            await self.next_change()

    async def _waited(self, waiting: Coroutine[None, None, None], seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await waiting
        except TimeoutError:
            going_on = ", ".join(self.pending.values()) or "nothing"
            raise UnsettledError(f"not so after {seconds} s; still going on: {going_on}") from None


async def _nowhere() -> None:
    return None
