"""What Discord's gateway tells, as facts for the engine, or nothing.

Rule: pure, and it never raises.  Whatever is not by a person, not about anything the engine could
care for, or not of the form Discord sends, is nothing; what remains carries a key built from what
happened, never from a number of the session.

A message in a thread stands in the channel of the thread's id, which is also that of the message
the thread hangs on.  Reactions have no time and no id of their own: the moment they were heard is
theirs, so that the last one heard counts; where the order was lost, Discord is read again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from adapters.discord.emojis import emoji_of
from adapters.discord.receive_messages import (
    NOBODY,
    deleted,
    deleted_many,
    display_name,
    edited,
    said,
    spoken_to,
)
from adapters.discord.receive_ours import DIRECT, Ours, workspace_of
from adapters.discord.receive_values import Body, Malformed, flag, ident, maybe, name, part
from bot.ids import ChannelId, DeliveryKey, MessageId, UserId, WorkspaceId
from bot.inbound import Author, Inbound, MembershipChanged, MessageSaid, Reacted, ReactionsCleared

__all__ = ["DIRECT", "Ours", "receive", "removed_from", "spoken", "workspace_of"]


def receive(frame: Mapping[str, object], ours: Ours, now: datetime) -> tuple[Inbound, ...]:
    """Return what an event of the gateway tells: nearly always one thing or nothing.

    `now` is used where Discord tells no moment of its own.
    """
    try:
        happened = EVENTS.get(name(frame, "t"))
        return happened(part(frame, "d"), ours, now) if happened else ()
    except Malformed:
        return ()


def spoken(frame: Mapping[str, object], ours: Ours) -> MessageSaid | None:
    """Return a message in a server that is meant for us alone, if an event tells one.

    It is no answer, and what it asks for is not for everybody's eyes.
    """
    try:
        if name(frame, "t") != "MESSAGE_CREATE":
            return None
        return spoken_to(part(frame, "d"), ours)
    except Malformed:
        return None


def removed_from(frame: Mapping[str, object]) -> WorkspaceId | None:
    """Return the workspace that we are in no more, if an event tells that."""
    try:
        if name(frame, "t") != "GUILD_DELETE" or flag(frame, "d", "unavailable"):
            return None
        return workspace_of(ident(frame, "d", "id"))
    except Malformed:
        return None


# --- reactions ---------------------------------------------------------------------------


def _reacted(told: Body, ours: Ours, now: datetime) -> tuple[Inbound, ...]:
    return _tapped(told, ours, now, added=True)


def _unreacted(told: Body, ours: Ours, now: datetime) -> tuple[Inbound, ...]:
    return _tapped(told, ours, now, added=False)


def _tapped(told: Body, ours: Ours, now: datetime, *, added: bool) -> tuple[Inbound, ...]:
    user, emoji = ident(told, "user_id"), _emoji(told)
    member = part(told, "member")
    if not emoji or user == ours.user or flag(member, "user", "bot"):
        return ()
    channel, message, sign = ident(told, "channel_id"), ident(told, "message_id"), "-+"[added]
    key = f"r:{channel}:{message}:{user}:{emoji}:{sign}:{_stamp(now)}"
    return (
        Reacted(
            workspace=workspace_of(maybe(told, "guild_id")),
            by=Author(UserId(user), display_name(part(member, "user"), member)),
            at=now,
            key=DeliveryKey(key),
            channel=ChannelId(channel),
            message=MessageId(message),
            emoji=emoji,
            added=added,
        ),
    )


def _cleared(told: Body, ours: Ours, now: datetime) -> tuple[Inbound, ...]:
    del ours
    channel, message, emoji = ident(told, "channel_id"), ident(told, "message_id"), _emoji(told)
    return (
        ReactionsCleared(
            workspace=workspace_of(maybe(told, "guild_id")),
            by=NOBODY,
            at=now,
            key=DeliveryKey(f"x:{channel}:{message}:{emoji}:{_stamp(now)}"),
            channel=ChannelId(channel),
            message=MessageId(message),
            emoji=emoji or None,
        ),
    )


def _cleared_one(told: Body, ours: Ours, now: datetime) -> tuple[Inbound, ...]:
    return _cleared(told, ours, now) if _emoji(told) else ()


def _emoji(told: Body) -> str:
    emoji = part(told, "emoji")
    return emoji_of(name(emoji, "name"), maybe(emoji, "id")) if name(emoji, "name") else ""


def _stamp(now: datetime) -> int:
    return round(now.timestamp() * 1_000_000)


# --- members -----------------------------------------------------------------------------


def _left(told: Body, ours: Ours, now: datetime) -> tuple[Inbound, ...]:
    guild, user = ident(told, "guild_id"), part(told, "user")
    if flag(user, "bot") or ident(user, "id") == ours.user:
        return ()
    return (
        MembershipChanged(
            workspace=workspace_of(guild),
            by=Author(UserId(ident(user, "id")), display_name(user, {})),
            at=now,
            key=DeliveryKey(f"j:{guild}:{ident(user, 'id')}:-:{_stamp(now)}"),
            channel=None,
            present=False,
        ),
    )


_Happened = Callable[[Body, Ours, datetime], tuple[Inbound, ...]]
EVENTS: Final[Mapping[str, _Happened]] = {
    "MESSAGE_CREATE": said,
    "MESSAGE_UPDATE": edited,
    "MESSAGE_DELETE": deleted,
    "MESSAGE_DELETE_BULK": deleted_many,
    "MESSAGE_REACTION_ADD": _reacted,
    "MESSAGE_REACTION_REMOVE": _unreacted,
    "MESSAGE_REACTION_REMOVE_ALL": _cleared,
    "MESSAGE_REACTION_REMOVE_EMOJI": _cleared_one,
    "GUILD_MEMBER_REMOVE": _left,
}
