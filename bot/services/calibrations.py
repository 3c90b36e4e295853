"""Calibrations: members rate model answers in private, and learn how near they were.

Rule: a member sees an answer by an alias of their own, so that nothing of it is known before it
is rated; only the first rating is kept.
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain import cadence, calibration, syllabus
from bot.domain.calibration import Bar, Calibration
from bot.domain.cohorts import Cohort
from bot.domain.scoring import Fit
from bot.errors import NotYours
from bot.ids import CohortId, UserId
from bot.inbound import ButtonPressed, FormSubmitted
from bot.messages import Paragraph, Reply
from bot.services.desk import Desk
from bot.voice import calibrations as say
from bot.voice import forms
from content.schema import ModelAnswer, Phase

_AGAIN = "again"


def show(desk: Desk, cohort: Cohort, user: UserId, *, again: bool = False) -> Reply:
    """Show the next model answer of the present phase; `again` any of it, once all are rated."""
    desk.member(cohort, user)
    guide, phase = desk.guide(cohort), _phase(desk, cohort)
    here = [answer for answers in calibration.sets(guide, phase) for answer in answers]
    if not here:
        return Reply((say.none_here(later=bool(guide.model_answers)),))
    rated = _rated(desk, cohort, user)
    following = calibration.next_of(guide, phase, cohort.id, user, rated)
    if following is None and again:
        following = desk.rng.choice(here)
    if following is not None:
        return _to_rate(desk, cohort, user, following, rated)
    bar = _bar(here, rated)
    assert bar is not None, "all of them are rated"
    return Reply((say.all_rated(cohort.id, bar),))


def press(desk: Desk, event: ButtonPressed, key: str) -> Reply:
    """Show the next model answer to whoever pressed."""
    cohort_id, _, how = key.partition(":")
    cohort = desk.cohort(event.workspace, CohortId(cohort_id))
    return show(desk, cohort, event.by.id, again=how == _AGAIN)


def open_form(desk: Desk, event: ButtonPressed, key: str) -> Reply:
    """Open the form for a model answer."""
    cohort, answer = _own(desk, event, key)
    guide = desk.guide(cohort)
    question, rubric = guide.question(answer.question), guide.rubric(answer.question)
    return Reply(form=forms.model(key, answer.text, question, rubric))


def take_form(desk: Desk, event: FormSubmitted, key: str) -> Reply:
    """Take in the form, and tell how near the rating is."""
    cohort, answer = _own(desk, event, key)
    rubric = desk.guide(cohort).rubric(answer.question)
    scores, wrong = calibration.scores_in(event.fields, rubric)
    if wrong:
        return Reply(errors=tuple((field, "Choose a number from 1 to 5.") for field in wrong))
    user = event.by.id
    again = answer.key in _rated(desk, cohort, user)
    if not again:
        desk.work.calibrations.save(
            Calibration(cohort.id, cohort.workspace, user, answer.key, scores, event.at)
        )
    return _feedback(desk, cohort, user, answer, scores, again=again)


def leaning(fit: Fit, user: UserId) -> tuple[Paragraph, ...]:
    """Return what to tell somebody, in private, of themselves as a reviewer; nothing at first."""
    found = calibration.leaning(fit.reviewers.get(user))
    return (Paragraph(say.leaning(found)),) if found is not None else ()


def _to_rate(
    desk: Desk, cohort: Cohort, user: UserId, answer: ModelAnswer, rated: Iterable[str]
) -> Reply:
    guide = desk.guide(cohort)
    known, three = set(rated), calibration.siblings(guide, answer)
    place = None if answer.key in known else 1 + sum(each.key in known for each in three)
    reference = f"{cohort.id}:{calibration.alias(cohort.id, user, answer.key)}"
    question, rubric = guide.question(answer.question), guide.rubric(answer.question)
    return Reply((say.to_rate(reference, answer, question, rubric, place),))


def _feedback(
    desk: Desk,
    cohort: Cohort,
    user: UserId,
    answer: ModelAnswer,
    scores: dict[str, int],
    *,
    again: bool,
) -> Reply:
    guide = desk.guide(cohort)
    question, rubric = guide.question(answer.question), guide.rubric(answer.question)
    rated = _rated(desk, cohort, user)
    three = calibration.siblings(guide, answer)
    complete = not again and all(each.key in rated for each in three)
    following = calibration.next_of(guide, _phase(desk, cohort), cohort.id, user, rated)
    message = say.feedback(
        cohort.id,
        calibration.compare(scores, answer, rubric),
        answer,
        question,
        rubric,
        _bar(three, rated) if complete else None,
        again=again,
        more=following is not None,
    )
    return Reply((message,))


def _own(desk: Desk, event: ButtonPressed | FormSubmitted, key: str) -> tuple[Cohort, ModelAnswer]:
    """Return the model answer that a member was shown, or refuse."""
    cohort_id, _, alias = key.partition(":")
    cohort = desk.cohort(event.workspace, CohortId(cohort_id))
    desk.member(cohort, event.by.id)
    answer = calibration.named(desk.guide(cohort), cohort.id, event.by.id, alias)
    if answer is None:
        raise NotYours
    return cohort, answer


def _phase(desk: Desk, cohort: Cohort) -> Phase:
    week = cadence.plan_week(cohort.plan, desk.today(cohort))
    return syllabus.phase_of(desk.guide(cohort), week)


def _rated(desk: Desk, cohort: Cohort, user: UserId) -> dict[str, dict[str, int]]:
    """Return the scores a member gave at first, by the model answer's key."""
    return {each.model: each.scores for each in desk.work.calibrations.of(cohort.id, user)}


def _bar(answers: Iterable[ModelAnswer], rated: dict[str, dict[str, int]]) -> Bar | None:
    pairs = [(rated[each.key], each) for each in answers if each.key in rated]
    return calibration.bar(pairs)
