"""Reads lines that somebody types, or that come through a pipe, without a thread.

A thread that waits in `readline` cannot be interrupted: Ctrl-C would do nothing until the
next line.  What can be waited for is read as it comes; what never makes one wait (a file, a
text in memory) is read at once.
"""

from __future__ import annotations

import asyncio
import io
import os
from typing import TextIO

_CHUNK = 65_536


class Lines:
    """The lines of a source, one at a time."""

    def __init__(self, source: TextIO) -> None:
        self._source = source
        self._waiting = b""
        self._ended = False

    async def next(self) -> str:
        """Return the next line with its end, the rest without one, or nothing at the end."""
        try:
            fd = self._source.fileno()
        except (OSError, io.UnsupportedOperation):
            return self._source.readline()
        while b"\n" not in self._waiting and not self._ended:
            if not await _readable(fd):
                return self._source.readline()
            chunk = os.read(fd, _CHUNK)
            self._ended = not chunk
            self._waiting += chunk
        line, end, self._waiting = self._waiting.partition(b"\n")
        # At a terminal the end of the input can be followed by more.
        self._ended = False
        return (line + end).decode(errors="replace")


async def _readable(fd: int) -> bool:
    """Wait until something can be read; false where the system cannot wait for it."""
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    try:
        loop.add_reader(fd, ready.set)
    except (OSError, NotImplementedError):
        return False
    try:
        await ready.wait()
    finally:
        loop.remove_reader(fd)
    return True
