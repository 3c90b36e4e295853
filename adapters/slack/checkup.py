"""Looks at Slack before members notice: tokens, scopes, the channels of cohorts, the clock.

Rule: it asks and changes nothing, and contacts nothing but the Web API it is given.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError

from adapters.slack import findings
from adapters.slack.calls import PATIENCE
from adapters.slack.findings import Finding, shown
from adapters.slack.workspaces import PLATFORM, client_for, workspace_id
from bot.ids import ChannelId, WorkspaceId

BOT_TOKENS = "SLACK_BOT_TOKEN"
APP_TOKENS = "SLACK_APP_TOKEN"
ADDRESS = "SLACK_API_URL"

_TRIES = 3
_LONGEST_WAIT_SECONDS = 60
_RATE_LIMITED = frozenset({"ratelimited", "rate_limited"})
_APP_OF_TOKEN = re.compile(r"xapp-\d+-(A[A-Z0-9]+)-")
"""Slack writes the app's id into an app-level token, and nothing of its secret."""


@dataclass(frozen=True, slots=True)
class Access:
    """What the coach has been given: its tokens and Slack's address, with the slash at the end."""

    bot_tokens: Sequence[str] = field(repr=False)
    app_tokens: Sequence[str] = field(repr=False)
    url: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a cohort is."""

    workspace: WorkspaceId
    channel: ChannelId


@dataclass(frozen=True, slots=True)
class _Team:
    """A workspace that a token opens.  `app` is empty where Slack does not say which it is."""

    label: str
    token: str = field(repr=False)
    name: str
    bot: str
    app: str


@dataclass(frozen=True, slots=True)
class _Answer:
    """What Slack said; `error` is empty where it did what was asked.

    `ahead` is by how much its clock is ahead of ours.
    """

    data: Mapping[str, Any]
    headers: Mapping[str, str]
    error: str = ""
    ahead: timedelta | None = None


class _AwayError(Exception):
    """There was no answer, or none of Slack's; its words are fit to be shown."""


async def look(
    access: Access,
    places: Sequence[Place],
    clock: Callable[[], datetime],
    wait: Callable[[float], Awaitable[None]],
) -> tuple[Finding, ...]:
    """Ask Slack about every token, what it may do, and the channel of every cohort.

    Args:
        access: What the settings hold.
        places: Where cohorts are that have not ended; other platforms' are left out.
        clock: Compared with the clock of Slack.
        wait: Sleeps for some seconds, where Slack asks for patience.

    Returns:
        Everything found, good and bad.  Where Slack cannot be reached, that comes last.
    """
    found: list[Finding] = []
    async with aiohttp.ClientSession() as session:
        checkup = _Checkup(access, session, clock, wait)
        try:
            async for finding in checkup.findings(places):
                found.append(finding)  # noqa: PERF401 - what was found before Slack went counts
        except _AwayError as error:
            cure = "Look at the network, the proxy and this setting; --offline leaves Slack out"
            found.append(Finding(ADDRESS, False, f"{access.url} {error}", cure))
    return tuple(found)


class _Checkup:
    """One round through everything; remembers which token opens which workspace."""

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
        self._teams: dict[WorkspaceId, _Team] = {}

    async def findings(self, places: Sequence[Place]) -> AsyncIterator[Finding]:
        skew: timedelta | None = None
        for label, token in _labelled(BOT_TOKENS, self._access.bot_tokens):
            answer = await self._ask(token, "auth.test")
            skew = answer.ahead if skew is None else skew
            for finding in await self._bot(label, token, answer):
                yield finding
        for label, token in _labelled(APP_TOKENS, self._access.app_tokens):
            answer = await self._ask(token, "apps.connections.open")
            yield findings.connection(label, answer.error)
        for finding in self._deaf():
            yield finding
        for place in places:
            if place.workspace.startswith(f"{PLATFORM}:"):
                yield await self._place(place)
        if skew is not None:
            yield findings.clock(skew)

    async def _bot(self, label: str, token: str, answer: _Answer) -> Sequence[Finding]:
        if answer.error:
            return [findings.refused(label, answer.error)]
        name, bot = shown(answer.data.get("team")), shown(answer.data.get("user"))
        workspace = workspace_id(str(answer.data.get("team_id")))
        if workspace in self._teams:
            found = f"It is for {name} ({workspace}), as {self._teams[workspace].label} is"
            return [Finding(label, False, found, "Remove one of the two")]
        app = await self._app(token, str(answer.data.get("bot_id") or ""))
        self._teams[workspace] = _Team(label, token, name, bot, app)
        good = Finding(label, True, f"good for {name} ({workspace}), where it is @{bot}")
        return [good, *findings.scopes(label, answer.headers.get("x-oauth-scopes"))]

    async def _app(self, token: str, bot_id: str) -> str:
        answer = await self._ask(token, "bots.info", bot=bot_id)
        # A scope that this needs and that is missing is told anyway.
        return str((answer.data.get("bot") or {}).get("app_id") or "")

    def _deaf(self) -> Iterator[Finding]:
        """Find apps without an app-level token, where there are such tokens."""
        matches = [_APP_OF_TOKEN.match(token) for token in self._access.app_tokens]
        apps = {match[1] for match in matches if match}
        if not apps or len(apps) < len(matches):
            return
        for team in self._teams.values():
            if team.app and team.app not in apps:
                found = f"No app-level token is of its app {team.app}: {team.name} is not heard"
                cure = f"Make one in the settings of that app, and add it to {APP_TOKENS}"
                yield Finding(team.label, False, found, cure)

    async def _place(self, place: Place) -> Finding:
        about = f"{place.workspace} {place.channel}"
        team = self._teams.get(place.workspace)
        if team is None:
            found = "A cohort is here, and no bot token opens this workspace"
            return Finding(about, False, found, f"Set the workspace's token in {BOT_TOKENS}")
        answer = await self._ask(team.token, "conversations.info", channel=place.channel)
        if answer.error:
            return findings.no_channel(about, team.bot, answer.error, answer.data.get("needed"))
        return findings.channel(about, team.bot, answer.data.get("channel") or {})

    async def _ask(self, token: str, method: str, **args: str) -> _Answer:
        """Call a method, with the patience that Slack asks for."""
        for _ in range(_TRIES - 1):
            answer = await self._call(token, method, args)
            seconds = _retry_after(answer)
            if answer.error not in _RATE_LIMITED or seconds > _LONGEST_WAIT_SECONDS:
                return answer
            await self._wait(seconds)
        return await self._call(token, method, args)

    async def _call(self, token: str, method: str, args: Mapping[str, str]) -> _Answer:
        client = client_for(token, self._access.url, self._session)
        before = self._clock()
        try:
            # With a session of its own, Slack's library keeps no time.
            async with asyncio.timeout(PATIENCE.total_seconds()):
                response = await client.api_call(method, data=dict(args))
        except SlackApiError as error:
            return self._refusal(error, before)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise _AwayError(f"cannot be reached ({type(error).__name__})") from None
        except (AttributeError, LookupError, RecursionError, ValueError):
            # Slack's library fails so over a body that is not the object it expects.
            raise _AwayError("does not answer as Slack does") from None
        data = response.data if isinstance(response.data, Mapping) else {}
        return _Answer(data, response.headers, ahead=self._ahead(response.headers, before))

    def _refusal(self, error: SlackApiError, before: datetime) -> _Answer:
        """Read an answer that Slack's library took for an error; it may be aiohttp's own."""
        response: Any = error.response
        status = getattr(response, "status_code", None) or getattr(response, "status", 0)
        held = getattr(response, "data", None)
        data: Mapping[str, Any] = held if isinstance(held, Mapping) else {}
        code = "ratelimited" if status == 429 else data.get("error")
        if not code:
            raise _AwayError(f"does not answer as Slack does (status {status})") from None
        ahead = self._ahead(response.headers, before)
        return _Answer(data, response.headers, str(code), ahead)

    def _ahead(self, headers: Mapping[str, str], before: datetime) -> timedelta | None:
        """Return by how much Slack's clock is ahead, to a second; `None` if it does not tell."""
        halfway = before + (self._clock() - before) / 2
        try:
            return parsedate_to_datetime(headers["Date"]) - halfway
        except (KeyError, ValueError, TypeError):
            return None


def _labelled(name: str, tokens: Sequence[str]) -> Iterator[tuple[str, str]]:
    for number, token in enumerate(tokens, 1):
        yield (f"{name} {number}" if len(tokens) > 1 else name), token


def _retry_after(answer: _Answer) -> float:
    told = answer.headers.get("Retry-After", "1")
    return float(told) if told.isdecimal() else 1.0
