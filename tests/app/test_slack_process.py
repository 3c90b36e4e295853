"""`loopmates run` with Slack's tokens as a process: started, stopped, killed, refused."""

from __future__ import annotations

import signal
import socket
import sqlite3
from pathlib import Path

import aiohttp
import pytest

from tests.app.slack_processes import (
    CANARY,
    CHANNEL,
    TEAMS,
    How,
    free_port,
    loopmates,
    settings_for,
    slack_with,
)
from tests.servers.slack.interactions import Team
from tests.servers.slack.server import SlackServer

SETUP = "setup coursera-senior-em zone=UTC"
RUNNING = "the coach is running"


async def set_up(slack: SlackServer, team: Team) -> None:
    """Set a cohort up, and wait until its kickoff stands in the channel."""
    done = await team.command("U9", CHANNEL, SETUP)
    assert done.acked
    await slack.until(lambda: team.messages(CHANNEL))


def keys(team: Team) -> list[str]:
    """Return the keys of what the coach has posted."""
    return [
        shown.metadata["event_payload"]["key"] for shown in team.messages(CHANNEL) if shown.metadata
    ]


def let_leases_end(folder: Path) -> None:
    """Make a minute pass for what a killed process had claimed."""
    connection = sqlite3.connect(folder / "loopmates.db")
    connection.execute("UPDATE outbox SET claim_at = began_at WHERE state = 'leased'")
    connection.commit()
    connection.close()


async def status(port: str, path: str) -> int:
    """Return the status with which a page on `port` is answered."""
    address = f"http://127.0.0.1:{port}{path}"
    async with aiohttp.ClientSession() as session, session.get(address) as response:
        return response.status


async def refused(folder: Path, settings: dict[str, str], *command: str) -> str:
    """Run a command that is to fail, and return what it says."""
    async with loopmates(folder, settings, *command) as process:
        assert await process.ended() == 1
        assert "Traceback" not in process.log
        return process.log


@pytest.mark.parametrize("how", ["socket", "http"])
async def test_a_command_is_answered_and_the_kickoff_is_posted(tmp_path: Path, how: How) -> None:
    async with slack_with() as (slack, team):
        async with loopmates(tmp_path, settings_for(slack, how)) as process:
            await process.until(RUNNING)

            await set_up(slack, team)
            done = await team.command("U1", CHANNEL, "help")

        assert done.ack["text"]
        assert len(team.messages(CHANNEL)) == 1


@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("how", ["socket", "http"])
async def test_a_process_asked_to_stop_ends_well_and_gives_everything_back(
    tmp_path: Path, how: How, asked: signal.Signals
) -> None:
    async with slack_with() as (slack, team):
        async with loopmates(tmp_path, settings_for(slack, how)) as process:
            await process.until(RUNNING)
            await set_up(slack, team)

            assert await process.told(asked) == 0

        assert "Traceback" not in process.log
        assert "WARNING" not in process.log
    assert not (tmp_path / "loopmates.db-wal").exists()


async def test_a_process_stops_in_time_while_slack_does_not_answer(tmp_path: Path) -> None:
    async with (
        slack_with() as (slack, team),
        loopmates(tmp_path, settings_for(slack)) as process,
    ):
        await process.until(RUNNING)
        slack.faults.stall("chat.postMessage", times=100)
        await team.command("U9", CHANNEL, SETUP)
        await slack.until(lambda: called(slack, "chat.postMessage"))

        assert await process.told(signal.SIGTERM) == 0


async def test_what_is_being_sent_at_a_stop_is_sent_once_and_settled(tmp_path: Path) -> None:
    async with slack_with() as (slack, team):
        settings = settings_for(slack)
        async with loopmates(tmp_path, settings) as process:
            await process.until(RUNNING)
            await team.command("U9", CHANNEL, SETUP)
            await process.told(signal.SIGTERM)
        async with loopmates(tmp_path, settings) as process:
            await process.until(RUNNING)
            await slack.until(lambda: team.messages(CHANNEL))
            await process.told(signal.SIGTERM)

        assert len(team.messages(CHANNEL)) == 1
    assert states(tmp_path, "leased") == 0


@pytest.mark.parametrize("fault", ["stall", "lose_reply"])
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

        async with loopmates(tmp_path, settings) as process:
            await process.until("post delivered")
            await process.told(signal.SIGTERM)

        assert len(keys(team)) == len(set(keys(team))) == 1


async def test_nothing_that_members_say_or_are_called_and_no_token_is_logged(
    tmp_path: Path,
) -> None:
    async with slack_with() as (slack, team):
        settings = settings_for(slack) | {"LOOPMATES_LOG_LEVEL": "DEBUG"}
        async with loopmates(tmp_path, settings) as process:
            await process.until(RUNNING)
            await set_up(slack, team)
            team.say("U1", team.dm("U1"), f"practice {CANARY}")
            slack.faults.http("conversations.members", 200, CANARY)
            await team.command("U1", CHANNEL, f"{CANARY} please")
            await slack.settled()
            await process.told(signal.SIGTERM)

        assert CANARY not in process.log
        assert team.bot_token not in process.log
        assert slack.app_token not in process.log


async def test_a_coach_without_a_network_waits_for_it_and_can_be_stopped(tmp_path: Path) -> None:
    nowhere = {"SLACK_API_URL": f"http://127.0.0.1:{free_port()}/api/"}
    async with (
        slack_with() as (slack, _),
        loopmates(tmp_path, settings_for(slack) | nowhere) as process,
    ):
        await process.until("Slack cannot be reached yet")

        assert await process.told(signal.SIGTERM, 5.0) == 0


async def test_a_coach_whose_network_comes_later_starts_then(tmp_path: Path) -> None:
    async with slack_with() as (slack, _):
        slack.faults.http("auth.test", 503)
        slack.faults.reset("apps.connections.open")
        async with loopmates(tmp_path, settings_for(slack)) as process:
            await process.until(RUNNING)
            await slack.connected()


async def test_one_bad_token_among_two_is_logged_and_the_other_goes_on(tmp_path: Path) -> None:
    async with slack_with(*TEAMS) as (slack, team):
        slack.teams[TEAMS[1]].refusal = "token_revoked"
        async with loopmates(tmp_path, settings_for(slack)) as process:
            log = await process.until(RUNNING)
            await set_up(slack, team)

        assert "SLACK_BOT_TOKEN, number 2 of 2" in log
        assert "token_revoked" in log


async def test_one_bad_app_token_among_two_is_logged_and_the_other_goes_on(tmp_path: Path) -> None:
    async with slack_with(*TEAMS) as (slack, team):
        settings = settings_for(slack)
        settings["SLACK_APP_TOKEN"] += ",xapp-1-A2-unknown-to-all"
        async with loopmates(tmp_path, settings) as process:
            log = await process.until(RUNNING)
            await set_up(slack, team)

        assert "SLACK_APP_TOKEN, number 2 of 2" in log


async def test_a_bot_token_that_is_of_no_use_ends_the_start_with_its_cure(tmp_path: Path) -> None:
    async with slack_with() as (slack, team):
        team.refusal = "account_inactive"

        said = await refused(tmp_path, settings_for(slack))

    assert "error: SLACK_BOT_TOKEN: " in said
    assert "OAuth & Permissions" in said


async def test_an_app_token_that_is_of_no_use_ends_the_start_with_its_cure(tmp_path: Path) -> None:
    async with slack_with() as (slack, _):
        said = await refused(
            tmp_path, settings_for(slack) | {"SLACK_APP_TOKEN": "xapp-1-A2-unknown-to-all"}
        )

    assert "error: SLACK_APP_TOKEN: " in said
    assert "connections:write" in said


async def test_a_port_that_is_taken_ends_the_start_with_its_cure(tmp_path: Path) -> None:
    async with slack_with() as (slack, _):
        settings = settings_for(slack, "http")
        with socket.socket() as taken:
            taken.bind(("0.0.0.0", int(settings["PORT"])))
            taken.listen()

            said = await refused(tmp_path, settings)

    assert f"error: PORT: nothing can listen on 0.0.0.0:{settings['PORT']}" in said


async def test_a_database_in_use_ends_the_start_and_names_the_process(tmp_path: Path) -> None:
    async with slack_with() as (slack, _):
        settings = settings_for(slack)
        async with loopmates(tmp_path, settings) as first:
            await first.until(RUNNING)

            said = await refused(tmp_path, settings)

        assert str(first.process.pid) in said


async def test_a_guide_that_is_gone_ends_the_start_with_its_cure(tmp_path: Path) -> None:
    async with slack_with() as (slack, team):
        settings = settings_for(slack)
        async with loopmates(tmp_path, settings) as process:
            await process.until(RUNNING)
            await set_up(slack, team)
            await process.told(signal.SIGTERM)
        connection = sqlite3.connect(tmp_path / "loopmates.db")
        connection.execute("UPDATE cohorts SET guide = 'gone'")
        connection.commit()
        connection.close()

        said = await refused(tmp_path, settings)

    assert "LOOPMATES_GUIDES" in said


async def test_everything_is_read_up_once_at_a_start_and_again_after_a_reconnection(
    tmp_path: Path,
) -> None:
    async with slack_with() as (slack, team):
        settings = settings_for(slack)
        async with loopmates(tmp_path, settings) as process:
            await process.until(RUNNING)
            await set_up(slack, team)
            await process.told(signal.SIGTERM)
        slack.calls.clear()
        slack.sockets.greeting.clear()

        async with loopmates(tmp_path, settings) as process:
            await slack.connected()
            slack.sockets.greeting.set()
            await process.until("platforms settled")
            # A second reading would be over by the time this is answered.
            practice = team.dm("U1")
            team.say("U1", practice, "practice")
            await slack.until(lambda: len(team.messages(practice)) > 1)
            first = called(slack, "conversations.members")
            await slack.cut()
            slack.mend()
            await process.until("platforms settled", times=2)

        assert process.log.index("connected to Slack") < process.log.index(RUNNING)
        assert first == 1
        assert process.log.count("platforms settled") == 2
        assert called(slack, "conversations.members") == 2


async def test_a_coach_that_hears_by_web_says_whether_it_is_alive_and_ready(tmp_path: Path) -> None:
    async with slack_with() as (slack, _):
        settings = settings_for(slack, "http")
        async with loopmates(tmp_path, settings) as process:
            await process.until(RUNNING)

            assert await status(settings["PORT"], "/healthz") == 200
            assert await status(settings["PORT"], "/readyz") == 200


async def test_a_coach_on_a_socket_with_a_port_says_when_it_hears_nothing(tmp_path: Path) -> None:
    async with slack_with() as (slack, _):
        settings = settings_for(slack) | {"PORT": str(free_port())}
        async with loopmates(tmp_path, settings) as process:
            await process.until(RUNNING)
            ready = await status(settings["PORT"], "/readyz")
            await slack.cut()
            await process.until("connection to Slack could not be opened")

            assert ready == 200
            assert await status(settings["PORT"], "/healthz") == 200
            assert await status(settings["PORT"], "/readyz") == 503
            assert await status(settings["PORT"], "/slack/events") == 404


async def test_doctor_finds_nothing_wrong_where_all_is_well(tmp_path: Path) -> None:
    async with (
        slack_with() as (slack, _),
        loopmates(tmp_path, settings_for(slack), "doctor") as process,
    ):
        code = await process.ended()

    assert code == 0, process.log


async def test_doctor_names_a_missing_scope(tmp_path: Path) -> None:
    async with slack_with() as (slack, team):
        team.scopes.discard("reactions:read")

        said = await refused(tmp_path, settings_for(slack), "doctor")

    assert "reactions:read" in said


async def test_doctor_names_a_channel_that_the_coach_is_not_in(tmp_path: Path) -> None:
    async with slack_with() as (slack, team):
        settings = settings_for(slack)
        async with loopmates(tmp_path, settings) as process:
            await process.until(RUNNING)
            await set_up(slack, team)
            await process.told(signal.SIGTERM)
        team.kick_bot(CHANNEL)

        said = await refused(tmp_path, settings, "doctor")

    assert CHANNEL in said
    assert "/invite" in said


async def test_doctor_names_a_token_that_was_revoked(tmp_path: Path) -> None:
    async with slack_with() as (slack, team):
        team.refusal = "token_revoked"

        said = await refused(tmp_path, settings_for(slack), "doctor")

    assert "SLACK_BOT_TOKEN" in said
    assert "revoked" in said
    assert team.bot_token not in said


def called(slack: SlackServer, method: str) -> int:
    """Return how often a method was called."""
    return sum(call.method == method for call in slack.calls)


def states(folder: Path, state: str) -> int:
    """Return how many rows of the outbox are in a state."""
    connection = sqlite3.connect(folder / "loopmates.db")
    (count,) = connection.execute(
        "SELECT count(*) FROM outbox WHERE state = ?", (state,)
    ).fetchone()
    connection.close()
    return int(count)
