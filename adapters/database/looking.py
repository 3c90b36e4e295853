"""Looks into a database without changing anything, whoever works with it at the moment.

All that is read while looking is of one instant.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from adapters.database import migrate
from adapters.database.address import Address, existing, parse
from adapters.database.errors import DatabaseNotMigrated, DatabaseTooNew
from adapters.database.faults import ERRORS, errors, fault_of
from adapters.database.files import reading

_PATIENCE_SECONDS = 30.0


@contextmanager
def looking(url: str) -> Iterator[Connection]:
    """Give a connection that can only read.

    Raises:
        DatabaseFault: With the cure, if there is nothing to look at.
    """
    address = parse(url)
    if address.server is not None:
        with _server(address) as connection:
            yield connection
        return
    path = existing(url)
    try:
        with reading(path) as connection:
            connection.exec_driver_sql("BEGIN")
            yield connection
    except ERRORS as error:
        raise fault_of(error, str(path)) or error from error


def standing(url: str) -> migrate.State:
    """Say where a database stands."""
    with looking(url) as connection:
        return migrate.state_of(connection)


def require_current(connection: Connection, shown: str) -> None:
    """Refuse a database that is not of this version."""
    state = migrate.state_of(connection)
    if state.standing == "newer":
        raise DatabaseTooNew(shown, str(state.revision))
    if state.standing != "current":
        raise DatabaseNotMigrated(shown, state.revision)


@contextmanager
def _server(address: Address) -> Iterator[Connection]:
    # Its driver is not installed everywhere.
    from adapters.database.postgres import engine_of, examine  # noqa: PLC0415

    engine = engine_of(address, busy_timeout_seconds=_PATIENCE_SECONDS)
    try:
        # Deferrable: one waits for an instant that nothing under way can still disturb.
        with engine.connect().execution_options(
            postgresql_readonly=True, postgresql_deferrable=True
        ) as connection:
            examine(connection, address.shown, writable=False)
            yield connection
    except errors() as error:
        raise fault_of(error, address.shown) or error from error
    finally:
        engine.dispose()
