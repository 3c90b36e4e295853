"""How many private messages members get on one day, over whole rehearsals of the guide.

`days` are a member's days with at least one; what somebody asked for (practice, replies) is not
counted.  `p95` is to be at most 3.  `requests` are those for reviews, which are never put off;
`digests` what came together the next morning.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from app import rehearsal
from bot.domain.budget import LIMIT
from content import loader
from content.schema import Guide

SIZES = (5, 12, 30)
SILENT = (0.0, 0.3)
SEED, ZONE, START = 1, "America/Los_Angeles", date(2026, 12, 7)

Told = list[tuple[str, date, str]]
"""To whom, on which day of theirs, and the first word of the post's subject; oldest first."""

_TOLD = """
    SELECT lanes.name, outbox.settled_at, outbox.subject
    FROM outbox JOIN lanes ON lanes.id = outbox.lane
    WHERE lanes.name LIKE 'direct:%' AND outbox.kind = 'post' AND outbox.state = 'sent'
      AND outbox.cohort IS NOT NULL
    ORDER BY outbox.settled_at, outbox.seq
"""


def measure() -> list[dict[str, object]]:
    """Return one row a size of cohort and share of silent members."""
    guide = loader.load_all()["coursera-senior-em"]
    return [
        row(size, silent, told(guide, size, silent=silent)) for size in SIZES for silent in SILENT
    ]


def row(members: int, silent: float, posts: Told) -> dict[str, object]:
    """Return what is to be known of all private messages of a cohort."""
    counts = sorted(by_day(posts).values())
    kinds = Counter(kind for _, _, kind in posts)
    return {
        "members": members,
        "silent": f"{silent:.0%}",
        "days": len(counts),
        "mean": round(sum(counts) / len(counts), 2),
        "p95": percentile(counts, 0.95),
        "most": counts[-1],
        "days_over": sum(count > LIMIT for count in counts),
        "requests": kinds["review"],
        "digests": kinds["digest"],
    }


def by_day(posts: Told) -> Counter[tuple[str, date]]:
    """Return how many messages each member got on each of their days."""
    return Counter((who, day) for who, day, _ in posts)


def percentile(counts: list[int], share: float) -> int:
    """Return the least of the sorted counts that is not less than a share of them."""
    return counts[min(int(len(counts) * share), len(counts) - 1)]


def told(guide: Guide, members: int, seed: int = SEED, *, silent: float = 0.3) -> Told:
    """Play a cohort through and return what was said in private on behalf of it."""
    with tempfile.TemporaryDirectory(prefix="loopmates-") as folder:
        path = Path(folder) / "messages.db"
        url = f"sqlite:///{path}"
        options = rehearsal.Options(guide, members, seed, START, ZONE, silent, url)
        rehearsal.run(options, lambda _: None, as_json=True, progress=lambda _, __: None)
        database = sqlite3.connect(path)
        try:
            rows = database.execute(_TOLD).fetchall()
        finally:
            database.close()
    zone = ZoneInfo(ZONE)
    return [(name, _day(at, zone), subject.partition(":")[0]) for name, at, subject in rows]


def _day(at: str, zone: ZoneInfo) -> date:
    # SQLite keeps moments in UTC, without saying so.
    return datetime.fromisoformat(at).replace(tzinfo=UTC).astimezone(zone).date()
