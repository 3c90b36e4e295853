"""Carry out the review guarantee: ask, remind, reassign, and tell the author what came of it.

The rules decide (`bot.domain.guarantee`); here what they decided is kept and said.  Nobody
who is away or has left is asked anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import assert_never

from bot.domain import cadence, guarantee, reviews
from bot.domain.answers import Answer
from bot.domain.cohorts import Cohort
from bot.domain.guarantee import Case, Setting
from bot.domain.matching import Candidate
from bot.domain.reviews import Review
from bot.events import (
    Event,
    OrganiserNeeded,
    ResultReady,
    ReviewAsked,
    ReviewEnded,
    ReviewerReminded,
    SelfReviewOffered,
)
from bot.ids import AnswerId, PostKey, ReviewId, UserId, WorkspaceId
from bot.messages import Direct, Message
from bot.services import posting, reports
from bot.services.desk import Desk
from bot.voice import results
from bot.voice import reviews as say
from content.schema import Question

RECENT_DAYS = 21
"""How far back a reviewer's load and lapses are looked at: weeks, or silence is soon forgotten."""
REMINDERS_APART = timedelta(hours=16)
"""Whoever was reminded of a review so lately was told of all that waited."""

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
    case = replace(case, reviews=tuple(_same_post(desk, known, each) for each in case.reviews))
    for review in case.reviews:
        if known.get(review.id) != review:
            desk.work.reviews.save(review)
    if case.answer.due_at != (stored.answer.due_at if stored else None):
        desk.schedule(cohort.workspace, "answer", case.answer.id, case.answer.due_at)
    for event in events:
        _tell(desk, cohort, case, event)


def look_again(desk: Desk, cohort: Cohort, joined: UserId) -> None:
    """Look at the answers that had nobody left to ask, since somebody new has joined."""
    for answer in desk.work.answers.of(cohort.id, desk.now - timedelta(days=RECENT_DAYS)):
        again = guarantee.reopen(answer)
        known = {review.reviewer for review in desk.work.reviews.of(answer.id)}
        if again != answer and joined not in known | {answer.author}:
            desk.work.answers.save(again)
            at = cadence.considerate(cohort.plan, desk.now)
            desk.schedule(cohort.workspace, "answer", answer.id, at)


def show_again(desk: Desk, cohort: Cohort, answer: Answer) -> None:
    """Let reviewers who have not judged yet read an answer's new text."""
    for review in desk.work.reviews.of(answer.id):
        if review.status in ("asked", "lapsed"):
            message = _request(desk, cohort, answer, review)
            desk.change(cohort, Direct(review.reviewer), review.post, message)


def show_given(desk: Desk, cohort: Cohort, answer: Answer, review: Review) -> None:
    """Let a request say that its review was given, or ask for it again."""
    message = _request(desk, cohort, answer, review)
    desk.change(cohort, Direct(review.reviewer), review.post, message)


def judged_text(desk: Desk, answer: Answer) -> str:
    """Return the text of an answer that is judged: the one that was read first."""
    if answer.read is not None:
        return answer.read
    return answer.text(desk.cohort(answer.workspace, answer.cohort).rules.pause_between_parts)


def correct(desk: Desk, cohort: Cohort, case: Case) -> None:
    """Bring a result that was told already up to date."""
    message = _result(desk, cohort, case)
    desk.change(cohort, Direct(case.answer.author), _result_key(case.answer), message)


def retire(desk: Desk, cohort: Cohort, review: Review, question: str, *, withdrawn: bool) -> None:
    """Turn a request into "nothing to do", or take it back if it has not left yet."""
    if desk.work.outbox.retract(review.post):
        return
    message = say.released(desk.guide(cohort).question(question), review, withdrawn=withdrawn)
    desk.change(cohort, Direct(review.reviewer), review.post, message)


def unsay(desk: Desk, cohort: Cohort, answer: Answer) -> None:
    """Take an answer's words out of every message of ours that quotes them."""
    for review in desk.work.reviews.of(answer.id):
        retire(desk, cohort, review, answer.question, withdrawn=True)


def self_review_key(answer: Answer) -> PostKey:
    """Return the key of the message that offers the author to judge the answer themselves."""
    return PostKey(f"self-{_attempt(answer)}")


def _setting(desk: Desk, cohort: Cohort, answer: Answer) -> Setting:
    return Setting(
        now=desk.now,
        rules=cohort.rules,
        pool=lambda: _pool(desk, cohort, answer.author),
        considerate=lambda at: cadence.considerate(cohort.plan, at),
        rng=desk.rng,
        new_id=desk.new_id,
    )


def _pool(desk: Desk, cohort: Cohort, author: UserId) -> tuple[Candidate, ...]:
    """Return who could review an answer of `author` now."""
    today = desk.today(cohort)
    since = cadence.instant(cohort.plan.zone, today, cohort.plan.quiet_to.min)
    week = cadence.instant(
        cohort.plan.zone, today.fromordinal(today.toordinal() - RECENT_DAYS), cohort.plan.post_at
    )
    loads = {load.user: load for load in desk.work.reviews.loads(cohort.id, week)}
    pairs = {pair.reviewer: pair for pair in desk.work.reviews.pairings(cohort.id, author)}
    returned = desk.work.reviews.reviewed_by(cohort.id, author, since)
    candidates = []
    for member in desk.present(cohort):
        if member.user == author:
            continue
        load, pair = loads.get(member.user), pairs.get(member.user)
        candidates.append(
            Candidate(
                user=member.user,
                open=load.open if load else 0,
                recent=load.recent if load else 0,
                lapses=load.lapses if load else 0,
                rated=load.rated if load else 0,
                times=pair.times if pair else 0,
                last_at=pair.last_at if pair else None,
                reciprocal=member.user in returned,
            )
        )
    return tuple(candidates)


def _counts(case: Case) -> bool:
    """Tell whether the question shows this answer among those given."""
    return case.answer.status != "withdrawn"


def _tell(desk: Desk, cohort: Cohort, case: Case, event: Event) -> None:
    """Put into words and on its way what happened to an answer."""
    by_id = {review.id: review for review in case.reviews}
    question = desk.guide(cohort).question(case.answer.question)
    match event:
        case ReviewAsked(review=key):
            _send_request(desk, cohort, case.answer, by_id[key])
        case ReviewerReminded(review=key):
            _remind(desk, cohort, by_id[key], question)
        case ReviewEnded(review=key):
            withdrawn = case.answer.status == "withdrawn"
            retire(desk, cohort, by_id[key], question.key, withdrawn=withdrawn)
        case OrganiserNeeded(have=have, wanted=wanted):
            today = desk.today(cohort)
            if desk.work.ledger.enter(cohort.id, reports.STUCK, today, "posted", desk.now):
                desk.tell_organisers(cohort, say.organiser(question, have, wanted))
        case SelfReviewOffered(have=have, wanted=wanted):
            _offer_self_review(desk, cohort, case.answer, have, wanted)
        case ResultReady():
            _send_result(desk, cohort, case)
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


def _same_post(desk: Desk, known: Mapping[ReviewId, Review], review: Review) -> Review:
    """Let a review asked anew stand in the request that was sent for it before.

    Whoever writes, deletes and writes again thus changes a message, and does not send many.
    """
    before = known.get(review.id)
    if before is None or before.post == review.post:
        return review
    if desk.work.outbox.receipt(before.post) is None:
        return review
    return replace(review, post=before.post)


def _remind(desk: Desk, cohort: Cohort, review: Review, question: Question) -> None:
    """Remind a reviewer of everything that waits for them, once a day at most."""
    waiting = desk.work.reviews.open_for(cohort.workspace, review.reviewer)
    others = [each for each in waiting if each.cohort == cohort.id and each.id != review.id]
    for each in others:
        if each.reminded_at is not None and desk.now - each.reminded_at < REMINDERS_APART:
            return
    desk.tell(cohort, review.reviewer, say.reminder(review, question, cohort, len(others) + 1))


def _send_request(desk: Desk, cohort: Cohort, answer: Answer, review: Review) -> None:
    message = _request(desk, cohort, answer, review)
    if desk.work.outbox.receipt(review.post) is not None:
        desk.change(cohort, Direct(review.reviewer), review.post, message)
        return
    subject = f"review:{review.id}"
    desk.post(Direct(review.reviewer), message, cohort, subject=subject, key=review.post)


def _request(desk: Desk, cohort: Cohort, answer: Answer, review: Review) -> Message:
    guide = desk.guide(cohort)
    question = guide.question(answer.question)
    author = None
    if not cohort.rules.hide_authors and not answer.private:
        member = desk.work.members.get(cohort.id, answer.author)
        author = member.name if member else None
    text = judged_text(desk, answer)
    rubric = guide.rubric(question.key)
    given = reviews.rating(review, rubric)
    return say.request(review, text, question, rubric, cohort, author=author, given=given)


def _send_result(desk: Desk, cohort: Cohort, case: Case) -> None:
    message = _result(desk, cohort, case)
    subject = f"result:{case.answer.id}"
    key = _result_key(case.answer)
    desk.post(Direct(case.answer.author), message, cohort, subject=subject, key=key)


def _result_key(answer: Answer) -> PostKey:
    return PostKey(f"result-{_attempt(answer)}")


def _attempt(answer: Answer) -> str:
    """Return what tells an answer from the one its author gave to the same prompt before."""
    begun = round(answer.allocated_at.timestamp()) if answer.allocated_at else 0
    # Everybody can read the keys of posts: they must not tell what belongs together, or when.
    return sha256(f"{answer.id} {begun}".encode()).hexdigest()[:22]


def _result(desk: Desk, cohort: Cohort, case: Case) -> Message:
    guide = desk.guide(cohort)
    rubric = guide.rubric(case.answer.question)
    result = reviews.combine(case.reviews, rubric)
    question = guide.question(case.answer.question)
    return results.result(case.answer, result, question, rubric, cohort.rules.reviewers)
