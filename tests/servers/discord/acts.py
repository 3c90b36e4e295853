"""What people do in a server, and what they see there.

An act changes what there is and tells the application so, as Discord would.  An act that
Discord's own client would not offer is an `AssertionError`: the test is wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from tests.servers.discord.bodies import mentioned
from tests.servers.discord.changes import Changes
from tests.servers.discord.composing import attachment
from tests.servers.discord.errors import Json
from tests.servers.discord.permissions import EVERYBODY, EVERYTHING, Overwrite, Permission
from tests.servers.discord.state import (
    FORUM,
    PRIVATE_THREAD,
    PUBLIC_THREAD,
    REPLY,
    TEXT,
    Channel,
    Member,
    Message,
    Role,
    User,
)
from tests.servers.discord.world import Town


class Acts:
    """What people do in one server; people, channels and messages go by handle or id."""

    def __init__(self, handle: str, world: Changes) -> None:
        self.world = world
        self.id = world.id_of(handle)
        owner = User(world.snowflakes.new(), "owner", "Owner")
        world.users[owner.id] = owner
        self.town = Town(self.id, handle, owner.id, world.clock())
        self.town.roles[self.id] = Role(self.id, "@everyone", EVERYBODY, 0)
        self.town.members[owner.id] = Member(owner, world.clock())
        world.towns[self.id] = self.town
        self.bot_role = self.add_role("coach", EVERYTHING)
        self._enter_bot()
        world.bot_came(self.id)

    def _enter_bot(self) -> None:
        member = Member(self.world.bot, self.world.clock(), roles=[self.bot_role])
        self.town.members[self.world.me] = member

    # --- people ---------------------------------------------------------------------------

    def add_member(
        self,
        handle: str,
        name: str = "",
        *,
        display: str = "",
        nick: str | None = None,
        bot: bool = False,
        locale: str = "en-US",
        roles: Sequence[str] = (),
    ) -> str:
        """Let somebody in, who may be in other servers already."""
        user = self.world.id_of(handle)
        if user not in self.world.users:
            known = name or handle.lower()
            self.world.users[user] = User(user, known, display or known.title(), bot, locale)
        self.town.members[user] = Member(self.world.users[user], self.world.clock(), nick)
        self.town.members[user].roles = [self.world.id_of(role) for role in roles]
        self.world.tell_member("ADD", self.id, user)
        return user

    join = add_member

    def leave(self, user: str) -> None:
        """Leave the server."""
        who = self.world.id_of(user)
        assert who in self.town.members, f"{user} is not here"
        del self.town.members[who]
        self.world.tell_member("REMOVE", self.id, who)

    def rename(self, user: str, nick: str | None) -> None:
        """Take another name in this server."""
        who = self.world.id_of(user)
        self.town.members[who].nick = nick
        self.world.tell_member("UPDATE", self.id, who)

    def add_role(self, name: str, permissions: int = 0, *, handle: str = "") -> str:
        """Make a role."""
        role = self.world.id_of(handle) if handle else self.world.snowflakes.new()
        self.town.roles[role] = Role(role, name, permissions, len(self.town.roles))
        return role

    def close_dms(self, user: str) -> None:
        """Take no direct messages any more."""
        self.world.users[self.world.id_of(user)].takes_messages = False

    def open_dms(self, user: str) -> None:
        """Take direct messages again."""
        self.world.users[self.world.id_of(user)].takes_messages = True

    def kick_bot(self) -> None:
        """Remove the bot from the server."""
        del self.town.members[self.world.me]
        self.world.bot_left(self.id)

    def invite_bot(self) -> None:
        """Let the bot in again."""
        self._enter_bot()
        self.world.bot_came(self.id)

    def fall_silent(self) -> None:
        """Have an outage: people go on, and nobody is told."""
        self.town.unavailable = True
        self.world.bot_left(self.id)

    def recover(self) -> None:
        """End the outage."""
        self.town.unavailable = False
        self.world.bot_came(self.id, new=False)

    # --- channels -------------------------------------------------------------------------

    def add_channel(
        self,
        handle: str,
        name: str = "",
        *,
        kind: Literal["text", "forum"] = "text",
        private: bool = False,
        tags: Sequence[str] = (),
        moderated: Sequence[str] = (),
        needs_tag: bool = False,
    ) -> str:
        """Make a channel; into a private one come only those who are let in with `allow`.

        `moderated` are tags that come before `tags`, and that only moderators may give.
        """
        channel = Channel(self.world.id_of(handle), FORUM if kind == "forum" else TEXT)
        channel.name, channel.guild = name or handle.lower(), self.id
        channel.tags = [self._tag(tag) | {"moderated": True} for tag in moderated]
        channel.tags += [self._tag(tag) for tag in tags]
        channel.needs_tag = needs_tag
        if private:
            hidden = Overwrite(self.id, 0, deny=Permission.VIEW_CHANNEL)
            channel.overwrites[self.id] = hidden
        self.world.add_channel(channel)
        return channel.id

    def _tag(self, name: str) -> Json:
        tag: Json = {"id": self.world.snowflakes.new(), "name": name, "moderated": False}
        return tag | {"emoji_id": None, "emoji_name": None}

    def allow(self, channel: str, permissions: int, *, who: str = "BOT") -> None:
        """Give somebody permissions in a channel."""
        self._overwrite(channel, who, allow=permissions)

    def deny(self, channel: str, permissions: int, *, who: str = "BOT") -> None:
        """Take permissions from somebody in a channel."""
        self._overwrite(channel, who, deny=permissions)

    def _overwrite(self, channel: str, who: str, *, allow: int = 0, deny: int = 0) -> None:
        place, id_ = self.world.channel(channel), self.world.id_of(who)
        overwrite = place.overwrites.setdefault(id_, Overwrite(id_, int(id_ in self.town.members)))  # type: ignore[arg-type]
        overwrite.allow = overwrite.allow & ~deny | allow
        overwrite.deny = overwrite.deny & ~allow | deny
        self.world.channel_changed(place)

    def delete_channel(self, channel: str) -> None:
        """Delete a channel or a thread."""
        self.world.drop_channel(self.world.channel(channel))

    def start_thread(
        self,
        user: str,
        channel: str,
        message: str | None = None,
        *,
        name: str = "thread",
        private: bool = False,
    ) -> str:
        """Open a thread, on a message or by itself."""
        parent, who = self.world.channel(channel), self.world.id_of(user)
        root = parent.messages[message] if message else None
        kind: Literal[11, 12] = PRIVATE_THREAD if private else PUBLIC_THREAD
        return self.world.open_thread(parent, who, name, message=root, kind=kind).id

    def archive(self, thread: str, *, locked: bool = False) -> None:
        """Archive a thread, as time does too."""
        self.world.set_thread(self.world.channel(thread), archived=True, locked=locked)

    def unarchive(self, thread: str) -> None:
        """Open a thread again."""
        self.world.set_thread(self.world.channel(thread), archived=False, locked=False)

    # --- messages -------------------------------------------------------------------------

    def dm(self, user: str) -> str:
        """Return the direct message of somebody and the bot."""
        return self.world.dm(self.world.id_of(user)).id

    def say(
        self,
        user: str,
        channel: str,
        text: str = "",
        *,
        reply_to: str | None = None,
        files: int = 0,
    ) -> str:
        """Write a message and return its id."""
        place, author = self._inside(user, channel)
        assert text.strip() or files, "an empty message cannot be sent"
        assert len(text) <= 4_000, "even Nitro sends 4,000 characters at most"
        assert place.kind != FORUM, "a forum holds posts: start one"
        message = Message(self.world.snowflakes.new(), place.id, author, text.strip())
        message.attachments = [self._file(number) for number in range(files)]
        if reply_to is not None:
            message.kind = REPLY
            message.reference = {"type": 0, "channel_id": place.id, "message_id": reply_to}
        self._mention(message, place)
        return self.world.post(message).id

    def post(self, user: str, forum: str, name: str, text: str) -> str:
        """Begin a post in a forum and return its id."""
        parent, author = self._inside(user, forum)
        assert parent.kind == FORUM, "posts are for forums"
        first = Message(self.world.snowflakes.new(), "", author, text)
        thread = self.world.open_thread(parent, author.id, name, id=first.id)
        first.channel = thread.id
        return self.world.post(first).id

    def edit(self, user: str, channel: str, message: str, text: str) -> None:
        """Change one's own message."""
        place, author = self._inside(user, channel)
        found = place.messages[message]
        assert found.author is author, f"this message is not by {user}"
        found.content = text
        self._mention(found, place)
        self.world.changed(found)

    def delete(self, channel: str, message: str) -> None:
        """Delete a message, as its author or a moderator."""
        self.world.remove(self.world.channel(channel).messages[message])

    def purge(self, channel: str, *messages: str) -> None:
        """Delete several messages at once, as a moderator."""
        place = self.world.channel(channel)
        assert place.guild is not None, "nobody moderates a direct message"
        assert len(messages) > 1, "one message is deleted by itself"
        self.world.remove_many([place.messages[each] for each in messages])

    def react(self, user: str, channel: str, message: str, emoji: str) -> None:
        """Put a reaction."""
        place, author = self._inside(user, channel)
        assert not place.archived, "an archived thread takes no reactions"
        found = place.messages[message]
        assert author.id not in found.reactions.get(emoji, []), f"{emoji} is there already"
        self.world.react(found, author.id, emoji)

    def unreact(self, user: str, channel: str, message: str, emoji: str) -> None:
        """Take a reaction away."""
        place, author = self._inside(user, channel)
        found = place.messages[message]
        assert author.id in found.reactions.get(emoji, []), f"{emoji} is not there"
        self.world.unreact(found, author.id, emoji)

    def clear_reactions(self, channel: str, message: str, emoji: str | None = None) -> None:
        """Take all reactions away, or all with one emoji, as a moderator."""
        self.world.clear(self.world.channel(channel).messages[message], emoji)

    def _inside(self, user: str, channel: str) -> tuple[Channel, User]:
        place, who = self.world.channel(channel), self.world.id_of(user)
        assert self.world.sees(who, place), f"{user} does not see {channel}"
        return place, self.world.users[who]

    def _mention(self, message: Message, place: Channel) -> None:
        users, roles, everyone = mentioned(message.content, None)
        message.mentions = [self.world.users[each] for each in users if each in self.world.users]
        message.mention_roles = roles
        author = message.author.id
        loud = self.world.rights(author, place) & Permission.MENTION_EVERYONE
        message.mention_everyone = everyone and bool(loud)

    def _file(self, number: int) -> Json:
        return attachment(self.world.snowflakes.new(), f"{number}.png")

    # --- what is seen ---------------------------------------------------------------------

    def messages(self, channel: str) -> list[Message]:
        """Return what is shown in a channel, oldest first, without notices."""
        every = self.world.channel(channel).messages.values()
        return [each for each in every if each.kind in {0, 19, 20, 23}]

    def message(self, channel: str, message: str) -> Message:
        """Return one message."""
        return self.world.channel(channel).messages[message]

    def thread(self, root: str) -> list[Message]:
        """Return what is shown in the thread of a message, without a forum post's first one."""
        return [each for each in self.messages(root) if each.id != root]

    def threads(self, channel: str) -> list[Channel]:
        """Return the threads of a channel."""
        parent = self.world.id_of(channel)
        return [each for each in self.world.channels.values() if each.parent == parent]

    def ephemerals(self, user: str) -> list[Message]:
        """Return what only somebody sees, oldest first."""
        return self.world.ephemerals.get(self.world.id_of(user), [])
