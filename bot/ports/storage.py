"""What is kept of each noun.

Promises hold inside one transaction (`bot.ports.work.Work`): what is written is seen by later
calls of the same transaction, and by nobody else until it is committed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol

from bot.domain.answers import Answer
from bot.domain.calibration import Calibration
from bot.domain.cohorts import Cohort
from bot.domain.digests import Deferred
from bot.domain.members import Member
from bot.domain.practice import Card, Practice
from bot.domain.prompts import Prompt
from bot.domain.reviews import Review, Status
from bot.ids import (
    AnswerId,
    ChannelId,
    CohortId,
    DeliveryKey,
    MessageId,
    PracticeId,
    PromptId,
    ReviewId,
    UserId,
    WorkspaceId,
)

DueKind = Literal["cohort", "answer", "count", "practice", "report", "digest"]


@dataclass(frozen=True, slots=True)
class Due:
    """Something to decide at `at`; at most one per (workspace, kind, subject)."""

    workspace: WorkspaceId
    kind: DueKind
    subject: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Load:
    """How busy one reviewer of a cohort is.

    `open` reviews asked and not yet rated; `recent` asked since a given instant and not passed on;
    `lapses` and `rated` of those.
    """

    user: UserId
    open: int
    recent: int
    lapses: int
    rated: int


@dataclass(frozen=True, slots=True)
class Pairing:
    """How often, and when last, `reviewer` was asked to review a given author."""

    reviewer: UserId
    times: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """That somebody was asked for a review, and what became of it."""

    reviewer: UserId
    author: UserId
    status: Status
    because: str


class Inbox(Protocol):
    """Remembers what arrived, so that it is handled once."""

    def first(self, workspace: WorkspaceId, key: DeliveryKey, now: datetime) -> bool:
        """Remember `key`; tell whether it is new.  Two transactions never both get true."""

    def forget(self, before: datetime) -> int:
        """Forget keys remembered before an instant; return how many."""


class Cohorts(Protocol):
    """Cohorts of all workspaces.  At most one that has not ended per workspace and channel."""

    def get(self, workspace: WorkspaceId, cohort: CohortId) -> Cohort | None:
        """Return the cohort; where rows can be locked it stays ours until the commit."""

    def at(self, workspace: WorkspaceId, channel: ChannelId) -> Cohort | None:
        """Return the channel's cohort: the one not ended, else the one that ended last."""

    def of(self, workspace: WorkspaceId, user: UserId) -> tuple[Cohort, ...]:
        """Return the cohorts in which `user` is a member who has not left, newest first."""

    def led(self, workspace: WorkspaceId, user: UserId) -> tuple[Cohort, ...]:
        """Return the cohorts that `user` organises, newest first."""

    def homes(self, platform: str, user: UserId) -> tuple[WorkspaceId, ...]:
        """Return the platform's workspaces in which `user` organises a cohort, newest first."""

    def alive(self) -> tuple[Cohort, ...]:
        """Return every cohort of every workspace that has not ended (for nightly settling)."""

    def save(self, cohort: Cohort) -> None:
        """Insert or replace.  Raises `Conflict` if the channel has another one not ended."""


class Members(Protocol):
    """Members of cohorts."""

    def get(self, cohort: CohortId, user: UserId) -> Member | None:
        """Return the member, also one who has left."""

    def of(self, cohort: CohortId) -> tuple[Member, ...]:
        """Return all members, also those who have left, by the time they joined, then by id."""

    def homes(self, platform: str, user: UserId) -> tuple[WorkspaceId, ...]:
        """Return the platform's workspaces in which `user` has joined a cohort, newest first.

        Those in which they are still a member come before those they have left.
        """

    def by(self, workspace: WorkspaceId, user: UserId) -> tuple[Member, ...]:
        """Return all memberships of one person, also ended ones, by joining, then by cohort."""

    def save(self, member: Member) -> None:
        """Insert or replace."""

    def rename(self, workspace: WorkspaceId, user: UserId, name: str) -> None:
        """Bring the display name up to date in all cohorts of the workspace."""


class Prompts(Protocol):
    """Posted questions."""

    def get(self, workspace: WorkspaceId, prompt: PromptId) -> Prompt | None:
        """Return the prompt."""

    def of(self, cohort: CohortId) -> tuple[Prompt, ...]:
        """Return the cohort's prompts, oldest first."""

    def closing(self, since: datetime, until: datetime) -> tuple[Prompt, ...]:
        """Return prompts of every workspace that close in `since < closes_at <= until`."""

    def add(self, prompt: Prompt) -> None:
        """Insert.  Raises `Conflict` if the cohort has one on that day or of that question."""


class Answers(Protocol):
    """Answers, with every message heard for them."""

    def get(self, workspace: WorkspaceId, answer: AnswerId) -> Answer | None:
        """Return the answer."""

    def by(self, prompt: PromptId, author: UserId, take: int = 1) -> Answer | None:
        """Return the author's answer to the prompt, or their second take."""

    def with_message(
        self, workspace: WorkspaceId, channel: ChannelId, message: MessageId
    ) -> Answer | None:
        """Return the answer for which the message was heard, whether or not it counts."""

    def bury(
        self, workspace: WorkspaceId, channel: ChannelId, message: MessageId, at: datetime
    ) -> None:
        """Remember that a message nobody heard of was deleted; the earliest time stays."""

    def buried(
        self, workspace: WorkspaceId, channel: ChannelId, message: MessageId
    ) -> datetime | None:
        """Return when a message was deleted before it was heard, if it was."""

    def to(self, prompt: PromptId) -> tuple[Answer, ...]:
        """Return all answers to a prompt, by author, then by take."""

    def count(self, prompt: PromptId) -> int:
        """Return how many first takes of a prompt there are that are not withdrawn."""

    def of(
        self, cohort: CohortId, since: datetime | None = None, author: UserId | None = None
    ) -> tuple[Answer, ...]:
        """Return answers whose first message was said since an instant, oldest first.

        Withdrawn ones are among them.
        """

    def save(self, answer: Answer) -> None:
        """Insert or replace, together with what was heard.

        Raises `Conflict` if the author has another one of this take.
        """


class Reviews(Protocol):
    """Reviews."""

    def get(self, workspace: WorkspaceId, review: ReviewId) -> Review | None:
        """Return the review."""

    def of(self, answer: AnswerId) -> tuple[Review, ...]:
        """Return the answer's reviews in the order they were asked, then by id."""

    def open_for(self, workspace: WorkspaceId, user: UserId) -> tuple[Review, ...]:
        """Return what the user is asked and has not rated, oldest first, over all cohorts."""

    def by(self, cohort: CohortId, reviewer: UserId) -> tuple[Review, ...]:
        """Return everything a member was asked to review in a cohort, oldest first."""

    def rated_in(
        self, cohort: CohortId, since: datetime | None = None, until: datetime | None = None
    ) -> tuple[Review, ...]:
        """Return reviews of a cohort with a rating last changed in `since <= at < until`."""

    def loads(self, cohort: CohortId, since: datetime) -> tuple[Load, ...]:
        """Return the load of everybody ever asked in the cohort; `recent` counts from `since`."""

    def pairings(self, cohort: CohortId, author: UserId) -> tuple[Pairing, ...]:
        """Return with whom the author was paired as reviewer, over the cohort's whole history."""

    def asked_since(self, cohort: CohortId, since: datetime) -> tuple[Asked, ...]:
        """Return what was asked in a cohort since an instant, oldest first, then by id."""

    def save(self, review: Review) -> None:
        """Insert or replace.  Raises `Conflict` if the reviewer has another of the same answer."""


class Practices(Protocol):
    """Solo practice and its memory.  At most one open practice per workspace and user."""

    def get(self, workspace: WorkspaceId, practice: PracticeId) -> Practice | None:
        """Return the practice."""

    def open_of(self, workspace: WorkspaceId, user: UserId) -> Practice | None:
        """Return the one the user is at."""

    def all_open(self) -> tuple[Practice, ...]:
        """Return every practice that somebody is at, of all workspaces (for settling)."""

    def homes(self, platform: str, user: UserId) -> tuple[WorkspaceId, ...]:
        """Return the platform's workspaces in which `user` is at a practice, newest first."""

    def of(self, workspace: WorkspaceId, user: UserId) -> tuple[Practice, ...]:
        """Return all of the user's, oldest first."""

    def save(self, practice: Practice) -> None:
        """Insert or replace.  Raises `Conflict` if the user has another one open."""

    def cards(self, workspace: WorkspaceId, user: UserId) -> tuple[Card, ...]:
        """Return the user's cards, of all guides."""

    def save_card(self, card: Card) -> None:
        """Insert or replace."""


class Calibrations(Protocol):
    """How members rated the guide's model answers."""

    def of(self, cohort: CohortId, user: UserId | None = None) -> tuple[Calibration, ...]:
        """Return all of a cohort, or one member's, oldest first, then by user and model."""

    def save(self, calibration: Calibration) -> None:
        """Insert or replace."""


class Digests(Protocol):
    """What is not said yet, because enough was said to somebody on that day."""

    def defer(self, deferred: Deferred) -> None:
        """Keep something for the person's next digest; a known id is ignored."""

    def of(self, workspace: WorkspaceId, user: UserId) -> tuple[Deferred, ...]:
        """Return what waits for somebody, oldest first, then by id."""

    def clear(self, workspace: WorkspaceId, user: UserId) -> None:
        """Drop what waits for somebody."""


class Ledger(Protocol):
    """What became of each occurrence: the reason why nothing is posted twice."""

    def enter(self, cohort: CohortId, kind: str, day: date, outcome: str, now: datetime) -> bool:
        """Enter (cohort, kind, local date); tell whether it is new.

        `outcome` is "posted", "late" or "missed".  Two transactions never both get true.
        """

    def of(self, cohort: CohortId) -> tuple[tuple[str, date, str], ...]:
        """Return (kind, local date, outcome) of everything entered, oldest first."""

    def last(self, cohort: CohortId, kind: str) -> datetime | None:
        """Return when an occurrence of a kind was last entered as posted or late."""


class Agenda(Protocol):
    """What is to be decided when; cost follows what is due, not how much exists."""

    def set(self, due: Due) -> None:
        """Put down when the subject is due, in place of what was there."""

    def add(self, due: Due) -> None:
        """Put down when the subject is due, unless it is on the agenda already.

        Whoever takes that entry off sees what was done here, or this is done again.
        """

    def clear(self, workspace: WorkspaceId, kind: DueKind, subject: str) -> None:
        """Take the subject off."""

    def due(self, now: datetime, limit: int) -> tuple[Due, ...]:
        """Return what is due at `now`, earliest first.

        What is returned is ours until the commit: meanwhile others do not get it, and go on
        to what is due next.
        """

    def next_at(self) -> datetime | None:
        """Return when the earliest is due."""


class Erasure(Protocol):
    """Takes a person out of everything."""

    def forget(self, workspace: WorkspaceId, user: UserId, alias: UserId) -> None:
        """Leave no name, id or text of `user`; their ratings of others stay under `alias`.

        Their answers, practices, cards and anything waiting to be sent to them are deleted,
        and every stored message about them is emptied of its text.
        """
