"""Copies all rows of one database into another of any kind, and reads both back to compare.

Rule: whoever calls has both in one transaction each, of the newest schema, and nobody else
writes to either; a difference is a refusal, so that nothing of the copy is kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Integer, Table, exists, func, select
from sqlalchemy.exc import DataError

from adapters.database import tables
from adapters.database.errors import CopyRefused
from adapters.database.outbox_tables import leases

TABLES = tuple(each for each in tables.cohorts.metadata.sorted_tables if each is not leases)
"""Those that others refer to first; leases are of processes that have nothing to do there."""
_ROWS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Copied:
    """One table as it was read back: `digest` is over every value of every row."""

    table: str
    rows: int
    digest: str


def copy(source: Connection, target: Connection) -> tuple[Copied, ...]:
    """Put every row of `source` into `target`, whose tables are empty; return what is there.

    Raises:
        CopyRefused: If a value cannot be stored there, or does not come out as it went in.
    """
    for table in TABLES:
        try:
            for rows in _pages(source, table):
                target.execute(table.insert(), [row._asdict() for row in rows])
        except (DataError, ValueError):
            # Without its cause, which quotes the value.
            raise CopyRefused(
                f"something in the table {table.name} cannot be stored there",
                "Run `loopmates db check` on the database it comes from.",
            ) from None
        if target.dialect.name == "postgresql":
            _continue_numbers(target, table)
    return _same(read_back(source), read_back(target))


def read_back(connection: Connection) -> tuple[Copied, ...]:
    """Read every row of every table, in the order of its key."""
    return tuple(_read_back(connection, table) for table in TABLES)


def first_with_rows(connection: Connection) -> str | None:
    """Return a table that is not empty; `None` if all are."""
    filled = (
        each.name for each in TABLES if connection.execute(select(exists(each.select()))).scalar()
    )
    return next(filled, None)


def _same(original: tuple[Copied, ...], copied: tuple[Copied, ...]) -> tuple[Copied, ...]:
    for one, other in zip(original, copied, strict=True):
        if one != other:
            raise CopyRefused(
                f"the table {one.table} does not read the same on both sides",
                "Check that nobody else works with the new database, and try again.",
            )
    return copied


def _read_back(connection: Connection, table: Table) -> Copied:
    digest, count = hashlib.sha256(), 0
    for rows in _pages(connection, table):
        for row in rows:
            digest.update(repr(tuple(row)).encode())
        count += len(rows)
    return Copied(table.name, count, digest.hexdigest())


def _pages(connection: Connection, table: Table) -> Iterator[Any]:
    query = table.select().order_by(*table.primary_key.columns)
    # Never more than a page in memory, however large the table is.
    options = {"stream_results": True, "max_row_buffer": _ROWS_AT_ONCE}
    with connection.execute(query, execution_options=options) as result:
        yield from result.partitions(_ROWS_AT_ONCE)


def _continue_numbers(target: Connection, table: Table) -> None:
    """Let the server number the next row behind the last one."""
    number = table.autoincrement_column
    if number is None or not isinstance(number.type, Integer):
        return
    last = target.execute(select(func.max(number))).scalar()
    if last is not None:
        sequence = func.pg_get_serial_sequence(table.name, number.name)
        target.execute(select(func.setval(sequence, last)))
