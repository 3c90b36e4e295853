"""Single values out of a request's body, typed, whatever the body holds.

Rule: a value that is missing or `null` is empty; one of a wrong type or an absurd size is
`Malformed`, and nothing else is ever raised.  What is read is never looked through as a whole,
so a deep or a large body costs no more than a small one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from adapters.slack import moments
from bot.inbound import clean

Body = Mapping[str, object]

TEXT_LIMIT = 60_000
"""Characters of one text; Slack cuts messages at 40,000 and forms at 3,000."""
NAME_LIMIT = 300
"""Characters of a name; Slack's longest are action ids of 255."""

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_TOKEN = re.compile(r"[A-Za-z0-9_.:-]{1,255}", re.ASCII)
_MESSAGE = re.compile(r"[0-9]{1,10}\.[0-9]{6}", re.ASCII)
_NOTHING: Body = {}


class Malformed(ValueError):
    """A value is not what Slack sends there; `path` says which."""

    def __init__(self, path: Sequence[str]) -> None:
        self.path = tuple(path)
        super().__init__(".".join(path))


def part(body: Body, *path: str) -> Body:
    """Return an object inside the body; an empty one if there is none."""
    value = _value(body, path)
    if value is None:
        return _NOTHING
    if not isinstance(value, dict):
        raise Malformed(path)
    return value


def items(body: Body, *path: str) -> Sequence[object]:
    """Return a list inside the body; an empty one if there is none."""
    value = _value(body, path)
    if value is None:
        return ()
    if not isinstance(value, list):
        raise Malformed(path)
    return value


def words(body: Body, *path: str) -> str:
    """Return somebody's words, at most `TEXT_LIMIT` characters; "" if there are none."""
    return _string(body, path, TEXT_LIMIT)


def name(body: Body, *path: str) -> str:
    """Return a name, at most `NAME_LIMIT` characters; "" if there is none."""
    return _string(body, path, NAME_LIMIT)


def flag(body: Body, *path: str) -> bool:
    """Tell whether something is so; not, if nothing is said."""
    value = _value(body, path)
    if value is None:
        return False
    if not isinstance(value, bool):
        raise Malformed(path)
    return value


def ident(body: Body, *path: str) -> str:
    """Return an id of a user, a channel or a workspace, which must be there."""
    return _matching(_ID, body, path)


def token(body: Body, *path: str) -> str:
    """Return an opaque id such as a trigger's, which must be there."""
    return _matching(_TOKEN, body, path)


def message(body: Body, *path: str) -> str:
    """Return the timestamp that names a message, which must be there."""
    return _matching(_MESSAGE, body, path)


def moment(body: Body, *path: str) -> datetime | None:
    """Return the moment a timestamp tells; `None` if there is none."""
    ts = name(body, *path)
    if not ts:
        return None
    try:
        return moments.moment(ts)
    except ValueError:
        raise Malformed(path) from None


def teams_of(body: Body) -> tuple[str, ...]:
    """Return the workspaces whose installation of ours a body is for; rarely none or several.

    Slack Connect sends one workspace's doings to another: then `team_id` may be either one's,
    and the installation says which is meant.
    """
    installed = tuple(
        ours
        for each in items(body, "authorizations")
        if isinstance(each, dict) and (ours := name(each, "team_id"))
    )
    if installed:
        return installed
    team, user = body.get("team"), body.get("user")
    found = (
        name(body, "view", "app_installed_team_id")
        or (team if isinstance(team, str) else name(body, "team", "id"))
        or name(body, "team_id")
        # In an installation for a whole organisation, only the user tells the workspace.
        or (name(body, "user", "team_id") if isinstance(user, dict) else "")
    )
    return (found,) if found else ()


def _string(body: Body, path: Sequence[str], limit: int) -> str:
    value = _value(body, path)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > limit:
        raise Malformed(path)
    return value if value.isascii() and "\0" not in value else clean(value)


def _matching(pattern: re.Pattern[str], body: Body, path: Sequence[str]) -> str:
    value = _value(body, path)
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise Malformed(path)
    return value


def _value(body: Body, path: Sequence[str]) -> object:
    value: object = body
    for step in path:
        # JSON and forms hold dictionaries only, and asking for those is ten times faster.
        if isinstance(value, dict):
            value = value.get(step)
        elif value is None:
            return None
        else:
            raise Malformed(path)
    return value
