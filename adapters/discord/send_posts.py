"""Puts posts where they belong, whole and once, and looks for those that may be there.

    question in a text channel:  message --> its thread --> part 2 in it --> ...
    any post in a forum:         thread with its first message --> part 2 in it --> ...
    other posts:                 part 1 --> part 2 below it --> ...
    to one member:               direct message, or if closed, a private thread --> ...

Once anything of a post may be there, nothing but `Unknown` is raised for what could still be
done; what is there is remembered, and the next attempt puts only what is missing.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from datetime import datetime

from adapters.discord.calls_answers import NO_MESSAGE
from adapters.discord.markup import one_line
from adapters.discord.places import Places, is_own_thread
from adapters.discord.places_private import Privately
from adapters.discord.render import BELOW, IN_THREAD, Part, render
from adapters.discord.search import Parts, Search
from adapters.discord.search_marks import PARTS_MOST, Mark, mark_for, nonce
from adapters.discord.send_parts import Showing
from adapters.discord.splitting import clip
from bot.ids import ChannelId, MessageId, PostKey
from bot.messages import Direct, Heading, InThread, Message, Place
from bot.ports.outgoing import Receipt
from bot.ports.platforms import Refused, SendError, TryLater, Unknown

NAME_LIMIT = 100
"""Code units of the name of a thread."""


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a post goes; `name` is that of its own thread, if it has one."""

    channel: ChannelId
    name: str = ""
    forum: bool = False
    reply_to: MessageId | None = None


class Posts:
    """Posts of one server.  Every method raises a `SendError` if it is not done."""

    def __init__(
        self, places: Places, privately: Privately, showing: Showing, search: Search
    ) -> None:
        self._places = places
        self._privately = privately
        self._showing = showing
        self._search = search

    async def post(
        self, place: Place, message: Message, key: PostKey, thread: Receipt | None
    ) -> Receipt:
        """See bot.ports.Courier."""
        if isinstance(place, Direct):
            receipt = await self._post_direct(place, message, key)
            return replace(receipt, elsewhere=self._privately.closed(place.user))
        spot = await self._spot(place.channel, message, _root(place, thread))
        return await self._put_missing(spot, message, key)

    async def _spot(self, channel: ChannelId, message: Message, root: Receipt | None) -> _Spot:
        if root is not None:
            return _Spot(root.channel, reply_to=None if is_own_thread(root) else root.message)
        place = await self._places.channel(channel)
        threaded = place.is_forum or (place.has_threads and message.topic == "question")
        return _Spot(channel, _name(message) if threaded else "", place.is_forum)

    async def _post_direct(self, place: Direct, message: Message, key: PostKey) -> Receipt:
        begun = self._search.begun(key)
        if begun.channel is not None:
            return await self._put_missing(_Spot(begun.channel), message, key)
        if place.near is None or not self._privately.closed(place.user):
            try:
                channel = await self._privately.direct(place.user)
                return await self._put_missing(_Spot(channel), message, key)
            except Refused as error:
                if not error.closed or place.near is None or begun.there:
                    raise
                self._privately.refused(place.user)
        thread = await self._privately.thread(place, place.near)
        return await self._put_missing(_Spot(thread), message, key)

    async def _put_missing(self, spot: _Spot, message: Message, key: PostKey) -> Receipt:
        parts = rendered(message, threaded=bool(spot.name))
        mark = mark_for(key, threaded=bool(spot.name))
        begun = self._search.begun(key)
        begun.total, begun.threaded = len(parts), bool(spot.name)
        if 1 not in begun.there:
            parts = await self._showing.pictured(parts, message)
        try:
            for number, part in enumerate(parts, 1):
                its = mark.of(number, len(parts))
                if number not in begun.there:
                    await self._put_part(begun, spot, part, its, key)
                await self._open_thread(begun, spot)
        except TryLater as error:
            if not begun.there:
                raise
            raise Unknown(error.reason) from error
        self._search.done(key)
        return self._receipt(begun)

    async def _put_part(
        self, begun: Parts, spot: _Spot, part: Part, mark: Mark, key: PostKey
    ) -> None:
        if spot.forum and mark.part == 1:
            thread = await self._showing.begin(spot.channel, spot.name, part, mark)
            begun.there[1], begun.thread = MessageId(thread), thread
            begun.channel = thread
            return
        channel = begun.thread or spot.channel
        begun.there[mark.part] = await self._showing.put(
            channel,
            part,
            mark,
            nonce(key, mark.part),
            reply_to=spot.reply_to,
            patient=bool(begun.there),
        )
        begun.channel = begun.channel or channel

    async def _open_thread(self, begun: Parts, spot: _Spot) -> None:
        if not begun.threaded or begun.thread is not None:
            return
        root = begun.there[1]
        try:
            begun.thread = await self._places.open_thread(spot.channel, root, spot.name)
        except Refused as error:
            # A question that nobody can answer where it says is worse than none.
            if error.reason != NO_MESSAGE:
                await self._take_back(spot.channel, root)
            begun.there.clear()
            raise

    async def _take_back(self, channel: ChannelId, message: MessageId) -> None:
        # If it stays, the organiser is told of the thread anyway.
        with contextlib.suppress(SendError):
            await self._showing.remove(channel, message)

    def _receipt(self, parts: Parts) -> Receipt:
        first = parts.there[1]
        channel = parts.channel or ChannelId("")
        if parts.thread is None:
            return Receipt(channel, first)
        self._places.rooted(parts.thread, channel)
        return Receipt(parts.thread, MessageId(parts.thread))

    # --- looking for posts -------------------------------------------------------------------

    async def find(
        self, place: Place, key: PostKey, since: datetime, thread: Receipt | None
    ) -> Receipt | None:
        """See bot.ports.Courier."""
        parts = await self._find(place, key, since, _root(place, thread))
        if parts.complete:
            self._search.done(key)
            return self._receipt(parts)
        if parts.there and parts.channel is not None:
            # What is missing is posted next; a wait Discord asked for can be passed on only here.
            self._showing.ready(parts.thread or parts.channel)
        return None

    async def _find(
        self, place: Place, key: PostKey, since: datetime, root: Receipt | None
    ) -> Parts:
        if isinstance(place, Direct):
            return await self._find_direct(place, key, since)
        if root is not None:
            return await self._search.in_channel(root.channel, key, since)
        if (await self._places.channel(place.channel)).is_forum:
            return await self._search.in_forum(place.channel, key, since)
        return await self._search.in_channel(place.channel, key, since)

    async def _find_direct(self, place: Direct, key: PostKey, since: datetime) -> Parts:
        parts = self._search.begun(key)
        if parts.channel is not None:
            return await self._search.in_channel(parts.channel, key, since)
        try:
            channel = await self._privately.direct(place.user)
            await self._search.in_channel(channel, key, since)
        except Refused as error:
            if place.near is None or not error.closed:
                raise
        for near in (place.near, *place.further):
            if near is None or parts.there:
                break
            thread = await self._privately.found(place.user, near)
            if thread is not None:
                await self._search.in_channel(thread, key, since)
        return parts


def rendered(message: Message, *, threaded: bool) -> tuple[Part, ...]:
    """Return the parts of a message; `threaded` is whether they go on in its own thread."""
    parts = render(message, IN_THREAD if threaded else BELOW)
    if len(parts) > PARTS_MOST:
        raise Refused("too_long")
    return parts


def _root(place: Place, thread: Receipt | None) -> Receipt | None:
    return thread if isinstance(place, InThread) else None


def _name(message: Message) -> str:
    """Return the name of a post's thread: its heading, and which question it asks."""
    named = [block.text for block in message.blocks if isinstance(block, Heading)][:1]
    if message.topic == "question" or not named:
        named.append(message.summary)
    words = ": ".join(dict.fromkeys(named))
    return clip(one_line(words).strip(), NAME_LIMIT) or "Post"
