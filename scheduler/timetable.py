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
    begins; it may have no other rhythm.
    """

    name: str
    call: Call
    every: timedelta | None = None
    at: time | None = None
    first: bool = False

    def __post_init__(self) -> None:
        rhythms = sum(each is not None for each in (self.every, self.at))
        if rhythms > 1 or not (rhythms or self.first):
            raise ValueError(f"job {self.name} needs either `every` or `at`")
        if self.every is not None and self.every <= timedelta():
            raise ValueError(f"job {self.name} needs a positive interval, not {self.every}")
        if self.at is not None and self.at.tzinfo is not None:
            raise ValueError(f"job {self.name} runs at a time in UTC, given without a zone")


def timetable(
    *,
    settle: Call | None = None,
    nightly: Call | None = None,
    closed: Call | None = None,
    sweep: Call | None = None,
    delivery: Call | None = None,
    tidy: Call | None = None,
) -> tuple[Job, ...]:
    """Return the jobs of the bot, or those of them that this process does.

    Settling comes first, so that at a start what members did while the bot was away counts
    before anything is decided; it includes who is in the channels.
    """
    jobs = (
        settle and Job("settle", settle, first=True),
        nightly and Job("nightly", nightly, at=SETTLE_AT),
        closed and Job("closed", closed, every=CLOSED_EVERY),
        sweep and Job("sweep", sweep, every=SWEEP_EVERY, first=True),
        delivery and Job("delivery", delivery, every=DELIVERY_EVERY, first=True),
        tidy and Job("tidy", tidy, at=TIDY_AT),
    )
    return tuple(each for each in jobs if each is not None)
