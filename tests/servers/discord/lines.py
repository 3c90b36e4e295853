"""One WebSocket of the gateway: frames out in order, compressed as one stream, or not at all."""

from __future__ import annotations

import asyncio
import json
import zlib
from dataclasses import dataclass

from aiohttp import web

from tests.servers.discord.errors import Json

_BROKEN = (ConnectionError, RuntimeError)


@dataclass(frozen=True)
class _Ping:
    number: bytes


class Line:
    """A connection; everything sent goes through one queue."""

    def __init__(self, socket: web.WebSocketResponse, transport: asyncio.Transport | None) -> None:
        self.socket = socket
        self.mute = False
        self.frames = 0
        """How many frames the application sent."""
        self._transport = transport
        self._zlib: zlib._Compress | None = None
        self._queue: asyncio.Queue[str | _Ping | None] = asyncio.Queue()
        self._pings: dict[bytes, asyncio.Future[None]] = {}
        self._number = 0
        self._writer: asyncio.Task[None] | None = None

    def start(self, compression: str) -> None:
        """Begin to send; `compression` is "zlib-stream" or empty."""
        self._zlib = zlib.compressobj() if compression else None
        self._writer = asyncio.get_running_loop().create_task(self._write())

    def tell(self, text: str) -> None:
        """Send a frame behind all others."""
        if not self.mute:
            self._queue.put_nowait(text)

    def say(self, op: int, data: Json | bool | None = None) -> None:
        """Send a frame that has no number."""
        self.tell(json.dumps({"op": op, "d": data, "s": None, "t": None}))

    async def reach(self) -> None:
        """Return when the other side has worked off all that was sent, or is gone."""
        if self.mute or self.socket.closed:
            return
        self._number += 1
        number = str(self._number).encode()
        self._pings[number] = asyncio.get_running_loop().create_future()
        self._queue.put_nowait(_Ping(number))
        try:
            await self._pings[number]
        finally:
            self._pings.pop(number, None)

    def reached(self, number: bytes) -> None:
        """Note that the other side answered."""
        if number in self._pings and not self._pings[number].done():
            self._pings[number].set_result(None)

    async def close(self, code: int = 1000, reason: str = "", *, abruptly: bool = False) -> None:
        """Close politely with a code, or as a broken line does."""
        if abruptly and self._transport is not None:
            self._transport.abort()
        else:
            self._queue.put_nowait(None)
            if self._writer is not None:
                await asyncio.wait([self._writer])
            await self.socket.close(code=code, message=reason.encode(), drain=False)
        self.ended()

    def ended(self) -> None:
        """Let nobody wait for it any more."""
        for waiting in self._pings.values():
            if not waiting.done():
                waiting.set_result(None)
        if self._writer is not None:
            self._writer.cancel()

    async def _write(self) -> None:
        while (frame := await self._queue.get()) is not None:
            try:
                await self._send(frame)
            except _BROKEN:
                return

    async def _send(self, frame: str | _Ping) -> None:
        if isinstance(frame, _Ping):
            await self.socket.ping(frame.number)
        elif self._zlib is None:
            await self.socket.send_str(frame)
        else:
            packed = self._zlib.compress(frame.encode()) + self._zlib.flush(zlib.Z_SYNC_FLUSH)
            await self.socket.send_bytes(packed)
