"""The desk a service call works at: one transaction, one instant, and what it may use."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from random import Random

from bot.domain import cadence
from bot.domain.cohorts import Cohort
from bot.domain.members import Member
from bot.errors import NoCohortHere, NotAMember
from bot.ids import CohortId, PostKey, UserId, WorkspaceId
from bot.messages import Direct, InChannel, Message, Place
from bot.ports.outgoing import Edit, Outgoing, Post
from bot.ports.storage import Due, DueKind
from bot.ports.work import Work
from content.schema import Guide


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
        """Yield the members who may be asked for something today."""
        day = self.today(cohort)
        return (member for member in self.work.members.of(cohort.id) if member.present(day))

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
    ) -> PostKey:
        """Put a message into the outbox, to be sent not before `at`, and return its key.

        What a cohort says in private nobody asked for: if it is held up, it waits for the morning.
        """
        post_key = key or PostKey(self.new_id())
        where = cohort.workspace if cohort else workspace
        assert where is not None, "a message needs a workspace"
        night = None
        if isinstance(place, Direct):
            place = self._reached(where, place.user, cohort)
        if isinstance(place, Direct) and cohort is not None:
            night = cadence.next_night(cohort.plan, at or self.now)
        outgoing = Outgoing(
            post_key,
            where,
            place,
            Post(message),
            at or self.now,
            subject,
            cohort.id if cohort else None,
            night,
        )
        self.work.outbox.put(outgoing)
        return post_key

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

    def tell_organisers(self, cohort: Cohort, message: Message) -> None:
        """Say something to every organiser in private, but not at night."""
        morning = cadence.considerate(cohort.plan, self.now)
        for organiser in sorted(cohort.organisers):
            self.post(Direct(organiser), message, cohort, at=morning)

    def change(
        self,
        cohort: Cohort | None,
        place: Place,
        of: PostKey,
        message: Message,
        *,
        workspace: WorkspaceId | None = None,
    ) -> None:
        """Replace a message of ours."""
        where = cohort.workspace if cohort else workspace
        assert where is not None, "a message needs a workspace"
        outgoing = Outgoing(
            PostKey(self.new_id()), where, place, Edit(of, message), self.now,
            cohort=cohort.id if cohort else None,
        )  # fmt: skip
        self.work.outbox.put(outgoing)

    def schedule(
        self, workspace: WorkspaceId, kind: DueKind, subject: str, at: datetime | None
    ) -> None:
        """Put down when a subject is to be looked at next; `None` for never."""
        if at is None:
            self.work.agenda.clear(workspace, kind, subject)
        else:
            self.work.agenda.set(Due(workspace, kind, subject, at))
