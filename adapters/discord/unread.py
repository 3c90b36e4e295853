"""What is said where somebody wrote and we were not shown it: the way to answer that works.

Without the intent for the content of messages an answer in a thread arrives without its words.
Rule: nobody is left to believe that they have answered.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import discord

from adapters.discord import layout
from adapters.discord.client_faults import UNREACHABLE, kind_of
from adapters.discord.layout import NOBODY
from adapters.discord.receive_messages import files_of, is_persons
from adapters.discord.receive_ours import Ours
from adapters.discord.receive_values import Malformed, ident, maybe, name, part, words
from adapters.discord.render import BELOW, render, walk
from bot.ids import UserId
from bot.messages import Block, Button, Buttons, Message, Paragraph, Words

log = logging.getLogger(__name__)

UNREAD = (
    "This did not reach me, so it does not count: in this server I am not shown what is written "
    "here. Please answer with the button; it opens a form."
)
_BUTTON, _OPENS_FORM = 2, "answer:"


@dataclass(frozen=True, slots=True)
class Unread:
    """A message whose words were kept from us, in what may be a thread of ours."""

    by: UserId
    thread: str
    message: str


def unread(frame: Mapping[str, object], ours: Ours) -> Unread | None:
    """Return a message that we are not shown, if an event of the gateway tells one."""
    try:
        told = part(frame, "d")
        if ours.reads or name(frame, "t") != "MESSAGE_CREATE" or not maybe(told, "guild_id"):
            return None
        author, channel = ident(told, "author", "id"), ident(told, "channel_id")
        shown = words(told, "content").strip() or files_of(told)
        known = ours.parent_of(channel)
        if shown or not known or not is_persons(told) or ours.alone_with(channel, author):
            return None
        return Unread(UserId(author), channel, ident(told, "id"))
    except Malformed:
        return None


async def point(client: discord.Client, what: Unread) -> None:
    """Say so in the thread, if it is that of a question, which has a button to answer with."""
    thread = client.get_channel(int(what.thread))
    if not isinstance(thread, discord.Thread) or client.user is None:
        return
    if thread.owner_id != client.user.id or thread.is_private():
        return
    in_forum = isinstance(thread.parent, discord.ForumChannel)
    try:
        root = await client.http.get_message(thread.id if in_forum else thread.parent_id, thread.id)
        button = _answering(root)
        if button is not None:
            view = layout.view(render(_message(button), BELOW)[0])
            nonce = f"{what.message}.u"[:25]
            await thread.send(view=view, allowed_mentions=NOBODY, nonce=nonce)
    except UNREACHABLE as error:
        log.warning("nobody could be told how to answer", extra={"error": kind_of(error)})


def _answering(question: Mapping[str, Any]) -> Button | None:
    for component in walk(question.get("components", ())):
        action = str(component.get("custom_id", ""))
        if component.get("type") == _BUTTON and action.startswith(_OPENS_FORM):
            return Button(str(component.get("label", "")), action, "primary")
    return None


def _message(button: Button) -> Message:
    blocks: tuple[Block, ...] = (Paragraph((Words(UNREAD),)), Buttons((button,)))
    return Message("notice", UNREAD, blocks)
