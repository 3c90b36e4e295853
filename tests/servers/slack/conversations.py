"""The `conversations.*` methods: channels, who is in them and what was said there."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from typing import TypeVar

from tests.servers.slack.chat import truth
from tests.servers.slack.interactions import Team
from tests.servers.slack.state import ApiError, Channel, Detail, Json, Post

T = TypeVar("T")
_TYPES = {"public_channel": "channels", "private_channel": "groups", "im": "im"}
_MOMENT = re.compile(r"\d+(\.\d+)?")


def info(team: Team, args: Json) -> Json:
    """`conversations.info`."""
    place = _seen(team, args, "read")
    channel = place.payload(team.bot_user)
    if place.user is not None:
        channel["is_user_deleted"] = team.people[place.user].deleted
    if truth(args.get("include_num_members")):
        channel["num_members"] = len(place.members)
    return {"channel": channel}


def members(team: Team, args: Json) -> Json:
    """`conversations.members`: ids, also of closed accounts and of the app."""
    place = _seen(team, args, "read")
    page, cursor = _page(place.members, args, 100)
    return {"members": page, "response_metadata": {"next_cursor": cursor}}


def listed(team: Team, args: Json) -> Json:
    """`conversations.list`."""
    return _listing(team, args, list(team.channels.values()))


def of_user(team: Team, args: Json) -> Json:
    """`users.conversations`: where a user is, the app itself by default."""
    user = str(args.get("user") or team.bot_user)
    team.person(user)
    return _listing(team, args, [c for c in team.channels.values() if user in c.members])


def opened(team: Team, args: Json) -> Json:
    """`conversations.open`: a direct message, with a closed account too."""
    users = [user for user in str(args.get("users") or "").split(",") if user]
    if not users:
        raise ApiError("users_list_not_supplied")
    if len(users) > 1:
        raise ApiError("missing_scope", needed="mpim:write", provided=provided(team))
    if team.person(users[0]).is_bot:
        raise ApiError("cannot_dm_bot")
    known = f"D{team.id}{users[0]}" in team.channels
    channel: Json = {"id": team.dm(users[0])}
    if truth(args.get("return_im")):
        channel = team.channels[channel["id"]].payload(team.bot_user)
    return {"no_op": known, "already_open": known, "channel": channel}


def join(team: Team, args: Json) -> Json:
    """`conversations.join`: public channels only."""
    place = team.visible(str(args.get("channel")))
    if place.user is not None or place.private:
        raise ApiError("method_not_supported_for_channel_type")
    if place.archived:
        raise ApiError("is_archived")
    if team.bot_user not in place.members:
        team.enter(place, team.bot_user)
    return {"channel": place.payload(team.bot_user)}


def history(team: Team, args: Json, most: int) -> Json:
    """`conversations.history`: newest first, thread replies only where sent to the channel."""
    place = _joined(team, args)
    posts = [post for post in reversed(list(place.posts.values())) if post.in_channel]
    page, cursor = _page(_within(posts, args), args, 100, most)
    return _messages(page, args, cursor)


def replies(team: Team, args: Json, most: int, *, root_again: bool) -> Json:
    """`conversations.replies`: the root, then replies, oldest first.

    Whether a later page begins with the root again is told differently by different people;
    `root_again` decides.  `oldest` never hides the root.
    """
    place = _joined(team, args)
    root = place.posts.get(str(args.get("ts")))
    if root is None:
        raise ApiError("thread_not_found")
    if root.root != root.ts:
        return _messages([root], args, "")
    found = _within([place.posts[ts] for ts in root.replies], args)
    page, cursor = _page(found, args, 1000, most)
    first = not args.get("cursor")
    return _messages([root, *page] if first or root_again else page, args, cursor)


def provided(team: Team) -> str:
    """Return the scopes as `missing_scope` and the response header list them."""
    return ",".join(sorted(team.scopes))


def need(team: Team, scope: str) -> None:
    """Raise `missing_scope` unless the workspace granted `scope`."""
    if scope not in team.scopes:
        raise ApiError("missing_scope", needed=scope, provided=provided(team))


def _seen(team: Team, args: Json, what: str) -> Channel:
    place = team.visible(str(args.get("channel")))
    need(team, f"{place.scope}:{what}")
    return place


def _joined(team: Team, args: Json) -> Channel:
    _seen(team, args, "history")
    return team.joined(str(args.get("channel")))


def _listing(team: Team, args: Json, channels: list[Channel]) -> Json:
    wanted = [kind.strip() for kind in str(args.get("types") or "public_channel").split(",")]
    for kind in wanted:
        if kind not in _TYPES:
            raise ApiError("invalid_types")
        need(team, f"{_TYPES[kind]}:read")
    scopes = {_TYPES[kind] for kind in wanted}
    hidden = truth(args.get("exclude_archived"))
    found = [
        place.payload(team.bot_user)
        for place in channels
        if place.scope in scopes
        and not (hidden and place.archived)
        and not (place.private and team.bot_user not in place.members)
    ]
    page, cursor = _page(found, args, 100)
    return {"channels": page, "response_metadata": {"next_cursor": cursor}}


def _within(posts: Sequence[Post], args: Json) -> list[Post]:
    bounds = []
    for name in ("oldest", "latest"):
        text = str(args.get(name) or "")
        if text and not _MOMENT.fullmatch(text):
            raise ApiError(f"invalid_ts_{name}")
        bounds.append(_key(text) if text else None)
    oldest, latest = bounds
    inclusive = truth(args.get("inclusive"))
    return [
        post
        for post in posts
        if (oldest is None or _key(post.ts) > oldest or (inclusive and _key(post.ts) == oldest))
        and (latest is None or _key(post.ts) < latest or (inclusive and _key(post.ts) == latest))
    ]


def _key(ts: str) -> tuple[int, int]:
    whole, _, part = ts.partition(".")
    return int(whole), int(f"{part:0<6}"[:6])


def _page(found: Sequence[T], args: Json, usual: int, most: int = 1000) -> tuple[list[T], str]:
    try:
        limit = int(args.get("limit") or usual)
    except ValueError:
        raise ApiError("invalid_limit") from None
    if not 1 <= limit <= 1000:
        raise ApiError("invalid_limit")
    limit = min(limit, most)
    start = _cursor(str(args.get("cursor") or ""))
    page = list(found[start : start + limit])
    more = start + limit < len(found)
    return page, base64.b64encode(f"next:{start + limit}".encode()).decode() if more else ""


def _cursor(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        word, _, number = base64.b64decode(cursor, validate=True).decode().partition(":")
        if word != "next":
            raise ApiError("invalid_cursor")
        return int(number)
    except (binascii.Error, ValueError):
        raise ApiError("invalid_cursor") from None


def _messages(posts: Sequence[Post], args: Json, cursor: str) -> Json:
    detail: Detail = "all" if truth(args.get("include_all_metadata")) else "type"
    body: Json = {"messages": [post.payload(detail) for post in posts]}
    body["has_more"] = bool(cursor)
    if cursor:
        body["response_metadata"] = {"next_cursor": cursor}
    return body
