"""What may have been missed, until the platforms were read again.

    an event that could not be handled, or a reading that left something out
        --> everything is read again: a minute later, then ever later while something is left out

Without it an answer that a short trouble of the database kept out would count only by night: not
every platform tells again what was not acknowledged.  Rule: reading again is never wrong, only
work, so nobody asks what exactly was missed.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.ports.outside import Clock

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=2)
"""A channel that the coach was removed from is left out every time."""


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
        if self.at is None:
            self.at = self._clock() + self._wait

    def read(self, skipped: int) -> None:
        """Note that everything was read, but for so many things."""
        self.at = None
        if not skipped:
            self._wait = FIRST_WAIT
            return
        self.at = self._clock() + self._wait
        self._wait = min(2 * self._wait, LONGEST_WAIT)
