"""A coach that may end at any instant: it is abandoned there, and never does anything again.

What a killed process leaves behind is left behind: rows leased, calls under way, transactions
without their commit.  Its sockets break as the system breaks them, and its tasks never go on.
"""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, NoReturn, TypeVar
from weakref import WeakValueDictionary

from adapters.database.errors import DatabaseUnusable
from bot.ids import PostKey
from bot.ports.delivery import Claimed
from bot.ports.work import Store, Work
from tests.chaos.faults import DATABASE, OVERTAKEN, STOPPED, Faults
from tests.chaos.outages import Outages

T = TypeVar("T")

_OWNER: contextvars.ContextVar[Mortal | None] = contextvars.ContextVar("owner", default=None)
_CONTESTED: WeakValueDictionary[PostKey, Mortal] = WeakValueDictionary()
"""Who stands with a row that another one is to send meanwhile."""
_ROUNDS = 50


class Killed(BaseException):
    """The process is gone."""


class Mortal:
    """The life of one process: its tasks, and what breaks when it ends."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self.dead = False
        self.died = asyncio.Event()
        self.may_stop = False
        """Whether others would go on while this one is stopped."""
        self.waking = False
        """Whether it goes on after it was stopped, and is waited for."""
        self.overtaken = False
        """Whether another one has sent, and not yet settled, what this one stands with."""
        self.standing = asyncio.Event()
        """Whether it is stopped, with a row leased or sent."""
        self.going_on = asyncio.Event()
        self.sever: Callable[[], None] = _nothing
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Run `work` as a part of this process."""
        context = contextvars.copy_context()
        context.run(_OWNER.set, self)
        return asyncio.get_running_loop().create_task(work, context=context)

    def own(self, task: asyncio.Task[Any]) -> None:
        """Take in a task that a task of this process has begun."""
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def kill(self) -> None:
        """End here and now."""
        self.dead = True
        self.sever()
        self.died.set()

    async def instant(self, name: str) -> None:
        """Pass an instant at which the process may be killed."""
        kind = f"kill {name}"
        if not self.dead and self.faults.at(name, kind):
            self.faults.strike(kind)
            self.kill()
        await self.alive()

    async def leased(self, keys: Iterable[PostKey]) -> None:
        """Pass an instant at which the process may be stopped with rows leased."""
        overtaken = self.faults.at("lease", OVERTAKEN)
        if not overtaken or not self._may_stop():
            await self.stop()
            return
        for key in keys:
            _CONTESTED[key] = self
        self.faults.strike(OVERTAKEN)
        await self._stand()

    async def sent(self, key: PostKey | None) -> None:
        """Pass an instant at which the process may be stopped with a row sent."""
        first = None if key is None else _CONTESTED.pop(key, None)
        if first is None or first is self or not first.standing.is_set() or first.dead:
            await self.stop()
        elif not self.standing.is_set() and not self.waking:
            first.overtaken = True
            self.faults.reached("two workers at one row")
            await self._stand()

    async def stop(self) -> None:
        """Pass an instant at which the process may be stopped for longer than its leases last."""
        if self.faults.at("lease or send", STOPPED) and self._may_stop():
            self.faults.strike(STOPPED)
            await self._stand()

    def _may_stop(self) -> bool:
        return self.may_stop and not self.standing.is_set() and not self.waking

    async def _stand(self) -> None:
        self.standing.set()
        await self.going_on.wait()
        self.standing.clear()
        self.going_on.clear()

    async def alive(self) -> None:
        """Go on, unless this process is dead."""
        if self.dead:
            await _for_ever()

    async def bury(self) -> None:
        """End every task; none gets anywhere, because nothing that it could do works any more."""
        current = asyncio.current_task()
        for _ in range(_ROUNDS):
            left = [task for task in self._tasks if task is not current and not task.done()]
            if not left:
                return
            for task in left:
                task.cancel()
            await asyncio.wait(left, timeout=0.05)
        raise AssertionError(f"tasks of a dead process go on: {self._tasks}")


def owned_tasks() -> None:
    """Let the running event loop know which process a task belongs to."""

    def make(loop: Any, work: Any, **given: Any) -> asyncio.Task[Any]:
        task: asyncio.Task[Any] = asyncio.Task(work, loop=loop, **given)
        context = given.get("context")
        owner = context.get(_OWNER) if context is not None else _OWNER.get()
        if owner is not None:
            owner.own(task)
        return task

    asyncio.get_running_loop().set_task_factory(make)


class MortalStore:
    """A store whose process may end before, in and after a transaction.  See bot.ports.Store."""

    def __init__(self, store: Store, mortal: Mortal, outages: Outages) -> None:
        self._store = store
        self._mortal = mortal
        self._outages = outages

    async def run(self, call: Callable[[Work], T]) -> T:
        """See bot.ports.Store."""
        mortal, faults = self._mortal, self._mortal.faults
        await mortal.instant("before the transaction")
        trouble = faults.at("transaction", *DATABASE[self._outages.database])
        looked = _Looked()

        def watched(work: Work) -> T:
            if mortal.dead:
                raise Killed
            looked.clear()
            result = call(looked.at(work))
            if faults.at("before commit", "kill before commit"):
                faults.strike("kill before commit")
                raise Killed
            return result

        try:
            async with self._outages.during(trouble, faults):
                result = await self._store.run(watched)
        except Killed:
            mortal.kill()
            return await _for_ever()
        await mortal.alive()
        if trouble == "commit unknown":
            faults.strike(trouble)
            raise DatabaseUnusable("the database", "it went away with the commit", "Wait.")
        if looked.claimed:
            faults.reached("rows leased")
        await mortal.instant(looked.instant)
        if looked.claimed:
            await mortal.leased(looked.keys)
        return result


class _Looked:
    """What a transaction did to the outbox."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self.claimed = self.settled = False
        self.keys: list[PostKey] = []

    def at(self, work: Work) -> Any:
        return _Through(work, {"relay": _Through(work.relay, _relay(work, self))})

    @property
    def instant(self) -> str:
        """The name of the instant after it."""
        if self.settled:
            return "after settle"
        return "after claim" if self.claimed else "after commit"


class _Through:
    """Something seen through, with some names of its own."""

    def __init__(self, thing: Any, own: dict[str, Any]) -> None:
        self._thing = thing
        self.__dict__.update(own)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._thing, name)


def _relay(work: Work, looked: _Looked) -> dict[str, Any]:
    def claim(*given: Any, **more: Any) -> tuple[Claimed, ...]:
        found = work.relay.claim(*given, **more)
        looked.claimed = looked.claimed or bool(found)
        looked.keys += [each.outgoing.key for each in found]
        return found

    def settling(name: str) -> Callable[..., bool]:
        def settle(*given: Any, **more: Any) -> bool:
            kept: bool = getattr(work.relay, name)(*given, **more)
            looked.settled = True
            return kept

        return settle

    names = ("sent", "retry", "hold", "dead")
    return {"claim": claim} | {name: settling(name) for name in names}


async def _for_ever() -> NoReturn:
    await asyncio.Event().wait()
    raise AssertionError("unreachable")


def _nothing() -> None:
    return None
