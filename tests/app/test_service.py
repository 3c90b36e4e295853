"""The coach as a whole in this process: what one platform's failure means for everything else."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from adapters.discord.client_faults import DiscordConnectionError
from app import service, wiring
from app.logs import ROOMS
from app.outside import Outside
from app.settings_reading import read
from tests.app import discord_processes, slack_processes
from tests.app.discord_processes import discord_with
from tests.app.slack_processes import free_port, slack_with
from tests.discord.doors import no_wait
from tests.servers.discord.interactions import Guild
from tests.servers.discord.server import DiscordServer

CHANNEL = "C-G1"
GONE, BACK = "the coach is not where it has cohorts", "the coach is back where it has cohorts"
DEAF = "Discord cannot be heard any more"


class Journal(logging.Handler):
    """What was logged."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []
        self._more = asyncio.Event()

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)
        self._more.set()

    def told(self, words: str) -> list[logging.LogRecord]:
        return [each for each in self.records if each.getMessage() == words]

    async def until(self, words: str, times: int = 1) -> None:
        """Wait until something was logged so often."""
        async with asyncio.timeout(20):
            while len(self.told(words)) < times:
                self._more.clear()
                await self._more.wait()


@pytest.fixture
async def journal() -> AsyncIterator[Journal]:
    handler = Journal()
    # Who ran before may have set a level for each room, as the program does.
    rooms = [logging.getLogger(room) for room in ROOMS]
    levels = [room.level for room in rooms]
    for room in rooms:
        room.setLevel(logging.INFO)
        room.addHandler(handler)
    yield handler
    for room, level in zip(rooms, levels, strict=True):
        room.removeHandler(handler)
        room.setLevel(level)


@asynccontextmanager
async def running(tmp_path: Path, env: Mapping[str, str]) -> AsyncIterator[asyncio.Task[None]]:
    """Run a coach, and stop it at the end."""
    stop, started = asyncio.Event(), asyncio.get_running_loop().create_future()
    given = read({"DATABASE_URL": f"sqlite:///{tmp_path}/loopmates.db", **env})
    outside = Outside(wiring.now, wiring.new_id, random.Random, no_wait, wiring.stopwatch())
    task = asyncio.create_task(service.run(given, outside, stop, started.set_result))
    await asyncio.wait({task, started}, return_when=asyncio.FIRST_COMPLETED)
    if task.done():
        await task
    try:
        yield task
    finally:
        stop.set()
        await asyncio.gather(task, return_exceptions=True)


async def set_up(discord: DiscordServer, guild: Guild) -> None:
    await guild.command(
        "U9", CHANNEL, "coach setup", guide="coursera-senior-em", zone="UTC", start="today"
    )
    await discord.until(lambda: guild.messages(CHANNEL))


async def ready(port: str) -> tuple[int, str]:
    url = f"http://127.0.0.1:{port}/readyz"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return answer.status, await answer.text()


async def test_the_operator_is_told_once_of_a_server_that_the_coach_was_removed_from(
    tmp_path: Path, journal: Journal
) -> None:
    async with discord_with("G1", "G2") as (discord, guild):
        env = discord_processes.settings_for(discord)
        async with running(tmp_path, env):
            await set_up(discord, guild)
            discord.guilds["G2"].kick_bot()
            guild.fall_silent()
            await discord.settled()
            assert journal.told(GONE) == []
            guild.recover()
            guild.kick_bot()
            await journal.until(GONE)

        async with running(tmp_path, env):
            await journal.until(GONE, 2)
            sessions = len(discord.gateway.identifies)
            discord.invalidate()
            await discord.until(lambda: len(discord.gateway.identifies) > sessions)
            await discord.connected()
            await discord.settled()
            assert len(journal.told(GONE)) == 2
            guild.invite_bot()
            await journal.until(BACK)
            guild.kick_bot()
            await journal.until(GONE, 3)

    told = [vars(each) for each in journal.told(GONE)]
    assert {(each["workspace"], each["count"]) for each in told} == {(f"discord:{guild.id}", 1)}
    assert all("loopmates discord invite" in each["cure"] for each in told)


async def test_a_discord_that_can_never_be_heard_again_does_not_end_the_coach_in_slack(
    tmp_path: Path, journal: Journal
) -> None:
    async with discord_with() as (discord, _), slack_with() as (slack, team):
        env = discord_processes.settings_for(discord) | slack_processes.settings_for(slack)
        env |= {"PORT": str(free_port())}
        async with running(tmp_path, env) as coach:
            assert (await ready(env["PORT"]))[0] == 200
            await discord.drop(4014)
            await journal.until(DEAF)
            done = await team.command("U9", slack_processes.CHANNEL, "setup coursera-senior-em")
            await slack.until(lambda: team.messages(slack_processes.CHANNEL))

            status, words = await ready(env["PORT"])
            assert (status, "Discord" in words) == (503, True)
            assert done.acked
            assert not coach.done()

    (told,) = journal.told(DEAF)
    assert (told.levelno, "Message Content Intent" in vars(told)["cure"]) == (logging.ERROR, True)


async def test_a_discord_that_can_never_be_heard_again_ends_a_coach_that_has_nothing_else(
    tmp_path: Path,
) -> None:
    async with (
        discord_with() as (discord, _),
        running(tmp_path, discord_processes.settings_for(discord)) as coach,
    ):
        await discord.drop(4004)

        with pytest.raises(DiscordConnectionError, match="Reset Token"):
            await coach


LYING = '{"flags": 573440}'
"""Both privileged intents, though the gateway refuses them."""


async def test_what_can_never_work_in_discord_ends_the_start_though_slack_would(
    tmp_path: Path,
) -> None:
    async with discord_with() as (discord, _), slack_with() as (slack, _team):
        env = discord_processes.settings_for(discord) | slack_processes.settings_for(slack)
        discord.world.privileged = 0
        discord.faults.http("application", 200, LYING, content_type="application/json")

        with pytest.raises(DiscordConnectionError, match="Message Content Intent"):
            async with running(tmp_path, env):
                raise AssertionError
