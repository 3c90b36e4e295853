"""Tells other processes that there is something to be sent.

Only a hint, after the commit: inside the transaction it would make all commits of the whole
server wait for each other.  Many at a time are one, and a process pays no heed to its own.
"""

from __future__ import annotations

import os
import socket
import threading
from contextlib import suppress

from sqlalchemy import Connection, text

from adapters.database.connections import Crew, Overtaken
from adapters.database.errors import DatabaseFault
from adapters.database.faults import errors

_CHANNEL = "loopmates_outbox"
_NOTIFY = text("SELECT pg_notify(:channel, :by)")


class Bell:
    """Rings in every process that listens."""

    listen = f"LISTEN {_CHANNEL}"
    """The statement by which one hears it."""

    def __init__(self, clerk: Crew) -> None:
        self._clerk = clerk
        self.name = f"{socket.gethostname()}:{os.getpid()}:{id(self)}"
        self._lock = threading.Lock()
        self._waiting = False
        self._closed = False

    def ring(self) -> None:
        """Have it rung soon; nobody waits for that, nor learns if it fails."""
        with self._lock:
            if self._waiting or self._closed:
                return
            self._waiting = True
        self._clerk.submit(self._ring)

    def is_ours(self, by: str) -> bool:
        """Tell whether it was us who rang."""
        return by == self.name

    def close(self) -> None:
        """Ring no more."""
        self._closed = True

    def _ring(self) -> None:
        # Whatever is committed from here on asks for another one.
        self._waiting = False
        with suppress(DatabaseFault, Overtaken, *errors()):
            self._clerk.transact(self._notify)

    def _notify(self, connection: Connection) -> None:
        connection.execute(_NOTIFY, {"channel": _CHANNEL, "by": self.name})
