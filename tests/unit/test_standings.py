from __future__ import annotations

from collections.abc import Set
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.standings import (
    ANSWER,
    HELPFUL,
    LATE_ANSWER,
    REVIEW,
    REVIEWS_COUNTED,
    STREAK_COUNTED,
    Standing,
    Week,
    mean,
    points,
    quality,
    rank,
    streak,
)
from bot.ids import UserId
from tests.unit.rubrics import often

FIVE = [date(2026, 12, 7) + timedelta(days=n) for n in range(5)]
MON, TUE, WED, THU, FRI = FIVE


def week(name: str = "Ana", user: str = "", **done: Any) -> Week:
    return replace(Week(UserId(user or name), name), **done)


@st.composite
def weeks(draw: st.DrawFn, number: int = 0) -> Week:
    answers = draw(st.integers(0, 10))
    reviews = draw(st.integers(0, 30))
    return Week(
        UserId(f"u{number}"),
        draw(st.sampled_from(["Ana", "ana", "Bo", "Émile", "zoe", ""])),
        answers=answers,
        late=draw(st.integers(0, answers)),
        reviews=reviews,
        helpful=draw(st.integers(0, reviews)),
        scores=tuple(draw(st.lists(st.floats(1, 5), max_size=answers))),
        streak=draw(st.integers(0, 40)),
    )


COHORTS = st.integers(0, 8).flatmap(lambda size: st.tuples(*(weeks(n) for n in range(size))))


# --- points -----------------------------------------------------------------------------------


def test_a_week_without_doing_anything_has_no_points() -> None:
    assert points(week()) == points(week(streak=30)) == 0


def test_each_thing_done_has_its_points_and_a_late_answer_fewer() -> None:
    assert points(week(answers=2)) == 2 * ANSWER
    assert points(week(answers=2, late=1)) == ANSWER + LATE_ANSWER
    assert points(week(reviews=3)) == 3 * REVIEW
    assert points(week(reviews=3, helpful=2)) == 3 * REVIEW + 2 * HELPFUL


def test_reviews_helpfulness_and_streak_count_up_to_a_cap() -> None:
    busy = points(week(reviews=REVIEWS_COUNTED, helpful=REVIEWS_COUNTED))

    assert points(week(reviews=99, helpful=99)) == busy
    assert points(week(answers=1, streak=99)) == ANSWER + STREAK_COUNTED
    assert points(week(answers=1, streak=STREAK_COUNTED)) == ANSWER + STREAK_COUNTED
    assert points(week(answers=1, streak=3)) == ANSWER + 3


def test_the_best_week_there_can_be_is_no_more_than_steady_work_and_some_luck() -> None:
    best = week(answers=5, reviews=99, helpful=99, streak=99, scores=(5.0,) * 5)

    assert points(best) == 50 + 75 + 30 + 10 + 17


def test_no_more_reviews_can_be_helpful_than_were_given() -> None:
    assert points(week(reviews=1, helpful=5)) == REVIEW + HELPFUL


def test_quality_is_drawn_towards_the_middle_while_results_are_few() -> None:
    assert quality([]) == 3.0
    assert quality([5]) == pytest.approx(11 / 3)
    assert quality([5] * 8) == pytest.approx(4.6)


def test_results_bring_points_for_quality() -> None:
    assert points(week(scores=(5.0,))) == 13
    assert points(week(scores=(3.0,))) == 10
    assert points(week(scores=(1.0,))) == 7


def test_the_mean_of_nothing_is_nothing() -> None:
    assert (mean([]), mean([2.0, 5.0])) == (None, 3.5)


@often
@given(weeks())
def test_points_are_never_below_nothing_and_are_bounded_by_what_was_answered(done: Week) -> None:
    bound = done.answers * ANSWER + REVIEWS_COUNTED * (REVIEW + HELPFUL) + STREAK_COUNTED + 20

    assert 0 <= points(done) <= bound


@often
@given(weeks(), st.floats(1, 5))
def test_doing_more_never_costs_points_not_even_a_weak_answer(done: Week, result: float) -> None:
    late = replace(done, answers=done.answers + 1, late=done.late + 1)
    more = [
        replace(done, answers=done.answers + 1),
        late,
        replace(late, scores=(*done.scores, result)),
        replace(done, reviews=done.reviews + 1),
        replace(done, reviews=done.reviews + 1, helpful=done.helpful + 1),
        replace(done, streak=done.streak + 1),
    ]

    assert all(points(other) >= points(done) for other in more)
    assert points(replace(late, late=done.late)) >= points(late)


# --- places -----------------------------------------------------------------------------------


def test_equal_points_share_a_place_and_the_next_one_is_left_out() -> None:
    table = rank([week("Cy", answers=1), week("Ana", answers=2), week("Bo", answers=2)])
    last = rank([week("Dee", reviews=1), *(standing.week for standing in table)])

    assert [(s.place, s.week.name) for s in table] == [(1, "Ana"), (1, "Bo"), (3, "Cy")]
    assert last[-1] == Standing(4, REVIEW, week("Dee", reviews=1))


def test_those_who_share_a_place_stand_in_the_order_of_their_names() -> None:
    names = ["zoe", "Bo", "ana", "Cy"]

    table = rank([week(name, answers=1) for name in names])

    assert [standing.week.name for standing in table] == ["ana", "Bo", "Cy", "zoe"]


def test_people_of_the_same_name_are_told_apart_by_who_they_are() -> None:
    table = rank([week("Ana", "u2", answers=1), week("Ana", "u1", answers=1)])

    assert [standing.week.user for standing in table] == ["u1", "u2"]


def test_who_did_nothing_is_not_put_on_show() -> None:
    assert rank([week("Ana"), week("Bo", streak=5)]) == ()


@often
@given(COHORTS, st.randoms(use_true_random=False))
def test_the_table_is_in_order_and_places_count_those_with_more_points(
    done: tuple[Week, ...], rng: Random
) -> None:
    table = rank(done)
    shuffled = list(done)
    rng.shuffle(shuffled)

    assert rank(shuffled) == table
    assert {s.week.user for s in table} == {w.user for w in done if points(w)}
    assert [s.points for s in table] == sorted((s.points for s in table), reverse=True)
    for standing in table:
        better = sum(points(other) > standing.points for other in done)
        assert (standing.place, standing.points) == (better + 1, points(standing.week))


# --- streaks ----------------------------------------------------------------------------------


def run(answered: Set[date], away: Set[date] = frozenset()) -> int:
    return streak(FIVE, frozenset(answered), frozenset(away))


def test_a_streak_counts_the_latest_posting_days_answered_in_a_row() -> None:
    assert run({MON, TUE, WED, THU, FRI}) == 5
    assert run({MON, WED, THU, FRI}) == 3
    assert run(set()) == streak([], frozenset(), frozenset()) == 0


def test_the_newest_question_still_unanswered_does_not_break_a_streak() -> None:
    assert run({TUE, WED, THU}) == 3


def test_two_questions_unanswered_do() -> None:
    assert run({MON, TUE, WED}) == 0


def test_days_away_neither_count_nor_break() -> None:
    assert run({MON, FRI}, {TUE, WED, THU}) == 2
    assert run({MON, TUE}, {THU, FRI}) == 0
    assert run({MON, TUE}, {WED, THU, FRI}) == 2


def test_an_answer_given_while_away_counts() -> None:
    assert run({MON, TUE, FRI}, {TUE, WED, THU}) == 3


SOME_DAYS = st.sets(st.sampled_from(FIVE))


@often
@given(SOME_DAYS, SOME_DAYS, st.sampled_from(FIVE))
def test_answering_or_being_away_one_more_day_never_shortens_a_streak(
    answered: set[date], away: set[date], more: date
) -> None:
    before = run(answered, away)

    assert before <= len(answered)
    assert run({*answered, more}, away) >= before
    assert run(answered, {*away, more}) >= before
