"""Everything that concerns one person in a workspace, at one look."""

from __future__ import annotations

from bot.domain import cadence
from bot.domain.cohorts import Cohort
from bot.errors import TooLate
from bot.ids import CohortId, UserId, WorkspaceId
from bot.inbound import ButtonPressed
from bot.messages import Reply
from bot.services import cards, cohorts, homes, people, posting, standings
from bot.services.desk import Desk
from bot.voice import overviews as say
from bot.voice.overviews import Mine, Solo

COHORTS_SHOWN = 3
"""A message has room for so many; the newest come first."""


def me(desk: Desk, workspace: WorkspaceId, user: UserId) -> Reply:
    """Show somebody their cohorts, what they owe and await, and their solo practice."""
    joined = desk.work.cohorts.of(workspace, user)
    led = desk.work.cohorts.led(workspace, user)
    known = {cohort.id: cohort for cohort in (*joined, *led)}.values()
    alive = [cohort for cohort in known if cohort.status != "ended"]
    shown = (alive or list(known))[:COHORTS_SHOWN]
    mine = [_mine(desk, cohort, user) for cohort in shown]
    return Reply((say.me(mine, _solo(desk, workspace, user)),))


def ask_to_leave(desk: Desk, cohort: Cohort) -> Reply:
    """Ask a member before their membership ends: it takes answers with it."""
    return Reply((say.leaving(cohort, desk.guide(cohort)),))


def ask_to_pause(desk: Desk, event: ButtonPressed, cohort_id: CohortId) -> Reply:
    """Ask an organiser before a button stops the posts of everybody."""
    cohort = desk.cohort(event.workspace, cohort_id)
    cohorts.require_organiser(cohort, event, "pause")
    if cohort.status == "ended":
        raise TooLate("This cohort has ended.")
    return Reply((say.pausing(cohort, desk.guide(cohort)),))


def _mine(desk: Desk, cohort: Cohort, user: UserId) -> Mine:
    found = desk.work.members.get(cohort.id, user)
    member = found if found is not None and not found.left else None
    guide = desk.guide(cohort)
    prompts = [p for p in desk.work.prompts.of(cohort.id) if p.closes_at > desk.now]
    newest = prompts[-1] if prompts else None
    return Mine(
        cohort=cohort,
        guide=guide,
        member=member,
        today=desk.today(cohort),
        own_day=desk.own_day(cohort, member),
        open_question=guide.question(newest.question).prompt if newest else None,
        closes_at=newest.closes_at if newest else None,
        answers=people.own_answers(desk, cohort, guide, user) if member else (),
        reviewed=people.reviewed_lately(desk, cohort, guide, user) if member else (),
        owed=people.owed(desk, cohort, guide, user) if member else (),
        total=standings.total(desk, cohort, user) if member else None,
        ahead=posting.ahead(desk, cohort, 1),
    )


def _solo(desk: Desk, workspace: WorkspaceId, user: UserId) -> Solo:
    everywhere = homes.personal(workspace)
    under_way = (desk.work.practices.open_of(at, user) for at in everywhere)
    current = next((each for each in under_way if each is not None), None)
    guide = desk.guides.get(current.guide) if current else None
    asked = guide.question(current.question).prompt if guide and current else None
    learned = [card for at in everywhere for card in desk.work.practices.cards(at, user)]
    coming = [card.due_at for card in learned if card.due_at > desk.now]
    zone = cards.zone_of(desk, workspace, user)
    return Solo(
        open_question=asked,
        due=len(learned) - len(coming),
        next_on=cadence.local_day(zone, min(coming)) if coming else None,
    )
