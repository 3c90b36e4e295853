"""Post what has become due in a cohort, once each, and never a burst of what was missed.

What is late is posted within its grace, but not at night; what is later than that is folded
into the next post of its kind, with a word about it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.domain import cadence, calibration, syllabus
from bot.domain.answers import Answer
from bot.domain.cadence import Occurrence
from bot.domain.cohorts import Cohort
from bot.domain.prompts import Prompt
from bot.ids import PostKey, PromptId, WorkspaceId
from bot.messages import Direct, InChannel, Message
from bot.ports.outgoing import Outgoing
from bot.ports.storage import Due
from bot.services import practices, reports, standings
from bot.services.desk import Desk
from bot.voice import announcements, posts, replies

KICKOFF = "kickoff"
"""What the invitation to a cohort is in the outbox."""
_KINDS = ("focus", "question", "leaderboard")
IN_TIME = timedelta(minutes=5)
"""A post is not called late so soon: the sweep comes by every few seconds."""
COUNTED_WITHIN = timedelta(seconds=5)
"""A question shows so soon that somebody has answered, give or take a sweep."""


def decide(desk: Desk, cohort: Cohort) -> None:
    """Post what has become due, once each, and note when to look again."""
    due: tuple[Occurrence, ...] = ()
    if cohort.status == "running":
        due = cadence.occurrences(cohort.plan, cohort.reckoned_at, desk.now)
    morning = cadence.considerate(cohort.plan, desk.now)
    if morning > desk.now and due and all(_late(each, desk.now) for each in due):
        # What is late anyway is late in the morning too, and nobody is woken by it.
        desk.schedule(cohort.workspace, "cohort", cohort.id, morning)
        return
    catch_up(desk, cohort)


def catch_up(desk: Desk, cohort: Cohort) -> Cohort:
    """Deal with everything due up to now, and return the cohort after it."""
    if cohort.status != "running":
        schedule(desk, cohort)
        return cohort
    since = standings.since_last(desk, cohort)
    entered = [
        (occurrence, outcome)
        for occurrence, outcome in _outcomes(cohort, desk.now)
        if desk.work.ledger.enter(cohort.id, occurrence.kind, occurrence.day, outcome, desk.now)
    ]
    for occurrence, outcome in entered:
        if outcome != "missed":
            cohort = _post(desk, cohort, occurrence, since)
    missed = [occurrence.day for occurrence, outcome in entered if outcome == "missed"]
    late = sum(outcome == "late" for _, outcome in entered)
    if missed or late:
        _tell_of_gap(desk, cohort, missed, late)
    if len(missed) < len(entered):
        reports.schedule(desk, cohort)
    cohort = cohort.reckoned(desk.now)
    desk.work.cohorts.save(cohort)
    schedule(desk, cohort)
    return cohort


def undelivered(desk: Desk, outgoing: Outgoing, reason: str) -> None:
    """Tell the organisers, at most once a day, that something could not be delivered.

    What cannot reach an organiser is not reported to them again: that would never end.
    """
    if outgoing.cohort is None:
        return
    cohort = desk.work.cohorts.get(outgoing.workspace, outgoing.cohort)
    if cohort is None:
        return
    if outgoing.subject.startswith(f"{KICKOFF}:"):
        # Without it nobody can join, and its organiser is still there to mend it.
        desk.tell_organisers(cohort, replies.not_invited(cohort, reason), urgent=True)
        return
    to_organiser = isinstance(outgoing.place, Direct) and outgoing.place.user in cohort.organisers
    today = desk.today(cohort)
    if to_organiser or not desk.work.ledger.enter(
        cohort.id, reports.UNDELIVERED, today, "posted", desk.now
    ):
        return
    desk.tell_organisers(cohort, replies.undelivered(outgoing.place, reason), urgent=True)


def schedule(desk: Desk, cohort: Cohort) -> None:
    """Note when the cohort has something to post next."""
    following = None
    if cohort.status == "running":
        following = cadence.next_occurrence(cohort.plan, max(cohort.reckoned_at, desk.now))
    desk.schedule(
        cohort.workspace, "cohort", cohort.id, following.at if following is not None else None
    )


def ahead(desk: Desk, cohort: Cohort, count: int) -> tuple[Occurrence, ...]:
    """Return what is posted next, as far as it is not entered already; nothing while paused."""
    if cohort.status != "running":
        return ()
    entered = {(kind, day) for kind, day, _ in desk.work.ledger.of(cohort.id)}
    coming = cadence.preview(cohort.plan, desk.now, count + len(_KINDS))
    return tuple(each for each in coming if (each.kind, each.day) not in entered)[:count]


def asked_keys(prompts: tuple[Prompt, ...]) -> frozenset[str]:
    """Return the keys of the questions already asked."""
    return frozenset(prompt.question for prompt in prompts)


def _outcomes(cohort: Cohort, now: datetime) -> Iterator[tuple[Occurrence, str]]:
    """Yield what is due with what becomes of it: of each kind at most the newest is posted."""
    due = cadence.occurrences(cohort.plan, cohort.reckoned_at, now)
    newest = {occurrence.kind: occurrence for occurrence in due}
    grace = max(cohort.rules.grace, IN_TIME)
    for occurrence in due:
        if occurrence is not newest[occurrence.kind] or now - occurrence.at > grace:
            yield occurrence, "missed"
        else:
            yield occurrence, "late" if _late(occurrence, now) else "posted"


def _late(occurrence: Occurrence, now: datetime) -> bool:
    return now - occurrence.at > IN_TIME


def _post(desk: Desk, cohort: Cohort, occurrence: Occurrence, since: datetime) -> Cohort:
    if occurrence.kind == "leaderboard":
        return _post_leaderboard(desk, cohort, since)
    if occurrence.kind == "focus":
        _post_focus(desk, cohort, occurrence)
        return cohort
    return _post_question(desk, cohort, occurrence)


def _post_focus(desk: Desk, cohort: Cohort, occurrence: Occurrence) -> None:
    guide = desk.guide(cohort)
    phase = syllabus.phase_of(guide, occurrence.week)
    tips = syllabus.tips_for(guide, phase)
    left = max(guide.weeks - occurrence.week, 0)
    bar = cohort.id if calibration.opens(guide, phase, occurrence.week) else None
    desk.tell_channel(cohort, posts.focus(guide, phase, occurrence.week, tips, left, bar=bar))
    practices.offer_bonus(desk, cohort, occurrence.week)


def _post_question(desk: Desk, cohort: Cohort, occurrence: Occurrence) -> Cohort:
    guide = desk.guide(cohort)
    prompts = desk.work.prompts.of(cohort.id)
    asked = syllabus.next_question(guide, occurrence.week, asked_keys(prompts))
    if asked is None or syllabus.finished(guide, cohort.plan, asked_keys(prompts)):
        return cohort
    _fold(desk, cohort, occurrence)
    prompt = Prompt(
        id=PromptId(desk.new_id()),
        workspace=cohort.workspace,
        cohort=cohort.id,
        channel=cohort.channel,
        question=asked.key,
        day=occurrence.day,
        number=len(prompts) + 1,
        asked_at=occurrence.at,
        closes_at=cadence.closes(cohort.plan, occurrence.day),
        post=PostKey(desk.new_id()),
        missed=_missed(desk, cohort, occurrence.day),
    )
    desk.work.prompts.add(prompt)
    message = _question(desk, cohort, prompt, answers=0)
    desk.post(
        InChannel(cohort.channel), message, cohort, subject=f"prompt:{prompt.id}", key=prompt.post
    )
    return cohort


def count(desk: Desk, answer: Answer) -> None:
    """Let the question show soon how many have answered: once for all who answer meanwhile."""
    at = desk.now + COUNTED_WITHIN
    desk.work.agenda.add(Due(answer.workspace, "count", answer.prompt, at))


def show_count(desk: Desk, workspace: WorkspaceId, prompt_id: PromptId) -> None:
    """Bring the number of answers that a question shows up to date."""
    desk.schedule(workspace, "count", prompt_id, None)
    prompt = desk.work.prompts.get(workspace, prompt_id)
    if prompt is None:
        return
    cohort = desk.cohort(workspace, prompt.cohort)
    message = _question(desk, cohort, prompt, answers=desk.work.answers.count(prompt.id))
    desk.change(cohort, InChannel(cohort.channel), prompt.post, message)


def _question(desk: Desk, cohort: Cohort, prompt: Prompt, *, answers: int) -> Message:
    guide = desk.guide(cohort)
    total = syllabus.wanted(guide, cohort.plan)
    asked = guide.question(prompt.question)
    return posts.question(prompt, asked, guide, cohort, total, answers=answers)


def _fold(desk: Desk, cohort: Cohort, occurrence: Occurrence) -> None:
    """Post the week's focus if it was missed.

    Never a burst of stale questions: what was missed is asked later, one a day.
    """
    week = cadence.plan_week(cohort.plan, occurrence.day)
    focused = {
        cadence.plan_week(cohort.plan, day)
        for kind, day, outcome in desk.work.ledger.of(cohort.id)
        if kind == "focus" and outcome != "missed"
    }
    missed = _missed(desk, cohort, occurrence.day)
    if missed and week not in focused and week <= cohort.plan.weeks:
        desk.work.ledger.enter(cohort.id, "focus", occurrence.day, "late", desk.now)
        _post_focus(desk, cohort, replace(occurrence, kind="focus"))


def _missed(desk: Desk, cohort: Cohort, day: date) -> tuple[date, ...]:
    """Return the days before `day` whose question was missed since the last one asked."""
    entries = [
        (entered, outcome)
        for kind, entered, outcome in desk.work.ledger.of(cohort.id)
        if kind == "question" and entered < day
    ]
    since = max((entered for entered, outcome in entries if outcome != "missed"), default=date.min)
    return tuple(entered for entered, outcome in entries if outcome == "missed" and entered > since)


def _post_leaderboard(desk: Desk, cohort: Cohort, since: datetime) -> Cohort:
    keys = asked_keys(desk.work.prompts.of(cohort.id))
    last = syllabus.finished(desk.guide(cohort), cohort.plan, keys)
    standings.post(desk, cohort, since, last=last)
    return cohort.ended(desk.now) if last else cohort


def _tell_of_gap(desk: Desk, cohort: Cohort, missed: list[date], late: int) -> None:
    desk.tell_organisers(cohort, announcements.gap(sorted(set(missed)), late))
