"""What happens again and again, as data.

Nothing here is a deadline: what is due stands in the database, and these jobs only look.  So a
job that comes late, or never ran while the bot was down, loses nothing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import time, timedelta

Call = Callable[[], Awaitable[object]]

SWEEP_EVERY = timedelta(seconds=5)
DELIVERY_EVERY = timedelta(seconds=1)
SETTLE_AT = time(3, 30)
"""UTC: night in Europe, before the working day in Asia ends, evening in America; not on the hour,
when everybody else calls the platforms."""
CLOSED_EVERY = timedelta(minutes=1)
TIDY_AT = time(4, 15)


@dataclass(frozen=True, slots=True)
class Job:
    """`call`, either `every` so often or once a day `at` a time in UTC.

    A job with `first` also runs at the start, in the order of the jobs, before the ticking
    begins.
    """

    name: str
    call: Call
    every: timedelta | None = None
    at: time | None = None
    first: bool = False

    def __post_init__(self) -> None:
        if (self.every is None) == (self.at is None):
            raise ValueError(f"job {self.name} needs either `every` or `at`")
        if self.every is not None and self.every <= timedelta():
            raise ValueError(f"job {self.name} needs a positive interval, not {self.every}")
        if self.at is not None and self.at.tzinfo is not None:
            raise ValueError(f"job {self.name} runs at a time in UTC, given without a zone")


def timetable(
    *, settle: Call, closed: Call, sweep: Call, delivery: Call, tidy: Call
) -> tuple[Job, ...]:
    """Return the jobs of the bot.

    Settling comes first, so that at a start what members did while the bot was away counts
    before anything is decided; it includes who is in the channels.
    """
    return (
        Job("settle", settle, at=SETTLE_AT, first=True),
        Job("closed", closed, every=CLOSED_EVERY),
        Job("sweep", sweep, every=SWEEP_EVERY, first=True),
        Job("delivery", delivery, every=DELIVERY_EVERY, first=True),
        Job("tidy", tidy, at=TIDY_AT),
    )
