"""Handing a review back: who takes its place, what it does to an answer, and what it does not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pytest

from bot.domain import guarantee, handing, promises, reviews
from bot.domain.cohorts import Rules
from bot.domain.guarantee import Case, Setting
from bot.domain.matching import Candidate
from bot.domain.reviews import Review
from bot.events import OrganiserNeeded, ReviewAsked, SelfReviewOffered
from bot.ids import UserId
from tests.unit.ladders import DAY, always
from tests.unit.rubrics import RUBRIC, START, answer, at, heard, judged, on, review, sheet

ONE = Rules(reviewers=1)


def case(*known: Review, stage: int = 0) -> Case:
    in_review = replace(answer(heard("m1", 0)), status="in_review", allocated_at=START, stage=stage)
    return Case(in_review, known)


def advance(known: Case, pool: str = "", minutes: float = 30, rules: Rules = ONE):
    return guarantee.advance(
        known, setting([Candidate(UserId(n)) for n in pool.split()], minutes, rules)
    )


def setting(pool: Sequence[Candidate], minutes: float = 30, rules: Rules = ONE) -> Setting:
    ids = iter(f"id{number}" for number in range(1, 100))
    return Setting(at(minutes), rules, lambda: pool, always, Random(1), lambda: next(ids))


def returned(name: str) -> Review:
    return handing.give_back(review(name), "blank")


# --- who takes its place ---------------------------------------------------------------------


@pytest.mark.parametrize("stage", [0, 1, 2])
@pytest.mark.parametrize("how", [handing.pass_on, handing.give_back])
def test_who_hands_a_review_back_is_replaced_at_once_without_a_step(how, stage: int) -> None:
    handed = how(replace(review("bo"), stage=stage), "busy")

    after, events = advance(case(handed, stage=stage), "bo cy dee eva")

    asked = [event.reviewer for event in events if isinstance(event, ReviewAsked)]
    assert (len(asked), after.answer.stage) == (1, stage)
    assert "bo" not in asked


def test_where_somebody_else_let_it_lapse_the_ladder_goes_on() -> None:
    lapsed = replace(review("cy"), status="lapsed")

    after, _ = advance(case(handing.pass_on(review("bo"), "busy"), lapsed), "dee eva finn")

    assert after.answer.stage == 1


def test_where_nobody_is_left_to_take_it_the_author_is_offered_to_judge() -> None:
    after, events = advance(case(handing.pass_on(review("bo"), "conflict")), "bo")

    assert events == (OrganiserNeeded(0, 1), SelfReviewOffered(0, 1))
    assert after.reviews[0].status == "passed"


def test_what_was_handed_back_takes_no_taps_and_no_form() -> None:
    for handed in (handing.pass_on(review(), "busy"), returned("bo")):
        assert reviews.tap(handed, on("4️⃣"), RUBRIC) == handed
        assert reviews.fill(handed, sheet(3, 3, 3), at(5), RUBRIC) == handed


# --- three returns -------------------------------------------------------------------------------


def test_an_answer_is_condemned_by_three_different_members_and_not_before() -> None:
    assert not handing.condemned([returned("bo"), returned("cy")])
    assert not handing.condemned([returned("bo")] * 3)
    assert handing.condemned([returned("bo"), returned("cy"), returned("dee")])


def test_passing_on_condemns_nothing() -> None:
    passed = [handing.pass_on(review(name), "conflict") for name in ("bo", "cy", "dee", "eva")]

    assert not handing.condemned(passed)


def test_what_was_returned_before_an_answer_was_given_anew_does_not_count() -> None:
    before = [returned(name) for name in ("bo", "cy", "dee")]
    after, _ = guarantee.withdraw(case(*before))

    assert handing.ended_by_returns(after.reviews)
    assert not handing.condemned(after.reviews)
    assert handing.faults(after.reviews) == ()
    assert guarantee.asked_before(after) == set()
    assert guarantee.asked_before(case(*before)) == {"bo", "cy", "dee"}


def test_an_answer_that_its_author_took_back_was_not_ended_by_returns() -> None:
    after, _ = guarantee.withdraw(case(returned("bo"), returned("cy"), review("dee")))

    assert not handing.ended_by_returns(after.reviews)


def test_each_fault_is_named_once_in_the_same_order() -> None:
    known = [handing.give_back(review("bo"), "off-topic"), returned("cy"), returned("dee")]

    assert handing.faults(known) == ("blank", "off-topic")


def test_who_knows_the_author_is_not_asked_for_an_answer_given_anew() -> None:
    after, _ = guarantee.withdraw(case(returned("bo"), handing.pass_on(review("cy"), "busy")))

    assert guarantee.asked_before(after) == {"cy"}


# --- mentors, and volunteers ---------------------------------------------------------------------


def test_a_mentor_is_asked_where_nobody_else_is_left_and_not_before() -> None:
    mentor, cy = Candidate(UserId("max"), mentor=True), Candidate(UserId("cy"))
    first, events = guarantee.advance(case(), setting([mentor, cy]))
    assert [e.reviewer for e in events if isinstance(e, ReviewAsked)] == ["cy"]

    second, events = guarantee.advance(first, setting([mentor, cy], minutes=30 + 24 * 60))

    assert [e.reviewer for e in events if isinstance(e, ReviewAsked)] == ["max"]
    assert (second.answer.stage, second.reviews[-1].reason) == (3, "mentor")
    _, events = guarantee.advance(second, setting([mentor, cy], minutes=30 + 48 * 60))
    assert [type(event) for event in events] == [OrganiserNeeded, SelfReviewOffered]


def test_a_mentor_is_asked_however_much_they_have_to_do() -> None:
    busy = Candidate(UserId("max"), mentor=True, open=9, today=9, left=0, reciprocal=True)

    _, events = guarantee.advance(case(), setting([busy]))

    assert [type(event) for event in events] == [ReviewAsked]


def test_two_who_review_one_another_are_better_than_an_author_who_waits_in_vain() -> None:
    mutual = [Candidate(UserId(n), rated=1, reciprocal=True) for n in ("bo", "cy", "dee", "eva")]

    waiting, events = guarantee.advance(case(judged("4️⃣")), setting(mutual, rules=Rules(2)))
    assert [type(event) for event in events] == [ReviewAsked]

    _, events = guarantee.advance(case(review("bo")), setting(mutual, rules=Rules(2)))
    assert events == ()
    assert waiting.answer.stage == 2


def test_a_volunteer_gets_a_review_like_any_other_and_the_reason_says_so() -> None:
    after, (event,) = guarantee.volunteer(case(review("bo")), UserId("cy"), setting([]))

    assert event == ReviewAsked(after.reviews[-1].id, UserId("cy"), instead=False)
    assert (after.reviews[-1].reason, after.reviews[-1].due_at) == ("pull", at(30) + DAY)


# --- promises ------------------------------------------------------------------------------------


def test_the_promise_is_the_end_of_the_leases_that_are_needed() -> None:
    known = case(review("bo", lease=60), review("cy", lease=120), review("dee", lease=180))

    assert promises.promised_at(known, Rules(2), always) == at(120)
    assert promises.promised_at(known, Rules(3), always) == at(180)


def test_while_an_answer_is_collected_a_lease_after_it_is_promised() -> None:
    fresh = Case(answer(heard("m1", 0)))

    assert promises.promised_at(fresh, Rules(2), always) == at(10) + DAY


@pytest.mark.parametrize(
    "known",
    [
        case(review("bo")),
        case(review("bo"), judged("4️⃣", reviewer="cy"), stage=4),
        case(judged("4️⃣", reviewer="bo"), judged("4️⃣", reviewer="cy")),
        Case(replace(answer(heard("m1", 0)), status="done")),
    ],
    ids=["too few are asked", "nobody is left", "all are in", "done"],
)
def test_nothing_is_promised_that_nobody_is_at(known: Case) -> None:
    assert promises.promised_at(known, Rules(2), always) is None
