"""Tell authors what came of their reviews, and correct what was told when a review changes.

Rule: what was told stays as it was told.  Only a change of the answer's own reviews, or of its
author's own score, corrects it; that others rate other answers meanwhile does not.
"""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from bot.domain import results, second_takes
from bot.domain.answers import Answer
from bot.domain.cohorts import Cohort
from bot.domain.guarantee import Case
from bot.domain.results import Result
from bot.ids import PostKey, UserId
from bot.messages import Block, Direct, Message
from bot.services import scores
from bot.services.desk import Desk
from bot.voice import results as say
from bot.voice import second_takes as say_second


def tell(desk: Desk, cohort: Cohort, case: Case) -> None:
    """Send an author their result."""
    message = _result(desk, cohort, case)
    subject = f"result:{case.answer.id}"
    key = _key(case.answer)
    desk.post(Direct(case.answer.author), message, cohort, subject=subject, key=key)


def correct(desk: Desk, cohort: Cohort, case: Case) -> None:
    """Bring a result that was told already up to date."""
    message = _result(desk, cohort, case)
    desk.change(cohort, Direct(case.answer.author), _key(case.answer), message)


def mirror(desk: Desk, cohort: Cohort, user: UserId, since: datetime) -> tuple[Block, ...] | None:
    """Return what came up most in somebody's results since an instant, for their eyes only."""
    guide = desk.guide(cohort)
    found = []
    for answer in desk.work.answers.of(cohort.id, author=user):
        # In a second take a tap says what became better, so it does not say what was seen.
        told = answer.status == "done" and answer.take == 1 and answer.result_at is not None
        if told and answer.result_at is not None and answer.result_at >= since:
            rubric = guide.rubric(answer.question)
            result = results.combine(desk.work.reviews.of(answer.id), rubric)
            found.append((guide.question(answer.question).prompt, rubric, result))
    seen = results.mirror(found)
    return say.mirror(seen) if seen is not None else None


def takes_another(desk: Desk, cohort: Cohort, first: Answer) -> bool:
    """Tell whether an answer can have a second take now."""
    second = desk.work.answers.by(first.prompt, first.author, take=2)
    return cohort.status == "running" and second_takes.possible(first, second)


def attempt(answer: Answer) -> str:
    """Return what tells an answer from the one its author gave to the same prompt before."""
    begun = round(answer.allocated_at.timestamp()) if answer.allocated_at else 0
    # Everybody can read the keys of posts: they must not tell what belongs together, or when.
    return sha256(f"{answer.id} {begun}".encode()).hexdigest()[:22]


def _key(answer: Answer) -> PostKey:
    return PostKey(f"result-{attempt(answer)}")


def _result(desk: Desk, cohort: Cohort, case: Case) -> Message:
    guide = desk.guide(cohort)
    answer, rubric = case.answer, guide.rubric(case.answer.question)
    said = _said(desk, cohort, case)
    question = guide.question(answer.question)
    if answer.take > 1 and answer.first is not None:
        moved = second_takes.compare(desk.work.reviews.of(answer.first), case.reviews, rubric)
        return say_second.result(answer, said, moved, question, rubric)
    again = takes_another(desk, cohort, answer)
    return say.result(answer, said, question, rubric, cohort.rules.reviewers, again=again)


def _said(desk: Desk, cohort: Cohort, case: Case) -> Result:
    fit = scores.fit(desk, cohort)
    estimate = fit.scores.get(case.answer.id)
    rubric = desk.guide(cohort).rubric(case.answer.question)
    return results.combine(case.reviews, rubric, estimate, drawn=not fit.confident)
