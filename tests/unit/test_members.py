from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import reduce
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.members import Member
from tests.unit.rubrics import AUTHOR, COHORT, START, WORKSPACE, at, often, replayed

Change = Callable[[Member], Member]
MONDAY = date(2026, 12, 7)
DAYS = [MONDAY + timedelta(days=n) for n in range(40)]


def member() -> Member:
    return Member(COHORT, WORKSPACE, AUTHOR, "Ana", joined_at=START)


def day(number: int) -> date:
    """Return a day of December 2026."""
    return date(2026, 12, number)


def noon(today: date) -> float:
    """Return the noon of a day in minutes after `START`."""
    return (today - MONDAY) / timedelta(minutes=1) + 180


def away(today: int, back_on: int) -> Change:
    first = day(today)
    return lambda known: known.away_until(day(back_on), first, at(noon(first)))


def told(*changes: Change) -> Member:
    return reduce(lambda known, change: change(known), changes, member())


def absent(known: Member) -> set[date]:
    return {today for today in DAYS if known.away(today)}


def span(first: int, back_on: int) -> set[date]:
    return {day(number) for number in range(first, back_on)}


# --- joining and leaving ----------------------------------------------------------------------


def test_a_member_is_there_until_they_leave_and_again_when_they_come_back() -> None:
    gone = member().gone(at(10))
    back = gone.joined(at(20), "Ana")

    assert [known.left for known in (member(), gone, back)] == [False, True, False]
    assert [known.present(MONDAY) for known in (member(), gone, back)] == [True, False, True]


def test_leaving_at_the_instant_of_joining_is_leaving() -> None:
    assert member().gone(START).left


def test_an_older_leave_does_not_undo_a_newer_join() -> None:
    assert not member().joined(at(20), "Ana").gone(at(10)).left


def test_an_older_join_does_not_undo_a_newer_leave_nor_bring_back_an_older_name() -> None:
    known = member().joined(at(20), "Ana M.").gone(at(30)).joined(at(10), "Ana")

    assert (known.left, known.name, known.joined_at) == (True, "Ana M.", at(20))


def test_who_joins_by_a_clock_that_is_behind_the_one_they_left_by_is_back() -> None:
    back = member().gone(at(20)).back(at(11)).joined(at(11), "Ana")

    assert (back.left, back.joined_at) == (False, at(11))
    assert member().gone(at(20)).back(at(10)) == member().gone(at(20))


def test_a_join_told_again_does_not_undo_the_leave_after_it() -> None:
    known = member().joined(at(15), "Ana").gone(at(20))

    assert known.back(at(15)) == known
    assert known.back(at(14)) == known


def test_a_leave_that_comes_after_a_join_by_the_same_clock_counts() -> None:
    assert member().back(at(5)).joined(at(5), "Ana").gone(at(6)).left


@pytest.mark.parametrize("left", [False, True])
def test_moments_yet_to_come_are_believed_to_be_past_and_say_what_they_said(left: bool) -> None:
    told = replace(member().joined(at(300), "Ana"), left_at=at(310 if left else 290))

    believed = told.believed(at(100))

    assert believed.left is left
    assert believed.gone(at(100)).left
    assert not believed.joined(at(100), "Ana").left
    assert told.believed(at(301)) == told


MOVES = st.lists(
    st.tuples(st.booleans(), st.integers(min_value=1, max_value=50)),
    max_size=8,
    unique_by=lambda move: move[1],
)


@often
@given(MOVES, st.randoms(use_true_random=False))
def test_joins_and_leaves_leave_the_same_member_in_whatever_order(
    moves: list[tuple[bool, int]], rng: Random
) -> None:
    def move(known: Member, report: tuple[bool, int]) -> Member:
        joins, minute = report
        return known.joined(at(minute), f"Ana {minute}") if joins else known.gone(at(minute))

    in_order = sorted(moves, key=lambda report: report[1])

    known = reduce(move, replayed(moves, rng), member())
    assert known == reduce(move, in_order, member())
    assert known.left == (bool(in_order) and not in_order[-1][0])


# --- being away -------------------------------------------------------------------------------


def test_a_member_is_away_from_today_until_the_day_before_they_are_back() -> None:
    assert absent(told(away(9, 12))) == span(9, 12)
    assert not told(away(9, 12)).present(day(9))


def test_back_today_ends_the_absence_and_what_was_missed_is_remembered() -> None:
    assert absent(told(away(9, 20), away(12, 12))) == span(9, 12)


def test_a_longer_absence_replaces_a_shorter_one() -> None:
    assert absent(told(away(9, 12), away(10, 16))) == span(9, 16)


def test_earlier_absences_stay_remembered() -> None:
    known = told(away(8, 10), away(12, 14), away(20, 22))

    assert absent(known) == span(8, 10) | span(12, 14) | span(20, 22)


def test_saying_it_twice_on_one_day_counts_as_said_last() -> None:
    first = member().away_until(day(20), day(9), at(noon(day(9))))
    last = first.away_until(day(10), day(9), at(noon(day(9)) + 1))

    assert absent(last) == span(9, 10)


def test_an_absence_told_again_after_the_return_of_the_same_day_does_not_come_back() -> None:
    gone = member().away_until(day(20), day(9), at(noon(day(9))))
    back = gone.away_until(day(9), day(9), at(noon(day(9)) + 1))

    assert back.away_until(day(20), day(9), at(noon(day(9)))) == back
    assert absent(back) == set()


def test_an_absence_told_late_does_not_undo_the_return_and_is_remembered() -> None:
    known = told(away(12, 12), away(9, 20))

    assert absent(known) == span(9, 12)
    assert known.back_on == day(12)


def test_an_absence_told_late_ends_an_earlier_one() -> None:
    assert absent(told(away(8, 30), away(20, 20), away(10, 12))) == span(8, 12)


def test_being_away_is_remembered_through_leaving_and_coming_back() -> None:
    known = told(away(9, 12)).gone(at(5)).joined(at(6), "Ana")

    assert absent(known) == span(9, 12)


ABSENCES = st.lists(
    st.tuples(st.integers(7, 20), st.integers(0, 9)), max_size=5, unique_by=lambda told: told[0]
)


@often
@given(ABSENCES, st.randoms(use_true_random=False))
def test_absences_leave_the_same_member_in_whatever_order_and_however_often_they_are_told(
    absences: list[tuple[int, int]], rng: Random
) -> None:
    changes = [away(first, first + length) for first, length in sorted(absences)]

    assert told(*replayed(changes, rng)) == told(*changes)


@often
@given(ABSENCES)
def test_a_member_is_away_on_the_days_that_the_word_spoken_last_before_them_says(
    absences: list[tuple[int, int]],
) -> None:
    known = told(*(away(first, first + length) for first, length in sorted(absences)))

    for today in DAYS:
        spoken = [(first, length) for first, length in sorted(absences) if day(first) <= today]
        expected = bool(spoken) and today < day(7) + timedelta(days=sum(spoken[-1]) - 7)
        assert known.away(today) == expected


def test_whoever_left_is_not_present_though_not_away_either() -> None:
    gone = replace(member(), left_at=at(5))

    assert (gone.present(MONDAY), gone.away(MONDAY)) == (False, False)
