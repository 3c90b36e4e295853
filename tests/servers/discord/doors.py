"""The HTTP side: reads a call, lets faults and limits have their way, answers.

Every call is on record, also one that was refused or lost.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiohttp import web

from tests.servers.discord.errors import ApiError
from tests.servers.discord.faults import Fault, Faults
from tests.servers.discord.limits import Limits, Refusal
from tests.servers.discord.quiet import Quiet

_VIA = {"Via": "1.1 google"}
_CLOUDFLARE = "<html><body>error code: 1015</body></html>"


@dataclass
class Call:
    """One call as it was made; `status` is 0 while it has no answer."""

    name: str
    method: str
    path: str
    params: Mapping[str, str]
    query: Mapping[str, str]
    body: Any
    files: int
    at: datetime
    token: str | None = None
    uploads: Mapping[str, bytes] = field(default_factory=dict)
    """What stood in the files, by their names."""
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def major(self) -> str:
        """What its rate limit is counted by."""
        return "+".join(
            self.params[key] for key in ("channel", "guild", "token") if key in self.params
        )


Body = Callable[[Call], Any]


@dataclass(frozen=True)
class Route:
    """One route; `do` returns the body, `None` for an answer without one."""

    method: str
    template: str
    name: str
    do: Body
    open: bool = False
    """Whether it needs no token, as answers to interactions."""


class Doors:
    """The web server."""

    def __init__(self, limits: Limits, faults: Faults, quiet: Quiet, token: str) -> None:
        self.calls: list[Call] = []
        self.faults = faults
        self._limits, self._quiet, self._token = limits, quiet, token
        self._app = web.Application(client_max_size=32 * 1024 * 1024)
        self._runner: web.AppRunner | None = None
        self._closing = asyncio.Event()

    def add(self, base: str, routes: list[Route]) -> None:
        """Serve these routes below `base`."""
        for route in routes:
            self._app.router.add_route(route.method, base + route.template, self._handler(route))

    def add_socket(self, path: str, connect: Callable[[web.Request], Any]) -> None:
        """Serve a WebSocket."""
        self._app.router.add_get(path, connect)

    async def open(self) -> str:
        """Listen on loopback and return "host:port"."""
        everything = Route("*", "/{rest:.*}", "unknown", _nothing, open=True)
        self._app.router.add_route("*", "/{rest:.*}", self._handler(everything))
        self._runner = web.AppRunner(self._app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        return f"{host}:{port}"

    async def close(self) -> None:
        """Stop."""
        self._closing.set()
        if self._runner is not None:
            await self._runner.cleanup()

    def _handler(self, route: Route) -> Callable[[web.Request], Any]:
        async def handle(request: web.Request) -> web.StreamResponse:
            with self._quiet.going_on(route.name):
                call = await self._read(route, request)
                self.calls.append(call)
                fault = self.faults.take(route.name, call.params.get("channel"))
                stalled = fault is not None and fault.kind == "stall"
                response: web.StreamResponse = web.Response()
                if not stalled:
                    response = await self._answer(route, request, call, fault)
                    call.status, call.headers = response.status, dict(response.headers)
            if stalled:
                # Nobody waits for quiet because of an answer that never comes.
                await self._closing.wait()
            return response

        return handle

    async def _read(self, route: Route, request: web.Request) -> Call:
        body, uploads = await _body(request)
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        return Call(
            route.name,
            request.method,
            request.path,
            dict(request.match_info),
            dict(request.query),
            body,
            len(uploads),
            self._limits.clock(),
            token if scheme == "Bot" else None,
            uploads,
        )

    async def _answer(
        self, route: Route, request: web.Request, call: Call, fault: Fault | None
    ) -> web.StreamResponse:
        if fault is None:
            return self._done(route, call)
        if fault.kind in {"rate_limit", "fail", "http"}:
            return self._faulty(fault, call)
        if fault.kind == "reset":
            _abort(request)
            return web.Response()
        response = self._done(route, call)
        if fault.kind == "cut_short":
            return await _half(request, response)
        _abort(request)
        return response

    def _faulty(self, fault: Fault, call: Call) -> web.StreamResponse:
        if fault.kind == "http":
            self._limits.answered(fault.status, None)
            kind = {"Content-Type": fault.content_type}
            return web.Response(status=fault.status, body=fault.body.encode(), headers=kind)
        if fault.error is not None:
            return self._refused(call, fault.error)
        if not fault.via:
            return self._cloudflare(fault.retry_after)
        return self._too_early(call, Refusal(fault.retry_after, fault.scope))

    def _done(self, route: Route, call: Call) -> web.StreamResponse:
        if self._limits.banned:
            return self._cloudflare(None)
        if not route.open and call.token != self._token:
            return self._refused(call, _Unauthorized())
        refusal = self._limits.refuse(route.name, call.major, counted=not route.open)
        if refusal is not None:
            return self._too_early(call, refusal)
        try:
            body = (_garbled if call.body is ... else route.do)(call)
        except ApiError as error:
            return self._refused(call, error)
        headers = _VIA | self._limits.headers(call.name, call.major)
        if body is None:
            return web.Response(status=204, headers=headers)
        return _json(200, body, headers)

    def _refused(self, call: Call, error: ApiError) -> web.StreamResponse:
        self._limits.answered(error.status, None)
        headers = _VIA | self._limits.headers(call.name, call.major)
        return _json(error.status, error.body(), headers)

    def _too_early(self, call: Call, refusal: Refusal) -> web.StreamResponse:
        self._limits.answered(429, refusal.scope)
        headers = _VIA | self._limits.headers(call.name, call.major) | refusal.headers()
        headers |= {"X-RateLimit-Remaining": "0"}
        if refusal.retry_after is not None:
            headers["X-RateLimit-Reset-After"] = str(refusal.retry_after)
        return _json(429, refusal.body(), headers)

    def _cloudflare(self, retry_after: float | None) -> web.StreamResponse:
        self._limits.answered(429, None)
        headers = {} if retry_after is None else {"Retry-After": f"{retry_after:g}"}
        return web.Response(status=429, text=_CLOUDFLARE, content_type="text/html", headers=headers)


class _Unauthorized(ApiError):
    def __init__(self) -> None:
        super().__init__(0, status=401)
        self.message = "401: Unauthorized"


def _garbled(_call: Call) -> Any:
    raise ApiError(50109)


def _nothing(_call: Call) -> Any:
    raise ApiError(0)


def _json(status: int, body: Any, headers: Mapping[str, str]) -> web.Response:
    # discord.py takes a body for JSON only if the type is exactly this, without a charset.
    packed = json.dumps(body, ensure_ascii=False).encode()
    kind = {"Content-Type": "application/json"}
    return web.Response(status=status, body=packed, headers={**headers, **kind})


def _abort(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()


async def _half(request: web.Request, whole: web.StreamResponse) -> web.StreamResponse:
    body = whole.body if isinstance(whole, web.Response) else b""
    packed = bytes(body) if isinstance(body, bytes | bytearray) else b"{}"
    response = web.StreamResponse(status=whole.status, headers=whole.headers)
    response.content_length = len(packed)
    await response.prepare(request)
    await response.write(packed[: len(packed) // 2])
    _abort(request)
    return response


async def _body(request: web.Request) -> tuple[Any, dict[str, bytes]]:
    if request.content_type == "multipart/form-data":
        form = await request.post()
        parts = [part for name, part in form.items() if name.startswith("files[")]
        files = [part for part in parts if isinstance(part, web.FileField)]
        uploads = {part.filename: part.file.read() for part in files}
        return _parsed(str(form.get("payload_json", "{}"))), uploads
    return _parsed(await request.text()), {}


def _parsed(text: str) -> Any:
    try:
        return json.loads(text) if text else None
    except ValueError:
        return ...
