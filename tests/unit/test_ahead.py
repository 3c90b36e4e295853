"""What a clock that was ahead has told is believed to be past, in the order it was told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import reviews
from bot.domain.members import CLOCKS_APART
from bot.domain.reviews import Review
from tests.factories import NOW, a_member, after
from tests.unit.rubrics import CLARITY, RUBRIC, START, at, filled, off, on, review, sheet

LATEST, INSTEAD = at(60), at(50)
TICK = timedelta.resolution


def believed(known: Review) -> Review:
    return reviews.believed(known, LATEST, INSTEAD, RUBRIC)


def tapped(*minutes: float) -> Review:
    known = review()
    for number, minute in enumerate(minutes, start=1):
        known = reviews.tap(known, on(f"{number}️⃣", minute), RUBRIC)
    return known


# --- reviews ------------------------------------------------------------------------------------


def test_a_review_with_nothing_told_is_as_it_was() -> None:
    assert believed(review()) == review()


@pytest.mark.parametrize("minute", [10, 60])
def test_what_was_told_up_to_the_latest_moment_is_left_as_it_was(minute: float) -> None:
    known = reviews.fill(tapped(5, minute), sheet(4, 4, 4), at(minute), RUBRIC)

    assert believed(known) == known


def test_a_tap_yet_to_come_counts_as_told_at_the_moment_given_instead() -> None:
    after_it = believed(tapped(61))

    assert [(tap.emoji, tap.on, tap.at) for tap in after_it.taps] == [("1️⃣", True, INSTEAD)]
    assert (after_it.status, after_it.rated_at) == ("rated", INSTEAD)


def test_of_taps_yet_to_come_the_last_is_told_then_and_the_rest_as_long_before() -> None:
    after_it = believed(tapped(100, 130))

    assert {tap.emoji: tap.at for tap in after_it.taps} == {"1️⃣": at(20), "2️⃣": INSTEAD}
    assert after_it.rated_at == INSTEAD


def test_a_tap_that_is_past_keeps_its_time_beside_one_yet_to_come() -> None:
    after_it = believed(tapped(10, 60, 130))

    assert {tap.emoji: tap.at for tap in after_it.taps} == {
        "1️⃣": at(10),
        "2️⃣": at(60),
        "3️⃣": INSTEAD,
    }


def test_a_form_yet_to_come_counts_as_told_then_and_says_what_it_said() -> None:
    known = reviews.fill(review(), sheet(3, 4, 5, comment="Well."), at(200), RUBRIC)

    after_it = believed(known)

    assert known.sheet is not None
    assert after_it.sheet == replace(known.sheet, at=INSTEAD)
    assert (after_it.status, after_it.rated_at) == ("rated", INSTEAD)


def test_a_form_and_a_tap_yet_to_come_keep_their_distance() -> None:
    known = reviews.fill(tapped(110), sheet(3, 4, 5), at(100), RUBRIC)

    after_it = believed(known)

    assert after_it.sheet is not None
    assert after_it.sheet.at == at(40)
    assert [tap.at for tap in after_it.taps] == [INSTEAD]


def test_a_form_that_is_past_keeps_its_time_beside_a_tap_yet_to_come() -> None:
    known = reviews.fill(tapped(110), sheet(3, 4, 5), LATEST, RUBRIC)

    after_it = believed(known)

    assert after_it.sheet is not None
    assert after_it.sheet.at == LATEST
    assert [tap.at for tap in after_it.taps] == [INSTEAD]


def test_a_form_of_no_known_time_beside_a_tap_yet_to_come_stays_so() -> None:
    known = replace(tapped(110), sheet=sheet(3, 4, 5))

    after_it = believed(known)

    assert after_it.sheet == known.sheet
    assert [tap.at for tap in after_it.taps] == [INSTEAD]


def test_a_tap_taken_off_yet_to_come_stays_off() -> None:
    known = reviews.tap(tapped(70), off("1️⃣", 80), RUBRIC)

    after_it = believed(known)

    assert reviews.rating(after_it, RUBRIC) is None
    assert [(tap.on, tap.at) for tap in after_it.taps] == [(False, INSTEAD)]


def test_a_form_beside_criteria_tapped_keeps_them() -> None:
    known = reviews.tap(filled(sheet(3, 4, 5)), on(CLARITY.emoji, 5), RUBRIC)

    given = reviews.rating(known, RUBRIC)

    assert given is not None
    assert given.met == {CLARITY.key}


# --- members ------------------------------------------------------------------------------------


def test_a_member_who_joined_by_a_clock_far_ahead_joined_a_while_ago() -> None:
    known = a_member(joined_at=after(hours=5), on_board=False)

    assert known.believed(NOW) == replace(known, joined_at=NOW - CLOCKS_APART)


def test_a_clock_that_is_ahead_by_less_than_clocks_differ_is_believed() -> None:
    near = a_member(joined_at=NOW + CLOCKS_APART - TICK)
    far = a_member(joined_at=NOW + CLOCKS_APART)

    assert near.believed(NOW) == near
    assert far.believed(NOW).joined_at == NOW - CLOCKS_APART


def test_a_leave_yet_to_come_is_past_and_after_the_joining() -> None:
    known = a_member(joined_at=after(days=-3), left_at=after(hours=5))

    believed_ = known.believed(NOW)

    assert believed_.left
    assert (believed_.joined_at, believed_.left_at) == (after(days=-3), NOW - CLOCKS_APART)


def test_a_joining_yet_to_come_after_a_leave_is_past_and_after_it() -> None:
    known = a_member(joined_at=after(hours=6), left_at=after(hours=5))

    believed_ = known.believed(NOW)

    assert not believed_.left
    assert believed_.joined_at == NOW - CLOCKS_APART
    assert believed_.left_at == NOW - CLOCKS_APART - TICK


def test_a_leave_that_is_past_keeps_its_time_beside_a_joining_yet_to_come() -> None:
    known = a_member(joined_at=after(hours=6), left_at=after(days=-2))

    assert known.believed(NOW).left_at == after(days=-2)


def test_who_left_within_what_clocks_differ_and_joins_before_that_has_joined_last() -> None:
    known = a_member(joined_at=START).gone(at(30))

    back = known.back(at(25))

    assert back.left_at == at(25) - TICK
    assert not back.joined(at(25), "Ana").left


def test_who_joins_at_the_very_moment_of_leaving_has_joined_last() -> None:
    known = a_member(joined_at=START).gone(at(30))

    assert known.back(at(30)).left_at == at(30) - TICK


@pytest.mark.parametrize("minute", [0, 20, 31])
def test_a_leave_that_no_other_clock_can_explain_stays(minute: float) -> None:
    known = a_member(joined_at=START).gone(at(30))

    assert known.back(at(minute)) == known


def test_who_joins_again_at_the_same_moment_has_the_name_told_last() -> None:
    assert a_member(joined_at=START).joined(START, "Anna").name == "Anna"


def test_what_was_said_of_an_absence_last_counts_within_one_moment() -> None:
    first = a_member().away_until(after(days=5).date(), NOW.date(), NOW)

    second = first.away_until(after(days=2).date(), NOW.date(), NOW)

    assert second.back_on == after(days=2).date()
