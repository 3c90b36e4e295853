"""The whole coach on the local Discord: real engine, database, delivery and discord.py.

Only time, people and Discord are ours.  Time moves when told to; whoever waits moves it.
"""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from adapters.database.connect import open_store
from adapters.database.store import DatabaseStore
from adapters.discord.client import Hearing, logged_in
from adapters.discord.client_addresses import Addresses
from adapters.discord.commands import GROUP, GROUPED
from adapters.discord.door import Door, Engine, open_door
from adapters.discord.door_asking import Patience
from adapters.discord.send import DiscordCouriers
from app.absences import Absences
from app.discord_side import Homes
from app.turns import Turns, VirtualClock
from app.wiring import seeded_ids
from bot.ids import ChannelId, MessageId, UserId, WorkspaceId
from bot.inbound import Inbound
from bot.messages import Reply
from bot.ports.outgoing import Outgoing
from bot.ports.outside import Draw
from bot.ports.work import Store, Work
from bot.services.coach import Coach
from content import loader
from content.schema import Guide
from scheduler.delivery import Delivery
from scheduler.limits import Limits
from scheduler.reconcile import Reconciler
from scheduler.switchboard import Switchboard
from tests.discord.doors import no_wait
from tests.servers.discord.interactions import Guild
from tests.servers.discord.server import DiscordServer

T = TypeVar("T")

START = datetime(2026, 12, 7, 7, 50, tzinfo=UTC)
"""Monday, ten to nine in Berlin: ten minutes before the first question."""
MINI = Path(__file__).parents[1] / "content" / "mini.toml"
PEOPLE = {"U1": "Ana Ito", "U2": "Bo Ek", "U3": "Cy Ode", "U9": "Olga Oak"}
CALM = Patience(timedelta(seconds=25), timedelta(seconds=25))
"""On a busy machine nobody is to be told that it took too long."""


@dataclass
class Town:
    """A running coach and the servers its bot is in."""

    discord: DiscordServer
    clock: VirtualClock
    store: DatabaseStore
    coach: Coach
    turns: Turns
    client: Hearing
    couriers: DiscordCouriers
    reconciler: Reconciler
    door: Door
    stop: Callable[[], Awaitable[None]]
    """Ends the coach; Discord goes on."""
    late: list[Outgoing] = field(default_factory=list)
    hellos: int = 0
    handling: Store | None = None
    """What takes in what comes from Discord in place of `store`."""

    @property
    def guild(self) -> Guild:
        """The first server."""
        return next(iter(self.discord.guilds.values()))

    def call(self, call: Callable[[Work], T]) -> T:
        """Look something up in the database."""
        return self.store.call(call)

    async def settle(self) -> None:
        """Let everything arrive, be decided, be sent and be shown, at this moment."""
        for _ in range(3):
            await self.discord.settled()
            await self.door.settled()
            self.turns.expect(None)
            await self.turns.settle()
            while self.late:
                await self.reconciler.late(self.late.pop())
        for courier in self.couriers:
            await courier.seeds.settled()
        await self.discord.settled()
        await self.door.settled()

    async def advance(self, span: timedelta) -> None:
        """Let time pass, stopping wherever something is due."""
        until = self.clock() + span
        await self.settle()
        while (at := await self._next()) is not None and at <= until:
            self.clock.move(max(at, self.clock()))
            await self.settle()
        self.clock.move(max(until, self.clock()))
        await self.settle()

    async def read_up(self) -> None:
        """Read again what Discord shows, as after a new session and at night."""
        # Not by `turns`, which would wait in real time where Discord asks for it.
        await self.reconciler.everything()
        await self.settle()

    async def greeted(self, number: int) -> None:
        """Wait until so many sessions began, and read up what was missed."""
        await self.discord.until(lambda: self.hellos >= number)
        await self.read_up()

    async def _next(self) -> datetime | None:
        self.turns.expect(None)
        return await self.turns.next_at()


def channel_of(guild: str) -> str:
    """Return the handle of #prep in a server."""
    return f"C-{guild}"


def populate(guild: Guild, people: Mapping[str, str]) -> None:
    """Let `people` be in a server with #prep and a forum."""
    for user, shown in people.items():
        guild.add_member(user, shown.split()[0].casefold(), display=shown)
    guild.add_channel(channel_of(guild.town.name), "prep")
    guild.add_channel(f"F-{guild.town.name}", "questions", kind="forum")


def path_of(command: str) -> str:
    """Return a command of the engine as it is chosen in Discord, with the group it stands in."""
    return f"coach {GROUP} {command}" if command in GROUPED else f"coach {command}"


@asynccontextmanager
async def town(  # noqa: PLR0915  (one thing after the other)
    *,
    guilds: Sequence[str] = ("G1",),
    people: Mapping[str, str] = PEOPLE,
    guides: Mapping[str, Guide] | None = None,
    database: str = "sqlite://",
    limits: Limits | None = None,
    before: Town | None = None,
    seed: int = 1,
    speaking: type[DiscordCouriers] = DiscordCouriers,
    patience: Patience = CALM,
    draw: Draw | None = None,
) -> AsyncIterator[Town]:
    """Start a coach for `guilds`, in each of which `people` are in #prep with the coach.

    With `before`, whose coach is to be stopped first, it is a new process on the same Discord;
    give it another `seed`, and the database of the one before.
    """
    clock = VirtualClock(START) if before is None else before.clock

    async def wait(seconds: float) -> None:
        clock.move(clock() + timedelta(seconds=seconds))

    async with AsyncExitStack() as world, AsyncExitStack() as stack:
        if before is None:
            discord = await world.enter_async_context(DiscordServer(clock))
            discord.desk.answer_seconds = 30.0
            for name in guilds:
                populate(discord.guild(name), people)
        else:
            discord = before.discord
        where = Addresses(discord.api_url, discord.gateway_url)
        client = await stack.enter_async_context(
            logged_in(discord.token, no_wait, addresses=where, ready_seconds=0.05)
        )
        couriers = speaking(client, clock, wait, draw=draw)
        stack.push_async_callback(couriers.close)
        store = open_store(database)
        stack.callback(store.close)
        known = guides or {guide.key: guide for guide in [loader.load(MINI)]}
        coach = Coach(known, seeded_ids(seed), random.Random("coach"), "Europe/Berlin")
        switchboard, late = Switchboard({"discord": couriers.of}), list[Outgoing]()
        delivery = Delivery(
            store, switchboard, clock, random.Random("delivery"), coach.undelivered, limits,
            on_late=late.append,
        )  # fmt: skip
        turns = Turns(store, coach, delivery, clock, switchboard)

        async def handle(event: Inbound) -> Reply:
            now, behind = clock(), here.handling or store
            reply = await behind.run(lambda work: coach.handle(work, event, now))
            turns.expect(None)
            return reply

        async def hello() -> None:
            here.hellos += 1
            discord.quiet.changed()

        async def home(
            user: UserId,
            channel: ChannelId,
            message: MessageId | None,
            without: frozenset[WorkspaceId],
        ) -> WorkspaceId:
            return await Homes(here.handling or store, coach).of(user, channel, message, without)

        async def moved() -> None:
            if await absences.look():
                await here.reconciler.everything()

        absences = Absences(store, coach, {"discord": couriers.lost})
        engine = Engine(handle, home, hello, known, moved, Homes(store, coach).member)
        door = Door(
            client, engine, clock, no_wait, seeded_ids(seed + 100), patience=patience, draw=draw
        )
        here = Town(
            discord=discord,
            clock=clock,
            store=store,
            coach=coach,
            turns=turns,
            client=client,
            couriers=couriers,
            reconciler=Reconciler(store, switchboard, coach, clock, wait),
            door=door,
            late=late,
            stop=stack.aclose,
        )
        await stack.enter_async_context(open_door(door, no_wait))
        await discord.connected()
        await here.settle()
        yield here
