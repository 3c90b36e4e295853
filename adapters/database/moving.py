"""Moves a database file to a server: all of it, or nothing.

    locked file --copy--> one transaction on an empty server --read both back--> commit

The file is locked for all the time it takes, and is left as it was.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection

from adapters.database import migrate
from adapters.database.address import Address, existing, parse
from adapters.database.connect import open_store
from adapters.database.copying import TABLES, Copied, copy, first_with_rows
from adapters.database.errors import CopyRefused, DatabaseTooNew
from adapters.database.looking import looking

_PATIENCE_SECONDS = 30.0


def move(source: str, target: str) -> tuple[Copied, ...]:
    """Copy the file that `source` names into the empty database `target`; return what is there.

    Raises:
        DatabaseFault: With place, problem and cure; nothing of the copy is kept.
    """
    if parse(source).server is not None or parse(target).server is None:
        raise CopyRefused(
            "only a file can be moved, and only to a server",
            "To leave a server, back it up with `loopmates db backup`: the backup is a file "
            "that the coach can work with.",
        )
    path = existing(source)
    # Held open, so that nobody else writes to it.
    with open_store(source, upgrade=False):
        return fill(parse(target), path)


def fill(target: Address, path: Path) -> tuple[Copied, ...]:
    """Copy a file of the newest schema, to which nobody writes, into an empty server."""
    # Its driver is not installed everywhere.
    from adapters.database.postgres import open_postgres  # noqa: PLC0415

    def transaction(there: Connection) -> tuple[Copied, ...]:
        _make_ready(there, target.shown)
        with looking(f"sqlite:///{path}") as here:
            return copy(here, there)

    with open_postgres(target, busy_timeout_seconds=_PATIENCE_SECONDS) as store:
        return store.direct(transaction)


def _make_ready(there: Connection, shown: str) -> None:
    """Make the tables if there are none, and keep everybody else from writing to them."""
    migrate.begin_alone(there)
    state = migrate.state_of(there)
    if state.standing == "newer":
        raise DatabaseTooNew(shown, str(state.revision))
    if state.standing != "current":
        migrate.take_steps(there)
    names = ", ".join(f'"{each.name}"' for each in TABLES)
    there.exec_driver_sql(f"LOCK TABLE {names} IN EXCLUSIVE MODE")
    filled = first_with_rows(there)
    if filled is not None:
        raise CopyRefused(
            f"{shown} holds something already, in the table {filled}",
            "Give an empty database, for example a new one: nothing is ever replaced.",
        )
