"""What came of looking at Discord, in words for the operator, each with its cure.

Rule: pure, and holding only ids, names of servers, channels and roles, and Discord's error
codes: never a token.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from adapters.discord.invite import BITS, INTENTS, PERMISSIONS, PRIVILEGED, label, needed

_SKEW_ALLOWED = timedelta(seconds=60)
_ADMINISTRATOR = 1 << 3
_EVERYTHING = sum(BITS.values())
_TEXTS, _FORUMS = frozenset({0, 5}), frozenset({15, 16})
_NEEDS_TAG = 1 << 4
_FEW_STARTS = 20
_INVITE = "Open what `loopmates discord invite` prints, and choose the server"
_OR = f"or {_INVITE[0].lower()}{_INVITE[1:]} once more"
_PORTAL = "In Discord's developer portal"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; `cure` is empty where all is well.  Neither ends with a full stop."""

    about: str
    ok: bool
    found: str
    cure: str = ""


@dataclass(frozen=True, slots=True)
class Server:
    """A server as Discord shows it to the coach: the guild, and the coach as its member."""

    guild: Mapping[str, Any]
    member: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Return what it is called, fit to be shown."""
        return shown(self.guild.get("name"))


def refused(about: str, status: int, code: object) -> Finding:
    """Say what it means that Discord did not do what was asked."""
    if status == 401:
        found = "Discord does not know this token: it was reset, or copied in part"
        cure = f"{_PORTAL}, under Bot, choose Reset Token, and set the new one"
        return Finding(about, False, found, cure)
    if status == 429:
        cure = "Run loopmates doctor again in some minutes"
        return Finding(about, False, "Discord asks for patience", cure)
    found = f"Discord refuses it (status {status}, code {shown(code)})"
    return Finding(about, False, found, "Look the code up in Discord's documentation")


def application(about: str, said: Mapping[str, Any], given: str | None) -> Iterator[Finding]:
    """Say whether the application is set up as the coach needs it; `given` is the id set."""
    if given not in {None, said["id"]}:
        found = f"The token is of application {shown(said['id'])}, not of the one set here"
        yield Finding("DISCORD_APPLICATION_ID", False, found, "Correct it, or leave it out")
    if said.get("interactions_endpoint_url"):
        found = "The application has an Interactions Endpoint URL: no command or button arrives"
        yield Finding(about, False, found, f"{_PORTAL}, under General Information, empty it")
    if said.get("bot_require_code_grant"):
        found = "The bot requires a code grant, so it cannot be invited"
        cure = f"{_PORTAL}, under Bot, turn off Requires OAuth2 Code Grant"
        yield Finding(about, False, found, cure)
    yield from _intents(about, said.get("flags"))


def _intents(about: str, flags: object) -> Iterator[Finding]:
    if not isinstance(flags, int):
        yield Finding(about, True, "Discord does not say which privileged intents it has")
        return
    missing = [name for name, (_, bits) in PRIVILEGED.items() if not flags & bits]
    for name in missing:
        switch, _ = PRIVILEGED[name]
        found = f"The {switch} is off ({INTENTS[name].rstrip('.')})"
        cure = f"{_PORTAL}, under Bot, turn on {switch}, and start the coach again"
        yield Finding(about, False, found, cure)
    if not missing:
        yield Finding(about, True, "has both privileged intents")


def gateway(about: str, said: Mapping[str, Any], shards: int) -> Iterator[Finding]:
    """Say whether the coach can connect; `shards` is how many there are in all."""
    limit = said["session_start_limit"]
    left, hours = int(limit["remaining"]), round(int(limit["reset_after"]) / 3_600_000, 1)
    wanted = int(said["shards"])
    if left < _FEW_STARTS:
        found = f"Only {left} starts are left for the next {hours} h: it starts again and again"
        yield Finding(about, False, found, "Stop it, and read in its log why it does")
    if shards < wanted:
        found = f"Discord recommends {wanted} shards for so many servers, and {shards} is set"
        every = f"{','.join(map(str, range(wanted)))}/{wanted}"
        cure = f"Set LOOPMATES_DISCORD_SHARDS={every}, or part them among processes"
        yield Finding(about, False, found, cure)
    elif left >= _FEW_STARTS:
        yield Finding(about, True, f"can connect; {left:,} starts are left today")


def no_server(about: str, status: int, code: object) -> Finding:
    """Say why Discord does not show the server of a cohort."""
    if status in {403, 404}:
        found = "A cohort is in this server, and the coach is not: it was removed, or never in"
        return Finding(about, False, found, _INVITE)
    return refused(about, status, code)


def no_channel(about: str, bot: str, server: Server, status: int, code: object) -> Finding:
    """Say why Discord does not show a cohort's channel in a server that it does show."""
    if status == 404:
        found = f"The channel of a cohort is not in {server.name} any more: it was deleted"
        cure = "Start a cohort in another channel with /coach setup"
        return Finding(about, False, found, cure)
    if status == 403:
        return _missing(about, bot, server, "the channel", "VIEW_CHANNEL")
    return refused(about, status, code)


def channel(about: str, bot: str, server: Server, place: Mapping[str, Any]) -> Iterator[Finding]:
    """Say whether the coach, called `bot`, can work in a cohort's channel that Discord shows."""
    if place["guild_id"] != server.guild["id"]:
        yield no_channel(about, bot, server, 404, None)
        return
    name, forum = f"#{shown(place.get('name'))}", place["type"] in _FORUMS
    if place["type"] not in _TEXTS | _FORUMS:
        found = f"{name} is neither a text channel nor a forum, and a cohort is in it"
        yield Finding(about, False, found, "Start a cohort in one with /coach setup")
        return
    here = held(server, place["permission_overwrites"])
    missing = [each for each in needed(forum=forum) if not here & BITS[each]]
    for each in missing:
        yield _missing(about, bot, server, name, each, forum=forum)
    if forum and _closed_by_tags(place):
        found = f"Every post in {name} of {server.name} needs a tag, and none is free for all"
        cure = f"In {name} choose Edit Channel and add a tag that is not for moderators only"
        yield Finding(about, False, found, f"{cure}, or let people post without tags")
    elif not missing:
        yield Finding(about, True, f"the coach may do what it needs in {name} of {server.name}")


def _closed_by_tags(forum: Mapping[str, Any]) -> bool:
    """Tell whether a forum takes no post without a tag, and has none that anybody may give."""
    tags = forum.get("available_tags") or ()
    return bool(int(forum.get("flags") or 0) & _NEEDS_TAG) and all(
        tag.get("moderated") for tag in tags
    )


def _missing(
    about: str, bot: str, server: Server, where: str, permission: str, *, forum: bool = False
) -> Finding:
    called, purpose = label(permission, forum=forum), PERMISSIONS[permission].rstrip(".")
    found = f"The permission {called} is missing in {where} of {server.name} ({purpose})"
    if held(server, ()) & BITS[permission]:
        cure = f"In {where} choose Edit Channel, Permissions, and allow {called} for @{bot}"
    else:
        cure = f"Under Server Settings, Roles, turn on {called} for {_role(bot, server)}; {_OR}"
    return Finding(about, False, found, cure)


def _role(bot: str, server: Server) -> str:
    """Return the role that Discord made for the coach, or any."""
    me = server.member["user"]["id"]
    for role in server.guild["roles"]:
        if (role.get("tags") or {}).get("bot_id") == me:
            return f"the role {shown(role.get('name'))}"
    return f"a role of @{bot}"


def held(server: Server, overwrites: Sequence[Mapping[str, Any]]) -> int:
    """Return the coach's permissions in a channel with these overwrites, as bits.

    Source: https://docs.discord.com/developers/topics/permissions#permission-overwrites
    """
    guild, me = server.guild["id"], server.member["user"]["id"]
    mine = {guild, *server.member["roles"]}
    granted = 0
    for role in server.guild["roles"]:
        granted |= int(role["permissions"]) if role["id"] in mine else 0
    if granted & _ADMINISTRATOR:
        return _EVERYTHING
    steps = ({guild}, mine - {guild}, {me})
    for step in steps:
        these = [each for each in overwrites if each["id"] in step]
        for each in these:
            granted &= ~int(each["deny"])
        for each in these:
            granted |= int(each["allow"])
    return granted


def clock(ahead: timedelta) -> Finding:
    """Say whether Discord's clock, so much ahead of this machine's, is near enough."""
    if abs(ahead) <= _SKEW_ALLOWED:
        return Finding("clock", True, "agrees with Discord's")
    seconds = round(abs(ahead).total_seconds())
    way = "behind" if ahead > timedelta(0) else "ahead of"
    cure = "Let the system set its clock by NTP"
    return Finding("clock", False, f"This machine's is {seconds:,} s {way} Discord's", cure)


def shown(said: object) -> str:
    """Return what Discord says, such as a name, fit for one line of a terminal."""
    text = str(said or "?")[:80]
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
