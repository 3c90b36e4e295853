"""Whether what Discord shows and what the coach has kept are the same, thing by thing."""

from __future__ import annotations

import json
import sqlite3
from bisect import bisect_right
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.discord_cohorts import Cohorts


class Watching:
    """Looks at a database that belongs to another process."""

    def __init__(self, database: Path) -> None:
        self._connection = sqlite3.connect(
            f"{database.as_uri()}?mode=ro", uri=True, check_same_thread=False
        )
        self._before = self._count()

    def committed(self) -> int:
        """Return how many events have been committed since the beginning."""
        return self._count() - self._before

    def close(self) -> None:
        self._connection.close()

    def _count(self) -> int:
        (count,) = self._connection.execute("SELECT count(*) FROM inbox").fetchone()
        return int(count)


def lag(happened: list[float], committed: int) -> float:
    """Return for how many seconds the oldest event that is not committed has waited."""
    now = perf_counter()
    if committed >= len(happened) or bisect_right(happened, now) <= committed:
        return 0.0
    return now - happened[committed]


def differences(
    there: Cohorts, database: Path, forms: Mapping[tuple[str, str], str]
) -> dict[str, int]:
    """Count what is shown, and what of it is not kept as it is shown."""
    connection = sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)
    with closing(connection):
        answers = _answers_shown(there), _answers_kept(connection)
        taps = _taps_shown(there), _taps_kept(connection)
        sent = {there.discord.id_of(user): said for (user, _), said in forms.items()}
        lost = [user for user, said in sent.items() if not _holds(connection, user, said)]
        (waiting,) = connection.execute(
            "SELECT count(*) FROM outbox WHERE settled_at IS NULL"
        ).fetchone()
    return {
        "answers": len(answers[0]),
        "taps": len(taps[0]),
        "forms": len(forms),
        "lost": _unlike(*answers) + len(taps[0] ^ taps[1]) + len(lost),
        "to_send": waiting,
    }


def _unlike(shown: dict[str, str], kept: dict[str, str]) -> int:
    return sum(shown.get(each) != kept.get(each) for each in shown.keys() | kept.keys())


def _answers_shown(there: Cohorts) -> dict[str, str]:
    """Return what stands in the questions' threads: texts by message."""
    me = there.discord.world.me
    return {
        message.id: message.content
        for question in there.questions
        for message in question.guild.messages(question.thread)
        if message.author.id != me
    }


def _answers_kept(connection: sqlite3.Connection) -> dict[str, str]:
    heard = (json.loads(text) for (text,) in connection.execute("SELECT heard FROM answers"))
    return {
        part["message"]: part["text"]
        for parts in heard
        for part in parts
        if part["deleted_at"] is None and part["channel"]
    }


def _taps_shown(there: Cohorts) -> set[tuple[str, str]]:
    """Return the reactions of reviewers on requests: message and emoji."""
    found: set[tuple[str, str]] = set()
    for request in there.requests:
        who = there.discord.id_of(request.user)
        shown = request.guild.message(request.channel, request.message).reactions
        found |= {(request.message, emoji) for emoji, users in shown.items() if who in users}
    return found


def _taps_kept(connection: sqlite3.Connection) -> set[tuple[str, str]]:
    reviews = connection.execute(
        "SELECT outbox.receipt_message, reviews.taps FROM reviews "
        "JOIN outbox ON outbox.key = reviews.post"
    )
    return {(at, tap["emoji"]) for at, taps in reviews for tap in json.loads(taps) if tap["on"]}


def _holds(connection: sqlite3.Connection, user: str, said: str) -> bool:
    rows = connection.execute("SELECT heard FROM answers WHERE author = ? AND private", (user,))
    parts: list[Any] = [part for (text,) in rows for part in json.loads(text)]
    return any(part["text"] == said for part in parts)
