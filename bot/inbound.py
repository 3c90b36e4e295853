"""What people do, as it reaches the engine: a closed union of small facts.

Every event names the workspace it happened in, who did it and when (`at`, the
platform's own time where it tells one), and carries a delivery key built from what
happened rather than from the platform's event id, because one happening may arrive
several times under different ids.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from bot.ids import ChannelId, DeliveryKey, MessageId, UserId, WorkspaceId


@dataclass(frozen=True, slots=True)
class Author:
    """Who did it.  `name` is what the platform shows; `is_bot` is true for any bot, us included."""

    id: UserId
    name: str
    is_bot: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Event:
    workspace: WorkspaceId
    by: Author
    at: datetime
    key: DeliveryKey


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageSaid(_Event):
    """Somebody wrote a message, or it is seen again.

    `thread` is the message whose thread it was written in; `None` at channel level.
    `direct` is true in a direct message with the coach.  `files` counts attachments.
    """

    channel: ChannelId
    message: MessageId
    text: str
    thread: MessageId | None = None
    direct: bool = False
    files: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageEdited(_Event):
    """The text of a message is now `text`; `at` is when it was changed."""

    channel: ChannelId
    message: MessageId
    text: str
    thread: MessageId | None = None
    direct: bool = False
    said_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageDeleted(_Event):
    """A message is gone.  `by` may be nobody known (`UserId("")`): platforms do not say who."""

    channel: ChannelId
    message: MessageId


@dataclass(frozen=True, slots=True, kw_only=True)
class Reacted(_Event):
    """A reaction was put on (`added`) or taken off a message; `emoji` is Unicode, tone folded."""

    channel: ChannelId
    message: MessageId
    emoji: str
    added: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReactionsCleared(_Event):
    """All reactions of a message are gone, or all with one `emoji`; `by` may be nobody known."""

    channel: ChannelId
    message: MessageId
    emoji: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandGiven(_Event):
    """Somebody said a command: `text` is what stands after the coach's name.

    `channel` is `None` in a direct message with the coach.
    """

    channel: ChannelId | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ButtonPressed(_Event):
    """A button of ours was pressed: `action` is what `bot.messages.Button.action` said."""

    channel: ChannelId | None
    action: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSubmitted(_Event):
    """A form of ours was sent: `action` is the form's, `fields` its values by field name.

    A field left empty is missing.  Fields that allow several values join them with commas.
    """

    channel: ChannelId | None
    action: str
    fields: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class MembershipChanged(_Event):
    """Somebody entered (`present`) or left the channel, or their account was closed.

    `channel` is `None` when it concerns the whole workspace.
    """

    channel: ChannelId | None
    present: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortcutUsed(_Event):
    """Somebody chose a shortcut of ours on a message, theirs or ours.

    `channel` is the message's, also in a direct message with the coach (`direct`).  `thread` is
    the message in whose thread it stands; `None` at channel level.
    """

    channel: ChannelId
    message: MessageId
    thread: MessageId | None = None
    direct: bool = False
    name: Literal["practise", "second-take"]


Inbound = (
    MessageSaid
    | MessageEdited
    | MessageDeleted
    | Reacted
    | ReactionsCleared
    | CommandGiven
    | ButtonPressed
    | FormSubmitted
    | ShortcutUsed
    | MembershipChanged
)


def cleaned(event: Inbound) -> Inbound:
    """Return the event with nothing in its words that cannot be stored.

    JSON may hold half a character (a lone surrogate) or a NUL, which no database takes; an
    event that cannot be kept would be sent again for ever.
    """
    by = replace(event.by, name=clean(event.by.name))
    match event:
        case MessageSaid() | MessageEdited() | CommandGiven():
            return replace(event, by=by, text=clean(event.text))
        case Reacted():
            return replace(event, by=by, emoji=clean(event.emoji))
        case ButtonPressed():
            return replace(event, by=by, action=clean(event.action))
        case FormSubmitted():
            fields = {clean(name): clean(value) for name, value in event.fields.items()}
            return replace(event, by=by, action=clean(event.action), fields=fields)
        case _:
            return replace(event, by=by)


def clean(words: str) -> str:
    """Return `words` without what cannot be stored."""
    return words.encode("utf-8", "replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")
