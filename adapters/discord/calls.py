"""One call of Discord's REST API: what it answered, or a `SendError`, and nothing else.

discord.py's client keeps the connections and the buckets of the rate limits, and waits before
it would meet one.  What it would do after an answer is taken from it, by a hook that aiohttp
has for looking at answers:

- It sleeps over 429 while it keeps everybody else waiting, and if it is cancelled then, for
  ever: https://github.com/Rapptz/discord.py/blob/v2.7.1/discord/http.py (`_global_over`).
- It repeats what got a 500, 502, 504 or 524, though a forum post or a thread has no nonce.
- Where a bucket is used up, it sleeps before it hands out an answer that is there already.
"""

from __future__ import annotations

import asyncio
import json as jsons
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal

import aiohttp
import discord
from discord.http import Route

from adapters.discord.calls_answers import LACKING, Answer, Data, sorted_out
from adapters.discord.calls_gates import (
    MOST_INVALID,
    MOST_INVALID_OF_ALL,
    TOO_MANY,
    Breaker,
    Gates,
)
from adapters.discord.seeds import LANES
from bot.ids import WorkspaceId
from bot.ports.outside import Clock
from bot.ports.platforms import Refused, SendError, TryLater

log = logging.getLogger(__name__)

PATIENCE = timedelta(seconds=8)
"""For one call: two of them fit into one attempt of delivery."""
REFUSED_LASTS = timedelta(minutes=1)
"""So long nothing is asked after Discord refused the token."""

Twice = Literal["harmless", "nonced", "shows"]
"""What doing it twice does: nothing; nothing for some minutes; something that people see."""

CURES: Mapping[str, str] = {
    "token_refused": "Copy the bot's token from the app's page (Bot, Reset Token) again.",
    "unreachable": "Look at this machine's network and at DISCORD_API_URL.",
    TOO_MANY: "Look which permissions the bot lacks; it goes on by itself within ten minutes.",
}
"""What the operator can do; nothing is lost meanwhile."""
_LACKING_CURE = "Give the bot its permissions there; loopmates doctor names those it lacks."
_LACKING_AGAIN = timedelta(days=1)
"""So often at most the operator is told of the same lack in a server."""
_BETWEEN = "Look at DISCORD_API_URL and at what stands between this machine and Discord."


class _Stop(Exception):
    """Ends a call before discord.py deals with its answer."""


class Line:
    """The app's way to Discord, which all servers share: `client` is logged in."""

    def __init__(
        self, client: discord.Client, clock: Clock, patience: timedelta = PATIENCE
    ) -> None:
        self.client = client
        self.clock = clock
        self.patience = patience
        self.gates = Gates(clock)
        self.breaker = Breaker(clock, MOST_INVALID_OF_ALL)
        self.told: set[tuple[str, str]] = set()
        self.seeding = asyncio.Semaphore(LANES)
        self.lacking: dict[tuple[str, str], datetime] = {}

    @property
    def me(self) -> str:
        """Our own user id."""
        user = self.client.user
        return str(user.id) if user else ""

    async def ask(self, route: Route, patience: timedelta, request: Data) -> Answer:
        """Make one request; never raises for what it meets on the way."""
        answers: list[Answer] = []
        try:
            async with asyncio.timeout(patience.total_seconds()):
                await self.client.http.request(route, raise_for_status=_look(answers), **request)
        except discord.RateLimited as error:
            # Known before it was asked: the bucket is used up for long.
            limited = {"retry_after": error.retry_after, "global": False}
            return Answer(429, limited, {"via": "", "x-ratelimit-scope": "shared"})
        except (_Stop, discord.HTTPException):
            pass
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            return Answer(trouble="unreachable")
        except TimeoutError:
            answers = answers or [Answer(trouble="no_answer")]
        except (aiohttp.ClientError, OSError):
            answers = answers or [Answer(trouble="connection_lost")]
        except (AttributeError, LookupError, RecursionError, TypeError, ValueError):
            # discord.py fails so over headers and bodies that are not what they seem.
            pass
        except RuntimeError:
            # The client was closed: nothing was sent.
            return Answer(trouble="closed")
        return answers[-1] if answers else Answer(trouble="unreadable")


class Calls:
    """The REST API for what concerns one server."""

    def __init__(self, line: Line, workspace: WorkspaceId) -> None:
        self.line = line
        self.workspace = workspace
        self._breaker = Breaker(line.clock, MOST_INVALID)

    @property
    def me(self) -> str:
        """Our own user id."""
        return self.line.me

    async def one(
        self,
        verb: str,
        path: str,
        ids: Mapping[str, str] | None = None,
        *,
        twice: Twice = "harmless",
        **more: Any,
    ) -> Data:
        """Call, and return the object that is answered with; see `call`."""
        data = await self.call(verb, path, ids, twice=twice, **more)
        if not isinstance(data, dict):
            raise sorted_out(Answer(200), lasting=twice != "harmless")
        return data

    async def many(
        self, path: str, ids: Mapping[str, str] | None = None, **more: Any
    ) -> list[Data]:
        """Get a list of objects; see `call`."""
        data = await self.call("GET", path, ids, **more)
        if not isinstance(data, list) or not all(isinstance(each, dict) for each in data):
            # Nothing must seem to be gone because it cannot be read.
            raise TryLater("unreadable")
        return data

    async def call(
        self,
        verb: str,
        path: str,
        ids: Mapping[str, str] | None = None,
        *,
        twice: Twice = "harmless",
        json: Data | None = None,
        params: Data | None = None,
        file: tuple[str, bytes] | None = None,
        patience: timedelta | None = None,
    ) -> Any:
        """Call a route: `path` is as in discord.py, whose buckets go by it, `ids` fill it in.

        A `file` (its name and what is in it) goes with `json`, which lists it as attachment 0.

        Raises:
            Refused: If Discord never will.
            TryLater: If it was not done, or, where twice is harmless, if nobody knows.
            Unknown: If nobody knows whether it was done.
        """
        ids = ids or {}
        self.check(verb, path, ids.get("channel_id", ""))
        request = _body(json, file)
        request |= {"params": params} if params is not None else {}
        route, patience = Route(verb, path, **ids), patience or self.line.patience
        answer = await self.line.ask(route, patience, request)
        if answer.trouble == "connection_lost" and twice != "shows":
            # Nearly always a connection that had been idle for too long.
            answer = await self.line.ask(route, patience, request)
        if answer.ok:
            self.line.told -= {told for told in self.line.told if told[0] in ("", self.workspace)}
            return answer.data
        error = sorted_out(answer, lasting=twice != "harmless")
        self._take_note(answer, error, f"{verb} {path}", ids.get("channel_id", ""))
        raise error

    def check(self, verb: str, path: str, channel: str = "") -> None:
        """Raise `TryLater` if a call would not be made for the time being."""
        try:
            self.line.breaker.check()
            self._breaker.check()
        except TryLater as error:
            self._tell(error, "")
            raise
        self.line.gates.check(f"{verb} {path}", channel)

    def _take_note(self, answer: Answer, error: SendError, route: str, channel: str) -> None:
        if answer.invalid:
            self.line.breaker.count()
            self._breaker.count()
        if isinstance(error, TryLater):
            if answer.status == 401:
                self.line.gates.close("", "", REFUSED_LASTS, error.reason)
            elif answer.status == 429:
                where = ("", "") if error.workspace else (route, channel)
                self.line.gates.close(*where, answer.after, error.reason)
        if isinstance(error, Refused) and error.reason == LACKING:
            self._tell_lacking(route, channel)
        self._tell(error, route)

    def _tell_lacking(self, route: str, channel: str) -> None:
        """Log that a permission is missing; what works besides does not mean that it is there."""
        about, now = (self.workspace, route), self.line.clock()
        told = self.line.lacking.get(about)
        if told is not None and now - told < _LACKING_AGAIN:
            return
        self.line.lacking[about] = now
        extra = {"workspace": self.workspace, "channel": channel, "kind": route}
        log.error(
            "the bot lacks a permission", extra=extra | {"error": LACKING, "cure": _LACKING_CURE}
        )

    def _tell(self, error: SendError, route: str) -> None:
        """Log what the operator can mend: once, until something works again."""
        reason = getattr(error, "reason", "")
        between = reason.startswith("http_4") and getattr(error, "workspace", False)
        cure = CURES.get(reason) or (_BETWEEN if between else "")
        about = (self.workspace if reason == TOO_MANY else "", reason)
        if not cure or about in self.line.told:
            return
        self.line.told.add(about)
        extra = {"workspace": self.workspace, "error": reason, "kind": route, "cure": cure}
        log.error("Discord does not let the app work", extra=extra)


def _body(json: Data | None, file: tuple[str, bytes] | None) -> Data:
    if file is None:
        return {"json": json} if json is not None else {}
    name, content = file
    shown = {"name": "files[0]", "value": content, "filename": name, "content_type": "image/png"}
    return {"form": [{"name": "payload_json", "value": jsons.dumps(json)}, shown]}


def _look(answers: list[Answer]) -> Any:
    async def look(response: aiohttp.ClientResponse) -> None:
        raw = await response.read()
        data: Any = None
        trouble = ""
        try:
            data = jsons.loads(raw) if raw else None
        except (RecursionError, ValueError):
            trouble = "unreadable" if response.status < 300 else ""
        headers = {name.lower(): value for name, value in response.headers.items()}
        answers.append(Answer(response.status, data, headers, trouble))
        if response.status == 429 or response.status >= 500:
            raise _Stop

    return look


def text_in(data: Mapping[str, Any], *path: str) -> str:
    """Return the text that stands under `path` in an answer; empty if none does."""
    value: Any = data
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value if isinstance(value, str) else ""


def number_in(data: Mapping[str, Any], *path: str) -> int:
    """Return the whole number that stands under `path`; 0 if none does."""
    value: Any = data
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value if isinstance(value, int) else 0


def list_in(data: Mapping[str, Any], *path: str) -> list[Data]:
    """Return the objects in the list that stands under `path`; empty if there is none."""
    value: Any = data
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
