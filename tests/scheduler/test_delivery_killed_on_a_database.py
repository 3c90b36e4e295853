"""The same kills with nothing faked but death: SQLite below, the console platform in front."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from adapters.console.happenings import Arrived, Opened, Posted
from adapters.console.send import ConsoleCourier
from adapters.console.world import World
from adapters.database.connect import open_store
from adapters.database.store import DatabaseStore
from bot.ids import UserId
from bot.ports.outgoing import Outgoing
from bot.ports.platforms import Courier
from bot.ports.work import Store, Work
from scheduler.delivery import Delivery
from scheduler.switchboard import for_all
from tests.scheduler.fakes import (
    GENERAL,
    Watch,
    edited,
    replied,
    said,
    text_of,
    whispered,
)
from tests.scheduler.memory import START
from tests.scheduler.mortality import Fuse, MortalCourier, MortalStore, mortal

LEASE_AND_MORE = timedelta(minutes=2)
MORE_THAN_ENOUGH = 500


@pytest.fixture
def store(tmp_path: Path) -> Iterator[DatabaseStore]:
    with open_store(f"sqlite:///{tmp_path}/kills.db", durable=False) as opened:
        yield opened


class Console:
    """The console platform, and everything that ever appeared on it."""

    def __init__(self) -> None:
        self.world = World()
        self.world.record(Arrived(at=START, who=UserId("ana"), name="Ana"))
        self.world.record(Opened(at=START, channel=GENERAL))
        self.posted: list[Posted] = []
        self.world.listen(self._note)

    def _note(self, happening: object) -> None:
        if isinstance(happening, Posted):
            self.posted.append(happening)


def day(run: int) -> tuple[Outgoing, ...]:
    return (
        said(f"a{run}"),
        replied(f"b{run}", f"a{run}"),
        whispered(f"d{run}"),
        edited(f"e{run}", f"a{run}", "better"),
        said(f"c{run}"),
    )


def relay(store: Store, courier: Courier, clock: Watch) -> Delivery:
    return Delivery(store, for_all("console", courier), clock, random.Random(1), lambda *_: None)


async def test_a_kill_between_any_two_steps_shows_each_post_once_on_the_console(
    store: DatabaseStore,
) -> None:
    for run in range(MORE_THAN_ENOUGH):
        console, clock, fuse = Console(), Watch(), Fuse(run)
        courier = ConsoleCourier(console.world, clock)
        await store.run(partial(put, day(run)))
        with mortal():
            await relay(MortalStore(store, fuse), MortalCourier(courier, fuse), clock).drain()
        clock.pass_(LEASE_AND_MORE)
        await relay(store, courier, clock).drain()

        shown = [text_of(posted.content) for posted in console.posted]
        assert sorted(shown) == [f"{name}{run}" for name in "abcd"]
        assert [text for text in shown if text[0] != "d"] == [f"{name}{run}" for name in "abc"]
        if not fuse.burnt:
            assert run > 3 * len(day(run))
            return
    raise AssertionError("the process never lived to the end")


def put(posts: tuple[Outgoing, ...], work: Work) -> None:
    for post in posts:
        work.outbox.put(post)
