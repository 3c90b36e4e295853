"""How long a start takes, and what a coach that does nothing holds in memory.

`ready` is from the start of `loopmates run` until /readyz says so, connected with a Slack (Socket
Mode) and a Discord on loopback; beside it a process that only imports slack_bolt and discord.py.
Idle memory is what each holds some seconds after it is connected; beside it a process that only
imports and connects the two.  Starts take turns; ratios are medians over the turns.
"""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from adapters.database.connect import open_store
from app.wiring import now
from benchmarks.crowds import crowd
from benchmarks.platforms import TEAM
from benchmarks.processes import peak_megabytes, python, resident_megabytes
from tests.app.discord_processes import TOKEN
from tests.servers.discord.server import DiscordServer
from tests.servers.slack.server import SlackServer

STARTS = int(os.environ.get("BENCH_STARTS", "7"))
IDLE_SECONDS = 5
COHORTS, MEMBERS = 10_000, 100_000


def measure() -> list[dict[str, object]]:
    """Return times and memory."""
    return asyncio.run(_measure())


async def _measure() -> list[dict[str, object]]:
    async with SlackServer(now) as slack, DiscordServer(now, TOKEN) as discord:
        team = slack.team(TEAM)
        team.add_user("U1", "ana")
        team.add_channel("C1", "prep", ["U1"])
        discord.guild("G1").add_channel("C-G1", "prep")
        env = {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "SLACK_API_URL": slack.base_url,
            "SLACK_BOT_TOKEN": team.bot_token,
            "SLACK_APP_TOKEN": slack.app_token,
            "DISCORD_TOKEN": discord.token,
            "DISCORD_API_URL": discord.api_url,
            "DISCORD_GATEWAY_URL": discord.gateway_url,
        }
        with tempfile.TemporaryDirectory() as folder:
            return [await _starts(env, Path(folder)), *await _memory(env, slack, Path(folder))]


async def _starts(env: dict[str, str], folder: Path) -> dict[str, object]:
    imports, ready = [], []
    for number in range(STARTS + 1):
        imports.append(await asyncio.to_thread(_importing))
        ready.append(await _ready(env | {"DATABASE_URL": f"sqlite:///{folder}/start.db"}))
        del number
    pairs = list(zip(ready, imports, strict=True))[1:]
    return {
        "what": "start to ready",
        "imports_s": round(median(imports[1:]), 2),
        "ready_s": round(median(ready[1:]), 2),
        "ratio": round(median(a / b for a, b in pairs), 2),
    }


def _importing() -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-m", "benchmarks.both_bare", "import"], check=True)
    return time.perf_counter() - began


async def _ready(env: dict[str, str]) -> float:
    port = _free_port()
    began = time.perf_counter()
    with python(["-m", "app", "run"], env | {"PORT": str(port)}, None) as process:
        while not await _says_ready(port):
            await asyncio.sleep(0.005)
            assert process.poll() is None, "the coach ended"
        return time.perf_counter() - began


async def _says_ready(port: int) -> bool:
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.write(b"GET /readyz HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n")
    said = await reader.readline()
    writer.close()
    return b" 200 " in said


async def _memory(env: dict[str, str], slack: SlackServer, folder: Path) -> list[dict[str, object]]:
    bare = await _idle(["-m", "benchmarks.both_bare", "connect"], env, slack)
    ours = env | {"DATABASE_URL": f"sqlite:///{folder}/start.db"}
    idle = await _idle(["-m", "app", "run"], ours, slack)
    url = f"sqlite:///{folder}/crowd.db"
    with open_store(url, durable=False) as store:
        await store.run(lambda work: crowd(work, COHORTS, MEMBERS))
    full = await _idle(["-m", "app", "run"], env | {"DATABASE_URL": url}, slack)
    rows: list[dict[str, object]] = [
        {"what": "both libraries connected, idle", "memory_mb": bare[0], "ratio": 1.0}
    ]
    for what, (held, peak) in {
        "loopmates idle": idle,
        f"loopmates idle, {COHORTS:,} cohorts, {MEMBERS:,} members": full,
    }.items():
        ratio = round(held / bare[0], 2)
        rows.append({"what": what, "memory_mb": held, "peak_mb": peak, "ratio": ratio})
    return rows


async def _idle(command: list[str], env: dict[str, str], slack: SlackServer) -> tuple[float, float]:
    """Return what a process holds once it is connected and quiet, and the most it held."""
    opened = slack.sockets.opened
    with python(command, env, None) as process:
        await slack.until(lambda: slack.sockets.opened > opened)
        await asyncio.sleep(IDLE_SECONDS)
        assert process.poll() is None, "it ended"
        return resident_megabytes(process.pid), peak_megabytes(process.pid)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
