"""Who is asked at which step of the ladder, and what exactly is asked and told then."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import pytest

from bot.domain import answers, guarantee
from bot.domain.cohorts import Rules
from bot.domain.guarantee import SELF_REVIEW, Case, Setting
from bot.domain.matching import LOST, Candidate
from bot.events import OrganiserNeeded, ReviewAsked, ReviewEnded, SelfReviewOffered
from bot.ids import UserId
from tests.unit.ladders import DAY, HOUR, SILENT, TAPPING, World, always, cohort
from tests.unit.rubrics import START, answer, at, heard, judged, review

LAPSING = Candidate(UserId("cy"), lapses=LOST)
SOMEBODY = Candidate(UserId("bo"))


def advance(case: Case, now: datetime, pool: Sequence[Candidate], rules: Rules | None = None):
    ids = iter(f"id{number}" for number in range(1, 100))
    setting = Setting(
        now, rules or Rules(reviewers=1), lambda: pool, always, Random(1), lambda: next(ids)
    )
    return guarantee.advance(case, setting)


def asked(events) -> list[str]:
    return [event.reviewer for event in events if isinstance(event, ReviewAsked)]


def test_a_review_asked_is_of_this_very_answer_and_due_at_the_end_of_the_lease() -> None:
    case = Case(answer(heard("m1", 0)))

    after, (event,) = advance(case, at(10), [SOMEBODY])

    (new,) = after.reviews
    assert event == ReviewAsked(new.id, UserId("bo"), instead=False)
    assert (new.workspace, new.cohort) == (case.answer.workspace, case.answer.cohort)
    assert (new.answer, new.author, new.reviewer) == ("a1", "ana", "bo")
    assert (new.asked_at, new.due_at, new.stage) == (at(10), at(10) + DAY, 0)
    assert (new.id, new.post) == ("id1", "id2")


def test_who_lets_everything_lapse_is_asked_at_first() -> None:
    _, events = advance(Case(answer(heard("m1", 0))), at(10), [LAPSING])

    assert asked(events) == ["cy"]


def test_who_lets_everything_lapse_is_asked_instead_of_nobody() -> None:
    case, events = advance(Case(answer(heard("m1", 0))), at(10), [SOMEBODY, LAPSING])
    assert asked(events) == ["bo"]

    case, events = advance(case, at(10) + DAY, [SOMEBODY, LAPSING])

    assert asked(events) == []
    assert events[-1] == SelfReviewOffered(0, 1)
    assert case.answer.stage == SELF_REVIEW


def test_the_third_round_is_at_least_two_larger_than_what_is_missing() -> None:
    world = World(cohort(12, SILENT), rules=Rules(reviewers=1)).run()

    rounds = Counter(when for when, event in world.log if isinstance(event, ReviewAsked))
    assert list(rounds.values())[:3] == [1, 1, 3]


def test_organiser_and_author_learn_how_many_reviews_there_are_not_how_many_lack() -> None:
    habits = {"bo": TAPPING, **dict.fromkeys(("cy", "dee", "eva"), SILENT)}
    world = World(habits, rules=Rules(reviewers=3)).run()

    told = [e for e in world.events if isinstance(e, OrganiserNeeded | SelfReviewOffered)]
    assert told == [OrganiserNeeded(1, 3), SelfReviewOffered(1, 3)]


def test_a_reminder_leaves_a_quarter_of_a_short_lease() -> None:
    rules = Rules(lease=8 * HOUR, remind_after=7 * HOUR)
    world = World(cohort(2), rules=rules).run()

    begun = at(10)
    reminded = [when - begun for when, e in world.log if type(e).__name__ == "ReviewerReminded"]
    assert reminded == [6 * HOUR] * 2


def test_withdrawing_names_the_reviews_that_nobody_need_give_any_more() -> None:
    case = Case(answer(heard("m1", 0)), (judged("4️⃣", reviewer="bo"), review("cy")))

    after, events = guarantee.withdraw(case)

    assert events == (ReviewEnded(review("cy").id, UserId("cy")),)
    assert [known.status for known in after.reviews] == ["withdrawn"] * 2
    assert (after.answer.status, after.answer.due_at) == ("withdrawn", None)


def test_a_result_names_the_reviews_that_nobody_need_give_any_more() -> None:
    open_one = review("cy")
    case = Case(
        replace(answer(heard("m1", 0)), status="in_review", allocated_at=START),
        (judged("4️⃣", reviewer="bo"), open_one),
    )

    after, events = advance(case, at(600), [])

    assert events[0] == ReviewEnded(open_one.id, UserId("cy"))
    assert [known.status for known in after.reviews] == ["rated", "released"]


# --- opening again --------------------------------------------------------------------------------


def waiting(stage: int, status: answers.Status = "in_review") -> answers.Answer:
    return replace(answer(heard("m1", 0)), status=status, stage=stage)


def test_an_answer_that_had_nobody_left_to_ask_begins_anew_when_somebody_comes() -> None:
    again = guarantee.reopen(waiting(SELF_REVIEW))

    assert again == waiting(0)


@pytest.mark.parametrize("stage", range(SELF_REVIEW))
def test_an_answer_that_still_has_somebody_to_ask_goes_on_as_it_was(stage: int) -> None:
    assert guarantee.reopen(waiting(stage)) == waiting(stage)


@pytest.mark.parametrize("status", ["collecting", "done", "withdrawn"])
def test_only_an_answer_in_review_begins_anew(status: answers.Status) -> None:
    assert guarantee.reopen(waiting(SELF_REVIEW, status)) == waiting(SELF_REVIEW, status)


def test_who_comes_while_the_author_is_asked_to_judge_is_asked_at_once() -> None:
    case, _ = advance(Case(answer(heard("m1", 0))), at(10), [])
    assert case.answer.stage == SELF_REVIEW

    opened = replace(case, answer=guarantee.reopen(case.answer))
    _, events = advance(opened, at(10) + timedelta(hours=1), [SOMEBODY])

    assert asked(events) == ["bo"]
