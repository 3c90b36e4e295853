"""What the members of one server are called there.

It knows a bounded number of them for a bounded time, takes what the gateway's cache has, and
asks Discord about the others.  It never fails: who cannot be looked up has no name.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from adapters.discord.calls import Calls, text_in
from adapters.discord.places import keep
from bot.ids import UserId
from bot.ports.outside import Clock
from bot.ports.platforms import Refused, SendError

NAMES_LAST = timedelta(hours=1)
FAILURE_LASTS = timedelta(minutes=1)
"""After a failed look-up nobody asks again for so long."""
PATIENCE = timedelta(seconds=1.5)
"""For a look-up: somebody may be waiting for it."""
STRANGERS = 50
"""So many people at most are looked up at once; others are called as Discord calls them."""


@dataclass(frozen=True, slots=True)
class _Known:
    name: str
    until: datetime


class People:
    """Looks up members, and remembers those who were needed last."""

    def __init__(self, calls: Calls, guild: str, clock: Clock) -> None:
        self._calls = calls
        self._guild = guild
        self._clock = clock
        self._known: OrderedDict[UserId, _Known] = OrderedDict()

    async def name(self, user: UserId) -> str:
        """Return what a user is called in the server; empty if nobody can tell."""
        if cached := self._cached(user):
            return cached
        known = self._known.get(user)
        if known is None or known.until <= self._clock():
            known = await self._ask(user, known)
            keep(self._known, user, known)
        return known.name

    def cached_name(self, user: UserId) -> str:
        """Return the name if it is known, however old; empty otherwise."""
        known = self._known.get(user)
        return self._cached(user) or (known.name if known else "")

    async def meet(self, users: Iterable[UserId]) -> None:
        """Look up those of whom nothing is known, so that their names are at hand."""
        strangers = [user for user in dict.fromkeys(users) if user and not self.cached_name(user)]
        for user in strangers[:STRANGERS]:
            await self.name(user)

    def _cached(self, user: UserId) -> str:
        guild = self._calls.line.client.get_guild(int(self._guild))
        member = guild.get_member(int(user)) if guild and user.isdecimal() else None
        return member.display_name if member else ""

    async def _ask(self, user: UserId, before: _Known | None) -> _Known:
        now = self._clock()
        path = "/guilds/{guild_id}/members/{member_id}"
        try:
            data = await self._calls.one(
                "GET", path, patience=PATIENCE, ids={"guild_id": self._guild, "member_id": user}
            )
        except Refused:
            # Nobody of that name here; asking again soon would not help.
            return _Known(before.name if before else "", now + NAMES_LAST)
        except SendError:
            return _Known(before.name if before else "", now + FAILURE_LASTS)
        return _Known(
            text_in(data, "nick").strip() or shown_name(data.get("user")), now + NAMES_LAST
        )


def shown_name(user: object) -> str:
    """Return the name that Discord itself shows for a user object outside of any server."""
    if not isinstance(user, Mapping):
        return ""
    names: list[Any] = [user.get("global_name"), user.get("username")]
    return next((name.strip() for name in names if isinstance(name, str) and name.strip()), "")
