"""Posts whose receipt comes so late that people may have done something with them before."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.ports.outgoing import Outgoing
from bot.ports.platforms import TryLater, Unknown
from tests.scheduler.fakes import Scene, fine, raising, said, whispered
from tests.scheduler.memory import START


async def test_a_post_found_after_a_lost_reply_is_told_of_once() -> None:
    scene = Scene()
    late: list[Outgoing] = []
    scene.store.put(said("a"), said("b"))
    scene.platform.loses("post", raising(Unknown("reset")))
    scene.delivery = scene.relay(on_late=late.append)

    await scene.delivery.drain()
    await scene.live_on()

    assert [each.key for each in late] == ["a"]
    assert scene.platform.texts("general") == ["a", "b"]


async def test_a_post_kept_waiting_into_its_night_is_sent_in_the_morning_and_only_then() -> None:
    scene = Scene()
    night = (START + timedelta(hours=2), START + timedelta(hours=12))
    scene.store.put(replace(whispered("a"), night=night))
    scene.platform.fails("post", raising(TryLater("busy", timedelta(hours=6))))

    await scene.live_on(span=timedelta(hours=1), rounds=11)
    assert scene.platform.texts("@ana") == []

    await scene.live_on(span=timedelta(hours=1), rounds=1)
    assert scene.platform.texts("@ana") == ["a"]


async def test_a_post_that_took_long_is_told_of_and_a_quick_one_is_not() -> None:
    scene = Scene()
    late: list[Outgoing] = []
    scene.store.put(said("quick"), said("slow"))
    scene.delivery = scene.relay(on_late=late.append)

    async def slow() -> None:
        scene.clock.pass_(timedelta(seconds=3))

    scene.platform.loses("post", fine, slow)
    await scene.delivery.drain()

    assert [each.key for each in late] == ["slow"]
