"""The console's memory on disk: one happening a line, on the disk before it is displayed.

A process may be killed in the middle of a line.  Only a line with its end counts, so a
torn last line is as if it had never been begun; a bad line anywhere else is a fault.
"""

from __future__ import annotations

import os
from pathlib import Path

from adapters.console.happenings import Happening, from_line, to_line


class JournalError(Exception):
    """The journal cannot be used: place, problem and cure."""

    def __init__(self, place: str, problem: str, cure: str) -> None:
        self.place = place
        self.problem = problem
        self.cure = cure
        super().__init__(f"{place}: {problem} {cure}")


class Journal:
    """An append-only file of happenings."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            # Unbuffered: what was appended is with the system when the call returns.
            # What people say is for nobody else's eyes.
            descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
            self._file = os.fdopen(descriptor, "a+b", buffering=0)
        except OSError as error:
            raise JournalError(
                str(path),
                f"The console's journal cannot be opened ({error.strerror}).",
                "Give a file in a folder that exists and can be written to.",
            ) from error

    def recover(self) -> list[Happening]:
        """Return what happened so far, oldest first, and cut off a torn last line."""
        self._file.seek(0)
        content = self._file.read()
        whole = content[: content.rfind(b"\n") + 1]
        if len(whole) < len(content):
            self._file.truncate(len(whole))
        lines = whole.split(b"\n")[:-1]
        return [self._read(number, line) for number, line in enumerate(lines, 1)]

    def append(self, happening: Happening) -> None:
        """Write one happening down; it is on the disk when the call returns."""
        end = os.fstat(self._file.fileno()).st_size
        rest = memoryview(to_line(happening) + b"\n")
        try:
            while rest:
                rest = rest[self._file.write(rest) or 0 :]
            os.fsync(self._file.fileno())
        except OSError:
            # On a full disk half a line may stand there, and the next would be glued to it.
            self._file.truncate(end)
            raise

    def close(self) -> None:
        """Close the file; further appending is a mistake."""
        self._file.close()

    def _read(self, number: int, line: bytes) -> Happening:
        try:
            return from_line(line)
        except ValueError as error:
            self.close()
            raise JournalError(
                f"{self._path}, line {number}",
                f"This is not a line of a console journal: {error}.",
                "Restore the file from a copy, or move it away to begin anew.",
            ) from error
