"""The doctor: every fault gets its line and its cure, nothing is changed, nothing secret shown."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import chdir, closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from adapters.database.connect import open_store
from adapters.slack.manifest import SCOPES
from app.cli import cli
from app.doctor import examine
from app.doctor_server import Check
from app.settings import names
from bot.ids import ChannelId, WorkspaceId
from tests.factories import NOW, a_cohort
from tests.servers.discord.interactions import Guild
from tests.servers.discord.permissions import Permission
from tests.servers.discord.server import DiscordServer
from tests.servers.slack.interactions import Team
from tests.servers.slack.server import SlackServer

BOT = "xoxb-" + "1234567890-canary"
APP = "xapp-" + "1-A1-234-canary"
DISCORD = "MTIzNDU2Nzg5MDEyMzQ1Njc4" + ".GaBcDe." + "canarycanarycanarycanary0123"


@pytest.fixture(autouse=True)
def here(tmp_path: Path) -> Iterator[Path]:
    """Work in a folder of one's own."""
    with chdir(tmp_path):
        yield tmp_path


def wrong(env: dict[str, str]) -> list[Check]:
    """Return the checks that found something wrong."""
    return [check for check in examine(env, Path(".env")) if not check.ok]


def test_nothing_is_wrong_with_a_fresh_folder(here):
    checks = examine({}, Path(".env"))

    assert [check.name for check in checks] == [
        "python",
        "sqlite",
        "time zones",
        "settings",
        "guides",
        "database",
        "disk",
        "slack",
        "discord",
        "roles",
    ]
    assert all(check.ok and not check.cure for check in checks)
    assert list(here.iterdir()) == []


def test_each_wrong_setting_is_a_line_with_its_cure():
    checks = wrong({"PORT": "0", "LOOPMATES_LOG_LEVL": "INFO"})

    assert [check.name for check in checks] == ["PORT", "LOOPMATES_LOG_LEVL"]
    assert all(check.cure for check in checks)


def test_each_fault_in_a_guide_is_a_line_with_file_and_cure(here):
    (here / "mine.toml").write_text("company = 3\n", encoding="utf-8")

    checks = wrong({"LOOPMATES_GUIDES": str(here)})

    assert len(checks) > 1
    assert all("mine.toml" in check.found and check.cure for check in checks)


def test_a_file_that_is_no_database_is_found(here):
    (here / "notes.db").write_text("These are notes. " * 100, encoding="utf-8")

    (check,) = wrong({"DATABASE_URL": "sqlite:///notes.db"})

    assert check.name == "database"
    assert check.cure


def test_a_database_in_a_folder_that_is_missing_is_found():
    (check,) = wrong({"DATABASE_URL": "sqlite:///none/coach.db"})

    assert check.name == "database"
    assert "Create it" in check.cure


def test_a_database_without_tables_is_found(here):
    with closing(sqlite3.connect(here / "empty.db")) as connection:
        connection.execute("CREATE TABLE other (id)")

    (check,) = wrong({"DATABASE_URL": "sqlite:///empty.db"})

    assert "loopmates db upgrade" in check.cure


def test_the_report_masks_tokens_and_exits_with_1_only_if_something_is_wrong():
    env = dict.fromkeys(names().values()) | {"SLACK_BOT_TOKEN": BOT, "SLACK_APP_TOKEN": APP}

    well = CliRunner().invoke(cli, ["doctor", "--offline", "--json"], env=env)
    ill = CliRunner().invoke(cli, ["doctor", "--offline"], env=env | {"PORT": "0"})

    assert (well.exit_code, ill.exit_code) == (0, 1)
    assert "canary" not in well.output + ill.output
    report = json.loads(well.stdout)
    assert report["version"]
    assert {"name": "slack", "ok": True, "found": "token *** set, Socket Mode", "cure": ""} in (
        report["checks"]
    )
    assert "problem PORT: " in ill.stdout


@pytest.mark.parametrize(
    ("env", "way"),
    [
        ({"SLACK_SIGNING_SECRET": "ab" * 16, "PORT": "3000"}, "web requests on port 3000"),
        ({"SLACK_APP_TOKEN": APP}, "Socket Mode"),
        (
            {"SLACK_APP_TOKEN": APP, "SLACK_SIGNING_SECRET": "ab" * 16},
            "Socket Mode, signing secret not used",
        ),
    ],
)
def test_it_says_how_slack_is_heard(env, way):
    checks = examine({"SLACK_BOT_TOKEN": f"{BOT},{BOT}2"} | env, Path(".env"))

    assert Check("slack", True, f"2 tokens *** set, {way}") in checks


def save_cohort(cohort: str = "cohort-1", **given: str) -> None:
    """Keep a cohort in the database of this folder."""
    with open_store("sqlite:///loopmates.db") as store:
        store.call(lambda work: work.cohorts.save(a_cohort(cohort, **given)))


def test_a_guide_that_a_cohort_needs_and_that_is_gone_is_found():
    save_cohort(guide="acme")

    (check,) = wrong({})

    assert check.name == "guides"
    assert "“acme”" in check.found
    assert "LOOPMATES_GUIDES" in check.cure


def test_a_cohort_that_has_ended_needs_no_guide():
    save_cohort(guide="acme", status="ended")

    assert wrong({}) == []


TEAM = "T1234567890"


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    async with SlackServer(lambda: NOW) as server:
        yield server


@pytest.fixture
def team(slack: SlackServer) -> Team:
    """Return a workspace with a channel that the coach is in, and a cohort there."""
    made = slack.team(TEAM)
    made.scopes = set(SCOPES)
    made.add_channel("C1", "prep")
    save_cohort(workspace=WorkspaceId(f"slack:{TEAM}"), channel=ChannelId("C1"))
    return made


async def doctor(slack: SlackServer, team: Team, *words: str) -> Result:
    """Run `loopmates doctor` in a thread of its own, as it runs its own event loop."""
    env: dict[str, str | None] = dict.fromkeys(names().values())
    env |= {
        "SLACK_BOT_TOKEN": team.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_API_URL": slack.base_url,
    }
    return await asyncio.to_thread(CliRunner().invoke, cli, ["doctor", *words], env=env)


async def test_everything_wrong_in_slack_is_a_line_with_its_cure(slack, team):
    well = await doctor(slack, team)
    team.scopes.discard("im:write")
    team.kick_bot("C1")

    ill = await doctor(slack, team)

    assert (well.exit_code, ill.exit_code) == (0, 1), well.output
    assert "problem" not in well.stdout
    lines = [line for line in ill.stdout.splitlines() if line.startswith("problem")]
    assert len(lines) == 2
    assert "im:write" in lines[0]
    assert "Add im:write under OAuth & Permissions" in lines[0]
    assert "/invite @coach" in lines[1]


async def test_slack_is_asked_while_the_coach_runs_on_the_same_database(slack, team):
    with open_store("sqlite:///loopmates.db") as store:
        second = a_cohort("cohort-2", workspace=f"slack:{TEAM}", channel="C404")
        store.call(lambda work: work.cohorts.save(second))

        result = await doctor(slack, team, "--json")

    checks = json.loads(result.stdout)["checks"]
    assert [c["name"] for c in checks if not c["ok"]] == [f"slack:{TEAM} C404"]


async def test_offline_nobody_is_asked(slack, team):
    team.revoke()
    await slack.settled()

    result = await doctor(slack, team, "--offline")

    assert result.exit_code == 0
    assert slack.calls == []


async def test_no_token_is_shown_whatever_slack_says(slack, team):
    team.revoke("invalid_auth")

    text, as_json = await doctor(slack, team), await doctor(slack, team, "--json")

    assert text.exit_code == as_json.exit_code == 1
    for secret in (team.bot_token, slack.app_token):
        assert secret not in text.output + as_json.output


@pytest.mark.parametrize(
    ("shards", "words"),
    [
        ("", "token *** set"),
        ("0/1", "token *** set, shard 0 of 1"),
        ("0,1/4", "token *** set, shards 0, 1 of 4"),
        ("2/4", "token *** set, shard 2 of 4; direct messages arrive elsewhere, where shard 0 is"),
    ],
)
def test_it_says_which_part_of_discord_is_served(shards, words):
    env = {"DISCORD_TOKEN": DISCORD, "LOOPMATES_DISCORD_SHARDS": shards}

    assert Check("discord", True, words) in examine(env, Path(".env"))


@pytest.fixture
async def discord() -> AsyncIterator[DiscordServer]:
    async with DiscordServer(lambda: NOW) as server:
        # Of the form that the settings ask for.
        server.token = server._doors._token = DISCORD
        yield server


@pytest.fixture
def guild(discord: DiscordServer) -> Guild:
    """Return a server with a channel that the coach is in, and a cohort there."""
    made = discord.guild("G1")
    channel = made.add_channel("C1", "prep")
    here = WorkspaceId(f"discord:{made.id}")
    save_cohort("cohort-2", workspace=here, channel=ChannelId(channel))
    return made


async def discord_doctor(discord: DiscordServer, *words: str) -> Result:
    env: dict[str, str | None] = dict.fromkeys(names().values())
    env |= {"DISCORD_TOKEN": discord.token, "DISCORD_API_URL": discord.api_url}
    return await asyncio.to_thread(CliRunner().invoke, cli, ["doctor", *words], env=env)


async def test_everything_wrong_in_discord_is_a_line_with_its_cure(discord, guild):
    well = await discord_doctor(discord)
    discord.world.privileged = 0
    guild.deny("C1", Permission.ADD_REACTIONS)

    ill = await discord_doctor(discord)

    assert (well.exit_code, ill.exit_code) == (0, 1), well.output
    assert "problem" not in well.stdout
    lines = [line for line in ill.stdout.splitlines() if line.startswith("problem")]
    assert len(lines) == 3
    assert "turn on Message Content Intent" in lines[0]
    assert "turn on Server Members Intent" in lines[1]
    assert "allow Add Reactions for @coach" in lines[2]


async def test_a_server_of_discord_that_the_coach_left_is_told_in_json(discord, guild):
    guild.kick_bot()

    result = await discord_doctor(discord, "--json")

    (check,) = [c for c in json.loads(result.stdout)["checks"] if not c["ok"]]
    assert check["name"] == f"discord:{guild.id} {discord.id_of('C1')}"
    assert "loopmates discord invite" in check["cure"]


async def test_offline_discord_is_not_asked(discord, guild):
    guild.kick_bot()

    result = await discord_doctor(discord, "--offline")

    assert result.exit_code == 0
    assert discord.calls == []


async def test_discords_token_is_not_shown_whatever_it_says(discord, guild):
    guild.kick_bot()
    discord._doors._token = "another"

    text, as_json = await discord_doctor(discord), await discord_doctor(discord, "--json")

    assert text.exit_code == as_json.exit_code == 1
    assert "Reset Token" in text.stdout
    assert discord.token not in text.output + as_json.output


async def test_slack_and_discord_are_looked_at_side_by_side(slack, team, discord, guild):
    team.kick_bot("C1")
    guild.kick_bot()
    env: dict[str, str | None] = dict.fromkeys(names().values())
    env |= {"DISCORD_TOKEN": discord.token, "DISCORD_API_URL": discord.api_url}
    env |= {"SLACK_BOT_TOKEN": team.bot_token, "SLACK_API_URL": slack.base_url}
    env |= {"SLACK_APP_TOKEN": slack.app_token}

    result = await asyncio.to_thread(CliRunner().invoke, cli, ["doctor", "--json"], env=env)

    wrong = [c["name"] for c in json.loads(result.stdout)["checks"] if not c["ok"]]
    assert wrong == [f"slack:{TEAM} C1", f"discord:{guild.id} {discord.id_of('C1')}"]


def test_a_database_is_made_checked_and_backed_up(here):
    def typed(*words: str) -> tuple[int, str]:
        result = CliRunner().invoke(cli, words, env=dict.fromkeys(names().values()))
        return result.exit_code, result.output

    assert typed("db", "check")[0] == 1
    assert typed("db", "backup", "copy.db")[0] == 1
    assert typed("db", "upgrade")[0] == 0
    assert "up to date already" in typed("db", "upgrade")[1]
    assert "is sound and is up to date" in typed("db", "check")[1]
    assert typed("db", "backup", "copy.db")[0] == 0
    assert typed("db", "backup", "copy.db") == (1, typed("db", "backup", "copy.db")[1])
    assert (here / "copy.db").stat().st_size > 0
    assert wrong({}) == []
