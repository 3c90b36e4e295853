"""Digests: what was too much for one day, told in one message the next morning.

    used up --> deferred, and the morning on the agenda --> told together, and cleared
                rides along with a result before that (`bot.services.riding`)

Rule: posting and clearing are one transaction, and the key of the post comes from what is in
it; so nothing is told twice, and nothing is lost.  What a cohort's end does not take away stays:
its last line is told.  Whoever left the cohort hears nothing of it; whoever is muted by now only
results; and nobody is reminded of a review that waits no more.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from bot.domain import budget, cadence
from bot.domain.cohorts import Cohort
from bot.domain.digests import Deferred
from bot.ids import ReviewId, UserId, WorkspaceId
from bot.messages import Reply
from bot.services import riding
from bot.services.desk import Desk
from bot.voice import digests as say
from bot.voice import handing

SHOWN = 6
"""Messages that `why` explains."""
DIGEST = "digest:"
"""The subject of a digest."""


def decide(desk: Desk, workspace: WorkspaceId, user: UserId) -> None:
    """Tell somebody what had to wait, unless it is night for them again."""
    desk.schedule(workspace, "digest", user, None)
    waiting = riding.waiting(desk.work, workspace, user)
    kept = [each for each in waiting if _is_wanted(desk, each)]
    riding.keep(desk.work, workspace, user, kept, desk.now)
    if not kept:
        if riding.riding(desk.work, workspace, user, desk.now):
            desk.schedule(workspace, "digest", user, desk.now + riding.KEPT)
        return
    cohort = desk.cohort(workspace, kept[0].cohort)
    plan = desk.lives_by(cohort, user)
    morning = cadence.considerate(plan, desk.now)
    if morning > desk.now:
        desk.schedule(workspace, "digest", user, morning)
        return
    _post_results(desk, cohort, kept)
    _post_digest(desk, cohort, user)
    again = riding.waiting(desk.work, workspace, user)
    desk.schedule(
        workspace, "digest", user,
        budget.digest_at(plan, desk.now) if again else desk.now + riding.KEPT,
    )  # fmt: skip


def why(desk: Desk, workspace: WorkspaceId, user: UserId, cohort: Cohort | None) -> Reply:
    """Explain the last messages somebody was sent in private."""
    last = desk.work.outbox.lately(workspace, user, SHOWN)
    told = [(at, subject, _because(desk, workspace, subject)) for at, subject in last]
    waiting = len(riding.waiting(desk.work, workspace, user))
    if cohort is None:
        return Reply((say.why(told, desk.zone, budget.LIMIT, waiting, False, None),))
    found = desk.work.members.get(cohort.id, user)
    member = found if found is not None and not found.left else None
    until = member.muted_until if member and desk.muted(cohort, member) else None
    zone, left = desk.lives_by(cohort, user).zone, desk.left(cohort, user)
    return Reply((say.why(told, zone, left, waiting, member is not None, until),))


def _because(desk: Desk, workspace: WorkspaceId, subject: str) -> str:
    """Return why this very person was asked for a review; never whose answer it is."""
    kind, _, key = subject.partition(":")
    review = desk.work.reviews.get(workspace, ReviewId(key)) if kind == "review" else None
    return handing.reason(review.reason) if review is not None else ""


def _post_results(desk: Desk, cohort: Cohort, kept: Sequence[Deferred]) -> None:
    """Post the results that the day has room for, oldest first; one always goes."""
    results = [each for each in kept if each.subject.startswith(budget.RESULT)]
    if not results:
        return
    first = results[0]
    expected = _expected(desk, cohort, first.user)
    slots = desk.left(cohort, first.user) - expected.before("result")
    for each in results[: max(slots, 1)]:
        waiting = riding.waiting(desk.work, each.workspace, each.user)
        rest = [other for other in waiting if other.id != each.id]
        riding.keep(desk.work, each.workspace, each.user, rest, desk.now)
        # Nothing but results waits for whoever is muted, so nothing else can ride along.
        its_own = desk.cohort(each.workspace, each.cohort)
        _send(desk, its_own, riding.take_along(desk.work, each, desk.now))


def _post_digest(desk: Desk, cohort: Cohort, user: UserId) -> None:
    """Post as one digest what found no ride, unless it can still find one today."""
    waiting = riding.waiting(desk.work, cohort.workspace, user)
    group = [each for each in waiting if not each.subject.startswith(budget.RESULT)]
    left, expected = desk.left(cohort, user), _expected(desk, cohort, user)
    spare = left - expected.before("aside")
    # A digest goes on a morning without results, however much was said already.
    room = left > 0 or len(group) == len(waiting)
    if not group or not room or not budget.in_time(group, desk.now, spare):
        return
    rest = [each for each in waiting if each not in group]
    riding.keep(desk.work, cohort.workspace, user, rest, desk.now)
    for part in budget.parted(group):
        name = sha256(" ".join(each.id for each in part).encode()).hexdigest()[:22]
        said = Deferred(
            f"digest-{name}", cohort.workspace, user, cohort.id,
            say.leftovers([each.message for each in part]), desk.now, DIGEST,
        )  # fmt: skip
        _send(desk, cohort, said)


def _expected(desk: Desk, cohort: Cohort, user: UserId) -> budget.Expected:
    return desk.expected(cohort, desk.work.members.get(cohort.id, user), desk.now)


def _send(desk: Desk, cohort: Cohort, said: Deferred) -> None:
    night = cadence.next_night(desk.lives_by(cohort, said.user), desk.now)
    desk.send(desk.reached(cohort, said.user), said, desk.now, night)


def _is_wanted(desk: Desk, said: Deferred) -> bool:
    """Tell whether something is still to be told."""
    cohort = desk.work.cohorts.get(said.workspace, said.cohort)
    if cohort is None:
        return False
    member = desk.work.members.get(cohort.id, said.user)
    if (member is None or member.left) and not cohort.led_by(said.user):
        return False
    if desk.muted(cohort, member) and not said.subject.startswith(budget.RESULT):
        return False
    return not riding.in_vain(desk.work, said)
