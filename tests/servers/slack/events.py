"""The events of the Events API, in the shapes Slack sends them, and what each of them needs.

An event is sent only where the workspace's token has its scope and the app has asked for it.
"""

from __future__ import annotations

from tests.servers.slack.state import Channel, Json, Person, Post

_SCOPES = {
    "app_mention": "app_mentions:read",
    "reaction_added": "reactions:read",
    "reaction_removed": "reactions:read",
    "user_change": "users:read",
    "team_join": "users:read",
    "channel_archive": "channels:read",
    "channel_unarchive": "channels:read",
    "channel_left": "channels:read",
    "channel_rename": "channels:read",
    "group_archive": "groups:read",
    "group_unarchive": "groups:read",
    "group_left": "groups:read",
}
_PLURAL = {"channel": "channels", "group": "groups", "im": "im"}


def subscription(event: Json) -> str:
    """Return the name under which an app asks for an event: `message.channels`."""
    if event["type"] == "message":
        return f"message.{_PLURAL[event['channel_type']]}"
    return str(event["type"])


def scope(event: Json) -> str | None:
    """Return the scope without which Slack does not send the event."""
    if event["type"] == "message":
        return f"{_PLURAL[event['channel_type']]}:history"
    if event["type"] in {"member_joined_channel", "member_left_channel"}:
        return "channels:read" if event["channel_type"] == "C" else "groups:read"
    return _SCOPES.get(event["type"])


def said(channel: Channel, post: Post, root: Post | None) -> Json:
    """Return the event of a new message, of whatever subtype."""
    event = post.payload() | _where(channel) | {"event_ts": post.ts}
    event.pop("upload", None)
    if post.subtype == "thread_broadcast" and root is not None:
        event["root"] = root.payload()
    return event


def mentioned(channel: Channel, post: Post) -> Json:
    """Return the second event of a message that names the bot."""
    event = post.payload() | {"type": "app_mention", "channel": channel.id, "event_ts": post.ts}
    event.pop("subtype", None)
    return event


def changed(channel: Channel, now: Json, before: Json, ts: str) -> Json:
    """Return `message_changed`."""
    event = {"type": "message", "subtype": "message_changed", "message": now, "hidden": True}
    return event | {"previous_message": before, "ts": ts, "event_ts": ts} | _where(channel)


def deleted(channel: Channel, before: Json, ts: str) -> Json:
    """Return `message_deleted`."""
    event = {"type": "message", "subtype": "message_deleted", "deleted_ts": before["ts"]}
    event |= {"previous_message": before, "ts": ts, "event_ts": ts, "hidden": True}
    return event | _where(channel)


def reaction(kind: str, channel: Channel, post: Post, user: str, name: str, ts: str) -> Json:
    """Return `reaction_added` or `reaction_removed`."""
    item = {"type": "message", "channel": channel.id, "ts": post.ts}
    event: Json = {"type": kind, "user": user, "reaction": name, "item": item}
    return event | {"item_user": post.user, "event_ts": ts}


def membership(kind: str, channel: Channel, user: str, team: str, ts: str) -> Json:
    """Return `member_joined_channel` or `member_left_channel`."""
    letter = "G" if channel.private else "C"
    event: Json = {"type": kind, "user": user, "channel": channel.id, "channel_type": letter}
    return event | {"team": team, "event_ts": ts}


def user_change(person: Person, ts: str) -> Json:
    """Return `user_change`: renamed, deactivated, anything in the profile."""
    cache = int(float(ts))
    return {
        "type": "user_change",
        "user": person.payload(),
        "cache_ts": cache,
        "event_ts": ts,
    }


def channel_event(kind: str, channel: Channel, user: str, ts: str) -> Json:
    """Return `channel_archive`, `channel_unarchive` or `channel_left`, or the group's twin."""
    name = f"{'group' if channel.private else 'channel'}_{kind}"
    who = {"actor_id": user} if kind == "left" else {"user": user, "is_moved": 0}
    return {"type": name, "channel": channel.id, **who, "event_ts": ts}


def home_opened(user: str, channel: str, view: Json | None, ts: str) -> Json:
    """Return `app_home_opened` for the Home tab."""
    event: Json = {"type": "app_home_opened", "user": user, "channel": channel, "tab": "home"}
    if view is not None:
        event["view"] = view
    return event | {"event_ts": ts}


def _where(channel: Channel) -> Json:
    return {"channel": channel.id, "channel_type": channel.kind}
