"""The `chat.*` methods, and messages sent to a response address."""

from __future__ import annotations

from tests.servers.slack.files import check_files
from tests.servers.slack.interactions import Team
from tests.servers.slack.state import ApiError, Channel, Json, Post, stored
from tests.servers.slack.strict import check_message
from tests.servers.slack.tickets import Response


def post(team: Team, args: Json) -> Json:
    """`chat.postMessage`: to a channel, or to a user's direct message by the user's id."""
    place = _postable(team, _direct(team, args))
    check_message(args)
    check_files(team, args)
    thread = args.get("thread_ts")
    if thread is not None:
        root = place.posts.get(str(thread))
        if root is None:
            raise ApiError("thread_not_found")
        thread = root.root
    made = _made(team, args)
    made.thread_ts = thread
    if thread and truth(args.get("reply_broadcast")):
        made.broadcast, made.subtype = True, "thread_broadcast"
    team.put(place, made)
    return {"channel": place.id, "ts": made.ts, "message": made.payload("all")}


def update(team: Team, args: Json) -> Json:
    """`chat.update`: only the app's own; what is not given stays as it is."""
    place = team.visible(_channel(args))
    if place.archived:
        raise ApiError("is_inactive")
    old = _message(place, args)
    if old.bot is None or old.bot["bot_id"] != team.bot_id:
        raise ApiError("cant_update_message")
    check_message(args, updates=True)
    check_files(team, args)
    _revise(team, place, old, args)
    answer = {"channel": place.id, "ts": old.ts, "text": old.text}
    return answer | {"message": old.payload("all")}


def delete(team: Team, args: Json) -> Json:
    """`chat.delete`: only the app's own."""
    place = team.visible(_channel(args))
    old = _message(place, args)
    if old.bot is None or old.bot["bot_id"] != team.bot_id:
        raise ApiError("cant_delete_message")
    team.remove(place, old)
    return {"channel": place.id, "ts": old.ts}


def ephemeral(team: Team, args: Json) -> Json:
    """`chat.postEphemeral`: seen by one member of the channel, until they reload."""
    place = _postable(team, _channel(args))
    check_message(args)
    check_files(team, args, shown_to_one=True)
    user = str(args.get("user"))
    if user not in place.members or team.person(user).deleted:
        raise ApiError("user_not_in_channel")
    made = _made(team, args)
    ts = team.note(user, place.id, made.text, made.blocks)
    return {"message_ts": ts}


def permalink(team: Team, args: Json) -> Json:
    """`chat.getPermalink`."""
    place = team.visible(_channel(args))
    ts = str(args.get("message_ts"))
    if ts not in place.posts:
        raise ApiError("message_not_found")
    link = f"https://{team.domain}.slack.com/archives/{place.id}/p{ts.replace('.', '')}"
    return {"channel": place.id, "permalink": link}


def respond(response: Response, args: Json) -> None:
    """Do what was posted to a response address."""
    team, place = response.team, response.team.channels[response.channel]
    pressed = place.posts.get(response.ts) if response.ts else None
    if truth(args.get("delete_original")):
        _delete_original(response, pressed)
        return
    check_message(args)
    check_files(team, args, shown_to_one=True)
    made = _made(team, args)
    if truth(args.get("replace_original")) and pressed is not None:
        _revise(team, place, pressed, args)
    elif args.get("response_type") == "in_channel":
        made.thread_ts = args.get("thread_ts")
        team.put(place, made)
    else:
        if truth(args.get("replace_original")):
            _delete_original(response, None)
        team.note(response.user, place.id, made.text, made.blocks)


def _delete_original(response: Response, pressed: Post | None) -> None:
    team = response.team
    if pressed is not None:
        team.remove(team.channels[response.channel], pressed)
        return
    team.notes[:] = [note for note in team.notes if note[2].ts != response.ts]


def _revise(team: Team, place: Channel, old: Post, args: Json) -> None:
    def change(post: Post) -> None:
        if args.get("text") is not None:
            post.text = stored(str(args["text"]))
        if args.get("blocks") is not None:
            post.blocks = [dict(block) for block in args["blocks"]]
        if args.get("metadata") is not None:
            post.metadata = args["metadata"] or None
        team.edited(post, team.bot_user)

    team.revise(place, old, change)


def _made(team: Team, args: Json) -> Post:
    profile = {"id": team.bot_id, "app_id": team.office.app_id, "name": "Coach", "deleted": False}
    profile |= {"updated": 0, "team_id": team.id}
    bot = {"bot_id": team.bot_id, "app_id": team.office.app_id, "bot_profile": profile}
    text = stored(str(args.get("text") or ""))
    made = Post(team.office.ts(), team.bot_user, team.id, text, bot=bot)
    made.blocks = [dict(block) for block in args.get("blocks") or []]
    made.metadata = args.get("metadata") or None
    return made


def _direct(team: Team, args: Json) -> str:
    channel = _channel(args)
    if channel in team.people:
        return team.dm(channel)
    return channel


def _postable(team: Team, channel: str) -> Channel:
    place = team.visible(channel)
    public = not place.private and place.user is None
    if team.bot_user not in place.members and not (public and "chat:write.public" in team.scopes):
        raise ApiError("not_in_channel")
    if place.archived:
        raise ApiError("is_archived")
    return place


def _channel(args: Json) -> str:
    return str(args.get("channel") or "")


def _message(place: Channel, args: Json) -> Post:
    found = place.posts.get(str(args.get("ts")))
    if found is None or found.tombstone:
        raise ApiError("message_not_found")
    return found


def truth(value: object) -> bool:
    """Return whether an argument of a form or of JSON says yes."""
    return value in {True, "1", "true", "True"}
