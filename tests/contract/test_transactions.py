"""What every store promises of a transaction."""

from __future__ import annotations

import asyncio

import pytest

from bot.errors import Conflict
from bot.ids import DeliveryKey
from bot.ports.work import Work
from tests.contract.conftest import AnyStore
from tests.factories import ANA, COHORT, NOW, WORKSPACE, a_cohort, a_member, a_practice

KEY = DeliveryKey("key")


class Stop(Exception):
    pass


async def test_what_a_call_returns_is_returned_after_the_commit(store: AnyStore) -> None:
    def save(work: Work) -> str:
        work.members.save(a_member())
        return "done"

    assert await store.run(save) == "done"

    assert await store.run(lambda work: work.members.get(COHORT, ANA)) == a_member()


async def test_nothing_is_kept_of_a_call_that_raises(store: AnyStore) -> None:
    def fail(work: Work) -> None:
        work.members.save(a_member())
        raise Stop

    with pytest.raises(Stop):
        await store.run(fail)

    assert await store.run(lambda work: work.members.get(COHORT, ANA)) is None


async def test_a_call_sees_what_it_wrote_itself(store: AnyStore) -> None:
    def write_and_read(work: Work) -> object:
        work.cohorts.save(a_cohort())
        return work.cohorts.get(WORKSPACE, COHORT)

    assert await store.run(write_and_read) == a_cohort()


async def test_after_a_conflict_the_call_is_run_again_twice_at_most(store: AnyStore) -> None:
    runs = []

    def conflict(work: Work) -> None:
        runs.append(work)
        raise Conflict

    with pytest.raises(Conflict):
        await store.run(conflict)

    assert len(runs) == 3


async def test_a_call_that_succeeds_after_a_conflict_is_kept_once(store: AnyStore) -> None:
    runs = []

    def conflict_at_first(work: Work) -> None:
        runs.append(work)
        work.members.save(a_member(f"U-{len(runs)}"))
        if len(runs) < 3:
            raise Conflict

    await store.run(conflict_at_first)

    members = await store.run(lambda work: work.members.of(COHORT))
    assert [member.user for member in members] == ["U-3"]


async def test_calls_at_the_same_time_never_see_half_of_each_other(store: AnyStore) -> None:
    def count(work: Work) -> None:
        member = work.members.get(COHORT, ANA) or a_member(name="0")
        work.members.save(a_member(name=str(int(member.name) + 1)))

    await asyncio.gather(*(store.run(count) for _ in range(20)))

    member = await store.run(lambda work: work.members.get(COHORT, ANA))
    assert member is not None
    assert member.name == "20"


async def test_of_two_starts_at_the_same_time_one_practice_comes_of_it(store: AnyStore) -> None:
    def start(name: str) -> bool:
        def call(work: Work) -> bool:
            if work.practices.open_of(WORKSPACE, ANA):
                return False
            work.practices.save(a_practice(name))
            return True

        return store.call(call)

    started = await asyncio.gather(*(asyncio.to_thread(start, f"p{n}") for n in range(4)))

    assert sorted(started) == [False, False, False, True]


def test_a_conflict_in_the_middle_keeps_nothing(store: AnyStore) -> None:
    store.call(lambda work: work.practices.save(a_practice("first")))

    def second(work: Work) -> None:
        work.inbox.first(WORKSPACE, KEY, NOW)
        work.practices.save(a_practice("second"))

    with pytest.raises(Conflict):
        store.call(second)

    assert store.call(lambda work: work.inbox.first(WORKSPACE, KEY, NOW))
