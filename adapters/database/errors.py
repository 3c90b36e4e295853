"""Faults of the database that an operator can cure; every sentence says how.

No sentence holds a user or a password of a database address, and none what was to be stored; so
all of them may stand in a log.
"""

from __future__ import annotations

from pathlib import Path


class DatabaseFault(Exception):
    """The database cannot be used; `str(fault)` is for the operator: problem and cure."""

    is_for_operators = True
    """See scheduler.faults."""


class UnknownDatabase(DatabaseFault):
    """The address names no database this version knows."""

    def __init__(self, scheme: str) -> None:
        self.scheme = scheme
        super().__init__(
            f"I cannot store anything in a database of the kind “{scheme}”. "
            "Give a file, for example sqlite:///loopmates.db, or a server, "
            "postgresql://USER:PASSWORD@HOST/NAME."
        )


class DriverMissing(DatabaseFault):
    """What speaks to a server is not installed."""

    def __init__(self, shown: str) -> None:
        super().__init__(
            f"{shown} is a PostgreSQL server, and its driver is not installed. "
            "Install it: `pip install 'loopmates[postgres]'`."
        )


class DatabaseBusy(DatabaseFault):
    """Another process owns the file."""

    def __init__(self, path: Path, owner: str) -> None:
        self.path = path
        self.owner = owner
        super().__init__(
            f"{path} is in use by {owner}. Stop that one first, or give this one another "
            "file: two processes must never write to the same SQLite file."
        )


class DatabaseLocked(DatabaseFault):
    """Some program holds a lock inside the file for too long."""

    def __init__(self, path: str) -> None:
        self.path = path
        super().__init__(
            f"{path} has been locked by another program for too long; nothing was changed. "
            "Close whatever has it open, such as a database browser, and try again."
        )


class DatabaseUnusable(DatabaseFault):
    """The file cannot be opened, read or written."""

    def __init__(self, path: str, problem: str, cure: str) -> None:
        self.path = path
        self.problem = problem
        super().__init__(f"{path}: {problem}. {cure}")


class OutcomeUnknown(DatabaseFault):
    """The connection was lost while a transaction was ending: it is kept, or it is not."""

    def __init__(self, shown: str) -> None:
        self.shown = shown
        super().__init__(
            f"{shown}: the server ended the connection while a change was being kept; nobody "
            "knows whether it is. Nothing is half done; whoever asked for it asks again."
        )


class DatabaseTooNew(DatabaseFault):
    """A newer version of the program has changed the database."""

    def __init__(self, path: str, revision: str) -> None:
        self.path = path
        self.revision = revision
        super().__init__(
            f"{path} was written by a newer version of Loopmates (schema {revision}). "
            "Install that version again, or restore a backup made by this one."
        )


class DatabaseNotMigrated(DatabaseFault):
    """The database is older than the program, or empty."""

    def __init__(self, path: str, revision: str | None) -> None:
        self.path = path
        self.revision = revision
        what = f"has the older schema {revision}" if revision else "holds no tables yet"
        super().__init__(f"{path} {what}. Run `loopmates db upgrade` first.")


class BackupRefused(DatabaseFault):
    """A backup cannot be made."""

    def __init__(self, target: Path, problem: str, cure: str) -> None:
        self.target = target
        self.problem = problem
        super().__init__(f"No backup was written to {target}: {problem}. {cure}")


class CopyRefused(DatabaseFault):
    """The rows of one database cannot be put into another."""

    def __init__(self, problem: str, cure: str) -> None:
        self.problem = problem
        super().__init__(f"Nothing was copied: {problem}. {cure}")


class RestoreRefused(DatabaseFault):
    """A backup cannot be put back."""

    def __init__(self, problem: str, cure: str) -> None:
        self.problem = problem
        super().__init__(f"Nothing was restored: {problem}. {cure}")
