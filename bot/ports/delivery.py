"""The outbox from both sides: who puts something in, and who sends it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.ids import ChannelId, MessageId, PostKey, UserId, WorkspaceId
from bot.ports.outgoing import Outgoing, Posted, Receipt


class Outbox(Protocol):
    """What is to be said, in order per channel, and what became of it."""

    def put(self, outgoing: Outgoing) -> None:
        """Enqueue behind everything put before for the same place; a known key is ignored.

        An edit takes the place of an edit of the same post that nobody has tried to send yet.
        """

    def posted(
        self, workspace: WorkspaceId, channel: ChannelId, message: MessageId
    ) -> Posted | None:
        """Return which post of ours a platform message is."""

    def receipt(self, key: PostKey) -> Receipt | None:
        """Return where a post arrived; `None` while it has not."""

    def told(self, workspace: WorkspaceId, user: UserId, since: datetime) -> int:
        """Return how many posts about a cohort were put for one person in private since.

        Those taken back do not count, and of very many only the newest do.
        """

    def lately(
        self, workspace: WorkspaceId, user: UserId, limit: int
    ) -> tuple[tuple[datetime, str], ...]:
        """Return when the last posts arrived in private for one person, newest first.

        Each with its subject.
        """

    def retract(self, key: PostKey) -> bool:
        """Take back a post nobody has tried to send yet; tell whether that was possible."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """One head of a channel, leased to one relay.

    `unsure` means an earlier attempt began and nobody knows how it ended: reconcile first.
    `since` is when that attempt began; `attempts` counts this one, too.  `thread` and `target`
    are the receipts its place and its act refer to.  `token` is the fence: settling with an old
    one changes nothing.  `abandoned` means that a lease ran out: where clocks may be wrong,
    whoever had it may be sending still.
    """

    outgoing: Outgoing
    token: int
    attempts: int
    unsure: bool
    since: datetime
    thread: Receipt | None = None
    target: Receipt | None = None
    abandoned: bool = False


class Relay(Protocol):
    """The outbox as seen by whoever sends.

    Per lane (channel or direct message) only the oldest unsettled row can be claimed, so
    order holds; a dead row is settled and blocks nobody.  A row that is wanted later than one
    behind it (`at`) lets that one pass, but never an edit another edit of the same post.  A row
    whose thread or target has not arrived yet cannot be claimed; if that one died, the row dies
    with it.
    """

    def claim(
        self,
        now: datetime,
        lease: timedelta,
        limit: int,
        platforms: frozenset[str] | None = None,
    ) -> tuple[Claimed, ...]:
        """Lease heads that are ready, or whose lease is over (those are `unsure`).

        Only those for `platforms` (the first halves of workspace ids, or single workspaces of a
        platform that several processes divide), where given: the rest waits for a process that
        is connected to them.  A row in its `night` is put off to the
        end of it instead, untried; its lane waits with it.
        """

    @property
    def singly(self) -> bool:
        """Whether what each call here does is kept at once, also if a later one fails."""

    def sent(self, claimed: Claimed, receipt: Receipt | None, now: datetime) -> bool:
        """Settle as sent; false if the lease was lost to another relay."""

    def retry(self, claimed: Claimed, at: datetime, error: str, *, unsure: bool) -> bool:
        """Give back, to be tried not before `at`; `unsure` if it may have arrived."""

    def hold(self, claimed: Claimed, until: datetime, *, workspace: bool = False) -> bool:
        """Give back untried; its lane, or the whole workspace, is claimed not before `until`."""

    def dead(self, claimed: Claimed, error: str, now: datetime) -> bool:
        """Settle as undeliverable."""

    def next_at(self, platforms: frozenset[str] | None = None) -> datetime | None:
        """Return the earliest instant at which something (for `platforms`) may be claimable."""

    def counts(self) -> dict[str, int]:
        """Return how many rows are in each state."""
