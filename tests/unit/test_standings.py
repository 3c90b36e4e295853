"""Points and places: what a week is worth, and where that puts somebody."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.scoring import ENOUGH, Reviewer
from bot.domain.standings import (
    ALIKE_CARE,
    ALIKE_FROM,
    ALIKE_OF,
    ANSWER,
    ANSWERS_COUNTED,
    GAIN_MOST,
    HELPFUL,
    HELPFUL_COUNTED,
    IMPROVEMENT_MOST,
    LATE_ANSWER,
    LEAST_CARE,
    QUALITY_MOST,
    REVIEW,
    REVIEW_MORE,
    REVIEWS_COUNTED,
    REVIEWS_IN_FULL,
    SOLID,
    STREAK_MOST,
    THIN,
    Gain,
    Own,
    Standing,
    Week,
    added,
    best_streak,
    care,
    mean,
    parts,
    points,
    rank,
    streak,
)
from bot.ids import UserId
from bot.pictures import Points
from tests.unit.rubrics import often

FIVE = [date(2026, 12, 7) + timedelta(days=n) for n in range(5)]
MON, TUE, WED, THU, FRI = FIVE
PLAIN, LATE = Own(), Own(late=True)


def week(name: str = "Ana", user: str = "", **done: Any) -> Week:
    return replace(Week(UserId(user or name), name), **done)


SCORES = st.floats(1, 5)
OWN = st.builds(Own, st.none() | SCORES, st.booleans(), st.floats(0, 1), st.none() | SCORES)


@st.composite
def weeks(draw: st.DrawFn, number: int = 0) -> Week:
    reviews = draw(st.integers(0, 30))
    helpful = draw(st.integers(0, reviews))
    return Week(
        UserId(f"u{number}"),
        draw(st.sampled_from(["Ana", "ana", "Bo", "Émile", "zoe", ""])),
        own=tuple(draw(st.lists(OWN, max_size=10))),
        told=tuple(draw(st.lists(OWN, max_size=10))),
        reviews=reviews,
        helpful=helpful,
        helpful_friends=draw(st.integers(0, helpful)),
        care=draw(st.floats(0, 1)),
        gains=tuple(draw(st.lists(st.builds(Gain, st.floats(-4, 4), first=OWN), max_size=5))),
        usual=draw(st.none() | SCORES),
        streak=draw(st.integers(0, 40)),
    )


COHORTS = st.integers(0, 8).flatmap(lambda size: st.tuples(*(weeks(n) for n in range(size))))


# --- points -----------------------------------------------------------------------------------


def test_a_week_without_doing_anything_has_no_points() -> None:
    assert points(week()) == points(week(streak=30)) == 0


def test_each_thing_done_has_its_points_and_a_late_answer_fewer() -> None:
    assert points(week(own=(PLAIN, PLAIN))) == 2 * ANSWER
    assert points(week(own=(PLAIN, LATE))) == ANSWER + LATE_ANSWER
    assert points(week(reviews=3)) == 3 * REVIEW
    assert points(week(reviews=3, helpful=2)) == 3 * REVIEW + 2 * HELPFUL


def test_an_answer_counts_as_much_as_its_reviewers_found_in_it() -> None:
    middle = (THIN + SOLID) / 2

    worth = [parts(week(own=(Own(score),))).answers for score in (1.0, THIN, middle, SOLID, 5.0)]

    assert worth == [0, 0, ANSWER // 2, ANSWER, ANSWER]


def test_a_traded_favour_raises_neither_an_answer_nor_its_result() -> None:
    bought, honest = Own(4.5, without=2.0), Own(2.0)

    assert points(week(own=(bought,), told=(bought,))) == points(
        week(own=(honest,), told=(honest,))
    )
    assert Own(2.0, without=4.5).fair == 2.0


def test_answers_reviews_helpfulness_and_streak_count_up_to_a_cap() -> None:
    many = REVIEWS_IN_FULL * REVIEW + (REVIEWS_COUNTED - REVIEWS_IN_FULL) * REVIEW_MORE

    assert points(week(own=(PLAIN,) * 20)) == ANSWERS_COUNTED * ANSWER
    assert points(week(reviews=99)) == points(week(reviews=REVIEWS_COUNTED)) == many
    assert parts(week(reviews=99, helpful=99)).helpfulness == HELPFUL_COUNTED * HELPFUL
    assert parts(week(own=(PLAIN,) * 7, streak=99)).streak == STREAK_MOST


def test_a_streak_counts_only_as_far_as_answers_do() -> None:
    assert parts(week(own=(PLAIN,), streak=30)).streak == 1
    assert parts(week(own=(Own(1.0),) * 5, streak=30)).streak == 0


def test_an_afternoon_of_late_answers_is_worth_less_than_half_a_week_on_time() -> None:
    assert points(week(own=(LATE,) * 30)) < ANSWER * 4


def test_reviews_of_somebody_who_does_not_look_count_less_and_so_does_their_help() -> None:
    busy = week(reviews=10, helpful=5)

    assert points(replace(busy, care=LEAST_CARE)) < points(busy) / 3


def test_a_traded_favour_is_no_review() -> None:
    assert points(week(reviews=3, favours=2)) == REVIEW
    assert points(week(reviews=1, favours=2)) == 0


def test_help_among_those_who_review_each_other_counts_half() -> None:
    helped = parts(week(reviews=10, helpful=4)).helpfulness

    assert parts(week(reviews=10, helpful=4, helpful_friends=4)).helpfulness == helped / 2


def test_good_results_bring_points_up_to_a_cap_and_half_where_all_reviewers_are_friends() -> None:
    assert parts(week(told=(Own(2.0),))).quality == 0
    assert parts(week(told=(Own(4.0),))).quality == 8
    assert parts(week(told=(Own(4.0, friends=1.0),))).quality == 4
    assert parts(week(told=(Own(5.0),) * 9)).quality == QUALITY_MOST


def test_a_better_second_take_brings_points_and_none_after_a_thin_first_one() -> None:
    good = Gain(1.0, first=Own(SOLID))

    assert parts(week(gains=(good,))).improvement == 3
    assert parts(week(gains=(Gain(4.0, first=Own(SOLID)),))).improvement == GAIN_MOST
    assert parts(week(gains=(Gain(3.0, first=Own(1.0)),))).improvement == 0
    assert parts(week(gains=(Gain(-1.0),))).improvement == 0
    assert parts(week(gains=(good,) * 9)).improvement == IMPROVEMENT_MOST


def test_results_clearly_above_ones_own_usual_one_are_an_improvement() -> None:
    told = (Own(3.1), Own(3.6), Own(2.0))

    assert parts(week(told=told, usual=3.0)).improvement == 1
    assert parts(week(told=told)).improvement == 0


def test_the_mean_of_nothing_is_nothing() -> None:
    assert (mean([]), mean([2.0, 5.0])) == (None, 3.5)


def test_points_of_several_weeks_add_up_by_what_they_come_from() -> None:
    assert added([Points(1, 2, 3), Points(1, 1, 1, 1, 1, 1)]) == Points(2, 3, 4, 1, 1, 1)
    assert added([]) == Points()


@often
@given(weeks())
def test_points_are_never_below_nothing_and_nothing_counts_without_bound(done: Week) -> None:
    most = Points(
        ANSWERS_COUNTED * ANSWER, 50, HELPFUL_COUNTED * HELPFUL, QUALITY_MOST, IMPROVEMENT_MOST,
        STREAK_MOST,
    )  # fmt: skip

    for had, bound in zip(parts(done).parts(), most.parts(), strict=True):
        assert 0 <= had <= bound


@often
@given(weeks(), OWN)
def test_doing_more_never_costs_points_not_even_a_weak_answer(done: Week, one: Own) -> None:
    more = [
        replace(done, own=(*done.own, one)),
        replace(done, told=(*done.told, one)),
        replace(done, reviews=done.reviews + 1),
        replace(done, reviews=done.reviews + 1, helpful=done.helpful + 1),
        replace(done, streak=done.streak + 1),
        replace(done, gains=(*done.gains, Gain(-2.0))),
    ]

    assert all(points(other) >= points(done) for other in more)


# --- how much of a review theirs are ------------------------------------------------------------

USUAL = Reviewer(0.5, 1.0, 0.7, ENOUGH)
CLICKS = Reviewer(0.0, 0.1, 1.2, ENOUGH)


def test_reviews_count_in_full_until_much_speaks_against_them() -> None:
    assert care(None, [4, 4, 4]) == care(USUAL, [3, 4] * 9) == 1
    assert care(replace(CLICKS, n=ENOUGH - 1), [1, 5] * 9) == 1


def test_ratings_that_do_not_follow_the_answers_count_little() -> None:
    assert care(CLICKS, [1, 5] * 9) == LEAST_CARE


def test_one_number_for_all_counts_little_even_if_it_was_not_always_so() -> None:
    alike = [5.0] * ALIKE_FROM

    assert care(None, alike) == ALIKE_CARE
    assert care(None, alike[1:]) == care(None, [*alike, 4.0]) == 1
    assert care(USUAL, [3.0, 2.0] * 20 + [1.0] * ALIKE_OF) == ALIKE_CARE


# --- places -----------------------------------------------------------------------------------


def test_equal_points_share_a_place_and_the_next_one_is_left_out() -> None:
    one, two = (PLAIN,), (PLAIN, PLAIN)
    table = rank([week("Cy", own=one), week("Ana", own=two), week("Bo", own=two)])
    last = rank([week("Dee", reviews=1), *(standing.week for standing in table)])

    assert [(s.place, s.week.name) for s in table] == [(1, "Ana"), (1, "Bo"), (3, "Cy")]
    assert last[-1] == Standing(4, REVIEW, week("Dee", reviews=1))


def test_those_who_share_a_place_stand_in_the_order_of_their_names() -> None:
    names = ["zoe", "Bo", "ana", "Cy"]

    table = rank([week(name, own=(PLAIN,)) for name in names])

    assert [standing.week.name for standing in table] == ["ana", "Bo", "Cy", "zoe"]


def test_people_of_the_same_name_are_told_apart_by_who_they_are() -> None:
    table = rank([week("Ana", "u2", own=(PLAIN,)), week("Ana", "u1", own=(PLAIN,))])

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


def test_the_best_streak_is_kept_when_the_present_one_ends() -> None:
    assert best_streak(FIVE, frozenset({MON, TUE, THU}), frozenset()) == 2
    assert best_streak(FIVE, frozenset({MON, TUE, THU}), frozenset({WED})) == 3
    assert best_streak([], frozenset(), frozenset()) == 0
