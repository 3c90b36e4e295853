"""A workspace on the local server, a courier for it, and the relay that sends through it.

Waiting moves the clock, which is also the server's.
"""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import aiohttp

from adapters.slack.calls import Calls
from adapters.slack.gates import Gates, Wait
from adapters.slack.send import SlackCourier, SlackCouriers
from adapters.slack.workspaces import Workspace, client_for, find_out
from bot.ids import ChannelId, MessageId, PostKey, UserId, WorkspaceId
from bot.messages import Block, Direct, Heading, InChannel, Message, Paragraph, Place, Quote, Words
from bot.ports.outgoing import Act, Mark, Outgoing, Post, Receipt
from bot.ports.work import Work
from scheduler.delivery import Delivery
from tests.scheduler.fakes import Watch
from tests.scheduler.memory import FailingStore
from tests.servers.slack.interactions import Team
from tests.servers.slack.server import SlackServer

T1 = WorkspaceId("slack:T1")
PREP = ChannelId("C1")
ANA = UserId("U1")
IMPATIENT = timedelta(milliseconds=150)
"""In place of the seconds a call may take, where an answer never comes."""


def note(text: str, taps: tuple[str, ...] = ()) -> Message:
    """Make a message of one part."""
    return Message("notice", text, (Paragraph((Words(text),)),), taps=taps)


def essay(title: str, parts: int = 3) -> Message:
    """Make a message of several parts, about as many as `parts` says."""
    words = " ".join(f"{title}-{number}" for number in range(parts * 9_000 // (len(title) + 5)))
    blocks: tuple[Block, ...] = (Heading(title), Quote(words))
    return Message("notice", title, blocks)


class Scene:
    """One courier at the local server."""

    def __init__(
        self, slack: SlackServer, clock: Watch, session: aiohttp.ClientSession, patience: timedelta
    ) -> None:
        self.slack = slack
        self.clock = clock
        self.session = session
        self.patience = patience
        self.waits: list[float] = []
        self.store = FailingStore()
        self.deaths: list[tuple[str, str]] = []
        self.team: Team = slack.team("T1")
        for user, name in (("U1", "Ana Ito"), ("U2", "Bo Lund"), ("U3", "Cy Ode")):
            self.team.add_user(user, name.lower().replace(" ", "."), display=name)
        self.team.add_channel("C1", "prep", members=["U1", "U2", "U3"])

    async def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.waits.append(seconds)
        self.clock.pass_(timedelta(seconds=seconds))

    async def workspace(self) -> Workspace:
        """Ask which workspace the token is for."""
        address = self.slack.base_url
        return await find_out(
            self.team.bot_token, address, self.session, self.clock, self.wait, self.patience
        )

    async def courier(self, wait: Wait | None = None) -> SlackCourier:
        """Return a courier as a process that has just started has it."""
        wait = wait or self.wait
        workspace = await self.workspace()
        client = client_for(workspace.token, self.slack.base_url, self.session)
        gates = Gates(self.clock, wait)
        calls = Calls(workspace.id, client, gates, self.patience)
        self.slack.calls.clear()
        return SlackCourier(workspace, client, self.clock, wait, calls)

    def asked(self, *methods: str) -> list[str]:
        """Return the calls of some methods (of all without any), in order."""
        return [call.method for call in self.slack.calls if not methods or call.method in methods]

    def shown(self, channel: str = PREP) -> list[str]:
        """Return the texts at channel level."""
        return [shown.text for shown in self.team.messages(channel)]

    def parts(self, channel: str, root: str) -> list[int]:
        """Return the numbers of the parts in a thread, as they stand there."""
        threads = self.team.thread(channel, root)
        return [shown.metadata["event_payload"]["part"] for shown in threads if shown.metadata]

    def count(self, ts: str) -> int:
        """Return of how many parts a post of ours in the channel says it is."""
        about = self.team.message(PREP, ts).metadata
        assert about is not None
        return int(about["event_payload"]["parts"])

    def relay(self, courier: SlackCourier) -> Delivery:
        """Return a relay as a process that has just started has it."""
        couriers = SlackCouriers(courier)
        return Delivery(self.store, couriers, self.clock, random.Random(1), self._on_dead)

    async def live_on(self, delivery: Delivery, rounds: int = 60) -> None:
        """Drain and let minutes pass until nothing is open."""
        for _ in range(rounds):
            await delivery.drain()
            if self.store.settled():
                return
            self.clock.pass_(timedelta(minutes=1, seconds=5))

    def put(self, key: str, place: Place, act: Act) -> None:
        """Put something into the outbox."""
        self.store.put(Outgoing(PostKey(key), T1, place, act, self.clock()))

    def _on_dead(self, work: Work, dead: Outgoing, reason: str, now: object) -> None:
        del work, now
        self.deaths.append((dead.key, reason))


@asynccontextmanager
async def scene(patience: timedelta = timedelta(seconds=8)) -> AsyncIterator[Scene]:
    """Open a workspace with three people and one channel."""
    clock = Watch()
    async with SlackServer(clock) as slack, aiohttp.ClientSession() as session:
        yield Scene(slack, clock, session, patience)


def marked(channel: str, ts: str, emoji: str = "✅") -> tuple[Place, Mark]:
    """Make a mark on somebody's message."""
    return InChannel(ChannelId(channel)), Mark(ChannelId(channel), MessageId(ts), emoji)


def posted(text: str) -> Post:
    """Make a post of one part."""
    return Post(note(text))


def at(channel: str, ts: str) -> Receipt:
    """Make a receipt."""
    return Receipt(ChannelId(channel), MessageId(ts))


TO_ANA = Direct(ANA)
IN_PREP = InChannel(PREP)
