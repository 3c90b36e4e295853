"""What one drain has under way at once, and when it claims more."""

from __future__ import annotations

import asyncio

from bot.ids import ChannelId
from bot.ports.outgoing import Outgoing
from tests.scheduler.fakes import Scene, fine, said


def of_many_lanes(count: int) -> list[Outgoing]:
    return [said(f"p{number}", ChannelId(f"c{number}")) for number in range(count)]


async def test_a_drain_has_as_many_under_way_as_it_may_and_no_more() -> None:
    scene = Scene()
    scene.store.put(*of_many_lanes(25))

    async def take_a_while() -> None:
        for _ in range(5):
            await asyncio.sleep(0)

    scene.platform.fails("post", *[take_a_while] * 25)

    assert await scene.delivery.drain(limit=4) == 25
    assert scene.platform.most_at_once == 4


async def test_all_others_are_sent_while_one_post_takes_long() -> None:
    scene = Scene()
    scene.store.put(*of_many_lanes(25))
    others = asyncio.Event()

    async def wait() -> None:
        await others.wait()

    async def be_last() -> None:
        others.set()

    scene.platform.fails("post", wait, *[fine] * 23, be_last)

    async with asyncio.timeout(0.9):  # sooner than the clock would let anybody look again
        assert await scene.delivery.drain(limit=4) == 25
