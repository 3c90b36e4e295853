"""Views: the Home of the app, windows that show something, and forms.

Pure, both ways: forms out, and what was sent back in.  A view cannot go on elsewhere as a
message can; one that is too long says so at its end.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import cast

from adapters.slack.fields import inputs, states, value
from adapters.slack.pages import Item, Solid, paged
from adapters.slack.render import blocks, items
from adapters.slack.richtext import Json, elements, plain_text, rich_text, section
from bot.ids import ChannelId
from bot.messages import FORM_TITLE_LIMIT, Form, Message

ROOM = 40_000
"""Slack takes 250 kB of a view, and slack_sdk sends six bytes for a letter beyond ASCII."""
BLOCKS_MOST = 100
TOO_LONG = "There is more than fits into this window."

_DIVIDER: Json = {"type": "divider"}


def home(message: Message) -> Json:
    """Return the message as somebody's Home."""
    return {"type": "home", "blocks": _shown([message])}


def modal(messages: Sequence[Message], title: str = "Coach") -> Json:
    """Return one or more messages as a window with nothing to send; `title` is cut at 24."""
    return {
        "type": "modal",
        "title": plain_text(title, FORM_TITLE_LIMIT),
        "close": plain_text("Close"),
        "blocks": _shown(messages),
    }


def fits(messages: Sequence[Message]) -> bool:
    """Return whether one view holds all of the messages."""
    return len(paged(_items(messages), ROOM, BLOCKS_MOST)) == 1


def form(form: Form, channel: ChannelId | None) -> Json:
    """Return a form as a window; `channel`, where it was asked for, comes back with it."""
    shown: list[Json] = []
    if intro := elements(form.intro):
        shown.append(rich_text(section(intro)))
    for field in form.fields:
        shown += inputs(field)
    return {
        "type": "modal",
        "callback_id": form.action,
        "private_metadata": json.dumps({"channel": channel}),
        "title": plain_text(form.title, FORM_TITLE_LIMIT),
        "submit": plain_text("Send"),
        "close": plain_text("Cancel"),
        "blocks": shown,
    }


def submitted(view: Mapping[str, object]) -> tuple[str, ChannelId | None, dict[str, str]]:
    """Return a form's action, where it was asked for, and its fields; empty ones are missing."""
    found = {
        name: value(state) for name, actions in states(view).items() for state in actions.values()
    }
    fields = {name: words for name, words in found.items() if words.strip()}
    return str(view.get("callback_id") or ""), channel_of(view), fields


def _items(messages: Sequence[Message]) -> list[Item]:
    shown: list[Item] = []
    ahead = 0
    for message in messages:
        if shown:
            shown.append(Solid(_DIVIDER, len(json.dumps(_DIVIDER)) + 2))
        shown += items(message, tables=False, ahead=ahead)
        ahead += len(message.blocks)
    return shown


def _shown(messages: Sequence[Message]) -> list[Json]:
    pages = paged(_items(messages), ROOM, BLOCKS_MOST)
    return blocks(pages[0], TOO_LONG, more=len(pages) > 1)


def channel_of(view: Mapping[str, object]) -> ChannelId | None:
    """Return where a form was asked for; `None` if that was in private, or cannot be read."""
    try:
        kept: object = json.loads(str(view.get("private_metadata") or "{}"))
    except ValueError:
        return None
    channel = cast("dict[str, object]", kept).get("channel") if isinstance(kept, dict) else None
    return ChannelId(channel) if isinstance(channel, str) else None
