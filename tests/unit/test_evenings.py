"""The evening's hour: the last one before the night, once a day, by the cohort's clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.domain import cadence
from bot.domain.cohorts import Plan
from tests.unit.clocks import plan

TICK = timedelta.resolution


def nights(begin: str, end: str) -> Plan:
    return replace(
        plan("UTC"), quiet_from=time.fromisoformat(begin), quiet_to=time.fromisoformat(end)
    )


def on(day: int, at: str) -> datetime:
    return datetime.combine(date(2026, 12, day), time.fromisoformat(at), tzinfo=UTC)


@pytest.mark.parametrize(
    ("begin", "end", "evening"),
    [
        ("21:00", "08:00", "20:00"),
        ("22:30", "07:00", "21:30"),
        ("00:30", "08:00", "23:30"),
        # Whoever has only half an hour of day is told in it.
        ("21:00", "20:30", "20:30"),
    ],
)
def test_the_evening_is_an_hour_before_the_night(begin: str, end: str, evening: str) -> None:
    assert cadence.evening(nights(begin, end), on(7, "10:00")) == on(7, evening)


def test_who_has_no_night_has_an_evening_all_the_same() -> None:
    sleepless = nights("08:00", "08:00")

    assert cadence.evening(sleepless, on(7, "10:00")) == on(7, cadence._EVENING.isoformat())


def test_one_evening_follows_another_a_day_later() -> None:
    usual = nights("21:00", "08:00")
    first = cadence.evening(usual, on(7, "10:00"))

    assert cadence.evening(usual, first - TICK) == first
    assert cadence.evening(usual, first) == first + timedelta(days=1)
    assert cadence.evening(usual, on(7, "23:00")) == first + timedelta(days=1)


def test_the_evening_is_that_of_the_cohorts_own_place() -> None:
    afar = replace(plan("Asia/Tokyo"), quiet_from=time(21), quiet_to=time(8))

    assert cadence.evening(afar, on(7, "10:00")) == on(7, "11:00")
    assert cadence.evening(afar, on(7, "12:00")) == on(8, "11:00")


def test_an_evening_that_a_change_of_the_calendar_skips_comes_the_day_after() -> None:
    # Samoa had no 30 December 2011.
    before = datetime(2011, 12, 30, 7, 0, tzinfo=UTC)
    samoa = replace(plan("Pacific/Apia"), quiet_from=time(21), quiet_to=time(8))

    evening = cadence.evening(samoa, before)

    assert before < evening <= before + timedelta(days=1)
