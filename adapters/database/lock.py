"""One process owns a database file, and another is told at once who that is.

SQLite itself lets several processes write, but versions before 3.51.3 can corrupt a file
when one checkpoints while another commits, and two bots would send everything twice.

The lock is the operating system's, on a file beside the database, so a process that was
killed leaves none behind.  The file only says who holds it; it is not deleted, because
another process may be about to lock it.
"""

from __future__ import annotations

import os
import socket
import sys
from contextlib import suppress
from pathlib import Path

from adapters.database.errors import DatabaseBusy, DatabaseUnusable


class FileLock:
    """The right to use a database file, held until `release`."""

    def __init__(self, database: Path) -> None:
        """Take the lock; raise `DatabaseBusy` at once if somebody else has it."""
        path = database.with_name(database.name + ".lock")
        try:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise DatabaseUnusable(
                str(path), "it cannot be opened", "Let this user write to its directory."
            ) from error
        try:
            _lock(self._file)
        except OSError as error:
            owner = _owner(self._file)
            os.close(self._file)
            raise DatabaseBusy(database, owner) from error
        # On a full disk nobody learns who has it; the lock holds all the same.
        with suppress(OSError):
            os.ftruncate(self._file, 0)
            os.write(self._file, f"process {os.getpid()} on {socket.gethostname()}".encode())

    def release(self) -> None:
        """Give the file back."""
        os.close(self._file)


def _owner(file: int) -> str:
    try:
        return os.read(file, 200).decode("utf-8", "replace") or "another process"
    except OSError:
        return "another process"


if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> None:
        # Far behind the text: Windows lets nobody read what is locked.
        os.lseek(file, 1 << 20, os.SEEK_SET)
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        finally:
            os.lseek(file, 0, os.SEEK_SET)

else:
    import fcntl

    def _lock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
