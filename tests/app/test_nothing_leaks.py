"""Tokens, names and members' words leave the coach by no side door, whatever fails.

A coach runs at DEBUG on each platform and each database, while platforms refuse what is sent and
the database refuses, with a quotation, what is stored.  Then all that an operator ever sees is
looked through: the log and every record of it, figures, health, dead letters, doctor and commands.
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, chdir, closing
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import psycopg
import pytest
from click.testing import CliRunner

from app import service, wiring
from app.cli import cli
from app.outside import Outside
from app.settings_reading import read
from tests.app import discord_processes, slack_processes
from tests.app.discord_processes import discord_with
from tests.app.slack_processes import CANARY, CHANNEL, free_port, slack_with
from tests.listening import listening, raw
from tests.servers.discord.interactions import Guild
from tests.servers.discord.server import DiscordServer
from tests.servers.slack.interactions import Team
from tests.servers.slack.server import SlackServer

WORDS = "thessaloniki"
"""What Ana writes, and nobody else ever does."""
PASSWORD = "sesame-canary"
NEVER = (CANARY, WORDS, PASSWORD, "xoxb-", "xapp-", slack_processes.SECRET, discord_processes.TOKEN)


@dataclass
class Seen:
    """All that an operator sees."""

    texts: dict[str, str] = field(default_factory=dict)

    def leaks(self) -> list[str]:
        """Return where something stands that must not."""
        return [
            f"{place}: {line[:200]}"
            for place, text in self.texts.items()
            for line in text.splitlines()
            if any(each in line for each in NEVER)
        ]


@pytest.fixture
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return a database of the test's own, whose address holds a password if it can."""
    with chdir(tmp_path):
        if request.param == "sqlite":
            yield f"sqlite:///{tmp_path}/loopmates.db"
            return
        with request.getfixturevalue("server").database() as name:
            yield name.replace("://tests@", f"://tests:{PASSWORD}@")


@asynccontextmanager
async def running(env: dict[str, str]) -> AsyncIterator[None]:
    """Run a coach as the program does."""
    stop, started = asyncio.Event(), asyncio.get_running_loop().create_future()
    outside = Outside(wiring.now, wiring.new_id, random.Random, _hurry, wiring.stopwatch())
    task = asyncio.create_task(service.run(read(env), outside, stop, started.set_result))
    await asyncio.wait({task, started}, return_when=asyncio.FIRST_COMPLETED)
    if task.done():
        await task
    try:
        yield
    finally:
        stop.set()
        await task


async def _hurry(seconds: float) -> None:
    await asyncio.sleep(min(seconds, 0.01))


def poison(url: str) -> None:
    """Let the database refuse what Ana writes from now on; PostgreSQL quotes the whole row."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"), timeout=10)) as file, file:
            file.execute(
                "CREATE TRIGGER no BEFORE UPDATE ON practices BEGIN SELECT RAISE(ABORT, 'no'); END"
            )
        return
    with psycopg.connect(url.replace("postgresql+psycopg", "postgresql"), autocommit=True) as there:
        there.execute(
            f"ALTER TABLE practices ADD CONSTRAINT no CHECK (said NOT LIKE '%{WORDS}%') NOT VALID"
        )


def dead(url: str) -> int:
    """Return how many dead letters there are."""
    query = "SELECT count(*) FROM outbox WHERE state = 'dead'"
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"), timeout=10)) as file:
            return int(file.execute(query).fetchone()[0])
    with psycopg.connect(url) as there:
        row = there.execute(query).fetchone()
        assert row
        return int(row[0])


async def pages(env: dict[str, str], seen: Seen) -> None:
    """Look at every page the coach has."""
    async with aiohttp.ClientSession() as session:
        for port, path in (
            (env["LOOPMATES_METRICS_PORT"], "/metrics"),
            (env["PORT"], "/readyz"),
            (env["PORT"], "/healthz"),
        ):
            async with session.get(f"http://127.0.0.1:{port}{path}") as answer:
                seen.texts[path] = await answer.text()


def commands(env: dict[str, str], seen: Seen) -> None:
    """Give every command that looks at something."""
    listed = ask(env, "letters", "list")
    seen.texts["letters list"] = listed
    for key in [line.split()[0] for line in listed.splitlines()]:
        seen.texts[f"letters show {key}"] = ask(env, "letters", "show", key)
        seen.texts[f"letters retry {key}"] = ask(env, "letters", "retry", key)
    for command in (["doctor", "--offline"], ["doctor", "--offline", "--json"], ["db", "check"]):
        seen.texts[" ".join(command)] = ask(env, *command)
    wrong = {**env, "DATABASE_URL": f"postgresql://u:{PASSWORD}@127.0.0.1:1/{WORDS[:3]}"}
    for command in (["db", "check"], ["letters", "list"], ["doctor"], ["run"]):
        seen.texts[f"{' '.join(command)} without a database"] = ask(wrong, *command)


def ask(env: dict[str, str], *command: str) -> str:
    return CliRunner().invoke(cli, command, env=env).output


def environment(url: str, platform: dict[str, str]) -> dict[str, str]:
    figures = {"LOOPMATES_METRICS_PORT": str(free_port())}
    port = {} if "PORT" in platform else {"PORT": str(free_port())}
    return {"DATABASE_URL": url, **platform, **figures, **port}


class InSlack:
    """Ana practises in Slack."""

    def __init__(self, slack: SlackServer, team: Team) -> None:
        self._slack = slack
        self._team = team
        self._practice = team.dm("U1")
        self.settings = slack_processes.settings_for(slack, "http")
        self.settled = slack.settled

    async def begin(self) -> None:
        await slack_processes.set_up(self._slack, self._team)
        await self._team.command("U1", CHANNEL, "join")
        self.say("practice")
        await self._slack.until(lambda: len(self._team.messages(self._practice)) > 1)

    def refuse(self) -> None:
        self._slack.faults.fail("chat.postMessage", times=2, error="is_archived")

    def say(self, words: str) -> None:
        self._team.say("U1", self._practice, words)

    async def go_on(self) -> None:
        await self._team.command("U1", CHANNEL, "practice other")


class InDiscord:
    """Ana practises in Discord."""

    def __init__(self, discord: DiscordServer, guild: Guild) -> None:
        self._discord = discord
        self._guild = guild
        self.settings = discord_processes.settings_for(discord)
        self.settled = discord.settled

    async def begin(self) -> None:
        await discord_processes.set_up(self._discord, self._guild)
        await self._command("join")
        await self._command("practice")
        practice = self._guild.dm("U1")
        await self._discord.until(lambda: self._guild.messages(practice))

    def refuse(self) -> None:
        self._discord.faults.fail("create_message", 50001, times=2)

    def say(self, words: str) -> None:
        self._guild.say("U1", self._guild.dm("U1"), words)

    async def go_on(self) -> None:
        await self._command("practice", what="other")

    async def _command(self, name: str, **options: str) -> None:
        await self._guild.command("U1", discord_processes.CHANNEL, f"coach {name}", **options)


async def live(ana: InSlack | InDiscord, url: str) -> Seen:
    """Let everything fail for Ana that can; return all that an operator sees of it."""
    seen, env = Seen(), environment(url, ana.settings)
    with listening() as (log, keeping):
        async with running(env):
            await ana.begin()
            ana.refuse()
            ana.say(f"my answer is {WORDS}")
            async with asyncio.timeout(20):
                while not dead(url):
                    await ana.go_on()
            poison(url)
            ana.say(f"and also {WORDS}")
            await ana.settled()
            await pages(env, seen)
        seen.texts["log"] = log.getvalue()
        seen.texts["records"] = "\n".join(map(raw, keeping.records))
    await asyncio.to_thread(commands, env, seen)
    return seen


def check(seen: Seen) -> None:
    """Check that nothing leaks, and that there was something to see."""
    assert seen.leaks() == []
    assert any(each.startswith("letters show") for each in seen.texts)
    assert "loopmates_send_seconds" in seen.texts["/metrics"]


@pytest.mark.parametrize(
    "url", ["postgres", pytest.param("sqlite", marks=pytest.mark.long)], indirect=True
)
async def test_nothing_leaks_from_a_coach_in_slack(url: str) -> None:
    async with slack_with() as (slack, team):
        seen = await live(InSlack(slack, team), url)

    check(seen)
    assert '"level": "ERROR"' in seen.texts["log"]


@pytest.mark.parametrize(
    "url", ["sqlite", pytest.param("postgres", marks=pytest.mark.long)], indirect=True
)
async def test_nothing_leaks_from_a_coach_in_discord(url: str) -> None:
    async with discord_with() as (discord, guild):
        seen = await live(InDiscord(discord, guild), url)

    check(seen)
