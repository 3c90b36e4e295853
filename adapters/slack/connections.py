"""One websocket to Slack: it is read, kept alive by pings, and ends once, for one reason.

    hello --> envelopes, each handled and acknowledged by itself --> over: a reason

The client that comes with slack_sdk is not used: it tries a used-up address again and again,
cannot tell an unusable token from a bad line, and reads the clock by itself.  Its base class
and Bolt's way of acknowledging are.  Rule: an envelope is acknowledged only by the answer Bolt
gave, so one that could not be handled is not acknowledged at all.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from aiohttp import ClientConnectionError, ClientWebSocketResponse, WSMsgType
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from adapters.slack.faults import kind_of, without_words
from adapters.slack.gates import Wait
from adapters.slack.underway import Underway
from bot.ports.outside import Clock

log = logging.getLogger(__name__)

_ODD = "something that is not an envelope came from Slack"
_OVER = {WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED, WSMsgType.ERROR}


class Connection(AsyncBaseSocketModeClient):
    """One websocket.  `on_hello` is called when Slack greets, at most once."""

    def __init__(
        self,
        app: AsyncApp,
        web_socket: ClientWebSocketResponse,
        clock: Clock,
        on_hello: Callable[[], None],
    ) -> None:
        self.logger = log
        self.opened_at: datetime = clock()
        self.heard_at: datetime = self.opened_at
        self.greeted = False
        self.underway = Underway()
        self._app = app
        self._web_socket = web_socket
        self._clock = clock
        self._on_hello = on_hello
        self._over: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self, wait: Wait, silence: timedelta) -> None:
        """Begin to read; the connection is over when nothing was heard for `silence`."""
        self._tasks = [
            asyncio.create_task(self._read()),
            asyncio.create_task(self._watch(wait, silence)),
        ]

    @property
    def is_over(self) -> bool:
        """Whether another connection is needed."""
        return self._over.done()

    async def over(self) -> str:
        """Wait until another connection is needed, and return why; it may still be read then."""
        return await asyncio.shield(self._over)

    async def close(self, patience: timedelta = timedelta(seconds=5)) -> None:
        """Stop reading, finish and acknowledge what is under way, and close."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.underway.finish(patience)
        await self._web_socket.close()
        self._end("closed by us")

    async def send_message(self, message: str) -> None:
        """Send; a lost connection loses an acknowledgement, and then Slack sends again."""
        try:
            await self._web_socket.send_str(message)
        except (ClientConnectionError, ConnectionError):
            log.info("acknowledgement was lost with its connection")
            self._end("reset")

    async def _read(self) -> None:
        try:
            self._end(await self._listen())
        except Exception as error:
            # A reader that ended unnoticed would be missed by nobody: pings are sent all the same.
            log.exception(
                "a connection to Slack cannot be read",
                extra={"error": kind_of(error)},
                exc_info=without_words(error),
            )
            self._end("unreadable")

    async def _listen(self) -> str:
        """Take what comes until the connection is over, and return why."""
        while True:
            message = await self._web_socket.receive()
            if message.type in _OVER:
                return message.type.name.lower()
            self.heard_at = self._clock()
            if message.type is WSMsgType.PING:
                await self._pong(message.data)
            elif message.type is WSMsgType.TEXT:
                try:
                    self._take(message.data)
                except Exception as error:
                    log.exception(
                        _ODD, extra={"error": kind_of(error)}, exc_info=without_words(error)
                    )

    async def _pong(self, data: bytes) -> None:
        try:
            await self._web_socket.pong(data)
        except (ClientConnectionError, ConnectionError):
            self._end("reset")

    def _take(self, text: str) -> None:
        message = json.loads(text)
        if not isinstance(message, dict):
            log.warning(_ODD)
        elif message.get("type") == "hello":
            if not self.greeted:
                self.greeted = True
                self._on_hello()
        elif message.get("type") == "disconnect":
            self._end(str(message.get("reason", "disconnect")))
        elif (request := SocketModeRequest.from_dict(message)) is not None:
            self.underway.start(self._answer(request), request.type)

    async def _answer(self, request: SocketModeRequest) -> None:
        response = await run_async_bolt_app(self._app, request)
        await send_async_response(self, request, response, 0.0)

    async def _watch(self, wait: Wait, silence: timedelta) -> None:
        """Ping six times in `silence`; any sign of life counts, a pong too."""
        while not self._over.done():
            await wait(silence.total_seconds() / 6)
            if self._clock() - self.heard_at >= silence:
                return self._end("silent")
            try:
                await self._web_socket.ping()
            except (ClientConnectionError, ConnectionError):
                return self._end("reset")
        return None

    def _end(self, reason: str) -> None:
        if not self._over.done():
            self._over.set_result(reason)
