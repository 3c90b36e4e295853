from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import reviews
from bot.domain.answers import PRIVATE
from bot.domain.cohorts import Rules
from bot.domain.guarantee import Case
from bot.domain.results import combine
from bot.events import (
    OrganiserNeeded,
    ReviewAsked,
    ReviewEnded,
    ReviewerReminded,
    SelfReviewOffered,
)
from tests.unit.ladders import HOUR, NAMES, SILENT, TAPPING, Habit, World, cohort
from tests.unit.rubrics import RUBRIC, answer, at, heard, on


def hours(world: World) -> Iterator[tuple[float, str, int]]:
    """Yield after how many hours of reviewing what happened, and how often at once."""
    begun = at(world.begun) + world.rules.pause_between_parts
    told = Counter(((when - begun) / HOUR, type(event).__name__) for when, event in world.log)
    return ((when, what, times) for (when, what), times in told.items())


# --- the ladder, step by step ----------------------------------------------------------------

LADDERS: Mapping[int, list[tuple[float, str, int]]] = {
    0: [(0, "OrganiserNeeded", 1), (0, "SelfReviewOffered", 1), (24, "ResultReady", 1)],
    1: [
        (0, "ReviewAsked", 1),
        (8, "ReviewerReminded", 1),
        (24, "OrganiserNeeded", 1),
        (24, "SelfReviewOffered", 1),
        (48, "ResultReady", 1),
    ],
    4: [
        (0, "ReviewAsked", 2),
        (8, "ReviewerReminded", 2),
        (24, "ReviewAsked", 2),
        (32, "ReviewerReminded", 2),
        (48, "OrganiserNeeded", 1),
        (48, "SelfReviewOffered", 1),
        (72, "ResultReady", 1),
    ],
    12: [
        (0, "ReviewAsked", 2),
        (8, "ReviewerReminded", 2),
        (24, "ReviewAsked", 2),
        (32, "ReviewerReminded", 2),
        (48, "ReviewAsked", 4),
        (56, "ReviewerReminded", 4),
        (72, "ReviewAsked", 4),
        (80, "ReviewerReminded", 4),
        (96, "OrganiserNeeded", 1),
        (96, "SelfReviewOffered", 1),
        (120, "ResultReady", 1),
    ],
}


@pytest.mark.parametrize("size", LADDERS)
def test_where_nobody_reviews_the_ladder_is_climbed_to_its_end(size: int) -> None:
    assert list(hours(World(cohort(size)).run())) == LADDERS[size]


def test_an_answer_is_given_to_reviewers_when_its_author_has_paused_and_not_before() -> None:
    world = World(cohort(3))
    world.run(until=at(9.9))
    assert (world.log, world.case.answer.due_at) == ([], at(10))

    world.run(until=at(10))

    assert [type(event) for event in world.events] == [ReviewAsked, ReviewAsked]
    assert (world.case.answer.status, world.case.answer.allocated_at) == ("in_review", at(10))


def test_another_part_of_the_answer_puts_off_its_reviewers() -> None:
    world = World(cohort(3))
    world.case = Case(answer(heard("m1", 0), heard("m2", 8)))

    world.run(until=at(18))

    assert {when for when, _ in world.log} == {at(18)}


def test_an_answer_by_form_needs_no_pause() -> None:
    world = World(cohort(3))
    world.case = Case(replace(answer(replace(heard("form", 0), channel=PRIVATE)), private=True))

    world.advance()

    assert world.case.answer.status == "in_review"


def test_a_lapsed_review_goes_to_somebody_else_who_is_told_so() -> None:
    world = World(cohort(3)).run(until=at(10 + 24 * 60))
    asked = [event for event in world.events if isinstance(event, ReviewAsked)]

    assert [event.instead for event in asked] == [False, False, True]
    assert [known.status for known in world.case.reviews] == ["lapsed", "lapsed", "asked"]
    assert [known.stage for known in world.case.reviews] == [0, 0, 1]


def test_only_as_many_are_asked_again_as_are_missing() -> None:
    world = World(cohort(12))
    world.run(until=at(10))
    keen = world.case.reviews[0].reviewer
    world.others = {**world.others, keen: TAPPING}
    world.put(reviews.tap(world.case.reviews[0], on("4️⃣", 20), RUBRIC))

    world.run(until=at(10 + 24 * 60))

    assert [known.stage for known in world.case.reviews] == [0, 0, 1]


def test_nobody_is_asked_to_spare_once_others_are_asked_instead() -> None:
    world = World(cohort(12), unreliable=frozenset(NAMES)).run(until=at(10 + 24 * 60))

    assert [known.stage for known in world.case.reviews] == [0, 0, 0, 1, 1]


def test_the_organiser_and_the_author_learn_how_many_of_the_reviews_came() -> None:
    world = World({"bo": TAPPING, "cy": SILENT}).run()

    told = [e for e in world.events if isinstance(e, OrganiserNeeded | SelfReviewOffered)]
    assert told == [OrganiserNeeded(have=1, wanted=2), SelfReviewOffered(have=1, wanted=2)]


def test_nobody_is_reminded_while_enough_ratings_only_have_to_settle() -> None:
    soon: Habit = ((HOUR * 8 - HOUR / 60, "tap"),)
    habits: dict[str, Habit] = {"bo": soon, "cy": soon, "dee": SILENT}
    world = World(habits, unreliable=frozenset(NAMES)).run(until=at(10 + 8 * 60))
    world.now = at(10 + 8 * 60)
    world.advance()

    assert [type(e) for e in world.events] == [ReviewAsked] * 3


def test_the_reminder_and_the_end_of_the_lease_follow_the_cohorts_rules() -> None:
    rules = Rules(lease=6 * HOUR, remind_after=2 * HOUR)
    world = World(cohort(2), rules=rules).run()

    assert list(hours(world))[:3] == [
        (0, "ReviewAsked", 2), (2, "ReviewerReminded", 2), (6, "OrganiserNeeded", 1)
    ]  # fmt: skip


def test_someone_who_rated_is_not_reminded_and_does_not_lapse() -> None:
    world = World({"bo": TAPPING, "cy": SILENT}).run()

    assert [e.reviewer for e in world.events if isinstance(e, ReviewerReminded)] == ["cy"]
    assert world.review_of("bo").status == "rated"


def test_one_more_is_asked_where_one_of_the_first_has_lately_let_a_review_lapse() -> None:
    world = World(cohort(2), unreliable=frozenset({"bo"})).run(until=at(10))
    trio = World(cohort(3), unreliable=frozenset(NAMES)).run(until=at(10))

    assert (len(world.case.reviews), len(trio.case.reviews)) == (2, 3)


def test_a_reviewer_not_needed_any_more_is_freed_when_the_result_comes() -> None:
    habits: dict[str, Habit] = {"bo": TAPPING, "cy": TAPPING, "dee": SILENT}
    world = World(habits, unreliable=frozenset(NAMES)).run()

    assert world.review_of("dee").status == "released"
    freed = [event.reviewer for event in world.events if isinstance(event, ReviewEnded)]
    assert freed == ["dee"]


# --- when a rating counts ---------------------------------------------------------------------


def result_after(habit: Habit, rules: Rules | None = None) -> timedelta:
    rules = rules or Rules(reviewers=1)
    world = World({"bo": habit}, rules=rules).run()
    return world.now - at(10)


def test_taps_count_when_no_more_have_followed_for_a_while() -> None:
    assert result_after(((HOUR, "tap"),)) == HOUR + timedelta(minutes=5)


def test_a_form_counts_at_once() -> None:
    assert result_after(((HOUR, "fill"),)) == HOUR


def test_a_form_counts_at_once_also_after_taps() -> None:
    assert result_after(((HOUR / 60 * 58, "tap"), (HOUR, "fill"))) == HOUR


def test_taps_that_follow_a_form_before_the_result_are_waited_for_too() -> None:
    habits: dict[str, Habit] = {
        "bo": ((HOUR, "fill"),),
        "cy": ((HOUR, "fill"), (2 * HOUR, "tap")),
        "dee": ((2 * HOUR, "fill"),),
    }
    world = World(habits, rules=Rules(reviewers=3)).run()

    assert world.now == at(10 + 125)


def test_how_long_taps_are_waited_for_is_a_rule() -> None:
    rules = Rules(reviewers=1, settle=timedelta(minutes=30))

    assert result_after(((HOUR, "tap"),), rules) == 1.5 * HOUR


def test_a_rating_taken_back_before_it_counts_is_waited_for_again() -> None:
    minute = HOUR / 60
    habit: Habit = ((HOUR, "tap"), (HOUR + minute, "untap"), (3 * HOUR, "tap"))

    assert result_after(habit) == 3 * HOUR + timedelta(minutes=5)


def test_a_rating_that_comes_after_the_lapse_counts_while_the_answer_is_in_review() -> None:
    habits: dict[str, Habit] = {"bo": ((30 * HOUR, "tap"),), "cy": SILENT}
    world = World(habits, rules=Rules(reviewers=1)).run()

    assert world.review_of("bo").status in {"rated", "released"}
    assert combine(world.case.reviews, RUBRIC).n == len(world.case.reviews) - 1


def test_the_result_waits_for_the_settling_of_the_last_review_it_needs() -> None:
    habits: dict[str, Habit] = {"bo": ((HOUR, "tap"),), "cy": ((HOUR * 2, "tap"),)}
    world = World(habits).run()

    assert world.now == at(10 + 125)
