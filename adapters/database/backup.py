"""Copies a database into a file while others work with it.

A backup is always a SQLite file, whatever it was made of, which the coach could work with as it
is.  It appears under its name only when it is whole and sound, and never replaces anything.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from adapters.database.address import Address, existing, parse
from adapters.database.connect import open_store
from adapters.database.copying import copy
from adapters.database.errors import BackupRefused
from adapters.database.files import is_sound, read_only
from adapters.database.looking import looking, require_current


def backup(url: str, target: Path) -> Path:
    """Copy the database to the new file `target` and return where that is."""
    address = parse(url)
    if address.server is None:
        existing(url)
    target = target.expanduser().resolve()
    if target.exists():
        raise BackupRefused(target, "there is a file already", "Give a name that is not in use.")
    partial = target.with_name(target.name + ".partial")
    try:
        # As private as the database itself; this also refuses a second backup to this name.
        os.close(os.open(partial, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:
        cure = f"Create the directory, or delete {partial.name} if no backup is running."
        raise BackupRefused(target, error.strerror or "it cannot be made", cure) from error
    try:
        _copy(url, address, partial, target)
        # Unlike a rename, a link never replaces a file that has come into being meanwhile.
        os.link(partial, target)
    except FileExistsError as error:
        raise BackupRefused(target, "there is a file already", "Give another name.") from error
    finally:
        for name in ("", ".lock", "-wal", "-shm"):
            partial.with_name(partial.name + name).unlink(missing_ok=True)
    return target


def copy_file(source: Path, target: Path) -> None:
    """Copy a database file of which others may have the newest part in memory."""
    with closing(read_only(source)) as here, closing(sqlite3.connect(target)) as there:
        # All pages in one step: between steps a writer would make it start again.
        here.backup(there)
        # One file, without a write-ahead log beside it, is easier to move about.
        there.execute("PRAGMA journal_mode = DELETE")


def _copy(url: str, address: Address, partial: Path, target: Path) -> None:
    try:
        if address.path is not None:
            copy_file(address.path, partial)
        else:
            _copy_server(url, address, partial)
    except sqlite3.Error as error:
        raise BackupRefused(target, str(error), "Run `loopmates db check`.") from error
    if not is_sound(partial):
        raise BackupRefused(target, "the database is damaged", "Restore an earlier backup.")


def _copy_server(url: str, address: Address, partial: Path) -> None:
    with looking(url) as here:
        require_current(here, address.shown)
        with open_store(f"sqlite:///{partial}") as store:
            store.direct(lambda there: copy(here, there))
    with closing(sqlite3.connect(partial)) as there:
        there.execute("PRAGMA journal_mode = DELETE")
