"""Delivery on the console: the coach's posts, edits and marks appear in the world."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from adapters.console.happenings import Posted, Replaced, Tapped
from adapters.console.world import COACH, Shown, World, direct, partner
from bot.ids import ChannelId, PostKey, UserId
from bot.messages import Direct, Message, Place
from bot.ports.outgoing import Receipt
from bot.ports.outside import Clock
from bot.ports.platforms import Refused, SeenMessage, SeenReaction


class ConsoleCourier:
    """See bot.ports.Courier."""

    def __init__(self, world: World, clock: Clock) -> None:
        self._world = world
        self._clock = clock

    async def post(
        self, place: Place, message: Message, key: PostKey, thread: Receipt | None
    ) -> Receipt:
        """See bot.ports.Courier."""
        channel = self._channel(place)
        happening = Posted(
            at=self._clock(),
            message=self._world.next_message(),
            channel=channel,
            thread=self._shown(thread).message if thread else None,
            content=message,
            key=key,
        )
        self._world.record(happening)
        return Receipt(channel, happening.message)

    async def edit(self, at: Receipt, message: Message) -> None:
        """See bot.ports.Courier."""
        shown = self._shown(at)
        if shown.content != message:
            self._world.record(Replaced(at=self._clock(), message=at.message, content=message))

    async def mark(self, at: Receipt, emoji: str, *, on: bool) -> None:
        """See bot.ports.Courier."""
        shown = self._shown(at)
        if ((COACH, emoji) in shown.taps) != on:
            self._world.record(
                Tapped(at=self._clock(), message=at.message, who=COACH, emoji=emoji, on=on)
            )

    async def find(
        self, place: Place, key: PostKey, since: datetime, thread: Receipt | None
    ) -> Receipt | None:
        """See bot.ports.Courier."""
        del place, since, thread  # A key is unique for ever and everywhere.
        shown = self._world.keyed(key)
        return None if shown is None else Receipt(shown.channel, shown.message)

    async def thread(self, root: Receipt) -> Sequence[SeenMessage]:
        """See bot.ports.Courier."""
        self._shown(root)
        return [self._seen(shown) for shown in self._world.thread(root.message)]

    async def since(self, post: Receipt) -> Sequence[SeenMessage]:
        """See bot.ports.Courier."""
        asked = self._shown(post)
        later = (shown for shown in self._world.displayed() if shown.channel == post.channel)
        return [self._seen(shown) for shown in later if shown.said_at > asked.said_at]

    async def reactions(self, at: Receipt) -> Sequence[SeenReaction]:
        """See bot.ports.Courier."""
        return [SeenReaction(who, emoji) for who, emoji in self._shown(at).taps]

    async def people(self, channel: ChannelId) -> Sequence[UserId]:
        """See bot.ports.Courier."""
        if channel not in self._world.channels:
            raise Refused("no_such_channel")
        return list(self._world.channels[channel])

    def _channel(self, place: Place) -> ChannelId:
        if isinstance(place, Direct):
            if place.user not in self._world.people:
                raise Refused("no_such_person", closed=True)
            if place.user in self._world.blocked:
                raise Refused("blocked", closed=True)
            return direct(place.user)
        if place.channel not in self._world.channels and partner(place.channel) is None:
            raise Refused("no_such_channel")
        return place.channel

    def _shown(self, at: Receipt) -> Shown:
        shown = self._world.get(at.message)
        if shown is None or shown.deleted or shown.channel != at.channel:
            raise Refused("no_such_message")
        return shown

    def _seen(self, shown: Shown) -> SeenMessage:
        return SeenMessage(
            message=shown.message,
            user=shown.by,
            name=self._world.people.get(shown.by, shown.by),
            is_bot=shown.by == COACH,
            text=shown.text,
            said_at=shown.said_at,
            revised_at=shown.revised_at,
            files=shown.files,
        )
