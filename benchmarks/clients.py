"""The real clients of both platforms: as our couriers use them, and bare.

What our couriers send is on record; the bare client sends the same bodies again, so often at
once, and does nothing else.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

import aiohttp
import discord
from discord.http import Route
from slack_sdk.web.async_client import AsyncWebClient

from adapters.discord.client import logged_in
from adapters.discord.client_addresses import Addresses
from adapters.discord.send import DiscordCouriers
from adapters.slack.send import SlackCourier, SlackCouriers
from adapters.slack.workspaces import client_for, find_out
from app.wiring import now
from benchmarks.platforms import There
from bot.ports.outside import Clock

Json = dict[str, Any]
AT_ONCE = 20
"""As many as delivery has under way."""


class Client(Protocol):
    """One platform's client.  `sent` are the posts that went through it, whole."""

    platform: str
    sent: list[Json]

    def couriers(self, clock: Clock) -> SlackCouriers | DiscordCouriers:
        """Return our couriers."""
        ...

    async def post(self, post: Json) -> None:
        """Send a post that is on record again, by the client alone."""
        ...


async def again(client: Client, posts: Sequence[Json]) -> None:
    """Send the posts, so many at once, by the client alone."""
    waiting = iter(posts)

    async def lane() -> None:
        for post in waiting:
            await client.post(post)

    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(lane())


@asynccontextmanager
async def client_of(there: There) -> AsyncIterator[Client]:
    """Connect with a platform."""
    if there.platform == "slack":
        async with aiohttp.ClientSession() as session:
            client = client_for(there.token, there.url, session)
            yield await _Slack.found(there, client, session)
        return
    where = Addresses(there.url, "ws://127.0.0.1:9/")
    async with logged_in(there.token, asyncio.sleep, addresses=where) as hearing:
        logging.getLogger("discord").setLevel(logging.CRITICAL)
        yield _Discord(hearing)


class _Slack:
    platform = "slack"

    def __init__(self, client: AsyncWebClient, workspace: Any) -> None:
        self.sent: list[Json] = []
        self._client = client
        self._workspace = workspace

    @classmethod
    async def found(
        cls, there: There, client: AsyncWebClient, session: aiohttp.ClientSession
    ) -> _Slack:
        workspace = await find_out(there.token, there.url, session, now, asyncio.sleep)
        return cls(client, workspace)

    def couriers(self, clock: Clock) -> SlackCouriers:
        recording: Any = _Recording(self._client, self.sent)
        return SlackCouriers(SlackCourier(self._workspace, recording, clock, asyncio.sleep))

    async def post(self, post: Json) -> None:
        answer = await self._client.api_call("chat.postMessage", json=post)
        assert answer["ok"]


@dataclass
class _Recording:
    client: AsyncWebClient
    sent: list[Json]

    def api_call(self, method: str, **request: Any) -> Awaitable[Any]:
        if method == "chat.postMessage":
            self.sent.append(request["json"])
        return self.client.api_call(method, **request)


class _Discord:
    platform = "discord"

    def __init__(self, client: discord.Client) -> None:
        self.sent: list[Json] = []
        self._client = client
        self._http: Callable[..., Awaitable[Any]] = client.http.request
        self._nonce = 0

    def couriers(self, clock: Clock) -> DiscordCouriers:
        recorder: Any = _Recorder(self._http, self.sent)
        self._client.http.request = recorder.request  # type: ignore[method-assign]
        return DiscordCouriers(self._client, clock, asyncio.sleep, serves=lambda _: True)

    async def post(self, post: Json) -> None:
        self._nonce += 1
        body = post["body"] | {"nonce": f"again-{self._nonce}"}
        to = Route("POST", "/channels/{channel_id}/messages", channel_id=post["channel"])
        message = await self._http(to, json=body)
        path = "/channels/{channel_id}/messages/{message_id}/threads"
        at = Route("POST", path, channel_id=post["channel"], message_id=message["id"])
        await self._http(at, json=post["thread"])


@dataclass
class _Recorder:
    """Notes questions with the threads that are opened for them."""

    http: Callable[..., Awaitable[Any]]
    sent: list[Json]
    begun: dict[str, Json] = field(default_factory=dict)

    async def request(self, route: Route, **request: Any) -> Any:
        channel = str(route.channel_id)
        if route.path.endswith("/messages"):
            self.begun[channel] = request["json"]
        elif route.path.endswith("/threads"):
            body = self.begun.pop(channel)
            self.sent.append({"channel": channel, "body": body, "thread": request["json"]})
        return await self.http(route, **request)
