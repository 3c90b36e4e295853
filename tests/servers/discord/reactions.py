"""The calls about reactions."""

from __future__ import annotations

import emoji

from tests.servers.discord.changes import Changes
from tests.servers.discord.doors import Call
from tests.servers.discord.errors import ApiError, Json
from tests.servers.discord.messages import awake
from tests.servers.discord.permissions import Permission
from tests.servers.discord.state import Channel, Message

MOST_REACTIONS = 20
_FULLY_QUALIFIED = emoji.STATUS["fully_qualified"]


def known(name: str) -> str:
    """Return an emoji; raise 10014 for what Discord does not know."""
    # Signs such as ❤ are known without the selector that makes them colourful, keycaps are not.
    if emoji.EMOJI_DATA.get(name, {}).get("status") == _FULLY_QUALIFIED:
        return name
    raise ApiError(10014)


def _found(world: Changes, call: Call) -> tuple[Channel, Message]:
    channel = world.found(call.params["channel"], Permission.READ_MESSAGE_HISTORY)
    return channel, world.message(channel, call.params["message"])


def add(world: Changes, call: Call) -> None:
    """React; again is no error."""
    sign = known(call.params["emoji"])
    channel, message = _found(world, call)
    awake(channel)
    if sign not in message.reactions:
        if not world.rights(world.me, channel) & Permission.ADD_REACTIONS:
            raise ApiError(50013)
        if len(message.reactions) >= MOST_REACTIONS:
            raise ApiError(30010)
    world.react(message, world.me, sign)


def remove_own(world: Changes, call: Call) -> None:
    """Take the bot's own reaction away; what is not there is no error."""
    sign = known(call.params["emoji"])
    channel, message = _found(world, call)
    awake(channel)
    world.unreact(message, world.me, sign)


def remove(world: Changes, call: Call) -> None:
    """Take somebody's reaction away."""
    sign, message = _moderated(world, call), _found(world, call)[1]
    world.unreact(message, call.params["user"], sign)


def clear(world: Changes, call: Call) -> None:
    """Take all reactions away, or all with one emoji."""
    sign = _moderated(world, call) if "emoji" in call.params else None
    channel, message = _found(world, call)
    _may_moderate(world, channel)
    world.clear(message, sign)


def _moderated(world: Changes, call: Call) -> str:
    sign = known(call.params["emoji"])
    _may_moderate(world, _found(world, call)[0])
    return sign


def _may_moderate(world: Changes, channel: Channel) -> None:
    awake(channel)
    if channel.guild is None:
        raise ApiError(50003)
    if not world.rights(world.me, channel) & Permission.MANAGE_MESSAGES:
        raise ApiError(50013)


def users(world: Changes, call: Call) -> list[Json]:
    """Return who reacted, by id, up to `limit` after `after`."""
    sign = known(call.params["emoji"])
    _, message = _found(world, call)
    after, limit = int(call.query.get("after", "0")), int(call.query.get("limit", "25"))
    who = sorted(int(user) for user in message.reactions.get(sign, []))
    return [world.users[str(user)].payload() for user in who if user > after][:limit]
