"""What members did in Discord, read again: a thread, direct messages, reactions on a post.

All of it or an error: what would be missing here would be taken for deleted.  Where Discord
withholds what members wrote, because the app lacks the intent for message content, nothing is
read in a server at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import discord

from adapters.discord.calls import Calls, list_in, number_in, text_in
from adapters.discord.calls_answers import NO_MESSAGE, Data
from adapters.discord.emojis import emoji_of
from adapters.discord.markdown import addressed, mentioned, readable
from adapters.discord.people import People, shown_name
from adapters.discord.places import Places, checked_id, is_own_thread
from adapters.discord.threads_history import MESSAGE, PAGE, PAGES, History, said_at
from bot.ids import MessageId, UserId
from bot.ports.outgoing import Receipt
from bot.ports.platforms import Refused, SeenMessage, SeenReaction, TryLater

CONTENT_HIDDEN = "content_intent_missing"

_SAID = frozenset({0, 19})
"""Types of messages that somebody wrote, plain ones and replies; the others are notices."""
_NORMAL, _BURST = "0", "1"


class Threads:
    """Reads one server, and direct messages."""

    def __init__(self, calls: Calls, places: Places, people: People, history: History) -> None:
        self._calls = calls
        self._places = places
        self._people = people
        self._history = history

    async def thread(self, root: Receipt) -> Sequence[SeenMessage]:
        """Return everything written in a post's thread, oldest first, without its first message."""
        self._check_readable()
        after = "0" if is_own_thread(root) else root.message
        messages = await self._history.after(root.channel, after)
        return await self._seen(messages, root, direct=False)

    async def since(self, post: Receipt) -> Sequence[SeenMessage]:
        """Return everything written after a post of ours to one member, oldest first."""
        direct = not (await self._places.channel(post.channel)).guild
        if not direct:
            self._check_readable()
        messages = await self._history.after(post.channel, post.message)
        return await self._seen(messages, post, direct=direct)

    def _check_readable(self) -> None:
        if not self._calls.line.client.intents.message_content:
            raise Refused(CONTENT_HIDDEN)

    async def _seen(
        self, messages: Iterable[Data], after: Receipt, *, direct: bool
    ) -> list[SeenMessage]:
        said = [each for each in messages if self._was_said(each, after, direct=direct)]
        await self._people.meet(_everybody(said))
        return [self._shown(each, direct=direct) for each in said]

    def _was_said(self, message: Data, after: Receipt, *, direct: bool) -> bool:
        """Tell whether somebody says something; outside direct messages, not a command to us."""
        text = text_in(message, "content")
        return (
            message.get("type") in _SAID
            and text_in(message, "id") != after.message
            and bool(text_in(message, "author", "id"))
            and (bool(text.strip()) or _files(message) > 0)
            and (direct or addressed(text, self._calls.me) is None)
        )

    def _shown(self, message: Data, *, direct: bool) -> SeenMessage:
        author = message["author"]
        user = UserId(text_in(author, "id"))
        text = text_in(message, "content")
        command = None if direct else addressed(text, self._calls.me)
        names = {text_in(each, "id"): shown_name(each) for each in list_in(message, "mentions")}
        at = said_at(message["id"])
        return SeenMessage(
            message=MessageId(message["id"]),
            user=user,
            name=self._people.cached_name(user) or shown_name(author),
            is_bot=_is_machine(message),
            text=readable(
                text if command is None else command,
                lambda each: self._people.cached_name(UserId(each)) or names.get(each, ""),
                self._channel_name,
                self._role_name,
            ),
            said_at=at,
            revised_at=_revised_at(message, at),
            files=_files(message),
        )

    def _channel_name(self, channel: str) -> str:
        guild = self._calls.line.client.get_guild(int(self._places.guild))
        found = guild.get_channel_or_thread(int(channel)) if guild else None
        return found.name if found else ""

    def _role_name(self, role: str) -> str:
        guild = self._calls.line.client.get_guild(int(self._places.guild))
        found = guild.get_role(int(role)) if guild else None
        return found.name if found else ""

    # --- reactions ---------------------------------------------------------------------------

    async def reactions(self, at: Receipt) -> Sequence[SeenReaction]:
        """Return who reacted with what; our own reactions left out."""
        home = await self._places.home(at)
        message = await self._history.message(home, at.message)
        if message is None:
            raise Refused(NO_MESSAGE)
        # One person may use the same emoji in several skin tones, or as a burst as well.
        seen: dict[SeenReaction, None] = {}
        for reaction in list_in(message, "reactions"):
            name, custom = text_in(reaction, "emoji", "name"), text_in(reaction, "emoji", "id")
            emoji = emoji_of(name, custom or None)
            for kind in _kinds(reaction):
                for user in await self._users(home, at.message, _path(name, custom), kind):
                    if user != self._calls.me:
                        seen[SeenReaction(UserId(user), emoji)] = None
        return list(seen)

    async def _users(self, channel: str, message: str, emoji: str, kind: str) -> list[str]:
        found: list[str] = []
        params = {"limit": str(PAGE)} | ({"type": kind} if kind == _BURST else {})
        for _ in range(PAGES):
            page = await self._calls.many(
                MESSAGE + "/reactions/{emoji}",
                params=params,
                ids={"channel_id": channel, "message_id": message, "emoji": emoji},
            )
            users = [text_in(each, "id") for each in page]
            if not all(user.isdecimal() for user in users):
                raise TryLater("unreadable")
            found += users
            if len(page) < PAGE:
                return found
            params["after"] = max(users, key=int)
        raise Refused("too_many_pages")


def _path(name: str, custom: str) -> str:
    return f"{name}:{checked_id(custom)}" if custom else name


def _kinds(reaction: Data) -> list[str]:
    burst = number_in(reaction, "count_details", "burst") > 0
    return [_NORMAL, _BURST] if burst else [_NORMAL]


def _everybody(messages: Iterable[Data]) -> Iterable[UserId]:
    for message in messages:
        if not _is_machine(message):
            yield UserId(text_in(message, "author", "id"))
        yield from map(UserId, mentioned(text_in(message, "content")))


def _is_machine(message: Data) -> bool:
    author = message["author"]
    known = author.get("bot") is True or author.get("system") is True
    return known or bool(text_in(message, "webhook_id"))


def _files(message: Data) -> int:
    return len(list_in(message, "attachments")) + len(list_in(message, "sticker_items"))


def _revised_at(message: Data, at: datetime) -> datetime:
    edited = discord.utils.parse_time(text_in(message, "edited_timestamp") or None)
    return edited or at
