"""A Slack full of cohorts, made in virtual time that ends before the present moment.

In every cohort today's question is open: some members have answered and are being reviewed, the
others are about to write.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count, cycle
from pathlib import Path

import aiohttp

from adapters.database.connect import open_store
from adapters.slack.door import Installed, make_app
from adapters.slack.send import SlackCourier, SlackCouriers
from adapters.slack.socket import SocketDoor
from adapters.slack.underway import Underway
from adapters.slack.workspaces import client_for, find_out
from app.turns import Turns, VirtualClock
from app.wiring import now, seeded_ids
from bot.inbound import Inbound
from bot.messages import Reply
from bot.services.coach import Coach
from content import loader
from scheduler.delivery import Delivery, Limits
from scheduler.switchboard import Switchboard
from tests.servers.slack.interactions import Team
from tests.servers.slack.server import SlackServer
from tests.servers.slack.state import Json

TEAM = "T0123456789"
SECRET = "0123456789abcdef" * 2
GUIDE = "coursera-senior-em"
COHORTS = 10
ANSWERED = 30
WRITING = 60
"""Members of one cohort who have answered, and who are about to."""
LEAD = timedelta(hours=2)
"""So long before the present moment everything begins."""
TAPS = ("four", "three", "two")


@dataclass
class Present:
    """The moment: virtual while the cohorts are made, real from then on."""

    virtual: VirtualClock | None

    def __call__(self) -> datetime:
        return self.virtual() if self.virtual is not None else now()


@dataclass(frozen=True)
class Thread:
    """One cohort's open question, and who will answer it."""

    channel: str
    root: str
    writers: tuple[str, ...]


@dataclass(frozen=True)
class Cohorts:
    """What the load works on.  `requests` are review requests: whose, and where."""

    slack: SlackServer
    team: Team
    threads: tuple[Thread, ...]
    requests: tuple[tuple[str, str, str], ...]

    def writing(self, half: int) -> Iterator[tuple[str, str, str]]:
        """Yield who writes where, for ever: the first or the second half of the writers."""
        people = [
            (writer, thread.channel, thread.root)
            for turn in range(half, WRITING, 2)
            for thread in self.threads
            for writer in (thread.writers[turn],)
        ]
        return cycle(people)

    def tapping(self, half: int) -> Iterator[tuple[str, str, str, str]]:
        """Yield who reacts where with what, each once, on a half of the requests."""
        for name in TAPS:
            for user, channel, ts in self.requests[half::2]:
                yield user, channel, ts, name


@asynccontextmanager
async def cohorts(database: Path) -> AsyncIterator[Cohorts]:
    """Open a Slack, and let a coach make cohorts in it that `database` knows of."""
    clock = VirtualClock(now() - LEAD)
    present = Present(clock)
    async with SlackServer(present, signing_secret=SECRET) as slack:
        team = slack.team(TEAM)
        places = [_people(team, number) for number in range(COHORTS)]
        async with _coach(slack, team, database, clock) as turns:
            roots = await _play(slack, team, turns, clock, places)
        assert clock() < now(), "virtual time ran ahead of the clock on the wall"
        present.virtual = None
        threads = tuple(
            Thread(channel, root, tuple(members[ANSWERED:]))
            for (channel, members), root in zip(places, roots, strict=True)
        )
        yield Cohorts(slack, team, threads, tuple(_requests(team)))


def _people(team: Team, number: int) -> tuple[str, list[str]]:
    """Add a channel and its people; the first of them organises."""
    members = [f"U{number:02d}{each:03d}" for each in range(ANSWERED + WRITING)]
    for member in members:
        team.add_user(member, member.casefold(), display=f"Member {member}")
    channel = f"C{number:02d}"
    team.add_channel(channel, f"prep-{number}", members)
    return channel, members


@asynccontextmanager
async def _coach(
    slack: SlackServer, team: Team, database: Path, clock: VirtualClock
) -> AsyncIterator[Turns]:
    async def wait(seconds: float) -> None:
        del seconds  # nobody looks, and time has other things to do
        await asyncio.sleep(0)

    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(aiohttp.ClientSession())
        workspace = await find_out(team.bot_token, slack.base_url, session, clock, wait)
        client = client_for(team.bot_token, slack.base_url, session)
        courier = SlackCourier(workspace, client, clock, wait)
        couriers = SlackCouriers(courier)
        stack.push_async_callback(couriers.close)
        store = open_store(f"sqlite:///{database}", durable=False)
        stack.callback(store.close)
        guide = loader.load(Path(f"content/guides/{GUIDE}.toml"))
        coach = Coach({guide.key: guide}, seeded_ids(1), random.Random("coach"), "UTC")
        switchboard = Switchboard({"slack": couriers.of})
        limits = Limits(slow_after=timedelta(hours=1))
        dice = random.Random("delivery")
        delivery = Delivery(store, switchboard, clock, dice, coach.undelivered, limits)

        async def handle(event: Inbound) -> Reply:
            return await store.run(lambda work: coach.handle(work, event, clock()))

        async def greeted() -> None:
            return

        underway = Underway()
        stack.push_async_callback(underway.finish)
        installed = {team.id: Installed(workspace, courier.calls, courier.directory)}
        hearing = client_for("", slack.base_url, session)
        app = make_app(installed, handle, clock, underway, client=hearing)
        door = SocketDoor(app, slack.app_token, greeted, clock, _never)
        await stack.enter_async_context(door)
        await slack.connected()
        yield Turns(store, coach, delivery, clock, switchboard)


async def _never(seconds: float) -> None:
    del seconds
    await asyncio.get_running_loop().create_future()


async def _play(
    slack: SlackServer,
    team: Team,
    turns: Turns,
    clock: VirtualClock,
    places: list[tuple[str, list[str]]],
) -> list[str]:
    """Set up, join, ask, answer and ask for reviews; return where the questions stand."""

    async def settle() -> None:
        await slack.settled()
        turns.expect(None)
        await turns.settle()
        await slack.settled()

    async def pass_by(span: timedelta) -> None:
        turns.expect(None)
        await turns.advance(clock() + span)
        await settle()

    asked_at = clock() + timedelta(minutes=5)
    zone, at = at_noon(asked_at)
    for channel, members in places:
        setup = f"setup {GUIDE} start=today zone={zone} time={at} days=mon-sun"
        done = await team.command(members[0], channel, setup)
        assert done.acked, "a cohort could not be set up"
        await settle()
        kickoff = team.messages(channel)[0]
        join = _button(kickoff.blocks)
        await asyncio.gather(*(team.press(m, channel, kickoff.ts, join) for m in members))
    await settle()
    await pass_by(timedelta(minutes=6))
    roots = [_question(team, channel) for channel, _ in places]
    for (channel, members), root in zip(places, roots, strict=True):
        for member in members[:ANSWERED]:
            team.say(member, channel, answer(), thread=root)
    await settle()
    await pass_by(timedelta(minutes=12))
    return roots


def at_noon(asked_at: datetime) -> tuple[str, str]:
    """Return a zone in which it is about noon, and the time of day there: nobody rests then."""
    ahead = 12 - asked_at.hour
    zone = f"Etc/GMT{-ahead:+d}" if ahead else "UTC"
    return zone, f"12:{asked_at.minute:02d}"


def _button(blocks: list[Json]) -> str:
    """Return the action of the first button."""
    rows = (block["elements"] for block in blocks if block["type"] == "actions")
    return str(next(rows)[0]["action_id"])


def _question(team: Team, channel: str) -> str:
    """Return the ts of the last post, which is the question."""
    return team.messages(channel)[-1].ts


def _requests(team: Team) -> Iterator[tuple[str, str, str]]:
    """Yield the review requests in direct messages: those that show ratings to tap."""
    for user in team.people:
        channel = f"D{team.id}{user}"
        if channel not in team.channels:
            continue
        for shown in team.messages(channel):
            if shown.user == team.bot_user and "three" in shown.reactions:
                yield user, channel, shown.ts


_numbers = count(1)


def answer() -> str:
    """Return something to say, another text each time."""
    number = next(_numbers)
    return (
        f"Part {number}: the launch had slipped twice, so I wrote down what we knew, asked both "
        "leads for the one thing they could not give up, and proposed the smaller scope by Friday."
    )
