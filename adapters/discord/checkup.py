"""Looks at Discord before members notice: the token, intents, channels of cohorts, the clock.

Rule: it asks and changes nothing, and contacts nothing but the API it is given.
"""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp

from adapters.discord import findings
from adapters.discord.findings import Finding, Server, shown
from bot.ids import ChannelId, WorkspaceId

TOKEN = "DISCORD_TOKEN"  # noqa: S105 - the name of the setting
ADDRESS = "DISCORD_API_URL"
GATEWAY = "discord gateway"

_PREFIX = "discord:"
_PATIENCE = timedelta(seconds=10)
_TRIES = 3
_LONGEST_WAIT_SECONDS = 60
_AGENT = "DiscordBot (loopmates, 1)"
"""Discord refuses calls by programs that do not introduce themselves in this form."""


@dataclass(frozen=True, slots=True)
class Access:
    """What the coach has been given.

    `url` is the API's address; `application` may not be set; `shards` is how many there are.
    """

    token: str = field(repr=False)
    url: str
    application: str | None = None
    shards: int = 1


@dataclass(frozen=True, slots=True)
class Place:
    """Where a cohort is."""

    workspace: WorkspaceId
    channel: ChannelId


@dataclass(frozen=True, slots=True)
class _Answer:
    """What Discord said; `ahead` is by how much its clock is ahead of ours."""

    status: int
    data: Any
    headers: Mapping[str, str]
    ahead: timedelta | None

    @property
    def ok(self) -> bool:
        return self.status == 200

    @property
    def code(self) -> object:
        return self.data.get("code") if isinstance(self.data, Mapping) else None


class _AwayError(Exception):
    """There was no answer, or none of Discord's; its words are fit to be shown."""


async def look(
    access: Access,
    places: Sequence[Place],
    clock: Callable[[], datetime],
    wait: Callable[[float], Awaitable[None]],
) -> tuple[Finding, ...]:
    """Ask Discord about the token, what its application is given, and every cohort's channel.

    Args:
        access: What the settings hold.
        places: Where cohorts are that have not ended; other platforms' are left out.
        clock: Compared with the clock of Discord.
        wait: Sleeps for some seconds, where Discord asks for patience.

    Returns:
        Everything found, good and bad.  Where Discord cannot be reached, that comes last.
    """
    found: list[Finding] = []
    async with aiohttp.ClientSession() as session:
        checkup = _Checkup(access, session, clock, wait)
        try:
            async for finding in checkup.findings(places):
                found.append(finding)  # noqa: PERF401 - what was found before it went counts
        except _AwayError as error:
            cure = "Look at the network, the proxy and this setting; --offline leaves Discord out"
            found.append(Finding(ADDRESS, False, f"{access.url} {error}", cure))
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
            # What is not of the shape that Discord documents is not from Discord.
            cure = "Look at the proxy behind this setting; --offline leaves Discord out"
            wrong = f"{access.url} does not answer as Discord does"
            found.append(Finding(ADDRESS, False, wrong, cure))
    return tuple(found)


class _Checkup:
    """One round through everything; asks about each server once."""

    def __init__(
        self,
        access: Access,
        session: aiohttp.ClientSession,
        clock: Callable[[], datetime],
        wait: Callable[[float], Awaitable[None]],
    ) -> None:
        self._access = access
        self._session = session
        self._clock = clock
        self._wait = wait
        self._servers: dict[str, Server | _Answer] = {}

    async def findings(self, places: Sequence[Place]) -> AsyncIterator[Finding]:
        me = await self._ask("/users/@me")
        if me.ok:
            id_, bot = str(me.data["id"]), shown(me.data["username"])
            yield Finding(TOKEN, True, f"good for @{bot}")
            for finding in [*await self._application(), *await self._gateway()]:
                yield finding
            for place in places:
                if place.workspace.startswith(_PREFIX):
                    for finding in await self._place(place, id_, bot):
                        yield finding
        else:
            yield findings.refused(TOKEN, me.status, me.code)
        if me.ahead is not None:
            yield findings.clock(me.ahead)

    async def _application(self) -> Sequence[Finding]:
        # Its twin below /oauth2 leaves the flags out, says Discord's reference.
        answer = await self._ask("/applications/@me")
        if not answer.ok:
            return [findings.refused("discord application", answer.status, answer.code)]
        about = "discord application"
        return list(findings.application(about, answer.data, self._access.application))

    async def _gateway(self) -> Sequence[Finding]:
        answer = await self._ask("/gateway/bot")
        if not answer.ok:
            return [findings.refused(GATEWAY, answer.status, answer.code)]
        return list(findings.gateway(GATEWAY, answer.data, self._access.shards))

    async def _place(self, place: Place, me: str, bot: str) -> Sequence[Finding]:
        guild = place.workspace.removeprefix(_PREFIX)
        about = f"{place.workspace} {place.channel}"
        if guild not in self._servers:
            self._servers[guild] = await self._server(guild, me)
        server = self._servers[guild]
        if isinstance(server, _Answer):
            return [findings.no_server(about, server.status, server.code)]
        # In the list of all channels those are missing that the coach does not see.
        answer = await self._ask(f"/channels/{place.channel}")
        if not answer.ok:
            return [findings.no_channel(about, bot, server, answer.status, answer.code)]
        return list(findings.channel(about, bot, server, answer.data))

    async def _server(self, guild: str, me: str) -> Server | _Answer:
        """Return a server, or the answer that refused it."""
        about = await self._ask(f"/guilds/{guild}")
        if not about.ok:
            return about
        member = await self._ask(f"/guilds/{guild}/members/{me}")
        return Server(about.data, member.data) if member.ok else member

    async def _ask(self, path: str) -> _Answer:
        """Ask for something, with the patience that Discord asks for."""
        for _ in range(_TRIES - 1):
            answer = await self._call(path)
            seconds = _retry_after(answer)
            if answer.status != 429 or seconds > _LONGEST_WAIT_SECONDS:
                return answer
            await self._wait(seconds)
        return await self._call(path)

    async def _call(self, path: str) -> _Answer:
        url = self._access.url.rstrip("/") + path
        headers = {"Authorization": f"Bot {self._access.token}", "User-Agent": _AGENT}
        before = self._clock()
        try:
            async with (
                asyncio.timeout(_PATIENCE.total_seconds()),
                # A token goes nowhere but where the operator sends it.
                self._session.get(url, headers=headers, allow_redirects=False) as response,
            ):
                body = await response.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise _AwayError(f"cannot be reached ({type(error).__name__})") from None
        status = response.status
        try:
            data = json.loads(body)
        except (ValueError, RecursionError):
            data = None
        if not isinstance(data, dict | list):
            raise _AwayError(_not_discord(status))
        return _Answer(status, data, response.headers, self._ahead(response.headers, before))

    def _ahead(self, headers: Mapping[str, str], before: datetime) -> timedelta | None:
        """Return by how much Discord's clock is ahead, to a second; `None` if it does not tell."""
        halfway = before + (self._clock() - before) / 2
        try:
            return parsedate_to_datetime(headers["Date"]) - halfway
        except (KeyError, ValueError, TypeError):
            return None


def _not_discord(status: int) -> str:
    if status == 429:
        # Discord's shield answers so, to whoever made 10,000 invalid requests in 10 minutes.
        return "lets nobody from this machine in for some time (status 429)"
    return f"does not answer as Discord does (status {status})"


def _retry_after(answer: _Answer) -> float:
    """Return the seconds to wait; one if Discord does not say."""
    told = answer.data.get("retry_after") if isinstance(answer.data, Mapping) else None
    try:
        seconds = float(answer.headers.get("Retry-After", "1") if told is None else told)
    except (TypeError, ValueError):
        return 1.0
    return seconds if math.isfinite(seconds) and seconds >= 0 else 1.0
