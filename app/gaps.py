"""What may have been missed, until the platforms were read again.

    an event that could not be handled, a reading that broke off or left something out
        --> everything is read again: a minute later, then ever later while something is left out

Without it an answer that a short trouble of the database kept out would count only by night: not
every platform tells again what was not acknowledged.  Rule: reading again is never wrong, only
work, so nobody asks what exactly was missed; and a reading settles only what was missed before it
began.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Protocol

from bot.ports.outside import Clock

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=2)
"""A channel that the coach was removed from is left out every time."""


class Report(Protocol):
    """What came of a reading."""

    @property
    def left(self) -> int:
        """How many things were not settled, or not all of them."""


Reading = Callable[[], Awaitable[Report]]


class Gaps:
    """Whether anything may have been missed, and when to read again."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._wait = FIRST_WAIT
        self.at: datetime | None = None
        """When to read again, if at all."""

    @property
    def due(self) -> bool:
        """Whether it is time to read again."""
        # A clock that was put back must not put this off.
        return self.at is not None and not self._clock() < self.at <= self._clock() + LONGEST_WAIT

    def missed(self) -> None:
        """Note that something may not have been taken in."""
        self._again(FIRST_WAIT)

    async def everything(self, reading: Reading) -> None:
        """Read everything; what it leaves out, and what is missed meanwhile, is read again."""
        # Only what was missed until now: this reading may already be past what is missed later.
        self.at = None
        left = await self._read(reading)
        if not left:
            self._wait = FIRST_WAIT
            return
        self._again(self._wait)
        self._wait = min(2 * self._wait, LONGEST_WAIT)

    async def part(self, reading: Reading) -> None:
        """Read a part of everything; what it leaves out is read with all the rest."""
        if await self._read(reading):
            self.missed()

    async def _read(self, reading: Reading) -> int:
        try:
            return (await reading()).left
        except Exception:
            self.missed()
            raise

    def _again(self, wait: timedelta) -> None:
        at = self._clock() + wait
        self.at = at if self.at is None else min(self.at, at)
