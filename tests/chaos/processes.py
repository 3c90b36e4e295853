"""Real processes that are killed without warning, every second one of them.

    python -m tests.chaos.processes --seconds 120 --workers 4          on PostgreSQL
    python -m tests.chaos.processes --seconds 60 --workers 1 --database sqlite

Organisers pause and resume their cohorts all the time.  Each time one post must be displayed: no
other, not twice, in the order of the commands.  What a killed process had leased is taken over by
another one as soon as the lease is over; that is read in the database, for whoever takes it over
may be killed with it, too.  Exit code 1 if not.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import AsyncExitStack, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import click

from adapters.database.connect import open_store
from scheduler.limits import Limits
from tests.app.slack_processes import RUNNING, Loopmates, loopmates, settings_for, slack_with
from tests.servers.postgres import postgres
from tests.servers.slack.interactions import Team
from tests.servers.slack.server import SlackServer

ORGANISER = "U9"
CHANNELS = 8
SETUP = "setup coursera-senior-em zone=UTC"
ASKED_AGAIN = 3.0
"""Seconds after which an organiser who sees nothing gives the command again."""
TAKEN_OVER = 20.0
"""Seconds after which somebody has what nobody holds: a busy machine starts processes slowly."""
_OVERDUE = """
    SELECT coalesce(max(extract(epoch FROM now() - head.claim_at)), 0) FROM outbox head
    WHERE head.settled_at IS NULL AND NOT EXISTS (
        SELECT 1 FROM outbox earlier WHERE earlier.lane = head.lane
        AND earlier.seq < head.seq AND earlier.settled_at IS NULL
    )
"""
LEASE = Limits().lease.total_seconds()


def now() -> float:
    """Return seconds of the running loop."""
    return asyncio.get_running_loop().time()


@dataclass
class Result:
    """What happened."""

    kills: int = 0
    commands: int = 0
    slowest: float = 0.0
    overdue: float = 0.0
    """The longest that anything could have been taken over and was not."""
    wrong: list[str] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)


@dataclass
class Crowd:
    """So many processes, each replaced as soon as it is gone."""

    folder: Path
    settings: dict[str, str]
    stack: AsyncExitStack
    running: list[Loopmates] = field(default_factory=list)

    async def start(self) -> None:
        """Start one more."""
        one = await self.stack.enter_async_context(loopmates(self.folder, self.settings))
        self.running.append(one)

    async def kill(self, dice: random.Random) -> bool:
        """Kill one of those that have come up, and start another; tell whether there was one."""
        up = [one for one in self.running if RUNNING in one.log]
        if not up:
            return False
        one = dice.choice(up)
        self.running.remove(one)
        one.process.kill()
        await one.process.wait()
        await self.start()
        return True


async def lived(seconds: float, workers: int, url: str, folder: Path, seed: int) -> Result:
    """Let processes be killed for so long, then see what is displayed."""
    result, dice = Result(), random.Random(f"kills {seed}")
    async with slack_with() as (slack, team), AsyncExitStack() as stack:
        for number in range(CHANNELS):
            team.add_channel(f"CH{number}", f"prep{number}", members=["U1", ORGANISER])
        crowd = Crowd(folder, {**settings_for(slack), "DATABASE_URL": url}, stack)
        for _ in range(workers):
            await crowd.start()
        await crowd.running[0].until(RUNNING)
        over = asyncio.Event()
        organisers = [
            asyncio.create_task(_organise(slack, team, f"CH{number}", over, result))
            for number in range(CHANNELS)
        ]
        ends = now() + seconds
        while now() < ends:
            await asyncio.sleep(1.0)
            result.kills += await crowd.kill(dice)
            result.overdue = max(result.overdue, await asyncio.to_thread(_overdue, url))
        over.set()
        for done in await asyncio.gather(*organisers, return_exceptions=True):
            if isinstance(done, BaseException):
                result.wrong.append(f"{type(done).__name__}: {done}")
        for number in range(CHANNELS):
            result.wrong += _looked(team, f"CH{number}")
    result.slowest = max(result.latencies, default=0.0)
    if result.overdue > TAKEN_OVER:
        result.wrong.append(f"for {result.overdue:.0f} s nobody took over what nobody held")
    return result


def _overdue(url: str) -> float:
    """Return for how long something that nobody holds has waited for somebody to take it."""
    if not url.startswith("postgresql"):
        return 0.0
    import psycopg  # noqa: PLC0415

    with psycopg.connect(url) as connection:
        row = connection.execute(_OVERDUE).fetchone()
    return float(row[0]) if row else 0.0


async def _organise(
    slack: SlackServer, team: Team, channel: str, over: asyncio.Event, result: Result
) -> None:
    """Pause and resume, one after the other, each until its post is there."""
    words = iter(_words())
    while not over.is_set():
        word, began = next(words), now()
        before = len(team.messages(channel))
        while len(team.messages(channel)) == before:
            assert now() - began < 5 * LEASE, f"{word!r} in {channel} is lost"
            if slack.sockets.connections:
                await team.command(ORGANISER, channel, word)
            await _posted(slack, team, channel, before)
        result.latencies.append(now() - began)
        result.commands += 1


async def _posted(slack: SlackServer, team: Team, channel: str, before: int) -> None:
    try:
        await slack.until(lambda: len(team.messages(channel)) > before, ASKED_AGAIN)
    except AssertionError:
        return


def _words() -> Iterator[str]:
    yield SETUP
    while True:
        yield "pause"
        yield "resume"


def _looked(team: Team, channel: str) -> list[str]:
    """Say what is wrong with what a channel displays: posts must alternate, each there once."""
    posts = team.messages(channel)
    keys = Counter(
        str(post.metadata["event_payload"]) for post in posts if post.metadata is not None
    )
    wrong = [f"{channel}: {times} times {key}" for key, times in keys.items() if times > 1]
    texts = [post.text for post in posts[1:]]
    for number, text in enumerate(texts[2:], 2):
        if text != texts[number - 2]:
            wrong.append(f"{channel}: number {number} is {text!r}, not {texts[number - 2]!r}")
    if len(set(texts[:2])) != len(texts[:2]):
        wrong.append(f"{channel}: {texts[0]!r} twice")
    return wrong


@contextmanager
def _database(kind: str, folder: Path) -> Iterator[str]:
    with ExitStack() as stack:
        if kind == "sqlite":
            yield f"sqlite:///{folder}/killed.db"
            return
        server = stack.enter_context(postgres(synchronous_commit="on"))
        url = stack.enter_context(server.database())
        open_store(url).close()
        yield url


def main(given: list[str]) -> int:
    """See the module."""
    parser = argparse.ArgumentParser("python -m tests.chaos.processes")
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="postgres")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(given)
    with tempfile.TemporaryDirectory() as folder, _database(asked.database, Path(folder)) as url:
        result = asyncio.run(lived(asked.seconds, asked.workers, url, Path(folder), asked.seed))
    ordered = sorted(result.latencies) or [0.0]
    click.echo(
        f"{asked.database}, {asked.workers} processes, seed {asked.seed}: {result.kills} kills, "
        f"{result.commands} posts, median {ordered[len(ordered) // 2]:.1f} s, "
        f"slowest {result.slowest:.1f} s, taken over at most {result.overdue:.1f} s after a lease "
        f"of {LEASE:.0f} s"
    )
    for each in result.wrong:
        click.echo(f"  WRONG: {each}")
    return 1 if result.wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
