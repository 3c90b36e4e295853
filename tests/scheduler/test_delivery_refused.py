"""Delivery when a platform says "never": the row dies and the organiser hears of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.ids import WorkspaceId
from bot.ports.outgoing import Outgoing
from bot.ports.platforms import Refused
from scheduler.delivery import Limits
from scheduler.switchboard import Switchboard
from tests.scheduler.fakes import (
    Scene,
    edited,
    marked,
    raising,
    said,
    whispered,
)

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


async def test_the_organiser_is_told_in_the_transaction_that_settles() -> None:
    scene = Scene()
    scene.store.put(said("a"))
    scene.platform.fails("post", raising(Refused("is_archived")))

    await scene.delivery.step()

    assert scene.store.states() == {"a": "dead", "dead-a": "ready"}
