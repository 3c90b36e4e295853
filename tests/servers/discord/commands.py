"""The commands that the application has, for all servers or for one."""

from __future__ import annotations

from typing import Any

from tests.servers.discord.changes import Changes
from tests.servers.discord.command_schema import SLASH, check_command, check_commands
from tests.servers.discord.doors import Call
from tests.servers.discord.errors import ApiError, Json, Spot

EVERYWHERE = ""


class Commands:
    """All commands by where they are: a server's id, or `EVERYWHERE`."""

    def __init__(self, world: Changes) -> None:
        self.world = world
        self.known: dict[str, list[Json]] = {}

    def find(self, name: str, kind: int, guild: str | None) -> Json:
        """Return a command as somebody's client would offer it there."""
        offered = [*self.known.get(guild or "-", []), *self.known.get(EVERYWHERE, [])]
        for command in offered:
            if command["name"] == name and command["type"] == kind:
                return command
        names = sorted(command["name"] for command in offered if command["type"] == kind)
        raise AssertionError(f"no command {name!r}, only {names}")

    def replace(self, call: Call) -> list[Json]:
        """Put these commands in the place of all."""
        where = self._where(call)
        check_commands(Spot(), call.body)
        before = {(each["type"], each["name"]): each["id"] for each in self.known.get(where, [])}
        self.known[where] = [self._kept(each, where, before) for each in call.body]
        return self.known[where]

    def listed(self, call: Call) -> list[Json]:
        """Return all commands."""
        return self.known.get(self._where(call), [])

    def create(self, call: Call) -> Json:
        """Add a command, or replace the one with its name."""
        where = self._where(call)
        at = Spot()
        check_command(at, call.body)
        at.refuse()
        made = self._kept(call.body, where, {})
        rest = [
            each
            for each in self.known.get(where, [])
            if (each["type"], each["name"]) != (made["type"], made["name"])
        ]
        self.known[where] = [*rest, made]
        return made

    def delete(self, call: Call) -> None:
        """Remove a command."""
        where = self._where(call)
        kept = [each for each in self.known.get(where, []) if each["id"] != call.params["command"]]
        if len(kept) == len(self.known.get(where, [])):
            raise ApiError(10063)
        self.known[where] = kept

    def _where(self, call: Call) -> str:
        if call.params["app"] != self.world.me:
            raise ApiError(10002)
        guild = call.params.get("guild")
        return self.world.town(guild).id if guild else EVERYWHERE

    def _kept(self, body: Json, where: str, before: dict[tuple[Any, Any], str]) -> Json:
        kind = body.get("type", SLASH)
        made: Json = {"description": "", "options": [], "nsfw": False}
        made |= {"default_member_permissions": None, "dm_permission": True}
        made |= {"integration_types": [0], "contexts": None, "type": kind}
        made |= body | {"application_id": self.world.me}
        made["id"] = before.get((kind, body["name"])) or self.world.snowflakes.new()
        made["version"] = self.world.snowflakes.new()
        return made | ({"guild_id": where} if where else {})
