from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import cadence
from bot.domain.cohorts import Plan
from tests.examples import cases
from tests.unit.clocks import (
    DAY,
    EVERY_DAY,
    NAMED,
    clock_changes,
    everything,
    near_changes,
    offset,
    plan,
    walls,
)


def in_gap(zone: str, day: date, at: time) -> bool:
    naive = datetime.combine(day, at)
    there = naive.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    return there.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != naive


# --- around clock changes ------------------------------------------------------------------


def test_every_kind_of_clock_change_is_among_those_tested() -> None:
    zones = {zone for zone, _ in clock_changes()}

    assert len(clock_changes()) > 200
    assert {"Australia/LHI", "Australia/Lord_Howe"} & zones
    assert {"America/Los_Angeles", "America/Ensenada", "America/Santa_Isabel"} & zones
    assert "Africa/Casablanca" in zones


def test_around_every_clock_change_each_date_has_one_post_at_its_wall_time() -> None:
    for zone, change in clock_changes():
        middle = cadence.local_day(zone, change)
        for at in (time(0, 30), time(1, 45), time(2, 15), time(9), time(23, 30)):
            daily = plan(zone, middle - 3 * DAY, days=EVERY_DAY, post_at=at)
            due = [d for d in everything(daily, weeks=1) if d.kind == "question"]

            assert [d.day for d in due] == [daily.start + n * DAY for n in range(7)], zone
            for d in due:
                shown = d.at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
                wanted = datetime.combine(d.day, at)
                assert (shown > wanted) if in_gap(zone, d.day, at) else (shown == wanted), zone


def test_a_time_that_a_clock_change_skips_moves_forward_by_what_was_skipped() -> None:
    for zone, change in clock_changes():
        gap = offset(zone, change) - offset(zone, change - timedelta(seconds=1))
        if gap < timedelta(0):
            continue
        skipped = (change + offset(zone, change)).replace(tzinfo=None) - gap / 2

        moved = cadence.local(zone, cadence.instant(zone, skipped.date(), skipped.time()))

        assert moved.replace(tzinfo=None) == skipped + gap, zone


def test_a_time_that_a_clock_change_repeats_counts_the_first_time() -> None:
    for zone, change in clock_changes():
        back = offset(zone, change - timedelta(seconds=1)) - offset(zone, change)
        if back < timedelta(0):
            continue
        repeated = (change + offset(zone, change)).replace(tzinfo=None) + back / 2

        at = cadence.instant(zone, repeated.date(), repeated.time())

        assert at == change - back / 2, zone


def test_half_an_hour_is_skipped_on_lord_howe() -> None:
    # On 4 October 2026 the clock goes from 02:00 to 02:30.
    at = cadence.instant("Australia/Lord_Howe", date(2026, 10, 4), time(2, 10))

    assert cadence.local("Australia/Lord_Howe", at).time() == time(2, 40)


def test_a_post_that_a_clock_change_carries_past_midnight_still_belongs_to_its_date() -> None:
    # In Scoresbysund summer time begins at 23:00 on Saturday, which becomes Sunday 00:00.
    late = plan("America/Scoresbysund", date(2027, 3, 22), days=EVERY_DAY, post_at=time(23, 30))
    saturday = next(d for d in everything(late) if d.day == date(2027, 3, 27) and d.week == 1)

    shown = cadence.local(late.zone, saturday.at)

    assert (shown.date(), shown.time()) == (date(2027, 3, 28), time(0, 30))


def test_a_date_that_a_zone_never_had_gets_no_post() -> None:
    # Samoa had no 30 December 2011: it moved to the other side of the date line.
    samoa = Plan("Pacific/Apia", date(2011, 12, 26), 1)

    due = everything(samoa, weeks=1)

    assert [d.day.day for d in due if d.kind == "question"] == [26, 27, 28, 29]
    assert [d.day.day for d in due if d.kind == "leaderboard"] == [29]
    assert len({d.at for d in due if d.kind == "question"}) == 4


# --- quiet hours -----------------------------------------------------------------------------


def quiet(plan: Plan, at: datetime) -> bool:
    shown = at.astimezone(ZoneInfo(plan.zone)).time()
    if plan.quiet_from <= plan.quiet_to:
        return plan.quiet_from <= shown < plan.quiet_to
    return shown >= plan.quiet_from or shown < plan.quiet_to


@cases(150)
@given(change=near_changes, night=walls, morning=walls, minutes=st.integers(-2880, 2880))
def test_a_considerate_time_is_never_in_the_night_never_earlier_and_at_most_three_days_later(
    change: tuple[str, datetime], night: time, morning: time, minutes: int
) -> None:
    zone, around = change
    a_plan = plan(zone, quiet_from=night, quiet_to=morning)
    at = around + timedelta(minutes=minutes)

    kind = cadence.considerate(a_plan, at)

    assert not quiet(a_plan, kind)
    assert at <= kind <= at + 3 * DAY
    assert quiet(a_plan, at) or kind == at
    assert cadence.considerate(a_plan, kind) == kind


@cases(150)
@given(change=near_changes, night=walls, morning=walls, minutes=st.integers(-2880, 2880))
def test_the_next_night_is_quiet_from_its_beginning_to_its_end_and_soon(
    change: tuple[str, datetime], night: time, morning: time, minutes: int
) -> None:
    zone, around = change
    a_plan = plan(zone, quiet_from=night, quiet_to=morning)
    at = around + timedelta(minutes=minutes)

    found = cadence.next_night(a_plan, at)

    if found is None:
        assert night == morning
        return
    begins, ends = found
    assert at < begins <= at + 3 * DAY
    assert quiet(a_plan, begins)
    assert not quiet(a_plan, ends)
    assert cadence.considerate(a_plan, begins) == ends


def test_the_next_night_is_tonight_until_it_has_begun_then_tomorrow() -> None:
    a_plan = plan("Europe/Berlin")
    begins = cadence.instant("Europe/Berlin", date(2026, 12, 9), time(21))
    tonight = (begins, begins + timedelta(hours=11))

    assert cadence.next_night(a_plan, begins - timedelta(seconds=1)) == tonight
    assert cadence.next_night(a_plan, begins) == tuple(each + DAY for each in tonight)


def test_a_plan_without_quiet_hours_has_no_next_night() -> None:
    never = plan("UTC", quiet_from=time(8), quiet_to=time(8))

    assert cadence.next_night(never, datetime(2026, 12, 9, 7, tzinfo=UTC)) is None


def test_a_night_whose_end_is_skipped_ends_all_the_same_whatever_fold_its_end_carries() -> None:
    a_plan = plan("Africa/Cairo", quiet_from=time(22), quiet_to=time(0, 30, fold=1))
    before = datetime(2026, 4, 23, 21, tzinfo=UTC)

    assert cadence.considerate(a_plan, before) == datetime(2026, 4, 23, 22, 30, tzinfo=UTC)


@pytest.mark.parametrize("zone", NAMED)
def test_whoever_would_be_written_to_at_night_is_written_to_at_eight(zone: str) -> None:
    a_plan = plan(zone)
    late = cadence.instant(zone, date(2026, 12, 9), time(22, 30))
    early = cadence.instant(zone, date(2026, 12, 10), time(4))

    eight = cadence.instant(zone, date(2026, 12, 10), time(8))
    assert cadence.considerate(a_plan, late) == eight
    assert cadence.considerate(a_plan, early) == eight


def test_a_night_without_length_is_no_night() -> None:
    never = plan("UTC", quiet_from=time(8), quiet_to=time(8))
    at = datetime(2026, 12, 9, 8, tzinfo=UTC)

    assert cadence.considerate(never, at) == at


def test_a_night_that_ends_in_the_repeated_hour_ends_the_second_time_for_the_second_half() -> None:
    # On 25 October 2026 in Berlin the clock shows 02:00 to 03:00 twice.
    a_plan = plan("Europe/Berlin", quiet_from=time(22), quiet_to=time(2, 30))
    second = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)

    assert cadence.considerate(a_plan, second) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
