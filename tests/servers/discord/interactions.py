"""What people do with the application: commands, menus, buttons, selects and forms.

Each returns when the application has answered for the first time, or did not in time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.servers.discord.acts import Acts
from tests.servers.discord.changes import Changes
from tests.servers.discord.command_schema import GROUP, ON_MESSAGE, ON_USER, PERSON, SLASH, SUB
from tests.servers.discord.commands import Commands
from tests.servers.discord.components import BUTTON, SELECTS, walk
from tests.servers.discord.composing import numbered
from tests.servers.discord.desk import AUTOCOMPLETE, COMMAND, PRESS, SUBMIT, Desk, Interaction
from tests.servers.discord.errors import Json
from tests.servers.discord.filling import Value, filled
from tests.servers.discord.state import Channel, Message

_KINDS = {6: "users", 7: "channels", 8: "roles"}


class Guild(Acts):
    """A server: what people do in it, and with the application."""

    def __init__(self, handle: str, world: Changes, commands: Commands, desk: Desk) -> None:
        self.commands, self.desk = commands, desk
        super().__init__(handle, world)

    async def command(
        self, user: str, channel: str, name: str, **options: str | float | bool
    ) -> Interaction:
        """Give a slash command, such as "coach start", with its options."""
        place, who = self._inside(user, channel)
        data, spec = self._named(name, place)
        given = _given(spec, options)
        data["options"] = _wrapped(given, data.pop("path"))
        picked = [each["value"] for each in given if each["type"] == PERSON]
        if picked:
            data["resolved"] = self._resolved(picked)
            assert set(picked) == set(data["resolved"]["users"]), f"nobody is called {picked}"
        return await self._do(COMMAND, who.id, place, data)

    async def autocomplete(
        self, user: str, channel: str, name: str, focused: str, typed: str = "", **options: str
    ) -> list[Json]:
        """Type into an option and return what is suggested."""
        place, who = self._inside(user, channel)
        data, spec = self._named(name, place)
        option = next((each for each in spec if each["name"] == focused), None)
        assert option, f"no option {focused!r}"
        assert option.get("autocomplete"), f"{focused} suggests nothing"
        half = {"name": focused, "type": option["type"], "value": typed, "focused": True}
        others = [each for each in spec if each["name"] in options]
        data["options"] = _wrapped([*_given(others, options), half], data.pop("path"))
        done = await self._do(AUTOCOMPLETE, who.id, place, data)
        return done.choices or []

    async def context_menu(self, user: str, channel: str, message: str, name: str) -> Interaction:
        """Choose a command from the menu of a message."""
        place, who = self._inside(user, channel)
        command = self.commands.find(name, ON_MESSAGE, place.guild)
        _offered(command, place)
        target = self.world.written(place.messages[message], readable=True)
        data: Json = {"id": command["id"], "name": name, "type": ON_MESSAGE}
        data |= {"target_id": message, "resolved": {"messages": {message: target}}}
        return await self._do(COMMAND, who.id, place, data)

    async def user_menu(self, user: str, channel: str, target: str, name: str) -> Interaction:
        """Choose a command from the menu of somebody."""
        place, who = self._inside(user, channel)
        command = self.commands.find(name, ON_USER, place.guild)
        other = self.world.id_of(target)
        resolved: Json = {"users": {other: self.world.users[other].payload()}}
        if other in self.town.members and place.guild:
            member = self.town.members[other].payload(with_user=False)
            resolved["members"] = {other: member | {"permissions": "0"}}
        data: Json = {"id": command["id"], "name": name, "type": ON_USER, "target_id": other}
        return await self._do(COMMAND, who.id, place, data | {"resolved": resolved})

    async def press(self, user: str, channel: str, message: str, custom_id: str) -> Interaction:
        """Press a button."""
        place, who = self._inside(user, channel)
        found = self._shown(who.id, place, message)
        button = _component(found, custom_id)
        assert button["type"] == BUTTON, f"{custom_id} is no button"
        data: Json = {"custom_id": custom_id, "component_type": BUTTON, "id": button["id"]}
        return await self._do(PRESS, who.id, place, data, found)

    async def choose(
        self, user: str, channel: str, message: str, custom_id: str, values: list[str]
    ) -> Interaction:
        """Choose from a select."""
        place, who = self._inside(user, channel)
        found = self._shown(who.id, place, message)
        select = _component(found, custom_id)
        assert select["type"] in SELECTS, f"{custom_id} is no select"
        known = {option["value"] for option in select.get("options", [])}
        assert not known or set(values) <= known, f"only {sorted(known)} can be chosen"
        least, most = select.get("min_values", 1), select.get("max_values", 1)
        assert least <= len(values) <= most, f"{least} to {most} can be chosen"
        data: Json = {"custom_id": custom_id, "component_type": select["type"]}
        data |= {"id": select["id"], "values": values}
        if not known:
            data["resolved"] = self._resolved(values)
        return await self._do(PRESS, who.id, place, data, found)

    async def submit(self, user: str, values: Mapping[str, Value] | None = None) -> Interaction:
        """Send the open modal with these values by custom id over what it began with."""
        who = self.world.id_of(user)
        modal = self.desk.modals.get(who)
        assert modal is not None, f"{user} has no modal open"
        body = modal.body | {"components": numbered(modal.body["components"])}
        data: Json = {"custom_id": body["custom_id"]}
        data |= {"components": filled(body, values or {}), "resolved": {}}
        place = self.world.channels[modal.channel]
        return await self._do(SUBMIT, who, place, data, modal.message)

    def dismiss(self, user: str) -> None:
        """Close the open modal without sending it."""
        del self.desk.modals[self.world.id_of(user)]

    def modal(self, user: str) -> Json | None:
        """Return the modal that somebody has open."""
        modal = self.desk.modals.get(self.world.id_of(user))
        return modal.body if modal else None

    async def _do(
        self,
        kind: int,
        user: str,
        place: Channel,
        data: Json,
        message: Message | None = None,
    ) -> Interaction:
        done = self.desk.begin(kind, user, place.id, data)
        done.message = message
        return await self.desk.ask(done)

    def _shown(self, user: str, place: Channel, message: str) -> Message:
        own = {each.id: each for each in self.world.ephemerals.get(user, [])}
        found = own.get(message) or place.messages.get(message)
        assert found is not None, f"there is no message {message} to press in"
        return found

    def _named(self, name: str, place: Channel) -> tuple[Json, list[Json]]:
        first, *rest = name.split()
        command = self.commands.find(first, SLASH, place.guild)
        _offered(command, place)
        path, options = [], command["options"]
        for each in rest:
            subs = {one["name"]: one for one in options if one["type"] in {SUB, GROUP}}
            assert each in subs, f"no /{name}: only {sorted(subs)}"
            path.append((each, subs[each]["type"]))
            options = subs[each].get("options", [])
        assert all(one["type"] not in {SUB, GROUP} for one in options), f"/{name} is not complete"
        data: Json = {"id": command["id"], "name": first, "type": SLASH, "path": path}
        if "guild_id" in command:
            data["guild_id"] = command["guild_id"]
        return data, options

    def _resolved(self, values: list[str]) -> Json:
        world = self.world
        users = {each: world.users[each].payload() for each in values if each in world.users}
        members = {
            each: self.town.members[each].payload(with_user=False) | {"permissions": "0"}
            for each in users
            if each in self.town.members
        }
        roles = {each: role.payload() for each, role in self.town.roles.items() if each in values}
        channels = {
            each: place.payload() | {"permissions": "0"}
            for each, place in world.channels.items()
            if each in values
        }
        return {"users": users, "members": members, "roles": roles, "channels": channels}


def _offered(command: Json, place: Channel) -> None:
    contexts = command["contexts"]
    here = 1 if place.guild is None else 0
    allowed = here in contexts if contexts is not None else (command["dm_permission"] or not here)
    assert allowed, f"{command['name']} is not offered here"


def _given(spec: list[Json], options: Mapping[str, Any]) -> list[Json]:
    known = {each["name"]: each for each in spec}
    unknown = set(options) - set(known)
    assert not unknown, f"no such options: {sorted(unknown)}, only {sorted(known)}"
    missing = [name for name, each in known.items() if each.get("required") and name not in options]
    assert not missing, f"{missing} must be given"
    made = []
    for name, value in options.items():
        choices = [each["value"] for each in known[name].get("choices") or []]
        assert not choices or value in choices, f"{name} is one of {choices}"
        made.append({"name": name, "type": known[name]["type"], "value": value})
    return made


def _wrapped(options: list[Json], path: list[tuple[str, int]]) -> list[Json]:
    for each, kind in reversed(path):
        options = [{"name": each, "type": kind, "options": options}]
    return options


def _component(message: Message, custom_id: str) -> Json:
    every = [each for each in walk(message.components) if "custom_id" in each]
    found = next((each for each in every if each["custom_id"] == custom_id), None)
    names = [each["custom_id"] for each in every]
    assert found is not None, f"no {custom_id!r} there, only {names}"
    assert not found.get("disabled"), f"{custom_id} is disabled"
    return found
