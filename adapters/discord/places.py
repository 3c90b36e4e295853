"""Where things are in Discord: what kind a channel is, and where the root of a thread lives.

A post with a thread has the id of its thread: its receipt is (T, T).  In a text channel its
message stands in the channel that the thread belongs to; in a forum it stands in the thread.
What was asked once is remembered, since none of it ever changes.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from adapters.discord.calls import Calls, number_in, text_in
from adapters.discord.calls_answers import ARCHIVED, HAS_THREAD, Data
from bot.ids import ChannelId
from bot.ports.outgoing import Receipt
from bot.ports.platforms import Refused, TryLater

K = TypeVar("K")
V = TypeVar("V")
T = TypeVar("T")

MANY = 5_000
"""Channels, direct messages and undivided posts that are remembered."""
WEEK_MINUTES = 10_080
"""Threads archive themselves after a week of silence, the longest Discord offers."""
FOREIGN = "channel_of_another_server"

CHANNEL = "/channels/{channel_id}"
TEXT, NEWS, NEWS_THREAD, THREAD, PRIVATE_THREAD = 0, 5, 10, 11, 12
_FORUMS = frozenset({15, 16})
_THREADS = frozenset({NEWS_THREAD, THREAD, PRIVATE_THREAD})


@dataclass(frozen=True, slots=True)
class Channel:
    """What is known of a channel; `guild` is "" for a direct message, `parent` for no thread."""

    id: ChannelId
    kind: int
    guild: str
    parent: str

    @property
    def is_forum(self) -> bool:
        """Whether it holds posts and no messages."""
        return self.kind in _FORUMS

    @property
    def has_threads(self) -> bool:
        """Whether its messages can have threads."""
        return self.kind in {TEXT, NEWS}


class Places:
    """The channels of one server, and direct messages."""

    def __init__(self, calls: Calls, guild: str) -> None:
        self.guild = guild
        self._calls = calls
        self._known: OrderedDict[str, Channel] = OrderedDict()
        self._roots: OrderedDict[str, ChannelId] = OrderedDict()

    async def channel(self, channel: str) -> Channel:
        """Return what a channel is; one of another server is refused."""
        known = self._known.get(channel)
        if known is None:
            known = _channel(
                await self._calls.one("GET", CHANNEL, ids={"channel_id": _id(channel)})
            )
            keep(self._known, channel, known)
        if known.guild and known.guild != self.guild:
            raise Refused(FOREIGN)
        return known

    async def home(self, at: Receipt) -> ChannelId:
        """Return the channel that a message stands in."""
        if not is_own_thread(at):
            return at.channel
        home = self._roots.get(at.message)
        if home is None:
            home = await self._root(at.channel)
            keep(self._roots, at.message, home)
        return home

    async def _root(self, thread: ChannelId) -> ChannelId:
        place = await self.channel(thread)
        if place.kind not in _THREADS or not place.parent:
            return thread
        parent = await self.channel(place.parent)
        return thread if parent.is_forum else parent.id

    async def open_thread(self, channel: ChannelId, message: str, name: str) -> ChannelId:
        """Open the thread of a message and return its id; one that is there is as good."""
        body = {"name": name, "auto_archive_duration": WEEK_MINUTES}
        path = CHANNEL + "/messages/{message_id}/threads"
        try:
            await self._calls.one(
                "POST", path, json=body, ids={"channel_id": channel, "message_id": message}
            )
        except Refused as error:
            if error.reason != HAS_THREAD:
                raise
        self.rooted(message, channel)
        return ChannelId(message)

    def rooted(self, thread: str, channel: ChannelId) -> None:
        """Remember where the root of a thread stands."""
        keep(self._roots, thread, channel)

    async def awake(self, channel: ChannelId, act: Callable[[], Awaitable[T]]) -> T:
        """Do something in a channel; if that is an archived thread, reopen it first."""
        try:
            return await act()
        except Refused as error:
            if error.reason != ARCHIVED:
                raise
        await self.wake(channel)
        return await act()

    async def wake(self, thread: str) -> None:
        """Reopen a thread; already so is success."""
        await self._calls.one(
            "PATCH", CHANNEL, json={"archived": False}, ids={"channel_id": thread}
        )


def is_own_thread(at: Receipt) -> bool:
    """Tell whether a receipt is of a post with a thread of its own."""
    return str(at.channel) == str(at.message)


def keep(memory: OrderedDict[K, V], key: K, value: V) -> None:
    """Remember something, and forget the oldest if that is too much."""
    memory[key] = value
    memory.move_to_end(key)
    while len(memory) > MANY:
        memory.popitem(last=False)


def checked_id(value: str) -> str:
    """Return an id of Discord's; whatever else stands in a row cannot be one.

    Raises:
        Refused: If it is none.
    """
    return _id(value)


def _id(value: str) -> str:
    if not (value.isascii() and value.isdecimal() and len(value) <= 20):
        raise Refused("not_an_id")
    return value


def _channel(data: Data) -> Channel:
    if not text_in(data, "id") or not isinstance(data.get("type"), int):
        raise TryLater("unreadable")
    return Channel(
        ChannelId(text_in(data, "id")),
        number_in(data, "type"),
        text_in(data, "guild_id"),
        text_in(data, "parent_id"),
    )
