"""What was heard and is not handled yet: Discord tells it once, so it is kept until it is.

    take --> waiting --worker--> done
               ^------ failed ------|      too many, or never possible: lost, so read up later

Rule: an event that could not be handled is tried again, with growing waits, behind the others,
so one that can never be handled keeps nothing waiting.  What has to be given up is asked for
again from Discord as soon as something works.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Generic, TypeVar

from adapters.discord.client import Wait
from adapters.discord.client_faults import kind_of, without_words

log = logging.getLogger(__name__)

T = TypeVar("T")

MOST = 10_000
WORKERS = 32
"""Events handled at a time: the database commits together what waits for it, and on a slow disk
fewer could not keep up.  Whoever asks for something does not queue behind them."""
TRIES = 5
"""How often something fails, while other things work, before it is given up."""
FIRST_WAIT = timedelta(seconds=0.5)
LONGEST_WAIT = timedelta(seconds=30)


@dataclass(eq=False)
class _Item(Generic[T]):
    what: T
    tries: int = 0
    worked: int = -1
    """How many others had been handled when it failed last."""


class Backlog(Generic[T]):
    """Does what it is given, sooner or later.

    `do` does one thing or raises; `read_up` is called once things work again after something
    was lost.  At most `most` things are kept.
    """

    def __init__(
        self,
        do: Callable[[T], Awaitable[None]],
        read_up: Callable[[], Awaitable[None]],
        wait: Wait,
        *,
        most: int = MOST,
        workers: int = WORKERS,
    ) -> None:
        self._do = do
        self._read_up = read_up
        self._wait = wait
        self._most = most
        self._workers = workers
        self._waiting: deque[_Item[T]] = deque()
        self._tasks: list[asyncio.Task[None]] = []
        self._busy = 0
        self._worked = 0
        self._pause = FIRST_WAIT
        self._lost = 0
        self._changed = asyncio.Event()

    def __len__(self) -> int:
        return len(self._waiting) + self._busy

    def start(self) -> None:
        """Begin to work."""
        self._tasks = [asyncio.create_task(self._work()) for _ in range(self._workers)]

    def take(self, what: T) -> None:
        """Keep something until it is done."""
        if len(self._waiting) >= self._most:
            self._waiting.popleft()
            self._lose("too much waits")
        self._waiting.append(_Item(what))
        self._wake()

    async def settled(self) -> None:
        """Wait until everything is done."""
        while len(self):
            changed = self._changed
            await changed.wait()

    async def finish(self, patience: timedelta = timedelta(seconds=5)) -> None:
        """Work on for at most `patience`, then stop; what is left is read up at the next start."""
        try:
            async with asyncio.timeout(patience.total_seconds()):
                await self.settled()
        except TimeoutError:
            log.warning("events were not handled before the end", extra={"count": len(self)})
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # --- at work --------------------------------------------------------------------------

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    async def _work(self) -> None:
        while True:
            while not self._waiting:
                await self._changed.wait()
            item = self._waiting.popleft()
            self._busy += 1
            try:
                done = await self._try(item)
                if not done:
                    self._put_back(item)
            finally:
                self._busy -= 1
                self._wake()
            if not done:
                pause, self._pause = self._pause, min(2 * self._pause, LONGEST_WAIT)
                await self._wait(pause.total_seconds())

    async def _try(self, item: _Item[T]) -> bool:
        try:
            await self._do(item.what)
        except Exception as error:
            if item.tries == 0:
                log.exception(
                    "something from Discord could not be handled yet",
                    extra={"event": type(item.what).__name__, "error": kind_of(error)},
                    exc_info=without_words(error),
                )
            return False
        self._worked += 1
        self._pause = FIRST_WAIT
        await self._recover()
        return True

    def _put_back(self, item: _Item[T]) -> None:
        if item.worked != self._worked:
            item.tries += 1
            item.worked = self._worked
        if item.tries > TRIES:
            self._lose("it can never be handled")
        elif len(self._waiting) >= self._most:
            self._lose("too much waits")
        else:
            self._waiting.append(item)

    def _lose(self, reason: str) -> None:
        if not self._lost:
            log.error(
                "something from Discord is given up; it is read again later",
                extra={"reason": reason, "cure": "Look above for why it could not be handled"},
            )
        self._lost += 1

    async def _recover(self) -> None:
        """Have read up what was lost, now that things work again."""
        if not self._lost or len(self._waiting) > self._most // 2:
            return
        lost, self._lost = self._lost, 0
        log.warning("reading up what was given up", extra={"count": lost})
        try:
            await self._read_up()
        except Exception as error:
            self._lost = lost
            log.exception(
                "it could not be read up yet",
                extra={"error": kind_of(error)},
                exc_info=without_words(error),
            )
