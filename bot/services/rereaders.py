"""Who reads a second take, and what they are shown: both texts, the first one quoted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.domain import reviews, second_takes
from bot.domain.answers import Answer
from bot.domain.cohorts import Cohort
from bot.domain.guarantee import Setting
from bot.domain.matching import Candidate
from bot.domain.reviews import Review
from bot.ids import AnswerId, UserId
from bot.messages import Message
from bot.services.desk import Desk
from bot.voice import second_takes as say


def chosen(desk: Desk, answer: Answer, setting: Setting) -> Setting:
    """Let those who rated the first take judge the second one, as far as they can be asked."""
    if answer.first is None or answer.status not in ("collecting", "in_review"):
        return setting
    raters = _raters(desk, answer.first)
    second = desk.work.reviews.of(answer.id)
    everybody: Callable[[], Sequence[Candidate]] = setting.pool
    asked = {review.reviewer for review in second if review.status != "withdrawn"}
    return replace(
        setting,
        rules=second_takes.wanted(setting.rules, everybody(), raters, second),
        pool=lambda: second_takes.pool(everybody(), raters, asked),
    )


def request(desk: Desk, cohort: Cohort, answer: Answer, review: Review, said: str) -> Message:
    """Ask for a review of a second take; `said` is its text."""
    guide = desk.guide(cohort)
    question = guide.question(answer.question)
    rubric = guide.rubric(question.key)
    first = desk.work.answers.get(answer.workspace, answer.first) if answer.first else None
    before = None
    if first is not None and first.status != "withdrawn":
        before = text_of(cohort, first)
    given = reviews.rating(review, rubric)
    known = answer.first is not None and review.reviewer in _raters(desk, answer.first)
    return say.second_request(
        review, before, said, question, rubric, cohort, known=known, given=given
    )


def text_of(cohort: Cohort, answer: Answer) -> str:
    """Return the text of an answer that is judged: the one that was read first."""
    return answer.read if answer.read is not None else answer.text(cohort.rules.pause_between_parts)


def _raters(desk: Desk, first: AnswerId) -> frozenset[UserId]:
    return frozenset(r.reviewer for r in desk.work.reviews.of(first) if r.status == "rated")
