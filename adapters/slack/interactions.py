"""What people do with what we show them: commands, buttons, forms and shortcuts.

Rule: in a direct message the place is `None`, and a form, which stands in no channel, remembers
the one it was opened from.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, Literal

from adapters.slack.entities import readable
from adapters.slack.happenings import is_direct, thread_of
from adapters.slack.ours import Ours
from adapters.slack.payloads import (
    Body,
    Malformed,
    ident,
    items,
    message,
    moment,
    name,
    part,
    token,
    words,
)
from adapters.slack.views import submitted
from bot.ids import ChannelId, DeliveryKey, MessageId
from bot.inbound import Author, ButtonPressed, CommandGiven, FormSubmitted, Inbound, ShortcutUsed

_BLOCKS_MOST: Final = 100
"""Slack shows no more in one view."""

_SHORTCUTS: Final[Mapping[str, Literal["practise", "second-take"]]] = {
    "practise": "practise",
    "second-take": "second-take",
}


def done(body: Body, ours: Ours, now: datetime) -> Inbound | None:
    """Return what an interaction or a slash command tells; `None` if that is nothing to us.

    Raises:
        Malformed: If it is not of the form Slack sends.
    """
    # A slash command is a form, and says what it is by having a command.
    kind = "command" if "command" in body else name(body, "type")
    of_kind = _KINDS.get(kind)
    return of_kind(body, ours, now) if of_kind else None


def _commanded(body: Body, ours: Ours, now: datetime) -> CommandGiven:
    direct = name(body, "channel_name") == "directmessage"
    return CommandGiven(
        workspace=ours.workspace,
        by=ours.author(ident(body, "user_id"), name(body, "user_name")),
        at=now,
        key=DeliveryKey(f"c:{token(body, 'trigger_id')}"),
        channel=None if direct else _place(ident(body, "channel_id")),
        text=readable(words(body, "text").strip(), _by_id),
    )


def _by_id(user: str) -> str:
    """Return whom a command mentions as they cannot be mistaken: two may have one name."""
    return user


def _pressed(body: Body, ours: Ours, now: datetime) -> ButtonPressed | None:
    by, action = _by(body, ours), _button(body)
    if action is None:
        return None
    # Both are the action; the id may carry a number more where a message has a button twice.
    pressed = name(action, "value") or name(action, "action_id")
    if not pressed:
        raise Malformed(("actions", "action_id"))
    return ButtonPressed(
        workspace=ours.workspace,
        by=by,
        at=moment(action, "action_ts") or now,
        key=DeliveryKey(f"b:{by.id}:{token(action, 'action_ts')}:{pressed}"),
        channel=_pressed_in(body),
        action=pressed,
    )


def _button(body: Body) -> Body | None:
    """Return the button that was pressed, if it was one; menus and pickers only fill in forms."""
    for action in items(body, "actions"):
        if isinstance(action, dict) and action.get("type") == "button":
            return action
    return None


def _pressed_in(body: Body) -> ChannelId | None:
    if part(body, "container").get("channel_id") is not None:
        return _place(ident(body, "container", "channel_id"))
    if part(body, "channel"):
        return _place(ident(body, "channel", "id"))
    return _kept(words(body, "view", "private_metadata"))


def _kept(metadata: str) -> ChannelId | None:
    """Return the channel that a view remembers."""
    if not metadata:
        return None
    try:
        kept = json.loads(metadata)
    except (ValueError, RecursionError):
        raise Malformed(("view", "private_metadata")) from None
    if not isinstance(kept, dict) or kept.get("channel") is None:
        return None
    return _place(ident(kept, "channel"))


def _sent(body: Body, ours: Ours, now: datetime) -> FormSubmitted:
    view = part(body, "view")
    _check(view)
    action, channel, fields = submitted(view)
    return FormSubmitted(
        workspace=ours.workspace,
        by=_by(body, ours),
        at=now,
        key=DeliveryKey(f"v:{token(body, 'trigger_id')}"),
        channel=_place(channel) if channel else None,
        action=action,
        fields=fields,
    )


def _check(view: Body) -> None:
    """Refuse a form whose values are not of the form Slack sends; reading it relies on that."""
    _kept(words(view, "private_metadata"))
    blocks = part(view, "state", "values")
    if not name(view, "callback_id") or len(blocks) > _BLOCKS_MOST:
        raise Malformed(("view",))
    for block in blocks.values():
        for state in _object(block).values():
            _check_element(_object(state))


def _check_element(state: Body) -> None:
    for value in ("value", "selected_date", "selected_time"):
        words(state, value)
    for option in (part(state, "selected_option"), *items(state, "selected_options")):
        words(_object(option), "value")


def _object(value: object) -> Body:
    if not isinstance(value, dict):
        raise Malformed(("view", "state"))
    return value


def _chosen(body: Body, ours: Ours, now: datetime) -> ShortcutUsed | None:
    shortcut = _SHORTCUTS.get(name(body, "callback_id"))
    if shortcut is None:
        return None
    chosen_on = message(body, "message_ts")
    channel = ident(body, "channel", "id")
    return ShortcutUsed(
        workspace=ours.workspace,
        by=_by(body, ours),
        at=moment(body, "action_ts") or now,
        key=DeliveryKey(f"s:{token(body, 'trigger_id')}"),
        channel=ChannelId(channel),
        message=MessageId(chosen_on),
        thread=thread_of(part(body, "message")),
        direct=is_direct(channel),
        name=shortcut,
    )


def _by(body: Body, ours: Ours) -> Author:
    called = name(body, "user", "name") or name(body, "user", "username")
    return ours.author(ident(body, "user", "id"), called)


def _place(channel: str) -> ChannelId | None:
    return None if is_direct(channel) else ChannelId(channel)


_Done = Callable[[Body, Ours, datetime], Inbound | None]
_KINDS: Final[Mapping[str, _Done]] = {
    "command": _commanded,
    "block_actions": _pressed,
    "view_submission": _sent,
    "message_action": _chosen,
}
