"""What is said where somebody wrote and we were not shown it: the way to answer that works.

Without the intent for the content of messages an answer in a thread arrives without its words, and
so does what is said in a private thread.
Rule: nobody is left to believe that they have answered, and who takes no part is left in peace.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import discord

from adapters.discord import layout
from adapters.discord.client_faults import UNREACHABLE, kind_of
from adapters.discord.layout import NOBODY
from adapters.discord.receive_messages import files_of, is_persons
from adapters.discord.receive_ours import Ours, workspace_of
from adapters.discord.receive_values import Malformed, ident, maybe, name, part, words
from adapters.discord.render import BELOW, render, walk
from bot.ids import ChannelId, UserId, WorkspaceId
from bot.messages import Block, Button, Buttons, Message, Paragraph, Words

log = logging.getLogger(__name__)

IsMember = Callable[[WorkspaceId, ChannelId, UserId], Awaitable[bool]]
"""Tells whether somebody takes part in the cohort of a channel."""

UNREAD = (
    "This has not reached me, so it does not count so far: in this server I am not shown what is "
    "written here. Please answer with the button; it opens a form."
)
UNREAD_ALONE = (
    "This has not reached me: in this server I am not shown what is written here. Please use the "
    "button, or type /coach."
)
LOOKED_BACK: Final = 50
"""So many of the newest messages are looked through for a question that is being practised."""
_BUTTON, _OPENS_FORM, _OPENS_PRACTICE = 2, "answer:", "write:"
_HELP: Final = Button("What I can do", "say:help", "primary")


@dataclass(frozen=True, slots=True)
class Unread:
    """A message whose words were kept from us, in what may be a thread of ours.

    `alone` if it is the one in which we speak to its author alone.
    """

    workspace: WorkspaceId
    channel: ChannelId
    by: UserId
    thread: str
    message: str
    alone: bool = False


async def anybody(workspace: WorkspaceId, channel: ChannelId, user: UserId) -> bool:
    """See `IsMember`: nobody is known not to take part."""
    del workspace, channel, user
    return True


def unread(frame: Mapping[str, object], ours: Ours) -> Unread | None:
    """Return a message that we are not shown, if an event of the gateway tells one."""
    try:
        told = part(frame, "d")
        if ours.reads or name(frame, "t") != "MESSAGE_CREATE" or not maybe(told, "guild_id"):
            return None
        author, thread = ident(told, "author", "id"), ident(told, "channel_id")
        shown = words(told, "content").strip() or files_of(told)
        channel = ours.parent_of(thread)
        if shown or not channel or not is_persons(told):
            return None
        where, alone = workspace_of(ident(told, "guild_id")), ours.alone_with(thread, author)
        message = ident(told, "id")
        return Unread(where, ChannelId(channel), UserId(author), thread, message, alone)
    except Malformed:
        return None


async def point(
    client: discord.Client, what: Unread, may: Callable[[Unread], Awaitable[bool]]
) -> None:
    """Say so below the message, with the button that works, if we `may`.

    That is where we speak to its author alone, or in the thread of a question.
    """
    thread = client.get_channel(int(what.thread))
    if not isinstance(thread, discord.Thread) or client.user is None:
        return
    if thread.owner_id != client.user.id or thread.is_private() is not what.alone:
        return
    if not await may(what):
        return
    try:
        button = await (_practised(client, thread) if what.alone else _asked(client, thread))
        if button is not None:
            await _reply(thread, what, _message(button, alone=what.alone))
    except UNREACHABLE as error:
        log.warning("nobody could be told how to answer", extra={"error": kind_of(error)})


async def _asked(client: discord.Client, thread: discord.Thread) -> Button | None:
    """Return the button below the question of a thread, if it has one."""
    in_forum = isinstance(thread.parent, discord.ForumChannel)
    root = await client.http.get_message(thread.id if in_forum else thread.parent_id, thread.id)
    return _button([root], _OPENS_FORM)


async def _practised(client: discord.Client, thread: discord.Thread) -> Button:
    """Return the button of the question that was asked last in a private thread, or of help."""
    newest = await client.http.logs_from(thread.id, LOOKED_BACK)
    ours = [one for one in newest if client.user and one["author"]["id"] == str(client.user.id)]
    return _button(ours, _OPENS_PRACTICE) or _HELP


async def _reply(thread: discord.Thread, what: Unread, said: Message) -> None:
    to = discord.MessageReference(
        message_id=int(what.message),
        channel_id=thread.id,
        guild_id=thread.guild.id,
        fail_if_not_exists=False,
    )
    await thread.send(
        view=layout.view(render(said, BELOW)[0]),
        reference=to,
        allowed_mentions=NOBODY,
        nonce=f"{what.message}.u"[:25],
    )


def _button(messages: Iterable[Mapping[str, Any]], opens: str) -> Button | None:
    """Return the first of our buttons that opens such a form."""
    for message in messages:
        for component in walk(message.get("components", ())):
            action = str(component.get("custom_id", ""))
            if component.get("type") == _BUTTON and action.startswith(opens):
                return Button(str(component.get("label", "")), action, "primary")
    return None


def _message(button: Button, *, alone: bool) -> Message:
    said = UNREAD_ALONE if alone else UNREAD
    blocks: tuple[Block, ...] = (Paragraph((Words(said),)), Buttons((button,)))
    return Message("notice", said, blocks)
