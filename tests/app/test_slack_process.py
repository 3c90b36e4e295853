"""`loopmates run` with Slack's tokens as a process: started, stopped, killed, refused."""

from __future__ import annotations

import os
import signal
import sqlite3
from pathlib import Path

import pytest

from tests.app.coaches import coach
from tests.app.slack_processes import (
    CHANNEL,
    RUNNING,
    SETUP,
    How,
    called,
    loopmates,
    set_up,
    settings_for,
    slack_with,
)

WAYS = [
    ("socket", signal.SIGTERM),
    ("http", signal.SIGINT),
    pytest.param("socket", signal.SIGINT, marks=pytest.mark.long),
    pytest.param("http", signal.SIGTERM, marks=pytest.mark.long),
]


def let_leases_end(folder: Path) -> None:
    """Make a minute pass for what a killed process had claimed."""
    connection = sqlite3.connect(folder / "loopmates.db")
    connection.execute("UPDATE outbox SET claim_at = began_at WHERE state = 'leased'")
    connection.commit()
    connection.close()


@pytest.mark.parametrize(("how", "asked"), WAYS)
async def test_a_process_answers_and_posts_and_asked_to_stop_gives_everything_back(
    tmp_path: Path, how: How, asked: signal.Signals
) -> None:
    async with slack_with() as (slack, team):
        async with loopmates(tmp_path, settings_for(slack, how)) as process:
            await process.until(RUNNING)
            await set_up(slack, team)
            done = await team.command("U1", CHANNEL, "help")

            assert await process.told(asked) == 0

        assert done.ack["text"]
        assert len(team.messages(CHANNEL)) == 1
        assert "Traceback" not in process.log
        assert "WARNING" not in process.log
    assert not (tmp_path / "loopmates.db-wal").exists()


@pytest.mark.parametrize("fault", [pytest.param("stall", marks=pytest.mark.long), "lose_reply"])
async def test_what_was_committed_before_a_kill_is_posted_once(tmp_path: Path, fault: str) -> None:
    async with slack_with() as (slack, team):
        settings = settings_for(slack)
        async with loopmates(tmp_path, settings) as process:
            await process.until(RUNNING)
            # Never sent, or sent and never heard of.
            getattr(slack.faults, fault)("chat.postMessage")
            await team.command("U9", CHANNEL, SETUP)
            await slack.until(lambda: called(slack, "chat.postMessage"))
            process.process.kill()
            await process.process.wait()
        let_leases_end(tmp_path)

        async with coach(tmp_path, settings) as next_one:
            await next_one.until("post delivered")

        keys = [
            shown.metadata["event_payload"]["key"]
            for shown in team.messages(CHANNEL)
            if shown.metadata
        ]
        assert len(keys) == len(set(keys)) == 1


async def test_a_database_in_use_ends_the_start_and_names_the_process(tmp_path: Path) -> None:
    async with slack_with() as (slack, _):
        settings = settings_for(slack)
        async with coach(tmp_path, settings) as first:
            await first.until(RUNNING)

            async with loopmates(tmp_path, settings) as second:
                assert await second.ended() == 1

    assert f"error: {tmp_path}" in second.log
    assert str(os.getpid()) in second.log
    assert "Traceback" not in second.log


@pytest.mark.long
async def test_doctor_finds_nothing_wrong_where_all_is_well(tmp_path: Path) -> None:
    async with (
        slack_with() as (slack, _),
        loopmates(tmp_path, settings_for(slack), "doctor") as process,
    ):
        code = await process.ended()

    assert code == 0, process.log
