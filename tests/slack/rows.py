"""Everything that the database of a town holds, so that two lives can be compared.

Ids are replaced by what they stand for, since they depend on the order in which things came.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection, Table, select

from adapters.database.columns import metadata
from adapters.database.store import DatabaseStore
from bot.domain.practice import Practice
from bot.ports.work import Work

ON_THE_WAY = {"inbox", "outbox", "lanes", "holds", "alembic_version"}
"""What is only about how things came in and go out."""
OF_ORDER = {"buried"}
"""What deletions leave behind that came before the message they are about."""

DECIDED = {"allocated_at", "asked_at", "due_at", "reminded_at", "result_at"}
"""When the coach decided something: a little sooner or later, as posts had to wait for turns."""
READ_AGAIN = DECIDED | {"revised_at"}
"""Slack shows the moment of a change in whole seconds; its events tell it exactly."""
MOMENTS = READ_AGAIN | {"at", "deleted_at", "left_at", "rated_at", "reckoned_at", "entered_at"}
"""What cannot be dated if it is read later."""

State = dict[str, list[str]]
T = TypeVar("T")


class Town(Protocol):
    """A running coach, on whatever platform."""

    @property
    def store(self) -> DatabaseStore:
        """Its database."""

    def call(self, call: Callable[[Work], T]) -> T:
        """Look something up in the database."""


def whole(town: Town, undated: Collection[str] = DECIDED) -> State:
    """Return all rows of all tables, except for what travels, with ids by what they stand for.

    Of moments that are `undated` it is kept only whether there is one.
    """
    names = town.call(lambda work: dict(_named(work)))
    tables = [each for each in metadata.sorted_tables if each.name not in ON_THE_WAY | OF_ORDER]
    rows = town.store.direct(lambda db: {each.name: _rows(db, each) for each in tables})
    return {
        name: sorted(_written(_tidied(name, row), names, undated) for row in rows[name])
        for name in rows
    }


def standing(state: State) -> State:
    """Return a state without what was taken back: of what came and went unseen nothing tells."""
    rows = {name: [json.loads(row) for row in state[name]] for name in state}
    gone: set[str] = set()
    for answer in rows["answers"]:
        gone |= {part["message"] for part in answer["heard"] if part["deleted_at"]}
        answer["heard"] = [part for part in answer["heard"] if not part["deleted_at"]]
    for review in rows["reviews"]:
        review["taps"] = [tap for tap in review["taps"] if tap["on"]]
    rows["heard"] = [row for row in rows["heard"] if row["message"] not in gone]
    return {name: [json.dumps(row) for row in rows[name]] for name in rows}


def differences(one: State, other: State) -> list[str]:
    """Return the rows that only one of two states has, to be read by whoever looks for why."""
    found = []
    for name in one:
        before, after = Counter(one[name]), Counter(other[name])
        found += [f"only there: {name} {row}" for row in before - after]
        found += [f"only here: {name} {row}" for row in after - before]
    return found


def bytes_of(town: Town) -> str:
    """Return the whole database as text, bookkeeping and all."""
    tables = metadata.sorted_tables
    return town.store.direct(
        lambda db: "\n".join(f"{each.name} {row!r}" for each in tables for row in _rows(db, each))
    )


def _rows(db: Connection, table: Table) -> list[dict[str, Any]]:
    return [dict(row) for row in db.execute(select(table)).mappings()]


_ID = re.compile(r"\b[0-9a-f]{18}\b")


def _written(row: dict[str, Any], names: dict[str, str], undated: Collection[str]) -> str:
    text = json.dumps(_undated(row, undated), sort_keys=True, default=str)
    return _ID.sub(lambda found: names.get(found[0], "an id"), text)


def _tidied(table: str, row: dict[str, Any]) -> dict[str, Any]:
    if table == "agenda":
        return row | {"at": ""}
    if table == "practices":
        # Set by what is heard, and not by what is read.
        return row | {"heard_at": None}
    if table != "answers":
        return row
    # A mark shows on what still stands; whether a message was marked before it went is the same.
    heard = json.loads(row["heard"])
    for part in heard:
        part["marked"] = part["marked"] and not part["deleted_at"]
    return row | {"heard": heard}


def _undated(value: Any, names: Collection[str]) -> Any:
    """Return a value without the moments of those names, in whatever JSON they stand."""
    if isinstance(value, str) and value[:1] in ("[", "{"):
        try:
            return _undated(json.loads(value), names)
        except ValueError:
            return value
    if isinstance(value, dict):
        return {n: bool(v) if n in names else _undated(v, names) for n, v in value.items()}
    return [_undated(each, names) for each in value] if isinstance(value, list) else value


def _named(work: Work) -> Iterator[tuple[str, str]]:
    for cohort in work.cohorts.alive():
        name = f"{cohort.workspace} {cohort.channel}"
        yield cohort.id, name
        for prompt in work.prompts.of(cohort.id):
            yield prompt.id, f"{name} {prompt.question}"
            yield prompt.post, f"post of {name} {prompt.question}"
        for answer in work.answers.of(cohort.id):
            what = f"{name} {answer.question} by {answer.author}"
            yield answer.id, what
            for review in work.reviews.of(answer.id):
                yield review.id, f"{what} review of {review.reviewer}"
                yield review.post, f"post of {what} review of {review.reviewer}"
        for member in work.members.of(cohort.id):
            yield from _practised(work.practices.of(cohort.workspace, member.user))


def _practised(practices: Sequence[Practice]) -> Iterator[tuple[str, str]]:
    for number, practice in enumerate(sorted(practices, key=lambda each: each.asked_at)):
        name = f"practice {number} of {practice.user} on {practice.question}"
        yield practice.id, name
        yield practice.post, f"post of {name}"
        if practice.rate_post:
            yield practice.rate_post, f"rating of {name}"
