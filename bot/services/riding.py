"""Riding along: what waits for a digest is said below something that comes anyway.

    waits --> rides with a result, and is kept with it for a while
          --> rides with a request (reminders only)
          --> is told in a digest

Rule: who rides with a result stays there when the result is corrected; so the words are kept
until it is hardly corrected any more.  A reminder is one line in the next request, not kept:
once that is answered nothing is left to remind of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.domain import budget
from bot.domain.digests import Deferred
from bot.ids import CohortId, PostKey, ReviewId, UserId, WorkspaceId
from bot.messages import Message
from bot.ports.work import Work
from bot.voice import digests as say

KEPT: Final = timedelta(days=7)
"""How long riders are kept for corrections."""
_ABOARD: Final = "aboard:"
"""How the subject of a rider begins; the rest is the key of its result."""


def waiting(work: Work, workspace: WorkspaceId, user: UserId) -> list[Deferred]:
    """Return what waits to be said to somebody, oldest first."""
    return [each for each in work.digests.of(workspace, user) if not _rides(each)]


def riding(work: Work, workspace: WorkspaceId, user: UserId, now: datetime) -> list[Deferred]:
    """Return what rides with somebody's results and is still kept."""
    found = work.digests.of(workspace, user)
    return [each for each in found if _rides(each) and now - each.at < KEPT]


def keep(
    work: Work, workspace: WorkspaceId, user: UserId, kept: Sequence[Deferred], now: datetime
) -> None:
    """Let only `kept` wait for somebody; what rides already stays as long as it is needed."""
    aboard = riding(work, workspace, user, now)
    work.digests.clear(workspace, user)
    for each in (*kept, *aboard):
        work.digests.defer(each)


def take_along(work: Work, result: Deferred, now: datetime) -> Deferred:
    """Return a result with what waits for its reader and has room in it."""
    there = waiting(work, result.workspace, result.user)
    able = [each for each in there if _may_ride(work, each, result.cohort)]
    riders = budget.aboard(result.message, able)
    if not riders or work.outbox.receipt(PostKey(result.id)) is not None:
        return result
    keep(work, result.workspace, result.user, [e for e in there if e not in riders], now)
    for each in riders:
        work.digests.defer(replace(each, subject=f"{_ABOARD}{result.id}", at=now))
    return replace(result, message=say.along(result.message, [e.message for e in riders]))


def still_aboard(
    work: Work, workspace: WorkspaceId, user: UserId, of: str, message: Message
) -> Message:
    """Return a corrected message with what rode with it before."""
    there = work.digests.of(workspace, user)
    riders = [each for each in there if each.subject == f"{_ABOARD}{of}"]
    able = budget.aboard(message, riders)
    return say.along(message, [each.message for each in able]) if able else message


def reminders(
    work: Work, workspace: WorkspaceId, user: UserId, cohort: CohortId, now: datetime
) -> int:
    """Take the reminders that wait, and return how many reviews they are about."""
    there = waiting(work, workspace, user)
    taken = [e for e in there if e.cohort == cohort and e.subject.startswith(budget.REMINDER)]
    if not taken:
        return 0
    keep(work, workspace, user, [each for each in there if each not in taken], now)
    found = work.reviews.open_for(workspace, user)
    return sum(each.cohort == cohort and each.asked_at < now for each in found)


def in_vain(work: Work, said: Deferred) -> bool:
    """Tell whether this reminds of a review that waits no more."""
    if not said.subject.startswith(budget.REMINDER):
        return False
    review = work.reviews.get(said.workspace, ReviewId(said.subject[len(budget.REMINDER) :]))
    return review is None or review.status != "asked"


def _may_ride(work: Work, said: Deferred, cohort: CohortId) -> bool:
    result = said.subject.startswith(budget.RESULT)
    return said.cohort == cohort and not result and not in_vain(work, said)


def _rides(said: Deferred) -> bool:
    return said.subject.startswith(_ABOARD)
