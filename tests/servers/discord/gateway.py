"""The gateway: HELLO, IDENTIFY, READY, RESUME, heartbeats, and every code it closes with."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from datetime import datetime, timedelta
from typing import Any

from aiohttp import WSMsgType, web

from tests.servers.discord.errors import Json
from tests.servers.discord.events import PRIVILEGED, VALID, Intent
from tests.servers.discord.lines import Line
from tests.servers.discord.quiet import Quiet
from tests.servers.discord.sessions import Session, Sessions
from tests.servers.discord.world import World

HEARTBEAT, IDENTIFY, PRESENCE, VOICE, RESUME = 1, 2, 3, 4, 6
MOST_ASKED = 100
RECONNECT, MEMBERS, INVALID, HELLO, ACK = 7, 8, 9, 10, 11
_REASONS = {
    4000: "Unknown error.",
    4001: "Unknown opcode.",
    4002: "Error while decoding payload.",
    4003: "Not authenticated.",
    4004: "Authentication failed.",
    4005: "Already authenticated.",
    4007: "Invalid seq.",
    4008: "Rate limited.",
    4009: "Session timed out.",
    4010: "Invalid shard.",
    4011: "Sharding required.",
    4012: "Invalid API version.",
    4013: "Invalid intent(s).",
    4014: "Disallowed intent(s).",
}


class ClosedError(Exception):
    """The line is closed with a code."""

    def __init__(self, code: int) -> None:
        self.code = code
        super().__init__(_REASONS[code])


class Gateway:
    """All lines of all shards."""

    def __init__(self, world: World, sessions: Sessions, quiet: Quiet, token: str) -> None:
        self.heartbeat_ms = 41_250
        self.sends_per_minute = 120
        self.sharding_required = False
        self.refused = False
        """Whether new connections are refused with 503."""
        self.garbled = 0
        """How many new lines are greeted with a page of a proxy in place of HELLO."""
        self.secretive = False
        """Whether nobody is told who is in a server."""
        self.lookups: list[list[str]] = []
        """Whom the application asked about, each time."""
        self.identifies: list[datetime] = []
        self.resumes: list[datetime] = []
        self.resume_url = ""
        self.lines: dict[Line, Session | None] = {}
        self._mended = asyncio.Event()
        self._mended.set()
        self._mute = False
        self._world, self._sessions, self._quiet, self._token = world, sessions, quiet, token

    # --- what tests do with it ------------------------------------------------------------

    @property
    def ready(self) -> int:
        """How many lines have a session."""
        return sum(session is not None for session in self.lines.values())

    @property
    def mute(self) -> bool:
        """Whether lines stay open and nothing comes, not even acknowledged heartbeats."""
        return self._mute

    @mute.setter
    def mute(self, mute: bool) -> None:
        self._mute = mute
        for line in self.lines:
            # What a line missed while it was mute comes with RESUME only.
            line.mute = line.mute or mute

    async def drop(self, code: int | None = None, *, shard: int | None = None) -> None:
        """Close the lines with a code, or break them without one."""
        for line, session in tuple(self.lines.items()):
            if shard is None or (session and session.shard == shard):
                await line.close(code or 1006, _REASONS.get(code or 0, ""), abruptly=not code)
                self._ended(line)

    def cut(self) -> None:
        """Say nothing to new lines until `mend`, not even HELLO."""
        self._mended.clear()

    def mend(self) -> None:
        """Greet the lines that wait, and those that come."""
        self.refused = False
        self._mended.set()

    def say(self, op: int, data: Json | bool | None = None) -> None:
        """Send op 7 or op 9 to every line."""
        for line, session in self.lines.items():
            if op == INVALID and data is False and session is not None:
                self._sessions.forget(session)
                self.lines[line] = None
            line.say(op, data)

    async def reach(self) -> None:
        """Return when all lines have worked off what was sent."""
        self._sessions.flush()
        # A line that was not greeted yet is not listened to either.
        greeted = [line for line, session in self.lines.items() if session is not None]
        await asyncio.gather(*(line.reach() for line in greeted))

    # --- a line's life --------------------------------------------------------------------

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """Serve one line until it ends."""
        compression = request.query.get("compress", "")
        if self.refused or compression not in {"", "zlib-stream"}:
            return web.Response(status=503 if self.refused else 400)
        # Pongs are looked at by hand: they say that what was sent before them was worked off.
        socket = web.WebSocketResponse(autoping=False, timeout=1.0, max_msg_size=4096)
        await socket.prepare(request)
        line = Line(socket, request.transport)
        line.start(compression)
        self.lines[line] = None
        try:
            await self._mended.wait()
            await self._greet(line, request)
            await self._listen(line)
        except ClosedError as error:
            await line.close(error.code, str(error))
        finally:
            self._ended(line)
        return socket

    async def _greet(self, line: Line, request: web.Request) -> None:
        if request.query.get("v") != "10":
            raise ClosedError(4012)
        if request.query.get("encoding", "json") != "json":
            raise ClosedError(4002)
        line.mute = self._mute
        if self.garbled:
            self.garbled -= 1
            line.tell("<html>")
        line.say(HELLO, {"heartbeat_interval": self.heartbeat_ms, "_trace": ["[]"]})

    async def _listen(self, line: Line) -> None:
        sent: deque[datetime] = deque()
        async for message in line.socket:
            if message.type is WSMsgType.PONG:
                line.reached(bytes(message.data))
            elif message.type is WSMsgType.PING and not line.mute:
                await line.socket.pong(message.data)
            elif message.type in {WSMsgType.TEXT, WSMsgType.BINARY}:
                self._paced(sent)
                self._heard(line, _decoded(message.data))
                self._quiet.changed()

    def _paced(self, sent: deque[datetime]) -> None:
        now = self._world.clock()
        while sent and now - sent[0] >= timedelta(minutes=1):
            sent.popleft()
        sent.append(now)
        if len(sent) > self.sends_per_minute:
            raise ClosedError(4008)

    def _ended(self, line: Line) -> None:
        session = self.lines.pop(line, None)
        if session is not None:
            self._sessions.left(session, line)
        line.ended()
        self._quiet.changed()

    # --- what the application says --------------------------------------------------------

    def _heard(self, line: Line, frame: Json) -> None:
        op, data = frame.get("op"), frame.get("d")
        line.frames += 1
        session = self.lines.get(line)
        if op == HEARTBEAT:
            line.say(ACK)
        elif op in {IDENTIFY, RESUME}:
            if session is not None:
                raise ClosedError(4005)
            if not isinstance(data, dict):
                raise ClosedError(4002)
            (self._identify if op == IDENTIFY else self._resume)(line, data)
        elif op not in {PRESENCE, VOICE, MEMBERS}:
            raise ClosedError(4001)
        elif session is None:
            raise ClosedError(4003)
        elif op == MEMBERS:
            self._members(session, data if isinstance(data, dict) else {})

    def _identify(self, line: Line, data: Json) -> None:
        self.identifies.append(self._world.clock())
        if data.get("token") != self._token:
            raise ClosedError(4004)
        if not isinstance(data.get("properties"), dict):
            raise ClosedError(4002)
        shard, shards = _shard(data.get("shard"))
        if shards == 1 and self.sharding_required:
            raise ClosedError(4011)
        intents = data.get("intents")
        if not isinstance(intents, int) or intents & ~VALID:
            raise ClosedError(4013)
        if intents & PRIVILEGED & ~self._world.privileged:
            raise ClosedError(4014)
        session = self._sessions.new(shard, shards, intents)
        self._attach(line, session)
        self._welcome(session)

    def _welcome(self, session: Session) -> None:
        world = self._world
        towns = [
            town
            for town in world.towns.values()
            if world.me in town.members and session.concerned(town.id)
        ]
        ready: Json = {"v": 10, "user": world.bot.payload() | {"verified": True, "email": None}}
        ready |= {"guilds": [{"id": town.id, "unavailable": True} for town in towns]}
        ready |= {"session_id": session.id, "resume_gateway_url": self.resume_url}
        ready |= {"shard": [session.shard, session.shards], "_trace": []}
        ready["application"] = {"id": world.me, "flags": world.application()["flags"]}
        session.tell("READY", ready)
        for town in towns:
            if session.intents & Intent.GUILDS and not town.unavailable:
                session.tell("GUILD_CREATE", world.opened(town, session.intents))

    def _resume(self, line: Line, data: Json) -> None:
        self.resumes.append(self._world.clock())
        if data.get("token") != self._token:
            raise ClosedError(4004)
        session = self._sessions.resumable(str(data.get("session_id")))
        sequence = data.get("seq")
        if session is None:
            line.say(INVALID, data=False)
            return
        if not isinstance(sequence, int) or sequence > session.sequence:
            self._sessions.forget(session)
            raise ClosedError(4007)
        for text in session.told_after(sequence):
            line.tell(text)
        self._attach(line, session)
        session.tell("RESUMED", {"_trace": []})

    def _attach(self, line: Line, session: Session) -> None:
        session.line, session.left_at = line, None
        self.lines[line] = session

    def _members(self, session: Session, data: Json) -> None:
        town = self._world.towns.get(str(data.get("guild_id")))
        wanted = data.get("user_ids")
        if town is None or (wanted is None and not session.intents & Intent.GUILD_MEMBERS):
            return
        asked = {str(each) for each in (wanted if isinstance(wanted, list) else [wanted])}
        if len(asked) > MOST_ASKED:
            raise ClosedError(4002)
        self.lookups.append(sorted(asked))
        if self.secretive:
            return
        members = [
            member.payload()
            for member in town.members.values()
            if (member.user.id in asked if wanted is not None else _fits(member.user.name, data))
        ]
        body: Json = {"guild_id": town.id, "members": members, "chunk_index": 0, "chunk_count": 1}
        body["not_found"] = sorted(asked - set(town.members)) if wanted is not None else []
        session.tell("GUILD_MEMBERS_CHUNK", body | {"nonce": data.get("nonce")})


def _fits(name: str, data: Json) -> bool:
    return name.startswith(str(data.get("query", "")))


def _decoded(data: Any) -> Json:
    try:
        frame = json.loads(data)
    except ValueError as error:
        raise ClosedError(4002) from error
    if not isinstance(frame, dict):
        raise ClosedError(4002)
    return frame


def _shard(shard: Any) -> tuple[int, int]:
    if shard is None:
        return 0, 1
    match shard:
        case [int(number), int(count)] if 0 <= number < count:
            return number, count
    raise ClosedError(4010)
