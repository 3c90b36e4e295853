"""The manifest of the app: it asks for what is used and no more, and reads the same anywhere."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any, get_args, get_type_hints
from urllib.parse import parse_qs, urlsplit

import pytest

from adapters.slack.manifest import (
    APP_SCOPES,
    EVENTS,
    SCOPES,
    SHORTCUTS,
    as_json,
    as_yaml,
    link,
    manifest,
)
from bot.inbound import ShortcutUsed

ROOT = Path(__file__).parents[2]
ADAPTER = ROOT / "adapters/slack"
ADDRESS = "https://coach.example"

BOTH = [None, ADDRESS]
"""Socket Mode, and web requests to an address."""

NEEDS: dict[str, set[str]] = {
    "auth.test": set(),
    "apps.connections.open": set(),
    "bots.info": {"users:read"},
    "chat.delete": {"chat:write"},
    "chat.postEphemeral": {"chat:write"},
    "chat.postMessage": {"chat:write"},
    "chat.update": {"chat:write"},
    "conversations.history": {"channels:history", "groups:history", "im:history"},
    "conversations.info": {"channels:read", "groups:read"},
    "conversations.members": {"channels:read", "groups:read"},
    "conversations.open": {"im:write"},
    "conversations.replies": {"channels:history", "groups:history", "im:history"},
    "files.completeUploadExternal": {"files:write"},
    "files.getUploadURLExternal": {"files:write"},
    "reactions.add": {"reactions:write"},
    "reactions.get": {"reactions:read"},
    "reactions.remove": {"reactions:write"},
    "users.info": {"users:read"},
    "views.open": set(),
    "views.publish": set(),
    "views.push": set(),
    "views.update": set(),
}
"""Methods of the Web API and the scopes that Slack's reference names, for where the coach is."""

ALLOWS: dict[str, set[str]] = {
    "app_home_opened": set(),
    "app_mention": {"app_mentions:read"},
    "member_joined_channel": {"channels:read", "groups:read"},
    "member_left_channel": {"channels:read", "groups:read"},
    "message.channels": {"channels:history"},
    "message.groups": {"groups:history"},
    "message.im": {"im:history"},
    "reaction_added": {"reactions:read"},
    "reaction_removed": {"reactions:read"},
    "user_change": {"users:read"},
}
"""Events and the scopes without which Slack does not send them."""

METHOD = re.compile(
    r"(?:apps|auth|bots|chat|conversations|files|reactions|users|views)\.[a-zA-Z.]+"
)
SPELT = {method.replace(".", "_"): method for method in NEEDS}


def words() -> set[str]:
    """Return the words of code that the adapter holds, its manifest apart: texts and names."""
    found: set[str] = set()
    for path in ADAPTER.glob("*.py"):
        if path.stem == "manifest":
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
            elif isinstance(node, ast.Attribute):
                found.add(SPELT.get(node.attr, node.attr))
    return found


def called() -> set[str]:
    """Return the methods of the Web API that the adapter calls."""
    return {word for word in words() if METHOD.fullmatch(word)}


def test_every_method_the_adapter_calls_is_known_here():
    assert called() <= NEEDS.keys()
    assert {"chat.postMessage", "conversations.replies", "reactions.get"} <= called()


def test_there_is_exactly_the_scope_that_some_call_event_or_feature_needs():
    needed = {"commands"}.union(
        *(NEEDS[method] for method in called()), *(ALLOWS[event] for event in EVENTS)
    )

    assert set(SCOPES) == needed


@pytest.mark.parametrize("event", EVENTS)
def test_every_event_asked_for_is_allowed_and_handled(event):
    assert ALLOWS[event] <= SCOPES.keys()
    assert event.partition(".")[0] in words()


def test_everything_asked_for_has_its_reason():
    reasons = [*SCOPES.values(), *APP_SCOPES.values(), *EVENTS.values()]

    assert all(reason.endswith(".") and reason[0].isupper() for reason in reasons)


def test_the_document_gives_every_scope_and_event_with_its_reason():
    page = (ROOT / "docs/slack.md").read_text("utf-8")

    rows = re.findall(r"^\| `([a-z_.:]+)` \| (.+) \|$", page, re.MULTILINE)

    assert rows == [*SCOPES.items(), *APP_SCOPES.items(), *EVENTS.items()]


def test_the_shortcuts_are_those_the_engine_knows():
    assert set(SHORTCUTS) == set(get_args(get_type_hints(ShortcutUsed)["name"]))


def test_without_an_address_everything_comes_by_socket():
    made = manifest()

    assert made["settings"]["socket_mode_enabled"] is True
    assert "http" not in as_json(made)


@pytest.mark.parametrize("given", [ADDRESS, f"{ADDRESS}/", f"{ADDRESS}/slack/events"])
def test_with_an_address_everything_comes_there(given):
    made = manifest(given)

    urls = [
        made["settings"]["event_subscriptions"]["request_url"],
        made["settings"]["interactivity"]["request_url"],
        *(command["url"] for command in made["features"]["slash_commands"]),
    ]
    assert made["settings"]["socket_mode_enabled"] is False
    assert set(urls) == {f"{ADDRESS}/slack/events"}


@pytest.mark.parametrize("http", BOTH)
def test_members_can_write_to_the_coach_and_open_its_home(http):
    made = manifest(http)

    assert made["features"]["app_home"] == {
        "home_tab_enabled": True,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": False,
    }
    assert made["settings"]["interactivity"]["is_enabled"] is True
    assert made["settings"]["token_rotation_enabled"] is False
    assert made["settings"]["org_deploy_enabled"] is False
    assert set(made["oauth_config"]["scopes"]) == {"bot"}


@pytest.mark.parametrize("http", BOTH)
def test_it_keeps_the_limits_of_a_manifest(http):
    made = manifest(http)
    display, features = made["display_information"], made["features"]
    (command,) = features["slash_commands"]

    assert len(display["name"]) <= 35
    assert len(display["description"]) <= 140
    assert 174 <= len(display["long_description"]) <= 4000
    assert len(features["bot_user"]["display_name"]) <= 80
    assert len(command["command"]) <= 32
    assert len(command["usage_hint"]) <= 1000
    assert all(len(s["name"]) <= 24 and len(s["description"]) <= 150 for s in features["shortcuts"])
    assert len(made["settings"]["event_subscriptions"]["bot_events"]) <= 100


@pytest.mark.parametrize("http", BOTH)
def test_yaml_and_json_say_the_same(http):
    made = manifest(http)

    assert json.loads(as_json(made)) == made
    assert read(as_yaml(made)) == made


@pytest.mark.parametrize(
    "text",
    ["yes", "No", "null", "~", "1:20", "0x1f", "1e3", "a: b", "- a", "#a", "a #b", "", " a", "=",
     "é", '"', "\\", "\n", "{}", "[a]", "&a", "*a", "!a", "%a", "@a", "`a`", "<<", "a:"],
)  # fmt: skip
def test_a_text_that_yaml_would_read_as_something_else_is_quoted(text):
    assert as_yaml({"key": text}) == f"key: {json.dumps(text, ensure_ascii=False)}"


@pytest.mark.parametrize("http", BOTH)
def test_the_link_opens_exactly_the_manifest(http):
    made = manifest(http)

    parts = urlsplit(link(made))

    query = parse_qs(parts.query, strict_parsing=True)
    assert (parts.scheme, parts.netloc, parts.path) == ("https", "api.slack.com", "/apps")
    assert query["new_app"] == ["1"]
    assert json.loads(query["manifest_json"][0]) == made
    assert len(link(made)) < 8000


def read(text: str) -> Any:
    """Read the YAML that block mappings, block lists and JSON's scalars make up."""
    lines = [(len(line) - len(line.lstrip()), line.strip()) for line in text.splitlines()]
    return _node(lines, lines[0][0])


def _node(lines: list[tuple[int, str]], depth: int) -> Any:
    if lines[0][1].startswith("- "):
        found: list[Any] = []
        while lines and lines[0][0] == depth and lines[0][1].startswith("- "):
            item = lines[0][1][2:]
            if re.match(r"\w+:(?: |$)", item):
                lines[0] = (depth + 2, item)
                found.append(_node(lines, depth + 2))
            else:
                found.append(_scalar(lines.pop(0)[1][2:]))
        return found
    held: dict[str, Any] = {}
    while lines and lines[0][0] == depth:
        key, _, rest = lines.pop(0)[1].partition(":")
        held[key] = _scalar(rest.strip()) if rest else _node(lines, lines[0][0])
    return held


def _scalar(text: str) -> Any:
    return text if re.fullmatch(r"(?!true|false)[A-Za-z].*", text) else json.loads(text)
