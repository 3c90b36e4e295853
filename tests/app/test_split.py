"""`loopmates run --roles` as several processes on one PostgreSQL: split, killed, stopped."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from app import wiring
from app.roles import ALL
from tests.app import discord_processes, slack_processes
from tests.app.coaches import coach
from tests.app.discord_processes import discord_with
from tests.app.slack_processes import (
    CHANNEL,
    RUNNING,
    Loopmates,
    called,
    loopmates,
    set_up,
    settings_for,
    slack_with,
    status,
)
from tests.servers.postgres import PostgresServer
from tests.servers.slack.interactions import Team

STANDS_BY = "another process does this"
CONNECTED = "connected to Discord"
ANSWERED = "1 member has answered so far."


@pytest.fixture
def url(server: PostgresServer, template: str) -> Iterator[str]:
    with server.database(template) as found:
        yield found


@asynccontextmanager
async def split(
    folder: Path, url: str, settings: Mapping[str, str], *roles: str
) -> AsyncIterator[list[Loopmates]]:
    """Run a process for each of `roles`, all of them started."""
    env = {"DATABASE_URL": url, **settings}
    async with AsyncExitStack() as stack:
        found = [
            await stack.enter_async_context(loopmates(folder, env, "run", "--roles", each))
            for each in roles
        ]
        await asyncio.gather(*(each.until(RUNNING) for each in found))
        yield found


def end_leases(url: str) -> None:
    """Let go of what a killed process had, as if half a minute had passed."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("UPDATE leases SET holder = '', until = now()")


def keys(team: Team) -> list[str]:
    """Return the keys of all posts in the channel."""
    shown = (each.metadata for each in team.messages(CHANNEL))
    return [each["event_payload"]["key"] for each in shown if each]


async def test_what_one_process_hears_another_says_once(tmp_path: Path, url: str) -> None:
    async with slack_with() as (slack, team):
        settings = settings_for(slack, "http")
        async with split(tmp_path, url, settings, "web,scheduler", "slack") as (web, talker):
            await set_up(slack, team)
            done = await team.command("U1", CHANNEL, "help")
            await talker.until("post delivered")

            assert [await each.told(signal.SIGTERM) for each in (web, talker)] == [0, 0]

        assert done.ack["text"]
        assert len(keys(team)) == len(set(keys(team))) == 1
        assert "post delivered" not in web.log
        assert all("WARNING" not in each.log for each in (web, talker))


TOMORROW = """
    CREATE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql
    AS $$ SELECT pg_catalog.clock_timestamp() + interval '1 day' $$
"""


def move_clock(url: str) -> None:
    """Let it be tomorrow for the database, and so for every process on it."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(TOMORROW)
        name = connection.info.dbname
        connection.execute(f'ALTER DATABASE "{name}" SET search_path = public, pg_catalog'.encode())


@pytest.mark.long
async def test_split_in_five_on_two_platforms_a_question_is_asked_once_and_answered(
    tmp_path: Path, url: str
) -> None:
    async with slack_with() as (slack, team), discord_with() as (discord, guild):
        settings = settings_for(slack, "http") | discord_processes.settings_for(discord)
        async with split(tmp_path, url, settings, ALL) as (alone,):
            earlier = (wiring.now() - timedelta(minutes=2)).strftime("%H:%M")
            when = f"start=today time={earlier} days=daily"
            await team.command("U9", CHANNEL, f"{slack_processes.SETUP} {when}")
            await team.command("U1", CHANNEL, "join")
            await discord_processes.set_up(discord, guild)
            await slack.until(lambda: team.messages(CHANNEL))
            await alone.told(signal.SIGTERM)
        move_clock(url)

        roles = ("web", "slack", "slack", "discord", "scheduler")
        async with split(tmp_path, url, settings, *roles) as processes:
            assert await status(settings["PORT"], "/readyz") == 200
            await slack.until(lambda: len(team.messages(CHANNEL)) == 2)
            question = team.messages(CHANNEL)[-1].ts
            team.say("U1", CHANNEL, "I did this, and that because of it.", thread=question)
            await slack.until(lambda: ANSWERED in team.messages(CHANNEL)[-1].text)
            done = await guild.command("U1", discord_processes.CHANNEL, "coach help")

            codes = await asyncio.gather(*(each.told(signal.SIGTERM) for each in processes))

        assert set(codes) == {0}
        assert done.acked
        assert len(keys(team)) == len(set(keys(team))) == 2
        assert all("Traceback" not in each.log for each in processes)


@pytest.mark.long
async def test_a_killed_process_with_the_connection_is_followed_by_the_one_that_stands_by(
    tmp_path: Path, url: str
) -> None:
    async with discord_with() as (discord, guild):
        settings = discord_processes.settings_for(discord)
        async with split(tmp_path, url, settings, "discord", "discord", "scheduler") as processes:
            first, second = sorted(processes[:2], key=lambda each: STANDS_BY in each.log)
            await discord_processes.set_up(discord, guild)
            sessions = len(discord.gateway.identifies)
            first.process.kill()
            await first.process.wait()
            end_leases(url)
            await second.until(CONNECTED)
            await discord.connected()

            done = await guild.command("U1", discord_processes.CHANNEL, "coach help")

        assert (STANDS_BY in first.log, CONNECTED in first.log) == (False, True)
        assert second.log.count(STANDS_BY) == 1
        assert done.acked
        assert len(discord.gateway.identifies) == sessions + 1
        assert len(guild.messages(discord_processes.CHANNEL)) == 1


@pytest.mark.long
async def test_a_process_that_lost_the_connection_to_another_hangs_up_until_it_is_free(
    tmp_path: Path, url: str
) -> None:
    async with discord_with() as (discord, guild):
        settings = discord_processes.settings_for(discord) | {"DATABASE_URL": url}
        async with coach(tmp_path, settings) as here:
            await here.until(RUNNING)
            await discord_processes.set_up(discord, guild)
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute(
                    "UPDATE leases SET holder = 'another', until = now() + interval '1 hour'"
                )
            await here.until(STANDS_BY)
            meanwhile = discord.gateway.ready
            end_leases(url)
            await here.until(CONNECTED, times=2)
            await discord.connected()
            done = await guild.command("U1", discord_processes.CHANNEL, "coach help")

        assert meanwhile == 0
        assert done.acked
        assert "a lease was lost" in here.log
        assert "Traceback" not in here.log


@pytest.mark.long
async def test_a_stopped_process_gives_the_connection_to_the_next_at_once(
    tmp_path: Path, url: str
) -> None:
    async with discord_with() as (discord, _):
        settings = discord_processes.settings_for(discord)
        async with split(tmp_path, url, settings, "discord", "discord") as processes:
            first, second = sorted(processes, key=lambda each: STANDS_BY in each.log)

            assert await first.told(signal.SIGTERM) == 0
            async with asyncio.timeout(5):
                await second.until(CONNECTED)
                await discord.connected()

            assert await second.told(signal.SIGTERM) == 0


@pytest.mark.long
async def test_a_killed_speaker_is_followed_by_another_and_nothing_is_said_twice(
    tmp_path: Path, url: str
) -> None:
    async with slack_with() as (slack, team):
        settings = settings_for(slack, "http")
        async with split(tmp_path, url, settings, "web", "slack,scheduler") as (_, talker):
            # It arrives, and nobody ever hears of it.
            slack.faults.lose_reply("chat.postMessage")
            await team.command("U9", CHANNEL, slack_processes.SETUP)
            await slack.until(lambda: called(slack, "chat.postMessage"))
            talker.process.kill()
            await talker.process.wait()
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute("UPDATE outbox SET claim_at = began_at WHERE state = 'leased'")

            async with split(tmp_path, url, settings, "slack") as (next_one,):
                # The killed one may be sending still, for all that anybody knows.
                await next_one.until("post put off")
                with psycopg.connect(url, autocommit=True) as connection:
                    connection.execute("UPDATE outbox SET claim_at = at WHERE state = 'unsure'")
                await next_one.until("post delivered")

        assert len(keys(team)) == len(set(keys(team))) == 1


async def test_a_file_serves_one_process_only(tmp_path: Path) -> None:
    async with slack_with() as (slack, _):
        settings = settings_for(slack)
        async with loopmates(tmp_path, settings, "run", "--roles", "slack") as process:
            assert await process.ended() == 1

    assert "error: --roles: scheduler would be done by nobody" in process.log
    assert "PostgreSQL" in process.log
    assert not (tmp_path / "loopmates.db").exists()
