"""Delivery to Slack: posts, edits and marks, each done once however often it is asked for.

    post:  part 1 --> part 2 in its thread --> ...      an answer lost: find, then what is missing
    edit:  part 1 replaced; parts in the thread replaced, added and deleted until they fit it

Slack has no way to say "this is the same post again".  So a post carries its key, and once
anything of it may be there, nothing but `Unknown` is raised for what could still be done; upon
that, delivery looks (`find`) before it asks again, also in another process.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TypeVar

from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.calls import Calls, Data, text_in
from adapters.slack.emojis import name_of
from adapters.slack.gates import Gates, Wait
from adapters.slack.people import People
from adapters.slack.readings import Pages
from adapters.slack.render import Part, render, with_picture
from adapters.slack.search import Search, key_of, metadata, part_of
from adapters.slack.seeds import Seeds
from adapters.slack.showing import Showing
from adapters.slack.threads import Threads
from adapters.slack.uploads import Uploads
from adapters.slack.workspaces import PLATFORM, Workspace
from bot.ids import ChannelId, MessageId, PostKey, UserId, WorkspaceId
from bot.messages import Direct, Message, Place
from bot.ports.outgoing import Receipt
from bot.ports.outside import Clock, Draw
from bot.ports.platforms import Refused, SeenMessage, SeenReaction, TryLater, Unknown

K = TypeVar("K")
V = TypeVar("V")

CLOSED = "account_closed"
"""Our own code: Slack takes a direct message to a closed account and shows it to nobody."""
MANY = 5_000
"""Direct messages and undivided posts that are remembered."""

_NOBODY = frozenset(
    {"cannot_dm_bot", "user_disabled", "user_not_found", "user_not_visible", "users_not_found"}
)
_ALREADY_SO = frozenset({"already_reacted", "no_reaction"})


class SlackCourier:
    """One workspace.  See bot.ports.Courier."""

    def __init__(
        self,
        workspace: Workspace,
        client: AsyncWebClient,
        clock: Clock,
        wait: Wait,
        calls: Calls | None = None,
        draw: Draw | None = None,
    ) -> None:
        self.workspace = workspace
        self.calls = calls or Calls(workspace.id, client, Gates(clock, wait))
        self.directory = People(self.calls, clock)
        self.seeds = Seeds(workspace.id, self.calls, wait)
        self.uploads = Uploads(self.calls, client, draw)
        pages = Pages(self.calls, clock)
        self._showing = Showing(self.calls, wait)
        self._search = Search(workspace, pages)
        self._threads = Threads(workspace, self.calls, pages, self.directory)
        self._direct: OrderedDict[UserId, ChannelId] = OrderedDict()
        self._undivided: OrderedDict[Receipt, PostKey] = OrderedDict()
        self._changing: OrderedDict[Receipt, tuple[tuple[Part, ...], Data]] = OrderedDict()

    async def close(self) -> None:
        """Stop what goes on in the background."""
        await self.seeds.close()

    # --- posts -------------------------------------------------------------------------------

    async def post(
        self, place: Place, message: Message, key: PostKey, thread: Receipt | None
    ) -> Receipt:
        """See bot.ports.Courier."""
        channel = await self._channel(place, checked=True)
        parts = render(message)
        if 1 not in self._search.begun(key).there:
            self._showing.ready(channel)
            parts = await self._pictured(parts, message)
        try:
            receipt = await self._put_missing(channel, parts, key, thread)
        except Refused as error:
            raise self._refused(place, error) from error
        self.uploads.done(message.picture)
        self._remember(receipt, key, parts)
        self.seeds.add(receipt, message.taps)
        return receipt

    async def _pictured(self, parts: Sequence[Part], message: Message) -> tuple[Part, ...]:
        """Return the parts with the message's picture, if it has one and it can be had."""
        first, *further = parts
        return (with_picture(first, await self.uploads.block(message.picture)), *further)

    async def _put_missing(
        self, channel: ChannelId, parts: Sequence[Part], key: PostKey, thread: Receipt | None
    ) -> Receipt:
        begun = self._search.begun(key)
        begun.total = len(parts)
        for number, part in enumerate(parts, 1):
            if number in begun.there:
                continue
            root = thread.message if thread else begun.there.get(1)
            about = metadata(key, number, len(parts))
            patient = bool(begun.there)
            try:
                ts = await self._showing.put(channel, part, about, root, patient=patient)
            except TryLater as error:
                if not begun.there:
                    raise
                raise Unknown(error.reason) from error
            begun.there[number] = ts
        self._search.done(key)
        return Receipt(channel, begun.there[1])

    async def find(
        self, place: Place, key: PostKey, since: datetime, thread: Receipt | None
    ) -> Receipt | None:
        """See bot.ports.Courier."""
        channel = await self._channel(place)
        root = thread.message if thread else None
        parts = await self._search.find(channel, root, key, since)
        if parts.complete:
            self._search.done(key)
            return Receipt(channel, parts.there[1])
        if parts.there:
            # What is missing is posted next; a wait Slack asked for can be passed on only here.
            self._showing.ready(channel)
        return None

    # --- edits and marks ---------------------------------------------------------------------

    async def edit(self, at: Receipt, message: Message) -> None:
        """See bot.ports.Courier."""
        parts = await self._pictured(render(message), message)
        key = self._undivided.get(at)
        if key is not None and len(parts) == 1:
            await self._showing.replace(at.channel, at.message, parts[0], metadata(key, 1, 1))
        else:
            await self._edit_parts(at, parts)
        self.uploads.done(message.picture)

    async def _edit_parts(self, at: Receipt, parts: Sequence[Part]) -> None:
        self._undivided.pop(at, None)
        old = await self._changed(at, parts)
        # Without a key, which somebody's hand may have taken away, its place is as good a one.
        key = PostKey(key_of(old) or f"{at.channel}:{at.message}")
        before, first = part_of(old)[1], metadata(key, 1, len(parts))
        # The first part tells of more parts before they are there, and of fewer only after the
        # others are gone: so whenever this is interrupted, the next edit knows to look for them.
        if len(parts) >= before:
            await self._showing.replace(at.channel, at.message, parts[0], first)
        if max(before, len(parts)) > 1:
            root = MessageId(text_in(old, "thread_ts") or at.message)
            await self._edit_further(at, root, key, parts)
        if len(parts) < before:
            await self._showing.replace(at.channel, at.message, parts[0], first)
        self._changing.pop(at, None)
        self._remember(at, key, parts)

    async def _changed(self, at: Receipt, parts: Sequence[Part]) -> Data:
        """Return the message as it was before this change.

        Kept until the change is through: where Slack allows one reading a minute, an attempt
        that began with this one every time would never come to the next.
        """
        to, old = self._changing.get(at, ((), None))
        if old is None or tuple(parts) != to:
            old = await self._search.message(at.channel, at.message)
        if old is None:
            raise Refused("message_not_found")
        _keep(self._changing, at, (tuple(parts), old))
        return old

    async def _edit_further(
        self, at: Receipt, root: MessageId, key: PostKey, parts: Sequence[Part]
    ) -> None:
        there = await self._search.further(at.channel, root, key, at.message)
        for number, part in enumerate(parts[1:], 2):
            about = metadata(key, number, len(parts))
            if there.get(number):
                await self._showing.replace(at.channel, there[number].pop(0), part, about)
            else:
                await self._showing.put(at.channel, part, about, root, patient=True)
        for surplus in (ts for messages in there.values() for ts in messages):
            await self._showing.remove(at.channel, surplus)

    async def mark(self, at: Receipt, emoji: str, *, on: bool) -> None:
        """See bot.ports.Courier."""
        name = name_of(emoji)
        if name is None:
            raise Refused("invalid_name")
        try:
            await self.calls.write(
                "reactions.add" if on else "reactions.remove",
                lasting=False,
                channel=at.channel,
                timestamp=at.message,
                name=name,
            )
        except Refused as refused:
            if refused.reason not in _ALREADY_SO:
                raise

    # --- what is there -----------------------------------------------------------------------

    async def thread(self, root: Receipt) -> Sequence[SeenMessage]:
        """See bot.ports.Courier."""
        return await self._threads.thread(root)

    async def since(self, post: Receipt) -> Sequence[SeenMessage]:
        """See bot.ports.Courier."""
        return await self._threads.since(post)

    async def reactions(self, at: Receipt) -> Sequence[SeenReaction]:
        """See bot.ports.Courier."""
        return await self._threads.reactions(at)

    async def people(self, channel: ChannelId) -> Sequence[UserId]:
        """See bot.ports.Courier."""
        return await self._threads.members(channel)

    # --- places ------------------------------------------------------------------------------

    async def _channel(self, place: Place, *, checked: bool = False) -> ChannelId:
        """Return the channel of a place; if `checked`, a closed account has none."""
        if not isinstance(place, Direct):
            return place.channel
        if checked and await self.directory.closed(place.user):
            raise Refused(CLOSED, closed=True)
        channel = self._direct.get(place.user)
        return channel or await self._open(place)

    async def _open(self, place: Direct) -> ChannelId:
        try:
            data = await self.calls.write("conversations.open", lasting=False, users=place.user)
        except Refused as error:
            raise self._refused(place, error) from error
        channel = ChannelId(text_in(data, "channel", "id"))
        if not channel:
            raise TryLater("unreadable")
        _keep(self._direct, place.user, channel)
        return channel

    def _refused(self, place: Place, error: Refused) -> Refused:
        if not isinstance(place, Direct):
            return error
        self._direct.pop(place.user, None)
        return Refused(error.reason, closed=error.closed or error.reason in _NOBODY)

    def _remember(self, at: Receipt, key: PostKey, parts: Sequence[Part]) -> None:
        """Remember that a post is undivided: an edit of it needs to look for no other parts."""
        self._undivided.pop(at, None)
        if len(parts) == 1:
            _keep(self._undivided, at, key)


class SlackCouriers:
    """The couriers of all workspaces the app is installed in.  See bot.ports.Couriers."""

    def __init__(self, *couriers: SlackCourier) -> None:
        self._couriers = {courier.workspace.id: courier for courier in couriers}

    @property
    def platforms(self) -> frozenset[str]:
        """See bot.ports.Couriers."""
        return frozenset({PLATFORM})

    def of(self, workspace: WorkspaceId) -> SlackCourier | None:
        """Return the courier of a workspace; `None` if the app is not installed there."""
        return self._couriers.get(workspace)

    def __iter__(self) -> Iterator[SlackCourier]:
        return iter(self._couriers.values())

    async def close(self) -> None:
        """Stop what goes on in the background."""
        for courier in self:
            await courier.close()


def _keep(memory: OrderedDict[K, V], key: K, value: V) -> None:
    memory[key] = value
    while len(memory) > MANY:
        memory.popitem(last=False)
