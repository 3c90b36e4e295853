"""One transaction beside bare sqlite3, and a sweep of ten due among many: ratios, not seconds."""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from adapters.database.connect import open_store
from bot.ids import WorkspaceId
from bot.ports.storage import Due
from bot.ports.work import Work

ROUNDS = 5
TRANSACTIONS = 2_000
WORKSPACE = WorkspaceId("console:bench")
START = datetime(2026, 12, 7, tzinfo=UTC)


def measure() -> list[dict[str, object]]:
    """Return the cost of a transaction and of sweeps."""
    return [_transactions(), *(_sweep(size) for size in (1_000, 100_000))]


def _transactions() -> dict[str, object]:
    """Compare a write through the store with the same statements on bare sqlite3, in turns."""
    ours, bare = [], []
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{folder}/ours.db", durable=False)
        plain = _bare(Path(folder) / "bare.db")
        for _ in range(ROUNDS):
            ours.append(_per_second(lambda n: store.call(_write(n))))
            bare.append(_per_second(lambda n: _write_bare(plain, n)))
        store.close()
        plain.close()
    ratio = median(o / b for o, b in zip(ours, bare, strict=True))
    return {
        "what": "write and commit",
        "ours_per_s": round(median(ours)),
        "bare_sqlite3_per_s": round(median(bare)),
        "ratio": round(ratio, 3),
    }


def _sweep(size: int) -> dict[str, object]:
    """Measure finding ten due subjects among `size`."""
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{folder}/sweep.db", durable=False)
        store.call(lambda work: _fill(work, size))
        taken = []
        for _ in range(200):
            started = time.perf_counter()
            found = store.call(lambda work: work.agenda.due(START, 100))
            taken.append(time.perf_counter() - started)
            assert len(found) == 10
        store.close()
    return {"what": f"10 due among {size}", "median_ms": round(median(taken) * 1000, 3)}


def _per_second(write: Callable[[int], object]) -> float:
    started = time.perf_counter()
    for number in range(TRANSACTIONS):
        write(number)
    return TRANSACTIONS / (time.perf_counter() - started)


def _write(number: int) -> Callable[[Work], None]:
    due = Due(WORKSPACE, "cohort", f"c{number % 50}", START + timedelta(seconds=number))
    return lambda work: work.agenda.set(due)


def _fill(work: Work, size: int) -> None:
    for number in range(size):
        at = START if number < 10 else START + timedelta(days=1, seconds=number)
        work.agenda.set(Due(WORKSPACE, "cohort", f"c{number}", at))


def _bare(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute(
        "CREATE TABLE agenda (workspace TEXT, kind TEXT, subject TEXT, at TEXT, "
        "PRIMARY KEY (workspace, kind, subject))"
    )
    connection.execute("CREATE INDEX agenda_at ON agenda (at)")
    return connection


def _write_bare(connection: sqlite3.Connection, number: int) -> None:
    at = (START + timedelta(seconds=number)).isoformat()
    connection.execute("BEGIN IMMEDIATE")
    key = (str(WORKSPACE), "cohort", f"c{number % 50}")
    changed = connection.execute(
        "UPDATE agenda SET at=? WHERE workspace=? AND kind=? AND subject=?", (at, *key)
    )
    if not changed.rowcount:
        connection.execute("INSERT INTO agenda VALUES (?, ?, ?, ?)", (*key, at))
    connection.execute("COMMIT")
