"""Work that goes on after somebody has been answered, and its orderly end.

Rule: nothing here is durable.  What must not be lost has been committed before it starts.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from datetime import timedelta

from adapters.discord.client_faults import kind_of, without_words

log = logging.getLogger(__name__)


class Underway:
    """Tasks that are under way; an exception of one is logged and concerns no other."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._tasks)

    def start(self, work: Coroutine[object, object, None], what: str) -> None:
        """Begin `work`; `what` names it in the log."""
        task = asyncio.create_task(_guarded(work, what))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settled(self) -> None:
        """Wait until nothing is under way."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def finish(self, patience: timedelta = timedelta(seconds=5)) -> None:
        """Wait until everything is done, cancelling what takes longer than `patience`."""
        try:
            async with asyncio.timeout(patience.total_seconds()):
                await self.settled()
        except TimeoutError:
            log.warning("work was still under way at close", extra={"count": len(self._tasks)})
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _guarded(work: Coroutine[object, object, None], what: str) -> None:
    try:
        await work
    except Exception as error:
        log.exception(
            "work for Discord failed",
            extra={"act": what, "error": kind_of(error)},
            exc_info=without_words(error),
        )
