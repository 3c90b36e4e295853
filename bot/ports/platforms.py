"""One platform as delivery and settling see it: what it shows, takes and refuses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.ids import (
    ChannelId,
    CohortId,
    MessageId,
    PostKey,
    PracticeId,
    PromptId,
    UserId,
    WorkspaceId,
)
from bot.messages import Message, Place
from bot.ports.outgoing import Receipt


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
    """What is re-read on the platform when settling.

    Threads, posts that are rated, channels, and direct messages with somebody who practises,
    from the post of the question on.
    """

    threads: tuple[tuple[WorkspaceId, PromptId, Receipt], ...] = ()
    posts: tuple[tuple[WorkspaceId, PostKey, Receipt], ...] = ()
    channels: tuple[tuple[WorkspaceId, CohortId, ChannelId], ...] = ()
    directs: tuple[tuple[WorkspaceId, PracticeId, Receipt], ...] = ()


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

    async def since(self, post: Receipt) -> Sequence[SeenMessage]:
        """Return everything written in a direct message after a post of ours, oldest first."""

    async def reactions(self, at: Receipt) -> Sequence[SeenReaction]:
        """Return who reacted with what to a post of ours."""

    async def people(self, channel: ChannelId) -> Sequence[UserId]:
        """Return who is in the channel now, without closed accounts."""


class Couriers(Protocol):
    """The couriers of all workspaces that this process serves."""

    @property
    def platforms(self) -> frozenset[str]:
        """Return the platforms connected: the first halves of workspace ids.

        Of a platform that several processes divide, the workspaces that are this one's.
        """

    def of(self, workspace: WorkspaceId) -> Courier | None:
        """Return the workspace's courier; `None` while this process is not connected to it."""
