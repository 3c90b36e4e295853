"""Everything there is: people, servers and channels, who may do what, and how to find it.

The application is one bot; what it may see and find is decided here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from tests.servers.discord.errors import ApiError, Json
from tests.servers.discord.events import PRIVILEGED, Event, Intent, unreadable
from tests.servers.discord.permissions import EVERYTHING, IN_DIRECT_MESSAGES, Permission, held
from tests.servers.discord.snowflakes import Snowflakes, iso
from tests.servers.discord.state import (
    DM,
    PRIVATE_THREAD,
    Channel,
    Member,
    Message,
    Role,
    User,
)

_FLAGS = {
    Intent.GUILD_PRESENCES: 1 << 13,
    Intent.GUILD_MEMBERS: 1 << 15,
    Intent.MESSAGE_CONTENT: 1 << 19,
}


@dataclass
class Town:
    """A server, which Discord calls a guild."""

    id: str
    name: str
    owner: str
    joined_at: datetime
    locale: str = "en-US"
    unavailable: bool = False
    """Whether it has an outage: nobody is told what happens there."""
    members: dict[str, Member] = field(default_factory=dict)
    roles: dict[str, Role] = field(default_factory=dict)

    def payload(self) -> Json:
        """Return the guild object without its channels and members."""
        guild: Json = {"id": self.id, "name": self.name, "owner_id": self.owner, "icon": None}
        guild |= {"roles": [role.payload() for role in self.roles.values()], "emojis": []}
        guild |= {"features": ["COMMUNITY"], "stickers": [], "preferred_locale": self.locale}
        guild |= {"verification_level": 0, "default_message_notifications": 1, "mfa_level": 0}
        guild |= {"explicit_content_filter": 0, "premium_tier": 0, "nsfw_level": 0}
        guild |= {"system_channel_id": None, "rules_channel_id": None, "afk_timeout": 300}
        return guild | {"system_channel_flags": 0, "premium_progress_bar_enabled": False}


class World:
    """What exists."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.clock = clock
        self.snowflakes = Snowflakes(clock)
        self.users: dict[str, User] = {}
        self.towns: dict[str, Town] = {}
        self.channels: dict[str, Channel] = {}
        self.ephemerals: dict[str, list[Message]] = {}
        """What only one person sees, by that person, dismissed never."""
        self.privileged = int(PRIVILEGED)
        """The privileged intents that the application was given."""
        self.emit: Callable[[Event], None] = lambda _event: None
        bot = User(self.snowflakes.of("BOT"), "coach", "Coach", bot=True)
        self.me = bot.id
        self.users[bot.id] = bot

    @property
    def bot(self) -> User:
        """The application's bot; its id is the application's too."""
        return self.users[self.me]

    def application(self) -> Json:
        """Return the application object."""
        flags = sum(bit for intent, bit in _FLAGS.items() if self.privileged & intent)
        owner = User("1", "owner", "Owner").payload()
        application: Json = {"id": self.me, "name": self.bot.name, "description": "", "icon": None}
        application |= {"flags": flags, "bot_public": False, "bot_require_code_grant": False}
        application |= {"owner": owner, "team": None, "verify_key": "0" * 64, "rpc_origins": []}
        return application | {"bot": self.bot.payload(), "interactions_endpoint_url": None}

    # --- who is where ---------------------------------------------------------------------

    def id_of(self, handle: str) -> str:
        """Return the id of what is called by a handle."""
        return self.snowflakes.of(handle)

    def channel(self, handle: str) -> Channel:
        """Return a channel that must exist."""
        return self.channels[self.id_of(handle)]

    def audience(self, channel: Channel) -> list[str]:
        """Return who is in a direct message, or in the server of a channel."""
        if channel.guild is None:
            return channel.members
        return list(self.towns[channel.guild].members)

    def threads(self, town: str) -> list[Channel]:
        """Return the open threads of a server that the bot sees."""
        return [
            channel
            for channel in self.channels.values()
            if channel.guild == town
            and channel.is_thread
            and not channel.archived
            and self.sees(self.me, channel)
        ]

    def dm(self, user: str) -> Channel:
        """Return the direct message of the bot and somebody; open it if there is none."""
        for channel in self.channels.values():
            if channel.kind == DM and user in channel.members:
                return channel
        channel = Channel(self.snowflakes.new(), DM, members=[self.me, user])
        self.channels[channel.id] = channel
        return channel

    def reachable(self, user: str) -> bool:
        """Whether the bot's direct messages come through: open, and a server is shared."""
        shared = any(
            user in town.members and self.me in town.members for town in self.towns.values()
        )
        return shared and self.users[user].takes_messages and not self.users[user].bot

    # --- who may do what ------------------------------------------------------------------

    def rights(self, user: str, channel: Channel) -> int:
        """Return the permissions of somebody in a channel; a thread has its parent's."""
        if channel.guild is None:
            return IN_DIRECT_MESSAGES if user in channel.members else 0
        if channel.is_thread:
            parent = self.channels.get(str(channel.parent))
            return self.rights(user, parent) if parent else 0
        town = self.towns[channel.guild]
        member = town.members.get(user)
        if member is None:
            return 0
        if user == town.owner:
            return EVERYTHING
        roles = {role: town.roles[role].permissions for role in [town.id, *member.roles]}
        return held(town.id, user, roles, channel.overwrites.values())

    def sees(self, user: str, channel: Channel) -> bool:
        """Whether somebody can read along."""
        rights = self.rights(user, channel)
        if channel.kind == PRIVATE_THREAD and user not in channel.members:
            return bool(rights & Permission.MANAGE_THREADS)
        return bool(rights & Permission.VIEW_CHANNEL)

    def hears(self, channel: str | None) -> bool:
        """Whether the bot is told what happens in a channel."""
        place = self.channels.get(channel or "")
        return place is None or self.sees(self.me, place)

    # --- what the application finds -------------------------------------------------------

    def found(self, channel: str, needed: int = 0) -> Channel:
        """Return a channel for the bot; raise 10003, 50001 or 50013 as Discord does."""
        place = self.channels.get(channel)
        if place is None:
            raise ApiError(10003)
        if not self.sees(self.me, place):
            raise ApiError(50001)
        if needed & ~self.rights(self.me, place):
            raise ApiError(50013)
        return place

    def message(self, channel: Channel, message: str) -> Message:
        """Return a message for the bot; raise 10008 if there is none."""
        if message not in channel.messages:
            raise ApiError(10008)
        return channel.messages[message]

    def town(self, guild: str) -> Town:
        """Return a server for the bot; raise 10004 if it is not in it."""
        town = self.towns.get(guild)
        if town is None or self.me not in town.members:
            raise ApiError(10004)
        return town

    # --- how it is written down -----------------------------------------------------------

    def written(self, message: Message, *, readable: bool | None = None) -> Json:
        """Return the message object; what the application may not read is empty."""
        body = message.payload(self.me)
        channel = self.channels.get(message.channel)
        reply = (message.reference or {}).get("message_id")
        if channel and message.kind == 19 and reply:
            answered = channel.messages.get(reply)
            body["referenced_message"] = answered and self.written(answered, readable=readable)
        if message.id in self.channels and message.channel != message.id:
            body["thread"] = self.channels[message.id].payload()
        if readable is None:
            readable = bool(self.privileged & Intent.MESSAGE_CONTENT)
        return body if readable else unreadable(body, self.me, channel.guild if channel else None)

    def described(self, channel: Channel) -> Json:
        """Return the channel object."""
        if channel.guild is None:
            return channel.direct(self.me, self.users)
        body = channel.payload()
        if channel.is_thread and self.me in channel.members:
            body["member"] = self.thread_member(channel, self.me)
        return body

    def thread_member(self, channel: Channel, user: str) -> Json:
        """Return the thread member object."""
        joined = iso(self.clock())
        return {"id": channel.id, "user_id": user, "join_timestamp": joined, "flags": 0}

    def opened(self, town: Town, intents: int) -> Json:
        """Return the body of GUILD_CREATE for a session with these intents."""
        channels = [
            channel.payload()
            for channel in self.channels.values()
            if channel.guild == town.id and not channel.is_thread
        ]
        everyone = intents & Intent.GUILD_MEMBERS
        members = [
            member.payload()
            for member in town.members.values()
            if everyone or member.user.id == self.me
        ]
        threads = [self.described(thread) for thread in self.threads(town.id)]
        body = town.payload() | {"joined_at": iso(town.joined_at), "large": False}
        body |= {"unavailable": False, "member_count": len(town.members), "voice_states": []}
        body |= {"members": members, "channels": channels, "threads": threads, "presences": []}
        return body | {"stage_instances": [], "guild_scheduled_events": [], "soundboard_sounds": []}
