"""The coach in Discord from its start to its stop: tokens and networks that fail it."""

from __future__ import annotations

from pathlib import Path

from tests.app.coaches import coach, refused
from tests.app.discord_processes import discord_with, set_up, settings_for
from tests.app.slack_processes import RUNNING, free_port, status


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
        async with coach(tmp_path, settings_for(discord)) as here:
            await here.until(RUNNING)

            await discord.drop(4011)

            assert await here.ended() == 1

    assert "LOOPMATES_DISCORD_SHARDS" in here.log
    assert "error: DISCORD_TOKEN: " in here.log
    assert "Traceback" not in here.log


async def test_a_coach_without_a_network_waits_for_it_and_can_be_stopped(tmp_path: Path) -> None:
    async with discord_with() as (discord, _):
        nowhere = {"DISCORD_API_URL": f"http://127.0.0.1:{free_port()}/api/v10"}
        async with coach(tmp_path, settings_for(discord) | nowhere) as here:
            await here.until("Discord cannot be reached", times=2)

            assert await here.told() == 0


async def test_a_coach_whose_network_comes_later_starts_then(tmp_path: Path) -> None:
    async with discord_with() as (discord, _):
        discord.faults.reset("me")
        async with coach(tmp_path, settings_for(discord)) as here:
            await here.until(RUNNING)
            await discord.connected()


async def test_everything_is_read_up_once_at_a_start_and_again_after_a_new_session(
    tmp_path: Path,
) -> None:
    async with discord_with() as (discord, guild):
        settings = settings_for(discord)
        async with coach(tmp_path, settings) as here:
            await here.until(RUNNING)
            await set_up(discord, guild)

        async with coach(tmp_path, settings) as here:
            await here.until("platforms settled")
            discord.forget_sessions()
            await discord.drop()
            await here.until("platforms settled", times=2)

        assert here.log.count("platforms settled") == 2


async def test_a_coach_with_a_port_says_whether_it_hears_anything(tmp_path: Path) -> None:
    async with discord_with() as (discord, _):
        settings = settings_for(discord) | {"PORT": str(free_port())}
        async with coach(tmp_path, settings) as here:
            await here.until(RUNNING)

            assert await status(settings["PORT"], "/healthz") == 200
            assert await status(settings["PORT"], "/readyz") == 200
            assert await status(settings["PORT"], "/slack/events") == 404
