"""What Discord holds: people, servers, channels and messages, and how it writes them down.

Nothing here knows of HTTP, of events or of time; every payload is a fresh dictionary.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from tests.servers.discord.components import BUTTON, DISPLAY, walk
from tests.servers.discord.errors import Json
from tests.servers.discord.permissions import Overwrite
from tests.servers.discord.snowflakes import iso, moment

EPHEMERAL, LOADING, HAS_THREAD, COMPONENTS_V2 = 1 << 6, 1 << 7, 1 << 5, 1 << 15
REQUIRE_TAG = 1 << 4
"""A flag of forums."""
TEXT: Final = 0
DM: Final = 1
PUBLIC_THREAD: Final = 11
PRIVATE_THREAD: Final = 12
FORUM: Final = 15
DEFAULT, THREAD_CREATED, REPLY, COMMAND_REPLY, STARTER, MENU_REPLY = 0, 18, 19, 20, 21, 23
ChannelKind = Literal[0, 1, 11, 12, 15]


@dataclass
class User:
    """Somebody with an account, or a bot; the same in all servers."""

    id: str
    name: str
    display: str
    bot: bool = False
    locale: str = "en-US"
    takes_messages: bool = True

    def payload(self) -> Json:
        """Return the user object."""
        user: Json = {"id": self.id, "username": self.name, "global_name": self.display}
        user |= {"discriminator": "0", "avatar": None, "public_flags": 0}
        return user | ({"bot": True} if self.bot else {})


@dataclass
class Role:
    """A role; the one of everybody has the id of its server."""

    id: str
    name: str
    permissions: int
    position: int

    def payload(self) -> Json:
        """Return the role object."""
        role: Json = {"id": self.id, "name": self.name, "permissions": str(self.permissions)}
        role |= {"position": self.position, "color": 0, "hoist": False, "managed": False}
        role |= {"colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None}}
        return role | {"mentionable": False, "flags": 0, "icon": None, "unicode_emoji": None}


@dataclass
class Member:
    """Somebody in a server."""

    user: User
    joined_at: datetime
    nick: str | None = None
    roles: list[str] = field(default_factory=list)

    def payload(self, *, with_user: bool = True) -> Json:
        """Return the member object, as events of messages have it without the user."""
        member: Json = {"nick": self.nick, "roles": list(self.roles), "avatar": None}
        member |= {"joined_at": iso(self.joined_at), "premium_since": None, "flags": 0}
        member |= {"deaf": False, "mute": False, "pending": False}
        return member | ({"user": self.user.payload()} if with_user else {})


@dataclass
class Message:
    """A message as it is stored; `reactions` are user ids by emoji, in the order they came."""

    id: str
    channel: str
    author: User
    content: str = ""
    components: list[Json] = field(default_factory=list)
    embeds: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    flags: int = 0
    kind: int = DEFAULT
    nonce: str | int | None = None
    reference: Json | None = None
    mentions: list[User] = field(default_factory=list)
    mention_roles: list[str] = field(default_factory=list)
    mention_everyone: bool = False
    reactions: dict[str, list[str]] = field(default_factory=dict)
    edited_at: datetime | None = None
    interaction: Json | None = None

    @property
    def text(self) -> str:
        """What it says in all its parts, also those of Components V2."""
        every = walk(self.components)
        displays = [each["content"] for each in every if each["type"] == DISPLAY]
        return "\n".join([self.content, *displays]).strip()

    @property
    def buttons(self) -> dict[str, str]:
        """Its buttons: what they say by their custom ids, in order."""
        return {
            each["custom_id"]: each.get("label") or ""
            for each in walk(self.components)
            if each["type"] == BUTTON and "custom_id" in each
        }

    def payload(self, me: str) -> Json:
        """Return the message object as `me` gets it, with all it says."""
        message: Json = {"id": self.id, "channel_id": self.channel, "type": self.kind}
        message |= {"author": self.author.payload(), "content": self.content, "tts": False}
        message |= {"timestamp": iso(moment(self.id)), "edited_timestamp": iso(self.edited_at)}
        message |= {"embeds": self.embeds, "components": self.components, "flags": self.flags}
        message |= {"attachments": self.attachments, "mention_roles": self.mention_roles}
        message |= {"mentions": [user.payload() for user in self.mentions], "pinned": False}
        message["mention_everyone"] = self.mention_everyone
        if self.reference:
            message["message_reference"] = self.reference
        if self.interaction:
            message |= {"interaction_metadata": self.interaction}
            message |= {"application_id": self.author.id, "webhook_id": self.author.id}
        if self.reactions:
            message["reactions"] = [
                _reaction(emoji, users, me) for emoji, users in self.reactions.items()
            ]
        # Lists in a message are replaced, never changed, so the payload may hold them as they are.
        return message


def _reaction(emoji: str, users: list[str], me: str) -> Json:
    count = len(users)
    return {
        "emoji": {"id": None, "name": emoji},
        "count": count,
        "count_details": {"burst": 0, "normal": count},
        "me": me in users,
        "me_burst": False,
        "burst_colors": [],
    }


@dataclass
class Channel:
    """A channel, a thread or a direct message; `members` are those of a thread or message."""

    id: str
    kind: ChannelKind
    name: str = ""
    guild: str | None = None
    parent: str | None = None
    owner: str = ""
    overwrites: dict[str, Overwrite] = field(default_factory=dict)
    members: list[str] = field(default_factory=list)
    messages: dict[str, Message] = field(default_factory=dict)
    tags: list[Json] = field(default_factory=list)
    needs_tag: bool = False
    applied_tags: list[str] = field(default_factory=list)
    archived: bool = False
    locked: bool = False
    auto_archive: int = 4320
    archive_at: datetime | None = None
    sent: int = 0
    slowmode: int = 0
    topic: str | None = None
    invitable: bool = True

    @property
    def is_thread(self) -> bool:
        """Whether it is a thread or a forum post."""
        return self.kind in {PUBLIC_THREAD, PRIVATE_THREAD}

    def payload(self) -> Json:
        """Return the channel object of a channel in a server, or of a thread."""
        channel: Json = {"id": self.id, "type": self.kind, "guild_id": self.guild}
        flags = REQUIRE_TAG if self.needs_tag else 0
        channel |= {"name": self.name, "parent_id": self.parent, "flags": flags}
        channel |= {"last_message_id": max(self.messages, key=int, default=None)}
        channel["rate_limit_per_user"] = self.slowmode
        return channel | (self._thread() if self.is_thread else self._place())

    def direct(self, me: str, users: dict[str, User]) -> Json:
        """Return the channel object of a direct message."""
        others = [users[user].payload() for user in self.members if user != me]
        last = max(self.messages, key=int, default=None)
        return {
            "id": self.id,
            "type": DM,
            "recipients": others,
            "flags": 0,
            "last_message_id": last,
        }

    def _place(self) -> Json:
        place: Json = {"position": 0, "topic": self.topic, "nsfw": False}
        place["permission_overwrites"] = [each.payload() for each in self.overwrites.values()]
        if self.kind == FORUM:
            place |= {"available_tags": copy.deepcopy(self.tags), "default_reaction_emoji": None}
            place |= {"default_sort_order": None, "default_forum_layout": 0}
        return place

    def _thread(self) -> Json:
        metadata: Json = {"archived": self.archived, "locked": self.locked}
        metadata |= {"auto_archive_duration": self.auto_archive}
        metadata["create_timestamp"] = iso(moment(self.id))
        metadata["archive_timestamp"] = iso(self.archive_at or moment(self.id))
        if self.kind == PRIVATE_THREAD:
            metadata["invitable"] = self.invitable
        thread: Json = {"owner_id": self.owner, "thread_metadata": metadata}
        thread |= {"message_count": len(self.messages), "total_message_sent": self.sent}
        thread |= {"member_count": len(self.members), "applied_tags": list(self.applied_tags)}
        return thread
