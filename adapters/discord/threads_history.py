"""A channel's messages, oldest first: all of them or an error.

Discord answers with an empty list where the history may not be read, which would be taken for
everything's having been deleted; so nothing counts as empty before that is ruled out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import discord

from adapters.discord.calls import Calls, text_in
from adapters.discord.calls_answers import NO_MESSAGE, Data
from adapters.discord.places import CHANNEL, checked_id
from bot.ids import ChannelId
from bot.ports.platforms import Refused, TryLater

PAGE = 100
PAGES = 1_000
"""A channel with more pages than this never ends."""
MESSAGES = CHANNEL + "/messages"
MESSAGE = MESSAGES + "/{message_id}"


def just_before(moment: datetime) -> str:
    """Return an id that is older than every message since a moment."""
    return str(max(discord.utils.time_snowflake(moment) - 1, 0))


def said_at(message: str) -> datetime:
    """Return when a message was written, exact to the millisecond."""
    return discord.utils.snowflake_time(int(message))


class History:
    """Reads the messages of channels and threads."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def after(
        self,
        channel: ChannelId,
        after: str,
        enough: Callable[[Sequence[Data]], bool] = lambda _: False,
        pages: int = PAGES,
    ) -> list[Data]:
        """Return what was written after a message, until that is `enough`."""
        found: list[Data] = []
        checked_id(channel)
        for _ in range(pages):
            params = {"limit": str(PAGE), "after": checked_id(after)}
            page = await self._calls.many(MESSAGES, params=params, ids={"channel_id": channel})
            if any(not text_in(each, "id").isdecimal() for each in page):
                raise TryLater("unreadable")
            found += sorted(page, key=lambda each: int(each["id"]))
            if len(page) < PAGE or enough(found):
                break
            after = found[-1]["id"]
        else:
            if pages == PAGES:
                raise Refused("too_many_pages")
        if not found:
            # There need not be such a message: this is to be told if we may not know that.
            await self.message(channel, channel)
        return found

    async def message(self, channel: ChannelId, message: str) -> Data | None:
        """Return one message; `None` if it is not there."""
        ids = {"channel_id": checked_id(channel), "message_id": checked_id(message)}
        try:
            return await self._calls.one("GET", MESSAGE, ids=ids)
        except Refused as error:
            if error.reason != NO_MESSAGE:
                raise
        return None
