"""Delivery when a platform says "never": the row dies and the organiser hears of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

import pytest

from bot.ids import WorkspaceId
from bot.ports.outgoing import Outgoing
from bot.ports.platforms import Refused
from bot.ports.work import Store, Work
from scheduler.limits import Limits
from scheduler.switchboard import Switchboard
from tests.scheduler.fakes import (
    Scene,
    edited,
    marked,
    raising,
    said,
    whispered,
)

T = TypeVar("T")

IMPATIENT = Limits(patience=timedelta(milliseconds=1), slow_after=timedelta(milliseconds=1))


@pytest.mark.parametrize("act", [said("a"), edited("a", "first", "better"), marked("a")])
async def test_what_is_refused_dies_and_the_organiser_hears_of_it(act: Outgoing) -> None:
    scene = Scene()
    scene.store.put(said("first"))
    await scene.delivery.drain()
    scene.store.put(act, said("after"))
    scene.platform.fails(act.act.kind, raising(Refused("is_archived")))

    settled = await scene.delivery.drain()

    assert settled == 3
    assert scene.deaths == [("a", "is_archived")]
    assert scene.store.row("a").state == "dead"
    assert scene.platform.texts("general") == ["first", "after"]
    assert scene.platform.texts("organisers") == ["dead-a"]


async def test_closed_direct_messages_take_the_same_way() -> None:
    scene = Scene()
    scene.store.put(whispered("a"))
    scene.platform.fails("post", raising(Refused("dm_closed", closed=True)))

    await scene.delivery.drain()

    assert scene.deaths == [("a", "dm_closed")]


async def test_what_is_for_another_platform_is_left_to_whoever_is_connected_to_it() -> None:
    scene = Scene()
    scene.store.put(said("a", workspace=WorkspaceId("telegram:T1")))

    await scene.delivery.drain()

    assert scene.deaths == []
    assert scene.store.states() == {"a": "ready"}


async def test_a_workspace_that_is_not_connected_any_more_loses_nothing() -> None:
    scene = Scene()
    scene.store.put(said("a"), said("b", workspace=WorkspaceId("console:gone")))
    gone = WorkspaceId("console:gone")
    here = Switchboard({"console": lambda where: None if where == gone else scene.platform})

    await scene.relay(couriers=here).drain()

    assert scene.deaths == []
    assert scene.store.states() == {"a": "sent", "b": "ready"}


async def test_a_platform_is_served_only_while_it_is_connected_and_as_far_as_it_is_divided() -> (
    None
):
    scene = Scene()
    one, other = WorkspaceId("console:one"), WorkspaceId("console:other")
    scene.store.put(said("a", workspace=one), said("b", workspace=other))
    here = Switchboard()
    relay = scene.relay(couriers=here)
    await relay.drain()
    before = scene.store.states()

    here.connect("console", lambda _: scene.platform, lambda: frozenset({one}))
    await relay.drain()
    meanwhile = scene.store.states()
    here.disconnect("console")
    await relay.drain()

    assert before == {"a": "ready", "b": "ready"}
    assert meanwhile == scene.store.states() == {"a": "sent", "b": "ready"}
    assert (here.platforms, here.of(one)) == (frozenset(), None)


class Noting:
    """A store that notes how often it was asked."""

    def __init__(self, store: Store) -> None:
        self.asked = 0
        self._store = store

    async def run(self, call: Callable[[Work], T]) -> T:
        self.asked += 1
        return await self._store.run(call)


async def test_only_a_death_goes_beyond_the_outbox() -> None:
    scene = Scene()
    engine, outbox = Noting(scene.store), Noting(scene.store)
    scene.store.put(said("fine"), whispered("closed"))
    scene.platform.fails("post", raising(Refused("dm_closed", closed=True)))

    await scene.relay(outbox, engine=engine).drain()

    assert len(scene.deaths) == engine.asked == 1
    assert outbox.asked > 2


async def test_the_organiser_is_told_in_the_transaction_that_settles() -> None:
    scene = Scene()
    scene.store.put(said("a"))
    scene.platform.fails("post", raising(Refused("is_archived")))

    await scene.delivery.step()

    assert scene.store.states() == {"a": "dead", "dead-a": "ready"}
