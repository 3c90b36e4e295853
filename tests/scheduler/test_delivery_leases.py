"""Delivery when the lease is lost, the process stops or the database fails."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.ports.platforms import Refused, Unknown
from scheduler.limits import Limits
from tests.scheduler.fakes import (
    Scene,
    hanging,
    raising,
    replied,
    said,
)

IMPATIENT = Limits(patience=timedelta(milliseconds=1), slow_after=timedelta(milliseconds=1))


async def test_a_relay_that_lost_its_lease_settles_nothing_and_says_so(
    caplog: pytest.LogCaptureFixture,
) -> None:
    scene = Scene()
    other = scene.relay()
    scene.store.put(said("a"))

    async def overtaken() -> None:
        scene.clock.pass_(timedelta(minutes=2))
        await other.drain()

    scene.platform.loses("post", overtaken)
    settled = await scene.delivery.step()

    assert settled == 0
    assert scene.platform.texts("general") == ["a"]
    assert scene.store.states() == {"a": "sent"}
    assert "lease of a post was lost" in caplog.text


async def test_a_relay_that_lost_its_lease_tells_no_organiser() -> None:
    scene = Scene()
    other = scene.relay()
    scene.store.put(said("a"))

    async def overtaken() -> None:
        scene.clock.pass_(timedelta(minutes=2))
        await other.drain()
        raise Refused("is_archived")

    scene.platform.fails("post", overtaken)
    await scene.delivery.step()

    assert scene.deaths == []
    assert scene.platform.texts("general") == ["a"]


async def test_a_relay_that_slept_beyond_its_lease_posts_nothing() -> None:
    scene = Scene()
    other = scene.relay()
    scene.store.put(said("a"))
    scene.platform.fails("post", raising(Unknown("reset")))
    await scene.delivery.drain()
    scene.clock.pass_(timedelta(minutes=1))

    async def asleep() -> None:
        scene.clock.pass_(timedelta(minutes=2))
        await other.drain()

    scene.platform.loses("find", asleep)
    await scene.delivery.drain()

    assert scene.platform.texts("general") == ["a"]


async def test_a_cancelled_send_leaves_the_row_leased_and_is_reconciled_later() -> None:
    scene = Scene()
    scene.store.put(said("a"), said("b"))
    accepted = asyncio.Event()

    async def stuck() -> None:
        accepted.set()
        await hanging()

    scene.platform.loses("post", stuck)
    task = asyncio.create_task(scene.delivery.drain())
    await accepted.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert scene.store.row("a").state == "leased"
    await scene.live_on()
    assert scene.platform.texts("general") == ["a", "b"]


async def test_a_database_that_fails_to_settle_costs_no_second_post() -> None:
    scene = Scene()
    scene.store.put(said("a"), said("b"))

    async def broken() -> None:
        scene.store.failures.append(OSError("disk full"))

    scene.platform.loses("post", broken)
    await scene.delivery.drain()

    assert scene.store.row("a").state == "leased"
    await scene.live_on()
    assert scene.platform.texts("general") == ["a", "b"]


async def test_a_database_that_fails_to_claim_lets_what_is_under_way_end() -> None:
    scene = Scene(Limits(slow_after=timedelta(milliseconds=1)))
    begun = asyncio.Event()

    async def until_the_store_fails() -> None:
        begun.set()
        await scene.store.failed.wait()

    scene.store.put(said("a"))
    scene.platform.fails("post", until_the_store_fails)
    draining = asyncio.create_task(scene.delivery.drain())
    await begun.wait()
    scene.store.failures.append(OSError("locked"))

    with pytest.raises(OSError, match="locked"):
        await draining
    assert scene.store.states() == {"a": "sent"}


async def test_a_lease_that_does_not_outlast_two_calls_is_not_accepted() -> None:
    with pytest.raises(ValueError, match="lease"):
        Limits(patience=timedelta(seconds=20), lease=timedelta(seconds=40))


async def test_a_thread_whose_root_is_refused_dies_with_it() -> None:
    scene = Scene()
    scene.store.put(said("a"), replied("b", "a"), said("c"))
    scene.platform.fails("post", raising(Refused("is_archived")))

    await scene.delivery.drain()

    assert scene.store.states() == {"a": "dead", "b": "dead", "c": "sent", "dead-a": "sent"}
