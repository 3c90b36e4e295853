"""Settles the difference between what the platform shows and what the engine knows.

Threads, reactions and channels are read again, and the engine is told what is there now; so
what members did while the bot was away counts as if it had been there.  `now` given to the
engine is the moment before reading: what happens while a page is read is younger than that
and must not be taken for missing.  One thing that fails is logged and left for the next time.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from bot.ids import ChannelId, CohortId, PostKey, PracticeId, PromptId, UserId, WorkspaceId
from bot.ports.outgoing import Outgoing, Receipt
from bot.ports.outside import Clock
from bot.ports.platforms import (
    Courier,
    Couriers,
    SeenMessage,
    SeenReaction,
    SendError,
    TryLater,
    Watched,
)
from bot.ports.work import Store, Work
from scheduler.attempts import code
from scheduler.faults import without_words
from scheduler.shares import Mine, Ours

log = logging.getLogger(__name__)

T = TypeVar("T")
Wait = Callable[[float], Awaitable[object]]

PATIENCE = timedelta(seconds=60)
"""For one reading; a long thread takes many pages."""
PAGES = 12
"""So often a platform may interrupt one reading: some hand out one page a minute."""
LONGEST_WAIT = timedelta(minutes=2)
"""A platform that asks for more than this is left alone until the next time."""
NIGHT = timedelta(hours=12)
MINUTE = timedelta(seconds=90)
"""For so long nobody else reads the same workspace again, by night or as questions close."""


class Settler(Protocol):
    """The part of the engine that settles; each call runs in one transaction.

    What is settled tells whether to look again in a minute: what is not there, but was so shortly
    before, is not yet taken for missing.
    """

    def cohorts(self, work: Work) -> tuple[tuple[WorkspaceId, CohortId], ...]:
        """Return the cohorts to settle."""

    def watched(
        self, work: Work, workspace: WorkspaceId, cohort: CohortId, now: datetime
    ) -> Watched:
        """Return what of a cohort to read again."""

    def practising(self, work: Work, now: datetime) -> Watched:
        """Return what to read again of everybody's solo practice."""

    def closing(self, work: Work, since: datetime, until: datetime) -> Watched:
        """Return what to read again of questions that closed in `since < at <= until`."""

    def found(self, work: Work, outgoing: Outgoing, now: datetime) -> Watched:
        """Return what to read again of a post whose receipt came late."""

    def settle_practice(
        self,
        work: Work,
        workspace: WorkspaceId,
        practice: PracticeId,
        seen: Sequence[SeenMessage],
        now: datetime,
    ) -> None:
        """Take over what was written since a practice question was posted, at `now`."""

    def settle_thread(
        self,
        work: Work,
        workspace: WorkspaceId,
        prompt: PromptId,
        seen: Sequence[SeenMessage],
        now: datetime,
    ) -> bool | None:
        """Take over what a prompt's thread held at `now`."""

    def settle_reactions(
        self,
        work: Work,
        workspace: WorkspaceId,
        post: PostKey,
        seen: Sequence[SeenReaction],
        now: datetime,
    ) -> bool | None:
        """Take over which reactions a post had at `now`."""

    def settle_people(
        self,
        work: Work,
        workspace: WorkspaceId,
        cohort: CohortId,
        present: Sequence[UserId],
        now: datetime,
    ) -> None:
        """Take over who was in a cohort's channel at `now`."""

    def tidy(self, work: Work, now: datetime) -> None:
        """Forget what is no longer needed."""


@dataclass(frozen=True, slots=True)
class SettleReport:
    """How many things were settled, how many could not be, and how many to look at `again`."""

    threads: int = 0
    posts: int = 0
    channels: int = 0
    directs: int = 0
    skipped: int = 0
    again: int = 0

    @property
    def left(self) -> int:
        """How many things were not settled, or not all of them."""
        return self.skipped + self.again


class Reconciler:
    """Reads again what the platforms show, and lets the engine settle the difference.

    `wait` takes seconds; it is used where a platform asks to be left alone for a while.  What
    is done by the clock is done where it is `mine`; at a start everybody reads all again, for
    only who was away knows what they missed.
    """

    def __init__(
        self,
        store: Store,
        couriers: Couriers,
        coach: Settler,
        clock: Clock,
        wait: Wait = asyncio.sleep,
        *,
        mine: Mine | None = None,
    ) -> None:
        self._store = store
        self._couriers = couriers
        self._coach = coach
        self._clock = clock
        self._wait = wait
        self._mine = mine
        self._closed_until = clock()

    async def everything(self) -> SettleReport:
        """Settle every cohort, one after the other."""
        return await self._all_of_them(None)

    async def nightly(self) -> SettleReport:
        """Settle every cohort that nobody else settles tonight."""
        return await self._all_of_them(self._mine)

    async def _all_of_them(self, mine: Mine | None) -> SettleReport:
        settling = self._settling()
        ours = Ours(self._couriers, mine, "settle", NIGHT)
        for workspace, cohort in await self._store.run(self._coach.cohorts):
            if await ours.are(workspace):
                await settling.cohort(workspace, cohort)
        now = self._clock()
        practised = await self._store.run(lambda work: self._coach.practising(work, now))
        await settling.all(await ours.of(practised))
        return _told("platforms settled", settling)

    async def closed(self) -> SettleReport:
        """Settle the questions that have closed since the last time."""
        since, until = self._closed_until, self._clock()
        watched = await self._store.run(lambda work: self._coach.closing(work, since, until))
        settling = self._settling()
        ours = Ours(self._couriers, self._mine, "closed", MINUTE)
        await settling.all(await ours.of(watched))
        self._closed_until = until
        return _told("closed questions settled", settling)

    async def late(self, outgoing: Outgoing) -> SettleReport:
        """Settle one post whose receipt came late."""
        now = self._clock()
        watched = await self._store.run(lambda work: self._coach.found(work, outgoing, now))
        settling = self._settling()
        await settling.all(watched)
        return _told("late post settled", settling)

    def _settling(self) -> _Settling:
        return _Settling(self._store, self._couriers, self._coach, self._clock, self._wait)


def _told(words: str, settling: _Settling) -> SettleReport:
    counts = {name: settling.counts[name] for name in _COUNTS}
    if any(counts.values()):
        log.info(words, extra=counts)
    return SettleReport(**counts)


_COUNTS = ("threads", "posts", "channels", "directs", "skipped", "again")


async def tidy(store: Store, coach: Settler, clock: Clock) -> None:
    """Let the engine forget what is no longer needed."""
    now = clock()
    await store.run(lambda work: coach.tidy(work, now))


@dataclass(frozen=True, slots=True)
class _Thing:
    """One thing to read again, for the log."""

    kind: str
    workspace: WorkspaceId
    id: str


class _Settling:
    """One run over everything watched."""

    def __init__(
        self,
        store: Store,
        couriers: Couriers,
        coach: Settler,
        clock: Clock,
        wait: Wait,
    ) -> None:
        self._store = store
        self._couriers = couriers
        self._coach = coach
        self._clock = clock
        self._wait = wait
        self.counts: Counter[str] = Counter()

    async def cohort(self, workspace: WorkspaceId, cohort: CohortId) -> None:
        """Settle one cohort."""
        now = self._clock()
        await self.all(
            await self._store.run(lambda work: self._coach.watched(work, workspace, cohort, now))
        )

    async def all(self, watched: Watched) -> None:
        """Settle everything watched: who is there first, for only members' words count."""
        for workspace, cohort, channel in watched.channels:
            await self.people(workspace, cohort, channel)
        for workspace, prompt, root in watched.threads:
            await self.thread(workspace, prompt, root)
        for workspace, key, at in watched.posts:
            await self.reactions(workspace, key, at)
        for workspace, practice, asked in watched.directs:
            await self.direct(workspace, practice, asked)

    async def direct(self, workspace: WorkspaceId, practice: PracticeId, asked: Receipt) -> None:
        """Settle what was written to the coach since a practice question."""
        await self._one(
            _Thing("directs", workspace, practice),
            lambda courier: courier.since(asked),
            lambda work, seen, now: self._coach.settle_practice(
                work, workspace, practice, seen, now
            ),
        )

    async def people(self, workspace: WorkspaceId, cohort: CohortId, channel: ChannelId) -> None:
        """Settle who is in a channel."""
        await self._one(
            _Thing("channels", workspace, cohort),
            lambda courier: courier.people(channel),
            lambda work, seen, now: self._coach.settle_people(work, workspace, cohort, seen, now),
        )

    async def thread(self, workspace: WorkspaceId, prompt: PromptId, root: Receipt) -> None:
        """Settle what is in a thread."""
        await self._one(
            _Thing("threads", workspace, prompt),
            lambda courier: courier.thread(root),
            lambda work, seen, now: self._coach.settle_thread(work, workspace, prompt, seen, now),
        )

    async def reactions(self, workspace: WorkspaceId, key: PostKey, at: Receipt) -> None:
        """Settle which reactions a post has."""
        await self._one(
            _Thing("posts", workspace, key),
            lambda courier: courier.reactions(at),
            lambda work, seen, now: self._coach.settle_reactions(work, workspace, key, seen, now),
        )

    async def _one(
        self,
        thing: _Thing,
        read: Callable[[Courier], Awaitable[T]],
        keep: Callable[[Work, T, datetime], bool | None],
    ) -> None:
        courier = self._couriers.of(thing.workspace)
        if courier is None:
            self._skip(thing, "not connected")
            return
        try:
            now, seen = await self._read(courier, read)
            again = await self._store.run(lambda work: keep(work, seen, now))
        except (SendError, TimeoutError) as error:
            self._skip(thing, code(error))
        except Exception as error:
            self.counts["skipped"] += 1
            log.exception("settling failed", extra=_ids(thing), exc_info=without_words(error))
        else:
            self.counts[thing.kind] += 1
            self.counts["again"] += bool(again)

    async def _read(
        self, courier: Courier, read: Callable[[Courier], Awaitable[T]]
    ) -> tuple[datetime, T]:
        # A courier goes on where it was interrupted, so what it returns may be as old as this.
        now = self._clock()
        for _ in range(PAGES):
            try:
                return now, await self._read_once(courier, read)
            except TryLater as error:
                if error.after is None or error.after > LONGEST_WAIT:
                    raise
                await self._wait(max(error.after.total_seconds(), 0.0))
        return now, await self._read_once(courier, read)

    async def _read_once(self, courier: Courier, read: Callable[[Courier], Awaitable[T]]) -> T:
        async with asyncio.timeout(PATIENCE.total_seconds()):
            return await read(courier)

    def _skip(self, thing: _Thing, reason: str) -> None:
        self.counts["skipped"] += 1
        log.warning("settling skipped", extra={**_ids(thing), "error": reason})


def _ids(thing: _Thing) -> dict[str, object]:
    return {"workspace": thing.workspace, "thing": thing.kind, "id": thing.id}
