"""Shortcuts on a message: practise its question, or answer it once more.

A second take is for those who read the first, once its result was told and while the cohort
runs.  Whoever has no such answer takes the question again alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.answers import Answer
from bot.domain.cohorts import Cohort
from bot.domain.prompts import Prompt
from bot.errors import NotAnswered, NotAQuestion
from bot.ids import AnswerId, MessageId, PracticeId, PromptId, ReviewId
from bot.inbound import ShortcutUsed
from bot.messages import Reply
from bot.services import practices, rereaders, results, second_takes
from bot.services.desk import Desk

About = tuple[str, str]
"""A guide's key and the key of one of its questions."""


def use(desk: Desk, event: ShortcutUsed) -> Reply:
    """Do what a shortcut asks with the question that its message belongs to."""
    guide_key, question = _about(desk, event)
    if event.name == "practise":
        return practices.start_on(desk, event, guide_key, question)
    for cohort, first in _answers(desk, event, guide_key, question):
        if results.takes_another(desk, cohort, first):
            return Reply(form=second_takes.form(desk, cohort, first))
    guide = desk.guides[guide_key]
    said = _first_take(desk, event, guide_key, question)
    return practices.take_again(desk, event, guide, guide.question(question), said)


def _about(desk: Desk, event: ShortcutUsed) -> About:
    """Return which question a message is about: its own, its thread's, or that of an answer."""
    found = _posted(desk, event, event.message)
    if found is None and event.thread is not None:
        found = _posted(desk, event, event.thread)
    if found is None or found[0] not in desk.guides:
        raise NotAQuestion
    return found


def _posted(desk: Desk, event: ShortcutUsed, message: MessageId) -> About | None:
    posted = desk.work.outbox.posted(event.workspace, event.channel, message)
    kind, _, key = (posted.subject if posted else "").partition(":")
    match kind:
        case "prompt":
            prompt = desk.work.prompts.get(event.workspace, PromptId(key))
            return _of(desk, event, prompt) if prompt else None
        case "review":
            review = desk.work.reviews.get(event.workspace, ReviewId(key))
            answer = desk.work.answers.get(event.workspace, review.answer) if review else None
            return _of(desk, event, answer) if answer else None
        case "result" | "self":
            answer = desk.work.answers.get(event.workspace, AnswerId(key))
            return _of(desk, event, answer) if answer else None
        case "practice" | "rate":
            practice = desk.work.practices.get(event.workspace, PracticeId(key))
            return (practice.guide, practice.question) if practice else None
    return None


def _of(desk: Desk, event: ShortcutUsed, one: Prompt | Answer) -> About | None:
    cohort = desk.work.cohorts.get(event.workspace, one.cohort)
    return (cohort.guide, one.question) if cohort is not None else None


def _answers(
    desk: Desk, event: ShortcutUsed, guide_key: str, question: str
) -> Iterator[tuple[Cohort, Answer]]:
    """Yield what somebody answered to a question, newest first, with the cohort."""
    for cohort in desk.work.cohorts.of(event.workspace, event.by.id):
        if cohort.guide == guide_key:
            for answer in reversed(desk.work.answers.of(cohort.id, author=event.by.id)):
                if answer.question == question and answer.status != "withdrawn":
                    yield cohort, answer


def _first_take(desk: Desk, event: ShortcutUsed, guide_key: str, question: str) -> str:
    """Return what somebody said to a question the last time, to peers or alone."""
    for cohort, answer in _answers(desk, event, guide_key, question):
        return rereaders.text_of(cohort, answer)
    for practice in reversed(desk.work.practices.of(event.workspace, event.by.id)):
        if (practice.guide, practice.question) == (guide_key, question) and practice.said:
            return practice.text
    raise NotAnswered
