"""Modals and the Home tab as they are kept: checked, with the names Slack gives them.

A user's modals are a stack of at most three; only the top one is seen.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from tests.servers.slack.spaces import with_ids
from tests.servers.slack.state import ApiError, Json
from tests.servers.slack.strict import check_view

if TYPE_CHECKING:
    from tests.servers.slack.interactions import Team

_KEPT = {
    "private_metadata": "",
    "callback_id": "",
    "clear_on_close": False,
    "notify_on_close": False,
    "external_id": "",
}


def opened(team: Team, user: str, view: Json) -> Json:
    """Show a modal, in place of whatever was open; return it as `views.open` does."""
    made = _made(team, view, "modal")
    team.modals[user] = [made]
    return copy.deepcopy(made)


def pushed(team: Team, user: str, view: Json) -> Json:
    """Show a modal above the one that is open."""
    stack = team.modals.get(user)
    if not stack:
        raise ApiError("not_found")
    if len(stack) >= 3:
        raise ApiError("push_limit_reached")
    made = _made(team, view, "modal", below=stack[-1])
    stack.append(made)
    return copy.deepcopy(made)


def replaced(team: Team, user: str, old: Json, view: Json) -> Json:
    """Show another view in the place of one that is open."""
    made = _made(team, view, "modal")
    made |= {"id": old["id"], "root_view_id": old["root_view_id"]}
    stack = team.modals.get(user, [])
    places = [place for place, each in enumerate(stack) if each["id"] == old["id"]]
    if not places:
        raise ApiError("not_found")
    stack[places[0]] = made
    return copy.deepcopy(made)


def closed(team: Team, user: str, view: Json) -> None:
    """Close a modal that was sent, and show what is below it."""
    stack = team.modals.get(user, [])
    stack[:] = [each for each in stack if each["id"] != view["id"]]


def published(team: Team, user: str, view: Json, told: str | None) -> Json:
    """Show a Home tab; `told` is the hash of the one the app thinks is shown."""
    before = team.homes.get(user)
    if told is not None and (before is None or before["hash"] != told):
        raise ApiError("hash_conflict")
    made = _made(team, view, "home")
    if before is not None:
        made |= {"id": before["id"], "root_view_id": before["id"]}
    team.homes[user] = made
    return copy.deepcopy(made)


def found(team: Team, view_id: str | None, external: str | None) -> tuple[str, Json]:
    """Return who is looking at a view, and the view; raise `not_found`."""
    for user, stack in team.modals.items():
        for view in stack:
            if view["id"] == view_id or (external and view["external_id"] == external):
                return user, view
    raise ApiError("not_found")


def _made(team: Team, view: Json, kind: str, below: Json | None = None) -> Json:
    check_view(view, kind)
    made: Json = _KEPT | copy.deepcopy(view)
    with_ids(made["blocks"], team.office.id)
    name = team.office.id("V")
    made |= {"id": name, "team_id": team.id, "app_id": team.office.app_id}
    made |= {"app_installed_team_id": team.id, "bot_id": team.bot_id}
    made |= {"state": {"values": {}}, "hash": team.office.id("hash.")}
    made["root_view_id"] = below["root_view_id"] if below else name
    made["previous_view_id"] = below["id"] if below else None
    for word in ("title", "submit", "close"):
        made.setdefault(word, None)
    return made
