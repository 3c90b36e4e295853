"""The desk a service call works at: one transaction, one instant, and what it may use."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random

from bot.domain import budget, cadence
from bot.domain.cohorts import Cohort, Plan
from bot.domain.digests import Deferred
from bot.domain.members import Member
from bot.errors import NoCohortHere, NotAMember
from bot.ids import CohortId, PostKey, UserId, WorkspaceId
from bot.messages import Direct, InChannel, Message, Place
from bot.ports.outgoing import Edit, Outgoing, Post
from bot.ports.storage import Due, DueKind
from bot.ports.work import Work
from bot.services import riding
from content.schema import Guide

ORGANISER = "organiser:"
"""The subject of what organisers are told as such."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What every service call is given."""

    work: Work
    now: datetime
    guides: Mapping[str, Guide]
    new_id: Callable[[], str]
    rng: Random
    zone: str
    """IANA zone for people who belong to no cohort, and of new cohorts."""

    def guide(self, cohort: Cohort) -> Guide:
        """Return the cohort's guide."""
        return self.guides[cohort.guide]

    def today(self, cohort: Cohort) -> date:
        """Return the cohort's date."""
        return cadence.local_day(cohort.plan.zone, self.now)

    def cohort(self, workspace: WorkspaceId, cohort: CohortId) -> Cohort:
        """Return a cohort that something stored refers to."""
        found = self.work.cohorts.get(workspace, cohort)
        if found is None:
            raise NoCohortHere
        return found

    def member(self, cohort: Cohort, user: UserId) -> Member:
        """Return a member who has not left, or refuse."""
        found = self.work.members.get(cohort.id, user)
        if found is None or found.left:
            raise NotAMember(cohort.id if cohort.status != "ended" else None)
        return found

    def is_member(self, cohort: Cohort, user: UserId) -> bool:
        """Tell whether somebody is a member who has not left."""
        found = self.work.members.get(cohort.id, user)
        return found is not None and not found.left

    def present(self, cohort: Cohort) -> Iterable[Member]:
        """Yield the members who may be asked for something today: neither away nor muted."""
        day = self.today(cohort)
        return (
            member
            for member in self.work.members.of(cohort.id)
            if member.present(day) and not self.muted(cohort, member)
        )

    # --- the reader's own clock and budget

    def lives_by(self, cohort: Cohort, user: UserId) -> Plan:
        """Return the plan by somebody's own clock."""
        member = self.work.members.get(cohort.id, user)
        return budget.own_plan(cohort.plan, member.zone if member else None)

    def muted(self, cohort: Cohort, member: Member | None) -> bool:
        """Tell whether a member is sent nothing unasked today."""
        return member is not None and member.muted(self.own_day(cohort, member))

    def own_day(self, cohort: Cohort, member: Member | None) -> date:
        """Return the date where a member lives."""
        zone = member.zone if member is not None else None
        return cadence.local_day(zone or cohort.plan.zone, self.now)

    def left(self, cohort: Cohort, user: UserId) -> int:
        """Return how many private messages are left for somebody, on the day they would read it.

        Where that is night now, this is the morning's.
        """
        plan = self.lives_by(cohort, user)
        return self._left(cohort, user, plan, cadence.considerate(plan, self.now))

    def stretch(self, cohort: Cohort, user: UserId) -> timedelta:
        """Return how much longer somebody's lease that begins now is, by their own nights."""
        plan, lease = self.lives_by(cohort, user), cohort.rules.lease
        if plan is cohort.plan:
            return timedelta()
        return budget.lease_end(plan, self.now, lease) - (self.now + lease)

    def _left(self, cohort: Cohort, user: UserId, plan: Plan, at: datetime) -> int:
        begins = budget.day_begins(plan.zone, at)
        return budget.left(self.work.outbox.told(cohort.workspace, user, begins))

    def expected(self, cohort: Cohort, member: Member | None, at: datetime) -> budget.Expected:
        """Return what is still to come for a member on the cohort's day of an instant."""
        day = cadence.local_day(cohort.plan.zone, at)
        if member is None or not member.present(day) or cohort.status != "running":
            return budget.Expected()
        week = self.now - timedelta(days=7)
        theirs = self.work.answers.of(cohort.id, week, author=member.user)
        results = min(sum(answer.status == "in_review" for answer in theirs), 1)
        questions = any(cadence.posting_days(cohort.plan, day, day))
        if not questions or member.mentor:
            return budget.Expected(results=results)
        asked = self._asked(cohort, member.user, day)
        before = self._asked(cohort, member.user, day - timedelta(days=1)) - asked
        to_come = budget.requests_to_come(cohort.rules.reviewers, asked, before)
        return budget.Expected(to_come, results)

    def _asked(self, cohort: Cohort, user: UserId, since: date) -> int:
        """Return how often somebody was asked for a review since a day began."""
        begins = cadence.instant(cohort.plan.zone, since, time.min)
        asked = self.work.reviews.asked_since(cohort.id, begins)
        return sum(each.reviewer == user for each in asked)

    def post(
        self,
        place: Place,
        message: Message,
        cohort: Cohort | None = None,
        *,
        workspace: WorkspaceId | None = None,
        subject: str = "",
        key: PostKey | None = None,
        at: datetime | None = None,
        urgent: bool = False,
    ) -> PostKey:
        """Put a message into the outbox, to be sent not before `at`, and return its key.

        What a cohort says in private nobody asked for: it waits for the reader's own morning, and
        where their day's budget is used up for the next digest; see `bot.domain.budget`.
        """
        post_key = key or PostKey(self.new_id())
        where = cohort.workspace if cohort else workspace
        assert where is not None, "a message needs a workspace"
        if isinstance(place, Direct):
            place = self._reached(where, place.user, cohort)
        if isinstance(place, Direct) and cohort is not None:
            self._post_in_private(
                place,
                # Of what was sent only its subject is kept: by it one can ask why it came.
                Deferred(
                    post_key, where, place.user, cohort.id, message, self.now,
                    subject or f"{message.topic}:",
                ),
                cohort,
                at or self.now,
                urgent=urgent,
            )  # fmt: skip
            return post_key
        outgoing = Outgoing(
            post_key, where, place, Post(message), at or self.now, subject,
            cohort.id if cohort else None,
        )  # fmt: skip
        self.work.outbox.put(outgoing)
        return post_key

    def _post_in_private(
        self, place: Direct, said: Deferred, cohort: Cohort, at: datetime, *, urgent: bool
    ) -> None:
        """Say something to one person now, in their digest, or not at all."""
        user, message = said.user, said.message
        member = self.work.members.get(cohort.id, user)
        plan = budget.own_plan(cohort.plan, member.zone if member else None)
        if plan is not cohort.plan:
            # By the cohort's own clock whoever decided this has seen to it.
            at = cadence.considerate(plan, at)
        kind, muted = (
            budget.kind_of(message, said.subject, urgent=urgent),
            self.muted(cohort, member),
        )
        fate = budget.fate(kind, 1, muted=muted)
        if fate == "now" and kind in ("result", "aside", "other"):
            remaining = self._left(cohort, user, plan, at)
            expected = self.expected(cohort, member, at)
            fate = budget.fate(
                kind, remaining, muted=muted, taps=bool(message.taps), expected=expected
            )
        if fate == "now" and kind == "result" and not muted:
            said = riding.take_along(self.work, said, self.now)
        if fate == "now":
            self.send(place, said, at, cadence.next_night(plan, at))
        elif fate == "later":
            self._defer(said, budget.digest_at(plan, at))

    def send(
        self, place: Direct, said: Deferred, at: datetime, night: tuple[datetime, datetime] | None
    ) -> None:
        """Put a private message into the outbox, whatever the budget."""
        outgoing = Outgoing(
            PostKey(said.id), said.workspace, place, Post(said.message), at, said.subject,
            said.cohort, night,
        )  # fmt: skip
        self.work.outbox.put(outgoing)

    def _defer(self, said: Deferred, at: datetime) -> None:
        if not riding.waiting(self.work, said.workspace, said.user):
            self.schedule(said.workspace, "digest", said.user, at)
        self.work.digests.defer(said)

    def _reworded(
        self, workspace: WorkspaceId, user: UserId, of: PostKey, message: Message
    ) -> bool:
        """Replace a message that waits for a digest; tell whether there was one."""
        waiting = riding.waiting(self.work, workspace, user)
        if not any(each.id == of for each in waiting):
            return False
        anew = [replace(each, message=message) if each.id == of else each for each in waiting]
        riding.keep(self.work, workspace, user, anew, self.now)
        return True

    def reached(self, cohort: Cohort, user: UserId) -> Direct:
        """Return how to speak to somebody in private about a cohort."""
        return self._reached(cohort.workspace, user, cohort)

    def _reached(self, workspace: WorkspaceId, user: UserId, cohort: Cohort | None) -> Direct:
        """Return how to speak to somebody in private, with channels that they can read.

        What is about one cohort stays with it; for the rest any cohort of theirs will do.
        """
        theirs = [cohort] if cohort is not None else self.work.cohorts.of(workspace, user)
        channels = tuple(each.channel for each in theirs)
        return Direct(user, next(iter(channels), None), channels[1:])

    def tell_channel(self, cohort: Cohort, message: Message) -> PostKey:
        """Say something in the cohort's channel."""
        return self.post(InChannel(cohort.channel), message, cohort)

    def tell(self, cohort: Cohort, user: UserId, message: Message, subject: str = "") -> PostKey:
        """Say something to one person in private."""
        return self.post(Direct(user), message, cohort, subject=subject)

    def tell_organisers(self, cohort: Cohort, message: Message, *, urgent: bool = False) -> None:
        """Say something to every organiser in private, but not at night.

        What is urgent needs them: it comes however much was said to them today.
        """
        for organiser in sorted(cohort.organisers):
            morning = cadence.considerate(self.lives_by(cohort, organiser), self.now)
            self.post(
                Direct(organiser), message, cohort, subject=ORGANISER, at=morning, urgent=urgent
            )

    def change(
        self,
        cohort: Cohort | None,
        place: Place,
        of: PostKey,
        message: Message,
        *,
        workspace: WorkspaceId | None = None,
    ) -> None:
        """Replace a message of ours, wherever it waits."""
        where = cohort.workspace if cohort else workspace
        assert where is not None, "a message needs a workspace"
        at = self.now
        if isinstance(place, Direct) and cohort is not None:
            if self._reworded(where, place.user, of, message):
                return
            at = self._after(cohort, place.user, of)
            message = riding.still_aboard(self.work, where, place.user, of, message)
        outgoing = Outgoing(
            PostKey(self.new_id()), where, place, Edit(of, message), at,
            cohort=cohort.id if cohort else None,
        )  # fmt: skip
        self.work.outbox.put(outgoing)

    def _after(self, cohort: Cohort, user: UserId, of: PostKey) -> datetime:
        """Return when a change can be made of a post that waits for its reader's morning.

        A change that is wanted earlier than its post would hold up everything behind it.
        """
        plan = self.lives_by(cohort, user)
        if plan is cohort.plan or self.work.outbox.receipt(of) is not None:
            return self.now
        return cadence.considerate(plan, self.now)

    def schedule(
        self, workspace: WorkspaceId, kind: DueKind, subject: str, at: datetime | None
    ) -> None:
        """Put down when a subject is to be looked at next; `None` for never."""
        if at is None:
            self.work.agenda.clear(workspace, kind, subject)
        else:
            self.work.agenda.set(Due(workspace, kind, subject, at))
