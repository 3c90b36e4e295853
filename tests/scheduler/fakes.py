"""A platform and a clock in memory, posts to send, and the relay between them.

The platform shows what it accepted, also when nobody hears of it.
"""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from bot.ids import ChannelId, MessageId, PostKey, UserId, WorkspaceId
from bot.messages import Direct, InChannel, InThread, Message, Paragraph, Place, Words
from bot.ports.outgoing import Act, Edit, Mark, Outgoing, Post, Receipt
from bot.ports.platforms import Courier, Couriers, Refused, SeenMessage, SeenReaction
from bot.ports.work import Store, Work
from scheduler.delivery import Delivery, OnLate
from scheduler.limits import Limits
from scheduler.switchboard import for_all
from tests.scheduler.memory import START, FailingStore

T = TypeVar("T")

WORDS = "ana wrote: my boss is mad"
"""What must never reach a log."""

HOME = WorkspaceId("console:home")
AWAY = WorkspaceId("console:away")
GENERAL = ChannelId("general")
RANDOM = ChannelId("random")


class Watch:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, span: timedelta) -> None:
        self.now += span


# --- the platform ----------------------------------------------------------------------------


@dataclass(slots=True)
class Shown:
    """A message as everybody sees it."""

    lane: str
    key: PostKey
    place: Place
    thread: Receipt | None
    text: str
    receipt: Receipt
    at: datetime


Fault = Callable[[], Awaitable[None]]


async def fine() -> None:
    """Nothing goes wrong."""


def raising(error: Exception) -> Fault:
    """Return a fault that raises."""

    async def fault() -> None:
        raise error

    return fault


async def hanging() -> None:
    """Never come back."""
    await asyncio.Event().wait()


class Platform:
    """A courier in memory.

    `before` and `after` are faults for the next calls, by method: raised before the platform
    accepts, or after it accepted and before the answer arrives.  Posts that are `gone` are
    always refused.
    """

    def __init__(self, clock: Watch) -> None:
        self.clock = clock
        self.shown: list[Shown] = []
        self.calls: list[str] = []
        self.before: dict[str, deque[Fault]] = {}
        self.after: dict[str, deque[Fault]] = {}
        self.threads: dict[Receipt, tuple[SeenMessage, ...]] = {}
        self.seen: dict[Receipt, tuple[SeenReaction, ...]] = {}
        self.present: dict[ChannelId, tuple[UserId, ...]] = {}
        self.marks: set[tuple[Receipt, str]] = set()
        self.gone: set[str] = set()
        self.most_at_once = 0
        self._at_once = 0

    def fails(self, method: str, *faults: Fault) -> None:
        """Let the next calls of `method` fail, one after the other, with nothing done."""
        self.before.setdefault(method, deque()).extend(faults)

    def loses(self, method: str, *faults: Fault) -> None:
        """Let the next calls of `method` be done, and then fail."""
        self.after.setdefault(method, deque()).extend(faults)

    def texts(self, lane: str) -> list[str]:
        """Return what is shown in a lane, in order."""
        return [each.text for each in self.shown if each.lane == lane]

    async def post(
        self, place: Place, message: Message, key: PostKey, thread: Receipt | None
    ) -> Receipt:
        with self._call("post"):
            await self._fault(self.before, "post")
            if key in self.gone:
                raise Refused("is_archived")
            if isinstance(place, InThread):
                assert thread is not None
            channel = ChannelId(lane_of(place))
            receipt = Receipt(channel, MessageId(f"m{len(self.shown) + 1}"))
            self.shown.append(
                Shown(channel, key, place, thread, text_of(message), receipt, self.clock.now)
            )
            await self._fault(self.after, "post")
            return receipt

    async def edit(self, at: Receipt, message: Message) -> None:
        with self._call("edit"):
            await self._fault(self.before, "edit")
            for each in self.shown:
                if each.receipt == at:
                    each.text = text_of(message)
            await self._fault(self.after, "edit")

    async def mark(self, at: Receipt, emoji: str, *, on: bool) -> None:
        with self._call("mark"):
            await self._fault(self.before, "mark")
            change = self.marks.add if on else self.marks.discard
            change((at, emoji))
            await self._fault(self.after, "mark")

    async def find(
        self, place: Place, key: PostKey, since: datetime, thread: Receipt | None
    ) -> Receipt | None:
        with self._call("find"):
            await self._fault(self.before, "find")
            asked = (place, thread)
            found = [
                each.receipt
                for each in self.shown
                if each.key == key and each.at >= since and (each.place, each.thread) == asked
            ]
            await self._fault(self.after, "find")
            return found[0] if found else None

    async def thread(self, root: Receipt) -> Sequence[SeenMessage]:
        with self._call("thread"):
            await self._fault(self.before, "thread")
            return self.threads[root]

    async def since(self, post: Receipt) -> Sequence[SeenMessage]:
        with self._call("since"):
            await self._fault(self.before, "since")
            return self.threads[post]

    async def reactions(self, at: Receipt) -> Sequence[SeenReaction]:
        with self._call("reactions"):
            await self._fault(self.before, "reactions")
            return self.seen[at]

    async def people(self, channel: ChannelId) -> Sequence[UserId]:
        with self._call("people"):
            await self._fault(self.before, "people")
            return self.present[channel]

    @contextmanager
    def _call(self, method: str) -> Iterator[None]:
        self.calls.append(method)
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            yield
        finally:
            self._at_once -= 1

    async def _fault(self, faults: dict[str, deque[Fault]], method: str) -> None:
        waiting = faults.get(method)
        if waiting:
            await waiting.popleft()()


# --- putting it together ---------------------------------------------------------------------


def message(text: str) -> Message:
    """Make a message of one paragraph."""
    return Message("notice", text, (Paragraph((Words(text),)),))


def lane_of(place: Place) -> str:
    """Return what orders posts at a place."""
    return f"@{place.user}" if isinstance(place, Direct) else place.channel


def text_of(sent: Message) -> str:
    """Return the text of a message made by `message`."""
    return sent.summary


def outgoing(key: str, place: Place, act: Act, workspace: WorkspaceId = HOME) -> Outgoing:
    """Make something to do."""
    return Outgoing(PostKey(key), workspace, place, act, START)


def said(key: str, channel: ChannelId = GENERAL, workspace: WorkspaceId = HOME) -> Outgoing:
    """Make a post at channel level whose text is its key."""
    return outgoing(key, InChannel(channel), Post(message(key)), workspace)


def replied(key: str, of: str, channel: ChannelId = GENERAL) -> Outgoing:
    """Make a post in a thread."""
    return outgoing(key, InThread(channel, PostKey(of)), Post(message(key)))


def whispered(key: str, user: str = "ana") -> Outgoing:
    """Make a direct message."""
    return outgoing(key, Direct(UserId(user)), Post(message(key)))


def edited(key: str, of: str, text: str, channel: ChannelId = GENERAL) -> Outgoing:
    """Make an edit."""
    return outgoing(key, InChannel(channel), Edit(PostKey(of), message(text)))


def marked(key: str, of: str = "m-of-ana", channel: ChannelId = GENERAL) -> Outgoing:
    """Make a reaction to a member's message."""
    return outgoing(key, InChannel(channel), Mark(channel, MessageId(of), "✅"))


class Scene:
    """A store, a platform and the relay between them."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.clock = Watch()
        self.store = FailingStore()
        self.platform = Platform(self.clock)
        self.deaths: list[tuple[str, str]] = []
        self.limits = limits or Limits()
        self.delivery = self.relay()

    def relay(
        self,
        store: Store | None = None,
        courier: Courier | None = None,
        couriers: Couriers | None = None,
        on_late: OnLate | None = None,
        engine: Store | None = None,
    ) -> Delivery:
        """Return a relay as a process that has just started has it."""
        return Delivery(
            store or self.store,
            couriers or for_all("console", courier or self.platform),
            self.clock,
            random.Random(1),
            self._on_dead,
            self.limits,
            on_late=on_late,
            engine=engine,
        )

    async def live_on(self, rounds: int = 20, span: timedelta = timedelta(minutes=20)) -> None:
        """Let time pass and drain, until nothing is open."""
        for _ in range(rounds):
            self.clock.pass_(span)
            await self.delivery.drain()
            if self.store.settled():
                return

    def _on_dead(self, work: Work, dead: Outgoing, reason: str, now: datetime) -> None:
        self.deaths.append((dead.key, reason))
        work.outbox.put(replace(said(f"dead-{dead.key}", ChannelId("organisers")), at=now))
