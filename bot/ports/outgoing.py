"""What is to be said or done on a platform, and where it ended up: values, no promises."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from bot.ids import ChannelId, CohortId, MessageId, PostKey, WorkspaceId
from bot.messages import Message, Place


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
    a post stands for ("prompt:ID", "review:ID", "practice:ID", "rate:ID", "result:ID",
    "self:ID" or ""), so that what people do with it can be understood.  What a cohort says in
    private always has one ("remind:ID", "digest:", "organiser:", or its topic), by which it is
    explained.  `cohort` is told if it fails for good.  From the beginning of `night` until its
    end it is not sent, however late it is; the nights after that one do not keep it.
    """

    key: PostKey
    workspace: WorkspaceId
    place: Place
    act: Act
    at: datetime
    subject: str = ""
    cohort: CohortId | None = None
    night: tuple[datetime, datetime] | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where the platform put a post.

    `elsewhere` is true where that is a thread because a direct message is closed; it is the same
    place either way.
    """

    channel: ChannelId
    message: MessageId
    elsewhere: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Posted:
    """A post of ours that arrived."""

    key: PostKey
    subject: str
    receipt: Receipt
    sent_at: datetime
