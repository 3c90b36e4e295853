"""`loopmates` as a process of its own, beside a Slack on loopback."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sqlite3
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

import aiohttp

from app import wiring
from tests.measured import MEASURED
from tests.servers.slack.interactions import Team
from tests.servers.slack.server import SlackServer

How = Literal["socket", "http"]

CHANNEL = "C1"
SECRET = "0123456789abcdef" * 2
TEAMS = ("T0123456789", "T9876543210")
CANARY = "Canary"
"""Part of everybody's name, and of what is said: never part of a log."""
PEOPLE = {"U1": f"Ana {CANARY}", "U9": f"Olga {CANARY}"}
PATIENCE = 40.0
SETUP = "setup coursera-senior-em zone=UTC"
RUNNING = "the coach is running"


@asynccontextmanager
async def slack_with(*teams: str) -> AsyncIterator[tuple[SlackServer, Team]]:
    """Open a Slack on which the app is installed in `teams`, one if none is named."""
    async with SlackServer(wiring.now, signing_secret=SECRET) as slack:
        slack.patience = PATIENCE
        for name in teams or TEAMS[:1]:
            team = slack.team(name)
            for user, shown in PEOPLE.items():
                team.add_user(user, shown.split()[0].casefold(), display=shown)
            team.add_channel(CHANNEL, "prep", members=list(PEOPLE))
        yield slack, next(iter(slack.teams.values()))


class Loopmates:
    """One process, and what it has logged so far."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.log = ""
        self._more = asyncio.Condition()
        self._reading = asyncio.create_task(self._read())

    async def until(self, words: str, times: int = 1) -> str:
        """Wait until `words` have been logged so often, and return the whole log."""
        async with asyncio.timeout(PATIENCE), self._more:
            await self._more.wait_for(
                lambda: self.log.count(words) >= times or self._reading.done()
            )
        assert self.log.count(words) >= times, f"it never said {words!r}:\n{self.log}"
        return self.log

    async def ended(self, within: float = PATIENCE) -> int:
        """Wait for the end, which is a fault if it takes longer than so many seconds."""
        async with asyncio.timeout(within):
            code = await self.process.wait()
        await self._reading
        return code

    async def told(self, asked: signal.Signals, within: float = 10.0) -> int:
        """Send a signal, and return the exit code."""
        self.process.send_signal(asked)
        return await self.ended(within)

    async def close(self) -> None:
        """End it, whatever it is doing."""
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()
        await self._reading

    async def _read(self) -> None:
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            async with self._more:
                self.log += line.decode()
                self._more.notify_all()
        async with self._more:
            self._more.notify_all()


@asynccontextmanager
async def loopmates(
    folder: Path, settings: Mapping[str, str], *command: str
) -> AsyncIterator[Loopmates]:
    """Run a command, `run` if none is given, on a database in `folder`."""
    env = {
        **MEASURED,
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(Path.cwd()),
        "DATABASE_URL": f"sqlite:///{folder}/loopmates.db",
        "LANG": "C.UTF-8",
        **settings,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "app", *(command or ("run",))),
        env=env,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    running = Loopmates(process)
    try:
        yield running
    finally:
        await running.close()


def settings_for(slack: SlackServer, how: How = "socket") -> dict[str, str]:
    """Return what connects a coach to all of `slack`; requests over HTTP go to a free port."""
    tokens = ",".join(team.bot_token for team in slack.teams.values())
    settings = {"SLACK_BOT_TOKEN": tokens, "SLACK_API_URL": slack.base_url}
    if how == "socket":
        return settings | {"SLACK_APP_TOKEN": slack.app_token}
    port = free_port()
    slack.events_over_http(f"http://127.0.0.1:{port}/slack/events")
    return settings | {"SLACK_SIGNING_SECRET": SECRET, "PORT": str(port)}


def free_port() -> int:
    """Return a port on which nothing listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


async def set_up(slack: SlackServer, team: Team) -> None:
    """Set a cohort up, and wait until its kickoff stands in the channel."""
    done = await team.command("U9", CHANNEL, SETUP)
    assert done.acked
    await slack.until(lambda: team.messages(CHANNEL))


def called(slack: SlackServer, method: str) -> int:
    """Return how often a method was called."""
    return sum(call.method == method for call in slack.calls)


async def status(port: str, path: str) -> int:
    """Return the status with which a page on `port` is answered."""
    address = f"http://127.0.0.1:{port}{path}"
    async with aiohttp.ClientSession() as session, session.get(address) as response:
        return response.status


def rename_guide(folder: Path) -> None:
    """Let the guide of every cohort be one that there is not."""
    connection = sqlite3.connect(folder / "loopmates.db")
    connection.execute("UPDATE cohorts SET guide = 'gone'")
    connection.commit()
    connection.close()
