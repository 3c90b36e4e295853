"""The invitation: it asks for what is used and no more, and the documents say why."""

from __future__ import annotations

import ast
import base64
import re
from collections.abc import Iterable, Iterator
from itertools import product
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import discord
import pytest

from adapters.discord.invite import (
    BITS,
    INTENTS,
    NOT_IN_FORUMS,
    PERMISSIONS,
    PRIVILEGED,
    SCOPES,
    application_of,
    invitation,
    label,
    needed,
)
from tests.discord.server_stages import staged

ROOT = Path(__file__).parents[2]
ADAPTER = ROOT / "adapters/discord"
APPLICATION = "123456789012345678"

_MESSAGES = "/channels/{}/messages"
_MESSAGE = "/channels/{}/messages/{}"
_REACTION = "/channels/{}/messages/{}/reactions/{}"
_HISTORY = {"READ_MESSAGE_HISTORY"}
_IN_THREADS = {"SEND_MESSAGES_IN_THREADS"}

NEEDS: dict[str, set[str]] = {
    f"GET {_MESSAGES}": _HISTORY,
    f"POST {_MESSAGES}": {"SEND_MESSAGES", "ATTACH_FILES", *_IN_THREADS},
    f"GET {_MESSAGE}": _HISTORY,
    f"PATCH {_MESSAGE}": set(),
    f"DELETE {_MESSAGE}": set(),
    f"GET {_REACTION}": _HISTORY,
    f"PUT {_REACTION}/@me": {"ADD_REACTIONS", *_HISTORY},
    f"DELETE {_REACTION}/@me": _HISTORY,
    f"POST {_MESSAGE}/threads": {"CREATE_PUBLIC_THREADS", *_HISTORY},
    "POST /channels/{}/threads": {"CREATE_PRIVATE_THREADS", "SEND_MESSAGES", "ATTACH_FILES"},
    "GET /channels/{}": set(),
    "PATCH /channels/{}": _IN_THREADS,
    "PUT /channels/{}/thread-members/{}": _IN_THREADS,
    "PUT /channels/{}/thread-members/@me": set(),
    "GET /channels/{}/thread-members": set(),
    "GET /channels/{}/threads/archived/public": _HISTORY,
    "GET /channels/{}/users/@me/threads/archived/private": _HISTORY,
    "GET /guilds/{}": set(),
    "GET /guilds/{}/channels": set(),
    "GET /guilds/{}/members": set(),
    "GET /guilds/{}/members/{}": set(),
    "GET /guilds/{}/roles": set(),
    "GET /guilds/{}/threads/active": set(),
    "GET /users/{}": set(),
    "GET /users/@me": set(),
    "GET /users/@me/guilds": set(),
    "POST /users/@me/channels": set(),
    "GET /applications/@me": set(),
    "GET /oauth2/applications/@me": set(),
    "GET /gateway/bot": set(),
    "GET /applications/{}/commands": set(),
    "PUT /applications/{}/commands": set(),
    "POST /interactions/{}/{}/callback": set(),
    "POST /webhooks/{}/{}": set(),
    "GET /webhooks/{}/{}/messages/{}": set(),
    "PATCH /webhooks/{}/{}/messages/{}": set(),
    "DELETE /webhooks/{}/{}/messages/{}": set(),
}
"""Routes and the permissions that Discord's reference names, for our own messages and threads.
Whatever is below a channel needs VIEW_CHANNEL besides."""

LIBRARY = {
    "add_reaction": f"PUT {_REACTION}/@me",
    "clear_reactions": f"DELETE {_MESSAGE}/reactions",
    "create_thread": f"POST {_MESSAGE}/threads",
    "fetch_channel": "GET /channels/{}",
    "fetch_member": "GET /guilds/{}/members/{}",
    "fetch_members": "GET /guilds/{}/members",
    "fetch_message": f"GET {_MESSAGE}",
    "fetch_user": "GET /users/{}",
    "pin": f"PUT {_MESSAGE}/pins",
    "remove_reaction": f"DELETE {_REACTION}/@me",
    "trigger_typing": "POST /channels/{}/typing",
    "typing": "POST /channels/{}/typing",
}
"""What discord.py's methods call, as far as they are not named like anything else."""

ROUTE = re.compile(r"/(channels|guilds|users|applications|webhooks|interactions)/")
VERBS = {"GET", "POST", "PUT", "PATCH", "DELETE"}
FLAGS = {
    "GUILDS": "guilds",
    "GUILD_MEMBERS": "members",
    "GUILD_MESSAGES": "guild_messages",
    "GUILD_MESSAGE_REACTIONS": "guild_reactions",
    "DIRECT_MESSAGES": "dm_messages",
    "DIRECT_MESSAGE_REACTIONS": "dm_reactions",
    "MESSAGE_CONTENT": "message_content",
}
"""Intents as discord.py calls them."""


def trees() -> Iterator[ast.Module]:
    """Yield the modules of the adapter that do what members see."""
    for path in sorted(ADAPTER.glob("*.py")):
        if path.stem not in {"invite", "checkup", "findings"}:
            yield ast.parse(path.read_text("utf-8"))


def constants() -> dict[str, set[str]]:
    """Return the texts that have a name in the adapter, by that name."""
    found: dict[str, set[str]] = {}
    for tree in trees():
        name(tree.body, found)
    return found


def name(body: Iterable[ast.AST], named: dict[str, set[str]]) -> None:
    """Add what assignments give a name to."""
    for node in body:
        match node:
            case ast.Assign(targets=[ast.Name(id=id_)], value=value):
                named[id_] = texts(value, named)
            case ast.AnnAssign(target=ast.Name(id=id_), value=ast.expr() as value):
                named[id_] = texts(value, named)
            case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)):
                for target, value in zip(targets, values, strict=False):
                    if isinstance(target, ast.Name):
                        named[target.id] = texts(value, named)


def texts(node: ast.AST, named: dict[str, set[str]]) -> set[str]:
    """Return the texts that an expression can be, as far as it is plain."""
    match node:
        case ast.Constant(value=str(value)):
            return {value}
        case ast.Name(id=id_):
            return named.get(id_, set())
        case ast.IfExp(body=one, orelse=other):
            return texts(one, named) | texts(other, named)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return {a + b for a in texts(left, named) for b in texts(right, named)}
        case ast.FormattedValue(value=value):
            return texts(value, named)
        case ast.JoinedStr(values=values):
            return set(map("".join, product(*(texts(each, named) for each in values))))
    return set()


def plain(path: str) -> str:
    """Return a route with nothing in its braces."""
    return re.sub(r"\{\w*\}", "{}", path)


def called() -> set[str]:
    """Return the routes that the adapter calls, as verb and path."""
    everywhere, found = constants(), set[str]()
    for tree in trees():
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                named = dict(everywhere)
                # A name means what it was last given above, in the order of the lines.
                for node in sorted(ast.walk(function), key=lambda node: getattr(node, "lineno", 0)):
                    name([node], named)
                    found |= routes(node, named) if isinstance(node, ast.Call) else set()
    return found


def routes(call: ast.Call, named: dict[str, set[str]]) -> set[str]:
    """Return the routes that a call may be of: `GET` where it names a path alone."""
    first, second = [*(texts(arg, named) for arg in call.args), set[str](), set[str]()][:2]
    found = {f"{verb} {plain(path)}" for verb in first & VERBS for path in second}
    if isinstance(call.func, ast.Attribute):
        found |= {f"GET {plain(path)}" for path in first if ROUTE.match(path)}
        found |= {LIBRARY[call.func.attr]} if call.func.attr in LIBRARY else set()
    return found


def routes_named() -> set[str]:
    """Return every text of the adapter that looks like a route."""
    nodes = (node for tree in trees() for node in ast.walk(tree))
    told = (n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str))
    return {plain(text) for text in told if ROUTE.match(text)}


def test_every_route_the_adapter_calls_is_known_here():
    assert called() <= NEEDS.keys()


def test_no_route_is_named_without_being_found_called():
    paths = {route.partition(" ")[2] for route in called()}

    assert {r for r in routes_named() if not any(r in path for path in paths)} == set()


def test_there_is_exactly_the_permission_that_some_call_needs():
    needs = set().union(*(NEEDS[route] for route in called()))

    assert set(PERMISSIONS) == needs | {"VIEW_CHANNEL"}


async def worked(granted: Iterable[str]) -> list[int]:
    """Do in a channel what the coach does, with these permissions; return the statuses."""
    async with staged() as stage:
        guild, channel = stage.guild, stage.server.id_of("C1")
        answer = guild.say("U1", "C1", "an answer")
        question = guild.say("BOT", "C1", "a question")
        thread = guild.start_thread("BOT", "C1", guild.say("BOT", "C1", "another"))
        guild.archive(thread)
        guild.town.roles[guild.id].permissions = 0
        guild.town.roles[guild.bot_role].permissions = sum(BITS[name] for name in granted)
        here = f"/channels/{channel}"
        calls = [
            ("GET", here, None),
            ("POST", f"{here}/messages", {"content": "a focus"}),
            ("POST", f"{here}/messages/{question}/threads", {"name": "a question"}),
            ("POST", f"{here}/threads", {"name": "one member", "type": 12}),
            ("GET", f"{here}/messages/{answer}", None),
            ("PUT", f"{here}/messages/{answer}/reactions/%E2%9C%85/@me", None),
            ("PATCH", f"/channels/{thread}", {"archived": False}),
            ("POST", f"/channels/{thread}/messages", {"content": "a result"}),
        ]
        picture = await stage.call("POST", f"{here}/messages", {"content": "a board"}, file=b"png")
        return [picture[0], *[(await stage.call(*call))[0] for call in calls]]


async def test_with_the_permissions_everything_works():
    assert all(200 <= status < 300 for status in await worked(PERMISSIONS))


@pytest.mark.parametrize("name", PERMISSIONS)
async def test_without_any_of_the_permissions_something_is_refused(name):
    assert 403 in await worked(each for each in PERMISSIONS if each != name)


def test_bits_are_those_of_discord():
    assert {name: getattr(discord.Permissions, name.lower()).flag for name in PERMISSIONS} == BITS


def test_the_invitation_asks_for_exactly_the_permissions():
    parts = urlsplit(invitation(APPLICATION))

    query = parse_qs(parts.query, strict_parsing=True)
    asked = discord.Permissions(int(query["permissions"][0]))
    assert (parts.scheme, parts.netloc, parts.path) == ("https", "discord.com", "/oauth2/authorize")
    assert query["client_id"] == [APPLICATION]
    assert query["scope"] == ["bot applications.commands"]
    assert asked.value == sum(BITS.values())


def test_an_invitation_for_forums_asks_for_less():
    (whole,) = parse_qs(urlsplit(invitation(APPLICATION)).query)["permissions"]
    (less,) = parse_qs(urlsplit(invitation(APPLICATION, forum=True)).query)["permissions"]

    assert int(whole) - int(less) == sum(BITS[name] for name in NOT_IN_FORUMS)
    assert needed(forum=True) == tuple(n for n in PERMISSIONS if n not in NOT_IN_FORUMS)


@pytest.mark.parametrize("id_", [APPLICATION, "80351110224678912", "1234567890123456789"])
def test_a_token_tells_its_application(id_):
    first = base64.urlsafe_b64encode(id_.encode()).decode().rstrip("=")

    assert application_of(f"{first}.GaBcDe.rest") == id_


@pytest.mark.parametrize("first", ["", "canary", "é", "====", "MTIz", "bm90LWFuLWlk", "A" * 400])
def test_a_token_that_does_not_tell_its_application_is_no_fault(first):
    assert application_of(f"{first}.GaBcDe.rest") is None


def test_permissions_are_called_as_discord_calls_them():
    assert label("SEND_MESSAGES_IN_THREADS") == "Send Messages in Threads"
    assert (label("SEND_MESSAGES"), label("SEND_MESSAGES", forum=True)) == (
        "Send Messages",
        "Create Posts",
    )


def test_the_intents_are_those_that_the_adapter_asks_for():
    asked = [
        {word.arg for word in node.keywords}
        for tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "Intents"
    ]

    assert asked == [{FLAGS[name] for name in INTENTS}]


def test_the_privileged_intents_are_those_that_discord_guards():
    flags = discord.ApplicationFlags

    assert PRIVILEGED.keys() <= INTENTS.keys()
    assert {name: bits for name, (_, bits) in PRIVILEGED.items()} == {
        "MESSAGE_CONTENT": flags.gateway_message_content.flag
        | flags.gateway_message_content_limited.flag,
        "GUILD_MEMBERS": flags.gateway_guild_members.flag
        | flags.gateway_guild_members_limited.flag,
    }


def test_everything_asked_for_has_its_reason():
    reasons = [*SCOPES.values(), *PERMISSIONS.values(), *INTENTS.values()]

    assert all(reason.endswith(".") and reason[0].isupper() for reason in reasons)


def test_the_document_gives_every_scope_permission_and_intent_with_its_reason():
    page = (ROOT / "docs/discord.md").read_text("utf-8")

    rows = re.findall(r"^\| `([A-Za-z_.]+)` \| (.+) \|$", page, re.MULTILINE)

    assert rows == [*SCOPES.items(), *PERMISSIONS.items(), *INTENTS.items()]
