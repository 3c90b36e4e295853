"""The calls about the bot itself, people and servers."""

from __future__ import annotations

from tests.servers.discord.changes import Changes
from tests.servers.discord.doors import Call
from tests.servers.discord.errors import ApiError, Json
from tests.servers.discord.messages import author_of


def me(world: Changes, _call: Call) -> Json:
    """Return the bot."""
    return world.bot.payload() | {"verified": True, "email": None, "mfa_enabled": False}


def application(world: Changes, _call: Call) -> Json:
    """Return the application."""
    return world.application()


def application_of_token(world: Changes, _call: Call) -> Json:
    """Return the application the other way, which leaves out its flags, says the reference."""
    application = world.application()
    del application["flags"]
    return application


def user(world: Changes, call: Call) -> Json:
    """Return somebody."""
    return author_of(world, call.params["user"]).payload()


def guilds(world: Changes, call: Call) -> list[Json]:
    """Return the servers the bot is in."""
    after, limit = int(call.query.get("after", "0")), int(call.query.get("limit", "200"))
    found = sorted(int(town.id) for town in world.towns.values() if world.me in town.members)
    listed = [world.towns[str(each)] for each in found if each > after][:limit]
    return [
        {"id": town.id, "name": town.name, "icon": None, "owner": False, "permissions": "0"}
        | {"features": [], "banner": None}
        for town in listed
    ]


def guild(world: Changes, call: Call) -> Json:
    """Return a server."""
    town = world.town(call.params["guild"])
    counts = {"approximate_member_count": len(town.members), "approximate_presence_count": 0}
    return town.payload() | (counts if call.query.get("with_counts") in {"true", "1"} else {})


def channels(world: Changes, call: Call) -> list[Json]:
    """Return the channels of a server, without its threads; also those the bot does not see."""
    town = world.town(call.params["guild"])
    every = [each for each in world.channels.values() if each.guild == town.id]
    return [each.payload() for each in every if not each.is_thread]


def roles(world: Changes, call: Call) -> list[Json]:
    """Return the roles of a server."""
    return [role.payload() for role in world.town(call.params["guild"]).roles.values()]


def members(world: Changes, call: Call) -> list[Json]:
    """Return the members of a server by id, which needs the intent for members."""
    town = world.town(call.params["guild"])
    if not world.privileged & 1 << 1:
        raise ApiError(50001)
    after, limit = int(call.query.get("after", "0")), int(call.query.get("limit", "1"))
    found = sorted(int(each) for each in town.members)
    return [town.members[str(each)].payload() for each in found if each > after][:limit]


def member(world: Changes, call: Call) -> Json:
    """Return a member of a server."""
    town, who = world.town(call.params["guild"]), call.params["user"]
    author_of(world, who)
    if who not in town.members:
        raise ApiError(10007)
    return town.members[who].payload()


def active_threads(world: Changes, call: Call) -> Json:
    """Return the threads of a server that are not archived."""
    threads = world.threads(world.town(call.params["guild"]).id)
    mine = [world.thread_member(each, world.me) for each in threads if world.me in each.members]
    return {"threads": [world.described(each) for each in threads], "members": mine}
