"""Who is in a channel: the members of the server who can see it.

Discord has no list of a channel's people, so all members are listed, which needs the privileged
intent for members, and each one's permissions are worked out from roles and overwrites.  Without
the intent nobody can tell, and `Refused` is raised: a list with somebody missing would be taken
for their having left.
https://docs.discord.com/developers/topics/permissions#permission-overwrites
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from adapters.discord.calls import Calls, list_in, text_in
from adapters.discord.calls_answers import HIDDEN, Data
from adapters.discord.places import CHANNEL, Places, checked_id
from bot.ids import ChannelId, UserId
from bot.ports.platforms import Refused, TryLater

MEMBERS_HIDDEN = "members_intent_missing"
PAGE = 1_000
PAGES = 1_000
ADMINISTRATOR, VIEW_CHANNEL = 1 << 3, 1 << 10


class Present:
    """Lists the people of one server's channels."""

    def __init__(self, calls: Calls, places: Places) -> None:
        self._calls = calls
        self._places = places

    async def people(self, channel: ChannelId) -> list[UserId]:
        """Return who can see a channel now, without bots."""
        place = await self._places.channel(channel)
        if not place.guild:
            raise Refused("not_in_a_server")
        data = await self._calls.one("GET", CHANNEL, ids={"channel_id": checked_id(channel)})
        if "thread_metadata" in data and place.parent:
            data = await self._calls.one("GET", CHANNEL, ids={"channel_id": place.parent})
        guild = await self._calls.one("GET", "/guilds/{guild_id}", ids={"guild_id": place.guild})
        roles = {
            text_in(role, "id"): _bits(role, "permissions") for role in _listed(guild, "roles")
        }
        overwrites = {text_in(each, "id"): each for each in _listed(data, "permission_overwrites")}
        owner = text_in(guild, "owner_id")
        return [
            UserId(text_in(member, "user", "id"))
            for member in await self._members(place.guild)
            if not _is_bot(member)
            and (
                text_in(member, "user", "id") == owner
                or _sees(member, place.guild, roles, overwrites)
            )
        ]

    async def _members(self, guild: str) -> list[Data]:
        found: list[Data] = []
        path, after = "/guilds/{guild_id}/members", "0"
        for _ in range(PAGES):
            params = {"limit": str(PAGE), "after": after}
            try:
                page = await self._calls.many(path, params=params, ids={"guild_id": guild})
            except Refused as error:
                raise Refused(MEMBERS_HIDDEN if error.reason == HIDDEN else error.reason) from error
            found += page
            if len(page) < PAGE:
                return found
            after = max((text_in(each, "user", "id") for each in page), key=int)
        raise Refused("too_many_pages")


def _listed(data: Data, name: str) -> list[Data]:
    if not isinstance(data.get(name), list):
        raise TryLater("unreadable")
    return list_in(data, name)


def _is_bot(member: Data) -> bool:
    user = member.get("user")
    return not isinstance(user, dict) or user.get("bot") is True


def _sees(
    member: Data, everyone: str, roles: Mapping[str, int], overwrites: Mapping[str, Data]
) -> bool:
    mine = [role for role in member.get("roles", ()) if role in roles]
    granted = roles.get(everyone, 0)
    for role in mine:
        granted |= roles[role]
    if granted & ADMINISTRATOR:
        return True
    steps = ([everyone], mine, [text_in(member, "user", "id")])
    for step in steps:
        found = list(_found(step, overwrites))
        for overwrite in found:
            granted &= ~_bits(overwrite, "deny")
        for overwrite in found:
            granted |= _bits(overwrite, "allow")
    return bool(granted & VIEW_CHANNEL)


def _found(ids: Iterable[str], overwrites: Mapping[str, Data]) -> Iterator[Data]:
    return (overwrites[each] for each in ids if each in overwrites)


def _bits(data: Mapping[str, Any], name: str) -> int:
    value = str(data.get(name, ""))
    if not value.isdecimal():
        raise TryLater("unreadable")
    return int(value)
