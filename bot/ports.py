"""What the engine needs from the outside, as promises.

Promises on storage hold inside one transaction (`Work`): what is written is seen by later
calls of the same transaction, and by nobody else until it is committed.  `Store.run`
commits when its call returns and keeps nothing when it raises.

Whoever implements a port says only "See bot.ports.X".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, Protocol, TypeVar

from bot.domain.answers import Answer
from bot.domain.cohorts import Cohort
from bot.domain.members import Member
from bot.domain.practice import Card, Practice
from bot.domain.prompts import Prompt
from bot.domain.reviews import Review
from bot.ids import (
    AnswerId,
    ChannelId,
    CohortId,
    DeliveryKey,
    MessageId,
    PostKey,
    PracticeId,
    PromptId,
    ReviewId,
    UserId,
    WorkspaceId,
)
from bot.messages import Message, Place

T = TypeVar("T")

# --- values that cross the ports -----------------------------------------------------------

DueKind = Literal["cohort", "answer", "practice"]


@dataclass(frozen=True, slots=True)
class Due:
    """Something to decide at `at`; at most one per (workspace, kind, subject)."""

    workspace: WorkspaceId
    kind: DueKind
    subject: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Post:
    """Post `message`."""

    message: Message
    kind: Literal["post"] = "post"


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the message posted as `of` by `message`; harmless when done twice."""

    of: PostKey
    message: Message
    kind: Literal["edit"] = "edit"


@dataclass(frozen=True, slots=True)
class Mark:
    """Put the coach's reaction on a member's message (or take it off); harmless twice."""

    channel: ChannelId
    message: MessageId
    emoji: str
    on: bool = True
    kind: Literal["mark"] = "mark"


Act = Post | Edit | Mark


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One thing to do on the platform.

    `key` is unique for ever: putting the same key twice keeps the first.  `subject` says what
    a post stands for ("prompt:ID", "review:ID", "practice:ID", "rate:ID", "result:ID" or ""),
    so that what people do with it can be understood.  `cohort` is told if it fails for good.
    """

    key: PostKey
    workspace: WorkspaceId
    place: Place
    act: Act
    at: datetime
    subject: str = ""
    cohort: CohortId | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where the platform put a post."""

    channel: ChannelId
    message: MessageId


@dataclass(frozen=True, slots=True)
class Posted:
    """A post of ours that arrived."""

    key: PostKey
    subject: str
    receipt: Receipt
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Load:
    """How busy one reviewer of a cohort is.

    `open` reviews asked and not yet rated; `recent` asked since a given instant; `lapses` and
    `rated` of those.
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


# --- storage -------------------------------------------------------------------------------


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

    def add(self, prompt: Prompt) -> None:
        """Insert.  Raises `Conflict` if the cohort has one on that day or of that question."""


class Answers(Protocol):
    """Answers, with every message heard for them."""

    def get(self, workspace: WorkspaceId, answer: AnswerId) -> Answer | None:
        """Return the answer."""

    def by(self, prompt: PromptId, author: UserId) -> Answer | None:
        """Return the author's answer to the prompt."""

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
        """Return all answers to a prompt, by author."""

    def of(
        self, cohort: CohortId, since: datetime | None = None, author: UserId | None = None
    ) -> tuple[Answer, ...]:
        """Return answers whose first message was said since an instant, oldest first.

        Withdrawn ones are among them.
        """

    def save(self, answer: Answer) -> None:
        """Insert or replace, together with what was heard.

        Raises `Conflict` if the author has another answer to the prompt.
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

    def reviewed_by(self, cohort: CohortId, reviewer: UserId, since: datetime) -> frozenset[UserId]:
        """Return whose answers `reviewer` was asked to review since an instant."""

    def save(self, review: Review) -> None:
        """Insert or replace.  Raises `Conflict` if the reviewer has another of the same answer."""


class Practices(Protocol):
    """Solo practice and its memory.  At most one open practice per workspace and user."""

    def get(self, workspace: WorkspaceId, practice: PracticeId) -> Practice | None:
        """Return the practice."""

    def open_of(self, workspace: WorkspaceId, user: UserId) -> Practice | None:
        """Return the one the user is at."""

    def of(self, workspace: WorkspaceId, user: UserId) -> tuple[Practice, ...]:
        """Return all of the user's, oldest first."""

    def save(self, practice: Practice) -> None:
        """Insert or replace.  Raises `Conflict` if the user has another one open."""

    def cards(self, workspace: WorkspaceId, user: UserId) -> tuple[Card, ...]:
        """Return the user's cards, of all guides."""

    def save_card(self, card: Card) -> None:
        """Insert or replace."""


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

    def clear(self, workspace: WorkspaceId, kind: DueKind, subject: str) -> None:
        """Take the subject off."""

    def due(self, now: datetime, limit: int) -> tuple[Due, ...]:
        """Return what is due at `now`, earliest first."""

    def next_at(self) -> datetime | None:
        """Return when the earliest is due."""


class Outbox(Protocol):
    """What is to be said, in order per channel, and what became of it."""

    def put(self, outgoing: Outgoing) -> None:
        """Enqueue behind everything put before for the same place; a known key is ignored."""

    def posted(
        self, workspace: WorkspaceId, channel: ChannelId, message: MessageId
    ) -> Posted | None:
        """Return which post of ours a platform message is."""

    def receipt(self, key: PostKey) -> Receipt | None:
        """Return where a post arrived; `None` while it has not."""

    def retract(self, key: PostKey) -> bool:
        """Take back a post nobody has tried to send yet; tell whether that was possible."""


class Erasure(Protocol):
    """Takes a person out of everything."""

    def forget(self, workspace: WorkspaceId, user: UserId, alias: UserId) -> None:
        """Leave no name, id or text of `user`; their ratings of others stay under `alias`.

        Their answers, practices, cards and anything waiting to be sent to them are deleted,
        and every stored message about them is emptied of its text.
        """


class Work(Protocol):
    """One transaction over everything stored."""

    @property
    def inbox(self) -> Inbox: ...
    @property
    def cohorts(self) -> Cohorts: ...
    @property
    def members(self) -> Members: ...
    @property
    def prompts(self) -> Prompts: ...
    @property
    def answers(self) -> Answers: ...
    @property
    def reviews(self) -> Reviews: ...
    @property
    def practices(self) -> Practices: ...
    @property
    def ledger(self) -> Ledger: ...
    @property
    def agenda(self) -> Agenda: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def relay(self) -> Relay: ...
    @property
    def erasure(self) -> Erasure: ...


class Store(Protocol):
    """Runs a call in one transaction of its own, away from the event loop."""

    async def run(self, call: Callable[[Work], T]) -> T:
        """Run `call` and commit; on an exception keep nothing and raise it.

        After a `Conflict` the call is run again, twice at most: it must not change anything
        but what it is given.
        """


# --- delivery ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Claimed:
    """One head of a channel, leased to one relay.

    `unsure` means an earlier attempt began and nobody knows how it ended: reconcile first.
    `since` is when that attempt began; `attempts` counts this one, too.  `thread` and `target`
    are the receipts its place and its act refer to.  `token` is the fence: settling with an old
    one changes nothing.
    """

    outgoing: Outgoing
    token: int
    attempts: int
    unsure: bool
    since: datetime
    thread: Receipt | None = None
    target: Receipt | None = None


class Relay(Protocol):
    """The outbox as seen by whoever sends.

    Per lane (channel or direct message) only the oldest unsettled row can be claimed, so
    order holds; a dead row is settled and blocks nobody.  A row whose thread or target has
    not arrived yet cannot be claimed; if that one died, the row dies with it.
    """

    def claim(self, now: datetime, lease: timedelta, limit: int) -> tuple[Claimed, ...]:
        """Lease heads that are ready, or whose lease is over (those are `unsure`)."""

    def sent(self, claimed: Claimed, receipt: Receipt | None, now: datetime) -> bool:
        """Settle as sent; false if the lease was lost to another relay."""

    def retry(self, claimed: Claimed, at: datetime, error: str, *, unsure: bool) -> bool:
        """Give back, to be tried not before `at`; `unsure` if it may have arrived."""

    def hold(self, claimed: Claimed, until: datetime, *, workspace: bool = False) -> bool:
        """Give back untried; its lane, or the whole workspace, is claimed not before `until`."""

    def dead(self, claimed: Claimed, error: str, now: datetime) -> bool:
        """Settle as undeliverable."""

    def next_at(self) -> datetime | None:
        """Return the earliest instant at which something may become claimable."""

    def counts(self) -> dict[str, int]:
        """Return how many rows are in each state."""

    def dead_letters(self, limit: int) -> tuple[tuple[Outgoing, str], ...]:
        """Return dead rows with their error, newest first."""


class SendError(Exception):
    """A platform did not take something."""


class Refused(SendError):
    """It never will: channel gone, direct messages closed, text not acceptable.

    `reason` is a short code fit for a log; `closed` is true where a person, not the message,
    cannot be reached.
    """

    def __init__(self, reason: str, *, closed: bool = False) -> None:
        self.reason = reason
        self.closed = closed
        super().__init__(reason)


class TryLater(SendError):
    """Not now; nothing arrived.

    `after` is what the platform asked for, `None` if it did not say; `workspace` is true
    where it holds for everything sent to the workspace.
    """

    def __init__(
        self, reason: str, after: timedelta | None = None, *, workspace: bool = False
    ) -> None:
        self.reason = reason
        self.after = after
        self.workspace = workspace
        super().__init__(reason)


class Unknown(SendError):
    """Nobody knows whether it arrived: a reply never came."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class SeenMessage:
    """A message as the platform shows it now."""

    message: MessageId
    user: UserId
    name: str
    is_bot: bool
    text: str
    said_at: datetime
    revised_at: datetime
    files: int = 0


@dataclass(frozen=True, slots=True)
class SeenReaction:
    """A reaction as the platform shows it now."""

    user: UserId
    emoji: str


@dataclass(frozen=True, slots=True)
class Watched:
    """What is re-read on the platform when settling: threads, posts that are rated, channels."""

    threads: tuple[tuple[WorkspaceId, PromptId, Receipt], ...]
    posts: tuple[tuple[WorkspaceId, PostKey, Receipt], ...]
    channels: tuple[tuple[WorkspaceId, CohortId, ChannelId], ...]


class Courier(Protocol):
    """One platform, as far as delivery and settling need it.

    Every method raises a `SendError`, and nothing else, when the platform does not do it.
    """

    async def post(
        self, place: Place, message: Message, key: PostKey, thread: Receipt | None
    ) -> Receipt:
        """Post and return where.  `key` is kept with the post, opaque, so it can be found."""

    async def edit(self, at: Receipt, message: Message) -> None:
        """Replace a post of ours."""

    async def mark(self, at: Receipt, emoji: str, *, on: bool) -> None:
        """Put our reaction on a message, or take it off; already so is success."""

    async def find(
        self, place: Place, key: PostKey, since: datetime, thread: Receipt | None
    ) -> Receipt | None:
        """Look up whether a post with `key` arrived since an instant."""

    async def thread(self, root: Receipt) -> Sequence[SeenMessage]:
        """Return everything written in a post's thread, oldest first."""

    async def reactions(self, at: Receipt) -> Sequence[SeenReaction]:
        """Return who reacted with what to a post of ours."""

    async def people(self, channel: ChannelId) -> Sequence[UserId]:
        """Return who is in the channel now, without closed accounts."""


# --- the outside's own time and dice, given by app/ ------------------------------------------


class Clock(Protocol):
    """Tells the present moment."""

    def __call__(self) -> datetime:
        """Return now, aware, in UTC."""


class NewId(Protocol):
    """Makes ids that are never repeated."""

    def __call__(self) -> str:
        """Return a new opaque id of at most 22 characters, of letters, digits, `-` and `_`."""
