"""Servers on the local Discord, couriers for them, and the relay that sends through them.

Waiting moves the clock, which is also the server's.
"""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import discord

from adapters.discord.calls import PATIENCE, Line
from adapters.discord.send import DiscordCourier, DiscordCouriers, workspace_id
from bot.ids import ChannelId, MessageId, PostKey, UserId, WorkspaceId
from bot.messages import (
    Block,
    Button,
    Buttons,
    Direct,
    Heading,
    InChannel,
    InThread,
    Message,
    Paragraph,
    Place,
    Quote,
    Words,
)
from bot.ports.outgoing import Act, Mark, Outgoing, Post, Receipt
from bot.ports.work import Work
from scheduler.delivery import Delivery
from tests.discord.server_stages import pointed
from tests.scheduler.fakes import Watch
from tests.scheduler.memory import FailingStore
from tests.servers.discord.events import Intent
from tests.servers.discord.interactions import Guild
from tests.servers.discord.server import DiscordServer
from tests.servers.discord.state import Message as Shown

IMPATIENT = timedelta(milliseconds=150)
"""In place of the seconds a call may take, where an answer never comes."""
KEY = PostKey("k1")


def note(text: str, taps: tuple[str, ...] = ()) -> Message:
    """Make a message of one part, with a single component."""
    return Message("notice", text, (Paragraph((Words(text),)),), taps=taps)


def question(text: str = "Tell me about a conflict.", extra: str = "") -> Message:
    """Make the message of a question; `extra` words make it long."""
    blocks: list[Block] = [Heading("Question 1 of 9"), Paragraph((Words(text),))]
    blocks += [Quote(extra)] if extra else []
    return Message("question", text, (*blocks, Buttons((Button("I'm in", "join:1"),))))


def words(title: str, parts: int) -> str:
    """Return about as many words as fill so many parts."""
    return " ".join(f"{title}-{number}" for number in range(parts * 3_600 // (len(title) + 5)))


def essay(title: str, parts: int = 3) -> Message:
    """Make a message of several parts, about as many as `parts` says."""
    return Message("notice", title, (Heading(title), Quote(words(title, parts))))


class Scene:
    """One application in one server, with a text channel C1 and a forum F1."""

    def __init__(self, server: DiscordServer, clock: Watch, patience: timedelta) -> None:
        self.server = server
        self.clock = clock
        self.patience = patience
        self.waits: list[float] = []
        self.store = FailingStore()
        self.deaths: list[tuple[str, str]] = []
        self.clients: list[discord.Client] = []
        self.guild: Guild = server.guild("G1")
        for user, name in (("U1", "Ana Ito"), ("U2", "Bo Lund"), ("U3", "Cy Ode")):
            self.guild.add_member(user, display=name)
        self.guild.add_channel("C1", "prep")
        self.guild.add_channel("F1", "questions", kind="forum")

    def id(self, handle: str) -> str:
        """Return the id of whatever is called so."""
        return self.server.id_of(handle)

    @property
    def prep(self) -> InChannel:
        """The text channel."""
        return InChannel(ChannelId(self.id("C1")))

    @property
    def forum(self) -> InChannel:
        """The forum."""
        return InChannel(ChannelId(self.id("F1")))

    @property
    def to_ana(self) -> Direct:
        """The direct message with Ana, or a private thread with her below the text channel."""
        return Direct(UserId(self.id("U1")), self.prep.channel)

    def under(self, root: Receipt) -> InThread:
        """Return the thread of a post."""
        return InThread(root.channel, KEY)

    async def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.waits.append(seconds)
        self.clock.pass_(timedelta(seconds=seconds))

    async def couriers(self) -> DiscordCouriers:
        """Return couriers as a process that has just started has them."""
        reads = bool(self.server.world.privileged & Intent.MESSAGE_CONTENT)
        intents = discord.Intents(guilds=True, message_content=reads)
        client = discord.Client(intents=intents, max_ratelimit_timeout=30.0)
        self.clients.append(client)
        await client.login(self.server.token)
        self.server.calls.clear()
        line = Line(client, self.clock, self.patience)
        served = {int(guild.id) for guild in self.server.guilds.values()}
        return DiscordCouriers(client, self.clock, self.wait, served.__contains__, line)

    async def courier(self, guild: str = "G1") -> DiscordCourier:
        """Return the courier of a server, in a process that has just started."""
        courier = (await self.couriers()).of(self.workspace(guild))
        assert courier is not None
        return courier

    def workspace(self, guild: str = "G1") -> WorkspaceId:
        """Return what we call a server."""
        return workspace_id(self.id(guild))

    def asked(self, *names: str) -> list[str]:
        """Return the calls of some names (of all without any), in order."""
        return [call.name for call in self.server.calls if not names or call.name in names]

    def shown(self, channel: str = "C1") -> list[str]:
        """Return what is said in a channel, by the first line of each message."""
        return [message.text.split("\n")[0] for message in self.messages(channel)]

    def messages(self, channel: str = "C1") -> list[Shown]:
        """Return the messages in a channel or thread."""
        return self.guild.messages(self.id(channel))

    def relay(self, couriers: DiscordCouriers) -> Delivery:
        """Return a relay as a process that has just started has it."""
        return Delivery(self.store, couriers, self.clock, random.Random(1), self._on_dead)

    async def live_on(self, delivery: Delivery, rounds: int = 60) -> None:
        """Drain and let minutes pass until nothing is open."""
        for _ in range(rounds):
            await delivery.drain()
            if self.store.settled():
                return
            self.clock.pass_(timedelta(minutes=1, seconds=5))

    def put(self, key: str, place: Place, act: Act, guild: str = "G1") -> None:
        """Put something into the outbox."""
        outgoing = Outgoing(PostKey(key), self.workspace(guild), place, act, self.clock())
        self.store.put(outgoing)

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait until something is shown."""
        await self.server.until(condition)

    def _on_dead(self, work: Work, dead: Outgoing, reason: str, now: object) -> None:
        del work, now
        self.deaths.append((dead.key, reason))


@asynccontextmanager
async def scene(patience: timedelta = PATIENCE) -> AsyncIterator[Scene]:
    """Open a server with three people, a channel and a forum."""
    clock = Watch()
    async with DiscordServer(clock) as server:
        with pointed(server):
            stage = Scene(server, clock, patience)
            try:
                yield stage
            finally:
                for client in stage.clients:
                    await client.close()


def at(channel: str, message: str) -> Receipt:
    """Make a receipt."""
    return Receipt(ChannelId(channel), MessageId(message))


def marked(receipt: Receipt, emoji: str = "✅") -> Mark:
    """Make a mark on a message."""
    return Mark(receipt.channel, receipt.message, emoji)


def posted(text: str) -> Post:
    """Make a post of one part."""
    return Post(note(text))
