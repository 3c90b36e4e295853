"""Transactions that wait for each other, committed together.

    a runs ..................... commit
      b, c, d come meanwhile     b, c, d run one after the other, one commit for the three
      somebody waits for e       e runs before them, committed without them

A durable commit waits for the disk, which takes longer than most transactions and on a busy disk
longer than all else together; under load this is what keeps answers in time.  Rule: nobody
is told before the commit, and nobody notices company: a group in which one call fails is not kept,
and its calls run again, each in a transaction of its own.  Who looks at the screen for an answer
does not queue behind what nobody waits for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar, cast

from adapters.database.errors import DatabaseFault
from bot.ports.work import Store, Work

T = TypeVar("T")

MOST = 32
"""So many calls are in a group at most: the last one's answer waits for all."""


class _Interrupted(Exception):
    """The process is ending; nobody knows whether the transaction was kept."""


_Entry = tuple[Callable[[Work], Any], "asyncio.Future[Any]"]


class _Queue:
    """Calls that wait for their turn.  See bot.ports.Store."""

    def __init__(self, wake: Callable[[_Queue], asyncio.Task[None]]) -> None:
        self.entries: list[_Entry] = []
        self.runner: asyncio.Task[None] | None = None
        self._wake = wake

    async def run(self, call: Callable[[Work], T]) -> T:
        """See bot.ports.Store."""
        done: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self.entries.append((call, done))
        if self.runner is None or self.runner.done():
            self.runner = self._wake(self)
        return cast("T", await done)


class Groups:
    """A store that commits together what waits.  See bot.ports.Store; `finish` it at the end.

    A store that can is asked for two transactions at the same time, `side_by_side`: one for those
    who wait for an answer, and one for the rest.
    """

    def __init__(self, store: Store, most: int = MOST, *, side_by_side: bool = False) -> None:
        self._store = store
        self._most = most
        self._first = _Queue(self._woken)
        self._rest = _Queue(self._woken)
        # It lets those in who wait in turns, so that however many wait, the rest goes on.
        self._turn = asyncio.Semaphore(2 if side_by_side else 1)

    @property
    def first(self) -> Store:
        """The same store for somebody who waits: before all that nobody waits for."""
        return self._first

    async def run(self, call: Callable[[Work], T]) -> T:
        """See bot.ports.Store."""
        return await self._rest.run(call)

    async def finish(self) -> None:
        """Wait until nothing is under way."""
        runners = [each.runner for each in (self._first, self._rest) if each.runner is not None]
        await asyncio.gather(*runners)

    def _woken(self, queue: _Queue) -> asyncio.Task[None]:
        return asyncio.create_task(self._run(queue))

    async def _run(self, queue: _Queue) -> None:
        while queue.entries:
            async with self._turn:
                # Whoever has gone meanwhile needs no transaction any more.
                group = [each for each in queue.entries[: self._most] if not each[1].done()]
                del queue.entries[: self._most]
                if group:
                    await self._told(group)

    async def _told(self, group: list[_Entry]) -> None:
        """Run a group, and tell everybody in it whatever happens: nobody may wait for ever."""
        try:
            await self._together(group)
        except BaseException as error:
            for _, done in group:
                _tell_error(done, error if isinstance(error, Exception) else _Interrupted())
            if not isinstance(error, Exception):
                raise

    async def _together(self, group: list[_Entry]) -> None:
        results: list[Any] = []
        begun = False

        def all_of_them(work: Work) -> None:
            nonlocal begun
            begun = True
            results.clear()
            for call, _ in group:
                results.append(call(work))

        task = asyncio.ensure_future(self._store.run(all_of_them))
        await asyncio.wait({task})
        error = task.exception()
        if error is None:
            for (_, done), result in zip(group, results, strict=True):
                _tell(done, result)
        elif begun and len(results) < len(group) > 1:
            await self._each(group)
        else:
            # The store itself failed, at the beginning or the end: trying each would take long.
            _tell_all(group, error)

    async def _each(self, group: list[_Entry]) -> None:
        """Run each in a transaction of its own; a database that is locked or away ends that."""
        for number, (call, done) in enumerate(group):
            await self._together([(call, done)])
            error = None if done.cancelled() else done.exception()
            if isinstance(error, DatabaseFault):
                # The next would wait for the same lock as long, and everybody behind it.
                _tell_all(group[number + 1 :], error)
                return


def _tell(done: asyncio.Future[Any], result: object) -> None:
    if not done.done():
        done.set_result(result)


def _tell_all(group: list[_Entry], error: BaseException) -> None:
    for _, done in group:
        _tell_error(done, error)


def _tell_error(done: asyncio.Future[Any], error: BaseException) -> None:
    if not done.done():
        done.set_exception(error)
