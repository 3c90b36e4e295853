"""A sweep that finds ten cohorts due, among 1,000 and among 100,000: what the others cost.

A sweep here is what a running coach does every five seconds: it takes and decides what is due,
each in a transaction of its own.  Both databases are open, and rounds take turns.
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median

import uvloop
from sqlalchemy import Connection, text

from adapters.database.connect import open_store
from adapters.database.store import DatabaseStore
from app.wiring import new_id
from benchmarks.burst import GUIDE, cohort
from benchmarks.databases import KINDS, database
from bot.domain import cadence
from bot.domain.cohorts import Cohort, Plan
from bot.ports.storage import Due
from bot.ports.work import Work
from bot.services.coach import Coach
from scheduler.sweep import sweep

SMALL, LARGE = 1_000, int(os.environ.get("BENCH_SWEEP", "100000"))
DUE = 10
ROUNDS = 40
BEGUN = datetime(2026, 12, 7, 12, tzinfo=UTC)
FAR = BEGUN + timedelta(days=300)
"""When the others are due."""


def measure() -> list[dict[str, object]]:
    """Return one row for each database."""
    return [uvloop.run(_measure(kind)) for kind in KINDS]


@dataclass
class _Place:
    store: DatabaseStore
    coach: Coach
    seconds: list[float]


async def _measure(kind: str) -> dict[str, object]:
    with ExitStack() as stack:
        small, large = (_place(stack, kind, size) for size in (SMALL, LARGE))
        for day in range(1, ROUNDS + 1):
            at = BEGUN.replace(hour=9) + timedelta(days=day)
            for place in (small, large):
                await _round(place, at)
    counted = [(a, b) for a, b in zip(small.seconds[5:], large.seconds[5:], strict=True) if a]
    return {
        "database": kind,
        f"among_{SMALL}_ms": round(median(a for a, _ in counted) * 1000, 1),
        f"among_{LARGE}_ms": round(median(b for _, b in counted) * 1000, 1),
        "ratio": round(median(b / a for a, b in counted), 2),
    }


async def _round(place: _Place, at: datetime) -> None:
    # What was due in the meantime is not what is measured.
    await sweep(place.store, place.coach.decide, lambda: at - timedelta(minutes=1))
    began = time.perf_counter()
    count = await sweep(place.store, place.coach.decide, lambda: at)
    place.seconds.append(time.perf_counter() - began)
    assert count == DUE, f"{count} were due"
    await asyncio.sleep(0)


def _place(stack: ExitStack, kind: str, size: int) -> _Place:
    url = stack.enter_context(database(kind))
    store = stack.enter_context(open_store(url))
    store.call(_fill)
    store.direct(lambda connection: _multiply(connection, size - DUE))
    coach = Coach({GUIDE.key: GUIDE}, new_id, random.Random("coach"), "UTC")
    return _Place(store, coach, [])


def _fill(work: Work) -> None:
    plan = Plan("UTC", BEGUN.date(), GUIDE.weeks, frozenset(range(1, 8)))
    for number in range(DUE):
        each = cohort("slack:T1", f"C{number}", plan, BEGUN)
        work.cohorts.save(each)
        work.agenda.set(Due(each.workspace, "cohort", each.id, _first(each)))


def _first(each: Cohort) -> datetime:
    following = cadence.next_occurrence(each.plan, each.reckoned_at)
    assert following is not None
    return following.at


_NUMBERS = (
    "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :size)"
)


def _multiply(connection: Connection, size: int) -> None:
    """Add as many more like the first one, due far from now."""
    found = connection.execute(text("SELECT * FROM cohorts"))
    columns = list(found.keys())
    same = ", ".join(f'"{each}"' for each in columns if each not in {"id", "channel"})
    connection.execute(
        text(
            f"{_NUMBERS} INSERT INTO cohorts (id, channel, {same}) SELECT 'other' || n, "
            f"'X' || n, {same} FROM cohorts, numbers WHERE id = 'of C0'"
        ),
        {"size": size},
    )
    connection.execute(
        text(
            f"{_NUMBERS} INSERT INTO agenda (workspace, kind, subject, at) SELECT workspace, kind, "
            "'other' || n, :at FROM agenda, numbers WHERE subject = 'of C0'"
        ),
        {"size": size, "at": _stored(connection, FAR)},
    )
    connection.execute(text("ANALYZE"))


def _stored(connection: Connection, at: datetime) -> object:
    """Return a moment as the database keeps it."""
    return at if connection.dialect.name == "postgresql" else f"{at:%Y-%m-%d %H:%M:%S.%f}"
