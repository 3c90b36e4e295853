"""What may have been missed is read again soon, and ever later while something is left out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest

from app.gaps import FIRST_WAIT, LONGEST_WAIT, Gaps, Reading
from scheduler.reconcile import SettleReport

START = datetime(2026, 12, 7, 9, tzinfo=UTC)


class Clock:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


def leaving(skipped: int) -> Reading:
    """Return a reading that leaves so many things out."""

    async def reading() -> SettleReport:
        return SettleReport(skipped=skipped)

    return reading


async def broken() -> SettleReport:
    raise ConnectionError


async def test_nothing_is_read_again_where_nothing_was_missed() -> None:
    clock = Clock()
    gaps = Gaps(clock)
    await gaps.everything(leaving(0))
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


async def test_a_reading_that_leaves_something_out_comes_again_ever_later_and_not_too_late() -> (
    None
):
    clock, waits = Clock(), []
    gaps = Gaps(clock)
    for _ in range(10):
        await gaps.everything(leaving(1))
        began = clock.now
        while not gaps.due:
            clock.now += FIRST_WAIT
        waits.append(clock.now - began)

    assert waits[:3] == [FIRST_WAIT, 2 * FIRST_WAIT, 4 * FIRST_WAIT]
    assert waits[-1] == LONGEST_WAIT


async def test_a_complete_reading_ends_it() -> None:
    clock = Clock()
    gaps = Gaps(clock)
    await gaps.everything(leaving(1))
    await gaps.everything(leaving(0))
    clock.now += LONGEST_WAIT

    assert not gaps.due


def test_a_clock_that_is_put_back_does_not_put_it_off() -> None:
    clock = Clock()
    gaps = Gaps(clock)
    gaps.missed()
    clock.now -= timedelta(days=1)

    assert gaps.due


async def test_what_is_missed_while_everything_is_read_is_read_again() -> None:
    clock = Clock()
    gaps = Gaps(clock)

    async def reading() -> SettleReport:
        gaps.missed()
        return SettleReport(threads=1)

    await gaps.everything(reading)
    clock.now += FIRST_WAIT

    assert gaps.due


@pytest.mark.parametrize("read", [Gaps.everything, Gaps.part])
async def test_a_reading_that_breaks_off_is_made_up_for_in_a_minute(
    read: Callable[[Gaps, Reading], Awaitable[None]],
) -> None:
    clock = Clock()
    gaps = Gaps(clock)
    with pytest.raises(ConnectionError):
        await read(gaps, broken)
    clock.now += FIRST_WAIT

    assert gaps.due


async def test_what_a_part_leaves_out_is_read_with_everything_in_a_minute() -> None:
    clock = Clock()
    gaps = Gaps(clock)
    await gaps.part(leaving(0))
    before = gaps.at
    await gaps.part(leaving(1))
    clock.now += FIRST_WAIT

    assert (before, gaps.due) == (None, True)


async def test_what_was_missed_does_not_wait_for_what_is_always_left_out() -> None:
    clock = Clock()
    gaps = Gaps(clock)
    for _ in range(10):
        await gaps.everything(leaving(1))
    gaps.missed()
    clock.now += FIRST_WAIT

    assert gaps.due
