"""Signed requests as Slack sends them, and how soon each is acknowledged.

Written on bare connections that stay open, so that whoever measures costs the machine little.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import perf_counter

from tests.servers.slack.delivery import Envelope
from tests.servers.slack.posting import Posting, encoded

LANES = 32
"""So many requests are under way at once where the most is asked for."""


@dataclass
class Sender:
    """Sends to one port."""

    port: int
    posting: Posting
    seconds: list[float] = field(default_factory=list)
    failed: int = 0
    _idle: list[_Line] = field(default_factory=list)

    async def most(self, envelopes: Sequence[Envelope]) -> float:
        """Send as fast as they are acknowledged; return how many a second that is."""
        waiting = iter(envelopes)
        began = perf_counter()
        async with asyncio.TaskGroup() as group:
            for _ in range(LANES):
                group.create_task(self._lane(waiting))
        return len(envelopes) / (perf_counter() - began)

    async def paced(self, envelopes: Sequence[Envelope], rate: int) -> None:
        """Send so many a second, whether or not the others are acknowledged."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        async with asyncio.TaskGroup() as group:
            for number, envelope in enumerate(envelopes):
                await asyncio.sleep(began + number / rate - loop.time())
                group.create_task(self._send(envelope))

    async def _lane(self, waiting: Iterator[Envelope]) -> None:
        for envelope in waiting:
            await self._send(envelope)

    async def _send(self, envelope: Envelope) -> None:
        began = perf_counter()
        body, kind = encoded(envelope)
        head = {"Host": "bench", "Content-Type": kind, "Content-Length": str(len(body))}
        lines = [f"{name}: {value}" for name, value in (head | self.posting.sign(body)).items()]
        request = "\r\n".join(("POST /slack/events HTTP/1.1", *lines, "", "")).encode() + body
        status = await self._ask(request)
        self.seconds.append(perf_counter() - began)
        self.failed += status != 200

    async def _ask(self, request: bytes) -> int:
        while True:
            fresh = not self._idle
            line = await _Line.to(self.port) if fresh else self._idle.pop()
            try:
                status = await line.ask(request)
            except (asyncio.IncompleteReadError, ConnectionError):
                # It was idle for longer than the app keeps connections open.
                if fresh:
                    raise
            else:
                self._idle.append(line)
                return status

    async def close(self) -> None:
        """Close all connections."""
        for line in self._idle:
            line.writer.close()


@dataclass
class _Line:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    @classmethod
    async def to(cls, port: int) -> _Line:
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def ask(self, request: bytes) -> int:
        self.writer.write(request)
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = next(
            int(line.partition(":")[2])
            for line in head.split("\r\n")
            if line.startswith("content-length:")
        )
        await self.reader.readexactly(length)
        return int(head.split()[1])


@asynccontextmanager
async def sender(port: int, secret: str) -> AsyncIterator[Sender]:
    """Connect when first needed, and close at the end."""
    made = Sender(port, Posting(secret))
    try:
        yield made
    finally:
        await made.close()
