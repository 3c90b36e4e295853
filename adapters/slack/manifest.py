"""The app that a customer creates in Slack, as the manifest that Slack reads.

Rule: it asks for nothing that is not used.  Every scope and every event stands here with what
it is for; the documents repeat it, and the doctor compares what was granted with it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import quote

NAME: Final = "Loopmates"
BOT: Final = "coach"
COMMAND: Final = "/coach"
EVENTS_PATH: Final = "/slack/events"
"""Where Slack sends web requests, below the public address."""

SCOPES: Final[Mapping[str, str]] = {
    "app_mentions:read": "Hear a command that is said by mentioning it, as in “@coach today”.",
    "channels:history": (
        "Read the answers in its threads, also those written while it was not running."
    ),
    "channels:read": "See who is in a cohort's channel, and whether the channel is archived.",
    "chat:write": "Post the focus, questions, review requests, results and boards.",
    "commands": "Offer /coach and the two message shortcuts.",
    "files:write": "Upload the pictures of boards, and of somebody's own progress.",
    "groups:history": "Read the answers in its threads, where the channel is private.",
    "groups:read": "See who is in a cohort's channel, where the channel is private.",
    "im:history": "Read what members write to it in direct messages: practice, and comments.",
    "im:write": "Begin a direct message: a request for a review, a result.",
    "reactions:read": "See ratings, which are given by tapping a reaction.",
    "reactions:write": "Tick an answer that has arrived, and put up the reactions to tap.",
    "users:read": "Call members by their names, and notice closed accounts and other bots.",
}
"""What the bot may do in the workspace -> what it needs that for."""

APP_SCOPES: Final[Mapping[str, str]] = {
    "connections:write": "Receive events over a connection that it opens itself (Socket Mode).",
}
"""The same for the app-level token, which is made by hand: a manifest cannot hold it."""

EVENTS: Final[Mapping[str, str]] = {
    "app_home_opened": "Show a member's own overview in the Home tab.",
    "app_mention": "Obey a command that is said by mentioning it.",
    "member_joined_channel": "Know who is there to be asked.",
    "member_left_channel": "Ask nothing more of somebody who left the channel.",
    "message.channels": "Receive answers, and what is changed or deleted in them.",
    "message.groups": "Receive answers where the channel is private.",
    "message.im": "Receive what is said in direct messages.",
    "reaction_added": "Receive a rating.",
    "reaction_removed": "Take a rating back.",
    "user_change": "Follow a change of name, and notice a closed account.",
}
"""What Slack sends -> what it is needed for."""

SHORTCUTS: Final = {
    "practise": ("Practise this", "Practise this question alone with the coach."),
    "second-take": ("Second take", "Answer this question once more, knowing better now."),
}
"""Entries in a message's menu, by callback id: name and description."""

_NEW_APP = "https://api.slack.com/apps?new_app=1&manifest_json="
_DESCRIPTION = "A coach for people who prepare for a job interview together."
_LONG_DESCRIPTION = (
    "Week by week the coach posts what to study; each working day it asks one question from the "
    "interview guide. Members answer in the thread, two peers rate each answer against the rubric "
    "of its round, and everybody learns what was seen and what was missed. It practises with each "
    "member alone as well. Scores are for practice only."
)
_USAGE = "today | practice | progress | leaderboard | setup | help"

# Read as a string by every YAML reader, old ones included; anything else is put in quotes.
_PLAIN = re.compile(
    r"(?!(?:y|n|yes|no|on|off|true|false|null)$)[A-Za-z][\w:.-]*[\w]", re.IGNORECASE
)


def manifest(http: str | None = None) -> dict[str, Any]:
    """Return the manifest: for Socket Mode, or for web requests to the public address `http`."""
    url = None if http is None else events_url(http)
    request_url = {} if url is None else {"request_url": url}
    return {
        "_metadata": {"major_version": 1, "minor_version": 1},
        "display_information": {
            "name": NAME,
            "description": _DESCRIPTION,
            "long_description": _LONG_DESCRIPTION,
            "background_color": "#1f3a5f",
        },
        "features": _features(url),
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {**request_url, "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, **request_url},
            "org_deploy_enabled": False,
            "socket_mode_enabled": url is None,
            "token_rotation_enabled": False,
        },
    }


def events_url(http: str) -> str:
    """Return where Slack sends web requests to a coach whose public address is `http`."""
    return http.rstrip("/").removesuffix(EVENTS_PATH) + EVENTS_PATH


def as_json(value: Mapping[str, Any]) -> str:
    """Write a manifest as JSON."""
    return json.dumps(value, ensure_ascii=False, indent=2)


def as_yaml(value: Mapping[str, Any]) -> str:
    """Write a manifest as YAML, in the few forms that every reader understands."""
    return "\n".join(_yaml(value))


def link(value: Mapping[str, Any]) -> str:
    """Return the address at which Slack offers to create the app of a manifest."""
    return _NEW_APP + quote(json.dumps(value, ensure_ascii=False, separators=(",", ":")), safe="")


def _features(url: str | None) -> dict[str, Any]:
    command = {
        "command": COMMAND,
        **({} if url is None else {"url": url}),
        "description": "Talk to the coach; “help” lists what it can do",
        "usage_hint": _USAGE,
        # Else a mention comes as a handle, which is not what anybody is called here.
        "should_escape": True,
    }
    return {
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": False,
        },
        "bot_user": {"display_name": BOT, "always_online": True},
        "shortcuts": [
            {"name": name, "type": "message", "callback_id": callback, "description": description}
            for callback, (name, description) in SHORTCUTS.items()
        ],
        "slash_commands": [command],
    }


def _yaml(value: Mapping[str, Any], indent: str = "") -> Iterator[str]:
    for key, held in value.items():
        if isinstance(held, Mapping):
            yield f"{indent}{key}:"
            yield from _yaml(held, indent + "  ")
        elif isinstance(held, list):
            yield f"{indent}{key}:"
            for item in held:
                yield from _item(item, indent + "  ")
        else:
            yield f"{indent}{key}: {_scalar(held)}"


def _item(value: Mapping[str, Any] | str, indent: str) -> Iterator[str]:
    if isinstance(value, str):
        yield f"{indent}- {_scalar(value)}"
        return
    first, *rest = _yaml(value)
    yield f"{indent}- {first}"
    yield from (f"{indent}  {line}" for line in rest)


def _scalar(value: str | float | bool) -> str:
    """Write a value; JSON's strings, numbers and booleans are YAML's, too."""
    if isinstance(value, str) and _PLAIN.fullmatch(value):
        return value
    return json.dumps(value, ensure_ascii=False)
