"""How many thread replies a second are taken in, beside a Bolt app that only acknowledges.

Replies arrive as Slack's signed requests; the coach checks, parses, decides, commits and only
then acknowledges, while it delivers its own marks beside that.  `sustained` sends the next
as soon as one is acknowledged, 32 at once; rounds of both apps take turns.  `p50_ms` and the
rest are at 200 a second.  `lost` counts replies that are not in the database afterwards.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import socket
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from subprocess import Popen

import uvloop
from sqlalchemy import select

from adapters.database.connect import open_store
from adapters.database.tables import heard
from benchmarks.databases import database
from benchmarks.processes import processor_seconds, python, until, until_logged
from benchmarks.signed import Sender, sender
from benchmarks.slack_load import percentile
from benchmarks.slack_threads import Threads, asked

SECRET = "0123456789abcdef" * 2
EVENTS = int(os.environ.get("BENCH_EVENTS", "2000"))
"""In each round."""
ROUNDS = 3
RATE, SECONDS = 200, int(os.environ.get("BENCH_SECONDS", "10"))

WAYS = {"sqlite": "loopmates on SQLite", "postgres": "loopmates on PostgreSQL"}


def measure() -> list[dict[str, object]]:
    """Return one row for each database and one for Bolt alone, of the same run."""
    return [row for kind in WAYS for row in uvloop.run(_measure(kind))]


async def _measure(kind: str) -> list[dict[str, object]]:
    with database(kind) as url, tempfile.TemporaryDirectory() as folder:
        async with asked(url, SECRET) as threads:
            log = Path(folder) / "log"
            async with (
                _app(["-m", "app", "run"], _settings(threads, url), log) as ours,
                _app(["-m", "benchmarks.slack_bare", "http"], _settings(threads, url), log) as bare,
            ):
                await until_logged(log, "platforms settled")
                for turn in range(ROUNDS + 1):
                    for app in (ours, bare):
                        await _round(app, threads, counts=turn > 0)
        lost = _lost(url, ours.said)
    return [_row(WAYS[kind], ours, bare) | {"lost": lost}, _row("bare Bolt", bare, bare)]


@dataclass
class _App:
    process: Popen[bytes]
    sender: Sender
    rates: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    said: set[str] = field(default_factory=set)


async def _round(app: _App, threads: Threads, *, counts: bool) -> None:
    """Ask for the most, then for the usual; the first round only warms up."""
    many, usual = await threads.replies(EVENTS), await threads.replies(RATE * SECONDS)
    app.said |= {each.payload["event"]["ts"] for each in (*many, *usual)}
    gc.collect()
    gc.freeze()
    began = processor_seconds(app.process.pid)
    rate = await app.sender.most(many)
    used = processor_seconds(app.process.pid) - began
    app.sender.seconds.clear()
    await app.sender.paced(usual, RATE)
    if counts:
        app.rates.append(rate)
        app.cpu.append(used / EVENTS * 1000)
        app.seconds += app.sender.seconds


def _row(name: str, app: _App, bare: _App) -> dict[str, object]:
    shares = (("p50_ms", 0.5), ("p99_ms", 0.99), ("max_ms", 1.0))
    return {
        "app": name,
        "sustained_per_s": round(median(app.rates)),
        "of_bare": round(median(a / b for a, b in zip(app.rates, bare.rates, strict=True)), 2),
        "cpu_ms_each": round(median(app.cpu), 2),
        **{key: round(percentile(app.seconds, share) * 1000, 1) for key, share in shares},
        "failed": app.sender.failed,
    }


# --- the two apps ------------------------------------------------------------------------------


@asynccontextmanager
async def _app(command: list[str], env: dict[str, str], log: Path) -> AsyncIterator[_App]:
    port = int(env["PORT"])
    with python(command, env, log) as process:
        await until(lambda: _listens(port))
        async with sender(port, SECRET) as made:
            yield _App(process, made)
        process.send_signal(signal.SIGTERM)
        await asyncio.to_thread(process.wait, 20)


def _settings(threads: Threads, url: str) -> dict[str, str]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    return {
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "DATABASE_URL": url,
        "SLACK_API_URL": threads.slack.base_url,
        "SLACK_BOT_TOKEN": threads.team.bot_token,
        "SLACK_SIGNING_SECRET": SECRET,
        "PORT": str(port),
    }


def _listens(port: int) -> bool:
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) == 0


def _lost(url: str, said: set[str]) -> int:
    """Count the replies that are no part of an answer."""
    with open_store(url) as store:
        rows = store.direct(lambda connection: connection.execute(select(heard.c.message)).all())
    return len(said - {message for (message,) in rows})
