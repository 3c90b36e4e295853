"""What spaced practice remembers of each person, and telling them when questions are due."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from bot.domain import cadence, practice
from bot.domain.cohorts import Plan
from bot.domain.practice import Card
from bot.ids import UserId, WorkspaceId
from bot.messages import Direct
from bot.services.desk import Desk
from bot.voice import practice as say
from content.schema import Guide

NUDGE_AT = time(12, 0)
"""When somebody hears that questions are due again: at noon, once for all that are due."""


def decide(desk: Desk, workspace: WorkspaceId, user: UserId) -> None:
    """Tell somebody that questions are due again, unless they are at it, away or muted."""
    cards = desk.work.practices.cards(workspace, user)
    due = [card for card in cards if card.due_at <= desk.now]
    plan, away = plan_of(desk, workspace, user)
    busy = desk.work.practices.open_of(workspace, user) is not None
    if away or (due and busy):
        desk.schedule(workspace, "practice", user, _noon(plan, desk.now + timedelta(days=1)))
        return
    desk.work.agenda.clear(workspace, "practice", user)
    if due:
        # As a word of their cohort's it counts for the day, and waits for a digest if need be.
        cohort = next(iter(desk.work.cohorts.of(workspace, user)), None)
        message = say.due(len(due))
        desk.post(Direct(user), message, cohort, workspace=workspace, subject="nudge:")
    _schedule(desk, workspace, user, after=desk.now)


def cards_of(desk: Desk, workspace: WorkspaceId, user: UserId, guide: Guide) -> dict[str, Card]:
    """Return somebody's cards of one guide by question."""
    cards = desk.work.practices.cards(workspace, user)
    return {card.question: card for card in cards if card.guide == guide.key}


def learned(desk: Desk, workspace: WorkspaceId, user: UserId, guide: Guide, question: str,
            score: float) -> Card:  # fmt: skip
    """Remember a performance and note when the question is due again."""
    cards = cards_of(desk, workspace, user, guide)
    card = cards.get(question) or Card(workspace, user, guide.key, question, due_at=desk.now)
    after = practice.learn(card, score, desk.now)
    desk.work.practices.save_card(after)
    _schedule(desk, workspace, user, after=desk.now)
    return after


def zone_of(desk: Desk, workspace: WorkspaceId, user: UserId) -> str:
    """Return the time zone somebody lives by."""
    return plan_of(desk, workspace, user)[0].zone


def plan_of(desk: Desk, workspace: WorkspaceId, user: UserId) -> tuple[Plan, bool]:
    """Return whose clock somebody lives by, and whether they are away or muted."""
    for cohort in desk.work.cohorts.of(workspace, user):
        member = desk.work.members.get(cohort.id, user)
        away = member is not None and member.away(desk.today(cohort))
        return desk.lives_by(cohort, user), away or desk.muted(cohort, member)
    return Plan(desk.zone, cadence.local_day(desk.zone, desk.now), weeks=1), False


def _schedule(desk: Desk, workspace: WorkspaceId, user: UserId, after: datetime) -> None:
    """Note when to tell somebody of what will be due: at the first noon after it is."""
    cards = desk.work.practices.cards(workspace, user)
    coming = [card.due_at for card in cards if card.due_at > after]
    if coming:
        plan, _ = plan_of(desk, workspace, user)
        desk.schedule(workspace, "practice", user, _noon(plan, min(coming)))


def _noon(plan: Plan, at: datetime) -> datetime:
    """Return the first noon not before `at`; where that is somebody's night, its end."""
    day = cadence.local_day(plan.zone, at)
    noon = cadence.instant(plan.zone, day, NUDGE_AT)
    if noon < at:
        noon = cadence.instant(plan.zone, day + timedelta(days=1), NUDGE_AT)
    return cadence.considerate(plan, noon)
