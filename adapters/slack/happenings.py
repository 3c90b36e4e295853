"""What happened in a workspace: the events of Slack's Events API.

Rule: Slack tells one happening in several ways (a reply that is shown in the channel too, one
with files, a deletion that leaves a tombstone), and one way tells several happenings (a change
may be a new text or only a link's preview); here each becomes what it means.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from adapters.slack import emojis, moments
from adapters.slack.entities import addressed, readable, without
from adapters.slack.ours import Ours
from adapters.slack.payloads import Body, flag, ident, items, message, moment, name, part, words
from bot.ids import ChannelId, DeliveryKey, MessageId, UserId
from bot.inbound import (
    Author,
    CommandGiven,
    Inbound,
    MembershipChanged,
    MessageDeleted,
    MessageEdited,
    MessageSaid,
    Reacted,
)

_SAID: Final = frozenset({"", "thread_broadcast", "file_share", "me_message"})
"""Subtypes of messages that a person wrote."""
_ALMOST_A_SECOND: Final = timedelta(microseconds=999_999)
"""Slack tells the moment of a change in whole seconds."""


def happened(event: Body, ours: Ours, now: datetime) -> Inbound | None:
    """Return what an event tells; `None` if that is nothing to us.

    Raises:
        Malformed: If it is not of the form Slack sends.
    """
    of_type = _TYPES.get(name(event, "type"))
    return of_type(event, ours, now) if of_type else None


def display_name(event: Body) -> str:
    """Return the name a changed user goes by; "" if there is none."""
    profile = part(event, "user", "profile")
    shown = name(profile, "display_name").strip() or name(profile, "real_name").strip()
    return shown or name(event, "user", "real_name").strip() or name(event, "user", "name")


def is_direct(channel: str) -> bool:
    """Tell whether a channel is a direct message between two."""
    return channel.startswith("D")


def thread_of(written: Body) -> MessageId | None:
    """Return the message whose thread it stands in; the first of a thread stands in none."""
    if written.get("thread_ts") is None:
        return None
    thread = message(written, "thread_ts")
    return None if thread == written.get("ts") else MessageId(thread)


# --- messages ----------------------------------------------------------------------------


def _message(event: Body, ours: Ours, now: datetime) -> Inbound | None:
    subtype = name(event, "subtype")
    if subtype in _SAID:
        return _said(event, ours, now)
    if subtype == "message_changed":
        changed = part(event, "message")
        if name(changed, "subtype") == "tombstone":
            return _gone(event, message(changed, "ts"), ours, now)
        return _changed(event, changed, ours)
    if subtype == "message_deleted":
        return _gone(event, message(event, "deleted_ts"), ours, now)
    return None


def _said(event: Body, ours: Ours, now: datetime) -> MessageSaid | None:
    channel, ts, thread = ident(event, "channel"), message(event, "ts"), thread_of(event)
    direct = is_direct(channel)
    if not _by_person(event, ours) or not (thread or direct):
        return None
    written, files = words(event, "text"), len(items(event, "files"))
    command = addressed(written, ours.bot_user)
    # Outside direct messages the event `app_mention` brings a command, and must bring it alone.
    if not (written or files) or (command is not None and not direct):
        return None
    return MessageSaid(
        workspace=ours.workspace,
        by=_author(event, ours),
        at=moment(event, "ts") or now,
        key=DeliveryKey(f"m:{channel}:{ts}"),
        channel=ChannelId(channel),
        message=MessageId(ts),
        text=readable(written if command is None else command, ours.name_of),
        thread=thread,
        direct=direct,
        files=files,
    )


def _changed(event: Body, changed: Body, ours: Ours) -> MessageEdited | None:
    channel, ts, thread = ident(event, "channel"), message(changed, "ts"), thread_of(changed)
    direct = is_direct(channel)
    changed_at = moment(changed, "edited", "ts")
    if changed_at is None or not _by_person(changed, ours) or not (thread or direct):
        return None
    written, before = words(changed, "text"), part(event, "previous_message")
    # The preview of a link, a pin or a guess at the language changes a message, not its text.
    same = "text" in before and words(before, "text") == written
    command = addressed(written, ours.bot_user)
    if name(changed, "subtype") not in _SAID or same:
        return None
    # What is changed is never a command, so a mention of us only stands before what was said.
    text = readable(command or written, ours.name_of)
    said_at = moment(changed, "ts")
    assert said_at is not None, "every message has a timestamp"
    # Two changes within one second tell the same moment; what was changed, and when Slack told
    # of it, tells them apart.
    checksum = f"{zlib.crc32(written.encode('utf-8')):08x}"
    edit = f"{name(changed, 'edited', 'ts')}:{name(event, 'ts')}:{checksum}"
    return MessageEdited(
        workspace=ours.workspace,
        by=_author(changed, ours),
        at=_exactly(changed_at, moment(event, "ts")),
        key=DeliveryKey(f"e:{channel}:{ts}:{edit}"),
        channel=ChannelId(channel),
        message=MessageId(ts),
        text=text,
        thread=thread,
        direct=direct,
        said_at=said_at,
    )


def _exactly(changed_at: datetime, told_at: datetime | None) -> datetime:
    """Return when a change was made: its event's moment puts those within a second in order."""
    return min(max(told_at or changed_at, changed_at), changed_at + _ALMOST_A_SECOND)


def _gone(event: Body, ts: str, ours: Ours, now: datetime) -> MessageDeleted | None:
    channel, before = ident(event, "channel"), part(event, "previous_message")
    if before:
        if not _by_person(before, ours):
            return None
        if not (thread_of(before) or is_direct(channel)):
            return None
    author = _author(before, ours) if before else Author(UserId(""), "")
    return MessageDeleted(
        workspace=ours.workspace,
        by=author,
        at=_told_at(event, now),
        key=DeliveryKey(f"d:{channel}:{ts}"),
        channel=ChannelId(channel),
        message=MessageId(ts),
    )


def _mentioned(event: Body, ours: Ours, now: datetime) -> CommandGiven | None:
    channel, ts, thread = ident(event, "channel"), message(event, "ts"), thread_of(event)
    # A change of an old message is never a word to obey.
    if not _by_person(event, ours) or event.get("edited") or is_direct(channel):
        return None
    written = words(event, "text")
    command = addressed(written, ours.bot_user)
    if command is None:
        if thread:
            return None
        command = without(written, ours.bot_user)
    return CommandGiven(
        workspace=ours.workspace,
        by=_author(event, ours),
        at=moment(event, "ts") or now,
        key=DeliveryKey(f"c:{channel}:{ts}"),
        channel=ChannelId(channel),
        text=readable(without(command, ours.bot_user), ours.name_of),
    )


def _author(written: Body, ours: Ours) -> Author:
    # Messages of strangers in shared channels, and some others, bring a profile along.
    return ours.author(ident(written, "user"), name(written, "user_profile", "display_name"))


def _by_person(written: Body, ours: Ours) -> bool:
    """Tell whether a person wrote a message; apps sign with a bot's id."""
    return not name(written, "bot_id") and ours.is_person(ident(written, "user"))


# --- everything else ---------------------------------------------------------------------


def _reacted(event: Body, ours: Ours, now: datetime) -> Reacted | None:
    user, reaction = ident(event, "user"), name(event, "reaction")
    on = part(event, "item")
    if name(on, "type") != "message" or not reaction or not ours.is_person(user):
        return None
    added = name(event, "type") == "reaction_added"
    channel, ts = ident(on, "channel"), message(on, "ts")
    at, sign = _told_at(event, now), "+" if added else "-"
    return Reacted(
        workspace=ours.workspace,
        by=ours.author(user),
        at=at,
        key=DeliveryKey(f"r:{channel}:{ts}:{user}:{reaction}:{sign}:{moments.stamp(at)}"),
        channel=ChannelId(channel),
        message=MessageId(ts),
        emoji=emojis.emoji_of(reaction),
        added=added,
    )


def _came_or_went(event: Body, ours: Ours, now: datetime) -> MembershipChanged | None:
    user, channel = ident(event, "user"), ident(event, "channel")
    if not ours.is_person(user):
        return None
    present = name(event, "type") == "member_joined_channel"
    at, sign = _told_at(event, now), "+" if present else "-"
    return MembershipChanged(
        workspace=ours.workspace,
        by=ours.author(user),
        at=at,
        key=DeliveryKey(f"p:{channel}:{user}:{moments.stamp(at)}:{sign}"),
        channel=ChannelId(channel),
        present=present,
    )


def _user_changed(event: Body, ours: Ours, now: datetime) -> MembershipChanged | None:
    """Return that an account was closed; other changes are for the directory alone."""
    user = ident(event, "user", "id")
    closed = flag(event, "user", "deleted")
    if not closed or flag(event, "user", "is_bot") or not ours.is_person(user):
        return None
    at = _told_at(event, now)
    return MembershipChanged(
        workspace=ours.workspace,
        by=ours.author(user, display_name(event)),
        at=at,
        key=DeliveryKey(f"p::{user}:{moments.stamp(at)}:-"),
        channel=None,
        present=False,
    )


def _home_opened(event: Body, ours: Ours, now: datetime) -> CommandGiven | None:
    user = ident(event, "user")
    if name(event, "tab") != "home" or not ours.is_person(user):
        return None
    at = _told_at(event, now)
    return CommandGiven(
        workspace=ours.workspace,
        by=ours.author(user),
        at=at,
        key=DeliveryKey(f"h:{user}:{moments.stamp(at)}"),
        channel=None,
        text="me",
    )


def _told_at(event: Body, now: datetime) -> datetime:
    return moment(event, "event_ts") or moment(event, "ts") or now


_Happened = Callable[[Body, Ours, datetime], Inbound | None]
_TYPES: Final[Mapping[str, _Happened]] = {
    "message": _message,
    "app_mention": _mentioned,
    "reaction_added": _reacted,
    "reaction_removed": _reacted,
    "member_joined_channel": _came_or_went,
    "member_left_channel": _came_or_went,
    "user_change": _user_changed,
    "app_home_opened": _home_opened,
}
