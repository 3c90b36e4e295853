"""The coach in Slack from its start to its stop: tokens, ports and networks that fail it."""

from __future__ import annotations

import socket
import sqlite3
from pathlib import Path

from tests.app.coaches import coach, refused
from tests.app.slack_processes import (
    CHANNEL,
    RUNNING,
    SETUP,
    TEAMS,
    called,
    free_port,
    rename_guide,
    set_up,
    settings_for,
    slack_with,
    status,
)


async def test_what_is_being_sent_at_a_stop_is_sent_once_and_settled(tmp_path: Path) -> None:
    async with slack_with() as (slack, team):
        settings = settings_for(slack)
        async with coach(tmp_path, settings) as first:
            await first.until(RUNNING)
            await team.command("U9", CHANNEL, SETUP)
            await first.told()
        async with coach(tmp_path, settings) as second:
            await second.until(RUNNING)
            await slack.until(lambda: team.messages(CHANNEL))
            await second.told()

        assert len(team.messages(CHANNEL)) == 1
    assert leased(tmp_path) == 0


async def test_a_coach_without_a_network_waits_for_it_and_can_be_stopped(tmp_path: Path) -> None:
    nowhere = {"SLACK_API_URL": f"http://127.0.0.1:{free_port()}/api/"}
    async with (
        slack_with() as (slack, _),
        coach(tmp_path, settings_for(slack) | nowhere) as here,
    ):
        await here.until("Slack cannot be reached yet", times=2)

        assert await here.told() == 0


async def test_a_coach_whose_network_comes_later_starts_then(tmp_path: Path) -> None:
    async with slack_with() as (slack, _):
        slack.faults.http("auth.test", 503)
        slack.faults.reset("apps.connections.open")
        async with coach(tmp_path, settings_for(slack)) as here:
            await here.until(RUNNING)
            await slack.connected()


async def test_one_bad_token_among_two_is_logged_and_the_other_goes_on(tmp_path: Path) -> None:
    async with slack_with(*TEAMS) as (slack, team):
        slack.teams[TEAMS[1]].refusal = "token_revoked"
        async with coach(tmp_path, settings_for(slack)) as here:
            log = await here.until(RUNNING)
            await set_up(slack, team)

        assert "SLACK_BOT_TOKEN, number 2 of 2" in log
        assert "token_revoked" in log


async def test_one_bad_app_token_among_two_is_logged_and_the_other_goes_on(tmp_path: Path) -> None:
    async with slack_with(*TEAMS) as (slack, team):
        settings = settings_for(slack)
        settings["SLACK_APP_TOKEN"] += ",xapp-1-A2-unknown-to-all"
        async with coach(tmp_path, settings) as here:
            log = await here.until(RUNNING)
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


async def test_a_guide_that_is_gone_ends_the_start_with_its_cure(tmp_path: Path) -> None:
    async with slack_with() as (slack, team):
        settings = settings_for(slack)
        async with coach(tmp_path, settings) as here:
            await here.until(RUNNING)
            await set_up(slack, team)
        rename_guide(tmp_path)

        said = await refused(tmp_path, settings)

    assert "error: " in said
    assert "LOOPMATES_GUIDES" in said


async def test_everything_is_read_up_once_at_a_start_and_again_after_a_reconnection(
    tmp_path: Path,
) -> None:
    async with slack_with() as (slack, team):
        settings = settings_for(slack)
        async with coach(tmp_path, settings) as here:
            await here.until(RUNNING)
            await set_up(slack, team)
        slack.calls.clear()
        slack.sockets.greeting.clear()

        async with coach(tmp_path, settings) as here:
            await slack.connected()
            slack.sockets.greeting.set()
            await here.until("platforms settled")
            # A second reading would be over by the time this is answered.
            practice = team.dm("U1")
            team.say("U1", practice, "practice")
            await slack.until(lambda: len(team.messages(practice)) > 1)
            first = called(slack, "conversations.members")
            await slack.cut()
            slack.mend()
            await here.until("platforms settled", times=2)

        assert here.log.index("connected to Slack") < here.log.index(RUNNING)
        assert first == 1
        assert here.log.count("platforms settled") == 2
        assert called(slack, "conversations.members") == 2


async def test_a_coach_that_hears_by_web_says_whether_it_is_alive_and_ready(tmp_path: Path) -> None:
    async with slack_with() as (slack, _):
        settings = settings_for(slack, "http")
        async with coach(tmp_path, settings) as here:
            await here.until(RUNNING)

            assert await status(settings["PORT"], "/healthz") == 200
            assert await status(settings["PORT"], "/readyz") == 200


async def test_a_coach_on_a_socket_with_a_port_says_when_it_hears_nothing(tmp_path: Path) -> None:
    async with slack_with() as (slack, _):
        settings = settings_for(slack) | {"PORT": str(free_port())}
        async with coach(tmp_path, settings) as here:
            await here.until(RUNNING)
            ready = await status(settings["PORT"], "/readyz")
            await slack.cut()
            await here.until("connection to Slack could not be opened")

            assert ready == 200
            assert await status(settings["PORT"], "/healthz") == 200
            assert await status(settings["PORT"], "/readyz") == 503
            assert await status(settings["PORT"], "/slack/events") == 404


def leased(folder: Path) -> int:
    """Return how many rows of the outbox somebody has claimed."""
    connection = sqlite3.connect(folder / "loopmates.db")
    (count,) = connection.execute("SELECT count(*) FROM outbox WHERE state = 'leased'").fetchone()
    connection.close()
    return int(count)
