"""The calls about people, servers, channels, threads and direct messages."""

from __future__ import annotations

from typing import Any

from tests.servers.discord.changes import Changes
from tests.servers.discord.composing import composed
from tests.servers.discord.doors import Call
from tests.servers.discord.errors import ApiError, Json, Spot
from tests.servers.discord.messages import author_of, may_send
from tests.servers.discord.permissions import Permission
from tests.servers.discord.schema import (
    Check,
    anything,
    boolean,
    fields,
    integer,
    many,
    one_of,
    optional,
    snowflake,
    text,
)
from tests.servers.discord.state import (
    FORUM,
    PRIVATE_THREAD,
    PUBLIC_THREAD,
    THREAD_CREATED,
    Channel,
    Message,
)

_THREAD: dict[str, Check] = {
    "auto_archive_duration": optional(one_of(60, 1440, 4320, 10080)),
    "rate_limit_per_user": optional(integer(0, 21600)),
    "applied_tags": many(5, snowflake),
    "invitable": boolean,
}
_CHANGES = _THREAD | {"name": text(100), "archived": boolean, "locked": boolean}
_CHANNEL: dict[str, Check] = {"name": text(100), "topic": optional(text(1024, 0))}


def open_dm(world: Changes, call: Call) -> Json:
    """Open a direct message; that works even if nothing can be sent there."""
    user = str((call.body or {}).get("recipient_id"))
    if user not in world.users or user == world.me:
        raise ApiError(50033)
    return world.described(world.dm(user))


def channel(world: Changes, call: Call) -> Json:
    """Return a channel."""
    return world.described(world.found(call.params["channel"]))


def change_channel(world: Changes, call: Call) -> Json:
    """Change a channel, or archive, reopen, lock and rename a thread."""
    place = world.found(call.params["channel"])
    at = Spot()
    fields(at, call.body, {}, _CHANGES if place.is_thread else _CHANNEL)
    at.refuse()
    if place.is_thread:
        return _change_thread(world, place, call.body)
    if not world.rights(world.me, place) & Permission.MANAGE_CHANNELS:
        raise ApiError(50013)
    place.name = call.body.get("name", place.name)
    place.topic = call.body.get("topic", place.topic)
    world.channel_changed(place)
    return world.described(place)


def _change_thread(world: Changes, thread: Channel, body: Json) -> Json:
    rights = world.rights(world.me, thread)
    manages = bool(rights & Permission.MANAGE_THREADS)
    only_wakes = set(body) == {"archived"} and body["archived"] is False
    if thread.archived and body.get("archived") is not False:
        raise ApiError(50083)
    if only_wakes and not thread.locked:
        if not rights & Permission.SEND_MESSAGES_IN_THREADS:
            raise ApiError(50013)
    elif not manages and (thread.owner != world.me or "locked" in body or thread.locked):
        raise ApiError(50013)
    thread.name = body.get("name", thread.name)
    thread.auto_archive = body.get("auto_archive_duration", thread.auto_archive)
    if "applied_tags" in body:
        thread.applied_tags = _tags(world, world.channels[str(thread.parent)], body)
    world.set_thread(thread, archived=body.get("archived"), locked=body.get("locked"))
    return world.described(thread)


def delete_channel(world: Changes, call: Call) -> Json:
    """Delete a channel or a thread."""
    place = world.found(call.params["channel"])
    needed = Permission.MANAGE_THREADS if place.is_thread else Permission.MANAGE_CHANNELS
    if place.guild is None or not world.rights(world.me, place) & needed:
        raise ApiError(50013)
    body = world.described(place)
    world.drop_channel(place)
    return body


def thread_on_message(world: Changes, call: Call) -> Json:
    """Open the thread of a message; both have the same id."""
    parent = world.found(call.params["channel"])
    message = world.message(parent, call.params["message"])
    if parent.kind != 0:
        raise ApiError(50024)
    _needs(world, parent, Permission.CREATE_PUBLIC_THREADS | Permission.READ_MESSAGE_HISTORY)
    if message.id in world.channels:
        raise ApiError(160004)
    body = _checked(call.body, {"name": text(100)}, _THREAD)
    minutes = body.get("auto_archive_duration") or 4320
    thread = world.open_thread(
        parent, world.me, body["name"], message=message, auto_archive=minutes
    )
    return world.described(thread)


def thread(world: Changes, call: Call) -> Json:
    """Open a forum post with its first message, or a thread without a message."""
    parent = world.found(call.params["channel"])
    if parent.kind == FORUM:
        return _forum_post(world, parent, call)
    if parent.kind != 0:
        raise ApiError(50024)
    more = _THREAD | {"type": one_of(10, PUBLIC_THREAD, PRIVATE_THREAD)}
    body = _checked(call.body, {"name": text(100)}, more)
    private = body.get("type", PRIVATE_THREAD) == PRIVATE_THREAD
    needed = Permission.CREATE_PRIVATE_THREADS if private else Permission.CREATE_PUBLIC_THREADS
    _needs(world, parent, needed)
    made = world.open_thread(
        parent,
        world.me,
        body["name"],
        kind=PRIVATE_THREAD if private else PUBLIC_THREAD,
        auto_archive=body.get("auto_archive_duration") or 4320,
    )
    if not private:
        notice = Message(world.snowflakes.new(), parent.id, world.bot, made.name)
        notice.kind = THREAD_CREATED
        notice.reference = {"type": 0, "guild_id": parent.guild, "channel_id": made.id}
        world.post(notice)
    return world.described(made)


def _forum_post(world: Changes, parent: Channel, call: Call) -> Json:
    _needs(world, parent, Permission.SEND_MESSAGES)
    # discord.py names a type here, which Discord takes no notice of.
    more = _THREAD | {"type": optional(integer(10, 12))}
    body = _checked(call.body, {"name": text(100), "message": anything}, more)
    if call.files:
        _needs(world, parent, Permission.ATTACH_FILES)
    first = composed(world, parent, body["message"], files=call.files, at=Spot(("message",)))
    made = world.open_thread(
        parent,
        world.me,
        body["name"],
        id=first.id,
        tags=_tags(world, parent, body),
        auto_archive=body.get("auto_archive_duration") or 4320,
    )
    first.channel = made.id
    world.post(first)
    return world.described(made) | {"message": world.written(first)}


def _tags(world: Changes, forum: Channel, body: Json) -> list[str]:
    tags = [str(tag) for tag in body.get("applied_tags", [])]
    at = Spot()
    for index, tag in enumerate(tags):
        if tag not in {each["id"] for each in forum.tags}:
            (at / "applied_tags" / index).wrong("UNKNOWN_TAG", "Unknown tag")
    at.refuse()
    if forum.needs_tag and not tags:
        raise ApiError(40067)
    moderated = any(each["moderated"] for each in forum.tags if each["id"] in tags)
    if moderated and not world.rights(world.me, forum) & Permission.MANAGE_THREADS:
        raise ApiError(50013)
    return tags


def _checked(body: Any, required: dict[str, Check], others: dict[str, Check]) -> Json:
    at = Spot()
    fields(at, body, required, others)
    at.refuse()
    return dict(body)


def _needs(world: Changes, place: Channel, needed: int) -> None:
    if needed & ~world.rights(world.me, place):
        raise ApiError(50013)


def join_thread(world: Changes, call: Call) -> None:
    """Bring somebody, or the bot itself, into a thread."""
    place = world.found(call.params["channel"])
    if not place.is_thread:
        raise ApiError(50024)
    if place.archived:
        raise ApiError(50083)
    user = call.params.get("user", world.me)
    if user != world.me:
        may_send(world, place)
        author_of(world, user)
        if user not in world.towns[str(place.guild)].members:
            raise ApiError(10007)
    world.enter_thread(place, user)


def leave_thread(world: Changes, call: Call) -> None:
    """Take somebody, or the bot itself, out of a thread."""
    place = world.found(call.params["channel"])
    user = call.params.get("user", world.me)
    if user != world.me and not world.rights(world.me, place) & Permission.MANAGE_THREADS:
        raise ApiError(50013)
    if user in place.members:
        place.members.remove(user)


def thread_members(world: Changes, call: Call) -> list[Json]:
    """Return who is in a thread."""
    place = world.found(call.params["channel"])
    return [world.thread_member(place, user) for user in place.members]


def archived_threads(world: Changes, call: Call) -> Json:
    """Return the archived public or private threads of a channel, newest archived first."""
    place = world.found(call.params["channel"], Permission.READ_MESSAGE_HISTORY)
    kind = PRIVATE_THREAD if "private" in call.path else PUBLIC_THREAD
    if kind == PRIVATE_THREAD and "@me" not in call.path:
        _needs(world, place, Permission.MANAGE_THREADS)
    limit = int(call.query.get("limit", "50"))
    found = [
        each
        for each in world.channels.values()
        if each.parent == place.id and each.archived and each.kind == kind
    ]
    found = [each for each in found if world.sees(world.me, each)]
    found.sort(key=lambda each: (str(each.archive_at), each.id), reverse=True)
    threads = [world.described(each) for each in found]
    return {"threads": threads[:limit], "members": [], "has_more": len(threads) > limit}
