"""The Web API's table of methods: what each needs and what does it.

A method takes the workspace of the token and the arguments, changes state through the
workspace's doors only, and returns the body without `ok`; it refuses with `ApiError`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.servers.slack import chat, conversations, files, people, reactions
from tests.servers.slack.faults import Limits
from tests.servers.slack.interactions import Team
from tests.servers.slack.state import ApiError, Json
from tests.servers.slack.strict import check_view
from tests.servers.slack.tickets import Tickets
from tests.servers.slack.views import found, opened, published, pushed, replaced

Body = Callable[[Team, Json], Json]


@dataclass(frozen=True)
class Method:
    """One method; `scope` is what it needs besides what it finds out itself."""

    do: Body
    scope: str | None = None
    json: bool = True
    """Whether it reads a JSON body; methods that only read take forms and queries."""


def methods(tickets: Tickets, limits: Limits) -> dict[str, Method]:
    """Return every method that needs a bot token."""
    return {
        "auth.test": Method(people.auth_test),
        "bots.info": Method(people.bots_info, "users:read", json=False),
        "team.info": Method(people.team_info, "team:read", json=False),
        "users.info": Method(people.users_info, "users:read", json=False),
        "users.list": Method(people.users_list, "users:read", json=False),
        "users.conversations": Method(conversations.of_user, json=False),
        "chat.postMessage": Method(chat.post, "chat:write"),
        "chat.postEphemeral": Method(chat.ephemeral, "chat:write"),
        "chat.update": Method(chat.update, "chat:write"),
        "chat.delete": Method(chat.delete, "chat:write"),
        "chat.getPermalink": Method(chat.permalink, json=False),
        "conversations.list": Method(conversations.listed, json=False),
        "conversations.info": Method(conversations.info, json=False),
        "conversations.members": Method(conversations.members, json=False),
        "conversations.open": Method(conversations.opened, "im:write"),
        "conversations.join": Method(conversations.join, "channels:join"),
        "conversations.history": Method(
            lambda team, args: conversations.history(team, args, limits.items), json=False
        ),
        "conversations.replies": Method(
            lambda team, args: conversations.replies(
                team, args, limits.items, root_again=limits.root_again
            ),
            json=False,
        ),
        "files.getUploadURLExternal": Method(
            lambda team, args: files.begun(team, args, tickets.uploads), "files:write", json=False
        ),
        "files.completeUploadExternal": Method(files.completed, "files:write", json=False),
        "reactions.add": Method(reactions.add, "reactions:write"),
        "reactions.remove": Method(reactions.remove, "reactions:write"),
        "reactions.get": Method(reactions.get, "reactions:read", json=False),
        "views.open": Method(lambda team, args: _open(tickets, team, args)),
        "views.push": Method(lambda team, args: _push(tickets, team, args)),
        "views.update": Method(_update),
        "views.publish": Method(_publish),
    }


def _open(tickets: Tickets, team: Team, args: Json) -> Json:
    view = _view(args)
    check_view(view, "modal")
    user = tickets.exchange(team, str(args.get("trigger_id")))
    return {"view": opened(team, user, view)}


def _push(tickets: Tickets, team: Team, args: Json) -> Json:
    view = _view(args)
    check_view(view, "modal")
    user = tickets.exchange(team, str(args.get("trigger_id")))
    return {"view": pushed(team, user, view)}


def _update(team: Team, args: Json) -> Json:
    user, old = found(team, args.get("view_id"), args.get("external_id"))
    if args.get("hash") not in {None, old["hash"]}:
        raise ApiError("hash_conflict")
    return {"view": replaced(team, user, old, _view(args))}


def _publish(team: Team, args: Json) -> Json:
    user = str(args.get("user_id"))
    if team.person(user).deleted:
        raise ApiError("user_not_found")
    return {"view": published(team, user, _view(args), args.get("hash"))}


def _view(args: Json) -> Json:
    view = args.get("view")
    if not isinstance(view, dict):
        raise ApiError("invalid_arguments", response_metadata={"messages": ["[ERROR] view"]})
    return view
