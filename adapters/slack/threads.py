"""What members did in Slack, read again: a thread, the reactions on a post, who is in a channel.

All of it or an error: what would be missing here would be taken for deleted or gone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from adapters.slack.calls import Calls, Data, list_in, text_in
from adapters.slack.emojis import emoji_of
from adapters.slack.entities import addressed, readable
from adapters.slack.moments import moment
from adapters.slack.people import People, shown_name
from adapters.slack.readings import Pages, Reading
from adapters.slack.workspaces import Workspace
from bot.ids import ChannelId, MessageId, UserId
from bot.ports.outgoing import Receipt
from bot.ports.platforms import SeenMessage, SeenReaction, TryLater

PAGE = 200
THREAD_LASTS = timedelta(minutes=15)
"""Pages older than this are read again: what they show may have been changed since."""
STRANGERS = 50
"""So many people at most are looked up for one reading; others are what they seem."""

_SAID = frozenset({"", "bot_message", "file_share", "me_message", "thread_broadcast"})
_ALMOST_A_SECOND = timedelta(microseconds=999_999)
_MENTIONED = re.compile(r"<@([UW][A-Z0-9]+)")


class Threads:
    """Reads one workspace."""

    def __init__(self, workspace: Workspace, calls: Calls, pages: Pages, people: People) -> None:
        self._workspace = workspace
        self._calls = calls
        self._pages = pages
        self._people = people

    async def thread(self, root: Receipt) -> Sequence[SeenMessage]:
        """Return everything written in a thread, oldest first, without its first message."""
        return await self._seen(await self._replies(root), root)

    async def since(self, post: Receipt) -> Sequence[SeenMessage]:
        """Return everything written after a post of ours, in threads too, oldest first."""
        history = ("conversations.history", post.channel, post.message, "since")
        reading = _messages(history[0], channel=post.channel, oldest=post.message, inclusive=True)
        messages = await self._pages.read(reading, *history[1:], kept=True)
        roots = [
            Receipt(post.channel, MessageId(text_in(each, "ts")))
            for each in messages
            if each.get("reply_count")
        ]
        for root in roots:
            messages = messages + await self._replies(root, kept=True)
        seen = await self._seen(messages, post)
        self._pages.forget(*history)
        for root in roots:
            self._pages.forget("conversations.replies", root.channel, root.message, "thread")
        return seen

    async def _replies(self, root: Receipt, *, kept: bool = False) -> list[Data]:
        reading = _messages("conversations.replies", channel=root.channel, ts=root.message)
        return await self._pages.read(reading, root.channel, root.message, "thread", kept=kept)

    async def _seen(self, messages: Iterable[Data], after: Receipt) -> list[SeenMessage]:
        direct = after.channel.startswith("D")
        said = {text_in(each, "ts"): each for each in messages if self._was_said(each, direct)}
        said.pop(after.message, None)
        await self._get_to_know(said.values())
        return [self._shown(said[ts]) for ts in sorted(said, key=moment)]

    async def reactions(self, at: Receipt) -> Sequence[SeenReaction]:
        """Return who reacted with what; our own reactions left out."""
        data = await self._calls.read(
            "reactions.get", channel=at.channel, timestamp=at.message, full=True
        )
        if text_in(data, "message", "ts") != at.message:
            raise TryLater("unreadable")
        # One person may use the same emoji in several skin tones.
        seen: dict[SeenReaction, None] = {}
        for reaction in list_in(data, "message", "reactions"):
            users, emoji = reaction.get("users"), emoji_of(text_in(reaction, "name"))
            for user in users if isinstance(users, list) else ():
                if isinstance(user, str) and user != self._workspace.bot_user:
                    seen[SeenReaction(UserId(user), emoji)] = None
        return list(seen)

    async def members(self, channel: ChannelId) -> Sequence[UserId]:
        """Return who is in a channel, without bots and closed accounts as far as they are known."""
        args = {"channel": channel, "limit": PAGE}
        reading = Reading("conversations.members", tuple(args.items()), "members")
        found = await self._pages.read(reading, channel)
        users = [UserId(each["id"]) for each in found]
        await self._meet(users)
        us = self._workspace.bot_user
        return [user for user in users if user != us and not self._people.known_absent(user)]

    async def _get_to_know(self, messages: Iterable[Data]) -> None:
        users = []
        for message in messages:
            profile, user = message.get("user_profile"), UserId(text_in(message, "user"))
            if isinstance(profile, dict) and user and not self._people.cached_name(user):
                self._people.renamed(user, shown_name(profile))
            users += [user, *map(UserId, _MENTIONED.findall(text_in(message, "text")))]
        await self._meet(user for user in users if not self._people.cached_name(user))

    async def _meet(self, users: Iterable[UserId]) -> None:
        strangers = [user for user in dict.fromkeys(users) if user and not self._people.knows(user)]
        for user in strangers[:STRANGERS]:
            await self._people.name(user)

    def _shown(self, message: Data) -> SeenMessage:
        user = UserId(text_in(message, "user") or text_in(message, "bot_id"))
        said_at = moment(text_in(message, "ts"))
        text = text_in(message, "text")
        command = addressed(text, self._workspace.bot_user)
        if command is None or (not command and _is_edited(message)):
            command = text
        return SeenMessage(
            message=MessageId(text_in(message, "ts")),
            user=user,
            name=self._people.cached_name(user),
            is_bot=self._is_bot(message),
            text=readable(command, self._name),
            said_at=said_at,
            revised_at=_revised_at(message, said_at),
            files=len(list_in(message, "files")),
        )

    def _was_said(self, message: Data, direct: bool) -> bool:
        """Tell whether somebody says something; outside direct messages, not a command to us.

        A mention of us that was written into a message later is no command, and takes no answer
        away: only a message that was never changed is left out for one.
        """
        text = text_in(message, "text")
        return (
            text_in(message, "subtype") in _SAID
            and bool(text_in(message, "ts"))
            and message.get("hidden") is not True
            and (bool(text) or bool(message.get("files")))
            and (direct or _is_edited(message) or addressed(text, self._workspace.bot_user) is None)
        )

    def _is_bot(self, message: Data) -> bool:
        user = text_in(message, "user")
        return (
            not user
            or bool(text_in(message, "bot_id"))
            or text_in(message, "subtype") == "bot_message"
            or user == self._workspace.bot_user
        )

    def _name(self, user: str) -> str:
        return self._people.cached_name(UserId(user))


def _messages(method: str, **args: object) -> Reading:
    return Reading(method, tuple({**args, "limit": PAGE}.items()), lasts=THREAD_LASTS)


def _is_edited(message: Data) -> bool:
    return bool(text_in(message, "edited", "ts"))


def _revised_at(message: Data, said_at: datetime) -> datetime:
    """Return when the text was changed last; what is read now came after what was told before.

    Slack tells it in whole seconds, so a change can seem to be older than the message itself.
    """
    edited = text_in(message, "edited", "ts")
    if not edited:
        return said_at
    at = moment(edited)
    return at if at.microsecond else at + _ALMOST_A_SECOND
