"""Discord's side of a running coach: one bot that speaks and hears in all its servers.

    bot token --log in--> client --> couriers (out), door (in: the gateway)

Rule: what can never work ends the start with its cure; later it is told of with its cure, and who
asked for this side decides what that ends.  A Discord that cannot be reached is waited for.

Nothing listens on a port unless `PORT` is set: then `/healthz` and `/readyz` are served there, as
a platform that starts containers asks for.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from adapters.discord.client import Hearing, Shards, logged_in
from adapters.discord.client_addresses import Addresses
from adapters.discord.client_connection import Connection
from adapters.discord.client_faults import UNREACHABLE
from adapters.discord.door import Door, Engine, open_door
from adapters.discord.send import DiscordCouriers
from app.outside import Outside
from app.settings import Settings
from bot.ids import ChannelId, MessageId, UserId, WorkspaceId
from bot.ports.work import Store, Work
from bot.services.coach import Coach

log = logging.getLogger(__name__)

PLATFORM = "discord"
FIRST_WAIT = timedelta(seconds=2)
LONGEST_WAIT = timedelta(minutes=2)
STOPPING = timedelta(seconds=1.5)
"""How long what was heard may take at a stop, and how long its answers."""


@dataclass(frozen=True, slots=True)
class DiscordSide:
    """Discord, connected for speaking; `open_doors` connects it for hearing."""

    outside: Outside
    client: Hearing
    couriers: DiscordCouriers


@dataclass(frozen=True, slots=True)
class Homes:
    """Tells which server something in a direct message belongs to, and who takes part where."""

    store: Store
    coach: Coach

    async def of(
        self,
        user: UserId,
        channel: ChannelId,
        message: MessageId | None,
        without: frozenset[WorkspaceId] = frozenset(),
    ) -> WorkspaceId:
        """See adapters.discord.door_home.Home."""
        return await self.store.run(
            lambda work: self.coach.home(work, PLATFORM, user, channel, message, without)
        )

    async def member(self, workspace: WorkspaceId, channel: ChannelId, user: UserId) -> bool:
        """See adapters.discord.unread.IsMember."""

        def found(work: Work) -> bool:
            cohort = work.cohorts.at(workspace, channel)
            member = work.members.get(cohort.id, user) if cohort else None
            return member is not None and not member.left

        return await self.store.run(found)


@asynccontextmanager
async def connected(settings: Settings, outside: Outside) -> AsyncIterator[DiscordSide]:
    """Log in, and be able to speak wherever the bot is.

    Raises:
        DiscordConnectionError: If the token can never work.
    """
    async with AsyncExitStack() as stack:
        client = await _client(stack, settings, outside)
        couriers = DiscordCouriers(client, outside.clock, outside.wait, draw=outside.draw)
        stack.push_async_callback(couriers.close)
        yield DiscordSide(outside, client, couriers)


@asynccontextmanager
async def open_doors(side: DiscordSide, engine: Engine) -> AsyncIterator[Connection]:
    """Hear what happens in Discord while entered; yield what tells whether it is heard.

    Raises:
        DiscordConnectionError: If Discord can never be heard as it is set up.
    """
    outside = side.outside
    door = Door(side.client, engine, outside.clock, outside.wait, outside.new_id, draw=outside.draw)
    async with open_door(door, outside.wait, stopping=STOPPING) as connection:
        log.info("connected to Discord", extra={"count": len(side.client.guilds)})
        yield connection


async def _client(stack: AsyncExitStack, settings: Settings, outside: Outside) -> Hearing:
    assert settings.discord_token is not None, "nothing else connects Discord"
    token, wait = settings.discord_token.get_secret_value(), FIRST_WAIT
    where = Addresses(settings.discord_api_url, settings.discord_gateway_url)
    while True:
        try:
            return await stack.enter_async_context(
                logged_in(token, outside.wait, shards=_shards(settings), addresses=where)
            )
        except UNREACHABLE:
            # It was logged where it happened.
            await outside.wait(wait.total_seconds())
            wait = min(2 * wait, LONGEST_WAIT)


def lease_names(settings: Settings) -> tuple[str, ...]:
    """Return what only one process at a time may have: its shards, `discord 0/1` for everything."""
    shards = _shards(settings) or Shards((0,), 1)
    return tuple(f"{PLATFORM} {each}/{shards.count}" for each in shards.ids)


def _shards(settings: Settings) -> Shards | None:
    ids, count = settings.discord_shard_ids, settings.discord_shard_count
    return None if ids is None or count is None else Shards(ids, count)
