"""One engine transaction beside raw sqlite3 running the same statements with the same values.

Replies in a thread are taken in.  Their statements are noted once; then, on copies of the
database as it was before, the engine takes the same replies in again, and sqlite3 alone runs
what was noted.  Processor time, in turns; nothing waits for the disk.
"""

from __future__ import annotations

import random
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import Connection

from adapters.database.connect import open_store
from adapters.database.unit_of_work import UnitOfWork
from app.wiring import seeded_ids
from benchmarks.burst import GUIDE, cohort
from benchmarks.crowds import BEGUN, prompt_of
from bot.domain.cohorts import Cohort, Plan
from bot.domain.members import Member
from bot.domain.prompts import Prompt
from bot.ids import ChannelId, DeliveryKey, MessageId, UserId, WorkspaceId
from bot.inbound import Author, MessageSaid
from bot.messages import InChannel
from bot.ports.outgoing import Outgoing, Post, Receipt
from bot.ports.work import Work
from bot.services.coach import Coach
from bot.voice import posts

EVENTS = 600
MEMBERS = 30
"""Of each cohort."""
ROUNDS = 5
WORDS = (
    "the launch had slipped twice, so I wrote down what we knew, asked both leads for the one "
    "thing they could not give up, and proposed the smaller scope by Friday."
)
Noted = list[tuple[str, Any]]


def measure() -> list[dict[str, object]]:
    """Return the cost of taking one reply in."""
    with tempfile.TemporaryDirectory() as folder:
        begun, noted, ours, bare = (
            Path(folder) / f"{name}.db" for name in ("begun", "noted", "ours", "bare")
        )
        _prepare(begun)
        for copy in (noted, ours, bare):
            shutil.copyfile(begun, copy)
        taken = _take_in(ours, bare, _noted(noted))
    pairs = taken[1:]
    return [
        {
            "what": "a reply taken in",
            "ours_ms": round(median(a for a, _ in pairs) / EVENTS * 1000, 3),
            "sqlite3_ms": round(median(b for _, b in pairs) / EVENTS * 1000, 3),
            "ratio": round(median(a / b for a, b in pairs), 2),
        }
    ]


def _take_in(ours: Path, bare: Path, noted: list[Noted]) -> list[tuple[float, float]]:
    """Take all replies in twice, the rounds in turns; return the processor seconds of each."""
    coach, taken = _coach(), []
    with (
        open_store(f"sqlite:///{ours}", durable=False, threaded=False) as store,
        closing(sqlite3.connect(bare, isolation_level=None)) as connection,
    ):
        for pragma in ("journal_mode = WAL", "synchronous = OFF", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}")
        for turn in range(ROUNDS + 1):
            began = time.process_time()
            for event in _events(turn):
                store.call(lambda work, event=event: coach.handle(work, event, event.at))  # type: ignore[misc]
            between = time.process_time()
            for statements in noted[turn * EVENTS : (turn + 1) * EVENTS]:
                _run(connection, statements)
            taken.append((between - began, time.process_time() - between))
    return taken


def _run(connection: sqlite3.Connection, statements: Noted) -> None:
    cursor = connection.cursor()
    cursor.execute("BEGIN IMMEDIATE")
    for statement, values in statements:
        cursor.execute(statement, values)
        cursor.fetchall()
    cursor.execute("COMMIT")


# --- what is noted -----------------------------------------------------------------------------


def _noted(database: Path) -> list[Noted]:
    """Take all replies in, and note the statements of each."""
    coach, found = _coach(), []
    with open_store(f"sqlite:///{database}", durable=False, threaded=False) as store:
        for turn in range(ROUNDS + 1):
            for event in _events(turn):
                tap = _Tap()

                def call(
                    connection: Connection, event: MessageSaid = event, tap: _Tap = tap
                ) -> None:
                    tap.real = connection
                    tapped: Any = tap
                    coach.handle(UnitOfWork(tapped), event, event.at)

                store.direct(call)
                found.append(tap.noted)
    return found


class _Tap:
    """A connection that notes what is run on it: just what `adapters.database` uses of one."""

    def __init__(self) -> None:
        self.noted: Noted = []
        self.real: Any = None

    @property
    def dialect(self) -> Any:
        return self.real.dialect

    @property
    def connection(self) -> _Tap:
        return self

    def cursor(self) -> _Cursor:
        return _Cursor(self.real.connection.cursor(), self.noted)


class _Cursor:
    def __init__(self, real: Any, noted: Noted) -> None:
        self._real = real
        self._noted = noted

    def execute(self, statement: str, values: Sequence[Any] = ()) -> None:
        self._noted.append((statement, list(values)))
        self._real.execute(statement, values)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


# --- who replies -------------------------------------------------------------------------------


def _coach() -> Coach:
    return Coach({GUIDE.key: GUIDE}, seeded_ids(1), random.Random("coach"), "UTC")


def _prepare(database: Path) -> None:
    with open_store(f"sqlite:///{database}", durable=False) as store:
        store.call(_ask)


def _ask(work: Work) -> None:
    """Put down cohorts in which a question is open, and as many members as will reply."""
    for number in range((ROUNDS + 1) * EVENTS // MEMBERS):
        club = cohort("slack:T1", f"C{number}", Plan("UTC", BEGUN.date(), GUIDE.weeks), BEGUN)
        work.cohorts.save(club)
        for each in range(number * MEMBERS, (number + 1) * MEMBERS):
            user = UserId(f"U{each}")
            work.members.save(Member(club.id, club.workspace, user, f"Member {user}", BEGUN))
        asked = next(iter(GUIDE.planned()))
        prompt = prompt_of(club, 0, asked.key)
        work.prompts.add(prompt)
        _post(work, club, prompt)


def _post(work: Work, club: Cohort, prompt: Prompt) -> None:
    message = posts.question(prompt, GUIDE.question(prompt.question), GUIDE, club, 30)
    place, at = InChannel(club.channel), prompt.asked_at
    subject = f"prompt:{prompt.id}"
    work.outbox.put(Outgoing(prompt.post, club.workspace, place, Post(message), at, subject))
    for claimed in work.relay.claim(at, timedelta(minutes=1), 1):
        work.relay.sent(claimed, Receipt(club.channel, MessageId(f"root {club.channel}")), at)


def _events(turn: int) -> list[MessageSaid]:
    at = BEGUN.replace(hour=9) + timedelta(minutes=1)
    return [
        MessageSaid(
            workspace=WorkspaceId("slack:T1"),
            by=Author(UserId(f"U{number}"), f"Member U{number}"),
            at=at + timedelta(milliseconds=number),
            key=DeliveryKey(f"m:{number}"),
            channel=ChannelId(f"C{number // MEMBERS}"),
            message=MessageId(f"m{number}"),
            text=f"{number} {WORDS}",
            thread=MessageId(f"root C{number // MEMBERS}"),
        )
        for number in range(turn * EVENTS, (turn + 1) * EVENTS)
    ]
