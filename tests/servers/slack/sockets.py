"""Socket Mode: the WebSocket an app opens, and the envelopes that go over it.

Without an open connection an envelope is lost, as with Slack; with one it waits for its
acknowledgement for `ack_seconds` of real time.
"""

from __future__ import annotations

import asyncio
import json

from aiohttp import WSMsgType, web

from tests.servers.slack.delivery import Deliveries, Envelope, Outcome
from tests.servers.slack.state import Json

LOST = Outcome(acked=False, reason="no_connection", final=True)


class Sockets:
    """All open connections; the newest one gets everything."""

    def __init__(self, app_id: str) -> None:
        self.app_id = app_id
        self.refused = False
        self.mute = False
        self.ack_seconds = 3.0
        self.greeting = asyncio.Event()
        """While cleared, those who connect are not greeted yet."""
        self.greeting.set()
        self.opened = 0
        """How many connections were ever opened."""
        self.tickets: set[str] = set()
        """Used up by connecting once."""
        self.deliveries: Deliveries | None = None
        self._open: list[web.WebSocketResponse] = []
        self._lines: dict[web.WebSocketResponse, asyncio.WriteTransport] = {}
        self._waiting: dict[str, tuple[web.WebSocketResponse, asyncio.Future[Outcome]]] = {}

    @property
    def connections(self) -> int:
        """How many connections are open."""
        return len(self._open)

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection until it ends."""
        ticket = request.query.get("ticket", "")
        if self.refused or ticket not in self.tickets:
            return web.Response(status=503 if self.refused else 401)
        self.tickets.discard(ticket)
        # Pings are answered by hand: a muted server must not answer them.
        socket = web.WebSocketResponse(autoping=False, timeout=1.0)
        await socket.prepare(request)
        self.opened += 1
        self._open.append(socket)
        if isinstance(request.transport, asyncio.WriteTransport):
            self._lines[socket] = request.transport
        try:
            self._changed()
            await self._greet(socket)
            self._changed()
            await self._listen(socket)
        finally:
            self._forget(socket)
        return socket

    async def carry(self, envelope: Envelope) -> Outcome:
        """See `delivery.Carrier`."""
        if not self._open or self.refused or self.mute:
            return LOST
        socket = self._open[-1]
        answer: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._waiting[envelope.id] = (socket, answer)
        try:
            async with asyncio.timeout(self.ack_seconds):
                await socket.send_str(json.dumps(self._frame(envelope)))
                return await answer
        except TimeoutError:
            return Outcome(acked=False, reason="timeout")
        except (ConnectionError, RuntimeError):
            return LOST
        finally:
            self._waiting.pop(envelope.id, None)

    async def refresh(self, reason: str = "refresh_requested") -> None:
        """Ask the app to reconnect, as Slack does every few hours."""
        for socket in tuple(self._open):
            await socket.send_str(json.dumps({"type": "disconnect", "reason": reason}))

    async def close(self, *, abruptly: bool = False) -> None:
        """Close every connection, politely or as a broken line does."""
        for socket in tuple(self._open):
            line = self._lines.pop(socket, None)
            self._forget(socket)
            if abruptly and line is not None:
                line.abort()
            else:
                await socket.close(code=1001, drain=False)

    def _frame(self, envelope: Envelope) -> Json:
        frame: Json = {
            "envelope_id": envelope.id,
            "payload": envelope.payload,
            "type": envelope.kind,
            "accepts_response_payload": envelope.kind != "events_api",
        }
        if envelope.kind == "events_api":
            frame |= {"retry_attempt": envelope.attempt, "retry_reason": envelope.reason}
        return frame

    async def _greet(self, socket: web.WebSocketResponse) -> None:
        await self.greeting.wait()
        debug = {"host": "applink", "build_number": 1, "approximate_connection_time": 18060}
        hello = {"type": "hello", "num_connections": len(self._open), "debug_info": debug}
        hello["connection_info"] = {"app_id": self.app_id}
        await socket.send_str(json.dumps(hello))

    async def _listen(self, socket: web.WebSocketResponse) -> None:
        async for message in socket:
            if message.type is WSMsgType.PING and not self.mute:
                await socket.pong(message.data)
            elif message.type is WSMsgType.TEXT:
                self._acknowledged(json.loads(message.data))

    def _acknowledged(self, answer: Json) -> None:
        _, waiting = self._waiting.get(answer["envelope_id"], (None, None))
        if waiting is not None and not waiting.done():
            waiting.set_result(Outcome(acked=True, ack=answer.get("payload") or {}))

    def _forget(self, socket: web.WebSocketResponse) -> None:
        if socket in self._open:
            self._open.remove(socket)
        self._lines.pop(socket, None)
        for owner, answer in self._waiting.values():
            if owner is socket and not answer.done():
                answer.set_result(Outcome(acked=False, reason="connection_closed"))
        self._changed()

    def _changed(self) -> None:
        if self.deliveries is not None:
            self.deliveries.changed()
