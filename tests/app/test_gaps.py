"""What may have been missed is read again soon, and ever later while something is left out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from app.gaps import FIRST_WAIT, LONGEST_WAIT, Gaps

START = datetime(2026, 12, 7, 9, tzinfo=UTC)


class Clock:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


def test_nothing_is_read_again_where_nothing_was_missed() -> None:
    clock = Clock()
    gaps = Gaps(clock)
    gaps.read(0)
    clock.now += timedelta(days=1)

    assert not gaps.due


def test_what_was_missed_is_read_a_minute_later() -> None:
    clock = Clock()
    gaps = Gaps(clock)
    gaps.missed()
    before = gaps.due
    clock.now += FIRST_WAIT

    assert (before, gaps.due) == (False, True)


def test_a_second_miss_does_not_put_it_off() -> None:
    clock = Clock()
    gaps = Gaps(clock)
    gaps.missed()
    clock.now += FIRST_WAIT
    gaps.missed()

    assert gaps.due


def test_a_reading_that_leaves_something_out_comes_again_ever_later_and_not_too_late() -> None:
    clock, waits = Clock(), []
    gaps = Gaps(clock)
    for _ in range(10):
        gaps.read(1)
        began = clock.now
        while not gaps.due:
            clock.now += FIRST_WAIT
        waits.append(clock.now - began)

    assert waits[:3] == [FIRST_WAIT, 2 * FIRST_WAIT, 4 * FIRST_WAIT]
    assert waits[-1] == LONGEST_WAIT


def test_a_complete_reading_ends_it() -> None:
    clock = Clock()
    gaps = Gaps(clock)
    gaps.read(1)
    gaps.read(0)
    clock.now += LONGEST_WAIT

    assert not gaps.due


def test_a_clock_that_is_put_back_does_not_put_it_off() -> None:
    clock = Clock()
    gaps = Gaps(clock)
    gaps.missed()
    clock.now -= timedelta(days=1)

    assert gaps.due
