"""What one workspace holds: people, channels and posts, and how Slack writes each of them down.

Nothing here knows of HTTP, of events or of time; every payload is a fresh dictionary.
"""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass, field
from typing import Any, Literal

Json = dict[str, Any]
Detail = Literal["none", "type", "all"]

SYSTEM = frozenset({"channel_join", "channel_leave", "group_join", "group_leave"})
_MARKUP = re.compile(r"<(?:[@#!][^<>]+|(?:https?://|mailto:)[^<>]+)>|&(?:amp|lt|gt);")


class ApiError(Exception):
    """Slack says no: `{"ok": false, "error": code, **more}`."""

    def __init__(self, code: str, **more: Any) -> None:
        self.code = code
        self.more = more
        super().__init__(code)


@dataclass
class Person:
    """A member of the workspace, or a bot."""

    id: str
    team: str
    name: str
    display: str
    real_name: str
    tz: str
    is_bot: bool = False
    deleted: bool = False
    bot_id: str | None = None

    def payload(self) -> Json:
        """Return the user object of `users.info` and `user_change`."""
        profile: Json = {
            "real_name": self.real_name,
            "real_name_normalized": self.real_name,
            "display_name": self.display,
            "display_name_normalized": self.display,
            "avatar_hash": "g0",
            "team": self.team,
        }
        user: Json = {"id": self.id, "team_id": self.team, "name": self.name}
        user |= {"deleted": self.deleted, "profile": profile, "is_bot": self.is_bot, "updated": 0}
        user["is_app_user"] = False
        if self.bot_id:
            profile["bot_id"] = self.bot_id
        if not self.deleted:
            # A closed account loses these, and code that relies on them breaks.
            user |= {"real_name": self.real_name, "tz": self.tz, "tz_label": self.tz}
            user |= {"tz_offset": 0, "is_admin": False, "is_owner": False, "is_restricted": False}
        return user


@dataclass
class Post:
    """A message as it is stored; `replies` are the ts of its thread, `reactions` who by name."""

    ts: str
    user: str
    team: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    parent_user: str | None = None
    subtype: str | None = None
    broadcast: bool = False
    bot: Json | None = None
    client_msg_id: str | None = None
    metadata: Json | None = None
    edited: Json | None = None
    files: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)
    replies: list[str] = field(default_factory=list)
    reply_users: list[str] = field(default_factory=list)
    tombstone: bool = False

    @property
    def root(self) -> str:
        """The ts of the thread it belongs to or would begin."""
        return self.thread_ts or self.ts

    @property
    def in_channel(self) -> bool:
        """Whether it is displayed in the channel itself."""
        return self.root == self.ts or self.broadcast

    def payload(self, detail: Detail = "none") -> Json:
        """Return the message object of history, of events and of interactions."""
        message: Json = {"type": "message", "user": self.user, "ts": self.ts, "text": self.text}
        message["team"] = self.team
        optional = {
            "subtype": self.subtype,
            "client_msg_id": self.client_msg_id,
            "blocks": self.blocks,
            "attachments": self.attachments,
            "edited": self.edited,
            "thread_ts": self.thread_ts,
            "parent_user_id": self.parent_user,
        }
        message |= {name: value for name, value in optional.items() if value}
        message |= self.bot or {}
        message |= self._extras(detail)
        return copy.deepcopy(message)

    def _extras(self, detail: Detail) -> Json:
        extras: Json = {}
        if self.files:
            extras |= {"files": self.files, "upload": False}
        if self.tombstone:
            extras["hidden"] = True
        if self.replies or (self.tombstone and self.root == self.ts):
            extras |= {"thread_ts": self.ts, "reply_count": len(self.replies)}
            extras |= {"reply_users": self.reply_users, "is_locked": False, "subscribed": False}
            extras["reply_users_count"] = len(self.reply_users)
            extras["latest_reply"] = self.replies[-1] if self.replies else self.ts
        if self.reactions:
            extras["reactions"] = [
                {"name": name, "users": list(users), "count": len(users)}
                for name, users in self.reactions.items()
            ]
        if self.metadata and detail != "none":
            full = detail == "all"
            extras["metadata"] = (
                self.metadata if full else {"event_type": self.metadata["event_type"]}
            )
        return extras


@dataclass
class Channel:
    """A channel, a private channel or a direct message (`user` is who it is with)."""

    id: str
    name: str
    private: bool = False
    user: str | None = None
    members: list[str] = field(default_factory=list)
    archived: bool = False
    posts: dict[str, Post] = field(default_factory=dict)

    @property
    def kind(self) -> Literal["channel", "group", "im"]:
        """What events call it: `channel_type`."""
        if self.user is not None:
            return "im"
        return "group" if self.private else "channel"

    @property
    def scope(self) -> Literal["channels", "groups", "im"]:
        """The first half of the scopes it falls under."""
        names: dict[str, Literal["channels", "groups", "im"]] = {
            "channel": "channels",
            "group": "groups",
            "im": "im",
        }
        return names[self.kind]

    def payload(self, bot_user: str) -> Json:
        """Return the channel object of `conversations.info`."""
        common: Json = {"id": self.id, "created": 0, "is_archived": self.archived}
        common |= {"is_im": self.kind == "im", "is_mpim": False, "is_org_shared": False}
        if self.user is not None:
            return common | {"user": self.user, "is_user_deleted": False, "is_open": True}
        common |= {"name": self.name, "name_normalized": self.name, "is_private": self.private}
        common |= {"is_channel": not self.private, "is_group": self.private, "is_general": False}
        return common | {"is_member": bot_user in self.members, "is_shared": False}


@dataclass(frozen=True)
class Shown:
    """A message as a person sees it; `reactions` maps a name to the users who reacted with it."""

    ts: str
    user: str
    text: str
    blocks: list[Json]
    channel: str
    thread_ts: str | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    metadata: Json | None = None
    edited: Json | None = None
    deleted: bool = False
    files: int = 0

    @classmethod
    def of(cls, channel: str, post: Post) -> Shown:
        """Return what is seen of a post."""
        seen = copy.deepcopy(post)
        return cls(
            ts=seen.ts,
            user=seen.user,
            text=seen.text,
            blocks=seen.blocks,
            channel=channel,
            thread_ts=seen.thread_ts,
            reactions=seen.reactions,
            metadata=seen.metadata,
            edited=seen.edited,
            deleted=seen.tombstone,
            files=len(seen.files),
        )


def escaped(text: str) -> str:
    """Return what Slack stores when a person types `text`."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def stored(text: str) -> str:
    """Return what Slack stores when an app posts `text`: its own notation stays as it is."""
    parts: list[str] = []
    end = 0
    for match in _MARKUP.finditer(text):
        parts += [escaped(text[end : match.start()]), match.group()]
        end = match.end()
    return "".join([*parts, escaped(text[end:])])
