"""An unmodified discord.py client, or bare requests, against the local Discord."""

from __future__ import annotations

import asyncio
import json
import zlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import discord
import yarl
from discord import app_commands

from tests.servers.discord.interactions import Guild
from tests.servers.discord.server import DiscordServer

Json = dict[str, Any]
MORNING = datetime(2026, 12, 7, 9, tzinfo=UTC)
USUAL = discord.Intents(
    guilds=True,
    members=True,
    guild_messages=True,
    dm_messages=True,
    guild_reactions=True,
    dm_reactions=True,
    message_content=True,
)


@dataclass
class Clock:
    """A clock that moves when it is told to."""

    at: datetime = MORNING

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **span: float) -> None:
        self.at += timedelta(**span)


@contextmanager
def pointed(server: DiscordServer) -> Iterator[None]:
    """Point discord.py, which has no other setting for it, to the local Discord."""
    gateway = discord.gateway.DiscordWebSocket
    before = discord.http.Route.BASE, gateway.DEFAULT_GATEWAY
    discord.http.Route.BASE = server.api_url
    gateway.DEFAULT_GATEWAY = yarl.URL(server.gateway_url)
    try:
        yield
    finally:
        discord.http.Route.BASE, gateway.DEFAULT_GATEWAY = before


class Listener(discord.Client):
    """Writes down what it hears."""

    def __init__(self, intents: discord.Intents = USUAL, **options: Any) -> None:
        none = discord.AllowedMentions.none()
        # A cached message would be changed under the hands of whoever was told of it.
        options = {"guild_ready_timeout": 0.05, "max_messages": None} | options
        super().__init__(intents=intents, allowed_mentions=none, **options)
        self.tree = app_commands.CommandTree(self)
        self.heard: list[tuple[str, ...]] = []

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Do not wait five seconds before a second IDENTIFY."""

    async def on_ready(self) -> None:
        self.heard.append(("ready",))

    async def on_resumed(self) -> None:
        self.heard.append(("resumed",))

    async def on_message(self, message: discord.Message) -> None:
        if message.author != self.user:
            self.heard.append(("said", message.content))

    async def on_raw_message_edit(self, event: discord.RawMessageUpdateEvent) -> None:
        if event.message.author != self.user:
            self.heard.append(("edited", event.message.content))

    async def on_raw_message_delete(self, event: discord.RawMessageDeleteEvent) -> None:
        self.heard.append(("deleted", str(event.message_id)))

    async def on_raw_reaction_add(self, event: discord.RawReactionActionEvent) -> None:
        self.heard.append(("reacted", str(event.emoji)))

    async def on_raw_reaction_remove(self, event: discord.RawReactionActionEvent) -> None:
        self.heard.append(("unreacted", str(event.emoji)))

    async def on_raw_reaction_clear(self, _event: discord.RawReactionClearEvent) -> None:
        self.heard.append(("cleared",))

    async def on_raw_reaction_clear_emoji(self, event: discord.RawReactionClearEmojiEvent) -> None:
        self.heard.append(("cleared", str(event.emoji)))

    async def on_raw_member_remove(self, event: discord.RawMemberRemoveEvent) -> None:
        self.heard.append(("left", event.user.name))

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        self.heard.append(("removed", guild.name))

    def said(self) -> list[str]:
        return [each[1] for each in self.heard if each[0] == "said"]


@dataclass
class Stage:
    """The local Discord with one server, two people and a channel; perhaps a client."""

    server: DiscordServer
    guild: Guild
    clock: Clock
    http: aiohttp.ClientSession
    tasks: list[asyncio.Task[None]] = field(default_factory=list)
    clients: list[discord.Client] = field(default_factory=list)

    async def start(self, client: discord.Client, lines: int = 1) -> None:
        """Connect a client and wait until it is ready."""
        self.clients.append(client)
        await client.login(self.server.token)
        connecting = asyncio.create_task(client.connect())
        self.tasks.append(connecting)
        ready = asyncio.create_task(client.wait_until_ready())
        # A client that cannot connect would never be ready.
        await asyncio.wait([connecting, ready], return_when=asyncio.FIRST_COMPLETED)
        if connecting.done():
            ready.cancel()
            await connecting
        await self.server.connected(lines)

    async def listener(self, intents: discord.Intents = USUAL) -> Listener:
        client = Listener(intents)
        await self.start(client)
        return client

    async def stop(self) -> None:
        for client in self.clients:
            await client.close()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    def text(self, client: discord.Client, handle: str = "C1") -> discord.TextChannel:
        channel = client.get_channel(int(self.server.id_of(handle)))
        assert isinstance(channel, discord.TextChannel)
        return channel

    async def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        token: str | None = None,
        file: bytes = b"",
    ) -> tuple[int, Any]:
        """Make a bare request, perhaps with a file, and return its status and body."""
        headers = {"Authorization": f"Bot {token or self.server.token}"}
        sent: dict[str, Any] = {"json": body}
        if file:
            sent = {"data": aiohttp.FormData({"payload_json": json.dumps(body)})}
            sent["data"].add_field("files[0]", file, filename="a.png")
        url = self.server.api_url + path
        async with self.http.request(method, url, headers=headers, **sent) as response:
            raw = await response.read()
            return response.status, json.loads(raw) if raw else None

    async def send(self, **body: Any) -> tuple[int, Any]:
        path = f"/channels/{self.server.id_of('C1')}/messages"
        return await self.call("POST", path, body)

    @asynccontextmanager
    async def line(self, query: str = "?v=10&encoding=json") -> AsyncIterator[Bare]:
        async with self.http.ws_connect(self.server.gateway_url + query) as socket:
            yield Bare(socket, self.server.token)


@dataclass
class Bare:
    """A bare line to the gateway."""

    socket: aiohttp.ClientWebSocketResponse
    token: str
    unpack: Any = field(default_factory=zlib.decompressobj)

    async def hear(self) -> Json:
        message = await self.socket.receive(timeout=5)
        data = message.data
        if message.type is aiohttp.WSMsgType.BINARY:
            data = self.unpack.decompress(data)
        assert message.type in {aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY}, message
        frame: Json = json.loads(data)
        return frame

    async def say(self, op: int, data: object) -> None:
        await self.socket.send_str(json.dumps({"op": op, "d": data}))

    async def identify(self, **more: Any) -> None:
        await self.hear()
        body = {"token": self.token, "properties": {}, "intents": USUAL.value}
        await self.say(2, body | more)

    async def closed(self) -> int | None:
        """Read until the line is closed and return the code."""
        while not self.socket.closed:
            await self.socket.receive(timeout=5)
        return self.socket.close_code


@asynccontextmanager
async def staged() -> AsyncIterator[Stage]:
    clock = Clock()
    async with DiscordServer(clock) as server, aiohttp.ClientSession() as http:
        guild = server.guild("G1")
        guild.add_member("U1", "ana")
        guild.add_member("U2", "bo")
        guild.add_channel("C1", "prep")
        stage = Stage(server, guild, clock, http)
        with pointed(server):
            try:
                yield stage
            finally:
                await stage.stop()


def places(body: Any) -> dict[str, str]:
    """Return the code of each nested error by its place."""
    assert body["code"] == 50035, body
    found: dict[str, str] = {}

    def look(errors: Json, path: str) -> None:
        for key, value in errors.items():
            if key == "_errors":
                found[path] = value[0]["code"]
            else:
                look(value, f"{path}.{key}".lstrip("."))

    look(body["errors"], "")
    return found
