"""Carry out the review guarantee: ask, remind, reassign, and tell the author what came of it.

The rules decide (`bot.domain.guarantee`); here what they decided is kept and said.  Nobody
who is away or has left is asked anything.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import assert_never

from bot.domain import cadence, guarantee, handing
from bot.domain.answers import Answer
from bot.domain.cohorts import Cohort
from bot.domain.guarantee import Case, Setting
from bot.events import (
    Event,
    OrganiserNeeded,
    ResultReady,
    ReviewAsked,
    ReviewEnded,
    ReviewerReminded,
    SelfReviewOffered,
)
from bot.ids import AnswerId, PostKey, UserId, WorkspaceId
from bot.messages import Direct
from bot.services import allocation, posting, reports, requests, rereaders, results
from bot.services.desk import Desk
from bot.voice import reviews as say

_PAST = datetime.min.replace(tzinfo=UTC)


def advance(desk: Desk, cohort: Cohort, case: Case, stored: Case | None) -> None:
    """Do what is due for an answer, and keep what differs from what is stored."""
    after, events = guarantee.advance(case, _setting(desk, cohort, case.answer))
    keep(desk, cohort, after, events, stored)


def decide(desk: Desk, workspace: WorkspaceId, answer_id: AnswerId) -> None:
    """Look at an answer whose time has come."""
    answer = desk.work.answers.get(workspace, answer_id)
    if answer is None:
        desk.schedule(workspace, "answer", answer_id, None)
        return
    cohort = desk.cohort(workspace, answer.cohort)
    case = Case(answer, desk.work.reviews.of(answer.id))
    # The entry that brought us here is past: it is replaced whatever the answer says of it.
    advance(desk, cohort, case, Case(replace(answer, due_at=_PAST), case.reviews))


def keep(
    desk: Desk, cohort: Cohort, case: Case, events: tuple[Event, ...], stored: Case | None
) -> None:
    """Save what differs from what is stored, and say what happened."""
    if any(isinstance(event, ResultReady) for event in events):
        case = replace(case, answer=replace(case.answer, result_at=desk.now))
    if stored is None or case.answer != stored.answer:
        desk.work.answers.save(case.answer)
    if _counts(case) != (stored is not None and _counts(stored)):
        posting.count(desk, case.answer)
    known = {review.id: review for review in stored.reviews} if stored else {}
    case = replace(
        case, reviews=tuple(requests.same_post(desk, known, each) for each in case.reviews)
    )
    for review in case.reviews:
        if known.get(review.id) != review:
            desk.work.reviews.save(review)
    if case.answer.due_at != (stored.answer.due_at if stored else None):
        desk.schedule(cohort.workspace, "answer", case.answer.id, case.answer.due_at)
    for event in events:
        _tell(desk, cohort, case, event)


def volunteer(desk: Desk, cohort: Cohort, case: Case, user: UserId) -> None:
    """Give an answer to a member who asked for something to review."""
    setting = _setting(desk, cohort, case.answer)
    asked, events = guarantee.volunteer(case, user, setting)
    keep(desk, cohort, asked, events, case)
    # The new lease may be the first to look at.
    advance(desk, cohort, asked, asked)


def look_again(desk: Desk, cohort: Cohort, joined: UserId) -> None:
    """Look at the answers that had nobody left to ask, since somebody new has joined."""
    for answer in desk.work.answers.of(
        cohort.id, desk.now - timedelta(days=allocation.RECENT_DAYS)
    ):
        known = {review.reviewer for review in desk.work.reviews.of(answer.id)}
        if guarantee.reopen(answer) != answer and joined not in known | {answer.author}:
            _look_again_at(desk, cohort, answer)


def rebalance(desk: Desk, cohort: Cohort, since: datetime) -> None:
    """Look again at the answers to questions that closed since an instant and lack reviewers.

    Who came, came back or has room again since then is asked, those with the least to do first.
    """
    closed = [p for p in desk.work.prompts.of(cohort.id) if since < p.closes_at <= desk.now]
    for prompt in closed:
        for answer in desk.work.answers.to(prompt.id):
            if answer.status == "in_review" and _lacks(desk, cohort, answer):
                _look_again_at(desk, cohort, answer)


def self_review_key(answer: Answer) -> PostKey:
    """Return the key of the message that offers the author to judge the answer themselves."""
    return PostKey(f"self-{results.attempt(answer)}")


def _setting(desk: Desk, cohort: Cohort, answer: Answer) -> Setting:
    setting = Setting(
        now=desk.now,
        rules=cohort.rules,
        pool=lambda: allocation.pool(desk, cohort, answer.author),
        considerate=lambda at: cadence.considerate(cohort.plan, at),
        rng=desk.rng,
        new_id=desk.new_id,
        day=lambda: allocation.day(desk, cohort, answer.author),
        stretch=lambda user: desk.stretch(cohort, user),
    )
    return rereaders.chosen(desk, answer, setting)


def _lacks(desk: Desk, cohort: Cohort, answer: Answer) -> bool:
    """Tell whether fewer were asked than are wanted, though there is somebody to ask."""
    case = Case(answer, desk.work.reviews.of(answer.id))
    at_it = sum(review.status in ("asked", "rated") for review in case.reviews)
    if at_it >= _setting(desk, cohort, answer).rules.reviewers:
        return False
    known = guarantee.asked_before(case)
    there = allocation.pool(desk, cohort, answer.author)
    return any(not each.lost and each.user not in known for each in there)


def _look_again_at(desk: Desk, cohort: Cohort, answer: Answer) -> None:
    again = guarantee.reopen(answer)
    if again != answer:
        desk.work.answers.save(again)
    at = cadence.considerate(cohort.plan, desk.now)
    desk.schedule(cohort.workspace, "answer", answer.id, at)


def _ending(case: Case) -> say.Ending:
    """Return why nobody waits any more for reviews of an answer."""
    if case.answer.status != "withdrawn":
        return "enough"
    return "returned" if handing.ended_by_returns(case.reviews) else "withdrawn"


def _counts(case: Case) -> bool:
    """Tell whether the question shows this answer among those given; a second take never."""
    return case.answer.status != "withdrawn" and case.answer.take == 1


def _tell(desk: Desk, cohort: Cohort, case: Case, event: Event) -> None:
    """Put into words and on its way what happened to an answer."""
    by_id = {review.id: review for review in case.reviews}
    question = desk.guide(cohort).question(case.answer.question)
    match event:
        case ReviewAsked(review=key):
            requests.send(desk, cohort, case.answer, by_id[key])
        case ReviewerReminded(review=key):
            requests.remind(desk, cohort, by_id[key], question)
        case ReviewEnded(review=key):
            requests.retire(desk, cohort, by_id[key], question.key, _ending(case))
        case OrganiserNeeded(have=have, wanted=wanted):
            today = desk.today(cohort)
            if desk.work.ledger.enter(cohort.id, reports.STUCK, today, "posted", desk.now):
                desk.tell_organisers(cohort, say.organiser(question, have, wanted))
        case SelfReviewOffered(have=have, wanted=wanted):
            _offer_self_review(desk, cohort, case.answer, have, wanted)
        case ResultReady():
            results.tell(desk, cohort, case)
        case _:
            assert_never(event)


def _offer_self_review(desk: Desk, cohort: Cohort, answer: Answer, have: int, wanted: int) -> None:
    """Ask the author to judge the answer, unless they are away: then the result comes alone."""
    author = desk.work.members.get(cohort.id, answer.author)
    if author is None or not author.present(desk.today(cohort)):
        return
    guide = desk.guide(cohort)
    question, rubric = guide.question(answer.question), guide.rubric(answer.question)
    message = say.self_review(answer, have, wanted, question, rubric)
    key, subject = self_review_key(answer), f"self:{answer.id}"
    desk.post(Direct(answer.author), message, cohort, subject=subject, key=key)
