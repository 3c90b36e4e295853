"""Finds posts of ours in Discord after an answer was lost.

A post is recognised by the numbers of its components (see `search_marks`) and by our own
authorship.  Which parts of a long post are there is remembered until it is done, so no part is
posted twice or left out, and a question whose thread is missing still gets it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from adapters.discord.calls import Calls, list_in, text_in
from adapters.discord.calls_answers import Data
from adapters.discord.places import CHANNEL
from adapters.discord.search_marks import Mark, mark_for, mark_of
from adapters.discord.threads_history import History, just_before
from bot.ids import ChannelId, MessageId, PostKey
from bot.ports.platforms import Refused, TryLater

BEFORE = timedelta(days=1)
"""Discord's clock may be behind ours by this much: a machine set to a wrong zone is hours ahead.

Ours may have been put right since, so it cannot be asked how wrong it was.  What is posted twice
cannot be taken back.
"""
MANY = 500
"""Posts under way that are remembered."""
NEARBY_PAGES = 20
"""Where parts stand among other messages they are looked for on so many pages."""
ARCHIVE_PAGES = 50

_HAS_THREAD = 1 << 5


@dataclass(slots=True)
class Parts:
    """Which parts of a post are there: message by number, from 1, of `total` (0: not known).

    `channel` is where the first one stands; `thread` is its own thread, if it `threaded` and
    that is there.
    """

    there: dict[int, MessageId] = field(default_factory=dict)
    total: int = 0
    channel: ChannelId | None = None
    threaded: bool = False
    thread: ChannelId | None = None

    @property
    def complete(self) -> bool:
        """Whether nothing is missing."""
        parts = sum(1 for number in self.there if number <= self.total)
        return 0 < self.total <= parts and (not self.threaded or self.thread is not None)

    def add(self, channel: ChannelId, message: Data, mark: Mark) -> None:
        """Take over one message of the post."""
        id_ = MessageId(text_in(message, "id"))
        self.there.setdefault(mark.part, id_)
        self.total = max(self.total, mark.parts)
        self.threaded = self.threaded or mark.threaded
        if mark.part == 1:
            self.channel = self.channel or channel
            flags = message.get("flags")
            if (isinstance(flags, int) and flags & _HAS_THREAD) or "thread" in message:
                self.thread = ChannelId(id_)


class Search:
    """Finds posts of ours, and remembers which parts of a post are there until it is done."""

    def __init__(self, calls: Calls, history: History, guild: str) -> None:
        self._calls = calls
        self._history = history
        self._guild = guild
        self._begun: OrderedDict[PostKey, Parts] = OrderedDict()

    def begun(self, key: PostKey) -> Parts:
        """Return what is known of a post that may have been begun; add to it what is posted."""
        parts = self._begun.setdefault(key, Parts())
        self._begun.move_to_end(key)
        while len(self._begun) > MANY:
            self._begun.popitem(last=False)
        return parts

    def done(self, key: PostKey) -> None:
        """Forget a post that is complete."""
        self._begun.pop(key, None)

    async def in_channel(self, channel: ChannelId, key: PostKey, since: datetime) -> Parts:
        """Return which parts of a post arrived in a channel or its own thread since an instant."""
        parts, mark = self.begun(key), mark_for(key)
        if parts.thread is None:
            await self._look(parts, channel, mark, just_before(since - BEFORE))
        if parts.thread is not None and not parts.complete:
            await self._look(parts, parts.thread, mark, parts.thread)
        return parts

    async def in_forum(self, forum: ChannelId, key: PostKey, since: datetime) -> Parts:
        """Return which parts of a forum post arrived since an instant."""
        parts, mark = self.begun(key), mark_for(key)
        oldest = int(just_before(since - BEFORE))
        if not parts.there:
            for thread in await self._threads(forum, oldest):
                message = await self._history.message(thread, thread)
                if message is not None and self._is(message, mark):
                    parts.add(thread, message, mark_of(message) or mark)
                    parts.thread = thread
                    break
        if parts.thread is not None and not parts.complete:
            await self._look(parts, parts.thread, mark, parts.thread)
        return parts

    async def further(
        self, channel: ChannelId, first: MessageId, mark: Mark, *, alone: bool
    ) -> dict[int, list[MessageId]]:
        """Return the parts after the first of a divided post: messages by number.

        `alone` is for a thread of the post's own, which is read to its end.
        """

        def enough(messages: Sequence[Data]) -> bool:
            return not alone and len(self._parts(messages, mark)) >= mark.parts - 1

        pages = {} if alone else {"pages": NEARBY_PAGES}
        messages = await self._history.after(channel, first, enough, **pages)
        return self._parts(messages, mark)

    def _parts(self, messages: Sequence[Data], mark: Mark) -> dict[int, list[MessageId]]:
        found: dict[int, list[MessageId]] = {}
        for message in messages:
            its = mark_of(message)
            if its is not None and its.part > 1 and self._is(message, mark):
                found.setdefault(its.part, []).append(MessageId(text_in(message, "id")))
        return found

    async def _look(self, parts: Parts, channel: ChannelId, mark: Mark, after: str) -> None:
        def take(messages: Sequence[Data]) -> bool:
            for message in messages:
                its = mark_of(message)
                if its is not None and self._is(message, mark):
                    parts.add(channel, message, its)
            return parts.complete

        take(await self._history.after(channel, after, take))

    def _is(self, message: Data, mark: Mark) -> bool:
        its = mark_of(message)
        ours = text_in(message, "author", "id") == self._calls.me
        return ours and its is not None and its.same(mark)

    async def _threads(self, forum: ChannelId, oldest: int) -> list[ChannelId]:
        """Return our posts in a forum that are young enough, also archived ones."""
        path = "/guilds/{guild_id}/threads/active"
        data = await self._calls.one("GET", path, ids={"guild_id": self._guild})
        found = [each for each in _threads(data) if each.get("parent_id") == forum]
        path, params = CHANNEL + "/threads/archived/public", {"limit": "100"}
        for _ in range(ARCHIVE_PAGES):
            data = await self._calls.one("GET", path, params=params, ids={"channel_id": forum})
            page = _threads(data)
            found += page
            last = text_in(page[-1], "thread_metadata", "archive_timestamp") if page else ""
            if data.get("has_more") is not True or not last or _before(last, oldest):
                break
            params = {"limit": "100", "before": last}
        ours = [text_in(each, "id") for each in found if each.get("owner_id") == self._calls.me]
        return [ChannelId(each) for each in dict.fromkeys(ours) if int(each) > oldest]


def _threads(data: Data) -> list[Data]:
    if not isinstance(data.get("threads"), list):
        raise TryLater("unreadable")
    return [each for each in list_in(data, "threads") if text_in(each, "id").isdecimal()]


def _before(moment: str, oldest: int) -> bool:
    try:
        return int(just_before(datetime.fromisoformat(moment))) < oldest
    except ValueError:
        raise Refused("unreadable") from None
