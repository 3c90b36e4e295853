"""Delivery of several processes whose clocks, or whose database's clock, are set meanwhile.

Each has a clock of its own; only the steady seconds, `Machine`, are the same for all of them.
"""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from bot.ports.platforms import Unknown
from scheduler.delivery import Delivery
from scheduler.limits import Limits
from scheduler.switchboard import for_all
from tests.scheduler.fakes import Platform, Watch, raising, said
from tests.scheduler.memory import FailingStore

LEASE = Limits().lease
HOUR = timedelta(hours=1)


class Town:
    """A store, a platform, and steady seconds that move every clock."""

    def __init__(self) -> None:
        self.seconds = 1_000.0
        self.watches: list[Watch] = []
        self.store = FailingStore()
        self.platform = Platform(Watch())

    def process(self, ahead: timedelta = timedelta()) -> Delivery:
        """Start a process whose clock is so far ahead."""
        watch = Watch()
        watch.pass_(ahead)
        self.watches.append(watch)
        return Delivery(
            self.store,
            for_all("console", self.platform),
            watch,
            random.Random(1),
            lambda *_: None,
            Limits(several=True),
            passed=lambda: self.seconds,
        )

    def pass_(self, span: timedelta) -> None:
        """Let time pass, for everybody."""
        self.seconds += span.total_seconds()
        for each in self.watches:
            each.pass_(span)


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.mark.parametrize("ahead", [timedelta(seconds=61), HOUR, timedelta(days=3)])
async def test_what_is_being_sent_is_not_sent_by_a_process_whose_clock_is_ahead(
    town: Town, ahead: timedelta
) -> None:
    town.store.put(said("a"), said("b"))
    slow, other = town.process(), town.process(ahead)

    async def meanwhile() -> None:
        for _ in range(5):
            await other.drain()
            town.pass_(timedelta(seconds=4))

    town.platform.fails("post", meanwhile)
    await slow.drain()
    assert town.platform.texts("general") == ["a"]
    town.pass_(LEASE)
    await other.drain()

    assert town.platform.texts("general") == ["a", "b"]
    assert town.store.settled()


async def test_what_a_dead_process_was_sending_comes_back_after_two_leases(town: Town) -> None:
    town.store.put(said("a"))
    dying, other = town.process(), town.process()

    async def killed() -> None:
        town.store.failures.append(OSError("killed"))
        raise Unknown("killed")

    town.platform.fails("post", killed)
    await dying.drain()
    assert town.store.row("a").state == "leased"
    town.pass_(LEASE)
    await other.drain()
    town.pass_(LEASE - timedelta(seconds=1))
    await other.drain()
    before = town.platform.texts("general")
    town.pass_(timedelta(seconds=1))
    await other.drain()

    assert before == []
    assert town.platform.texts("general") == ["a"]


async def test_a_clock_that_stands_still_does_not_lengthen_a_lease(town: Town) -> None:
    """As where the database's was set back, or while the machine slept."""
    town.store.put(said("a"))
    town.platform.fails("post", raising(Unknown("reset")))
    process = town.process()
    await process.drain()
    town.pass_(timedelta(minutes=1))

    async def asleep() -> None:
        town.seconds += LEASE.total_seconds()

    town.platform.loses("find", asleep)
    await process.drain()

    assert town.platform.texts("general") == []
    assert town.store.row("a").state == "unsure"
    town.pass_(timedelta(minutes=1))
    await process.drain()
    assert town.platform.texts("general") == ["a"]


async def test_in_a_file_what_a_dead_process_was_sending_is_tried_after_one_lease() -> None:
    town = Town()
    town.store.put(said("a"))

    async def killed() -> None:
        town.store.failures.append(OSError("killed"))
        raise Unknown("killed")

    town.platform.fails("post", killed)
    alone = Delivery(
        town.store,
        for_all("console", town.platform),
        watch := Watch(),
        random.Random(1),
        lambda *_: None,
    )
    await alone.drain()
    watch.pass_(LEASE)
    await alone.drain()

    assert town.platform.texts("general") == ["a"]
