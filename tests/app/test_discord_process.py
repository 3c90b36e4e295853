"""`loopmates run` with Discord's token as a process: started, stopped, refused, disconnected."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.app import slack_processes
from tests.app.discord_processes import discord_with, settings_for
from tests.app.slack_processes import CANARY, free_port, loopmates
from tests.app.test_slack_process import RUNNING, refused, status
from tests.servers.discord.interactions import Guild
from tests.servers.discord.server import DiscordServer

CHANNEL = "C-G1"


async def set_up(discord: DiscordServer, guild: Guild) -> None:
    """Set a cohort up, and wait until its kickoff stands in the channel."""
    done = await guild.command(
        "U9", CHANNEL, "coach setup", guide="coursera-senior-em", zone="UTC", start="today"
    )
    assert done.acked
    await discord.until(lambda: guild.messages(CHANNEL))


async def test_a_command_is_answered_and_the_kickoff_is_posted(tmp_path: Path) -> None:
    async with discord_with() as (discord, guild):
        async with loopmates(tmp_path, settings_for(discord)) as process:
            await process.until(RUNNING)

            await set_up(discord, guild)
            done = await guild.command("U1", CHANNEL, "coach help")

        assert done.acked
        assert len(guild.messages(CHANNEL)) == 1


async def test_slack_and_discord_are_served_by_one_process(tmp_path: Path) -> None:
    async with (
        discord_with() as (discord, guild),
        slack_processes.slack_with() as (slack, team),
    ):
        settings = settings_for(discord) | slack_processes.settings_for(slack)
        async with loopmates(tmp_path, settings) as process:
            await process.until(RUNNING)

            await set_up(discord, guild)
            done = await team.command("U9", slack_processes.CHANNEL, "setup coursera-senior-em")
            await slack.until(lambda: team.messages(slack_processes.CHANNEL))

        assert done.acked
        assert len(guild.messages(CHANNEL)) == 1


@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGINT])
async def test_a_process_asked_to_stop_ends_well_and_gives_everything_back(
    tmp_path: Path, asked: signal.Signals
) -> None:
    async with discord_with() as (discord, guild):
        async with loopmates(tmp_path, settings_for(discord)) as process:
            await process.until(RUNNING)
            await set_up(discord, guild)

            assert await process.told(asked) == 0

        assert "Traceback" not in process.log
        assert "WARNING" not in process.log
    assert not (tmp_path / "loopmates.db-wal").exists()


async def test_a_process_stops_in_time_while_discord_does_not_answer(tmp_path: Path) -> None:
    async with (
        discord_with() as (discord, guild),
        loopmates(tmp_path, settings_for(discord)) as process,
    ):
        await process.until(RUNNING)
        discord.faults.stall("create_message", times=100)
        await guild.command("U9", CHANNEL, "coach setup", guide="coursera-senior-em", zone="UTC")
        await discord.until(lambda: any(call.name == "create_message" for call in discord.calls))

        assert await process.told(signal.SIGTERM) == 0


async def test_a_token_that_is_of_no_use_ends_the_start_with_its_cure(tmp_path: Path) -> None:
    async with discord_with() as (discord, _):
        wrong = discord.token.replace("abc", "xyz")

        said = await refused(tmp_path, settings_for(discord) | {"DISCORD_TOKEN": wrong})

    assert "error: DISCORD_TOKEN: " in said
    assert "Reset Token" in said
    assert wrong not in said


async def test_shards_that_discord_does_not_know_end_the_start_with_their_cure(
    tmp_path: Path,
) -> None:
    async with discord_with() as (discord, _):
        discord.faults.reset("replace_commands")
        settings = settings_for(discord)
        async with loopmates(tmp_path, settings) as process:
            await process.until(RUNNING)

            await discord.drop(4011)

            assert await process.ended() == 1

    assert "LOOPMATES_DISCORD_SHARDS" in process.log
    assert "error: DISCORD_TOKEN: " in process.log
    assert "Traceback" not in process.log


async def test_a_coach_without_a_network_waits_for_it_and_can_be_stopped(tmp_path: Path) -> None:
    async with discord_with() as (discord, _):
        nowhere = {"DISCORD_API_URL": f"http://127.0.0.1:{free_port()}/api/v10"}
        async with loopmates(tmp_path, settings_for(discord) | nowhere) as process:
            await process.until("Discord cannot be reached")

            assert await process.told(signal.SIGTERM, 5.0) == 0


async def test_a_coach_whose_network_comes_later_starts_then(tmp_path: Path) -> None:
    async with discord_with() as (discord, _):
        discord.faults.reset("me")
        async with loopmates(tmp_path, settings_for(discord)) as process:
            await process.until(RUNNING)
            await discord.connected()


async def test_everything_is_read_up_once_at_a_start_and_again_after_a_new_session(
    tmp_path: Path,
) -> None:
    async with discord_with() as (discord, guild):
        settings = settings_for(discord)
        async with loopmates(tmp_path, settings) as process:
            await process.until(RUNNING)
            await set_up(discord, guild)
            await process.told(signal.SIGTERM)

        async with loopmates(tmp_path, settings) as process:
            await process.until("platforms settled")
            discord.forget_sessions()
            await discord.drop()
            await process.until("platforms settled", times=2)

        assert process.log.count("platforms settled") == 2


async def test_a_coach_with_a_port_says_whether_it_hears_anything(tmp_path: Path) -> None:
    async with discord_with() as (discord, _):
        settings = settings_for(discord) | {"PORT": str(free_port())}
        async with loopmates(tmp_path, settings) as process:
            await process.until(RUNNING)

            assert await status(settings["PORT"], "/healthz") == 200
            assert await status(settings["PORT"], "/readyz") == 200
            assert await status(settings["PORT"], "/slack/events") == 404


async def test_nothing_that_members_say_or_are_called_and_no_token_is_logged(
    tmp_path: Path,
) -> None:
    async with discord_with() as (discord, guild):
        settings = settings_for(discord) | {"LOOPMATES_LOG_LEVEL": "DEBUG"}
        async with loopmates(tmp_path, settings) as process:
            await process.until(RUNNING)
            await set_up(discord, guild)
            guild.say("U1", guild.dm("U1"), f"practice {CANARY}")
            guild.say("U1", CHANNEL, f"{CANARY} please")
            await guild.command("U1", CHANNEL, "coach practice", what=CANARY)
            await discord.settled()
            await process.told(signal.SIGTERM)

        assert CANARY not in process.log
        assert discord.token not in process.log
