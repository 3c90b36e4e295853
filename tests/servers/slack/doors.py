"""The HTTP side of the server: reads a call, lets faults and limits have their way, answers.

Every call is on record, also one that was refused or lost.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.servers.slack import chat, files
from tests.servers.slack.api import Method, methods
from tests.servers.slack.conversations import need, provided
from tests.servers.slack.faults import Fault
from tests.servers.slack.interactions import Team
from tests.servers.slack.state import ApiError, Json

if TYPE_CHECKING:
    from tests.servers.slack.server import SlackServer

_DECODED = frozenset({"blocks", "attachments", "metadata", "view"})


@dataclass
class Call:
    """One call; `team` is `None` without a valid bot token, `error` what it was refused with."""

    method: str
    args: Json
    team: str | None
    at: datetime
    error: str | None = None


class Doors:
    """The web server of one Slack."""

    def __init__(self, server: SlackServer) -> None:
        self.calls: list[Call] = []
        self._server = server
        self._methods = methods(server.tickets, server.limits)
        self._closing = asyncio.Event()
        self._runner: web.AppRunner | None = None

    async def open(self) -> str:
        """Listen on a free port of loopback and return host and port."""
        app = web.Application(client_max_size=4 * 1024**2)
        app.router.add_route("*", "/api/{method}", self._call)
        app.router.add_get("/socket", self._server.sockets.connect)
        app.router.add_post("/response/{name}", self._respond)
        app.router.add_post("/upload/{team}/{file}", self._upload)
        self._runner = web.AppRunner(app, shutdown_timeout=1.0, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        return f"{host}:{port}"

    async def close(self) -> None:
        """Answer what was stalled and stop."""
        self._closing.set()
        if self._runner is not None:
            await self._runner.cleanup()

    # --- the Web API ----------------------------------------------------------------------

    async def _call(self, request: web.Request) -> web.StreamResponse:
        number = self._server.deliveries.begin(request.path)
        try:
            return await self._handled(request, number)
        finally:
            self._server.deliveries.done(number)

    async def _handled(self, request: web.Request, number: int) -> web.StreamResponse:
        name = request.match_info["method"]
        args, token, as_json = await _arguments(request)
        team = next((t for t in self._server.teams.values() if t.bot_token == token), None)
        call = Call(name, args, team.id if team else None, self._server.now())
        self.calls.append(call)
        channel = str(args.get("channel")) if "channel" in args else None
        fault = self._server.faults.take(name, channel)
        if fault is not None and fault.kind != "lose_reply":
            call.error = fault.error or fault.kind
            return await self._fault(request, fault, number)
        response = self._answer(call, token, team, as_json)
        if fault is not None:
            return _dropped(request)
        return response

    async def _fault(self, request: web.Request, fault: Fault, number: int) -> web.StreamResponse:
        if fault.kind == "rate_limit":
            return _limited(fault.retry_after)
        if fault.kind == "fail":
            return web.json_response({"ok": False, "error": fault.error} | fault.more)
        if fault.kind == "http":
            return web.Response(status=fault.status, text=fault.body)
        if fault.kind == "stall":
            # A call that is never answered must not keep everybody waiting for quiet.
            self._server.deliveries.done(number)
            await self._closing.wait()
        return _dropped(request)

    def _answer(
        self, call: Call, token: str, team: Team | None, as_json: bool
    ) -> web.StreamResponse:
        headers: dict[str, str] = {}
        try:
            if call.method == "apps.connections.open":
                return web.json_response(self._connection(token))
            method = self._method(call.method)
            known = _authorized(token, team)
            headers = {"x-oauth-scopes": provided(known)}
            wait = self._server.limits.wait(call.method, known.id, call.args.get("channel"))
            if wait is not None:
                call.error = "ratelimited"
                return _limited(wait)
            body = _done(method, known, call.args if method.json or not as_json else {})
        except ApiError as error:
            call.error = error.code
            body = {"ok": False, "error": error.code} | error.more
        return web.json_response(body, headers=headers)

    def _method(self, name: str) -> Method:
        if name not in self._methods:
            raise ApiError("unknown_method", req_method=name)
        return self._methods[name]

    def _connection(self, token: str) -> Json:
        if token != self._server.app_token:
            raise ApiError("not_allowed_token_type" if token.startswith("xoxb") else "invalid_auth")
        ticket = self._server.id("ticket-")
        self._server.sockets.tickets.add(ticket)
        return {"ok": True, "url": f"{self._server.socket_url}?ticket={ticket}&app_id=A1"}

    # --- response addresses ---------------------------------------------------------------

    async def _respond(self, request: web.Request) -> web.StreamResponse:
        number = self._server.deliveries.begin("a response address")
        try:
            args = json.loads(await request.text())
            response = self._server.tickets.respond(request.match_info["name"])
            self.calls.append(Call("response_url", args, response.team.id, self._server.now()))
            chat.respond(response, args)
        except ApiError as error:
            gone = error.code in {"expired_url", "used_url"}
            return web.Response(status=404 if gone else 400, text=error.code)
        finally:
            self._server.deliveries.done(number)
        return web.Response(text="ok")

    # --- addresses to upload to -----------------------------------------------------------

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        number = self._server.deliveries.begin("an upload")
        try:
            team, content = request.match_info["team"], await request.read()
            self.calls.append(Call("upload", {"length": len(content)}, team, self._server.now()))
            fault = self._server.faults.take("upload", None)
            if fault is not None and fault.kind != "lose_reply":
                return await self._fault(request, fault, number)
            there = files.received(self._server.teams[team], request.match_info["file"], content)
            if fault is not None:
                return _dropped(request)
            return web.Response(status=200 if there else 400, text="OK")
        finally:
            self._server.deliveries.done(number)


def _done(method: Method, team: Team, args: Json) -> Json:
    if method.scope is not None:
        need(team, method.scope)
    return {"ok": True} | method.do(team, args)


def _authorized(token: str, team: Team | None) -> Team:
    if not token:
        raise ApiError("not_authed")
    if team is None:
        raise ApiError("not_allowed_token_type" if token.startswith("xapp") else "invalid_auth")
    if team.refusal:
        raise ApiError(team.refusal)
    return team


async def _arguments(request: web.Request) -> tuple[Json, str, bool]:
    args: Json = dict(request.query)
    as_json = request.content_type == "application/json"
    if request.method == "POST":
        args |= json.loads(await request.text() or "{}") if as_json else dict(await request.post())
    for name in _DECODED & set(args):
        args[name] = _decoded(args[name])
    token = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    return args, token or str(args.pop("token", "")), as_json


def _decoded(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _limited(seconds: int) -> web.Response:
    body = {"ok": False, "error": "ratelimited"}
    return web.json_response(body, status=429, headers={"Retry-After": str(seconds)})


def _dropped(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
