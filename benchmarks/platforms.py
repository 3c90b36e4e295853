"""A Slack or a Discord on loopback in a process of its own: `python -m benchmarks.platforms`.

It says where it is in one line of JSON, and goes when its input ends.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import uvloop

from app.wiring import now
from tests.app.discord_processes import TOKEN
from tests.servers.discord.server import DiscordServer
from tests.servers.slack.server import SlackServer

TEAM = "T0123456789"
IN_ONE_SERVER = 50
"""Channels of one Discord server; of Slack all are in one workspace."""


@dataclass(frozen=True)
class There:
    """Where a platform is, and its channels, each with the workspace it is in."""

    platform: str
    url: str
    token: str
    channels: tuple[tuple[str, str], ...]


@contextmanager
def platform(name: str, channels: int) -> Iterator[There]:
    """Run a platform with so many channels, and with no limits."""
    command = [sys.executable, "-m", "benchmarks.platforms", name, str(channels)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            said = json.loads(process.stdout.readline())
            found = tuple((workspace, channel) for workspace, channel in said["channels"])
            yield There(name, said["url"], said["token"], found)
        finally:
            process.stdin.close()
            process.wait()


async def _slack(channels: int) -> None:
    async with SlackServer(now) as slack:
        team = slack.team(TEAM)
        team.add_user("U1", "ana")
        for number in range(channels):
            team.add_channel(f"C{number:05d}", f"prep-{number}", ["U1"])
        names = [(f"slack:{TEAM}", each) for each in team.channels if each.startswith("C")]
        await _tell({"url": slack.base_url, "token": team.bot_token, "channels": names})


async def _discord(channels: int) -> None:
    async with DiscordServer(now, TOKEN) as discord:
        names = []
        servers = [discord.guild(f"G{each}") for each in range(-(-channels // IN_ONE_SERVER))]
        for number in range(channels):
            guild = servers[number // IN_ONE_SERVER]
            channel = guild.add_channel(f"C{number}", f"prep-{number}")
            workspace = f"discord:{guild.town.id}"
            names.append((workspace, discord.id_of(channel)))
        await _tell({"url": discord.api_url, "token": TOKEN, "channels": names})


async def _tell(where: dict[str, object]) -> None:
    print(json.dumps(where), flush=True)
    await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    uvloop.run({"slack": _slack, "discord": _discord}[sys.argv[1]](int(sys.argv[2])))
