"""Time as people write it, in any zone."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.console.moments import read, read_span, shown

zones = st.sampled_from(sorted(available_timezones() - {"localtime", "Factory"}))
instants = st.integers(63_072_000, 4_102_444_800).map(lambda at: datetime.fromtimestamp(at, UTC))


@given(instants, zones)
def test_a_moment_that_is_shown_reads_as_the_same_moment(at: datetime, zone: str) -> None:
    assert read(shown(at, zone)).after(at, zone) == at


@given(instants, zones, st.times())
def test_the_next_time_of_day_is_ahead_and_within_two_days(
    now: datetime, zone: str, wall: time
) -> None:
    at = read(f"{wall:%H:%M}").after(now, zone)

    assert now < at <= now + timedelta(days=2)


def test_a_time_that_the_clocks_leave_out_moves_forward() -> None:
    at = read("Sun 14 Mar 2027, 02:30").after(datetime(2027, 3, 1, tzinfo=UTC), "America/New_York")

    assert shown(at, "America/New_York") == "Sun 14 Mar 2027, 03:30"


def test_a_time_that_comes_twice_means_the_first_still_to_come() -> None:
    zone, reading = "America/New_York", read("Sun 1 Nov 2026, 01:30")
    first = reading.after(datetime(2026, 10, 1, tzinfo=UTC), zone)

    second = reading.after(first + timedelta(minutes=1), zone)

    assert second - first == timedelta(hours=1)


def test_a_weekday_means_the_next_one() -> None:
    monday_noon = datetime(2026, 12, 7, 12, 0, tzinfo=UTC)

    assert read("Mon 09:00").after(monday_noon, "UTC") == datetime(2026, 12, 14, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("20 minutes", timedelta(minutes=20)),
        ("an hour", timedelta(hours=1)),
        ("2 days and 3 hours", timedelta(days=2, hours=3)),
        ("1 week, 1 day and 10 seconds", timedelta(days=8, seconds=10)),
    ],
)
def test_a_length_of_time_is_read_in_words(text: str, span: timedelta) -> None:
    now = datetime(2026, 12, 7, tzinfo=UTC)

    assert read_span(text).after(now, "UTC") == now + span


def test_a_day_later_it_is_the_same_time_on_the_wall() -> None:
    before = datetime(2027, 3, 13, 17, 0, tzinfo=UTC)

    after = read_span("1 day").after(before, "America/New_York")

    assert after - before == timedelta(hours=23)
