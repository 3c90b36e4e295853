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


ERRORS = (DBAPIError, sqlite3.Error)
"""What the database library raises; beginning and connecting raise the driver's own."""


def fault_of(error: Exception, shown: str) -> DatabaseFault | None:
    """Return the fault behind one of `ERRORS`, or `None` if the error is a bug of ours."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    name = getattr(cause, "sqlite_errorname", "")
    kind = "_".join(name.split("_")[:2])
    if kind in ("SQLITE_BUSY", "SQLITE_LOCKED"):
        return DatabaseLocked(shown)
    if kind in _CURES:
        return DatabaseUnusable(shown, *_CURES[kind])
    return None
