"""The whole coach on the local Slack server: real engine, database, delivery, Bolt and clients.

Only time, people and Slack are ours.  Time moves when told to; whoever waits moves it.
"""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal, TypeVar

import aiohttp
import pytest

from adapters.database.connect import open_store
from adapters.database.store import DatabaseStore
from adapters.slack.door import Installed, Patience, make_app
from adapters.slack.send import SlackCourier, SlackCouriers
from adapters.slack.socket import SocketDoor
from adapters.slack.underway import Underway
from adapters.slack.web import make_web, serve
from adapters.slack.workspaces import client_for, find_out
from app.turns import Turns, VirtualClock
from app.wiring import seeded_ids
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
from tests.servers.slack.interactions import Team
from tests.servers.slack.server import SlackServer
from tests.slack.doors import Waits

T = TypeVar("T")

How = Literal["socket", "http"]
WAYS: tuple[How, ...] = ("socket", "http")
BOTH = pytest.mark.parametrize("how", ["socket", pytest.param("http", marks=pytest.mark.long)])
"""For what takes long, and differs at the door alone, which has tests of its own."""
START = datetime(2026, 12, 7, 7, 50, tzinfo=UTC)
"""Monday, ten to nine in Berlin: ten minutes before the first question."""
MINI = Path(__file__).parents[1] / "content" / "mini.toml"
PEOPLE = {"U1": "Ana Ito", "U2": "Bo Ek", "U3": "Cy Ode", "U9": "Olga Oak"}
CHANNEL = "C1"


@dataclass
class Town:
    """A running coach and the workspaces it is installed in."""

    slack: SlackServer
    clock: VirtualClock
    store: DatabaseStore
    coach: Coach
    turns: Turns
    underway: Underway
    couriers: SlackCouriers
    reconciler: Reconciler
    how: How
    waits: Waits
    """The waits of the socket; they end when told to."""
    late: list[Outgoing] = field(default_factory=list)
    hellos: int = 0
    handling: Store | None = None
    """What events are handled with, in place of the store itself."""

    @property
    def team(self) -> Team:
        """The first workspace."""
        return next(iter(self.slack.teams.values()))

    async def handle(self, event: Inbound) -> Reply:
        """Take in one event as the running coach does."""
        now, store = self.clock(), self.handling or self.store
        reply = await store.run(lambda work: self.coach.handle(work, event, now))
        self.turns.expect(None)
        return reply

    def call(self, call: Callable[[Work], T]) -> T:
        """Look something up in the database."""
        return self.store.call(call)

    async def settle(self) -> None:
        """Let everything arrive, be decided, be sent and be shown, at this moment."""
        for _ in range(3):
            await self.slack.settled()
            await self.underway.settled()
            self.turns.expect(None)
            await self.turns.settle()
            while self.late:
                await self.reconciler.late(self.late.pop())
        await self.slack.settled()
        await self.underway.settled()

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
        """Read again what Slack shows, as after a reconnection and at night."""
        # Not by `turns`, which would wait in real time where Slack asks for it.
        await self.reconciler.everything()
        await self.settle()

    async def reconnect(self) -> None:
        """Let the socket connect again after a cut, and read up what was missed."""
        hellos = self.hellos
        self.slack.mend()
        self.waits.over()
        await self.slack.until(lambda: self.hellos > hellos)
        await self.read_up()

    async def _next(self) -> datetime | None:
        self.turns.expect(None)
        return await self.turns.next_at()


async def greeted(town: Town) -> None:
    """Count a hello."""
    town.hellos += 1
    town.slack.deliveries.changed()


def populate(team: Team, people: Mapping[str, str]) -> None:
    """Let `people` be in a workspace, and in #prep with the coach."""
    for user, shown in people.items():
        team.add_user(user, shown.split()[0].casefold(), display=shown, tz="Europe/Berlin")
    team.add_channel(CHANNEL, "prep", members=list(people))


@asynccontextmanager
async def town(
    how: How = "socket",
    *,
    teams: Sequence[str] = ("T1",),
    people: Mapping[str, str] = PEOPLE,
    guides: Mapping[str, Guide] | None = None,
    database: str = "sqlite://",
    limits: Limits | None = None,
    patience: Patience | None = None,
    before: Town | None = None,
    seed: int = 1,
    courier: type[SlackCourier] = SlackCourier,
    draw: Draw | None = None,
) -> AsyncIterator[Town]:
    """Start a coach for `teams`, in each of which `people` are in #prep (C1) with the coach.

    With `before`, whose coach is to be stopped first, it is a new process on the same Slack;
    give it another `seed`, and the database of the one before.
    """
    clock = VirtualClock(START) if before is None else before.clock

    async def wait(seconds: float) -> None:
        clock.move(clock() + timedelta(seconds=seconds))

    async with AsyncExitStack() as stack:
        if before is None:
            slack = await stack.enter_async_context(SlackServer(clock))
            for name in teams:
                populate(slack.team(name), people)
        else:
            slack = before.slack
        session = await stack.enter_async_context(aiohttp.ClientSession())
        url, made = slack.base_url, []
        for team in slack.teams.values():
            workspace = await find_out(team.bot_token, url, session, clock, wait)
            client = client_for(team.bot_token, url, session)
            made.append(courier(workspace, client, clock, wait, draw=draw))
        couriers = SlackCouriers(*made)
        stack.push_async_callback(couriers.close)
        store = open_store(database)
        stack.callback(store.close)
        known = guides or {guide.key: guide for guide in [loader.load(MINI)]}
        coach = Coach(known, seeded_ids(seed), random.Random("coach"), "Europe/Berlin")
        switchboard, late = Switchboard({"slack": couriers.of}), list[Outgoing]()
        delivery = Delivery(
            store, switchboard, clock, random.Random("delivery"), coach.undelivered, limits,
            on_late=late.append,
        )  # fmt: skip
        underway = Underway()
        here = Town(
            slack=slack,
            clock=clock,
            store=store,
            coach=coach,
            turns=Turns(store, coach, delivery, clock, switchboard),
            underway=underway,
            couriers=couriers,
            reconciler=Reconciler(store, switchboard, coach, clock, wait),
            how=how,
            waits=Waits(),
            late=late,
        )
        app = make_app(
            {
                c.workspace.team: Installed(c.workspace, c.calls, c.directory, c.uploads)
                for c in couriers
            },
            here.handle,
            clock,
            underway,
            client=client_for("", url, session),
            signing_secrets=[slack.signing_secret],
            patience=patience,
        )
        stack.push_async_callback(underway.finish)
        if how == "http":
            port = await stack.enter_async_context(serve(make_web(app, _ready), 0, "127.0.0.1"))
            slack.events_over_http(f"http://127.0.0.1:{port}/slack/events")
        else:
            # A watchdog that moved the clock would let hours pass.
            door = SocketDoor(app, slack.app_token, lambda: greeted(here), clock, here.waits)
            await stack.enter_async_context(door)
            await slack.connected()
        yield here


async def _ready() -> str | None:
    return None
