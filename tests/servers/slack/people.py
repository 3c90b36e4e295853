"""The methods about people, bots and the workspace itself."""

from __future__ import annotations

from tests.servers.slack.interactions import Team
from tests.servers.slack.state import ApiError, Json


def auth_test(team: Team, args: Json) -> Json:  # noqa: ARG001
    """`auth.test`."""
    return {
        "url": f"https://{team.domain}.slack.com/",
        "team": team.name,
        "user": team.people[team.bot_user].name,
        "team_id": team.id,
        "user_id": team.bot_user,
        "bot_id": team.bot_id,
        "is_enterprise_install": False,
    }


def bots_info(team: Team, args: Json) -> Json:
    """`bots.info`."""
    for person in team.people.values():
        if person.bot_id and person.bot_id == args.get("bot"):
            bot = {"id": person.bot_id, "deleted": False, "name": person.real_name, "updated": 0}
            app = team.office.app_id if person.id == team.bot_user else f"A{person.id}"
            return {"bot": bot | {"app_id": app, "user_id": person.id, "icons": {}}}
    raise ApiError("bot_not_found")


def team_info(team: Team, args: Json) -> Json:  # noqa: ARG001
    """`team.info`."""
    return {"team": {"id": team.id, "name": team.name, "domain": team.domain}}


def users_info(team: Team, args: Json) -> Json:
    """`users.info`, also of closed accounts."""
    return {"user": team.person(str(args.get("user"))).payload()}


def users_list(team: Team, args: Json) -> Json:  # noqa: ARG001
    """`users.list`, in one page."""
    everybody = [person.payload() for person in team.people.values()]
    return {"members": everybody, "response_metadata": {"next_cursor": ""}}
