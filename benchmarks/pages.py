"""What one asks for in a cohort of 1,000: the leaderboard, one's own progress, everybody's post.

All have answered for five days, and every answer has two reviews.  On the database itself, so
the whole of it is one call of the engine; the median of some.
"""

from __future__ import annotations

import random
import time
from datetime import timedelta
from itertools import count
from statistics import median

from adapters.database.connect import open_store
from adapters.database.store import DatabaseStore
from app.wiring import new_id
from benchmarks.burst import GUIDE
from benchmarks.crowds import BEGUN, DAYS, club
from benchmarks.databases import KINDS, database
from bot.domain.cohorts import Cohort
from bot.ids import DeliveryKey, UserId
from bot.inbound import Author, CommandGiven
from bot.services.coach import Coach

MEMBERS = 1_000
TIMES = 5
PAGES = ("leaderboard", "progress", "me")
_numbers = count(1)


def measure() -> list[dict[str, object]]:
    """Return one row for each database."""
    rows = []
    for kind in KINDS:
        with database(kind) as url, open_store(url) as store:
            cohort = store.call(lambda work: club(work, MEMBERS))
            row: dict[str, object] = {"database": kind, "members": MEMBERS}
            rows.append(row | {f"{page}_ms": _page(store, cohort, page) for page in PAGES})
    return rows


def _page(store: DatabaseStore, cohort: Cohort, page: str) -> float:
    coach = Coach({GUIDE.key: GUIDE}, new_id, random.Random("coach"), "UTC")
    taken = []
    for number in range(TIMES):
        event = _asked(cohort, f"U{number}", page)
        began = time.perf_counter()
        reply = store.call(lambda work, event=event: coach.handle(work, event, event.at))  # type: ignore[misc]
        taken.append(time.perf_counter() - began)
        assert reply.messages, "nothing was shown"
    return round(median(taken) * 1000, 1)


def _asked(cohort: Cohort, user: str, page: str) -> CommandGiven:
    return CommandGiven(
        workspace=cohort.workspace,
        by=Author(UserId(user), f"Member {user}"),
        at=BEGUN + timedelta(days=DAYS),
        key=DeliveryKey(f"bench:{next(_numbers)}"),
        channel=cohort.channel,
        text=page,
    )
