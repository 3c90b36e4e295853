"""A guide as members will see it: every weekly focus and every question, in the console's form.

Rule: the words are those of `bot.voice` and the form that of the console; nothing is made
up here but a cohort to post to, which starts on a Monday.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from adapters.console.render import render
from bot.domain import cadence, syllabus
from bot.domain.cohorts import Cohort, Plan
from bot.domain.prompts import Prompt
from bot.ids import ChannelId, CohortId, PostKey, PromptId, UserId, WorkspaceId
from bot.messages import Message
from bot.voice import posts
from content.schema import Guide, Question

_MONDAY = date(2026, 12, 7)
_LONG_BEFORE = datetime(2026, 12, 1, tzinfo=UTC)


def lines(guide: Guide) -> Iterator[str]:
    """Yield the posts of the whole plan in order, then the questions of each location."""
    cohort = _cohort(guide)
    asked: set[str] = set()
    until = _LONG_BEFORE + timedelta(weeks=guide.weeks + 2)
    for due in cadence.occurrences(cohort.plan, _LONG_BEFORE, until):
        if due.kind == "focus":
            yield from _post(f"Week {due.week}", _focus(guide, due.week))
        if due.kind == "question":
            question = syllabus.next_question(guide, due.week, asked)
            if question is not None:
                asked.add(question.key)
                title = f"Week {due.week}, {due.day:%A}: {question.key}"
                yield from _post(title, _question(guide, cohort, question, due.day, len(asked)))
    for place in guide.locations:
        for key in place.questions:
            title = f"For members on the track {place.name}: {key}"
            asked_of_some = guide.question(key)
            yield from _post(title, _question(guide, cohort, asked_of_some, _MONDAY, 1))


def _post(title: str, message: Message) -> Iterator[str]:
    yield f"--- {title} ---"
    yield from render(message)
    yield ""


def _focus(guide: Guide, week: int) -> Message:
    phase = syllabus.phase_of(guide, week)
    tips = syllabus.tips_for(guide, phase)
    return posts.focus(guide, phase, week, tips, guide.weeks - week)


def _question(guide: Guide, cohort: Cohort, question: Question, day: date, number: int) -> Message:
    at = cadence.instant(cohort.plan.zone, day, cohort.plan.post_at)
    prompt = Prompt(
        id=PromptId("preview"),
        workspace=cohort.workspace,
        cohort=cohort.id,
        channel=cohort.channel,
        question=question.key,
        day=day,
        number=number,
        asked_at=at,
        closes_at=cadence.closes(cohort.plan, day),
        post=PostKey("preview"),
    )
    total = syllabus.wanted(guide, cohort.plan)
    return posts.question(prompt, question, guide, cohort, total)


def _cohort(guide: Guide) -> Cohort:
    return Cohort(
        id=CohortId("preview"),
        workspace=WorkspaceId("console:preview"),
        channel=ChannelId("preview"),
        guide=guide.key,
        organisers=frozenset[UserId](),
        plan=Plan(zone="UTC", start=_MONDAY, weeks=guide.weeks),
        started_at=_LONG_BEFORE,
        reckoned_at=_LONG_BEFORE,
        changed_at=_LONG_BEFORE,
    )
