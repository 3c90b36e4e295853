"""A door on the local Discord: the real client, a fake engine behind it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any, TypeVar

from adapters.discord import layout
from adapters.discord.client import Hearing, Shards, logged_in
from adapters.discord.client_addresses import Addresses
from adapters.discord.client_connection import Connection
from adapters.discord.door import Door, Engine, open_door
from adapters.discord.door_asking import Patience
from adapters.discord.render import render
from bot.ids import ChannelId, MessageId, UserId, WorkspaceId
from bot.inbound import Inbound
from bot.messages import NOTHING, Button, Buttons, Field, Form, Message, Paragraph, Reply, Words
from bot.ports.outside import Draw
from content.schema import Guide
from tests.discord.server_stages import Clock
from tests.servers.discord.interactions import Guild
from tests.servers.discord.server import DiscordServer

SECRET = "hush-hush"
T = TypeVar("T")


class DatabaseAway(Exception):
    """Stands for a transaction that cannot be had; its words must never reach a log."""


@dataclass
class FakeEngine:
    """Keeps what it handled; `reply` answers, `failures` fail first, `hold` keeps it busy."""

    reply: Callable[[Inbound], Reply] = lambda event: NOTHING  # noqa: ARG005
    failures: int = 0
    hold: asyncio.Event | None = None
    events: list[Inbound] = field(default_factory=list)
    asked: list[tuple[str, str, str | None]] = field(default_factory=list)
    hellos: int = 0
    moves: int = 0
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    greeted: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle(self, event: Inbound) -> Reply:
        if self.failures:
            self.failures -= 1
            raise DatabaseAway(SECRET)
        self.events.append(event)
        self.begun.set()
        if self.hold is not None:
            await self.hold.wait()
        return self.reply(event)

    async def home(
        self,
        user: UserId,
        channel: ChannelId,
        message: MessageId | None,
        without: frozenset[WorkspaceId],
    ) -> WorkspaceId:
        del without
        self.asked.append((user, channel, message))
        return WorkspaceId("discord:home")

    async def hello(self) -> None:
        self.hellos += 1
        self.greeted.set()
        self.greeted = asyncio.Event()

    async def move(self) -> None:
        self.moves += 1

    async def greetings(self, number: int) -> None:
        """Wait until there were so many greetings."""
        async with asyncio.timeout(20):
            while self.hellos < number:
                await self.greeted.wait()

    def of(self, kind: type[T]) -> list[T]:
        return [each for each in self.events if isinstance(each, kind)]


async def no_wait(seconds: float) -> None:
    del seconds
    await asyncio.sleep(0)


@dataclass
class Stage:
    """The client, connected."""

    server: DiscordServer
    guild: Guild
    clock: Clock
    engine: FakeEngine
    client: Hearing
    door: Door
    connection: Connection

    async def settled(self) -> None:
        """Wait until everything was heard, handled and answered."""
        for _ in range(2):
            await self.server.settled()
            await self.door.settled()

    async def post(self, what: Message, channel: str = "C1") -> str:
        """Post a message as the bot, and return its id."""
        place = self.client.get_partial_messageable(int(self.server.id_of(channel)))
        sent = await place.send(view=layout.view(render(what)[0]))
        await self.settled()
        return str(sent.id)

    def whispers(self, user: str = "U1") -> list[str]:
        """Return the texts that only this person sees, oldest first."""
        return [shown.text for shown in self.guild.ephemerals(user)]

    def button(self, user: str = "U1", place: int = -1) -> tuple[str, str]:
        """Return a message only this person sees, and what its first button says."""
        shown = self.guild.ephemerals(user)[place]
        return shown.id, next(iter(shown.buttons))


@asynccontextmanager
async def stage(
    engine: FakeEngine | None = None,
    patience: Patience | None = None,
    *,
    guides: Mapping[str, Guide] | None = None,
    shards: Shards | None = None,
    privileged: int | None = None,
    most: int = 10_000,
    draw: Draw | None = None,
) -> AsyncIterator[Stage]:
    """Open a door for server G1, where ana (U1) and bo (U2) are in #prep (C1)."""
    clock, engine = Clock(), engine or FakeEngine()
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(served(clock))
        if privileged is not None:
            server.world.privileged = privileged
        client = await stack.enter_async_context(speaking(server, shards))
        door = made(client, engine, clock, guides, patience, most, draw)
        connection = await stack.enter_async_context(open_door(door, no_wait))
        shown = Stage(server, server.guilds["G1"], clock, engine, client, door, connection)
        await shown.settled()
        yield shown


@asynccontextmanager
async def served(clock: Clock) -> AsyncIterator[DiscordServer]:
    """Serve a Discord with one server, two people and a channel."""
    async with DiscordServer(clock) as server:
        guild = server.guild("G1")
        guild.add_member("U1", "ana", display="Ana Ito")
        guild.add_member("U2", "bo", display="Bo Berg")
        guild.add_channel("C1", "prep")
        yield server


@asynccontextmanager
async def speaking(server: DiscordServer, shards: Shards | None = None) -> AsyncIterator[Hearing]:
    """Log a client in."""
    where = Addresses(server.api_url, server.gateway_url)
    async with logged_in(
        server.token, no_wait, addresses=where, shards=shards, ready_seconds=0.05
    ) as client:
        yield client


def made(
    client: Hearing,
    engine: FakeEngine,
    clock: Clock,
    guides: Mapping[str, Guide] | None = None,
    patience: Patience | None = None,
    most: int = 10_000,
    draw: Draw | None = None,
) -> Door:
    """Make a door with a fake engine behind it."""
    numbers = count(1)
    behind = Engine(engine.handle, engine.home, engine.hello, guides or {}, engine.move)
    return Door(
        client,
        behind,
        clock,
        no_wait,
        lambda: f"d{next(numbers)}",
        patience=patience,
        most=most,
        draw=draw,
    )


def message(words: str, *buttons: Button) -> Message:
    rows = (Buttons(buttons),) if buttons else ()
    return Message("notice", words, (Paragraph((Words(words),)), *rows))


def form(action: str = "review:r1", *names: str, long: bool = False) -> Form:
    fields = tuple(Field(name, name, long=long, required=False) for name in names or ("text",))
    return Form("Your answer", action, fields)


def says(*words: str) -> Callable[[Inbound], Reply]:
    """Return an engine's reply of so many messages."""
    return lambda event: Reply(tuple(message(each) for each in words))  # noqa: ARG005


def shows(reply: Reply) -> Callable[[Inbound], Reply]:
    """Return an engine's reply, whatever happens."""
    return lambda event: reply  # noqa: ARG005


def sent_by(server: DiscordServer, name: str) -> list[Any]:
    """Return the bodies of the calls with a name."""
    return [call.body for call in server.calls if call.name == name]
