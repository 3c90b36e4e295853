"""Whether 500 events a second from Discord are kept, and how soon whoever asks is answered.

`loopmates run` as it is in production, durable database included, and beside it a client made
with discord.py alone that only listens; both in one run, so that the machine cancels out.  The
Discord they talk to is this process, another one; it limits calls as the real one does, 50 a
second.  Eight times a second somebody uses a command, a button or a form, and waits.

    usual     most of what a server says is none of ours: one event in five is in a cohort
    hardest   everything is: answers in parts, changed and deleted, reactions on review requests

`p50_ms` to `max_ms` are from asking to the first answer.  `read_ms` is how long an event waits
to be read; `commit_ms`, from happening to standing in the database file.  `drained_s` is how
long after the last event everything was kept.  `lost` counts whatever Discord shows and the
database does not hold just so, or the other way round.  `to_send` is what still waits for
Discord's rate limits: a confirming reaction for every part of an answer, which hurries nobody.
`cpu_s` is what the app used of a processor during the events, `discord_cpu_s` this process, and
`others_cpu_s` everything else on the machine: figures count for little where that is much.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

import uvloop

from benchmarks.cohorts import beside
from benchmarks.discord_cohorts import Cohorts, cohorts
from benchmarks.discord_kept import Watching, differences, lag
from benchmarks.discord_load import Asking, Crowd, paced
from benchmarks.processes import (
    all_processor_seconds,
    peak_megabytes,
    processor_seconds,
    python,
    until_logged,
)
from benchmarks.slack_load import percentile

RATE = int(os.environ.get("BENCH_RATE", "500"))
SECONDS = int(os.environ.get("BENCH_SECONDS", "30"))
ASKING = 8
MIXES = {"usual": 0.2, "hardest": 1.0}
"""How much of everything happens in cohorts."""
LOOK_SECONDS = 0.05
PATIENCE_SECONDS = 120


def measure() -> list[dict[str, object]]:
    """Return one row for each app and mix."""
    return uvloop.run(beside(cohorts, MIXES, _coach, _bare))


async def _coach(there: Cohorts, database: Path, mix: str) -> dict[str, object]:
    """Measure the coach, and compare what it has kept with what is shown."""
    env = _settings(there) | {"DATABASE_URL": f"sqlite:///{database}"}
    log = database.with_suffix(f".{mix}.log")
    with python(["-m", "app", "run"], env, log) as process:
        # From here on everything runs side by side: hearing, deciding, sending.
        await until_logged(log, "platforms settled")
        watching = Watching(database)
        row, forms = await _load(there, mix, process.pid, watching)
        watching.close()
        process.send_signal(signal.SIGTERM)
        code = await asyncio.to_thread(process.wait, 20)
    assert code == 0, f"the coach ended with {code}"
    return {"app": "loopmates", "mix": mix, **row, **differences(there, database, forms)}


async def _bare(there: Cohorts, mix: str) -> dict[str, object]:
    """Measure discord.py alone."""
    await there.discord.until(lambda: not there.discord.gateway.lines)
    with python(["-m", "benchmarks.discord_bare"], _settings(there), None) as process:
        await there.discord.connected()
        await asyncio.sleep(3)
        row, _ = await _load(there, mix, process.pid, None)
    return {"app": "bare discord.py", "mix": mix, **row}


@dataclass
class _Looks:
    """What was seen of a running app, again and again."""

    there: Cohorts
    kept: list[float]
    watching: Watching | None
    read: list[float] = field(default_factory=list)
    committed: list[float] = field(default_factory=list)

    async def go_on(self) -> None:
        """Look until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._at_reading())
            if self.watching is not None:
                group.create_task(self._at_commits(self.watching))

    async def _at_reading(self) -> None:
        while True:
            started = perf_counter()
            await asyncio.gather(*(line.reach() for line in self.there.discord.gateway.lines))
            self.read.append(perf_counter() - started)
            await asyncio.sleep(LOOK_SECONDS)

    async def _at_commits(self, watching: Watching) -> None:
        while True:
            self.committed.append(lag(self.kept, await asyncio.to_thread(watching.committed)))
            await asyncio.sleep(LOOK_SECONDS)


async def _load(
    there: Cohorts, mix: str, pid: int, watching: Watching | None
) -> tuple[dict[str, object], dict[tuple[str, str], str]]:
    """Let everybody do something; return what was measured, and the forms that were sent."""
    number = list(MIXES).index(mix)
    crowd = Crowd(there, MIXES[mix], number, len(MIXES))
    asking = Asking(there, number, len(MIXES), crowd.kept)
    looks = _Looks(there, crowd.kept, watching)
    there.discord.limits.as_real()
    machine = _Machine(pid)
    # The measure itself must not pause to look through a whole Discord.
    gc.collect()
    gc.freeze()
    looking = asyncio.create_task(looks.go_on())
    behind = await paced(((crowd.act, RATE), (asking.act, ASKING)), SECONDS)
    used = machine.used()
    row: dict[str, object] = {"events": crowd.done, "ours": crowd.ours}
    row["drained_s"] = await _drained(asking, watching, crowd.kept)
    looking.cancel()
    await asyncio.gather(looking, return_exceptions=True)
    there.discord.limits.lift()
    row |= {"asked": len(asking.seconds), "failed": asking.failed, **_spread(asking.seconds)}
    row |= {f"read_{name}": value for name, value in _spread(looks.read).items()}
    row |= {f"commit_{name}": value for name, value in _spread(looks.committed).items()}
    row |= {**used, "behind_ms": round(behind * 1000, 1)}
    return row, asking.sent


class _Machine:
    """What the machine does meanwhile."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._load = os.getloadavg()[0]
        self._before = self._now()

    def used(self) -> dict[str, object]:
        """Return the processor seconds of the app, of this process and of everybody else."""
        app, here, all_ = (
            now - before for now, before in zip(self._now(), self._before, strict=True)
        )
        used: dict[str, object] = {"cpu_s": round(app, 1), "discord_cpu_s": round(here, 1)}
        used |= {"others_cpu_s": round(all_ - app - here, 1), "load_before": round(self._load, 2)}
        return used | {"peak_mb": peak_megabytes(self._pid)}

    def _now(self) -> tuple[float, float, float]:
        here = processor_seconds(os.getpid())
        return processor_seconds(self._pid), here, all_processor_seconds()


async def _drained(asking: Asking, watching: Watching | None, kept: list[float]) -> float:
    """Wait until everything is kept and everybody answered; return how long that took."""
    started = perf_counter()
    await asking.finish()
    while watching is not None and watching.committed() < len(kept):
        if perf_counter() - started > PATIENCE_SECONDS:
            break
        await asyncio.sleep(LOOK_SECONDS)
    return round(perf_counter() - started, 2)


def _spread(seconds: list[float]) -> dict[str, float]:
    shares = (("p50_ms", 0.5), ("p99_ms", 0.99), ("max_ms", 1.0))
    return {name: round(percentile(seconds, s) * 1000, 1) for name, s in shares} if seconds else {}


def _settings(there: Cohorts) -> dict[str, str]:
    discord = there.discord
    return {
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "DISCORD_TOKEN": discord.token,
        "DISCORD_API_URL": discord.api_url,
        "DISCORD_GATEWAY_URL": discord.gateway_url,
    }
