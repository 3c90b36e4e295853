"""Moves a database file to a server, on which nobody works yet: all of it, or nothing.

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
from adapters.database.faults import errors, fault_of
from adapters.database.looking import looking

_PATIENCE_SECONDS = 30.0
_LEAVING = 20
"""So many times somebody who is just leaving is waited for a moment."""
_OTHERS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = current_setting('application_name')
    AND pid <> pg_backend_pid()
"""
_A_MOMENT = "SELECT pg_sleep(0.1)"


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
    path = existing(source, "SOURCE")
    # Held open, so that nobody else writes to it.
    with open_store(source, upgrade=False):
        return fill(parse(target), path)


def fill(target: Address, path: Path) -> tuple[Copied, ...]:
    """Copy a file of the newest schema, to which nobody writes, into an empty server."""
    # Its driver is not installed everywhere.
    from adapters.database.postgres import PostgresStore, engine_of, examine  # noqa: PLC0415

    _refuse_before(target)

    def transaction(there: Connection) -> tuple[Copied, ...]:
        examine(there, target.shown)
        _make_ready(there, target.shown)
        with looking(f"sqlite:///{path}") as here:
            copied = copy(here, there)
        _refuse_others(there, target.shown)
        return copied

    # Not `open_postgres`, which has a second connection: that would look like somebody else's.
    engine = engine_of(target, busy_timeout_seconds=_PATIENCE_SECONDS)
    with PostgresStore(target, engine) as store:
        return store.direct(transaction)


def _refuse_before(target: Address) -> None:
    """Refuse before anything is locked; somebody may come later all the same."""
    from adapters.database.postgres import engine_of  # noqa: PLC0415  (as above)

    engine = engine_of(target, busy_timeout_seconds=_PATIENCE_SECONDS)
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            _refuse_others(connection, target.shown)
    except errors() as error:
        raise fault_of(error, target.shown) or error from error


def _refuse_others(connection: Connection, shown: str) -> None:
    """Refuse while a process of ours is connected: it has not read what would be there then."""
    for _ in range(_LEAVING):
        # Else a transaction sees for ever who was there when it first asked.
        connection.exec_driver_sql("SELECT pg_stat_clear_snapshot()")
        if not connection.exec_driver_sql(_OTHERS).scalar_one():
            return
        connection.exec_driver_sql(_A_MOMENT)
    raise CopyRefused(
        f"a process of Loopmates is working with {shown}",
        "Stop all processes that have this database, then try again.",
    )


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
