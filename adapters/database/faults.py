"""Tells which of the database library's errors an operator can cure, and how."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError

from adapters.database.errors import DatabaseFault, DatabaseLocked, DatabaseUnusable

_CURES = {
    "SQLITE_NOTADB": (
        "this is not an SQLite database",
        "Change DATABASE_URL, or restore a backup.",
    ),
    "SQLITE_CORRUPT": ("the file is damaged", "Restore a backup."),
    "SQLITE_FULL": ("the disk is full; nothing was changed", "Make room and try again."),
    "SQLITE_READONLY": (
        "it cannot be written to",
        "Let this user write to the file and its directory.",
    ),
    "SQLITE_CANTOPEN": (
        "it cannot be opened",
        "Let this user read and write the file and its directory.",
    ),
    "SQLITE_IOERR": ("the disk reports an error", "Check the disk and its free space."),
}


_SERVER_CURES = {
    "3D000": ("there is no such database", "Create it, or check DATABASE_URL."),
    "28": ("the server does not let this user in", "Check user and password in DATABASE_URL."),
    "42501": (
        "this user may not do that",
        "Make the user owner of the database and of its tables.",
    ),
    "25006": ("the server is read-only", "Connect to the primary server."),
    "53100": ("the server's disk is full; nothing was changed", "Make room and try again."),
    "57P03": ("the server is starting or stopping", "Wait a moment and try again."),
    "53300": ("the server has no connection left", "Allow more, or run fewer processes."),
}
"""By SQLSTATE, or its class."""
_REFUSALS = {
    "password authentication failed": "28",
    "permission denied": "28",
    "pg_hba.conf": "28",
    "connection slots": "53300",
    "too many": "53300",
    "database system is": "57P03",
    'role "': "28",
    'database "': "3D000",
}
"""By words of the server, for it gives no SQLSTATE with them; those of another language are told
as they are.  The first that occur count."""
_UNREACHABLE = (
    "the server cannot be reached, or ended the connection",
    "Check that it runs and DATABASE_URL is right; a running coach tries again by itself.",
)
_UNENCRYPTED = (
    "the server does not speak SSL, which DATABASE_URL asks for",
    "Turn it on at the server, or take sslmode out of DATABASE_URL.",
)
_OVERTAKEN = ("40001", "40P01")
_LOCKED = ("55P03", "57014")
_LOST = ("08", "57P", "25P03")


ERRORS = (DBAPIError, sqlite3.Error)
"""What the database library raises; beginning and connecting raise the driver's own."""


def errors() -> tuple[type[Exception], ...]:
    """Return the same for a server, whose driver is there once one is connected to."""
    import psycopg  # noqa: PLC0415

    return (DBAPIError, psycopg.Error)


def was_overtaken(error: Exception) -> bool:
    """Tell whether a transaction only has to run again."""
    return _sqlstate(error) in _OVERTAKEN


def was_lost(error: Exception) -> bool:
    """Tell whether a connection is of no use any more."""
    state = _sqlstate(error)
    return state is None or state.startswith(_LOST)


def fault_of(error: Exception, shown: str) -> DatabaseFault | None:
    """Return the fault behind one of `ERRORS`, or `None` if the error is a bug of ours."""
    cause = _cause(error)
    name = getattr(cause, "sqlite_errorname", "")
    kind = "_".join(name.split("_")[:2])
    if kind in ("SQLITE_BUSY", "SQLITE_LOCKED"):
        return DatabaseLocked(shown)
    if kind in _CURES:
        return DatabaseUnusable(shown, *_CURES[kind])
    return None if isinstance(cause, sqlite3.Error) else _fault_of_server(cause, shown)


def _fault_of_server(cause: object, shown: str) -> DatabaseFault | None:
    state = getattr(cause, "sqlstate", None)
    if state is None:
        # The driver's own: nothing came back.  An error of use has a class of its own.
        lost = type(cause).__name__ in ("OperationalError", "ConnectionTimeout")
        return _unreachable(str(cause), shown) if lost else None
    if state in _LOCKED:
        return DatabaseLocked(shown)
    for begin, cure in _SERVER_CURES.items():
        if state.startswith(begin):
            return DatabaseUnusable(shown, *cure)
    return DatabaseUnusable(shown, *_UNREACHABLE) if state.startswith(_LOST) else None


def _unreachable(words: str, shown: str) -> DatabaseFault:
    """Return the fault of a server that did not let us in, and perhaps said why."""
    if "does not support SSL" in words:
        return DatabaseUnusable(shown, *_UNENCRYPTED)
    _, refused, why = words.partition("FATAL:")
    if not refused:
        return DatabaseUnusable(shown, *_UNREACHABLE)
    for said, state in _REFUSALS.items():
        if said in why:
            return DatabaseUnusable(shown, *_SERVER_CURES[state])
    problem = f"the server refuses the connection ({why.splitlines()[0].strip()})"
    return DatabaseUnusable(shown, problem, "Check DATABASE_URL, or let this user in.")


def _sqlstate(error: Exception) -> str | None:
    found: str | None = getattr(_cause(error), "sqlstate", None)
    return found


def _cause(error: Exception) -> object:
    return error.orig if isinstance(error, DBAPIError) else error
