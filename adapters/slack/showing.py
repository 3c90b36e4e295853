"""One message of ours on Slack: put there, replaced, taken away.

What is put there is paced, literal (no markup, no mentions by name, no previews of links) and
carries what makes it recognisable.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from adapters.slack.calls import NOT_READY, Calls, Data, text_in
from adapters.slack.gates import Wait
from adapters.slack.render import Part, has_picture, has_table, without_picture, without_table
from bot.ids import ChannelId, MessageId
from bot.ports.platforms import Refused, TryLater, Unknown

log = logging.getLogger(__name__)

T = TypeVar("T")

POST = "chat.postMessage"
UPDATE = "chat.update"
DELETE = "chat.delete"

SHORT = timedelta(seconds=5)
"""So long we wait for Slack rather than leave the rest of a post to another attempt."""

PAUSES = (1.0, 2.0)
"""Seconds to wait for a file that Slack is not ready to show; most take less than the first."""

_BLOCKS_REFUSED = frozenset({"invalid_blocks", "invalid_blocks_format"})


class Showing:
    """Shows messages in one workspace.  Every method raises a `SendError` if it is not done."""

    def __init__(self, calls: Calls, wait: Wait) -> None:
        self._calls = calls
        self._wait = wait

    def ready(self, channel: ChannelId) -> None:
        """Raise `TryLater` if a post in the channel would be refused for the time being."""
        self._calls.gates.check(POST, channel)

    async def put(
        self,
        channel: ChannelId,
        part: Part,
        about: Data,
        root: MessageId | None,
        *,
        patient: bool = False,
    ) -> MessageId:
        """Post, in the thread of `root` if there is one; `patient` waits out a short limit."""
        try:
            return await self._put(channel, part, about, root)
        except TryLater as error:
            if not patient or error.after is None or error.after > SHORT:
                raise
            await self._wait(error.after.total_seconds())
        return await self._put(channel, part, about, root)

    async def replace(self, channel: ChannelId, ts: MessageId, part: Part, about: Data) -> None:
        """Replace a message; harmless when done twice."""
        await self._show(UPDATE, channel, part, ts=ts, metadata=about)

    async def remove(self, channel: ChannelId, ts: MessageId) -> None:
        """Take a message away; already so is success."""
        try:
            await self._calls.write(
                DELETE, per_channel=channel, lasting=False, channel=channel, ts=ts
            )
        except Refused as error:
            if error.reason != "message_not_found":
                raise

    async def _put(
        self, channel: ChannelId, part: Part, about: Data, root: MessageId | None
    ) -> MessageId:
        self.ready(channel)
        await self._calls.gates.turn(channel)
        data = await self._show(
            POST,
            channel,
            part,
            thread_ts=root,
            metadata=about,
            mrkdwn=False,
            link_names=False,
            unfurl_links=False,
            unfurl_media=False,
        )
        ts = text_in(data, "ts")
        if not ts:
            raise Unknown("unreadable")
        return MessageId(ts)

    async def _show(self, method: str, channel: ChannelId, part: Part, **args: object) -> Data:
        """Post or replace; where Slack refuses a picture or a table, once more without it."""

        async def show(part: Part) -> Data:
            return await self._show_tables(method, channel, part, args)

        try:
            return await when_ready(part, show, self._wait)
        except Refused as error:
            if error.reason not in {NOT_READY, *_BLOCKS_REFUSED} or not has_picture(part):
                raise
            log.warning("a picture was left out", extra={"kind": method, "error": error.reason})
        return await show(without_picture(part))

    async def _show_tables(self, method: str, channel: ChannelId, part: Part, args: Data) -> Data:
        try:
            return await self._show_once(method, channel, part, args)
        except Refused as error:
            # Tables are younger than the plans of some workspaces.
            if error.reason not in _BLOCKS_REFUSED or not has_table(part):
                raise
        return await self._show_once(method, channel, without_table(part), args)

    async def _show_once(self, method: str, channel: ChannelId, part: Part, args: Data) -> Data:
        return await self._calls.write(
            method,
            per_channel=channel,
            channel=channel,
            text=part.text,
            blocks=list(part.blocks),
            **args,
        )


async def when_ready(part: Part, show: Callable[[Part], Awaitable[T]], wait: Wait) -> T:
    """Show a part, waiting a little for the file of its picture.

    Raises:
        SendError: What `show` raises; `Refused` also where the file was not ready in the end.
    """
    for pause in PAUSES:
        try:
            return await show(part)
        except Refused as error:
            if error.reason != NOT_READY:
                raise
        await wait(pause)
    return await show(part)
