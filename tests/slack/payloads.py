"""What Slack sends, in the shapes its public documentation shows, with invented ids.

Every function returns a fresh body of one happening; `EXAMPLES` has one of each, by name, with
everything Slack adds that nobody reads.  Change what a test is about, leave the rest.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

Json = dict[str, Any]

TEAM, OTHER_TEAM, APP = "T0ACME", "T0OTHER", "A0COACH"
BOT, BOT_ID = "U0COACH", "B0COACH"
ANA, BO, STRANGER = "U0ANA", "U0BO", "W0STRANGER"
CHANNEL, DIRECT, PRIVATE = "C0PREP", "D0ANA", "G0PRIVATE"
ROOT = "1700000000.000100"
REPLY = "1700000060.000200"
LATER = "1700000120.000300"
TRIGGER = "12466734323.1395872398.2f1b8a1f8d0c"


def event(inner: Json) -> Json:
    """Wrap an event as the Events API does, by HTTP and by socket."""
    return {
        "token": "XXYYZZ",
        "team_id": TEAM,
        "context_team_id": TEAM,
        "context_enterprise_id": None,
        "api_app_id": APP,
        "event": inner,
        "type": "event_callback",
        "event_id": "Ev08MFMKH6",
        "event_time": int(float(str(inner.get("event_ts", ROOT)))),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM,
                "user_id": BOT,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": "4-eyJldCI6Im1lc3NhZ2UifQ",
    }


def written(text: str, ts: str = REPLY, thread: str | None = ROOT, user: str = ANA) -> Json:
    """Return a message as it stands inside events, with the blocks Slack's editor makes."""
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    message: Json = {
        "client_msg_id": "1c5f423a-243a-409c-aa12-ba87924bff68",
        "type": "message",
        "text": text,
        "user": user,
        "ts": ts,
        "team": TEAM,
        "blocks": [{"type": "rich_text", "block_id": "ZL1yL", "elements": [section]}],
    }
    if thread is not None:
        message |= {"thread_ts": thread, "parent_user_id": BOT}
    return message


def _kind(channel: str) -> str:
    return {"D": "im", "G": "group"}.get(channel[0], "channel")


def said(
    text: str = "My answer",
    *,
    ts: str = REPLY,
    thread: str | None = ROOT,
    user: str = ANA,
    channel: str = CHANNEL,
    **more: Any,
) -> Json:
    """Return `message` without a subtype."""
    inner = written(text, ts, thread, user)
    inner |= {"channel": channel, "event_ts": ts, "channel_type": _kind(channel)}
    return event(inner | more)


def direct(text: str = "today", **more: Any) -> Json:
    """Return a message to us alone."""
    return said(text, thread=None, channel=DIRECT, **more)


def broadcast(text: str = "My answer") -> Json:
    """Return a reply that is shown in the channel, too."""
    root = {"user": BOT, "type": "message", "ts": ROOT, "text": "Question", "thread_ts": ROOT}
    return said(text, subtype="thread_broadcast", root=root)


def with_files(text: str = "See here", files: int = 2) -> Json:
    """Return a message with files."""
    uploads = [
        {"id": f"F0{n}", "mimetype": "image/png", "name": "board.png", "mode": "hosted"}
        for n in range(files)
    ]
    return said(text, subtype="file_share", files=uploads, upload=False, display_as_bot=False)


def edited(
    text: str = "My better answer",
    before: str = "My answer",
    *,
    ts: str = REPLY,
    thread: str | None = ROOT,
    channel: str = CHANNEL,
    edited_ts: str = "1700000120.000000",
    event_ts: str = LATER,
) -> Json:
    """Return `message_changed` by a person."""
    now = written(text, ts, thread) | {"edited": {"user": ANA, "ts": edited_ts}}
    return _changed(now, written(before, ts, thread), channel, event_ts)


def unfurled(text: str = "See <https://example.com>", **more: Any) -> Json:
    """Return `message_changed` because a link got its preview."""
    now = written(text) | more
    now["attachments"] = [{"from_url": "https://example.com", "title": "Example", "id": 1}]
    return _changed(now, written(text) | more, CHANNEL, LATER)


def tombstone(channel: str = DIRECT, ts: str = REPLY) -> Json:
    """Return `message_changed` because the first message of a thread was deleted."""
    gone: Json = {"type": "message", "subtype": "tombstone", "text": "This message was deleted."}
    gone |= {"user": "USLACKBOT", "hidden": True, "ts": ts, "thread_ts": ts, "reply_count": 1}
    return _changed(gone, written("My answer", ts, ts), channel, LATER)


def _changed(now: Json, before: Json, channel: str, event_ts: str) -> Json:
    inner = {"type": "message", "subtype": "message_changed", "message": now, "hidden": True}
    inner |= {"previous_message": before, "channel": channel, "channel_type": _kind(channel)}
    return event(inner | {"ts": event_ts, "event_ts": event_ts})


def deleted(
    *, ts: str = REPLY, thread: str | None = ROOT, user: str = ANA, channel: str = CHANNEL
) -> Json:
    """Return `message_deleted`."""
    inner: Json = {"type": "message", "subtype": "message_deleted", "deleted_ts": ts}
    inner |= {"previous_message": written("My answer", ts, thread, user), "channel": channel}
    return event(inner | {"channel_type": _kind(channel), "ts": LATER, "event_ts": LATER})


def reacted(
    name: str = "four", *, added: bool = True, user: str = BO, channel: str = DIRECT
) -> Json:
    """Return `reaction_added` or `reaction_removed`."""
    inner = {
        "type": "reaction_added" if added else "reaction_removed",
        "user": user,
        "reaction": name,
        "item": {"type": "message", "channel": channel, "ts": ROOT},
        "item_user": BOT,
        "event_ts": LATER,
    }
    return event(inner)


def joined(user: str = BO, *, present: bool = True) -> Json:
    """Return `member_joined_channel` or `member_left_channel`."""
    kind = "member_joined_channel" if present else "member_left_channel"
    inner = {"type": kind, "user": user, "channel": CHANNEL, "channel_type": "C", "team": TEAM}
    return event(inner | {"inviter": ANA, "event_ts": LATER})


def user_changed(user: str = BO, *, deleted: bool = False, display: str = "Bo Lind") -> Json:
    """Return `user_change`: a new name, or an account closed."""
    profile = {"real_name": "Bo Lindqvist", "display_name": display, "avatar_hash": "g1234"}
    whole = {
        "id": user,
        "team_id": TEAM,
        "name": "bo.lindqvist",
        "deleted": deleted,
        "real_name": "Bo Lindqvist",
        "tz": "Europe/Stockholm",
        "profile": profile,
        "is_bot": False,
        "is_app_user": False,
        "updated": 1700000120,
    }
    return event({"type": "user_change", "user": whole, "cache_ts": 1700000120, "event_ts": LATER})


def mentioned(text: str = f"<@{BOT}> today", *, thread: str | None = None, **more: Any) -> Json:
    """Return `app_mention`."""
    inner = written(text, REPLY, thread) | {"type": "app_mention", "channel": CHANNEL}
    return event(inner | {"event_ts": REPLY} | more)


def home_opened(tab: str = "home", user: str = ANA) -> Json:
    """Return `app_home_opened`."""
    inner = {"type": "app_home_opened", "user": user, "channel": DIRECT, "tab": tab}
    return event(inner | {"event_ts": LATER})


def command(text: str = "today", channel: str = CHANNEL, **more: Any) -> Json:
    """Return a slash command's form."""
    form = {
        "token": "XXYYZZ",
        "team_id": TEAM,
        "team_domain": "acme",
        "channel_id": channel,
        "channel_name": "directmessage" if channel.startswith("D") else "prep",
        "user_id": ANA,
        "user_name": "ana",
        "command": "/coach",
        "text": text,
        "api_app_id": APP,
        "is_enterprise_install": "false",
        "response_url": "https://hooks.slack.com/commands/T0ACME/1/x",
        "trigger_id": TRIGGER,
    }
    return form | more


def _interaction(kind: str, user: str = ANA) -> Json:
    return {
        "type": kind,
        "team": {"id": TEAM, "domain": "acme"},
        "user": {"id": user, "username": "ana", "name": "ana", "team_id": TEAM},
        "api_app_id": APP,
        "token": "XXYYZZ",
        "trigger_id": TRIGGER,
        "enterprise": None,
        "is_enterprise_install": False,
    }


def _action(action: str) -> Json:
    return {
        "action_id": action,
        "block_id": "b1",
        "text": {"type": "plain_text", "text": "Join", "emoji": True},
        "value": action,
        "type": "button",
        "action_ts": LATER,
    }


def pressed(action: str = "join:c1", channel: str = CHANNEL, user: str = ANA) -> Json:
    """Return `block_actions` of a button below a message."""
    body = _interaction("block_actions", user)
    body["container"] = {
        "type": "message",
        "message_ts": ROOT,
        "channel_id": channel,
        "is_ephemeral": False,
    }
    body["channel"] = {"id": channel, "name": "prep"}
    body["message"] = {"user": BOT, "bot_id": BOT_ID, "type": "message", "ts": ROOT, "text": "Hi"}
    body["state"] = {"values": {}}
    body["response_url"] = "https://hooks.slack.com/actions/T0ACME/1/x"
    body["actions"] = [_action(action)]
    return body


def view(kind: str = "modal", metadata: str = '{"channel": "C0PREP"}', **more: Any) -> Json:
    """Return a view of ours as Slack keeps it."""
    shown: Json = {
        "id": "V0FORM",
        "team_id": TEAM,
        "type": kind,
        "blocks": [],
        "private_metadata": metadata,
        "callback_id": "answer:p1",
        "state": {"values": {}},
        "hash": "1700000000.abcdef",
        "root_view_id": "V0FORM",
        "previous_view_id": None,
        "app_id": APP,
        "app_installed_team_id": TEAM,
        "bot_id": BOT_ID,
    }
    return shown | more


def pressed_in_view(
    action: str = "say:today", kind: str = "home", metadata: str = "", user: str = ANA
) -> Json:
    """Return `block_actions` of a button on the Home tab or in a form."""
    body = _interaction("block_actions", user)
    body["container"] = {"type": "view", "view_id": "V0FORM"}
    body["view"] = view(kind, metadata)
    body["actions"] = [_action(action)]
    return body


def sent(values: Json | None = None, **more: Any) -> Json:
    """Return `view_submission`; `values` are elements' states by block id."""
    filled = copy.deepcopy(FILLED) if values is None else values
    state = {"values": {block: {"value": element} for block, element in filled.items()}}
    body = _interaction("view_submission")
    body |= {"view": view(state=state, **more), "response_urls": []}
    return body


FILLED: Json = {
    "text": {"type": "plain_text_input", "value": "It was a Tuesday."},
    "empty": {"type": "plain_text_input", "value": None},
    "score": {
        "type": "radio_buttons",
        "selected_option": {"text": {"type": "plain_text", "text": "4"}, "value": "4"},
    },
    "flags": {
        "type": "checkboxes",
        "selected_options": [
            {"text": {"type": "plain_text", "text": "One"}, "value": "one"},
            {"text": {"type": "plain_text", "text": "Two"}, "value": "two"},
        ],
    },
    "start": {"type": "datepicker", "selected_date": "2026-12-07"},
    "at": {"type": "timepicker", "selected_time": "09:30"},
}


def shortcut(
    name: str = "practise", *, channel: str = CHANNEL, thread: str | None = None, ts: str = REPLY
) -> Json:
    """Return `message_action`: a shortcut on a message."""
    body = _interaction("message_action")
    body |= {"callback_id": name, "message_ts": ts, "action_ts": LATER}
    body["message"] = written("My answer", ts, thread)
    body["channel"] = {"id": channel, "name": "prep"}
    body["response_url"] = "https://hooks.slack.com/app/T0ACME/1/x"
    return body


EXAMPLES: dict[str, Callable[[], Json]] = {
    "said": said,
    "direct": direct,
    "broadcast": broadcast,
    "files": with_files,
    "edited": edited,
    "unfurled": unfurled,
    "tombstone": tombstone,
    "deleted": deleted,
    "reacted": reacted,
    "joined": joined,
    "left": lambda: joined(present=False),
    "renamed": user_changed,
    "deactivated": lambda: user_changed(deleted=True),
    "mentioned": mentioned,
    "home": home_opened,
    "command": command,
    "pressed": pressed,
    "pressed in view": pressed_in_view,
    "sent": sent,
    "shortcut": shortcut,
}
"""One body of each kind."""
