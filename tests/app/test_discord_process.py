"""`loopmates run` with Discord's token as a process: started, stopped, beside Slack, logging."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.app import slack_processes
from tests.app.discord_processes import CHANNEL, discord_with, set_up, settings_for
from tests.app.slack_processes import CANARY, RUNNING, called, loopmates, slack_with


@pytest.mark.parametrize(
    "asked", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.long)]
)
async def test_a_process_answers_and_posts_and_asked_to_stop_gives_everything_back(
    tmp_path: Path, asked: signal.Signals
) -> None:
    async with discord_with() as (discord, guild):
        async with loopmates(tmp_path, settings_for(discord)) as process:
            await process.until(RUNNING)
            await set_up(discord, guild)
            done = await guild.command("U1", CHANNEL, "coach help")

            assert await process.told(asked) == 0

        assert done.acked
        assert len(guild.messages(CHANNEL)) == 1
        assert "Traceback" not in process.log
        assert "WARNING" not in process.log
    assert not (tmp_path / "loopmates.db-wal").exists()


async def test_one_process_serves_both_platforms_logs_no_words_and_stops_while_neither_answers(
    tmp_path: Path,
) -> None:
    async with discord_with() as (discord, guild), slack_with() as (slack, team):
        settings = settings_for(discord) | slack_processes.settings_for(slack)
        settings["LOOPMATES_LOG_LEVEL"] = "DEBUG"
        async with loopmates(tmp_path, settings) as process:
            await process.until(RUNNING)
            await set_up(discord, guild)
            await slack_processes.set_up(slack, team)
            guild.say("U1", guild.dm("U1"), f"practice {CANARY}")
            guild.say("U1", CHANNEL, f"{CANARY} please")
            await guild.command("U1", CHANNEL, "coach practice", what=CANARY)
            team.say("U1", team.dm("U1"), f"practice {CANARY}")
            slack.faults.http("conversations.members", 200, CANARY)
            await team.command("U1", slack_processes.CHANNEL, f"{CANARY} please")
            await discord.settled()
            await slack.settled()

            slack.faults.stall("chat.postMessage", times=100)
            discord.faults.stall("create_message", times=100)
            slack.calls.clear()
            discord.calls.clear()
            team.say("U9", team.dm("U9"), "practice")
            guild.say("U9", guild.dm("U9"), "practice")
            await slack.until(lambda: called(slack, "chat.postMessage"))
            await discord.until(lambda: any(c.name == "create_message" for c in discord.calls))

            assert await process.told(signal.SIGTERM) == 0

        assert CANARY not in process.log
        for secret in (discord.token, team.bot_token, slack.app_token):
            assert secret not in process.log
