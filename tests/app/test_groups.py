"""Transactions that are committed together, against a database in memory."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import TypeVar

import pytest

from adapters.database.connect import open_store
from adapters.database.errors import DatabaseLocked
from app.groups import Groups
from bot.ids import DeliveryKey, WorkspaceId
from bot.ports.work import Store, Work

T = TypeVar("T")

WORKSPACE = WorkspaceId("slack:T1")
NOW = datetime(2026, 12, 7, 9, 0, tzinfo=UTC)


class Counting:
    """A store that counts its transactions; one that was `kept` ends when the gate is open."""

    def __init__(self, store: Store) -> None:
        self.transactions = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self.kept = asyncio.Event()
        self.broken: Exception | None = None
        self._store = store

    async def run(self, call: Callable[[Work], T]) -> T:
        self.transactions += 1
        if self.broken is not None:
            raise self.broken
        result = await self._store.run(call)
        self.kept.set()
        await self.gate.wait()
        return result


@pytest.fixture
async def counting() -> AsyncIterator[Counting]:
    with open_store("sqlite://") as store:
        yield Counting(store)


def first(name: str) -> Callable[[Work], bool]:
    """Tell whether `name` comes for the first time; it does not from then on."""
    return lambda work: work.inbox.first(WORKSPACE, DeliveryKey(name), NOW)


def failing(name: str) -> Callable[[Work], bool]:
    """Do the same, and fail after it."""

    def call(work: Work) -> bool:
        first(name)(work)
        raise ValueError(name)

    return call


async def test_what_comes_while_one_is_under_way_is_committed_together(counting: Counting) -> None:
    groups = Groups(counting)
    counting.gate.clear()
    running = [asyncio.create_task(groups.run(first(name))) for name in "a"]
    await asyncio.sleep(0)
    running += [asyncio.create_task(groups.run(first(name))) for name in "bcdd"]
    await asyncio.sleep(0)
    counting.gate.set()

    assert await asyncio.gather(*running) == [True, True, True, True, False]
    assert counting.transactions == 2


async def test_nobody_is_told_before_the_commit(counting: Counting) -> None:
    groups = Groups(counting)
    counting.gate.clear()
    running = asyncio.create_task(groups.run(first("a")))

    await counting.kept.wait()
    told_before = running.done()
    counting.gate.set()

    assert not told_before
    assert await running


async def test_one_that_fails_keeps_nothing_and_harms_no_other(counting: Counting) -> None:
    groups = Groups(counting)

    came = await asyncio.gather(
        groups.run(first("a")),
        groups.run(failing("b")),
        groups.run(first("c")),
        return_exceptions=True,
    )
    again = [await groups.run(first(name)) for name in "abc"]

    assert came[0] is came[2] is True
    assert isinstance(came[1], ValueError)
    assert again == [False, True, False]


async def test_a_store_that_fails_is_not_tried_for_each(counting: Counting) -> None:
    groups = Groups(counting)
    counting.broken = OSError("gone")

    came = await asyncio.gather(
        *(groups.run(first(name)) for name in "abc"), return_exceptions=True
    )

    assert all(isinstance(each, OSError) for each in came)
    assert counting.transactions == 1


async def test_a_group_is_no_larger_than_it_may_be(counting: Counting) -> None:
    groups = Groups(counting, most=2)

    await asyncio.gather(*(groups.run(first(name)) for name in "abcde"))

    assert counting.transactions == 3


async def test_whoever_waits_for_an_answer_queues_behind_nobody_else(counting: Counting) -> None:
    groups = Groups(counting, most=2)
    ended: list[str] = []

    async def run(name: str, *, waited_for: bool = False) -> None:
        await (groups.first if waited_for else groups).run(first(name))
        ended.append(name)

    counting.gate.clear()
    under_way = asyncio.create_task(run("a"))
    await counting.kept.wait()
    others = [asyncio.create_task(run(name)) for name in "bcd"]
    asking = [asyncio.create_task(run(name, waited_for=True)) for name in "xyz"]
    await asyncio.sleep(0)
    counting.gate.set()
    await asyncio.gather(under_way, *others, *asking)

    assert "".join(ended) == "axybczd"


async def test_a_store_that_can_serves_whoever_waits_beside_all_the_rest(
    counting: Counting,
) -> None:
    """And each of the two still commits together what waits."""
    groups = Groups(counting, side_by_side=True)
    counting.gate.clear()
    rest = [asyncio.create_task(groups.run(first(name))) for name in "a"]
    await counting.kept.wait()
    counting.kept.clear()
    rest += [asyncio.create_task(groups.run(first(name))) for name in "bc"]
    asking = asyncio.create_task(groups.first.run(first("x")))
    async with asyncio.timeout(5):
        await counting.kept.wait()

    under_way = counting.transactions
    counting.gate.set()
    await asyncio.gather(*rest, asking)

    assert (under_way, counting.transactions) == (2, 3)


async def test_whoever_has_gone_delays_nobody(counting: Counting) -> None:
    groups = Groups(counting)
    counting.gate.clear()
    running = asyncio.create_task(groups.run(first("a")))
    await asyncio.sleep(0)
    gone = asyncio.create_task(groups.run(first("b")))
    await asyncio.sleep(0)
    gone.cancel()
    counting.gate.set()

    assert await running
    await groups.finish()

    assert await groups.run(first("b"))
    assert counting.transactions == 2


class Twice:
    """A store that finds out too late that it must run a call again."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def run(self, call: Callable[[Work], T]) -> T:
        with contextlib.suppress(Again):
            await self._store.run(lambda work: _then_again(call, work))
        return await self._store.run(call)


class Again(Exception):
    """Undoes a transaction."""


def _then_again(call: Callable[[Work], T], work: Work) -> None:
    call(work)
    raise Again


async def test_a_group_that_runs_twice_is_told_what_was_kept_and_not_what_was_undone() -> None:
    runs: list[str] = []

    def counted(name: str) -> Callable[[Work], int]:
        def call(work: Work) -> int:
            del work
            runs.append(name)
            return runs.count(name)

        return call

    with open_store("sqlite://") as store:
        groups = Groups(Twice(store))

        async with asyncio.timeout(5):
            told = await asyncio.gather(*(groups.run(counted(name)) for name in "abc"))

    assert told == [2, 2, 2]


class Odd:
    """A store that says that all is well, and has run nothing."""

    async def run(self, call: Callable[[Work], T]) -> T:
        del call
        return None  # type: ignore[return-value]


async def test_nobody_waits_for_ever_whatever_a_store_does() -> None:
    groups = Groups(Odd())

    async with asyncio.timeout(5):
        told = await asyncio.gather(
            *(groups.run(first(name)) for name in "ab"), return_exceptions=True
        )

    assert all(isinstance(each, ValueError) for each in told)


async def test_a_locked_table_is_not_waited_for_once_for_each(counting: Counting) -> None:
    waits: list[int] = []

    def locked(_: Work) -> bool:
        waits.append(1)
        raise DatabaseLocked("the database")

    groups = Groups(counting)
    calls = [first("a"), *[locked] * 4]
    came = await asyncio.gather(*(groups.run(each) for each in calls), return_exceptions=True)

    assert came[0] is True
    assert all(isinstance(each, DatabaseLocked) for each in came[1:])
    assert len(waits) == 2, "once together, and once alone"
