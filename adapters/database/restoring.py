"""Puts a backup back: in place of a file, or into an empty server.

No process may have the file meanwhile.  What was there before stays beside it, under its name
with `.before-restore`; at every instant one of the two stands under the name itself.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from adapters.database.address import parse
from adapters.database.backup import copy_file
from adapters.database.connect import open_store
from adapters.database.errors import DatabaseTooNew, RestoreRefused
from adapters.database.files import is_sound
from adapters.database.lock import FileLock
from adapters.database.looking import standing
from adapters.database.moving import fill

_BESIDE = ("-wal", "-shm")
"""What SQLite keeps beside a file while it works with it."""

_DOUBT = """
    UPDATE outbox SET state = 'unsure', began_at = at, attempts = 1
    WHERE settled_at IS NULL AND state = 'ready' AND kind = 'post'
"""
_DOUBT_THE_DEAD = """
    UPDATE outbox SET began_at = at, attempts = 1
    WHERE state = 'dead' AND kind = 'post' AND began_at IS NULL
"""
"""Somebody may have retried them since, and may again."""


def restore(url: str, backup: Path) -> Path | None:
    """Put `backup` where `url` says, and return where the file is that was there before.

    Raises:
        DatabaseFault: With place, problem and cure; nothing has changed.
    """
    backup = backup.expanduser().resolve()
    _examine(backup)
    address = parse(url)
    if address.server is not None:
        with tempfile.TemporaryDirectory() as folder:
            copied = Path(folder) / "backup.db"
            copy_file(backup, copied)
            # It may be of an older version.
            open_store(f"sqlite:///{copied}").close()
            _doubt(copied)
            fill(address, copied)
        return None
    if address.path is None:
        raise RestoreRefused("there is no file to restore to", "Check DATABASE_URL.")
    if address.path == backup:
        raise RestoreRefused("the backup is the database itself", "Give another file.")
    return _replace(address.path, backup)


def _examine(backup: Path) -> None:
    if not backup.is_file():
        raise RestoreRefused(f"there is no file {backup}", "Check its name.")
    if not is_sound(backup):
        raise RestoreRefused(f"{backup} is damaged, or no backup", "Give an earlier one.")
    state = standing(f"sqlite:///{backup}")
    if state.standing == "newer":
        raise DatabaseTooNew(str(backup), str(state.revision))
    if state.standing == "missing":
        raise RestoreRefused(f"{backup} is no database of Loopmates", "Give another file.")


def _replace(path: Path, backup: Path) -> Path | None:
    before = path.with_name(path.name + ".before-restore")
    if before.exists():
        raise RestoreRefused(
            f"there is still {before} of an earlier time", "Move it away or delete it."
        )
    with _held(path), _copied(path, backup) as new:
        if not path.exists():
            new.rename(path)
            return None
        _settle(path, before)
        os.link(path, before)
        new.replace(path)
        return before


@contextmanager
def _held(path: Path) -> Iterator[None]:
    lock = FileLock(path)
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _copied(path: Path, backup: Path) -> Iterator[Path]:
    """Copy the backup beside the database, whole and on the disk."""
    new = path.with_name(path.name + ".restoring")
    try:
        new.unlink(missing_ok=True)
        os.close(os.open(new, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        copy_file(backup, new)
        _doubt(new)
        with new.open("rb") as file:
            os.fsync(file.fileno())
        if not is_sound(new):
            raise RestoreRefused(f"{backup} could not be copied whole", "Check the disk.")
        yield new
    except (OSError, sqlite3.Error) as error:
        problem = getattr(error, "strerror", None) or str(error)
        raise RestoreRefused(
            f"{path} could not be replaced ({problem})",
            "Make room, and let this user write to its directory.",
        ) from error
    finally:
        new.unlink(missing_ok=True)


def _doubt(path: Path) -> None:
    """Have everything that waited to be sent looked for first: it may have been sent since."""
    with closing(sqlite3.connect(path)) as file, file:
        file.execute(_DOUBT)
        file.execute(_DOUBT_THE_DEAD)


def _settle(path: Path, before: Path) -> None:
    """Leave nothing beside the old file, where it would be taken for a part of the new one."""
    with suppress(sqlite3.Error), closing(sqlite3.connect(path)) as old:
        old.execute("PRAGMA journal_mode = DELETE")
    for name in _BESIDE:
        beside = path.with_name(path.name + name)
        if beside.exists():
            # It is damaged, and whatever can be saved of it is in these.
            beside.rename(before.with_name(before.name + name))
