"""Discord on loopback: the server that an unmodified discord.py talks to in tests.

It keeps what servers show, refuses what Discord refuses, and tells what happens as Discord
does.  Nothing in it waits for the clock on the wall except rate limits, and what never comes.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from datetime import datetime
from types import TracebackType

from tests.servers.discord.api import routes
from tests.servers.discord.changes import Changes
from tests.servers.discord.commands import Commands
from tests.servers.discord.desk import Desk
from tests.servers.discord.doors import Body, Call, Doors, Route
from tests.servers.discord.errors import Json
from tests.servers.discord.faults import Faults
from tests.servers.discord.gateway import INVALID, RECONNECT, Gateway
from tests.servers.discord.interactions import Guild
from tests.servers.discord.limits import Limits
from tests.servers.discord.messages import Nonces
from tests.servers.discord.quiet import Quiet
from tests.servers.discord.sessions import Sessions

TOKEN = "loopback.bot.token"


class DiscordServer:
    """One Discord with any number of servers and one application."""

    def __init__(self, clock: Callable[[], datetime], token: str = TOKEN) -> None:
        self.token = token
        self.patience = 20.0
        """Real seconds before `settled` and `until` give up."""
        self.shards = 1
        """How many shards GET /gateway/bot asks for."""
        self.api_url = ""
        self.gateway_url = ""
        self.world = Changes(clock)
        self.limits = Limits(lambda: asyncio.get_running_loop().time(), clock)
        self.quiet = Quiet()
        self.nonces = Nonces()
        self.sessions = Sessions(self.world, clock)
        self.world.emit = self.sessions.dispatch
        self.gateway = Gateway(self.world, self.sessions, self.quiet, self.token)
        self.quiet.reach = self.gateway.reach
        self.commands = Commands(self.world)
        self.desk = Desk(self.world, self.quiet)
        self.guilds: dict[str, Guild] = {}
        self._doors = Doors(self.limits, Faults(), self.quiet, self.token)
        self.calls: list[Call] = self._doors.calls

    async def __aenter__(self) -> DiscordServer:
        own: list[tuple[str, str, Body, bool]] = [
            ("/gateway", "gateway", self._gateway, True),
            ("/gateway/bot", "gateway_bot", self._gateway_bot, False),
        ]
        table = routes(self.world, self.commands, self.desk, self.nonces)
        table += [Route("GET", path, name, do, open=free) for path, name, do, free in own]
        self._doors.add("/api/v10", table)
        self._doors.add_socket("/gateway/", self.gateway.connect)
        self._doors.add_socket("/resume/", self.gateway.connect)
        address = await self._doors.open()
        self.api_url = f"http://{address}/api/v10"
        self.gateway_url = f"ws://{address}/gateway/"
        self.gateway.resume_url = f"ws://{address}/resume/"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.gateway.mend()
        await self.gateway.drop()
        await self._doors.close()

    @property
    def faults(self) -> Faults:
        """What goes wrong on purpose."""
        return self._doors.faults

    @faults.setter
    def faults(self, faults: Faults) -> None:
        self._doors.faults = faults

    def _gateway(self, _call: Call) -> Json:
        return {"url": self.gateway_url}

    def _gateway_bot(self, _call: Call) -> Json:
        left = max(0, 1000 - len(self.gateway.identifies))
        limit = {"total": 1000, "remaining": left, "reset_after": 0, "max_concurrency": 1}
        return {"url": self.gateway_url, "shards": self.shards, "session_start_limit": limit}

    # --- servers --------------------------------------------------------------------------

    def guild(self, handle: str) -> Guild:
        """Make a server with the application's bot in it."""
        assert handle not in self.guilds, f"there is a server {handle} already"
        self.guilds[handle] = Guild(handle, self.world, self.commands, self.desk)
        return self.guilds[handle]

    def id_of(self, handle: str) -> str:
        """Return the id of whatever is called so."""
        return self.world.id_of(handle)

    # --- how events travel ----------------------------------------------------------------

    @property
    def copies(self) -> int:
        """How often every event is told, each time with its own number."""
        return self.sessions.copies

    @copies.setter
    def copies(self, copies: int) -> None:
        self.sessions.copies = copies

    @property
    def shuffle(self) -> random.Random | None:
        """Dice that order the events held back until `settled`; `None` holds nothing back."""
        return self.sessions.shuffle

    @shuffle.setter
    def shuffle(self, dice: random.Random | None) -> None:
        self.sessions.shuffle = dice

    @property
    def mute(self) -> bool:
        """Whether lines stay open and nothing comes; what is missed comes with RESUME only."""
        return self.gateway.mute

    @mute.setter
    def mute(self, mute: bool) -> None:
        self.gateway.mute = mute

    async def drop(self, code: int | None = None, *, shard: int | None = None) -> None:
        """Close the lines, with a code or as broken; sessions can be resumed at once."""
        await self.gateway.drop(code, shard=shard)

    async def cut(self, *, refused: bool = False) -> None:
        """Break the lines; new ones get no HELLO (or 503, if `refused`) until `mend`."""
        self.gateway.refused = refused
        self.gateway.cut()
        await self.gateway.drop()

    def mend(self) -> None:
        """Let lines work again; sessions that are not too old can be resumed."""
        self.gateway.mend()

    def reconnect(self) -> None:
        """Ask for a new line with op 7; the session can be resumed."""
        self.gateway.say(RECONNECT)

    def invalidate(self, *, resumable: bool = False) -> None:
        """Say with op 9 that the session is no good any more, or only the line."""
        if not resumable:
            self.sessions.forget_all()
        self.gateway.say(INVALID, resumable)

    def forget_sessions(self) -> None:
        """Let no session be resumed; lines stay open and are told nothing more."""
        self.sessions.forget_all()

    # --- waiting --------------------------------------------------------------------------

    async def connected(self, lines: int = 1) -> None:
        """Wait until so many lines have a session."""
        await self.until(lambda: self.gateway.ready >= lines)

    async def settled(self, seconds: float | None = None) -> None:
        """Wait until the application worked off all it was told, and no call is going on."""
        await self.quiet.settled(self.patience if seconds is None else seconds)

    async def until(self, condition: Callable[[], object], seconds: float | None = None) -> None:
        """Wait until `condition` holds, asking after everything that happens here."""
        await self.quiet.until(condition, self.patience if seconds is None else seconds)
