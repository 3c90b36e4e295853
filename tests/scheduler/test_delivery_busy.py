"""Delivery when a platform says "not now": whom it holds back, and for how long."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.ids import ChannelId
from bot.ports.platforms import TryLater
from scheduler.limits import Limits
from tests.scheduler.fakes import (
    AWAY,
    HOME,
    RANDOM,
    Scene,
    fine,
    raising,
    said,
)
from tests.scheduler.memory import START

IMPATIENT = Limits(patience=timedelta(milliseconds=1), slow_after=timedelta(milliseconds=1))


async def test_a_rate_limit_on_a_lane_holds_that_lane_for_as_long_as_asked() -> None:
    scene = Scene()
    scene.store.put(said("a"), said("b"), said("x", RANDOM), said("y", RANDOM))
    scene.platform.fails("post", raising(TryLater("rate", timedelta(seconds=30))))

    await scene.delivery.drain()
    scene.clock.pass_(timedelta(seconds=29))
    await scene.delivery.drain()

    assert scene.platform.texts("random") == ["x", "y"]
    assert scene.platform.texts("general") == []
    scene.clock.pass_(timedelta(seconds=1))
    await scene.delivery.drain()
    assert scene.platform.texts("general") == ["a", "b"]


async def test_a_wait_the_platform_asked_for_is_no_attempt() -> None:
    scene = Scene()
    scene.store.put(said("a"))
    scene.platform.fails("post", *[raising(TryLater("rate", timedelta(minutes=1)))] * 150)

    await scene.live_on(rounds=151)

    assert scene.deaths == []
    assert scene.store.row("a").attempts == 1
    assert scene.platform.calls.count("find") == 0


async def test_a_rate_limit_on_a_workspace_holds_all_of_it_and_no_other() -> None:
    scene = Scene()
    limited = TryLater("rate", timedelta(seconds=30), workspace=True)
    scene.store.put(said("a"))
    scene.platform.fails("post", raising(limited))
    await scene.delivery.drain()
    scene.store.put(said("x", RANDOM), said("z", ChannelId("elsewhere"), AWAY))

    await scene.delivery.drain()

    assert [each.text for each in scene.platform.shown] == ["z"]
    scene.clock.pass_(timedelta(seconds=30))
    await scene.delivery.drain()
    assert sorted(each.text for each in scene.platform.shown) == ["a", "x", "z"]


async def test_unasked_waits_double_and_count_as_attempts() -> None:
    scene = Scene()
    scene.store.put(said("a"))
    scene.platform.fails("post", *[raising(TryLater("busy"))] * 14)
    waits: list[float] = []

    for _ in range(14):
        await scene.delivery.drain()
        until = scene.store.row("a").claim_at
        waits.append((until - scene.clock.now).total_seconds())
        scene.clock.now = until

    assert scene.store.row("a").attempts == 14
    assert scene.store.row("a").state == "ready"
    assert all(2**n <= wait <= 1.5 * 2**n for n, wait in enumerate(waits[:9]))
    assert waits[-1] == 15 * 60


async def test_unasked_waits_of_several_lanes_are_spread() -> None:
    scene = Scene()
    lanes = [f"c{n}" for n in range(10)]
    scene.store.put(*(said(lane, ChannelId(lane)) for lane in lanes))
    scene.platform.fails("post", *[raising(TryLater("busy"))] * 10)

    await scene.delivery.drain()

    assert len({scene.store.row(lane).claim_at for lane in lanes}) == 10


async def test_unasked_waits_of_a_workspace_double_until_something_arrives() -> None:
    scene = Scene()
    scene.store.put(said("a"), said("b"))
    busy = raising(TryLater("busy", workspace=True))
    scene.platform.fails("post", busy, busy, busy, fine, busy)
    waits: list[float] = []

    for _ in range(4):
        await scene.delivery.drain()
        until = scene.store.tables.outbox.held[HOME]
        waits.append((until - scene.clock.now).total_seconds())
        scene.clock.now = until

    assert all(
        least <= wait <= 1.5 * least for least, wait in zip((1, 2, 4, 1), waits, strict=True)
    )


@pytest.mark.parametrize(
    ("asked", "waited"),
    [
        (timedelta(0), timedelta(seconds=1)),
        (timedelta(seconds=-5), timedelta(seconds=1)),
        (timedelta(hours=1), timedelta(hours=1)),
        (timedelta(days=4000), timedelta(days=1)),
    ],
)
async def test_absurd_waits_are_brought_into_bounds(asked: timedelta, waited: timedelta) -> None:
    scene = Scene()
    scene.store.put(said("a"))
    scene.platform.fails("post", raising(TryLater("rate", asked)))

    await scene.delivery.drain()

    assert list(scene.store.tables.outbox.held.values()) == [START + waited]


async def test_a_message_the_platform_is_always_too_busy_for_dies_after_a_day() -> None:
    scene = Scene()
    scene.store.put(said("a"), said("b"))
    scene.platform.fails("post", *[raising(TryLater("internal_error"))] * 100)

    await scene.live_on(rounds=110)

    assert scene.deaths == [("a", "internal_error")]
    assert scene.clock.now - START > timedelta(hours=20)
    assert scene.platform.texts("general") == ["b"]
