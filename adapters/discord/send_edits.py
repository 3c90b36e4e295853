"""Replaces posts, also long ones: parts are replaced, added and taken away until they fit.

What is there is recognised by its mark (see `search_marks`).  Parts that are added come at the
end of the thread or, below a post without one, of the channel.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace

from adapters.discord.calls import text_in
from adapters.discord.calls_answers import NO_MESSAGE
from adapters.discord.places import Places, is_own_thread, keep
from adapters.discord.render import Part
from adapters.discord.search import Search
from adapters.discord.search_marks import Mark, mark_for, mark_of, nonce
from adapters.discord.send_parts import Showing
from adapters.discord.send_posts import rendered
from adapters.discord.threads_history import History
from bot.ids import ChannelId
from bot.messages import Message
from bot.ports.outgoing import Receipt
from bot.ports.platforms import Refused


class Edits:
    """Edits posts of one server.  Every method raises a `SendError` if it is not done."""

    def __init__(self, places: Places, showing: Showing, search: Search, history: History) -> None:
        self._places = places
        self._showing = showing
        self._search = search
        self._history = history
        self._undivided: OrderedDict[Receipt, Mark] = OrderedDict()

    async def edit(self, at: Receipt, message: Message) -> None:
        """See bot.ports.Courier."""
        home = await self._places.home(at)
        parts = rendered(message, threaded=is_own_thread(at))
        parts = await self._showing.pictured(parts, message)
        mark = self._undivided.get(at)
        if mark is not None and len(parts) == 1:
            await self._showing.replace(home, at.message, parts[0], mark)
            return
        await self._edit_parts(at, home, parts)

    async def _edit_parts(self, at: Receipt, home: ChannelId, parts: Sequence[Part]) -> None:
        self._undivided.pop(at, None)
        old = await self._history.message(home, at.message)
        if old is None:
            raise Refused(NO_MESSAGE)
        before = _grown(mark_of(old), at)
        first = before.of(1, len(parts))
        # The first part tells of more parts before they are there, and of fewer only after the
        # others are gone: so whenever this is interrupted, the next edit knows to look for them.
        if len(parts) >= before.parts:
            await self._showing.replace(home, at.message, parts[0], first)
        if max(before.parts, len(parts)) > 1:
            await self._edit_further(at, home, before, parts, text_in(old, "edited_timestamp"))
        if len(parts) < before.parts:
            await self._showing.replace(home, at.message, parts[0], first)
        self._remember(at, first, parts)

    async def _edit_further(
        self, at: Receipt, home: ChannelId, before: Mark, parts: Sequence[Part], edited: str
    ) -> None:
        own = is_own_thread(at)
        channel = at.channel if own else home
        most = before.of(1, max(before.parts, len(parts)))
        there = await self._search.further(channel, at.message, most, alone=own)
        for number, part in enumerate(parts[1:], 2):
            mark = before.of(number, len(parts))
            if there.get(number):
                await self._showing.replace(channel, there[number].pop(0), part, mark)
            else:
                # Not the nonce of the post: that may stand for a part that was deleted since.
                again = nonce(f"edit {at.channel} {at.message} {edited}", number)
                await self._showing.put(channel, part, mark, again, patient=True)
        for surplus in (message for messages in there.values() for message in messages):
            await self._showing.remove(channel, surplus)

    def _remember(self, at: Receipt, mark: Mark, parts: Sequence[Part]) -> None:
        """Remember that a post is undivided: an edit of it needs to look for no other parts."""
        self._undivided.pop(at, None)
        if len(parts) == 1:
            keep(self._undivided, at, mark)


def _grown(mark: Mark | None, at: Receipt) -> Mark:
    """Return a mark that has room for parts; made of its place if there is none."""
    mark = mark or mark_for(f"{at.channel}:{at.message}", threaded=is_own_thread(at))
    return mark if mark.second is not None else replace(mark, second=mark_for(str(mark)).second)
