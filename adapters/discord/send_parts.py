"""One message of ours in Discord: put there, replaced, taken away.

What is put there mentions those who are meant and nobody else, and carries what makes it
recognisable.  An archived thread is reopened first.
"""

from __future__ import annotations

from datetime import timedelta

from adapters.discord.calls import Calls, list_in, text_in
from adapters.discord.calls_answers import NEEDS_TAG, NO_MESSAGE, Data
from adapters.discord.layout import allowed
from adapters.discord.places import CHANNEL, WEEK_MINUTES, Places
from adapters.discord.render import Part
from adapters.discord.search_marks import Mark, marked
from adapters.discord.seeds import Wait
from adapters.discord.threads_history import MESSAGE, MESSAGES
from bot.ids import ChannelId, MessageId
from bot.ports.platforms import Refused, TryLater, Unknown

SHORT = timedelta(seconds=5)
"""So long we wait for Discord rather than leave the rest of a post to another attempt."""

_COMPONENTS_V2 = 1 << 15


class Showing:
    """Shows messages in one server.  Every method raises a `SendError` if it is not done."""

    def __init__(self, calls: Calls, places: Places, wait: Wait) -> None:
        self._calls = calls
        self._places = places
        self._wait = wait

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
        body = _body(part, mark) | {"nonce": nonce, "enforce_nonce": True}
        if reply_to is not None:
            body["message_reference"] = {"message_id": reply_to, "fail_if_not_exists": False}
        try:
            return await self._put(channel, body)
        except TryLater as error:
            if not patient or error.after is None or error.after > SHORT:
                raise
            await self._wait(error.after.total_seconds())
        return await self._put(channel, body)

    async def _put(self, channel: ChannelId, body: Data) -> MessageId:
        data = await self._places.awake(
            channel,
            lambda: self._calls.one(
                "POST", MESSAGES, twice="nonced", json=body, ids={"channel_id": channel}
            ),
        )
        return MessageId(_id_in(data))

    async def begin(self, forum: ChannelId, name: str, part: Part, mark: Mark) -> ChannelId:
        """Begin a post in a forum and return its thread, whose first message has the same id."""
        body = {
            "name": name,
            "auto_archive_duration": WEEK_MINUTES,
            "message": _body(part, mark),
        }
        try:
            return await self._begun(forum, body)
        except Refused as error:
            if error.reason != NEEDS_TAG:
                raise
        return await self._begun(forum, body | {"applied_tags": [await self._tag(forum)]})

    async def _begun(self, forum: ChannelId, body: Data) -> ChannelId:
        path = CHANNEL + "/threads"
        # Nothing makes this recognisable to Discord: there is no nonce for forum posts.
        data = await self._calls.one(
            "POST", path, twice="shows", json=body, ids={"channel_id": forum}
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
        """Replace a message; harmless when done twice."""
        ids = {"channel_id": channel, "message_id": message}
        await self._places.awake(
            channel, lambda: self._calls.one("PATCH", MESSAGE, json=_body(part, mark), ids=ids)
        )

    async def remove(self, channel: ChannelId, message: MessageId) -> None:
        """Take a message away; already so is success."""
        ids = {"channel_id": channel, "message_id": message}
        try:
            await self._places.awake(channel, lambda: self._calls.call("DELETE", MESSAGE, ids=ids))
        except Refused as error:
            if error.reason != NO_MESSAGE:
                raise


def _body(part: Part, mark: Mark) -> Data:
    return {
        "components": marked(part.components, mark),
        "flags": _COMPONENTS_V2,
        "allowed_mentions": allowed(part.users).to_dict(),
    }


def _id_in(data: Data) -> str:
    found = text_in(data, "id")
    if not found:
        raise Unknown("unreadable")
    return found
