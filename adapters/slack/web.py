"""The web side: Slack's requests, and whether this bot is alive and ready.

Rule: nothing is believed here.  A body is limited before it is read and parsed before it is
believed; who sent it is checked by the app itself, before anything else is done with it.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_bolt.app.async_app import AsyncApp
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from adapters.slack.faults import kind_of

log = logging.getLogger(__name__)

BODY_LIMIT = 1_000_000
"""Bytes of a request: Slack's largest events are far smaller."""
READING = 10.0
"""Seconds a request may take to arrive."""
STOPPING = 5
"""Seconds that requests under way are given at the end."""

Ready = Callable[[], Awaitable[str | None]]
"""Tells what is missing for this bot to work; `None` when nothing is."""


class PortTakenError(Exception):
    """The port cannot be listened on: `place`, `problem` and `cure` for the operator."""

    def __init__(self, host: str, port: int, place: str = "PORT") -> None:
        self.place = place
        self.problem = f"nothing can listen on {host}:{port}"
        self.cure = "Stop what uses this port, or choose another one"
        super().__init__(f"{self.place}: {self.problem}. {self.cure}.")


def make_web(app: AsyncApp | None, ready: Ready, path: str = "/slack/events") -> Starlette:
    """Make the web app; without `app` (Socket Mode) it only tells how the bot is."""

    async def healthz(request: Request) -> Response:
        del request
        return PlainTextResponse("ok")

    async def readyz(request: Request) -> Response:
        del request
        missing = await ready()
        return PlainTextResponse(missing or "ready", status_code=503 if missing else 200)

    routes = [Route("/healthz", healthz), Route("/readyz", readyz)]
    if app is not None:
        routes.append(Route(path, _door(app), methods=["POST"]))
    return Starlette(routes=routes)


def make_page(path: str, content: Callable[[], Awaitable[bytes]], media: str) -> Starlette:
    """Make a web app of one page, for a port of its own: the other one is the world's."""

    async def page(request: Request) -> Response:
        del request
        return Response(await content(), media_type=media)

    return Starlette(routes=[Route(path, page)])


def _door(app: AsyncApp) -> Callable[[Request], Awaitable[Response]]:
    async def events(request: Request) -> Response:
        try:
            async with asyncio.timeout(READING):
                body = await _body(request)
        except TimeoutError:
            return PlainTextResponse("too slow", status_code=408)
        except ClientDisconnect:
            return PlainTextResponse("gone", status_code=400)
        if body is None:
            return PlainTextResponse("too large", status_code=413)
        try:
            # Bolt takes a request apart before it checks the signature, so this may be anything.
            slack_request = to_async_bolt_request(request, body)
        except (ValueError, TypeError, AttributeError, LookupError, RecursionError) as error:
            log.info("a request could not be read", extra={"error": kind_of(error)})
            return PlainTextResponse("not understood", status_code=400)
        return to_starlette_response(await app.async_dispatch(slack_request))

    return events


async def _body(request: Request) -> bytes | None:
    """Read the body; `None` if it is over the limit, however long it says to be."""
    said = request.headers.get("content-length", "0")
    if not said.isdecimal() or int(said) > BODY_LIMIT:
        return None
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_LIMIT:
            return None
    return bytes(body)


@asynccontextmanager
async def serve(
    app: Starlette,
    port: int,
    host: str = "0.0.0.0",  # noqa: S104
    place: str = "PORT",
) -> AsyncIterator[int]:
    """Serve while entered, and yield the port (0 asks for any free one); `place` is its setting.

    At the end nothing new is taken, and what is under way is finished within `STOPPING` seconds.

    Raises:
        PortTakenError: If the port cannot be listened on.
    """
    with _listening(host, port, place) as listener:
        config = uvicorn.Config(
            app,
            http="httptools",
            ws="none",
            lifespan="off",
            access_log=False,
            log_config=None,
            server_header=False,
            timeout_graceful_shutdown=STOPPING,
        )
        server = _Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            await serving


class _Server(uvicorn.Server):
    """Uvicorn that leaves signals to whoever runs the whole program."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextmanager
def _listening(host: str, port: int, place: str) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
            listener.listen(512)
        except (OSError, OverflowError) as error:
            raise PortTakenError(host, port, place) from error
        yield listener
    finally:
        listener.close()
