"""How a process is killed between any two steps of delivery."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any, TypeVar

from bot.ids import ChannelId, PostKey, UserId
from bot.messages import Message, Place
from bot.ports.outgoing import Receipt
from bot.ports.platforms import Courier, SeenMessage, SeenReaction
from bot.ports.work import Store, Work

T = TypeVar("T")


class Killed(BaseException):
    """The process is gone."""


class Fuse:
    """Kills the process at its n-th step; nothing of that process moves afterwards."""

    def __init__(self, steps: int) -> None:
        self._left = steps
        self.burnt = False

    def step(self) -> None:
        self._left -= 1
        if self._left < 0:
            self.burnt = True
            raise Killed


@contextmanager
def mortal() -> Iterator[None]:
    """Let a process be killed in here.

    Its tasks die with it, and nobody is left to ask what of: that is no news for the log of
    whichever test runs when they are swept away.
    """
    asyncio.get_running_loop().set_exception_handler(_unless_killed)
    with suppress(Killed, BaseExceptionGroup):
        yield


def _unless_killed(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    if not isinstance(context.get("exception"), Killed):
        loop.default_exception_handler(context)


class MortalStore:
    """A store whose process may be killed before, at the end of and after a transaction."""

    def __init__(self, store: Store, fuse: Fuse) -> None:
        self._store = store
        self._fuse = fuse

    async def run(self, call: Callable[[Work], T]) -> T:
        def watched(work: Work) -> T:
            result = call(work)
            self._fuse.step()
            return result

        self._fuse.step()
        result = await self._store.run(watched)
        self._fuse.step()
        return result


class MortalCourier:
    """A courier whose process may be killed before a call and before its answer arrives."""

    def __init__(self, courier: Courier, fuse: Fuse) -> None:
        self._courier = courier
        self._fuse = fuse

    async def post(
        self, place: Place, message: Message, key: PostKey, thread: Receipt | None
    ) -> Receipt:
        self._fuse.step()
        receipt = await self._courier.post(place, message, key, thread)
        self._fuse.step()
        return receipt

    async def edit(self, at: Receipt, message: Message) -> None:
        self._fuse.step()
        await self._courier.edit(at, message)
        self._fuse.step()

    async def mark(self, at: Receipt, emoji: str, *, on: bool) -> None:
        self._fuse.step()
        await self._courier.mark(at, emoji, on=on)
        self._fuse.step()

    async def find(
        self, place: Place, key: PostKey, since: datetime, thread: Receipt | None
    ) -> Receipt | None:
        self._fuse.step()
        found = await self._courier.find(place, key, since, thread)
        self._fuse.step()
        return found

    async def thread(self, root: Receipt) -> Sequence[SeenMessage]:
        return await self._courier.thread(root)

    async def since(self, post: Receipt) -> Sequence[SeenMessage]:
        return await self._courier.since(post)

    async def reactions(self, at: Receipt) -> Sequence[SeenReaction]:
        return await self._courier.reactions(at)

    async def people(self, channel: ChannelId) -> Sequence[UserId]:
        return await self._courier.people(channel)
