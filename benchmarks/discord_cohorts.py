"""A Discord full of cohorts, made in virtual time that ends before the present moment.

In every cohort today's question is open: some members have answered and are being reviewed, the
others are about to write.  Around the cohorts is what most of a server is: channels and threads
in which people talk about something else.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from adapters.discord.client import logged_in
from adapters.discord.client_addresses import Addresses
from adapters.discord.door import Door, Engine, open_door
from adapters.discord.door_asking import Patience
from adapters.discord.send import DiscordCouriers
from app.discord_side import Homes
from app.turns import Turns, VirtualClock
from app.wiring import seeded_ids
from benchmarks.cohorts import GUIDE, Passing, answer, at_noon, engine, making, no_wait
from tests.app.discord_processes import TOKEN
from tests.servers.discord.interactions import Guild
from tests.servers.discord.server import DiscordServer
from tests.servers.discord.state import DM

GUILDS = 4
COHORTS = 10
"""In each server."""
ANSWERED, WRITING, PRIVATE = 12, 24, 4
"""Members of one cohort who have answered, who write in the thread, who answer by form."""
CHANNELS, THREADS, STRANGERS = 8, 4, 60
"""Of each server that are none of ours."""
AT_ONCE = 16
"""People who press a button together while the cohorts are made."""


@dataclass(frozen=True)
class Question:
    """One cohort's open question and its people; `thread` is also the question's message."""

    guild: Guild
    channel: str
    thread: str
    writers: tuple[str, ...]
    private: tuple[str, ...]


@dataclass(frozen=True)
class Request:
    """A review request in somebody's direct message."""

    guild: Guild
    user: str
    channel: str
    message: str


@dataclass(frozen=True)
class Elsewhere:
    """Where people of a server talk about something else, and who they are."""

    guild: Guild
    channels: tuple[str, ...]
    threads: tuple[str, ...]
    people: tuple[str, ...]


@dataclass(frozen=True)
class Cohorts:
    """What the load works on."""

    discord: DiscordServer
    questions: tuple[Question, ...]
    requests: tuple[Request, ...]
    elsewhere: tuple[Elsewhere, ...]


@dataclass(frozen=True)
class _Place:
    guild: Guild
    channel: str
    members: tuple[str, ...]


@asynccontextmanager
async def cohorts(database: Path) -> AsyncIterator[Cohorts]:
    """Open a Discord, and let a coach make cohorts in it that `database` knows of."""
    async with AsyncExitStack() as stack:
        async with making() as (present, clock):
            discord = await stack.enter_async_context(DiscordServer(present, TOKEN))
            discord.patience = 120.0
            elsewhere = tuple(_elsewhere(discord, number) for number in range(GUILDS))
            places = [_place(each.guild, n) for each in elsewhere for n in range(COHORTS)]
            async with _coach(discord, database, clock) as turns:
                asked = await _play(Passing(turns, clock, discord.settled), places)
        questions = tuple(_question(*each) for each in zip(places, asked, strict=True))
        requests = tuple(_requests(discord))
        yield Cohorts(discord, questions, requests, elsewhere)


def _elsewhere(discord: DiscordServer, number: int) -> Elsewhere:
    """Add a server with everything that is none of ours."""
    guild = discord.guild(f"G{number}")
    people = tuple(guild.add_member(f"S{number}-{each:03d}") for each in range(STRANGERS))
    channels = tuple(guild.add_channel(f"T{number}-{each}") for each in range(CHANNELS))
    owner = people[0]
    threads = tuple(guild.start_thread(owner, channels[each]) for each in range(THREADS))
    return Elsewhere(guild, channels, threads, people)


def _place(guild: Guild, number: int) -> _Place:
    """Add a channel and its people; the first of them organises."""
    name = f"{guild.town.name}-{number:02d}"
    channel = guild.add_channel(f"C-{name}", f"prep-{number}")
    people = range(ANSWERED + WRITING + PRIVATE)
    members = tuple(guild.add_member(f"U-{name}-{each:03d}") for each in people)
    return _Place(guild, channel, members)


@asynccontextmanager
async def _coach(
    discord: DiscordServer, database: Path, clock: VirtualClock
) -> AsyncIterator[Turns]:
    where = Addresses(discord.api_url, discord.gateway_url)
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(
            logged_in(discord.token, no_wait, addresses=where, ready_seconds=0.1)
        )
        couriers = DiscordCouriers(client, clock, no_wait)
        stack.push_async_callback(couriers.close)
        made = await stack.enter_async_context(engine(database, "discord", couriers.of, clock))

        async def hello() -> None:
            return

        homes = Homes(made.store, made.coach)
        front = Engine(made.handle, homes.of, hello, made.coach.guides)
        long = timedelta(seconds=60)
        patience = Patience(window=long, thinking=long)
        door = Door(client, front, clock, no_wait, seeded_ids(2), patience=patience)
        discord.desk.answer_seconds = long.total_seconds()
        await stack.enter_async_context(open_door(door, no_wait))
        await discord.connected()
        yield made.turns
        discord.desk.answer_seconds = 3.0


async def _play(passing: Passing, places: list[_Place]) -> list[str]:
    """Set up, join, ask, answer and ask for reviews; return the questions."""
    asked_at = passing.clock() + timedelta(minutes=5)
    zone, at = at_noon(asked_at)
    plan = {"guide": GUIDE, "start": "today", "zone": zone, "time": at, "days": "mon-sun"}
    for place in places:
        done = await place.guild.command(place.members[0], place.channel, "coach setup", **plan)
        assert done.acked, "a cohort could not be set up"
    await passing.settle()
    for place in places:
        await _join(place)
    await passing.settle()
    await passing.by(timedelta(minutes=6))
    asked = [place.guild.messages(place.channel)[-1].id for place in places]
    for place, thread in zip(places, asked, strict=True):
        for member in place.members[:ANSWERED]:
            place.guild.say(member, thread, answer())
    await passing.settle()
    await passing.by(timedelta(minutes=12))
    return asked


async def _join(place: _Place) -> None:
    kickoff = place.guild.messages(place.channel)[0]
    button = next(each for each in kickoff.buttons if each.startswith("join:"))
    for first in range(0, len(place.members), AT_ONCE):
        some = place.members[first : first + AT_ONCE]
        pressing = (place.guild.press(m, place.channel, kickoff.id, button) for m in some)
        assert all(done.acked for done in await asyncio.gather(*pressing)), "somebody is not in"


def _question(place: _Place, thread: str) -> Question:
    writing = place.members[ANSWERED : ANSWERED + WRITING]
    private = place.members[ANSWERED + WRITING :]
    return Question(place.guild, place.channel, thread, writing, private)


def _requests(discord: DiscordServer) -> Iterator[Request]:
    """Yield the review requests in direct messages: those whose form can be opened."""
    guilds = {user: guild for guild in discord.guilds.values() for user in guild.town.members}
    for channel in discord.world.channels.values():
        user = next((each for each in channel.members if each != discord.world.me), "")
        if channel.kind != DM or user not in guilds:
            continue
        for message in channel.messages.values():
            if any(each.startswith("review:") for each in message.buttons):
                yield Request(guilds[user], user, channel.id, message.id)
