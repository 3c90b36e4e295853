"""Discord's ids: moments with a number behind them, unique and rising.

People, places and servers may be called by a handle in tests ("U1"); a handle always stands
for the same id.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

EPOCH = datetime(2015, 1, 1, tzinfo=UTC)


class Snowflakes:
    """Gives out ids by the clock."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._last = 0
        self._handles: dict[str, str] = {}

    def new(self) -> str:
        """Return an id that is larger than all before."""
        now = (self._clock() - EPOCH) // timedelta(milliseconds=1) << 22
        self._last = max(now, self._last + 1)
        return str(self._last)

    def of(self, handle: str) -> str:
        """Return the id that a handle stands for; an id stands for itself."""
        if handle.isdecimal():
            return handle
        if handle not in self._handles:
            self._handles[handle] = self.new()
        return self._handles[handle]


def moment(snowflake: str) -> datetime:
    """Return when an id was given out, exact to the millisecond."""
    return EPOCH + timedelta(milliseconds=int(snowflake) >> 22)


def iso(at: datetime | None) -> str | None:
    """Write a moment as Discord does."""
    return None if at is None else at.astimezone(UTC).isoformat(timespec="microseconds")
