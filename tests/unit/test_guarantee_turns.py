from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from bot.domain import answers, guarantee
from bot.domain.answers import PRIVATE
from bot.domain.cohorts import Rules
from bot.domain.guarantee import Case
from bot.domain.matching import Candidate
from bot.domain.reviews import Status
from bot.events import ResultReady, ReviewAsked
from tests.unit.ladders import SILENT, TAPPING, World, cohort, nightly
from tests.unit.rubrics import answer, at, heard, review


def test_an_excused_reviewer_is_replaced_at_once() -> None:
    world = World(cohort(3)).run(until=at(60))
    gone = world.case.reviews[0]
    world.put(guarantee.excuse(gone))

    world.advance()

    assert [known.status for known in world.case.reviews] == ["released", "asked", "asked"]


@pytest.mark.parametrize("status", ["rated", "lapsed", "released", "withdrawn"])
def test_only_an_open_review_can_be_excused(status: Status) -> None:
    known = replace(review(), status=status)

    assert guarantee.excuse(known) == known


def test_the_authors_own_score_ends_the_waiting_once_it_was_asked_for() -> None:
    world = World({}).run(until=at(10))
    world.case = replace(world.case, answer=replace(world.case.answer, self_score=3))

    world.now = at(11)
    world.advance()

    assert world.case.answer.status == "done"
    assert isinstance(world.events[-1], ResultReady)


def test_the_authors_own_score_brings_the_result_at_night_too_as_they_are_awake() -> None:
    world = World({}, begun=11 * 60, considerate=nightly)
    world.run(until=at(11 * 60 + 10))
    world.case = replace(world.case, answer=replace(world.case.answer, self_score=3))

    world.now = at(14 * 60)
    _, events = guarantee.advance(world.case, world.setting())

    assert events == (ResultReady(),)


def test_only_an_author_who_was_asked_to_judge_and_did_is_awake_at_night() -> None:
    offered = World({}, begun=10 * 60).run(until=at(11 * 60))
    begun = World(cohort(3), begun=10 * 60).run(until=at(11 * 60))
    stale = replace(begun.case, answer=replace(begun.case.answer, self_score=3))

    for world, case in ((offered, offered.case), (begun, stale)):
        world.considerate, world.now = nightly, at(10 * 60 + 15 * 24 * 60 + 4 * 60)
        after, events = guarantee.advance(case, world.setting())
        assert (after.reviews, after.answer.stage, events) == (case.reviews, case.answer.stage, ())


def test_who_had_not_judged_yet_can_be_asked_again_when_the_author_writes_anew() -> None:
    world = World({"bo": TAPPING, "cy": SILENT}).run(until=at(120))
    withdrawn, _ = guarantee.withdraw(world.case)
    bo, cy = sorted(withdrawn.reviews, key=lambda known: known.reviewer)
    world.case = Case(answer(heard("m1", 0, deleted=120), heard("m2", 130)), withdrawn.reviews)
    world.log.clear()

    world.run(until=at(140))

    assert [e.reviewer for e in world.events if isinstance(e, ReviewAsked)] == ["cy"]
    assert world.review_of("bo") == bo
    again = world.review_of("cy")
    assert (again.id, again.status, again.asked_at) == (cy.id, "asked", at(140))
    assert again.post != cy.post


def test_patience_is_not_cut_short_by_something_that_happens_at_night() -> None:
    world = World(cohort(1), begun=10 * 60, considerate=nightly)
    world.run(until=at(10 * 60 + 10 + 24 * 60))
    due_at = world.case.answer.due_at
    assert world.case.answer.stage == guarantee.SELF_REVIEW

    world.now = at(15 * 60 + 24 * 60)
    world.advance()

    assert world.case.answer.due_at == due_at == at(10 * 60 + 10 + 48 * 60)


def test_what_becomes_due_at_night_is_done_in_the_morning() -> None:
    world = World(cohort(3), begun=12 * 60 - 5, considerate=nightly).run(until=at(23 * 60))

    assert {when for when, _ in world.log} == {at(23 * 60)}  # eight in the morning


def test_an_answer_given_just_before_the_morning_is_still_waited_for() -> None:
    world = World(cohort(3), begun=23 * 60 - 5, considerate=nightly)  # five to eight

    world.advance()

    assert world.case.answer.due_at == at(23 * 60 + 5)


def test_a_reviewer_who_leaves_at_night_is_replaced_in_the_morning() -> None:
    world = World(cohort(3), considerate=nightly).run(until=at(12 * 60))
    world.put(guarantee.excuse(world.case.reviews[0]))
    world.now = at(14 * 60)
    world.advance()
    assert world.case.answer.due_at == at(23 * 60)

    world.run(until=at(23 * 60))

    assert [known.asked_at for known in world.case.reviews if known.stage] == [at(23 * 60)]


@pytest.mark.parametrize("status", ["done", "withdrawn"])
def test_what_is_over_stays_over(status: answers.Status) -> None:
    case = Case(replace(answer(heard("m1", 0)), status=status))
    world = World(cohort(3))
    world.now = at(99)

    assert guarantee.advance(case, world.setting()) == (case, ())


def test_the_pool_is_asked_for_only_where_somebody_is_to_be_asked() -> None:
    def unasked() -> list[Candidate]:
        raise AssertionError("nobody is to be asked")

    world = World(cohort(2)).run(until=at(10))
    setting = replace(world.setting(), pool=unasked, now=at(11))

    assert guarantee.advance(world.case, setting)[1] == ()
    assert guarantee.advance(Case(answer(heard("m1", 9))), setting)[1] == ()


def test_when_nothing_more_is_expected_is_told_by_the_last_part_that_counts() -> None:
    remark = heard("m3", 60)
    case = Case(answer(heard("m1", 0), heard("m2", 5), remark))

    assert guarantee.collected_at(case, Rules()) == at(15)
    form = replace(case.answer.heard[0], channel=PRIVATE)
    private = Case(replace(case.answer, heard=(form, remark), private=True))
    assert guarantee.collected_at(private, Rules()) == at(0)


def test_an_answer_already_waiting_is_given_out_by_day_however_late_that_is() -> None:
    night: datetime = at(14 * 60)
    world = World(cohort(3), considerate=nightly)
    world.now = night

    world.advance()

    assert (world.log, world.case.answer.due_at) == ([], at(23 * 60))
