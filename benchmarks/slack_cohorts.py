"""A Slack full of cohorts, made in virtual time that ends before the present moment.

In every cohort today's question is open: some members have answered and are being reviewed, the
others are about to write.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import cycle
from pathlib import Path

import aiohttp

from adapters.slack.door import Installed, make_app
from adapters.slack.send import SlackCourier, SlackCouriers
from adapters.slack.socket import SocketDoor
from adapters.slack.underway import Underway
from adapters.slack.workspaces import client_for, find_out
from app.turns import Turns, VirtualClock
from benchmarks.cohorts import GUIDE, Passing, answer, at_noon, engine, making, no_wait
from tests.servers.slack.interactions import Team
from tests.servers.slack.server import SlackServer
from tests.servers.slack.state import Json

TEAM = "T0123456789"
SECRET = "0123456789abcdef" * 2
COHORTS = 10
ANSWERED = 30
WRITING = 60
"""Members of one cohort who have answered, and who are about to."""
TAPS = ("four", "three", "two")


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
    async with AsyncExitStack() as stack:
        async with making() as (present, clock):
            server = SlackServer(present, signing_secret=SECRET)
            slack = await stack.enter_async_context(server)
            team = slack.team(TEAM)
            places = [_people(team, number) for number in range(COHORTS)]
            async with _coach(slack, team, database, clock) as turns:
                roots = await _play(team, Passing(turns, clock, slack.settled), places)
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
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(aiohttp.ClientSession())
        workspace = await find_out(team.bot_token, slack.base_url, session, clock, no_wait)
        client = client_for(team.bot_token, slack.base_url, session)
        courier = SlackCourier(workspace, client, clock, no_wait)
        couriers = SlackCouriers(courier)
        stack.push_async_callback(couriers.close)
        made = await stack.enter_async_context(engine(database, "slack", couriers.of, clock))

        async def greeted() -> None:
            return

        underway = Underway()
        stack.push_async_callback(underway.finish)
        installed = {team.id: Installed(workspace, courier.calls, courier.directory)}
        hearing = client_for("", slack.base_url, session)
        app = make_app(installed, made.handle, clock, underway, client=hearing)
        door = SocketDoor(app, slack.app_token, greeted, clock, _never)
        await stack.enter_async_context(door)
        await slack.connected()
        yield made.turns


async def _never(seconds: float) -> None:
    del seconds
    await asyncio.get_running_loop().create_future()


async def _play(team: Team, passing: Passing, places: list[tuple[str, list[str]]]) -> list[str]:
    """Set up, join, ask, answer and ask for reviews; return where the questions stand."""
    asked_at = passing.clock() + timedelta(minutes=5)
    zone, at = at_noon(asked_at)
    for channel, members in places:
        setup = f"setup {GUIDE} start=today zone={zone} time={at} days=mon-sun"
        done = await team.command(members[0], channel, setup)
        assert done.acked, "a cohort could not be set up"
        await passing.settle()
        kickoff = team.messages(channel)[0]
        join = _button(kickoff.blocks)
        await asyncio.gather(*(team.press(m, channel, kickoff.ts, join) for m in members))
    await passing.settle()
    await passing.by(timedelta(minutes=6))
    roots = [_question(team, channel) for channel, _ in places]
    for (channel, members), root in zip(places, roots, strict=True):
        for member in members[:ANSWERED]:
            team.say(member, channel, answer(), thread=root)
    await passing.settle()
    await passing.by(timedelta(minutes=12))
    return roots


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
