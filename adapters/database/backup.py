"""Copies a database while the bot is working with it.

A backup appears under its name only when it is whole and sound, and never replaces anything.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from adapters.database.address import existing
from adapters.database.errors import BackupRefused
from adapters.database.files import is_sound, read_only


def backup(url: str, target: Path) -> Path:
    """Copy the database to the new file `target` and return where that is."""
    source = existing(url)
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
        _copy(source, partial, target)
        # Unlike a rename, a link never replaces a file that has come into being meanwhile.
        os.link(partial, target)
    except FileExistsError as error:
        raise BackupRefused(target, "there is a file already", "Give another name.") from error
    finally:
        partial.unlink()
    return target


def _copy(source: Path, partial: Path, target: Path) -> None:
    try:
        with closing(read_only(source)) as here, closing(sqlite3.connect(partial)) as there:
            # All pages in one step: between steps a writer would make it start again.
            here.backup(there)
            # One file, without a write-ahead log beside it, is easier to move about.
            there.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.Error as error:
        raise BackupRefused(target, str(error), "Run `loopmates db check`.") from error
    if not is_sound(partial):
        raise BackupRefused(target, "the database is damaged", "Restore an earlier backup.")
