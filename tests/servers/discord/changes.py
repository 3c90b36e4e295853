"""Every change of what there is, each with the events that tell of it.

The application's calls and what people do both come through here, so an event can never
tell anything else than what is so.
"""

from __future__ import annotations

from collections.abc import Sequence

from tests.servers.discord.errors import Json
from tests.servers.discord.events import Event, Intent, message_intent, reaction_intent
from tests.servers.discord.snowflakes import iso
from tests.servers.discord.state import (
    HAS_THREAD,
    PUBLIC_THREAD,
    STARTER,
    Channel,
    ChannelKind,
    Message,
)
from tests.servers.discord.world import World


class Changes(World):
    """What exists, and how it changes."""

    # --- messages -------------------------------------------------------------------------

    def post(self, message: Message) -> Message:
        """Put a message into its channel; a thread wakes up and its author joins it."""
        channel = self.channels[message.channel]
        if channel.archived:
            self.set_thread(channel, archived=False)
        channel.messages[message.id] = message
        channel.sent += 1
        if channel.is_thread and message.author.id not in channel.members:
            self.enter_thread(channel, message.author.id)
        self._tell_message("MESSAGE_CREATE", channel, self._told(channel, message))
        return message

    def changed(self, message: Message, *, edited: bool = True) -> None:
        """Tell that a message is another now."""
        channel = self.channels[message.channel]
        if edited:
            message.edited_at = self.clock()
        self._tell_message("MESSAGE_UPDATE", channel, self._told(channel, message))

    def remove(self, message: Message) -> None:
        """Delete a message; a thread that it began stays."""
        channel = self.channels[message.channel]
        del channel.messages[message.id]
        self._tell_message("MESSAGE_DELETE", channel, {"id": message.id})

    def remove_many(self, messages: Sequence[Message]) -> None:
        """Delete several messages of one channel at once, as moderators and their bots do."""
        channel = self.channels[messages[0].channel]
        for message in messages:
            del channel.messages[message.id]
        body = {"ids": [message.id for message in messages]}
        self._tell_message("MESSAGE_DELETE_BULK", channel, body)

    def _told(self, channel: Channel, message: Message) -> Json:
        told = self.written(message, readable=True)
        if message.nonce is not None:
            told["nonce"] = message.nonce
        author = message.author.id
        town = self.towns.get(str(channel.guild))
        if town and author in town.members:
            told["member"] = town.members[author].payload(with_user=False)
        if town:
            for user in told["mentions"]:
                if member := town.members.get(user["id"]):
                    user["member"] = member.payload(with_user=False)
        return told

    def _tell_message(self, name: str, channel: Channel, data: Json) -> None:
        body = {"channel_id": channel.id, "channel_type": channel.kind} | data
        self._tell(name, channel, body, message_intent(channel.guild))

    def _tell(self, name: str, channel: Channel, body: Json, intent: int) -> None:
        if channel.guild is not None:
            body = body | {"guild_id": channel.guild}
        self.emit(Event(name, body, channel.guild, intent, channel.id))

    # --- reactions ------------------------------------------------------------------------

    def react(self, message: Message, user: str, emoji: str) -> None:
        """Put a reaction, unless it is there."""
        users = message.reactions.setdefault(emoji, [])
        if user in users:
            return
        users.append(user)
        channel = self.channels[message.channel]
        more: Json = {"user_id": user, "message_author_id": message.author.id}
        town = self.towns.get(str(channel.guild))
        if town and user in town.members:
            more["member"] = town.members[user].payload()
        self._tell_reaction("ADD", message, more | _plain(emoji))

    def unreact(self, message: Message, user: str, emoji: str) -> None:
        """Take a reaction away, if it is there."""
        users = message.reactions.get(emoji, [])
        if user not in users:
            return
        users.remove(user)
        if not users:
            del message.reactions[emoji]
        self._tell_reaction("REMOVE", message, {"user_id": user} | _plain(emoji))

    def clear(self, message: Message, emoji: str | None) -> None:
        """Take all reactions away, or all with one emoji."""
        if emoji is None:
            message.reactions.clear()
            self._tell_reaction("REMOVE_ALL", message, {})
        elif message.reactions.pop(emoji, None) is not None:
            self._tell_reaction("REMOVE_EMOJI", message, {"emoji": {"id": None, "name": emoji}})

    def _tell_reaction(self, what: str, message: Message, more: Json) -> None:
        channel = self.channels[message.channel]
        body: Json = {"message_id": message.id, "channel_id": channel.id} | more
        intent = reaction_intent(channel.guild)
        self._tell(f"MESSAGE_REACTION_{what}", channel, body, intent)

    # --- threads and channels -------------------------------------------------------------

    def open_thread(
        self,
        parent: Channel,
        owner: str,
        name: str,
        *,
        message: Message | None = None,
        id: str | None = None,  # noqa: A002
        kind: ChannelKind = PUBLIC_THREAD,
        tags: list[str] | None = None,
        auto_archive: int = 4320,
    ) -> Channel:
        """Open a thread: on a message it has that message's id and begins with a pointer to it."""
        thread = Channel(id or (message.id if message else self.snowflakes.new()), kind, name)
        thread.guild, thread.parent, thread.owner = parent.guild, parent.id, owner
        thread.auto_archive, thread.members = auto_archive, [owner]
        thread.applied_tags = tags or []
        self.channels[thread.id] = thread
        body = self.described(thread) | {"newly_created": True}
        self._tell("THREAD_CREATE", thread, body, Intent.GUILDS)
        if message is not None:
            message.flags |= HAS_THREAD
            self.changed(message, edited=False)
            self._begin(thread, message)
        return thread

    def _begin(self, thread: Channel, message: Message) -> None:
        reference = {"type": 0, "guild_id": thread.guild}
        reference |= {"channel_id": message.channel, "message_id": message.id}
        pointer = Message(self.snowflakes.new(), thread.id, message.author, kind=STARTER)
        pointer.reference = reference
        self.post(pointer)

    def enter_thread(self, thread: Channel, user: str) -> None:
        """Make somebody a member of a thread."""
        if user in thread.members:
            return
        thread.members.append(user)
        body: Json = {"id": thread.id, "member_count": len(thread.members)}
        body["added_members"] = [self.thread_member(thread, user)]
        intent = Intent.GUILDS if user == self.me else Intent.GUILD_MEMBERS
        self._tell("THREAD_MEMBERS_UPDATE", thread, body, intent)

    def set_thread(
        self, thread: Channel, *, archived: bool | None = None, locked: bool | None = None
    ) -> None:
        """Archive, reopen, lock or unlock a thread."""
        if archived is not None:
            thread.archived, thread.archive_at = archived, self.clock()
        if locked is not None:
            thread.locked = locked
        self.channel_changed(thread)

    def channel_changed(self, channel: Channel) -> None:
        """Tell that a channel or a thread is another now."""
        name = "THREAD_UPDATE" if channel.is_thread else "CHANNEL_UPDATE"
        self._tell(name, channel, self.described(channel), Intent.GUILDS)

    def add_channel(self, channel: Channel) -> None:
        """Make a channel."""
        self.channels[channel.id] = channel
        self._tell("CHANNEL_CREATE", channel, self.described(channel), Intent.GUILDS)

    def drop_channel(self, channel: Channel) -> None:
        """Delete a channel with all its threads, or one thread."""
        for thread in [each for each in self.channels.values() if each.parent == channel.id]:
            del self.channels[thread.id]
        if channel.is_thread:
            body: Json = {"id": channel.id, "parent_id": channel.parent, "type": channel.kind}
            self._tell("THREAD_DELETE", channel, body, Intent.GUILDS)
        else:
            self._tell("CHANNEL_DELETE", channel, self.described(channel), Intent.GUILDS)
        self.channels.pop(channel.id, None)

    # --- members --------------------------------------------------------------------------

    def tell_member(self, what: str, guild: str, user: str) -> None:
        """Tell that somebody came, left or is called otherwise: ADD, REMOVE or UPDATE."""
        town = self.towns[guild]
        body: Json = {"guild_id": guild, "user": self.users[user].payload()}
        if what != "REMOVE":
            body |= town.members[user].payload()
        name = f"GUILD_MEMBER_{what}"
        self.emit(Event(name, body, guild, Intent.GUILD_MEMBERS))

    def bot_came(self, guild: str, *, new: bool = True) -> None:
        """Tell that the bot is in a new server, or hears of one again after an outage."""
        body = self.opened(self.towns[guild], int(Intent.GUILD_MEMBERS))
        if new:
            del body["unavailable"]
        self.emit(Event("GUILD_CREATE", body, guild, Intent.GUILDS, held=False))

    def bot_left(self, guild: str) -> None:
        """Tell that the bot is in a server no more, or that the server has an outage."""
        body: Json = {"id": guild}
        if self.towns[guild].unavailable:
            body["unavailable"] = True
        self.emit(Event("GUILD_DELETE", body, guild, Intent.GUILDS, held=False))

    def now(self) -> str | None:
        """Return the present moment as Discord writes it."""
        return iso(self.clock())


def _plain(emoji: str) -> Json:
    return {"emoji": {"id": None, "name": emoji}, "burst": False, "type": 0}
