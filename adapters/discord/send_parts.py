"""One message of ours in Discord: put there, replaced, taken away.

What is put there mentions those who are meant and nobody else, and carries what makes it
recognisable.  An archived thread is reopened first.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import TypeVar

from adapters.discord.calls import Calls, list_in, text_in
from adapters.discord.calls_answers import NEEDS_TAG, NO_MESSAGE, Data
from adapters.discord.layout import allowed
from adapters.discord.places import CHANNEL, WEEK_MINUTES, Places
from adapters.discord.render import PICTURE, Part, described, with_picture, without_picture
from adapters.discord.search_marks import Mark, marked
from adapters.discord.seeds import Wait
from adapters.discord.threads_history import MESSAGE, MESSAGES
from bot.ids import ChannelId, MessageId
from bot.messages import Message
from bot.ports.outside import Draw
from bot.ports.platforms import Refused, TryLater, Unknown

log = logging.getLogger(__name__)

T = TypeVar("T")

SHORT = timedelta(seconds=5)
"""So long we wait for Discord rather than leave the rest of a post to another attempt."""

_COMPONENTS_V2 = 1 << 15


class Showing:
    """Shows messages in one server.  Every method raises a `SendError` if it is not done."""

    def __init__(self, calls: Calls, places: Places, wait: Wait, draw: Draw | None = None) -> None:
        self._calls = calls
        self._places = places
        self._wait = wait
        self._draw = draw

    async def pictured(self, parts: Sequence[Part], message: Message) -> tuple[Part, ...]:
        """Return the parts with the message's picture, if it has one that can be drawn."""
        if message.picture is None or self._draw is None:
            return tuple(parts)
        return (with_picture(parts[0], await self._draw(message.picture)), *parts[1:])

    def ready(self, channel: ChannelId) -> None:
        """Raise `TryLater` if a post in the channel would be refused for the time being."""
        self._calls.check("POST", MESSAGES, channel)

    async def put(
        self,
        channel: ChannelId,
        part: Part,
        mark: Mark,
        nonce: str,
        *,
        reply_to: MessageId | None = None,
        patient: bool = False,
    ) -> MessageId:
        """Post once, however often that is asked for within minutes.

        `patient` waits out a short limit.
        """
        more: Data = {"nonce": nonce, "enforce_nonce": True}
        if reply_to is not None:
            more["message_reference"] = {"message_id": reply_to, "fail_if_not_exists": False}

        async def put(part: Part) -> MessageId:
            return await self._put(channel, part, _body(part, mark) | more)

        try:
            return await _at_best(part, put)
        except TryLater as error:
            if not patient or error.after is None or error.after > SHORT:
                raise
            await self._wait(error.after.total_seconds())
        return await _at_best(part, put)

    async def _put(self, channel: ChannelId, part: Part, body: Data) -> MessageId:
        ids, file = {"channel_id": channel}, _file(part)
        data = await self._places.awake(
            channel,
            lambda: self._calls.one(
                "POST", MESSAGES, twice="nonced", json=body, ids=ids, file=file
            ),
        )
        return MessageId(_id_in(data))

    async def begin(self, forum: ChannelId, name: str, part: Part, mark: Mark) -> ChannelId:
        """Begin a post in a forum and return its thread, whose first message has the same id."""
        return await _at_best(part, lambda each: self._begin(forum, name, each, mark))

    async def _begin(self, forum: ChannelId, name: str, part: Part, mark: Mark) -> ChannelId:
        body = {
            "name": name,
            "auto_archive_duration": WEEK_MINUTES,
            "message": _body(part, mark),
        }
        try:
            return await self._begun(forum, part, body)
        except Refused as error:
            if error.reason != NEEDS_TAG:
                raise
        tagged = body | {"applied_tags": [await self._tag(forum)]}
        return await self._begun(forum, part, tagged)

    async def _begun(self, forum: ChannelId, part: Part, body: Data) -> ChannelId:
        path = CHANNEL + "/threads"
        # Nothing makes this recognisable to Discord: there is no nonce for forum posts.
        data = await self._calls.one(
            "POST", path, twice="shows", json=body, ids={"channel_id": forum}, file=_file(part)
        )
        return ChannelId(_id_in(data))

    async def _tag(self, forum: ChannelId) -> str:
        """Return the first tag of a forum that anybody may give."""
        data = await self._calls.one("GET", CHANNEL, ids={"channel_id": forum})
        for tag in list_in(data, "available_tags"):
            if tag.get("moderated") is not True and text_in(tag, "id"):
                return text_in(tag, "id")
        raise Refused(NEEDS_TAG)

    async def replace(self, channel: ChannelId, message: MessageId, part: Part, mark: Mark) -> None:
        """Replace a message, with its picture or without; harmless when done twice."""
        ids = {"channel_id": channel, "message_id": message}

        async def patch(part: Part) -> Data:
            # An attachment that is not listed is taken away.
            body: Data = {"attachments": []} | _body(part, mark)
            file = _file(part)
            return await self._places.awake(
                channel, lambda: self._calls.one("PATCH", MESSAGE, json=body, ids=ids, file=file)
            )

        await _at_best(part, patch)

    async def remove(self, channel: ChannelId, message: MessageId) -> None:
        """Take a message away; already so is success."""
        ids = {"channel_id": channel, "message_id": message}
        try:
            await self._places.awake(channel, lambda: self._calls.call("DELETE", MESSAGE, ids=ids))
        except Refused as error:
            if error.reason != NO_MESSAGE:
                raise


async def _at_best(part: Part, do: Callable[[Part], Awaitable[T]]) -> T:
    """Show a part with its picture or, where Discord refuses that, without it."""
    try:
        return await do(part)
    except Refused as error:
        if part.image is None or error.closed:
            raise
        log.warning("a picture was left out", extra={"error": error.reason})
    return await do(without_picture(part))


def _body(part: Part, mark: Mark) -> Data:
    body: Data = {
        "components": marked(part.components, mark),
        "flags": _COMPONENTS_V2,
        "allowed_mentions": allowed(part.users).to_dict(),
    }
    if part.image is not None:
        about = {"id": 0, "filename": PICTURE, "description": described(part.image)}
        body["attachments"] = [about]
    return body


def _file(part: Part) -> tuple[str, bytes] | None:
    return (PICTURE, part.image.png) if part.image is not None else None


def _id_in(data: Data) -> str:
    found = text_in(data, "id")
    if not found:
        raise Unknown("unreadable")
    return found
