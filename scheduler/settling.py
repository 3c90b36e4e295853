"""Settles what was claimed: what becomes of a row after an attempt, and what is noted of it.

    refused --> dead + organiser told | not now --> held or put off | no answer --> put off, unsure

Rule: a row is settled under its fencing token; if that is not the newest any more, somebody else
has the row, and nothing is done but a line in the log.
"""

from __future__ import annotations

import logging
import random
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.ids import PostKey, WorkspaceId
from bot.ports.delivery import Claimed
from bot.ports.outgoing import Outgoing
from bot.ports.outside import Clock
from bot.ports.work import Store, Work
from scheduler.attempts import NOBODY_KNOWS, Busy, Impossible, NotSent, OutOfTime, Silent, ids
from scheduler.faults import without_words
from scheduler.limits import Limits

log = logging.getLogger(__name__)

OnDead = Callable[[Work, Outgoing, str, datetime], None]


class Settling:
    """Settles in `store`; `engine` is where organisers are told of dead posts."""

    def __init__(
        self,
        store: Store,
        engine: Store,
        clock: Clock,
        rng: random.Random,
        on_dead: OnDead,
        limits: Limits,
    ) -> None:
        self._store = store
        self._engine = engine
        self._clock = clock
        self._rng = rng
        self._on_dead = on_dead
        self._limits = limits
        self._silent: Counter[PostKey] = Counter()
        self._unexpected: Counter[PostKey] = Counter()
        self._held: Counter[WorkspaceId] = Counter()

    def is_last(self, claimed: Claimed) -> bool:
        """Tell whether so many posts went without an answer that the next is the last."""
        return self._silent[claimed.outgoing.key] >= self._limits.silent

    def delivered(self, claimed: Claimed, *, kept: bool) -> None:
        """Note that a post is sent; `kept` is whether that could be settled."""
        self._held.pop(claimed.outgoing.workspace, None)
        self._note("post delivered", claimed, kept=kept)

    def unexpected(self, claimed: Claimed, error: Exception) -> NotSent:
        """Return what becomes of a row after an exception that nobody foresaw."""
        key = claimed.outgoing.key
        self._unexpected[key] += 1
        if self._unexpected[key] >= self._limits.unexpected:
            return Impossible(NOBODY_KNOWS)
        return Silent(type(error).__name__, telling=False)

    async def failed(self, claimed: Claimed, outcome: NotSent) -> bool:
        """Settle what was not sent; tell whether it is dead."""
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
