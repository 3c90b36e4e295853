"""How one member is spoken to alone: by direct message, else in a private thread with the coach.

A private thread is found again by its name, which ends in a short sign made of the member's id.
Only we can open threads under our name, and whoever could rename one can read it anyway.  It
is opened once: before another one is, Discord is asked for those that are there.
"""

from __future__ import annotations

import base64
import hashlib
from collections import OrderedDict
from contextlib import suppress
from datetime import datetime, timedelta

import discord

from adapters.discord.calls import Calls, list_in, text_in
from adapters.discord.calls_answers import NO_CHANNEL, Data
from adapters.discord.markup import one_line
from adapters.discord.people import People
from adapters.discord.places import (
    CHANNEL,
    PRIVATE_THREAD,
    TEXT,
    WEEK_MINUTES,
    Places,
    checked_id,
    keep,
)
from adapters.discord.splitting import clip
from bot.ids import ChannelId, UserId
from bot.messages import Direct
from bot.ports.outside import Clock
from bot.ports.platforms import Refused, TryLater

CLOSED_LASTS = timedelta(hours=1)
"""So long direct messages count as closed before they are tried again."""
PAGES = 50
"""More pages of archived threads than this are not looked through."""


class Privately:
    """Direct messages and private threads with the members of one server."""

    def __init__(self, calls: Calls, places: Places, people: People, clock: Clock) -> None:
        self._calls = calls
        self._places = places
        self._people = people
        self._clock = clock
        self._direct: OrderedDict[UserId, ChannelId] = OrderedDict()
        self._threads: OrderedDict[tuple[UserId, ChannelId], ChannelId] = OrderedDict()
        self._closed: OrderedDict[UserId, datetime] = OrderedDict()

    def closed(self, user: UserId) -> bool:
        """Tell whether direct messages to a user were refused lately."""
        at = self._closed.get(user)
        return at is not None and self._clock() - at < CLOSED_LASTS

    def refused(self, user: UserId) -> None:
        """Remember that a direct message was refused just now."""
        keep(self._closed, user, self._clock())

    async def direct(self, user: UserId) -> ChannelId:
        """Return the channel of somebody's direct message."""
        channel = self._direct.get(user)
        if channel is None:
            body = {"recipient_id": checked_id(user)}
            data = await self._calls.one("POST", "/users/@me/channels", json=body)
            channel = ChannelId(text_in(data, "id"))
            if not channel:
                raise TryLater("unreadable")
            keep(self._direct, user, channel)
        return channel

    async def thread(self, place: Direct, near: ChannelId) -> ChannelId:
        """Return the private thread with somebody below a channel; open it if there is none.

        It is below `near`, or else below the first of the `further` channels that can have one.

        Raises:
            Refused: If there cannot be one; as if direct messages were all there is.
        """
        *others, last = (near, *place.further)
        for each in others:
            with suppress(Refused):
                return await self._below(place, each)
        return await self._below(place, last)

    async def _below(self, place: Direct, near: ChannelId) -> ChannelId:
        try:
            try:
                return await self._entered(place.user, near)
            except Refused as error:
                if error.reason != NO_CHANNEL:
                    raise
            # Somebody deleted the one that was used before.
            self._threads.pop((place.user, near), None)
            return await self._entered(place.user, near)
        except Refused as error:
            raise Refused(error.reason, closed=True) from error

    async def _entered(self, user: UserId, near: ChannelId) -> ChannelId:
        thread = await self.found(user, near)
        if thread is None:
            thread = await self._opened(user, near)
        await self._let_in(thread, user)
        keep(self._threads, (user, near), thread)
        return thread

    async def found(self, user: UserId, near: ChannelId) -> ChannelId | None:
        """Return the private thread with somebody, if there is one."""
        if known := self._threads.get((user, near)):
            return known
        sign = _sign(user)
        path = "/guilds/{guild_id}/threads/active"
        data = await self._calls.one("GET", path, ids={"guild_id": self._places.guild})
        for thread in list_in(data, "threads"):
            if self._is(thread, near, sign):
                return ChannelId(text_in(thread, "id"))
        return await self._archived(near, sign)

    async def _archived(self, near: ChannelId, sign: str) -> ChannelId | None:
        path = CHANNEL + "/users/@me/threads/archived/private"
        params = {"limit": "100"}
        for _ in range(PAGES):
            data = await self._calls.one("GET", path, params=params, ids={"channel_id": near})
            threads = list_in(data, "threads")
            for thread in threads:
                if self._is(thread, near, sign):
                    await self._places.wake(text_in(thread, "id"))
                    return ChannelId(text_in(thread, "id"))
            if not threads or data.get("has_more") is not True:
                break
            params["before"] = text_in(threads[-1], "id")
        return None

    def _is(self, thread: Data, near: ChannelId, sign: str) -> bool:
        return (
            thread.get("type") == PRIVATE_THREAD
            and thread.get("parent_id") == near
            and thread.get("owner_id") == self._calls.me
            and text_in(thread, "name").endswith(sign)
        )

    async def _opened(self, user: UserId, near: ChannelId) -> ChannelId:
        if (await self._places.channel(near)).kind != TEXT:
            raise Refused("no_private_threads")
        # Nobody is to find an empty thread made for somebody who has left.
        path = "/guilds/{guild_id}/members/{member_id}"
        await self._calls.one(
            "GET", path, ids={"guild_id": self._places.guild, "member_id": checked_id(user)}
        )
        name = clip(one_line(await self._people.name(user)).strip(), 70)
        body = {
            "name": f"Just {name or 'one member'} and the coach{_sign(user)}",
            "type": PRIVATE_THREAD,
            "invitable": False,
            "auto_archive_duration": WEEK_MINUTES,
        }
        path = CHANNEL + "/threads"
        data = await self._calls.one(
            "POST", path, twice="shows", json=body, ids={"channel_id": near}
        )
        return ChannelId(text_in(data, "id"))

    async def _let_in(self, thread: ChannelId, user: UserId) -> None:
        path = CHANNEL + "/thread-members/{user_id}"
        await self._places.awake(
            thread,
            lambda: self._calls.call("PUT", path, ids={"channel_id": thread, "user_id": user}),
        )


def alone_with(client: discord.Client, channel: str, user: str) -> bool:
    """Tell whether a thread, as far as the client knows it, is our private one with a user."""
    thread = client.get_channel(int(channel))
    return (
        isinstance(thread, discord.Thread)
        and thread.is_private()
        and client.user is not None
        and thread.owner_id == client.user.id
        and thread.name.endswith(_sign(user))
    )


def _sign(user: str) -> str:
    digest = hashlib.sha256(f"private thread {user}".encode()).digest()
    return f" · {base64.b32encode(digest)[:6].decode().lower()}"
