from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain import guarantee
from bot.domain.cohorts import Rules
from bot.domain.results import combine
from bot.events import (
    OrganiserNeeded,
    ResultReady,
    ReviewAsked,
    ReviewEnded,
    ReviewerReminded,
    SelfReviewOffered,
)
from tests.unit.ladders import HOUR, NAMES, SILENT, TAPPING, World, always, cohort, nightly
from tests.unit.rubrics import RUBRIC, at, seldom

LONGEST = timedelta(days=8)
SPANS = st.integers(1, 80 * 60).map(lambda minutes: timedelta(minutes=minutes))
HABITS = st.one_of(
    st.just(SILENT),
    SPANS.map(lambda span: ((span, "tap"),)),
    SPANS.map(lambda span: ((span, "fill"),)),
    SPANS.map(lambda span: ((span, "leave"),)),
    st.tuples(SPANS, SPANS).map(lambda two: ((two[0], "tap"), (two[0] + two[1], "untap"))),
    SPANS.map(lambda span: ((span, "tap"), (span + HOUR / 30, "untap"), (span + HOUR, "tap"))),
)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """A cohort of 0 to 12 others with any habits, an answer at any time of day."""
    names = NAMES[: draw(st.integers(min_value=0, max_value=12))]
    return World(
        {name: draw(HABITS) for name in names},
        begun=draw(st.integers(min_value=0, max_value=24 * 60)),
        rules=Rules(reviewers=draw(st.integers(min_value=1, max_value=5))),
        considerate=draw(st.sampled_from([always, nightly])),
        unreliable=frozenset(draw(st.sets(st.sampled_from(NAMES)))),
    )


# --- it always ends ------------------------------------------------------------------------


@seldom
@given(worlds())
@example(World(cohort(12)))
@example(World(cohort(12), rules=Rules(reviewers=5), considerate=nightly))
def test_no_author_waits_for_ever_whoever_is_silent(world: World) -> None:
    world.run()

    assert world.case.answer.status == "done"
    assert world.now - at(world.begun) <= LONGEST
    assert [type(event) for event in world.events].count(ResultReady) == 1
    assert isinstance(world.events[-1], ResultReady)


@seldom
@given(worlds())
def test_everybody_is_asked_once_at_most_and_only_who_is_in_the_cohort(world: World) -> None:
    world.run()
    asked = [event.reviewer for event in world.events if isinstance(event, ReviewAsked)]

    assert len(set(asked)) == len(asked)
    assert set(asked) <= set(world.others)
    assert asked == [known.reviewer for known in world.case.reviews]


@seldom
@given(worlds())
def test_no_more_are_asked_at_first_than_wanted_and_one_to_spare(world: World) -> None:
    world.run()
    first = [known for known in world.case.reviews if known.stage == 0]
    spare = any(known.reviewer in world.unreliable for known in first)

    assert len(first) <= world.rules.reviewers + spare
    assert len(first) >= min(world.rules.reviewers, len(world.others))
    assert {known.asked_at for known in first} <= {world.case.answer.allocated_at}


@seldom
@given(worlds())
def test_a_reviewer_is_reminded_once_at_most(world: World) -> None:
    world.run()
    reminded = [event.review for event in world.events if isinstance(event, ReviewerReminded)]

    assert len(set(reminded)) == len(reminded)
    noted = [known.id for known in world.case.reviews if known.reminded_at is not None]
    assert sorted(noted) == sorted(reminded)


@seldom
@given(worlds())
def test_the_organiser_is_told_before_the_author_is_offered_a_self_review(world: World) -> None:
    world.run()
    told = [type(e) for e in world.events if isinstance(e, OrganiserNeeded | SelfReviewOffered)]

    assert told in ([], [OrganiserNeeded], [OrganiserNeeded, SelfReviewOffered])


@seldom
@given(worlds())
def test_an_answer_that_is_done_leaves_nobody_with_an_open_review(world: World) -> None:
    world.run()

    statuses = {known.status for known in world.case.reviews}
    assert statuses <= {"rated", "lapsed", "released"}
    assert world.case.answer.due_at is None


@seldom
@given(worlds())
def test_a_result_with_fewer_reviews_than_wanted_comes_only_after_a_self_review_was_offered(
    world: World,
) -> None:
    world.run()

    enough = combine(world.case.reviews, RUBRIC).n >= world.rules.reviewers
    assert enough or any(isinstance(event, SelfReviewOffered) for event in world.events)


@seldom
@given(worlds())
def test_looking_too_early_changes_nothing(world: World) -> None:
    fidgety = replace(world, fidgety=True)

    assert fidgety.run().log == world.run().log
    assert fidgety.case == world.case


@seldom
@given(worlds(), st.integers(0, 5 * 24 * 60))
def test_an_answer_taken_back_at_any_time_frees_everybody(world: World, minutes: int) -> None:
    world.run(until=at(world.begun + minutes))
    waiting = {known.reviewer for known in world.case.reviews if known.status == "asked"}

    after, events = guarantee.withdraw(world.case)

    assert {event.reviewer for event in events if isinstance(event, ReviewEnded)} == waiting
    assert len(events) == len(waiting)
    assert {known.status for known in after.reviews} <= {"withdrawn"}
    assert (after.answer.status, after.answer.due_at) == ("withdrawn", None)
    assert guarantee.advance(after, world.setting()) == (after, ())
    assert guarantee.withdraw(after) == (after, ())


@seldom
@given(st.integers(1, 5), st.integers(1, 12), st.integers(0, 24 * 60))
def test_where_everybody_reviews_within_the_lease_the_result_has_all_reviews(
    wanted: int, size: int, begun: int
) -> None:
    rules = Rules(reviewers=min(wanted, size))
    world = World(cohort(size, TAPPING), begun, rules, nightly).run()

    assert [type(e) for e in world.events] == [ReviewAsked] * rules.reviewers + [ResultReady]
    assert combine(world.case.reviews, RUBRIC).n == rules.reviewers


@seldom
@given(st.lists(st.booleans(), min_size=12, max_size=12))
def test_two_of_the_first_four_asked_suffice_for_two_reviews(silent: list[bool]) -> None:
    habits = {n: SILENT if s else TAPPING for n, s in zip(NAMES, silent, strict=True)}
    world = World(habits, unreliable=frozenset(NAMES)).run()

    order = [habits[known.reviewer] for known in world.case.reviews]
    enough = order.count(TAPPING) >= 2
    assert enough == (combine(world.case.reviews, RUBRIC).n >= 2)
    assert enough == (not any(isinstance(e, SelfReviewOffered) for e in world.events))
