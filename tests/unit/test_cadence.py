from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import cadence
from bot.domain.cadence import Occurrence
from tests.examples import cases
from tests.unit.clocks import (
    DAY,
    EVERY_DAY,
    HOUR,
    NAMED,
    everything,
    near_changes,
    plan,
    walls,
)

STARTS = (date(2026, 10, 12), date(2026, 12, 7))
sets_of_days = st.frozensets(st.integers(1, 7), min_size=1)
STRETCH = st.integers(min_value=-4 * 24 * 60, max_value=20 * 24 * 60)


# --- seven weeks in any zone ---------------------------------------------------------------


@pytest.mark.parametrize("zone", NAMED)
@pytest.mark.parametrize("start", STARTS)
def test_seven_weeks_are_35_questions_7_focuses_and_7_boards(zone: str, start: date) -> None:
    counts = Counter(due.kind for due in everything(plan(zone, start)))

    assert counts == {"question": 35, "focus": 7, "leaderboard": 7}


@pytest.mark.parametrize("zone", NAMED)
@pytest.mark.parametrize("start", STARTS)
def test_every_question_is_at_nine_local_time_on_a_weekday_of_its_own(
    zone: str, start: date
) -> None:
    questions = [due for due in everything(plan(zone, start)) if due.kind == "question"]

    local = [due.at.astimezone(ZoneInfo(zone)) for due in questions]
    assert {at.time() for at in local} == {time(9)}
    assert [at.date() for at in local] == [due.day for due in questions]
    assert len({due.day for due in questions}) == 35
    assert {due.day.isoweekday() for due in questions} == {1, 2, 3, 4, 5}
    assert all(due.at.tzinfo is UTC for due in questions)


def test_the_focus_comes_just_before_the_first_question_and_the_board_after_the_last() -> None:
    week = everything(plan("Europe/Berlin"), weeks=1)

    assert [due.kind for due in week] == ["focus", *["question"] * 5, "leaderboard"]
    assert week[0].at == week[1].at
    assert week[-1].day == date(2026, 12, 11)
    assert {due.week for due in week} == {1}


def test_at_the_same_instant_focus_goes_before_question_and_question_before_board() -> None:
    one_a_week = plan("UTC", days=frozenset({3}), board_at=time(9))

    kinds = [due.kind for due in everything(one_a_week, weeks=1)]

    assert kinds == ["focus", "question", "leaderboard"]


def test_weeks_after_the_plan_have_questions_and_boards_but_no_focus() -> None:
    eighth = [due for due in everything(plan("UTC"), weeks=8) if due.week == 8]

    assert Counter(due.kind for due in eighth) == {"question": 5, "leaderboard": 1}


# --- spans ---------------------------------------------------------------------------------


@cases(60)
@given(
    change=near_changes,
    post_at=walls,
    board_at=walls,
    days=sets_of_days,
    cuts=st.lists(STRETCH, min_size=2, max_size=8),
)
def test_any_partition_of_a_span_gives_the_same_in_the_same_order(
    change: tuple[str, datetime],
    post_at: time,
    board_at: time,
    days: frozenset[int],
    cuts: list[int],
) -> None:
    zone, around = change
    start = cadence.local_day(zone, around) - 5 * DAY
    a_plan = plan(zone, start, days=days, post_at=post_at, board_at=board_at)
    moments = sorted(around + timedelta(minutes=cut) for cut in cuts)

    whole = cadence.occurrences(a_plan, moments[0], moments[-1])
    parts = [cadence.occurrences(a_plan, *pair) for pair in pairwise(moments)]

    assert tuple(due for part in parts for due in part) == whole
    assert len(set(whole)) == len(whole)
    assert [due.at for due in whole] == sorted(due.at for due in whole)
    assert all(moments[0] < due.at <= moments[-1] for due in whole)


@cases(60)
@given(change=near_changes, post_at=walls, board_at=walls, days=sets_of_days)
def test_stepping_from_one_occurrence_to_the_next_misses_none(
    change: tuple[str, datetime], post_at: time, board_at: time, days: frozenset[int]
) -> None:
    zone, around = change
    start = cadence.local_day(zone, around) - 5 * DAY
    a_plan = plan(zone, start, days=days, post_at=post_at, board_at=board_at)
    until = around + 14 * DAY

    at = around - 7 * DAY
    stepped = set()
    while (due := cadence.next_occurrence(a_plan, at)) is not None and due.at <= until:
        stepped.add(due.at)
        at = due.at

    whole = cadence.occurrences(a_plan, around - 7 * DAY, until)
    assert stepped == {due.at for due in whole}
    assert cadence.preview(a_plan, around - 7 * DAY, len(whole)) == whole


def test_a_span_leaves_out_its_beginning_and_takes_in_its_end() -> None:
    berlin = plan("Europe/Berlin")
    nine = cadence.instant(berlin.zone, berlin.start, time(9))

    assert cadence.occurrences(berlin, nine, nine + HOUR) == ()
    assert len(cadence.occurrences(berlin, nine - HOUR, nine)) == 2
    assert cadence.occurrences(berlin, nine, nine) == ()
    assert cadence.occurrences(berlin, nine, nine - DAY) == ()


def test_ten_years_of_downtime_are_counted_in_full() -> None:
    berlin = plan("Europe/Berlin")
    begin = cadence.instant(berlin.zone, berlin.start, time.min)

    due = cadence.occurrences(berlin, begin, begin + timedelta(weeks=520))

    assert Counter(d.kind for d in due) == {"question": 2600, "leaderboard": 520, "focus": 7}


def test_the_time_before_the_start_costs_nothing_and_holds_nothing() -> None:
    berlin = plan("Europe/Berlin")
    begin = cadence.instant(berlin.zone, berlin.start, time.min)

    assert cadence.occurrences(berlin, datetime(1, 1, 2, tzinfo=UTC), begin) == ()


def test_the_next_occurrence_of_a_plan_that_starts_in_two_years_is_its_first_focus() -> None:
    far = plan("UTC", date(2028, 12, 4))

    due = cadence.next_occurrence(far, datetime(2026, 12, 1, tzinfo=UTC))

    assert due == Occurrence("focus", far.start, datetime(2028, 12, 4, 9, tzinfo=UTC), 1)


def test_there_is_no_next_occurrence_when_all_days_are_skipped() -> None:
    start = date(2026, 12, 7)
    empty = plan("UTC", start, skips=frozenset(start + n * DAY for n in range(900)))

    assert cadence.next_occurrence(empty, datetime(2026, 12, 1, tzinfo=UTC)) is None
    assert cadence.preview(empty, datetime(2026, 12, 1, tzinfo=UTC), 3) == ()
    assert cadence.closes(empty, start) == datetime(2026, 12, 14, 9, tzinfo=UTC)


# --- skips, shifts and pauses ----------------------------------------------------------------


def test_a_skipped_day_has_no_post_until_it_is_unskipped() -> None:
    tuesday = date(2026, 12, 8)
    skipped = cadence.skip(plan("UTC"), tuesday)

    assert tuesday not in {due.day for due in everything(skipped)}
    assert everything(cadence.unskip(skipped, tuesday)) == everything(plan("UTC"))


def test_focus_and_board_move_to_the_days_that_are_left_of_a_week() -> None:
    short = cadence.skip(cadence.skip(plan("UTC"), date(2026, 12, 7)), date(2026, 12, 11))

    week = [due for due in everything(short) if due.week == 1]

    assert [due.day.day for due in week if due.kind == "focus"] == [8]
    assert [due.day.day for due in week if due.kind == "leaderboard"] == [10]


def test_a_week_skipped_as_a_whole_has_neither_focus_nor_board() -> None:
    days = frozenset(date(2026, 12, 14) + n * DAY for n in range(7))

    assert 2 not in {due.week for due in everything(plan("UTC", skips=days))}


def test_a_question_closes_when_the_next_one_is_due() -> None:
    berlin = cadence.skip(plan("Europe/Berlin"), date(2026, 12, 14))

    assert cadence.closes(berlin, date(2026, 12, 7)) == datetime(2026, 12, 8, 8, tzinfo=UTC)
    assert cadence.closes(berlin, date(2026, 12, 11)) == datetime(2026, 12, 15, 8, tzinfo=UTC)


@given(days=st.integers(1, 60), done=st.integers(-20, 40))
def test_after_a_shift_nothing_comes_for_that_many_days_and_no_day_of_the_rest_is_lost(
    days: int, done: int
) -> None:
    before = plan("UTC", days=EVERY_DAY)
    today = before.start + done * DAY
    horizon = before.start + 100 * DAY

    after = cadence.shift(before, days, today)

    left = list(cadence.posting_days(before, today + DAY, horizon))
    moved = list(cadence.posting_days(after, today + DAY, horizon + days * DAY))
    assert moved == [day + days * DAY for day in left]


def test_a_shift_by_a_week_after_wednesday_goes_on_with_thursdays_question_a_week_later() -> None:
    wednesday = date(2026, 12, 16)

    after = cadence.shift(plan("UTC"), 7, wednesday)

    days = list(cadence.posting_days(after, wednesday, date(2026, 12, 25)))
    assert days == [wednesday, date(2026, 12, 24), date(2026, 12, 25)]


def test_a_plan_is_never_shifted_back() -> None:
    with pytest.raises(ValueError, match="forward"):
        cadence.shift(plan("UTC"), 0, date(2026, 12, 8))


@pytest.mark.parametrize(("days", "weeks"), [(0, 0), (6, 0), (7, 1), (13, 1), (14, 2), (30, 4)])
def test_a_pause_moves_the_plan_by_its_whole_weeks(days: int, weeks: int) -> None:
    paused = date(2026, 12, 16)

    after = cadence.resumed(plan("UTC"), paused, paused + days * DAY)

    assert after.start == plan("UTC").start + timedelta(weeks=weeks)


def test_a_focus_that_fell_into_a_pause_comes_on_the_first_day_after_it() -> None:
    tuesday = date(2026, 12, 22)

    after = cadence.resumed(plan("UTC"), date(2026, 12, 16), tuesday)

    assert [due.day for due in everything(after) if due.kind == "focus" and due.week == 3] == [
        tuesday
    ]


def test_a_pause_before_the_start_costs_nothing() -> None:
    before = plan("UTC")

    assert cadence.resumed(before, before.start - 20 * DAY, before.start - DAY) == before


@given(done=st.integers(-10, 40), days=st.integers(0, 90))
def test_a_pause_never_takes_a_week_from_the_plan_that_it_did_not_last(
    done: int, days: int
) -> None:
    before = plan("UTC")
    paused = before.start + done * DAY
    today = paused + days * DAY

    after = cadence.resumed(before, paused, today)

    assert cadence.plan_week(after, today) <= max(cadence.plan_week(before, paused) + 1, 1)
    assert all(paused <= day < today for day in after.skips)
    assert len(after.skips) < 7
