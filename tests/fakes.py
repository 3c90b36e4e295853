"""The store, in memory: the same promises as a database, kept as simply as can be.

A transaction works on a copy of everything, which takes the place of the original when it
commits.  The contract tests hold this and the real databases to the same behaviour.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import TypeVar

from bot.domain.calibration import Calibration
from bot.domain.digests import Deferred
from bot.domain.practice import Card, Practice
from bot.errors import Conflict
from bot.ids import (
    CohortId,
    DeliveryKey,
    PracticeId,
    UserId,
    WorkspaceId,
)
from bot.ports.storage import Due, DueKind
from bot.ports.work import Work
from tests.fake_coaching import FakeAnswers, FakeCohorts, FakeMembers, FakePrompts, FakeReviews
from tests.fake_erasure import FakeErasure
from tests.fake_letters import FakeLetters
from tests.fake_outbox import FakeOutbox, FakeRelay
from tests.fake_tables import Tables, refuse_if

T = TypeVar("T")


class FakeInbox:
    """See bot.ports.Inbox."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def first(self, workspace: WorkspaceId, key: DeliveryKey, now: datetime) -> bool:
        if (workspace, key) in self._tables.inbox:
            return False
        self._tables.inbox[workspace, key] = now
        return True

    def forget(self, before: datetime) -> int:
        old = [key for key, at in self._tables.inbox.items() if at < before]
        for key in old:
            del self._tables.inbox[key]
        return len(old)


class FakePractices:
    """See bot.ports.Practices."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def get(self, workspace: WorkspaceId, practice: PracticeId) -> Practice | None:
        found = self._tables.practices.get(practice)
        return found if found and found.workspace == workspace else None

    def open_of(self, workspace: WorkspaceId, user: UserId) -> Practice | None:
        return next((each for each in self.of(workspace, user) if each.open), None)

    def all_open(self) -> tuple[Practice, ...]:
        found = [practice for practice in self._tables.practices.values() if practice.open]
        return tuple(sorted(found, key=lambda each: (each.workspace, each.user)))

    def homes(self, platform: str, user: UserId) -> tuple[WorkspaceId, ...]:
        found = [each for each in self.all_open() if each.user == user]
        here = [each for each in found if each.workspace.startswith(f"{platform}:")]
        here.sort(key=lambda each: each.asked_at, reverse=True)
        return tuple(each.workspace for each in here)

    def of(self, workspace: WorkspaceId, user: UserId) -> tuple[Practice, ...]:
        mine = (workspace, user)
        found = [p for p in self._tables.practices.values() if (p.workspace, p.user) == mine]
        return tuple(sorted(found, key=lambda each: (each.asked_at, each.id)))

    def save(self, practice: Practice) -> None:
        other = self.open_of(practice.workspace, practice.user)
        refuse_if(practice.open and other is not None and other.id != practice.id)
        self._tables.practices[practice.id] = practice

    def cards(self, workspace: WorkspaceId, user: UserId) -> tuple[Card, ...]:
        mine = (workspace, user)
        return tuple(c for key, c in sorted(self._tables.cards.items()) if key[:2] == mine)

    def save_card(self, card: Card) -> None:
        self._tables.cards[card.workspace, card.user, card.guide, card.question] = card


class FakeCalibrations:
    """See bot.ports.Calibrations."""

    def __init__(self, tables: Tables) -> None:
        self._rated = tables.calibrations

    def of(self, cohort: CohortId, user: UserId | None = None) -> tuple[Calibration, ...]:
        found = [each for each in self._rated.values() if each.cohort == cohort]
        theirs = [each for each in found if user in (None, each.user)]
        return tuple(sorted(theirs, key=lambda each: (each.at, each.user, each.model)))

    def save(self, calibration: Calibration) -> None:
        self._rated[calibration.cohort, calibration.user, calibration.model] = calibration


class FakeDigests:
    """See bot.ports.Digests."""

    def __init__(self, tables: Tables) -> None:
        self._deferred = tables.deferred

    def defer(self, deferred: Deferred) -> None:
        self._deferred.setdefault(deferred.id, deferred)

    def of(self, workspace: WorkspaceId, user: UserId) -> tuple[Deferred, ...]:
        them = (workspace, user)
        found = [each for each in self._deferred.values() if (each.workspace, each.user) == them]
        return tuple(sorted(found, key=lambda each: (each.at, each.id)))

    def clear(self, workspace: WorkspaceId, user: UserId) -> None:
        for each in self.of(workspace, user):
            del self._deferred[each.id]


class FakeLedger:
    """See bot.ports.Ledger."""

    def __init__(self, tables: Tables) -> None:
        self._ledger = tables.ledger

    def enter(self, cohort: CohortId, kind: str, day: date, outcome: str, now: datetime) -> bool:
        if (cohort, kind, day) in self._ledger:
            return False
        self._ledger[cohort, kind, day] = (outcome, now)
        return True

    def of(self, cohort: CohortId) -> tuple[tuple[str, date, str], ...]:
        found = [
            (now, day, kind, outcome)
            for (where, kind, day), (outcome, now) in self._ledger.items()
            if where == cohort
        ]
        return tuple((kind, day, outcome) for _, day, kind, outcome in sorted(found))

    def last(self, cohort: CohortId, kind: str) -> datetime | None:
        found = (
            now
            for (where, what, _), (outcome, now) in self._ledger.items()
            if (where, what) == (cohort, kind) and outcome in ("posted", "late")
        )
        return max(found, default=None)


class FakeAgenda:
    """See bot.ports.Agenda."""

    def __init__(self, tables: Tables) -> None:
        self._agenda = tables.agenda

    def set(self, due: Due) -> None:
        self._agenda[due.workspace, due.kind, due.subject] = due

    def add(self, due: Due) -> None:
        self._agenda.setdefault((due.workspace, due.kind, due.subject), due)

    def clear(self, workspace: WorkspaceId, kind: DueKind, subject: str) -> None:
        self._agenda.pop((workspace, kind, subject), None)

    def due(self, now: datetime, limit: int) -> tuple[Due, ...]:
        found = [(due.at, key, due) for key, due in self._agenda.items() if due.at <= now]
        return tuple(due for _, _, due in sorted(found, key=lambda each: each[:2])[:limit])

    def next_at(self) -> datetime | None:
        return min((due.at for due in self._agenda.values()), default=None)


class MemoryWork:
    """See bot.ports.Work."""

    def __init__(self, tables: Tables) -> None:
        self.inbox = FakeInbox(tables)
        self.cohorts = FakeCohorts(tables)
        self.members = FakeMembers(tables)
        self.prompts = FakePrompts(tables)
        self.answers = FakeAnswers(tables)
        self.reviews = FakeReviews(tables)
        self.practices = FakePractices(tables)
        self.calibrations = FakeCalibrations(tables)
        self.digests = FakeDigests(tables)
        self.ledger = FakeLedger(tables)
        self.agenda = FakeAgenda(tables)
        self.outbox = FakeOutbox(tables.outbox)
        self.relay = FakeRelay(tables.outbox)
        self.letters = FakeLetters(tables.outbox)
        self.erasure = FakeErasure(tables)


class MemoryStore:
    """See bot.ports.Store."""

    def __init__(self) -> None:
        self.tables = Tables()

    async def run(self, call: Callable[[Work], T]) -> T:
        return self.call(call)

    def call(self, call: Callable[[Work], T]) -> T:
        """Do the same where there is no event loop."""
        for tries_left in (2, 1, 0):
            tables = self.tables.copy()
            try:
                result = call(MemoryWork(tables))
            except Conflict:
                if not tries_left:
                    raise
            else:
                self.tables = tables
                return result
        raise AssertionError("unreachable")

    def close(self) -> None:
        """Do nothing: there is nothing to give back."""
