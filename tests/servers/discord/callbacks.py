"""The calls that answer interactions: the first answer, and what follows by its token."""

from __future__ import annotations

from typing import Any

from tests.servers.discord.command_schema import value_of
from tests.servers.discord.composing import composed, rewritten
from tests.servers.discord.desk import (
    AUTOCOMPLETE,
    COMMAND,
    PRESS,
    SUBMIT,
    Desk,
    Interaction,
    Modal,
)
from tests.servers.discord.doors import Call
from tests.servers.discord.errors import ApiError, Json, Spot, invalid
from tests.servers.discord.modals import check_modal
from tests.servers.discord.schema import (
    anything,
    boolean,
    fields,
    integer,
    many,
    one_of,
    optional,
    text,
    thing,
)
from tests.servers.discord.state import COMMAND_REPLY, EPHEMERAL, LOADING, MENU_REPLY, Message

SAY, THINK, LATER, CHANGE, SUGGEST, OPEN = 4, 5, 6, 7, 8, 9


def answer(desk: Desk, call: Call) -> Json | None:
    """Answer for the first time."""
    found = desk.all.get(call.params["token"])
    try:
        interaction = desk.first(call.params["interaction"], call.params["token"])
        _answer(desk, interaction, call)
    except ApiError as error:
        if found is not None:
            found.errors.append(error)
        raise
    desk.quiet.changed()
    if call.query.get("with_response", "") in {"true", "1"}:
        return _told(desk, interaction)
    return None


def _answer(desk: Desk, interaction: Interaction, call: Call) -> None:
    at = Spot()
    fields(at, call.body, {"type": one_of(1, 4, 5, 6, 7, 8, 9)}, {"data": anything})
    at.refuse()
    kind, data = call.body["type"], call.body.get("data") or {}
    if kind not in _allowed(interaction):
        raise invalid("type", "INTERACTION_APPLICATION_COMMAND_INVALID_TYPE", "Not for this one")
    _awake(desk, interaction, kind)
    if kind in {SAY, THINK}:
        _say(desk, interaction, kind, data, call.files)
    elif kind == CHANGE:
        change(desk, _pressed(interaction), data, call.files)
    elif kind == SUGGEST:
        interaction.choices = _choices(interaction, data)
    elif kind == OPEN:
        _open(desk, interaction, data)
    if kind in {LATER, CHANGE}:
        interaction.original = interaction.message
    if interaction.kind == SUBMIT:
        desk.modals.pop(interaction.user, None)
    interaction.answer, interaction.answered_at = kind, desk.world.clock()


def _awake(desk: Desk, interaction: Interaction, kind: int) -> None:
    # Saying something wakes a thread unless it is locked; a message in it cannot be changed.
    # https://github.com/discord/discord-api-docs/issues/5517
    channel = desk.world.channels.get(interaction.channel)
    if channel is None:
        raise ApiError(10003)
    if channel.archived and (kind == CHANGE or (kind in {SAY, THINK} and channel.locked)):
        raise ApiError(50083)


def _allowed(interaction: Interaction) -> set[int]:
    if interaction.kind == AUTOCOMPLETE:
        return {SUGGEST}
    allowed = {SAY, THINK} | ({OPEN} if interaction.kind in {COMMAND, PRESS} else set())
    # A form that was opened from a message can change that message.
    return allowed | ({LATER, CHANGE} if interaction.message is not None else set())


def _pressed(interaction: Interaction) -> Message:
    assert interaction.message is not None
    return interaction.message


def _say(desk: Desk, interaction: Interaction, kind: int, data: Json, files: int) -> None:
    if kind == THINK:
        at = Spot(("data",))
        fields(at, data, {}, {"flags": one_of(0, EPHEMERAL)})
        at.refuse()
        message = Message(desk.world.snowflakes.new(), interaction.channel, desk.world.bot)
        message.flags = (data.get("flags") or 0) | LOADING
    else:
        message = _made(desk, interaction, data, files, at=Spot(("data",)))
    interaction.original = _shown(desk, interaction, message)


def _made(
    desk: Desk, interaction: Interaction, body: Any, files: int, at: Spot | None = None
) -> Message:
    channel = desk.world.channels[interaction.channel]
    return composed(desk.world, channel, body, files=files, reply=True, at=at)


def _shown(desk: Desk, interaction: Interaction, message: Message) -> Message:
    menu = interaction.data.get("type") in {2, 3}
    message.kind = (MENU_REPLY if menu else COMMAND_REPLY) if interaction.kind == COMMAND else 0
    user = desk.world.users[interaction.user].payload()
    message.interaction = {"id": interaction.id, "type": interaction.kind, "user": user}
    message.interaction["authorizing_integration_owners"] = {}
    if message.flags & EPHEMERAL:
        desk.world.ephemerals.setdefault(interaction.user, []).append(message)
    else:
        desk.world.post(message)
    return message


def _choices(interaction: Interaction, data: Json) -> list[Json]:
    kind = _focused(interaction.data.get("options", [])).get("type")
    choice = thing({"name": text(100), "value": value_of(kind)}, {"name_localizations": anything})
    at = Spot(("data",))
    fields(at, data, {"choices": many(25, choice)}, {})
    at.refuse()
    return list(data["choices"])


def _focused(options: list[Json]) -> Json:
    for option in options:
        found = option if option.get("focused") else _focused(option.get("options", []))
        if found:
            return found
    return {}


def _open(desk: Desk, interaction: Interaction, data: Json) -> None:
    at = Spot(("data",))
    check_modal(at, data)
    at.refuse()
    interaction.modal = data
    desk.modals[interaction.user] = Modal(data, interaction.channel, interaction.message)


def _told(desk: Desk, interaction: Interaction) -> Json:
    told: Json = {"id": interaction.id, "type": interaction.kind}
    original = interaction.original
    told["response_message_id"] = original.id if original else None
    told["response_message_loading"] = interaction.deferred
    told["response_message_ephemeral"] = interaction.ephemeral
    resource: Json = {"type": interaction.answer}
    if original is not None and interaction.answer in {SAY, CHANGE}:
        resource["message"] = desk.world.written(original, readable=True)
    return {"interaction": told, "resource": resource}


# --- by token --------------------------------------------------------------------------------


def follow(desk: Desk, call: Call) -> Json:
    """Say more; the first thing after "thinking …" takes its place, as visible as that was."""
    interaction = desk.later(call.params["app"], call.params["token"])
    message = _made(desk, interaction, _webhook(call.body), call.files)
    original = interaction.original
    if original is not None and interaction.deferred:
        change(desk, original, _webhook(call.body) | {"flags": message.flags}, call.files)
        return desk.world.written(original, readable=True)
    message.reference = None
    if original is not None:
        message.reference = {"type": 0, "channel_id": message.channel, "message_id": original.id}
    interaction.followups.append(_shown(desk, interaction, message))
    message.kind = 19 if original is not None else 0
    return desk.world.written(message, readable=True)


def _webhook(body: Any) -> Any:
    if not isinstance(body, dict):
        return body
    at = Spot()
    others = {"username": text(80), "avatar_url": text(2048), "thread_name": text(100)}
    given = {name: body[name] for name in others if name in body}
    fields(at, given, {}, others | {"wait": boolean, "flags": optional(integer(0, 1 << 30))})
    at.refuse()
    return {name: value for name, value in body.items() if name not in others}


def change(desk: Desk, message: Message, body: Any, files: int) -> None:
    """Change a message that answers an interaction, or that was pressed."""
    world = desk.world
    loading = message.flags & LOADING
    if loading and isinstance(body, dict) and not body.get("flags"):
        body = body | {"flags": 0}
    given = body if isinstance(body, dict) else {}
    kept = {**given, "flags": (given.get("flags") or 0) & ~EPHEMERAL or None}
    channel = world.channels[message.channel]
    rewritten(world, channel, message, kept, files=files, reply=True)
    message.flags &= ~LOADING
    if message.id in channel.messages:
        world.changed(message, edited=not loading)
    else:
        message.edited_at = None if loading else world.clock()


def _mine(desk: Desk, call: Call) -> tuple[Interaction, Message]:
    interaction = desk.later(call.params["app"], call.params["token"])
    wanted = call.params["message"]
    if wanted == "@original":
        found = interaction.original
    else:
        every = [interaction.original, *interaction.followups]
        found = next((each for each in every if each and each.id == wanted), None)
    if found is None or not _exists(desk, interaction, found):
        raise ApiError(10008)
    return interaction, found


def _exists(desk: Desk, interaction: Interaction, message: Message) -> bool:
    seen = desk.world.ephemerals.get(interaction.user, [])
    return message in seen or message.id in desk.world.channels[message.channel].messages


def get(desk: Desk, call: Call) -> Json:
    """Return an answer."""
    return desk.world.written(_mine(desk, call)[1], readable=True)


def edit(desk: Desk, call: Call) -> Json:
    """Change an answer."""
    _, message = _mine(desk, call)
    change(desk, message, _webhook(call.body), call.files)
    desk.quiet.changed()
    return desk.world.written(message, readable=True)


def delete(desk: Desk, call: Call) -> None:
    """Take an answer back."""
    interaction, message = _mine(desk, call)
    if message.flags & EPHEMERAL:
        desk.world.ephemerals[interaction.user].remove(message)
    else:
        desk.world.remove(message)
