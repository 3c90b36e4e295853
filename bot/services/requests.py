"""Requests: what a reviewer is shown of an answer, from the first asking to "nothing to do".

Rule: a request shows its reviewer what they need and never who wrote the answer, unless the cohort
shows authors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from bot.domain import reviews
from bot.domain.answers import Answer
from bot.domain.cohorts import Cohort
from bot.domain.reviews import Review
from bot.ids import PostKey, ReviewId
from bot.messages import Direct, Message
from bot.services import rereaders, riding
from bot.services.desk import Desk
from bot.voice import digests as say_digests
from bot.voice import reviews as say
from content.schema import Question

REMINDERS_APART = timedelta(hours=16)
"""Whoever was reminded of a review so lately was told of all that waited."""


def send(desk: Desk, cohort: Cohort, answer: Answer, review: Review) -> None:
    """Ask for a review, in the message that asked for it before if there was one."""
    message = _request(desk, cohort, answer, review)
    if desk.work.outbox.receipt(review.post) is not None:
        desk.change(cohort, Direct(review.reviewer), review.post, message)
        return
    where, who = cohort.workspace, review.reviewer
    others = riding.reminders(desk.work, where, who, cohort.id, desk.now)
    if others:
        message = say_digests.also_waits(message, others)
    subject = f"review:{review.id}"
    desk.post(Direct(review.reviewer), message, cohort, subject=subject, key=review.post)


def remind(desk: Desk, cohort: Cohort, review: Review, question: Question) -> None:
    """Remind a reviewer of everything that waits for them, once a day at most."""
    waiting = desk.work.reviews.open_for(cohort.workspace, review.reviewer)
    others = [each for each in waiting if each.cohort == cohort.id and each.id != review.id]
    for each in others:
        if each.reminded_at is not None and desk.now - each.reminded_at < REMINDERS_APART:
            return
    message = say.reminder(review, question, cohort, len(others) + 1)
    desk.post(
        Direct(review.reviewer), message, cohort,
        subject=f"remind:{review.id}", key=_reminder(review),
    )  # fmt: skip


def show_again(desk: Desk, cohort: Cohort, answer: Answer) -> None:
    """Let reviewers who have not judged yet read an answer's new text."""
    for review in desk.work.reviews.of(answer.id):
        if review.status in ("asked", "lapsed"):
            message = _request(desk, cohort, answer, review)
            desk.change(cohort, Direct(review.reviewer), review.post, message)


def show_given(desk: Desk, cohort: Cohort, answer: Answer, review: Review) -> None:
    """Let a request say that its review was given, or ask for it again."""
    _remind_no_more(desk, cohort, review)
    message = _request(desk, cohort, answer, review)
    desk.change(cohort, Direct(review.reviewer), review.post, message)


def judged_text(desk: Desk, answer: Answer) -> str:
    """Return the text of an answer that is judged: the one that was read first."""
    return rereaders.text_of(desk.cohort(answer.workspace, answer.cohort), answer)


def retire(desk: Desk, cohort: Cohort, review: Review, question: str, why: say.Ending) -> None:
    """Turn a request into "nothing to do", or take it back if it has not left yet."""
    _remind_no_more(desk, cohort, review)
    if desk.work.outbox.retract(review.post):
        return
    message = say.released(desk.guide(cohort).question(question), review, why)
    desk.change(cohort, Direct(review.reviewer), review.post, message)


def unsay(desk: Desk, cohort: Cohort, answer: Answer) -> None:
    """Take an answer's words out of every message of ours that quotes them."""
    for review in desk.work.reviews.of(answer.id):
        retire(desk, cohort, review, answer.question, "withdrawn")


def same_post(desk: Desk, known: Mapping[ReviewId, Review], review: Review) -> Review:
    """Let a review asked anew stand in the request that was sent for it before.

    Whoever writes, deletes and writes again thus changes a message, and does not send many.
    """
    before = known.get(review.id)
    if before is None or before.post == review.post:
        return review
    if desk.work.outbox.receipt(before.post) is None:
        return review
    return replace(review, post=before.post)


def _remind_no_more(desk: Desk, cohort: Cohort, review: Review) -> None:
    """Take back a reminder that waits for its reader's morning, if nothing else waits for them."""
    if review.reminded_at is None:
        return
    waiting = desk.work.reviews.open_for(cohort.workspace, review.reviewer)
    if not any(each.cohort == cohort.id and each.id != review.id for each in waiting):
        desk.work.outbox.retract(_reminder(review))


def _reminder(review: Review) -> PostKey:
    """Return the key of the reminder of a review; one that is asked for anew has another."""
    return PostKey(f"remind-{review.id}-{round(review.asked_at.timestamp())}")


def _request(desk: Desk, cohort: Cohort, answer: Answer, review: Review) -> Message:
    if answer.take > 1:
        return rereaders.request(desk, cohort, answer, review, judged_text(desk, answer))
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
