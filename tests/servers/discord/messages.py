"""The calls about messages: send, change, delete, read."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.servers.discord.changes import Changes
from tests.servers.discord.composing import composed, rewritten
from tests.servers.discord.doors import Call
from tests.servers.discord.errors import ApiError, Json, invalid
from tests.servers.discord.permissions import Permission
from tests.servers.discord.state import DEFAULT, FORUM, REPLY, Channel, Message, User


class Nonces:
    """Remembers for some minutes which message a nonce stood for."""

    def __init__(self) -> None:
        self.life = timedelta(minutes=5)
        self._known: dict[tuple[str, str], tuple[datetime, Message]] = {}

    def find(self, channel: str, nonce: Any, now: datetime) -> Message | None:
        """Return the message that was sent with this nonce lately."""
        at, message = self._known.get((channel, str(nonce)), (now, None))
        return message if now - at <= self.life else None

    def keep(self, message: Message, now: datetime) -> None:
        """Remember a message's nonce."""
        if message.nonce is not None:
            self._known[message.channel, str(message.nonce)] = now, message


def may_send(world: Changes, channel: Channel) -> None:
    """Refuse channels in which the bot cannot say anything."""
    if channel.kind == FORUM:
        raise ApiError(50008)
    if channel.guild is None:
        others = [user for user in channel.members if user != world.me]
        if not all(world.reachable(user) for user in others):
            raise ApiError(50007)
        return
    rights = world.rights(world.me, channel)
    thread = channel.is_thread
    needed = Permission.SEND_MESSAGES_IN_THREADS if thread else Permission.SEND_MESSAGES
    if not rights & needed:
        raise ApiError(50013)
    if channel.locked and not rights & Permission.MANAGE_THREADS:
        raise ApiError(160005)


def needs(world: Changes, channel: Channel, body: Any, files: int) -> None:
    """Refuse what a message needs more rights for."""
    given = body if isinstance(body, dict) else {}
    rights = world.rights(world.me, channel)
    if files and not rights & Permission.ATTACH_FILES:
        raise ApiError(50013)
    if given.get("message_reference") and not rights & Permission.READ_MESSAGE_HISTORY:
        raise ApiError(50013)


def create(world: Changes, nonces: Nonces, call: Call) -> Json:
    """Send a message; the same nonce again returns the first one if it is enforced."""
    channel = world.found(call.params["channel"])
    may_send(world, channel)
    needs(world, channel, call.body, call.files)
    message = composed(world, channel, call.body, files=call.files)
    if call.body.get("enforce_nonce") and message.nonce is not None:
        first = nonces.find(channel.id, message.nonce, world.clock())
        if first is not None:
            return world.written(first)
    world.post(message)
    nonces.keep(message, world.clock())
    return world.written(message) | ({"nonce": message.nonce} if message.nonce else {})


def update(world: Changes, call: Call) -> Json:
    """Change one of the bot's own messages."""
    channel, message = own(world, call)
    rewritten(world, channel, message, call.body, files=call.files, reply=False)
    world.changed(message)
    return world.written(message)


def own(world: Changes, call: Call) -> tuple[Channel, Message]:
    """Return a message that the bot may change."""
    channel = world.found(call.params["channel"])
    message = world.message(channel, call.params["message"])
    if message.author.id != world.me:
        raise ApiError(50005)
    awake(channel)
    if message.kind not in {DEFAULT, REPLY, 20, 23}:
        raise ApiError(50021)
    return channel, message


def awake(channel: Channel) -> None:
    """Refuse changes in an archived thread."""
    if channel.archived:
        raise ApiError(50083)


def delete(world: Changes, call: Call) -> None:
    """Delete a message."""
    channel = world.found(call.params["channel"])
    message = world.message(channel, call.params["message"])
    if message.author.id != world.me:
        if channel.guild is None:
            raise ApiError(50003)
        if not world.rights(world.me, channel) & Permission.MANAGE_MESSAGES:
            raise ApiError(50013)
    awake(channel)
    world.remove(message)


def get(world: Changes, call: Call) -> Json:
    """Read one message."""
    channel = world.found(call.params["channel"], Permission.READ_MESSAGE_HISTORY)
    return world.written(world.message(channel, call.params["message"]))


def history(world: Changes, call: Call) -> list[Json]:
    """Read up to 100 messages, newest first: before, after or around one, or the last."""
    channel = world.found(call.params["channel"])
    if channel.kind == FORUM:
        raise ApiError(50008)
    limit = _limit(call.query.get("limit", "50"))
    if not world.rights(world.me, channel) & Permission.READ_MESSAGE_HISTORY:
        return []
    ids = sorted((int(each) for each in channel.messages), reverse=True)
    chosen = _page(ids, call, limit)
    return [world.written(channel.messages[str(each)]) for each in chosen]


def _page(ids: list[int], call: Call, limit: int) -> list[int]:
    query = call.query
    if "around" in query:
        middle = int(query["around"])
        half = limit // 2
        newer = [each for each in ids if each > middle][-half:] if half else []
        older = [each for each in ids if each <= middle]
        return (newer + older)[: max(limit, 1)] if half else older[:limit]
    if "after" in query:
        return [each for each in ids if each > int(query["after"])][-limit:]
    if "before" in query:
        return [each for each in ids if each < int(query["before"])][:limit]
    return ids[:limit]


def _limit(limit: str) -> int:
    if not limit.isdecimal() or not 1 <= int(limit) <= 100:
        code = "NUMBER_TYPE_MAX" if limit.isdecimal() and int(limit) > 100 else "NUMBER_TYPE_MIN"
        raise invalid("limit", code, "int value should be between 1 and 100.")
    return int(limit)


def typing(world: Changes, call: Call) -> None:
    """Show that the bot is typing."""
    may_send(world, world.found(call.params["channel"]))


def pinned(world: Changes, call: Call) -> Json:
    """Return no pins; nothing here pins."""
    world.found(call.params["channel"], Permission.READ_MESSAGE_HISTORY)
    return {"items": [], "has_more": False}


def author_of(world: Changes, user: str) -> User:
    """Return somebody who must exist."""
    if user not in world.users:
        raise ApiError(10013)
    return world.users[user]
