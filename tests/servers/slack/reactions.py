"""The `reactions.*` methods."""

from __future__ import annotations

import re

from tests.servers.slack.chat import truth
from tests.servers.slack.interactions import Team
from tests.servers.slack.state import ApiError, Channel, Json, Post

_NAME = re.compile(r"[a-z0-9_+'\-]+(::skin-tone-[2-6])?")
_ELSEWHERE = re.compile(
    "thumbs_(up|down)|party_popper|check_mark_button|red_heart|light_bulb|clapping_hands|"
    r"folded_hands|waving_hand|keycap_\d|hundred_points"
)
"""What Unicode or others call emoji that Slack calls otherwise."""
MOST = 23
"""Different reactions an app may put on one message."""


def add(team: Team, args: Json) -> Json:
    """`reactions.add`."""
    name = str(args.get("name") or "")
    if not _NAME.fullmatch(name) or _ELSEWHERE.fullmatch(name):
        raise ApiError("invalid_name")
    place, post = _item(team, args)
    if place.archived:
        raise ApiError("is_archived")
    if sum(team.bot_user in users for users in post.reactions.values()) >= MOST:
        raise ApiError("too_many_reactions")
    team.mark(place, post, team.bot_user, name)
    return {}


def remove(team: Team, args: Json) -> Json:
    """`reactions.remove`."""
    place, post = _item(team, args)
    if place.archived:
        raise ApiError("is_archived")
    team.unmark(place, post, team.bot_user, str(args.get("name") or ""))
    return {}


def get(team: Team, args: Json) -> Json:
    """`reactions.get`; `users` may be short without `full`, and it is here."""
    place, post = _item(team, args)
    message = post.payload("type")
    if not truth(args.get("full")):
        for reaction in message.get("reactions", []):
            reaction["users"] = reaction["users"][:3]
    return {"type": "message", "channel": place.id, "message": message}


def _item(team: Team, args: Json) -> tuple[Channel, Post]:
    if not args.get("timestamp"):
        raise ApiError("no_item_specified")
    place = team.joined(str(args.get("channel")))
    post = place.posts.get(str(args["timestamp"]))
    if post is None:
        raise ApiError("message_not_found")
    return place, post
