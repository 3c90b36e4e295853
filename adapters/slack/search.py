"""Finds posts of ours in Slack after an answer was lost.

A post is recognised by the opaque key in its metadata and by our own authorship: metadata of
others proves nothing.  Which parts of a long post are there is remembered until it is done, so
no part is posted twice or left out.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from adapters.slack.calls import Data, text_in
from adapters.slack.moments import stamp
from adapters.slack.readings import Pages, Reading
from adapters.slack.workspaces import Workspace
from bot.ids import ChannelId, MessageId, PostKey
from bot.ports.platforms import Refused

EVENT_TYPE = "loopmates_post"
PAGE = 15
"""Messages on a page; some apps get no more anyway."""
BEFORE = timedelta(days=1)
"""Slack's clock may be behind ours by this much: a machine set to a wrong zone is hours ahead.

Ours may have been put right since, so it cannot be asked how wrong it was.  More pages are read
where a post did not arrive; what is posted twice cannot be taken back.
"""
MANY = 500
"""Posts under way that are remembered."""

_NO_THREAD = frozenset({"thread_not_found", "message_not_found"})


@dataclass(slots=True)
class Parts:
    """Which parts of a post are there: message by number, from 1, of `total` (0: not known)."""

    there: dict[int, MessageId] = field(default_factory=dict)
    total: int = 0

    @property
    def complete(self) -> bool:
        """Whether none is missing."""
        return 0 < self.total <= sum(1 for number in self.there if number <= self.total)

    def add(self, message: Data) -> None:
        """Take over one message of the post."""
        number, total = part_of(message)
        self.there.setdefault(number, MessageId(text_in(message, "ts")))
        self.total = max(self.total, total)


class Search:
    """Finds posts of ours, and remembers which parts of a post are there until it is done."""

    def __init__(self, workspace: Workspace, pages: Pages) -> None:
        self._workspace = workspace
        self._pages = pages
        self._begun: OrderedDict[PostKey, Parts] = OrderedDict()

    def begun(self, key: PostKey) -> Parts:
        """Return what is known of a post that may have been begun; add to it what is posted."""
        parts = self._begun.setdefault(key, Parts())
        self._begun.move_to_end(key)
        while len(self._begun) > MANY:
            self._begun.popitem(last=False)
        return parts

    def done(self, key: PostKey) -> None:
        """Forget a post that is complete."""
        self._begun.pop(key, None)

    async def find(
        self, channel: ChannelId, thread: MessageId | None, key: PostKey, since: datetime
    ) -> Parts:
        """Return which parts of a post arrived since an instant.

        The first part stands at channel level or in the thread, further ones in the same thread
        or in that of the first.
        """
        parts = self.begun(key)
        if thread is None and 1 not in parts.there:
            await self._look(parts, channel, None, key, since)
        root = thread or parts.there.get(1)
        if root is not None and not parts.complete:
            await self._look(parts, channel, root, key, since)
        return parts

    async def further(
        self, channel: ChannelId, root: MessageId, key: PostKey, first: MessageId
    ) -> dict[int, list[MessageId]]:
        """Return the parts after the first that stand in a thread: messages by number."""
        reading = replace(
            self._reading(channel, root, key, first, limit=200), enough=lambda _: False
        )
        found: dict[int, list[MessageId]] = {}
        for message in await self._pages.read(reading, channel, root, key, "all"):
            ts = MessageId(text_in(message, "ts"))
            if ts != first and ts not in found.setdefault(part_of(message)[0], []):
                found[part_of(message)[0]].append(ts)
        return found

    async def message(self, channel: ChannelId, message: MessageId) -> Data | None:
        """Return one message; `None` if it is not there."""
        args = {"channel": channel, "ts": message, "limit": 1, "include_all_metadata": True}
        reading = Reading(
            "conversations.replies",
            tuple(args.items()),
            wanted=lambda each: each.get("ts") == message,
            enough=lambda _: True,
        )
        found = await self._pages.read(reading, channel, message, "one")
        return found[0] if found else None

    async def _look(
        self,
        parts: Parts,
        channel: ChannelId,
        root: MessageId | None,
        key: PostKey,
        since: datetime,
    ) -> None:
        oldest = stamp(since - BEFORE)
        reading = self._reading(channel, root, key, oldest)
        try:
            found = await self._pages.read(reading, channel, root or "", key, oldest)
        except Refused as refused:
            if root is None or refused.reason not in _NO_THREAD:
                raise
            return  # Where no thread is, nothing was posted in it.
        for message in found:
            parts.add(message)

    def _reading(
        self,
        channel: ChannelId,
        root: MessageId | None,
        key: PostKey,
        oldest: str,
        limit: int = PAGE,
    ) -> Reading:
        args: dict[str, object] = {
            "channel": channel,
            "ts": root,
            "oldest": oldest,
            "limit": limit,
            "include_all_metadata": True,
        }
        return Reading(
            "conversations.replies" if root else "conversations.history",
            tuple((name, value) for name, value in args.items() if value is not None),
            wanted=lambda each: key_of(each) == key and self._workspace.is_ours(each),
            enough=_complete if root else bool,
        )


def metadata(key: PostKey, part: int, parts: int) -> Data:
    """Return what makes a part of a post recognisable."""
    return {"event_type": EVENT_TYPE, "event_payload": {"key": key, "part": part, "parts": parts}}


def key_of(message: Data) -> str:
    """Return the post key in a message's metadata; empty if there is none."""
    if text_in(message, "metadata", "event_type") != EVENT_TYPE:
        return ""
    return text_in(message, "metadata", "event_payload", "key")


def part_of(message: Data) -> tuple[int, int]:
    """Return which part of how many a message of ours is; the only one, if it does not tell."""
    about = message.get("metadata")
    payload = about.get("event_payload") if isinstance(about, dict) else None
    if not isinstance(payload, dict):
        return 1, 1
    return _number(payload.get("part")), _number(payload.get("parts"))


def _number(value: object) -> int:
    text = str(value)
    return int(text) if text.isdecimal() and len(text) < 4 else 1


def _complete(found: list[Data]) -> bool:
    parts = Parts()
    for message in found:
        parts.add(message)
    return parts.complete
