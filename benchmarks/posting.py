"""A morning on which everything is due at once, beside the same client sending the same alone.

2,000 cohorts are due at one instant.  The coach decides (one transaction each), then delivers
through its outbox and the platform's real client: slack_sdk, or discord.py's.  Between its
rounds the bare client sends the same bodies, as many at once.  The platform is another process,
on loopback, without limits.  `deliver_ratio` compares delivery with the bare client;
`whole_ratio`, deciding and delivering.  `cpu` is the same for processor time.
"""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta
from statistics import median

import uvloop

from app.turns import VirtualClock
from benchmarks.burst import GUIDE, Burst, burst, cohort
from benchmarks.clients import Client, again, client_of
from benchmarks.databases import KINDS, database
from benchmarks.platforms import There, platform
from bot.domain.cohorts import Plan

COHORTS = int(os.environ.get("BENCH_COHORTS", "2000"))
ROUNDS = 2
"""One goes before that is not counted: it learns what channels are."""
BEGUN = datetime(2026, 12, 7, 12, tzinfo=UTC)
"""A Monday, whose posts are taken as done; each round is a day later."""


def measure() -> list[dict[str, object]]:
    """Return one row for each platform and database."""
    return [_row(name, kind) for kind in KINDS for name in ("slack", "discord")]


def _row(name: str, kind: str) -> dict[str, object]:
    with platform(name, COHORTS) as there, database(kind) as url:
        rounds = uvloop.run(_measure(there, url))
    bare, decide, deliver = ([each[n] for each in rounds] for n in range(3))
    both = [(a[0] + b[0], a[1] + b[1]) for a, b in zip(decide, deliver, strict=True)]
    return {
        "platform": name,
        "database": kind,
        "posts": COHORTS,
        "bare_per_s": round(median(COHORTS / wall for wall, _ in bare)),
        "deliver_per_s": round(median(COHORTS / wall for wall, _ in deliver)),
        "decide_per_s": round(median(COHORTS / wall for wall, _ in decide)),
        "deliver_ratio": _ratio(bare, deliver, 0),
        "whole_ratio": _ratio(bare, both, 0),
        "deliver_cpu": _ratio(deliver, bare, 1),
        "whole_cpu": _ratio(both, bare, 1),
    }


Taken = tuple[float, float]
"""Seconds by the clock on the wall, and of the processor."""


def _ratio(these: list[Taken], those: list[Taken], which: int) -> float:
    pairs = zip(these, those, strict=True)
    return round(median(this[which] / that[which] for this, that in pairs), 2)


async def _measure(there: There, url: str) -> list[tuple[Taken, Taken, Taken]]:
    clock, plan = VirtualClock(BEGUN), Plan("UTC", BEGUN.date(), GUIDE.weeks)
    cohorts = [cohort(*where, plan, BEGUN) for where in there.channels]
    rounds = []
    async with client_of(there) as client, burst(url, client, cohorts, clock) as coach:
        for day in range(ROUNDS + 1):
            at = BEGUN.replace(hour=9) + timedelta(days=day + 1)
            clock.move(at - timedelta(minutes=1))
            await coach.decide()
            clock.move(at)
            rounds.append(await _round(client, coach))
    return rounds[1:]


async def _round(client: Client, coach: Burst) -> tuple[Taken, Taken, Taken]:
    client.sent.clear()
    # As a running coach does: what was made at the start need not be looked through again.
    gc.collect()
    gc.freeze()
    decided = await _taken(coach.decide())
    delivered = await _taken(coach.deliver())
    posts = list(client.sent)
    assert len(posts) == COHORTS, f"{len(posts)} were sent"
    return await _taken(again(client, posts)), decided, delivered


async def _taken(work: Awaitable[object]) -> Taken:
    wall, cpu = time.perf_counter(), time.process_time()
    await work
    return time.perf_counter() - wall, time.process_time() - cpu
