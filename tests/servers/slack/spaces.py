"""One workspace: every change of its state, together with the event that the change causes.

People and the app change things through the same doors, so both cause the same events.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from tests.servers.slack import events
from tests.servers.slack.state import SYSTEM, ApiError, Channel, Json, Person, Post, Shown

if TYPE_CHECKING:
    from tests.servers.slack.files import File

ALL_SCOPES = frozenset(
    {
        "app_mentions:read",
        "channels:history",
        "channels:join",
        "channels:read",
        "chat:write",
        "chat:write.public",
        "commands",
        "emoji:read",
        "files:read",
        "files:write",
        "groups:history",
        "groups:read",
        "im:history",
        "im:read",
        "im:write",
        "reactions:read",
        "reactions:write",
        "team:read",
        "users:read",
    }
)
DEFAULT_SCOPES = ALL_SCOPES - {"chat:write.public"}
"""What a team grants unless a test says otherwise: posting needs membership, as for us."""


class Office(Protocol):
    """What a workspace needs of the server."""

    app_id: str
    whole_second_edits: bool

    def now(self) -> datetime:
        """Return the present moment."""

    def ts(self) -> str:
        """Return a new ts, greater than all before."""

    def id(self, prefix: str) -> str:
        """Return a new id."""

    def event(self, space: Space, event: Json) -> None:
        """Queue an event for the app."""


class Space:
    """A workspace with the app installed."""

    def __init__(self, team: str, office: Office) -> None:
        self.id = team
        self.office = office
        self.name = f"{team} Prep"
        self.domain = team.lower()
        self.bot_token = f"xoxb-{team}"
        self.bot_user = f"UBOT{team}"
        self.bot_id = f"B{team}"
        self.scopes: set[str] = set(DEFAULT_SCOPES)
        self.refusal: str | None = None
        """The error every call with the token gets: `token_revoked`, `account_inactive`."""
        self.people: dict[str, Person] = {}
        self.channels: dict[str, Channel] = {}
        self.notes: list[tuple[str, str, Shown]] = []
        """Ephemeral messages: (user, channel, what is seen)."""
        self.files: dict[str, File] = {}
        self.slow_files = 0
        """How many messages with a new file are refused before one is not."""
        self.modals: dict[str, list[Json]] = {}
        self.homes: dict[str, Json] = {}
        bot = Person(self.bot_user, team, "coach", "", "Coach", "UTC", True, bot_id=self.bot_id)
        self.people[self.bot_user] = bot

    # --- looking up -----------------------------------------------------------------------

    def person(self, user: str) -> Person:
        """Return a person; raise `user_not_found`."""
        if user not in self.people:
            raise ApiError("user_not_found")
        return self.people[user]

    def visible(self, channel: str) -> Channel:
        """Return a channel the app may know of; raise `channel_not_found`."""
        found = self.channels.get(channel)
        if found is None or (found.private and self.bot_user not in found.members):
            raise ApiError("channel_not_found")
        return found

    def joined(self, channel: str) -> Channel:
        """Return a channel the app is in; raise `not_in_channel`."""
        found = self.visible(channel)
        if self.bot_user not in found.members:
            raise ApiError("not_in_channel")
        return found

    def dm(self, user: str) -> str:
        """Return the direct message of a user and the bot, opened if need be."""
        channel = f"D{self.id}{user}"
        if channel not in self.channels:
            self.person(user)
            members = [user, self.bot_user]
            self.channels[channel] = Channel(channel, "directmessage", user=user, members=members)
        return channel

    # --- messages -------------------------------------------------------------------------

    def put(self, channel: Channel, post: Post) -> Post:
        """Add a message, to its thread too, and send its events."""
        root = channel.posts.get(post.thread_ts) if post.thread_ts else None
        if post.thread_ts and root is None:
            raise ApiError("thread_not_found")
        if root is not None:
            post.parent_user = root.user
            root.replies.append(post.ts)
            if post.user not in root.reply_users:
                root.reply_users.append(post.user)
        with_ids(post.blocks, self.office.id)
        channel.posts[post.ts] = post
        self.emit(channel, events.said(channel, post, root))
        if f"<@{self.bot_user}>" in post.text and channel.kind != "im" and not post.bot:
            self.emit(channel, events.mentioned(channel, post))
        return post

    def revise(self, channel: Channel, post: Post, change: Callable[[Post], None]) -> None:
        """Change a message and send `message_changed`."""
        before = post.payload()
        change(post)
        with_ids(post.blocks, self.office.id)
        self.emit(channel, events.changed(channel, post.payload(), before, self.office.ts()))

    def edited(self, post: Post, user: str) -> None:
        """Mark a message as edited; Slack tells whole seconds only."""
        ts = self.office.ts()
        whole = f"{ts.split('.')[0]}.000000"
        post.edited = {"user": user, "ts": whole if self.office.whole_second_edits else ts}

    def remove(self, channel: Channel, post: Post) -> None:
        """Take a message away; a root with replies leaves a tombstone."""
        if post.replies:
            self.revise(channel, post, _bury)
            return
        del channel.posts[post.ts]
        root = channel.posts.get(post.root)
        if root is not None and post.ts in root.replies:
            root.replies.remove(post.ts)
            left = {channel.posts[ts].user for ts in root.replies}
            root.reply_users = [user for user in root.reply_users if user in left]
        self.emit(channel, events.deleted(channel, post.payload(), self.office.ts()))

    def mark(self, channel: Channel, post: Post, user: str, name: str) -> None:
        """Add a reaction; raise `already_reacted`."""
        users = post.reactions.setdefault(name, [])
        if user in users:
            raise ApiError("already_reacted")
        users.append(user)
        ts = self.office.ts()
        self.emit(channel, events.reaction("reaction_added", channel, post, user, name, ts))

    def unmark(self, channel: Channel, post: Post, user: str, name: str) -> None:
        """Take a reaction away; raise `no_reaction`."""
        users = post.reactions.get(name, [])
        if user not in users:
            raise ApiError("no_reaction")
        users.remove(user)
        if not users:
            del post.reactions[name]
        ts = self.office.ts()
        self.emit(channel, events.reaction("reaction_removed", channel, post, user, name, ts))

    # --- channels -------------------------------------------------------------------------

    def enter(self, channel: Channel, user: str) -> None:
        """Let somebody join: two events, as in Slack."""
        channel.members.append(user)
        ts = self.office.ts()
        self.emit(
            channel,
            events.membership("member_joined_channel", channel, user, self.id, ts),
        )
        self._note(channel, user, "join")

    def exit(self, channel: Channel, user: str) -> None:
        """Let somebody leave; the app learns of its own leaving by another event."""
        ts = self.office.ts()
        if user == self.bot_user:
            self.emit(channel, events.channel_event("left", channel, user, ts))
            channel.members.remove(user)
            return
        channel.members.remove(user)
        self.emit(channel, events.membership("member_left_channel", channel, user, self.id, ts))
        self._note(channel, user, "leave")

    def _note(self, channel: Channel, user: str, what: str) -> None:
        kind = "group" if channel.private else "channel"
        text = f"<@{user}> has {'joined' if what == 'join' else 'left'} the {kind}"
        post = Post(self.office.ts(), user, self.id, text, subtype=f"{kind}_{what}")
        self.put(channel, post)

    def emit(self, channel: Channel, event: Json) -> None:
        """Queue an event of a channel, if the app is in it."""
        if self.bot_user in channel.members:
            self.office.event(self, event)

    # --- what is displayed ----------------------------------------------------------------

    def messages(self, channel: str) -> list[Shown]:
        """Return what stands in the channel itself, oldest first, without "has joined"."""
        posts = self.channels[channel].posts.values()
        shown = [post for post in posts if post.in_channel and post.subtype not in SYSTEM]
        return [Shown.of(channel, post) for post in shown]

    def thread(self, channel: str, ts: str) -> list[Shown]:
        """Return the replies in a thread, oldest first, without its root."""
        posts = self.channels[channel].posts
        return [Shown.of(channel, posts[reply]) for reply in posts[ts].replies]

    def message(self, channel: str, ts: str) -> Shown:
        """Return one message, wherever it stands."""
        return Shown.of(channel, self.channels[channel].posts[ts])

    def ephemerals(self, user: str) -> list[tuple[str, Shown]]:
        """Return what only `user` sees, oldest first, with the channel it stands in."""
        return [(channel, shown) for whom, channel, shown in self.notes if whom == user]

    def modal(self, user: str) -> Json | None:
        """Return the modal the user is looking at."""
        stack = self.modals.get(user)
        return copy.deepcopy(stack[-1]) if stack else None

    def home(self, user: str) -> Json | None:
        """Return the user's Home tab."""
        return copy.deepcopy(self.homes.get(user))


def with_ids(blocks: list[Json], new: Callable[[str], str]) -> None:
    """Give every block its id and every element its action id, as Slack does."""
    for block in blocks:
        block.setdefault("block_id", new("blk"))
        elements = [*block.get("elements", []), block.get("element"), block.get("accessory")]
        for element in elements:
            if isinstance(element, dict) and _acts(element):
                element.setdefault("action_id", new("act"))


_ACTING = re.compile(r"button|select|input|checkboxes|picker|overflow|radio_buttons")


def _acts(element: Json) -> bool:
    return bool(_ACTING.search(str(element.get("type"))))


def _bury(post: Post) -> None:
    post.text, post.user, post.subtype = "This message was deleted.", "USLACKBOT", "tombstone"
    post.blocks, post.files, post.attachments, post.reactions = [], [], [], {}
    post.bot, post.metadata, post.edited, post.client_msg_id = None, None, None, None
    post.tombstone = True
