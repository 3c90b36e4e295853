"""From the body of a call to a message, and from changes to a changed one."""

from __future__ import annotations

import copy
from typing import Any

from tests.servers.discord.bodies import check_message, mentioned
from tests.servers.discord.changes import Changes
from tests.servers.discord.components import DISPLAY, walk
from tests.servers.discord.errors import Json, Spot, invalid
from tests.servers.discord.permissions import Permission
from tests.servers.discord.state import REPLY, Channel, Message

_LASTING = ~(1 << 12)
"""Silence is for the moment of sending."""


def composed(
    world: Changes,
    channel: Channel,
    body: Any,
    *,
    files: int = 0,
    reply: bool = False,
    at: Spot | None = None,
) -> Message:
    """Return a new message of the bot; raise as Discord does if it cannot be."""
    check_message(at or Spot(), body, files=files, old=None, reply=reply)
    message = Message(world.snowflakes.new(), channel.id, world.bot)
    message.flags = (body.get("flags") or 0) & _LASTING
    message.nonce = body.get("nonce")
    message.reference = _reference(channel, body.get("message_reference"))
    if message.reference:
        message.kind = REPLY
    fill(world, channel, message, body, files)
    return message


def rewritten(
    world: Changes, channel: Channel, message: Message, body: Any, *, files: int, reply: bool
) -> None:
    """Change what a body names of a message."""
    check_message(Spot(), body, files=files, old=message, reply=reply)
    if body.get("flags") is not None:
        message.flags = message.flags & (1 << 5 | 1 << 6) | body["flags"] & _LASTING
    fill(world, channel, message, body, files)


def fill(world: Changes, channel: Channel, message: Message, body: Json, files: int) -> None:
    """Write into a message what a checked body names."""
    if "content" in body:
        message.content = (body["content"] or "").strip()
    if body.get("embeds") is not None:
        message.embeds = [{"type": "rich"} | each for each in copy.deepcopy(body["embeds"])]
    if body.get("components") is not None:
        message.components = numbered(body["components"])
        for each in walk(message.components):
            if each["type"] == DISPLAY:
                each["content"] = each["content"].strip()
    if files or body.get("attachments") is not None:
        message.attachments = _attachments(world, body.get("attachments") or [], message, files)
    said = message.text
    users, roles, everyone = mentioned(said, body.get("allowed_mentions"))
    town = world.towns.get(str(channel.guild))
    message.mentions = [world.users[user] for user in users if user in world.users]
    message.mention_roles = [role for role in roles if town and role in town.roles]
    loud = world.rights(world.me, channel) & Permission.MENTION_EVERYONE
    message.mention_everyone = everyone and bool(loud) and town is not None


def numbered(components: list[Json]) -> list[Json]:
    """Return a copy in which every component has a number, as Discord gives them."""
    made = copy.deepcopy(components)
    every = list(walk(made))
    taken = {each["id"] for each in every if each.get("id")}
    free = (number for number in range(1, 1000) if number not in taken)
    for each in every:
        if not each.get("id"):
            each["id"] = next(free)
    return made


def _reference(channel: Channel, reference: Json | None) -> Json | None:
    if not reference:
        return None
    message = str(reference["message_id"])
    if message not in channel.messages:
        if reference.get("fail_if_not_exists", True):
            raise invalid("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
        return None
    found: Json = {"type": 0, "channel_id": channel.id, "message_id": message}
    return found | ({"guild_id": channel.guild} if channel.guild else {})


def _attachments(world: Changes, listed: list[Json], old: Message, files: int) -> list[Json]:
    known = {each["id"]: each for each in old.attachments}
    kept = [known[str(each["id"])] for each in listed if str(each.get("id")) in known]
    named = [each for each in listed if str(each.get("id")) not in known]
    for index in range(files):
        given = named[index] if index < len(named) else {}
        kept.append(attachment(world.snowflakes.new(), str(given.get("filename", f"{index}"))))
    return kept


def attachment(id: str, name: str) -> Json:  # noqa: A002
    """Return an attachment object."""
    url = f"https://cdn.example/{id}/{name}"
    return {"id": id, "filename": name, "size": 1, "url": url, "proxy_url": url}
