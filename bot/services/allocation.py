"""Who could review an answer now, and what was asked of the cohort today.

Nobody who is away, muted or gone is among them.  What is counted here is weighed by
`bot.domain.matching`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from bot.domain import budget, cadence, handing
from bot.domain.cohorts import Cohort
from bot.domain.matching import Candidate
from bot.domain.members import Member
from bot.domain.pairing import Day
from bot.ids import UserId
from bot.ports.storage import Asked, Load
from bot.services.desk import Desk

RECENT_DAYS = 21
"""How far back a reviewer's load and lapses are looked at: weeks, or silence is soon forgotten."""
LOOKS: Final = 24
"""How many moments of a lease are looked at to tell whether somebody sleeps through most of it."""


def pool(desk: Desk, cohort: Cohort, author: UserId) -> tuple[Candidate, ...]:
    """Return who could review an answer of `author` now."""
    since = _midnight(desk, cohort, RECENT_DAYS)
    loads = {load.user: load for load in desk.work.reviews.loads(cohort.id, since)}
    pairs = {pair.reviewer: pair for pair in desk.work.reviews.pairings(cohort.id, author)}
    asked = _asked_today(desk, cohort)
    returned = {each.author for each in asked if each.reviewer == author and _stands(each)}
    candidates = []
    for member in desk.present(cohort):
        if member.user == author:
            continue
        load = loads.get(member.user, Load(member.user, 0, 0, 0, 0))
        pair = pairs.get(member.user)
        theirs = [each for each in asked if each.reviewer == member.user]
        candidates.append(
            Candidate(
                user=member.user,
                open=load.open,
                recent=load.recent,
                lapses=load.lapses,
                rated=load.rated,
                times=pair.times if pair else 0,
                last_at=pair.last_at if pair else None,
                reciprocal=member.user in returned,
                today=sum(_stands(each) for each in theirs),
                resting=any(each.status == "passed" and each.because == "busy" for each in theirs),
                asleep=_asleep(desk, cohort, member),
                left=desk.left(cohort, member.user),
                mentor=member.mentor,
            )
        )
    return tuple(candidates)


def day(desk: Desk, cohort: Cohort, author: UserId) -> Day:
    """Return what was asked today, and whose answers of today still need reviewers."""
    pairs = frozenset((e.reviewer, e.author) for e in _asked_today(desk, cohort) if _stands(e))
    members = frozenset(m.user for m in desk.present(cohort) if not m.mentor)
    begun = {other for _, other in pairs}
    return Day(author, pairs, members - {author}, members - begun - {author})


def reviewers_today(desk: Desk, cohort: Cohort, author: UserId) -> frozenset[UserId]:
    """Return who was asked today to review an answer of `author`."""
    asked = _asked_today(desk, cohort)
    return frozenset(each.reviewer for each in asked if each.author == author and _stands(each))


def handed_back_today(desk: Desk, cohort: Cohort, user: UserId) -> bool:
    """Tell whether somebody has handed back what they were asked to review today."""
    asked = _asked_today(desk, cohort)
    return any(each.reviewer == user and each.status in handing.HANDED_BACK for each in asked)


def _asked_today(desk: Desk, cohort: Cohort) -> tuple[Asked, ...]:
    return desk.work.reviews.asked_since(cohort.id, _midnight(desk, cohort, 0))


def _stands(asked: Asked) -> bool:
    """Tell whether a request counts: what was passed on does not."""
    return asked.status != "passed"


def _midnight(desk: Desk, cohort: Cohort, days_ago: int) -> datetime:
    """Return the beginning of the cohort's day, or of one before it."""
    first = desk.today(cohort) - timedelta(days=days_ago)
    return cadence.instant(cohort.plan.zone, first, datetime.min.time())


def _asleep(desk: Desk, cohort: Cohort, member: Member) -> bool:
    """Tell whether the nights of a member's own zone are most of a lease that begins now."""
    if member.zone is None:
        return False
    plan = budget.own_plan(cohort.plan, member.zone)
    looks = (desk.now + cohort.rules.lease * n / LOOKS for n in range(LOOKS))
    return sum(cadence.considerate(plan, at) > at for at in looks) > LOOKS / 2
