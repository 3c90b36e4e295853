"""What people can see and have deleted: today, plan, guide, their data."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from functools import partial

from bot.domain import cadence, promises, syllabus
from bot.domain.answers import Answer
from bot.domain.cohorts import Cohort
from bot.domain.guarantee import Case
from bot.errors import BadArgument
from bot.ids import UserId, WorkspaceId
from bot.messages import Reply, Text
from bot.services import homes, posting, requests, reviews
from bot.services.desk import Desk
from bot.voice import announcements, replies, screens
from bot.voice import reviews as say_reviews
from bot.voice.words import text
from content.schema import Guide

_SHOWN_AHEAD = 5
_RECENT_PROMPTS = 10


def today(desk: Desk, cohort: Cohort, user: UserId) -> Reply:
    """Show the open question, where one's own answers are, and reviews owed."""
    desk.member(cohort, user)
    guide = desk.guide(cohort)
    prompts = desk.work.prompts.of(cohort.id)
    open_now = [prompt for prompt in prompts if prompt.closes_at > desk.now]
    asked = text(guide.question(open_now[-1].question).prompt) if open_now else None
    mine = own_answers(desk, cohort, guide, user)
    reviewed = reviewed_lately(desk, cohort, guide, user)
    return Reply((screens.today(asked, mine, reviewed, owed(desk, cohort, guide, user)),))


def owed(desk: Desk, cohort: Cohort, guide: Guide, user: UserId) -> list[str]:
    """Return the questions of the answers somebody is to review, oldest first."""
    return [
        guide.question(answer.question).prompt
        for review in desk.work.reviews.open_for(cohort.workspace, user)
        if review.cohort == cohort.id
        and (answer := desk.work.answers.get(cohort.workspace, review.answer)) is not None
    ]


def focus(desk: Desk, cohort: Cohort, week: int | None) -> Reply:
    """Show a week's focus; without a number the present week's."""
    guide = desk.guide(cohort)
    present = cadence.plan_week(cohort.plan, desk.today(cohort))
    wanted = week if week is not None else min(max(present, 1), guide.weeks)
    if not 1 <= wanted <= guide.weeks:
        raise BadArgument(f"There is no week {wanted}.", f"The plan has weeks 1 to {guide.weeks}.")
    return Reply((screens.focus(guide, syllabus.phase_of(guide, wanted), wanted),))


def plan(desk: Desk, cohort: Cohort) -> Reply:
    """Show the plan and what is posted next."""
    guide = desk.guide(cohort)
    asked = posting.asked_keys(desk.work.prompts.of(cohort.id))
    left = 0 if cohort.status == "ended" else syllabus.wanted(guide, cohort.plan) - len(asked)
    ahead = posting.ahead(desk, cohort, _SHOWN_AHEAD)
    week = cadence.plan_week(cohort.plan, desk.today(cohort))
    return Reply((screens.plan(guide, cohort, week, ahead, max(left, 0)),))


def my_data(desk: Desk, workspace: WorkspaceId, user: UserId) -> Reply:
    """Give everything stored about somebody, as JSON, part by part."""
    practised = desk.work.practices
    everywhere = homes.personal(workspace)
    parts = [
        ("Cohorts you organise", _organised(desk, workspace, user)),
        ("Memberships", [asdict(m) for m in desk.work.members.by(workspace, user)]),
        ("Answers", _answers(desk, workspace, user)),
        ("Reviews you were asked for", _reviews(desk, workspace, user)),
        ("Model answers you rated", _calibrations(desk, workspace, user)),
        ("Waiting for your digest", [asdict(d) for d in desk.work.digests.of(workspace, user)]),
        ("Solo practice", [asdict(p) for at in everywhere for p in practised.of(at, user)]),
        ("Practice cards", [asdict(c) for at in everywhere for c in practised.cards(at, user)]),
    ]
    return Reply((replies.my_data([(title, _json(rows)) for title, rows in parts if rows]),))


def forget(desk: Desk, workspace: WorkspaceId, user: UserId, *, sure: bool) -> Reply:
    """Forget somebody, once they are sure; their scores of others stay, without a name."""
    if not sure:
        return Reply((replies.sure(),))
    _hand_over(desk, workspace, user)
    for cohort in desk.work.cohorts.of(workspace, user):
        reviews.excuse(desk, cohort, user)
        for answer in desk.work.answers.of(cohort.id, author=user):
            standing = desk.work.reviews.of(answer.id)
            reviews.withdraw(desk, cohort, answer, answer)
            requests.unsay(desk, cohort, answer)
            reviews.keep_ratings(desk, answer, standing)
            desk.schedule(workspace, "answer", answer.id, None)
    for home in homes.personal(workspace):
        desk.schedule(home, "practice", user, None)
        desk.work.erasure.forget(home, user, UserId(f"forgotten-{desk.new_id()}"))
    return Reply((replies.forgotten(),))


def _hand_over(desk: Desk, workspace: WorkspaceId, user: UserId) -> None:
    """Leave no cohort without an organiser while there is a member to take it over."""
    for cohort in desk.work.cohorts.led(workspace, user):
        heir = _heir(desk, cohort, user)
        if cohort.organisers == {user} and cohort.status != "ended" and heir is not None:
            led = replace(cohort, organisers=frozenset({heir}))
            desk.work.cohorts.save(led)
            desk.tell_organisers(led, announcements.taken_over())


def _heir(desk: Desk, cohort: Cohort, user: UserId) -> UserId | None:
    """Return the member who is here longest; one who is away only if nobody is here."""
    today = desk.today(cohort)
    others = [m for m in desk.work.members.of(cohort.id) if m.user != user and not m.left]
    longest = min(others, key=lambda m: (m.away(today), m.joined_at, m.user), default=None)
    return longest.user if longest is not None else None


def _organised(desk: Desk, workspace: WorkspaceId, user: UserId) -> list[dict[str, object]]:
    return [
        {"cohort": cohort.id, "channel": cohort.channel, "started_at": cohort.started_at}
        for cohort in desk.work.cohorts.led(workspace, user)
    ]


def own_answers(desk: Desk, cohort: Cohort, guide: Guide, user: UserId) -> list[tuple[str, Text]]:
    """Return one's own answers on their way and where they stand, newest first."""
    mine: list[tuple[str, Text]] = []
    for answer in reversed(desk.work.answers.of(cohort.id, author=user)):
        if answer.status not in ("collecting", "in_review") or len(mine) >= _RECENT_PROMPTS:
            continue
        case = Case(answer, desk.work.reviews.of(answer.id))
        have = sum(review.status == "rated" for review in case.reviews)
        awake = partial(cadence.considerate, cohort.plan)
        by = promises.promised_at(case, cohort.rules, awake)
        where = say_reviews.standing_of(answer, have, cohort.rules.reviewers, by, cohort)
        mine.append((guide.question(answer.question).prompt, where))
    return mine


def reviewed_lately(desk: Desk, cohort: Cohort, guide: Guide, user: UserId) -> list[str]:
    """Return the questions to which results came within the last two days, newest first."""
    return [
        guide.question(answer.question).prompt
        for answer in reversed(desk.work.answers.of(cohort.id, author=user))
        if answer.status == "done" and _is_news(answer, desk.now)
    ][:_RECENT_PROMPTS]


def _is_news(answer: Answer, now: datetime) -> bool:
    return answer.result_at is not None and now - answer.result_at < timedelta(days=2)


def _answers(desk: Desk, workspace: WorkspaceId, user: UserId) -> list[dict[str, object]]:
    return [
        asdict(answer)
        for member in desk.work.members.by(workspace, user)
        for answer in desk.work.answers.of(member.cohort, author=user)
    ]


def _reviews(desk: Desk, workspace: WorkspaceId, user: UserId) -> list[dict[str, object]]:
    """Return what somebody was asked to review, without whose answers they were."""
    return [
        {key: value for key, value in asdict(review).items() if key not in ("author", "answer")}
        for member in desk.work.members.by(workspace, user)
        for review in desk.work.reviews.by(member.cohort, user)
    ]


def _calibrations(desk: Desk, workspace: WorkspaceId, user: UserId) -> list[dict[str, object]]:
    return [
        asdict(rated)
        for member in desk.work.members.by(workspace, user)
        for rated in desk.work.calibrations.of(member.cohort, user)
    ]


def _json(rows: list[dict[str, object]]) -> str:
    return json.dumps(rows, indent=1, ensure_ascii=False, default=_plain)


def _plain(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    assert isinstance(value, frozenset), type(value).__name__
    return sorted(value)
