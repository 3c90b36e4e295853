"""The part of a process that speaks: sends what is to be said, and reads again what is there.

    outbox --nudge, hint or tick--> delivery --late receipt--> read up

Rule: once it is to stop nothing more is claimed; what is under way ends by itself.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Protocol

from adapters.database.errors import DatabaseFault
from app.gaps import Gaps
from bot.ids import WorkspaceId
from bot.ports.outgoing import Outgoing
from bot.ports.platforms import Courier, Couriers
from scheduler.faults import without_words
from scheduler.reconcile import Reconciler

log = logging.getLogger(__name__)

FIRST_WAIT = timedelta(seconds=1)
LONGEST_WAIT = timedelta(minutes=1)
"""Meanwhile delivery looks by the clock, every second."""


class Hinting(Protocol):
    """What is used of the database: see adapters.database.store."""

    def hints(self) -> AsyncIterator[None]:
        """Yield whenever another process may have put something into the outbox."""


@dataclass(frozen=True, slots=True)
class UntilStopped:
    """Couriers for whom nothing more is claimed once `stop` is set.  See bot.ports.Couriers."""

    couriers: Couriers
    stop: asyncio.Event

    @property
    def platforms(self) -> frozenset[str]:
        """See bot.ports.Couriers."""
        return frozenset() if self.stop.is_set() else self.couriers.platforms

    def of(self, workspace: WorkspaceId) -> Courier | None:
        """See bot.ports.Couriers."""
        return self.couriers.of(workspace)


async def hinted(
    store: Hinting, hint: Callable[[], None], wait: Callable[[float], Awaitable[object]]
) -> None:
    """Call `hint` whenever the database gives one; listen again, ever later, when it breaks off."""
    pause = FIRST_WAIT
    while True:
        try:
            async with aclosing(store.hints()) as hints:  # type: ignore[type-var]
                async for _ in hints:
                    pause = FIRST_WAIT
                    hint()
        except (DatabaseFault, OSError) as error:
            log.warning("hints of the database broke off", extra={"error": type(error).__name__})
        await wait(pause.total_seconds())
        pause = min(2 * pause, LONGEST_WAIT)


async def read_up(late: asyncio.Queue[Outgoing], reconciler: Reconciler, gaps: Gaps) -> None:
    """Read posts up, one after the other, whose receipt came late."""
    while True:
        outgoing = await late.get()
        try:
            await gaps.part(partial(reconciler.late, outgoing))
        except Exception as error:
            # It is read again with everything else, in a minute.
            log.exception(
                "a late post could not be read up",
                extra={"post": outgoing.key},
                exc_info=without_words(error),
            )
