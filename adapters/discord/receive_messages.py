"""Messages that were written, changed or deleted.

Rule: only what a person wrote counts, and only in a direct message or in what may be a thread.  The
thread in which we speak to somebody alone is a direct message by another name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from adapters.discord.markdown import addressed, readable
from adapters.discord.receive_ours import DIRECT, Ours, workspace_of
from adapters.discord.receive_values import (
    Body,
    flag,
    ident,
    idents,
    items,
    maybe,
    moment,
    name,
    number,
    part,
    parts,
    said_at,
    words,
)
from bot.ids import ChannelId, DeliveryKey, MessageId, UserId, WorkspaceId
from bot.inbound import Author, Inbound, MessageDeleted, MessageEdited, MessageSaid

_DEFAULT, _REPLY = 0, 19
WRITTEN: Final = frozenset({_DEFAULT, _REPLY})
"""Types of messages that a person wrote; all others are notices."""
_THREADS: Final = frozenset({10, 11, 12})
NOBODY: Final = Author(UserId(""), "")


def said(told: Body, ours: Ours, now: datetime) -> tuple[Inbound, ...]:
    """Return what a new message tells."""
    del now
    message, place = ident(told, "id"), _place(told, ours)
    content, files = words(told, "content"), files_of(told)
    # Without the content intent everything arrives empty: nothing was answered with that.
    if place is None or not _by_person(told, ours) or not (content.strip() or files):
        return ()
    if not place.direct and (_is_for_us(content, ours) or message == place.channel):
        return ()
    return (
        MessageSaid(
            workspace=place.workspace,
            by=author_of(told),
            at=said_at(message),
            key=DeliveryKey(f"m:{place.channel}:{message}"),
            channel=place.channel,
            message=MessageId(message),
            text=_readable(told, content, ours),
            thread=place.thread,
            direct=place.direct,
            files=files,
        ),
    )


def edited(told: Body, ours: Ours, now: datetime) -> tuple[Inbound, ...]:
    """Return what a changed message tells."""
    del now
    message, place = ident(told, "id"), _place(told, ours)
    # A link's preview, a pin or a new thread changes a message, but not when it was edited.
    edited_at, content = moment(told, "edited_timestamp"), words(told, "content")
    if place is None or edited_at is None or not _by_person(told, ours):
        return ()
    hidden = not content and not ours.reads and place.workspace != DIRECT
    if "content" not in told or hidden:
        return ()
    if not place.direct and (_is_for_us(content, ours) or message == place.channel):
        return ()
    return (
        MessageEdited(
            workspace=place.workspace,
            by=author_of(told),
            at=edited_at,
            key=DeliveryKey(f"e:{place.channel}:{message}:{name(told, 'edited_timestamp')}"),
            channel=place.channel,
            message=MessageId(message),
            text=_readable(told, content, ours),
            thread=place.thread,
            direct=place.direct,
            said_at=said_at(message),
        ),
    )


def deleted(told: Body, ours: Ours, now: datetime) -> tuple[Inbound, ...]:
    """Return what a deleted message tells."""
    return _gone(told, [ident(told, "id")], ours, now)


def deleted_many(told: Body, ours: Ours, now: datetime) -> tuple[Inbound, ...]:
    """Return what many deleted messages tell."""
    return _gone(told, idents(told, "ids"), ours, now)


def _gone(told: Body, messages: list[str], ours: Ours, now: datetime) -> tuple[Inbound, ...]:
    place = _place(told, ours)
    if place is None:
        return ()
    return tuple(
        MessageDeleted(
            workspace=place.workspace,
            by=NOBODY,
            at=now,
            key=DeliveryKey(f"d:{place.channel}:{message}"),
            channel=place.channel,
            message=MessageId(message),
        )
        for message in messages
    )


def spoken_to(told: Body, ours: Ours) -> MessageSaid | None:
    """Return a message in a server that begins with a mention of us: a command that was typed.

    Raises:
        Malformed: If it is not of the form Discord sends.
    """
    guild, message, content = maybe(told, "guild_id"), ident(told, "id"), words(told, "content")
    if not guild or not _by_person(told, ours) or not _is_for_us(content, ours):
        return None
    channel = ident(told, "channel_id")
    if _is_alone(told, channel, ours):
        return None
    return MessageSaid(
        workspace=workspace_of(guild),
        by=author_of(told),
        at=said_at(message),
        key=DeliveryKey(f"m:{channel}:{message}"),
        channel=ChannelId(channel),
        message=MessageId(message),
        text=addressed(content, ours.user) or "",
    )


def files_of(message: Body) -> int:
    """Return how many files and stickers a message has."""
    return len(items(message, "attachments")) + len(items(message, "sticker_items"))


def author_of(message: Body) -> Author:
    """Return who wrote a message."""
    user = part(message, "author")
    return Author(UserId(ident(user, "id")), display_name(user, part(message, "member")))


def display_name(user: Body, member: Body) -> str:
    """Return what somebody is called: in their server, else everywhere, else their handle."""
    shown = (name(member, "nick"), name(user, "global_name"), name(user, "username"))
    return next((each.strip() for each in shown if each.strip()), "")


def is_persons(message: Body) -> bool:
    """Tell whether a person wrote a message, rather than a bot, a webhook or Discord itself."""
    user = part(message, "author")
    machine = flag(user, "bot") or flag(user, "system") or maybe(message, "webhook_id")
    return number(message, "type") in WRITTEN and not machine


def _by_person(told: Body, ours: Ours) -> bool:
    return is_persons(told) and ident(told, "author", "id") != ours.user


def _is_for_us(content: str, ours: Ours) -> bool:
    # Whoever speaks to us in a channel means a command, which only `/coach` can answer privately.
    return addressed(content, ours.user) is not None


def _readable(told: Body, content: str, ours: Ours) -> str:
    names = {
        maybe(user, "id"): display_name(user, part(user, "member"))
        for user in parts(told, "mentions")
    }
    return readable(content, lambda user: names.get(user, ""), ours.channel_name, ours.role_name)


@dataclass(frozen=True, slots=True)
class _Place:
    workspace: WorkspaceId
    channel: ChannelId
    thread: MessageId | None
    direct: bool


def _place(told: Body, ours: Ours) -> _Place | None:
    """Return where a message stands, if in a direct message or in what may be a thread."""
    guild, channel = maybe(told, "guild_id"), ident(told, "channel_id")
    if not guild:
        return _Place(DIRECT, ChannelId(channel), None, direct=True)
    # Only some events tell the type, and an archived thread may be unknown to us: the engine
    # knows its own threads, so what may be one is let through.
    kind = told.get("channel_type")
    known = (kind in _THREADS) if isinstance(kind, int) else ours.parent_of(channel) != ""
    if not known:
        return None
    if _is_alone(told, channel, ours):
        return _Place(workspace_of(guild), ChannelId(channel), None, direct=True)
    return _Place(workspace_of(guild), ChannelId(channel), MessageId(channel), direct=False)


def _is_alone(told: Body, channel: str, ours: Ours) -> bool:
    """Tell whether its author and we are alone in the thread; of a deletion nobody tells."""
    author = maybe(part(told, "author"), "id")
    return bool(author) and ours.alone_with(channel, author)
