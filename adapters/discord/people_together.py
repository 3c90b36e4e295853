"""Who of some people is in a server, asked over the gateway for many at once.

    one asks --> asked alone
    others meanwhile --> wait, and are asked together next

Rule: one question at a time for each server, for at most 100 people, and it needs no privileged
intent.  What is asked here takes nothing from the calls that posts need, so nobody who presses a
button waits behind them.
https://docs.discord.com/developers/events/gateway-events#request-guild-members
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from itertools import islice
from typing import Final

import discord

from adapters.discord.client_faults import UNREACHABLE
from bot.ids import UserId

MOST: Final = 100
"""So many people Discord tells of at once."""
SECONDS: Final = 1.0
"""How long one answer may take; where none comes there is time to ask in another way."""


class Unheard(Exception):
    """The gateway cannot tell now."""


class Together:
    """Asks about the people of one server."""

    def __init__(self, guild: discord.Guild, seconds: float = SECONDS) -> None:
        self._guild = guild
        self._seconds = seconds
        self._asking = asyncio.Lock()
        self._waiting: dict[int, asyncio.Future[bool]] = {}

    async def is_there(self, user: UserId) -> bool:
        """Tell whether somebody is in the server.

        Raises:
            Unheard: If the gateway does not tell in time.
        """
        if not user.isdecimal():
            return False
        mine = self._waiting.setdefault(int(user), asyncio.get_running_loop().create_future())
        async with self._asking:
            if not mine.done():
                await self._ask(dict.fromkeys((int(user), *self._waiting)))
        if mine.cancelled():
            raise Unheard
        return mine.result()

    async def _ask(self, users: Iterable[int]) -> None:
        some = list(islice(users, MOST))
        found: set[int] | None = None
        try:
            async with asyncio.timeout(self._seconds):
                asked = self._guild.query_members(limit=MOST, user_ids=some, cache=False)
                found = {member.id for member in await asked}
        except (*UNREACHABLE, AttributeError, RuntimeError, TimeoutError):
            # The last two but one are what discord.py raises while it has no connection.
            pass
        for user in some:
            waited = self._waiting.pop(user)
            # All of them ask in another way at once, not one after the other.
            waited.cancel() if found is None else waited.set_result(user in found)
