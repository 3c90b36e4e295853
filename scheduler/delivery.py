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
from collections.abc import Callable
from datetime import datetime

from bot.ports.delivery import Claimed
from bot.ports.outgoing import Outgoing
from bot.ports.outside import Clock
from bot.ports.platforms import Couriers
from bot.ports.work import Store, Work
from scheduler.attempts import (
    MAYBE_UNDER_WAY,
    Busy,
    Outcome,
    OutOfTime,
    Sent,
    Terms,
    attempt,
    ids,
)
from scheduler.faults import without_words
from scheduler.limits import Limits
from scheduler.room import Room
from scheduler.settling import OnDead, Settling

log = logging.getLogger(__name__)

NOT_CONNECTED = "not connected to this workspace"

OnLate = Callable[[Outgoing], None]
"""Told of a post that people may have seen for a while before its receipt was known."""


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
        self._couriers = couriers
        self._clock = clock
        self._passed = passed or (lambda: clock().timestamp())
        self._limits = limits or Limits()
        self._on_late = on_late
        self._settling = Settling(store, engine or store, clock, rng, on_dead, self._limits)

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
            outcome = self._settling.unexpected(claimed, error)
        finally:
            room.attempts -= 1
        try:
            done, fault = await self._settle(claimed, outcome, room)
        except Exception as error:
            # If it was not kept, the lease ends and another attempt looks first; if so, none comes.
            log.exception(
                "delivery could not be settled",
                extra=ids(claimed),
                exc_info=without_words(error),
            )
            done, fault = False, None
        self._tell_late(claimed, outcome, began)
        if fault is not None:
            log.error("more posts could not be claimed", exc_info=without_words(fault))
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
            last=self._settling.is_last(claimed),
        )
        return await attempt(courier, claimed, terms)

    async def _settle(
        self, claimed: Claimed, outcome: Outcome, room: Room
    ) -> tuple[bool, Exception | None]:
        """Settle; tell whether it is sent or dead, and why no more could be claimed."""
        if not isinstance(outcome, Sent):
            return await self._settling.failed(claimed, outcome), None
        kept, fault = await self._sent(claimed, outcome, room)
        self._settling.delivered(claimed, kept=kept)
        return kept, fault

    async def _sent(
        self, claimed: Claimed, outcome: Sent, room: Room
    ) -> tuple[bool, Exception | None]:
        now, ends, alone = self._clock(), self._ends(), room.flying == 1
        free = room.free(any_=alone)
        settled: list[bool] = []

        def settle(work: Work) -> tuple[bool, list[_Leased]]:
            kept = work.relay.sent(claimed, outcome.receipt, now)
            if work.relay.singly:
                # It stays settled whatever becomes of the claim.
                settled.append(kept)
            return kept, self._lease(work, now, ends, free) if free else []

        room.looking = room.looking or free > 0
        try:
            kept, more = await self._store.run(settle)
        except Exception as error:
            if not settled:
                raise
            return settled[-1], error
        finally:
            room.looking = room.looking and not free
        if free:
            room.over = alone and not more
            self._launch(room, more, free)
        return kept, None
