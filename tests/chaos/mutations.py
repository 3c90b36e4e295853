"""Likely mistakes, made on purpose: the harness must find each of them.

Each is looked for with the faults that make it show: `python -m tests.chaos --mutation NAME`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import and_, select

from adapters.database import relay
from adapters.database.outbox_tables import outbox
from adapters.discord import send_parts
from bot.inbound import ButtonPressed, CommandGiven, FormSubmitted, Inbound
from bot.messages import NOTHING, Reply
from bot.ports.delivery import Claimed
from scheduler import attempts, delivery
from tests.chaos.coaches import Process
from tests.chaos.faults import OVERTAKEN

Undo = Callable[[], None]


@dataclass(frozen=True)
class Mutation:
    """A mistake, and where it is looked for."""

    make: Callable[[], Undo]
    platform: str
    database: str
    faults: tuple[str, ...]


def _put(thing: Any, name: str, value: Any) -> Undo:
    before = getattr(thing, name)
    setattr(thing, name, value)
    return lambda: setattr(thing, name, before)


def _no_fence() -> Undo:
    """Let whoever was overtaken settle all the same."""
    real = relay.SqlRelay._settle

    def settle(self: Any, statement: Any, claimed: Claimed, values: Any) -> bool:
        mine = select(outbox.c.token).where(outbox.c.key == claimed.outgoing.key)
        token = self._connection.execute(mine).scalar()
        return real(self, statement, replace(claimed, token=token), values)

    return _put(relay.SqlRelay, "_settle", settle)


def _no_look() -> Undo:
    """Post again what may have arrived, without looking."""
    real = attempts.attempt

    async def attempt(courier: Any, claimed: Claimed, terms: Any) -> Any:
        return await real(courier, replace(claimed, unsure=False), terms)

    return _put(delivery, "attempt", attempt)


def _early_ack() -> Undo:
    """Acknowledge before the commit what nobody waits for."""
    real = Process.handle
    under_way: set[asyncio.Task[Reply]] = set()

    async def handle(self: Process, event: Inbound) -> Reply:
        if isinstance(event, CommandGiven | ButtonPressed | FormSubmitted):
            return await real(self, event)
        task = asyncio.create_task(self.store.run(
            lambda work: self.coach.handle(work, event, self.clock())
        ))  # fmt: skip
        under_way.add(task)
        task.add_done_callback(_forgotten)
        return NOTHING

    return _put(Process, "handle", handle)


def _forgotten(task: asyncio.Task[Reply]) -> None:
    """Look at an exception, so that nobody misses it."""
    if not task.cancelled():
        task.exception()


def _no_nonce() -> Undo:
    """Send to Discord without saying that the same may be sent twice."""
    real = send_parts._body

    def body(*given: Any, **more: Any) -> Any:
        return _Deaf(real(*given, **more))

    return _put(send_parts, "_body", body)


class _Deaf(dict[str, Any]):
    """A body that takes nothing more in."""

    def __or__(self, other: Any) -> Any:
        return dict(self)


def _no_order() -> Undo:
    """Claim what is not the head of its lane."""
    found = relay._CLAIMABLE._clone()
    _, _, *decided = relay._HEAD.clauses
    rest = relay._CLAIMABLE._where_criteria[1:]
    found._where_criteria = (and_(outbox.c.settled_at.is_(None), *decided), *rest)
    relay._claimable.cache_clear()
    undo = _put(relay, "_CLAIMABLE", found)

    def back() -> None:
        undo()
        relay._claimable.cache_clear()

    return back


MUTATIONS = {
    "settle without the fencing token": Mutation(
        _no_fence, "slack", "postgres", (OVERTAKEN, OVERTAKEN, OVERTAKEN, "lost reply")
    ),
    "no look before sending again": Mutation(
        _no_look, "slack", "sqlite", ("lost reply", "kill after send")
    ),
    "acknowledge before the commit": Mutation(
        _early_ack, "slack", "sqlite", ("database locked", "disk full", "kill before commit")
    ),
    "forget the nonce": Mutation(_no_nonce, "discord", "sqlite", ("lost reply",)),
    "forget the order of a lane": Mutation(
        _no_order, "slack", "sqlite", ("server error", "cut connection", "kill before send")
    ),
}


@contextmanager
def mutated(name: str) -> Iterator[None]:
    """Let a mistake be in the product while entered; none without a name."""
    undo = MUTATIONS[name].make() if name else None
    try:
        yield
    finally:
        if undo is not None:
            undo()
