"""The outbox relay: sends what the engine has put down and settles every row by itself.

    claim --> attempt --> sent | dead + organiser told | back-off, unsure if it may have arrived

A row is sent only under a lease that outlasts the call, and whatever may have arrived is looked
up before it is sent again; so each post appears once, and in the order of its lane, wherever
this process is killed.  A kill or a cancellation leaves the row leased; it comes back unsure.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.ids import PostKey, WorkspaceId
from bot.ports.delivery import Claimed
from bot.ports.outgoing import Outgoing
from bot.ports.outside import Clock
from bot.ports.platforms import Couriers
from bot.ports.work import Store, Work
from scheduler.attempts import (
    MAYBE_UNDER_WAY,
    NOBODY_KNOWS,
    Busy,
    Impossible,
    NotSent,
    Outcome,
    OutOfTime,
    Sent,
    Silent,
    Terms,
    attempt,
    ids,
)
from scheduler.faults import without_words
from scheduler.room import Room

log = logging.getLogger(__name__)

NOT_CONNECTED = "not connected to this workspace"

OnDead = Callable[[Work, Outgoing, str, datetime], None]
OnLate = Callable[[Outgoing], None]
"""Told of a post that people may have seen for a while before its receipt was known."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how often delivery tries.

    `lease` must outlast two calls (one to look, one to send) of `patience` each.  `silent` posts
    without an answer and `unexpected` exceptions of one row are counted by this process;
    `attempts`, which an outage of the platform uses up in about a day, by the store.  Waits grow
    from `first_wait` to `longest_wait`; a platform is never asked sooner than `first_wait` nor
    left alone for longer than `longest_hold`, whatever it asks for.  A receipt is `late` after so
    long: by then people may have done something with the post.  With `several` processes, whose
    clocks may differ, a lease that ran out is waited for once more before its row is tried.
    """

    patience: timedelta = timedelta(seconds=14)
    lease: timedelta = timedelta(seconds=30)
    silent: int = 12
    unexpected: int = 5
    attempts: int = 100
    first_wait: timedelta = timedelta(seconds=1)
    longest_wait: timedelta = timedelta(minutes=15)
    longest_hold: timedelta = timedelta(days=1)
    slow_after: timedelta = timedelta(seconds=1)
    late: timedelta = timedelta(seconds=2)
    several: bool = False

    def __post_init__(self) -> None:
        if self.lease <= 2 * self.patience:
            raise ValueError("a lease must outlast two calls to the platform")


_Leased = tuple[Claimed, float]  # and when its lease ends, in seconds that no clock can change


class Delivery:
    """Sends what is claimable; several may.  `engine`, else `store`, tells of dead posts."""

    def __init__(  # noqa: PLR0913  (the outside, handed down)
        self,
        store: Store,
        couriers: Couriers,
        clock: Clock,
        rng: random.Random,
        on_dead: OnDead,
        limits: Limits | None = None,
        *,
        on_late: OnLate | None = None,
        engine: Store | None = None,
        passed: Callable[[], float] | None = None,
    ) -> None:
        self._store = store
        self._engine = engine or store
        self._couriers = couriers
        self._clock = clock
        self._passed = passed or (lambda: clock().timestamp())
        self._rng = rng
        self._on_dead = on_dead
        self._limits = limits or Limits()
        self._on_late = on_late
        self._silent: Counter[PostKey] = Counter()
        self._unexpected: Counter[PostKey] = Counter()
        self._held: Counter[WorkspaceId] = Counter()

    async def step(self, limit: int = 20) -> int:
        """Claim once, send all of it at the same time; return how many are sent or dead.

        `limit` is also how many are under way at once: a claimed row that had to wait for its
        turn would use up its lease.
        """
        claimed = await self._claim(limit)
        room = Room(0, len(claimed))
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._deliver(*each, room)) for each in claimed]
        return sum(task.result() for task in tasks)

    async def drain(self, limit: int = 20) -> int:
        """Send until nothing is claimable now; return how many are sent or dead.

        A slow platform delays the lanes of others by `slow_after` at most.
        """
        settled, slow = 0, True
        slow_after = self._limits.slow_after.total_seconds()
        room = Room(limit)
        try:
            while True:
                if free := room.free(any_=slow or not room.tasks):
                    room.looking = True
                    self._launch(room, await self._claim(free), free)
                    room.looking = False
                if not room.tasks:
                    return settled
                _, still = await asyncio.wait(room.tasks, timeout=slow_after)
                slow = bool(still)
                settled += room.ended()
                if room.over and not room.tasks:
                    return settled
        except Exception:
            # The database may be away; what is being sent still deserves its answer.
            await asyncio.gather(*room.tasks)
            raise
        finally:
            for task in room.tasks:
                task.cancel()
            await asyncio.gather(*room.tasks, return_exceptions=True)

    def _launch(self, room: Room, claimed: list[_Leased], asked: int) -> None:
        room.plenty = len(claimed) == asked
        for each in claimed:
            room.taken(asyncio.create_task(self._deliver(*each, room)))

    async def _claim(self, limit: int) -> list[_Leased]:
        now, ends = self._clock(), self._ends()
        return await self._store.run(lambda work: self._lease(work, now, ends, limit))

    def _ends(self) -> float:
        return self._passed() + self._limits.lease.total_seconds()

    def _lease(self, work: Work, now: datetime, ends: float, limit: int) -> list[_Leased]:
        lease, mine = self._limits.lease, self._couriers.platforms
        return [(each, ends) for each in work.relay.claim(now, lease, limit, mine)]

    async def _deliver(self, claimed: Claimed, ends: float, room: Room) -> bool:
        try:
            return await self._delivered(claimed, ends, room)
        finally:
            room.flying -= 1

    async def _delivered(self, claimed: Claimed, ends: float, room: Room) -> bool:
        began = self._clock()
        try:
            outcome = await self._attempt(claimed, ends)
        except Exception as error:
            log.exception(
                "delivery failed unexpectedly",
                extra=ids(claimed),
                exc_info=without_words(error),
            )
            outcome = self._after_unexpected(claimed, error)
        finally:
            room.attempts -= 1
        try:
            done = await self._settle(claimed, outcome, room)
        except Exception as error:
            # The lease ends by itself, then another attempt looks before it sends.
            log.exception(
                "delivery could not be settled",
                extra=ids(claimed),
                exc_info=without_words(error),
            )
            return False
        self._tell_late(claimed, outcome, began)
        return done

    def _tell_late(self, claimed: Claimed, outcome: Outcome, began: datetime) -> None:
        slow = self._clock() - began >= self._limits.late
        if self._on_late is not None and isinstance(outcome, Sent) and (claimed.unsure or slow):
            self._on_late(claimed.outgoing)

    async def _attempt(self, claimed: Claimed, ends: float) -> Outcome:
        if claimed.abandoned and self._limits.several:
            return OutOfTime(MAYBE_UNDER_WAY, after=self._limits.lease)
        courier = self._couriers.of(claimed.outgoing.workspace)
        if courier is None:
            return Busy(NOT_CONNECTED, None, workspace=True)
        patience = self._limits.patience
        terms = Terms(
            patience=patience,
            in_time=lambda: self._passed() + patience.total_seconds() < ends,
            last=self._silent[claimed.outgoing.key] >= self._limits.silent,
        )
        return await attempt(courier, claimed, terms)

    def _after_unexpected(self, claimed: Claimed, error: Exception) -> Outcome:
        key = claimed.outgoing.key
        self._unexpected[key] += 1
        if self._unexpected[key] >= self._limits.unexpected:
            return Impossible(NOBODY_KNOWS)
        return Silent(type(error).__name__, telling=False)

    async def _settle(self, claimed: Claimed, outcome: Outcome, room: Room) -> bool:
        if isinstance(outcome, Sent):
            return await self._sent(claimed, outcome, room)
        return await self._settle_failed(claimed, outcome)

    async def _settle_failed(self, claimed: Claimed, outcome: NotSent) -> bool:
        if isinstance(outcome, Impossible):
            return await self._bury(claimed, outcome.reason)
        if isinstance(outcome, OutOfTime):
            after = outcome.after
            return await self._retry(claimed, outcome.reason, unsure=claimed.unsure, wait=after)
        if isinstance(outcome, Busy):
            return await self._wait(claimed, outcome)
        return await self._doubt(claimed, outcome)

    async def _doubt(self, claimed: Claimed, silent: Silent) -> bool:
        key = claimed.outgoing.key
        if silent.telling:
            self._silent[key] += 1
        # The attempt after the last post still looks whether that one arrived.
        if self._silent[key] > self._limits.silent:
            return await self._bury(claimed, NOBODY_KNOWS)
        # Looking comes soon, posting again ever later: an outage of posting alone may last hours.
        silences = self._silent[key]
        times = silences + 2 * max(silences - 4, 0) if silent.telling else claimed.attempts
        wait = self._back_off(times or claimed.attempts)
        return await self._retry(claimed, silent.reason, unsure=True, wait=wait)

    async def _sent(self, claimed: Claimed, outcome: Sent, room: Room) -> bool:
        now, ends, alone = self._clock(), self._ends(), room.flying == 1
        free = room.free(any_=alone)

        def settle(work: Work) -> tuple[bool, list[_Leased]]:
            kept = work.relay.sent(claimed, outcome.receipt, now)
            return kept, self._lease(work, now, ends, free) if free else []

        room.looking = room.looking or free > 0
        try:
            kept, more = await self._store.run(settle)
        finally:
            room.looking = room.looking and not free
        if free:
            room.over = alone and not more
            self._launch(room, more, free)
        self._held.pop(claimed.outgoing.workspace, None)
        self._note("post delivered", claimed, kept=kept)
        return kept

    async def _wait(self, claimed: Claimed, busy: Busy) -> bool:
        if busy.after is None and not busy.workspace:
            return await self._retry(claimed, busy.reason, unsure=claimed.unsure)
        wait = self._asked(busy.after) if busy.after is not None else self._unasked(claimed)
        until = self._clock() + wait
        kept = await self._store.run(
            lambda work: work.relay.hold(claimed, until, workspace=busy.workspace)
        )
        self._note("post held back", claimed, kept=kept, error=busy.reason)
        return False

    async def _retry(
        self, claimed: Claimed, reason: str, *, unsure: bool, wait: timedelta | None = None
    ) -> bool:
        if claimed.attempts >= self._limits.attempts:
            return await self._bury(claimed, NOBODY_KNOWS if unsure else reason)
        at = self._clock() + (wait or self._back_off(claimed.attempts))
        kept = await self._store.run(
            lambda work: work.relay.retry(claimed, at, reason, unsure=unsure)
        )
        self._note("post put off", claimed, kept=kept, error=reason)
        return False

    async def _bury(self, claimed: Claimed, reason: str) -> bool:
        now = self._clock()
        refused: list[Exception] = []

        def bury(work: Work) -> bool:
            kept = work.relay.dead(claimed, reason, now)
            if kept:
                try:
                    self._on_dead(work, claimed.outgoing, reason, now)
                except Exception as error:
                    refused.append(error)
                    raise
            return kept

        try:
            kept = await self._engine.run(bury)
        except Exception as error:
            # What the database raised is over some time; then organisers are told.
            if error not in refused or claimed.attempts < self._limits.unexpected:
                raise
            # Telling the organiser keeps failing, and a dead row must not block its lane.
            kept = await self._store.run(lambda work: work.relay.dead(claimed, reason, now))
            log.exception(
                "organiser could not be told of a dead post",
                extra=ids(claimed),
                exc_info=without_words(error),
            )
        self._note("post is undeliverable", claimed, kept=kept, error=reason)
        return kept

    def _note(self, words: str, claimed: Claimed, *, kept: bool, error: str = "") -> None:
        if not kept:
            log.warning("lease of a post was lost", extra=ids(claimed))
            return
        log.info(words, extra={**ids(claimed), "error": error})
        if words in {"post delivered", "post is undeliverable"}:
            self._silent.pop(claimed.outgoing.key, None)
            self._unexpected.pop(claimed.outgoing.key, None)

    def _asked(self, after: timedelta) -> timedelta:
        return min(max(after, self._limits.first_wait), self._limits.longest_hold)

    def _unasked(self, claimed: Claimed) -> timedelta:
        self._held[claimed.outgoing.workspace] += 1
        return self._back_off(self._held[claimed.outgoing.workspace])

    def _back_off(self, times: int) -> timedelta:
        """Double the wait with every time, spread over half as much again, up to the longest."""
        doubled = self._limits.first_wait * float(1 << min(max(times - 1, 0), 20))
        return min(doubled * self._rng.uniform(1.0, 1.5), self._limits.longest_wait)
