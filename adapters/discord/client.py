"""The connection to Discord: one client, for speaking and for hearing.

    token --ask--> what it may hear --log in--> client (speaks) --Connection--> client (hears)

Rule: it asks for the least that is needed, and for privileged intents only if the application was
given them (`client_granted`).  Without the content of messages it goes on, and people answer by
button and form.  It keeps nothing that is not needed to know which channel is a thread.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.shard import EventItem, EventType, Shard

from adapters.discord.client_addresses import Addresses, pointed
from adapters.discord.client_faults import UNREACHABLE, kind_of, without_words
from adapters.discord.client_granted import Given, find_out, log_in
from adapters.discord.layout import NOBODY

log = logging.getLogger(__name__)

Wait = Callable[[float], Awaitable[object]]
"""Waits so many seconds."""

IDENTIFY_SECONDS = 5.0
"""Discord lets one session begin in five seconds."""
LIMITED_SECONDS = 30.0
"""discord.py waits out a rate limit of at most this, and raises instead of waiting longer."""
_GOES_ON = 4000
"""The code to leave with so that Discord keeps the session for a while."""
RECIPIENT_SECONDS = 2.5
"""How long a look-up may hold up what happens elsewhere."""
READY_SECONDS = 0.1
"""How long to wait for the next server at the start; later ones are as after an outage."""


class Ear(Protocol):
    """Whoever is told what happens."""

    def heard(self, frame: dict[str, Any]) -> None:
        """Take in one event of the gateway: its name is `t`, its body `d`."""

    async def asked(self, interaction: discord.Interaction[Any]) -> None:
        """Answer somebody who waits."""

    async def greeted(self) -> None:
        """Note that what happened before now may not have been heard."""

    async def moved(self) -> None:
        """Note that the bot has entered or left a server."""


@dataclass(frozen=True, slots=True)
class Shards:
    """Which shards this process serves, of how many."""

    ids: tuple[int, ...]
    count: int

    def __post_init__(self) -> None:
        if not self.ids or not all(0 <= each < self.count for each in self.ids):
            raise ValueError("shards are numbers from 0 to one less than there are")


class Hearing(discord.Client):
    """A client that hands on what it hears, as it comes, to its `ear`."""

    ear: Ear | None = None
    wait: Wait | None = None
    recipient_seconds = RECIPIENT_SECONDS

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.away: set[int] = set()
        """The servers that have an outage."""
        self.gone: set[int] = set()
        """The servers it was removed from while it was connected."""

    @property
    def reads(self) -> bool:
        """Whether it can read what people write in channels."""
        return self.intents.message_content

    def thread_parent(self, channel: str) -> str | None:
        """Return the channel a thread belongs to, "" for what is no thread, `None` if unknown."""
        found = self.get_channel(int(channel))
        if found is None:
            return None
        return str(found.parent_id) if isinstance(found, discord.Thread) else ""

    def channel_name(self, channel: str) -> str:
        """Return a channel's name, "" if it is unknown."""
        return str(getattr(self.get_channel(int(channel)), "name", "") or "")

    def role_name(self, role: str) -> str:
        """Return a role's name, "" if it is unknown."""
        found = (guild.get_role(int(role)) for guild in self.guilds)
        return next((each.name for each in found if each is not None), "")

    async def recipient(self, channel: str) -> str:
        """Ask Discord whose direct message a channel is; "" if it is none.

        Raises:
            discord.DiscordException | OSError | aiohttp.ClientError: If it cannot be told now.
            TimeoutError: If Discord does not answer.
        """
        if not channel.isdecimal():
            return ""
        try:
            async with asyncio.timeout(self.recipient_seconds):
                found = await self.fetch_channel(int(channel))
        except (discord.NotFound, discord.Forbidden):
            return ""
        other = found.recipient if isinstance(found, discord.DMChannel) else None
        return str(other.id) if other else ""

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """See `discord.Client`."""
        del shard_id
        if not initial and self.wait is not None:
            await self.wait(IDENTIFY_SECONDS)

    async def on_socket_raw_receive(self, text: str) -> None:
        """Hand on an event as Discord sent it.

        discord.py's own events leave out what it does not know, and depend on what it remembers.
        """
        if self.ear is None:
            return
        frame = json.loads(text)
        if isinstance(frame, dict) and frame.get("op") == 0:
            self.ear.heard(frame)

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Hand on an interaction."""
        if self.ear is not None:
            await self.ear.asked(interaction)

    async def on_ready(self) -> None:
        """Hand on that a session began, at the start or when the old one could not be resumed.

        Servers that are named but did not come yet have an outage, or are slow.
        """
        self.away.update(guild.id for guild in self.guilds if guild.unavailable)
        await self._greet()

    async def _greet(self) -> None:
        if self.ear is not None:
            await self.ear.greeted()

    async def on_guild_unavailable(self, guild: discord.Guild) -> None:
        """Note that a server has an outage."""
        self.away.add(guild.id)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Hand on that the bot has entered a server, or is in one again."""
        self.gone.discard(guild.id)
        if self.ear is not None and self.is_ready():
            await self.ear.moved()

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Hand on that the bot is in a server no more, which is no outage."""
        self.away.discard(guild.id)
        self.gone.add(guild.id)
        if self.ear is not None:
            await self.ear.moved()

    async def on_guild_available(self, guild: discord.Guild) -> None:
        """Hand on that a server is back: what happened there meanwhile was not told."""
        if guild.id in self.gone:
            await self.on_guild_join(guild)
        if guild.id in self.away:
            self.away.discard(guild.id)
            await self._greet()

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        """Log what went wrong, without its words."""
        del args, kwargs
        error = sys.exc_info()[1] or RuntimeError()
        tell("something from Discord was not handled", error, event_method[:40])


class HearingShards(Hearing, discord.AutoShardedClient):
    """A client with a connection for each of its shards.

    discord.py ends all of them where one hears what it cannot read; here that one begins anew.
    """

    async def launch_shard(
        self, gateway: yarl.URL, shard_id: int, *, initial: bool = False
    ) -> None:
        """See `discord.AutoShardedClient`."""
        await super().launch_shard(gateway, shard_id, initial=initial)
        launched = self.get_shard(shard_id)
        if launched is not None:
            # There is no public way to say that this, too, is no reason to end.
            shard: Any = launched._parent  # noqa: SLF001
            shard._handled_exceptions = (Exception,)  # noqa: SLF001
            shard._handle_disconnect = partial(self._broken, shard)  # noqa: SLF001

    async def _broken(self, shard: Any, error: Exception) -> None:
        if isinstance(error, (*UNREACHABLE, TimeoutError)):
            await Shard._handle_disconnect(shard, error)  # noqa: SLF001
            return
        tell("the connection to Discord broke", error, f"shard {shard.id}")
        await leave(shard.ws)
        if self.wait is not None:
            await self.wait(shard._backoff.delay())  # noqa: SLF001
        shard._queue_put(EventItem(EventType.reconnect, shard, error))  # noqa: SLF001


async def leave(socket: DiscordWebSocket | None) -> None:
    """Close a connection that is of no use any more, if there is one."""
    if socket is not None:
        await socket.close(_GOES_ON)


@asynccontextmanager
async def logged_in(
    token: str,
    wait: Wait,
    *,
    shards: Shards | None = None,
    addresses: Addresses | None = None,
    place: str = "DISCORD_TOKEN",
    ready_seconds: float = READY_SECONDS,
) -> AsyncIterator[Hearing]:
    """Log in, so that the client can speak; `client_connection.Connection` lets it hear.

    Raises:
        DiscordConnectionError: If the token can never work.
        discord.HTTPException | OSError | aiohttp.ClientError: If Discord cannot be reached now.
    """
    # What the operator must know is logged here; discord.py's lines quote addresses with tokens.
    logging.getLogger("discord").setLevel(logging.CRITICAL)
    with pointed(addresses or Addresses()):
        given = await find_out(token, place)
        client = made(given, wait, shards=shards, ready_seconds=ready_seconds)
        try:
            await log_in(client, token, place)
            yield client
        finally:
            await client.close()


def made(
    given: Given,
    wait: Wait,
    *,
    shards: Shards | None = None,
    ready_seconds: float = READY_SECONDS,
) -> Hearing:
    """Make a client that is not logged in."""
    options: dict[str, Any] = {
        "intents": given.intents(),
        "allowed_mentions": NOBODY,
        "max_messages": None,
        "member_cache_flags": discord.MemberCacheFlags.none(),
        "chunk_guilds_at_startup": False,
        "max_ratelimit_timeout": LIMITED_SECONDS,
        "guild_ready_timeout": ready_seconds,
        "enable_debug_events": True,  # the documented way to hear events as they come
    }
    client: Hearing
    if shards is None:
        client = Hearing(**options)
    else:
        client = HearingShards(shard_ids=list(shards.ids), shard_count=shards.count, **options)
    client.wait = wait
    return client


def tell(what: str, error: BaseException, act: str) -> None:
    """Log a failure by its kind and place."""
    log.error(what, extra={"act": act, "error": kind_of(error)}, exc_info=without_words(error))
