"""Delivery when all goes well: what is put down is sent, each lane in its order."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.ids import ChannelId
from scheduler.limits import Limits
from tests.scheduler.fakes import (
    RANDOM,
    Scene,
    edited,
    marked,
    replied,
    said,
    whispered,
)

IMPATIENT = Limits(patience=timedelta(milliseconds=1), slow_after=timedelta(milliseconds=1))


async def test_what_is_claimed_is_sent_and_its_receipt_kept() -> None:
    scene = Scene()
    scene.store.put(said("a"))

    settled = await scene.delivery.step()

    assert settled == 1
    assert scene.platform.texts("general") == ["a"]
    assert scene.store.row("a").receipt == scene.platform.shown[0].receipt


async def test_a_step_sends_at_most_one_post_per_lane() -> None:
    scene = Scene()
    scene.store.put(said("a"), said("b"), said("c", RANDOM))

    settled = await scene.delivery.step()

    assert settled == 2
    assert [each.key for each in scene.platform.shown] == ["a", "c"]


async def test_a_step_claims_no_more_than_its_limit() -> None:
    scene = Scene()
    scene.store.put(*(said(f"p{n}", ChannelId(f"c{n}")) for n in range(5)))

    assert await scene.delivery.step(limit=2) == 2
    assert scene.platform.most_at_once <= 2


async def test_draining_sends_everything_in_the_order_of_each_lane() -> None:
    scene = Scene()
    scene.store.put(said("a"), said("x", RANDOM), said("b"), replied("c", "a"), whispered("d"))

    settled = await scene.delivery.drain()

    assert settled == 5
    assert scene.platform.texts("general") == ["a", "b", "c"]
    assert scene.platform.texts("random") == ["x"]
    assert scene.platform.texts("@ana") == ["d"]


async def test_draining_an_empty_outbox_settles_nothing() -> None:
    scene = Scene()

    assert await scene.delivery.drain() == 0
    assert await scene.delivery.step() == 0


async def test_edits_and_marks_are_done_on_the_message_they_name() -> None:
    scene = Scene()
    scene.store.put(said("a"), edited("e", "a", "better"), marked("m"))

    await scene.delivery.drain()

    assert scene.platform.texts("general") == ["better"]
    assert [(at.message, emoji) for at, emoji in scene.platform.marks] == [("m-of-ana", "✅")]


async def test_lanes_are_served_at_the_same_time() -> None:
    scene = Scene()
    met = asyncio.Barrier(2)

    async def meet() -> None:
        await met.wait()

    scene.store.put(said("a"), said("x", RANDOM))
    scene.platform.fails("post", meet, meet)

    async with asyncio.timeout(5):
        assert await scene.delivery.step() == 2
