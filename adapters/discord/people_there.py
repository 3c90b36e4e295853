"""Whether somebody is in a server now.

A button in a direct message outlives their being there, and so does what the database holds.

    known lately? --no--> asked over the gateway, with others --not told--> asked by a call

Rule: nobody counts as being there unless Discord says so, or said so lately.  Where it tells who
leaves, that lasts; elsewhere it is asked again soon.  A look-up that fails is no answer: then only
what was known within the hour still counts.
"""

from __future__ import annotations

from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

import discord

from adapters.discord.calls import Calls, Line
from adapters.discord.calls_answers import HIDDEN, NO_GUILD, NO_MEMBER
from adapters.discord.people import PATIENCE
from adapters.discord.people_together import SECONDS, Together, Unheard
from adapters.discord.places import keep
from bot.ids import UserId, WorkspaceId
from bot.ports.outside import Clock
from bot.ports.platforms import Refused, SendError

Standing = Literal["in", "out", "unserved"]
"""In the server, not in it, or the bot itself is not in it."""

LASTS: Final = timedelta(minutes=1)
"""So long what Discord said counts, where nobody tells who leaves."""
TOLD_LASTS: Final = timedelta(hours=1)
"""The same where that is told, or where Discord cannot be asked."""

_NOBODY: Final = UserId("")
_IDS_END: Final = 1 << 63
_STANDINGS: Final[dict[str, Standing]] = {
    NO_MEMBER: "out",
    "unknown_user": "out",
    NO_GUILD: "unserved",
    HIDDEN: "unserved",
}


@dataclass(frozen=True, slots=True)
class _Known:
    standing: Standing
    at: datetime


class Whereabouts:
    """Looks up who is in a server, and remembers who was.

    `seconds` is how long the gateway may take to answer.
    """

    def __init__(self, client: discord.Client, clock: Clock, seconds: float = SECONDS) -> None:
        self._client = client
        self._clock = clock
        self._seconds = seconds
        self._line = Line(client, clock, PATIENCE)
        self._told_since = datetime.min.replace(tzinfo=UTC)
        self._known: OrderedDict[tuple[UserId, WorkspaceId], _Known] = OrderedDict()
        self._together: dict[int, Together] = {}
        self._departures = 0

    async def standing(self, user: UserId, workspace: WorkspaceId) -> Standing:
        """Tell whether somebody is in a server; everybody is where there is none.

        Raises:
            SendError: If nobody can tell now.
        """
        guild = _guild(workspace)
        if not guild.isdecimal():
            return "in"
        if not 0 < int(guild) < _IDS_END:
            return "unserved"
        for known in (self._known.get((_NOBODY, workspace)), self._known.get((user, workspace))):
            if known is not None and self._is_fresh(known, int(guild)):
                return known.standing
        return await self._look(user, workspace)

    def name(self, workspace: WorkspaceId) -> str:
        """Return what a server is called; empty if nobody can tell."""
        guild = _guild(workspace)
        found = self._client.get_guild(int(guild)) if guild.isdecimal() else None
        return found.name if found else ""

    def seen(self, user: UserId, workspace: WorkspaceId) -> None:
        """Note that somebody did something in a server just now."""
        if user and _guild(workspace).isdecimal():
            keep(self._known, (user, workspace), _Known("in", self._clock()))

    def left(self, user: UserId, workspace: WorkspaceId) -> None:
        """Note that somebody has left a server."""
        self._departures += 1
        self._known.pop((user, workspace), None)

    def greeted(self) -> None:
        """Note that somebody may have left before now without our being told."""
        self._told_since = self._clock()

    def moved(self) -> None:
        """Note that the bot has entered or left a server."""
        for user, workspace in list(self._known):
            if user == _NOBODY or self._client.get_guild(int(_guild(workspace))) is None:
                del self._known[user, workspace]
        for guild in list(self._together):
            if self._client.get_guild(guild) is None:
                del self._together[guild]

    def _is_fresh(self, known: _Known, guild: int) -> bool:
        told = self._client.intents.members and self._client.get_guild(guild) is not None
        lasts = told and known.standing == "in" and known.at >= self._told_since
        return self._clock() - known.at <= (TOLD_LASTS if lasts else LASTS)

    async def _look(self, user: UserId, workspace: WorkspaceId) -> Standing:
        now, departures = self._clock(), self._departures
        try:
            found = await self._ask(user, workspace)
        except SendError:
            known = self._known.get((user, workspace))
            if known is None or now - known.at > TOLD_LASTS:
                raise
            return known.standing
        self._known.pop((user, workspace), None)
        # Whoever enters is let in at once, so that somebody is out is never remembered; nor is
        # what may have been over before it arrived.
        if found != "out" and departures == self._departures:
            who = user if found == "in" else _NOBODY
            keep(self._known, (who, workspace), _Known(found, now))
        return found

    async def _ask(self, user: UserId, workspace: WorkspaceId) -> Standing:
        guild = self._client.get_guild(int(_guild(workspace)))
        if guild is not None and not guild.unavailable:
            together = self._together.setdefault(guild.id, Together(guild, self._seconds))
            with suppress(Unheard):
                return "in" if await together.is_there(user) else "out"
        return await self._call(user, workspace)

    async def _call(self, user: UserId, workspace: WorkspaceId) -> Standing:
        path = "/guilds/{guild_id}/members/{member_id}"
        ids = {"guild_id": _guild(workspace), "member_id": user}
        try:
            await Calls(self._line, workspace).one("GET", path, ids, patience=PATIENCE)
        except Refused as error:
            if error.reason not in _STANDINGS:
                raise
            return _STANDINGS[error.reason]
        return "in"


def _guild(workspace: WorkspaceId) -> str:
    return workspace.partition(":")[2]
