"""How long and how often delivery tries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how often delivery tries.

    `lease` must outlast two calls (one to look, one to send) of `patience` each.  `silent` posts
    without an answer and `unexpected` exceptions of one row are counted by this process;
    `attempts`, which an outage of the platform uses up in about a day, by the store.  Waits grow
    from `first_wait` to `longest_wait`; a platform is never asked sooner than `first_wait` nor
    left alone for longer than `longest_hold`, whatever it asks for.  A receipt is `late` after so
    long: by then people may have done something with the post.  With `several` processes, whose
    clocks may differ, a lease that ran out is waited for once more before its row is tried.
    """

    patience: timedelta = timedelta(seconds=14)
    lease: timedelta = timedelta(seconds=30)
    silent: int = 12
    unexpected: int = 5
    attempts: int = 100
    first_wait: timedelta = timedelta(seconds=1)
    longest_wait: timedelta = timedelta(minutes=15)
    longest_hold: timedelta = timedelta(days=1)
    slow_after: timedelta = timedelta(seconds=1)
    late: timedelta = timedelta(seconds=2)
    several: bool = False

    def __post_init__(self) -> None:
        if self.lease <= 2 * self.patience:
            raise ValueError("a lease must outlast two calls to the platform")
