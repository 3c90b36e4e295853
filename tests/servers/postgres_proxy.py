"""Stands between a client and a PostgreSQL server, and cuts a connection when it is told to.

It understands nothing: it looks for words in what the client sends, such as `COMMIT`.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import make_url

When = Literal["before", "after"]
"""Before the server hears the words, or after it has done what they say."""
_CHUNK = 1 << 16


@dataclass(slots=True)
class _Cut:
    words: bytes
    when: When
    times: int


class Proxy:
    """Made by `proxied`."""

    def __init__(self, url: str) -> None:
        self._target = make_url(url)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._lock = threading.Lock()
        self._cut: _Cut | None = None
        self.cuts = 0
        """So many connections were cut."""
        port = self._listener.getsockname()[1]
        changed = self._target.set(host="127.0.0.1", port=port)
        self.url = changed.render_as_string(hide_password=False)

    def cut(self, words: bytes, when: When, times: int = 1) -> None:
        """Cut the next so many connections whose client says `words`."""
        with self._lock:
            self._cut = _Cut(words, when, times)

    def serve(self) -> None:
        """Take connections until `close`."""
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection((self._target.host, self._target.port))
                for each in (client, server):
                    each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                with self._lock:
                    self._open += [client, server]
                _Link(self, client, server).start()

    def close(self) -> None:
        """Cut everything."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            for each in self._open:
                _end(each)

    def told(self, said: bytes) -> When | None:
        """Return whether these words end a connection, and when."""
        with self._lock:
            cut = self._cut
            if cut is None or cut.words not in said:
                return None
            cut.times -= 1
            if not cut.times:
                self._cut = None
            self.cuts += 1
            return cut.when


class _Link:
    """One client's connection, passed on in both directions."""

    def __init__(self, proxy: Proxy, client: socket.socket, server: socket.socket) -> None:
        self._proxy = proxy
        self._client = client
        self._server = server
        self._doomed = False

    def start(self) -> None:
        for job in (self._from_client, self._from_server):
            threading.Thread(target=job, daemon=True).start()

    def _from_client(self) -> None:
        with suppress(OSError):
            while said := self._client.recv(_CHUNK):
                when = self._proxy.told(said)
                if when == "before":
                    break
                self._doomed = when == "after"
                self._server.sendall(said)
        if not self._doomed:
            self._cut()

    def _from_server(self) -> None:
        with suppress(OSError):
            while answer := self._server.recv(_CHUNK):
                if self._doomed:
                    # It has done what it was told, and nobody hears of it.
                    break
                self._client.sendall(answer)
        self._cut()

    def _cut(self) -> None:
        _end(self._client)
        _end(self._server)


def _end(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()


@contextmanager
def proxied(url: str) -> Iterator[Proxy]:
    """Give a proxy before the server that `url` names."""
    proxy = Proxy(url)
    serving = threading.Thread(target=proxy.serve, daemon=True)
    serving.start()
    try:
        yield proxy
    finally:
        proxy.close()
        serving.join(5)
