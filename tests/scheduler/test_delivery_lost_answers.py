"""Delivery when an answer never comes: look first, then send again, and give up in the end."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.ports.platforms import Refused, TryLater, Unknown
from scheduler.attempts import NOBODY_KNOWS
from scheduler.limits import Limits
from tests.scheduler.fakes import (
    Scene,
    edited,
    hanging,
    marked,
    raising,
    replied,
    said,
    whispered,
)

IMPATIENT = Limits(patience=timedelta(milliseconds=1), slow_after=timedelta(milliseconds=1))


@pytest.mark.parametrize("lost", [Unknown("reset"), TimeoutError(), RuntimeError("odd")])
async def test_a_post_whose_answer_was_lost_is_found_and_not_posted_again(lost: Exception) -> None:
    scene = Scene()
    scene.store.put(said("a"), said("b"))
    scene.platform.loses("post", raising(lost))

    await scene.delivery.drain()
    await scene.live_on()

    assert scene.platform.texts("general") == ["a", "b"]
    assert scene.store.row("a").receipt == scene.platform.shown[0].receipt


async def test_a_post_that_never_arrived_is_posted_after_looking() -> None:
    scene = Scene()
    scene.store.put(said("a"))
    scene.platform.fails("post", raising(Unknown("reset")))

    await scene.delivery.drain()
    await scene.live_on()

    assert scene.platform.calls == ["post", "find", "post"]
    assert scene.platform.texts("general") == ["a"]


async def test_a_lost_answer_in_a_thread_or_a_direct_message_is_found_there() -> None:
    scene = Scene()
    scene.store.put(said("a"), replied("b", "a"), whispered("c"))
    scene.platform.loses("post", *[raising(Unknown("reset"))] * 3)

    await scene.delivery.drain()
    await scene.live_on()

    assert scene.platform.texts("general") == ["a", "b"]
    assert scene.platform.texts("@ana") == ["c"]


@pytest.mark.parametrize("kind", ["edit", "mark"])
async def test_edits_and_marks_without_an_answer_are_done_again_without_looking(kind: str) -> None:
    scene = Scene()
    scene.store.put(said("a"), edited("e", "a", "better"), marked("m"))
    scene.platform.loses(kind, raising(Unknown("reset")))

    await scene.delivery.drain()
    await scene.live_on()

    assert scene.platform.calls.count(kind) == 2
    assert "find" not in scene.platform.calls
    assert scene.platform.texts("general") == ["better"]


async def test_a_call_that_hangs_is_given_up_and_reconciled(
    caplog: pytest.LogCaptureFixture,
) -> None:
    scene = Scene(IMPATIENT)
    scene.store.put(said("a"))
    scene.platform.loses("post", hanging)

    await scene.delivery.drain()

    assert scene.store.row("a").state == "unsure"
    assert scene.store.row("a").error == "TimeoutError"
    assert "unexpectedly" not in caplog.text
    await scene.live_on()
    assert scene.platform.texts("general") == ["a"]


async def test_while_looking_fails_nothing_is_posted_again() -> None:
    scene = Scene()
    scene.store.put(said("a"))
    scene.platform.loses("post", raising(Unknown("reset")))
    for error in (Unknown("down"), TryLater("busy"), Refused("missing_scope"), TryLater("x")):
        scene.platform.fails("find", raising(error))

    await scene.delivery.drain()
    await scene.live_on()

    assert scene.platform.calls == ["post", "find", "find", "find", "find", "find"]
    assert scene.platform.texts("general") == ["a"]


async def test_a_rate_limit_while_looking_leaves_the_post_unsure() -> None:
    scene = Scene()
    scene.store.put(said("a"))
    scene.platform.loses("post", raising(Unknown("reset")))
    limited = TryLater("rate", timedelta(seconds=30), workspace=True)
    scene.platform.fails("find", raising(limited))

    await scene.delivery.drain()
    await scene.live_on()

    assert scene.platform.texts("general") == ["a"]


async def test_after_twelve_posts_without_an_answer_one_look_is_the_last() -> None:
    scene = Scene()
    scene.store.put(said("a"), said("b"))
    scene.platform.fails("post", *[raising(Unknown("reset"))] * 12)

    await scene.delivery.drain()
    await scene.live_on()

    assert scene.platform.calls[:24] == ["post", "find"] * 12
    assert scene.deaths == [("a", NOBODY_KNOWS)]
    assert scene.platform.texts("general") == ["b"]


async def test_an_outage_of_posting_alone_may_last_an_hour() -> None:
    scene = Scene()
    scene.store.put(said("a"))
    began = scene.clock.now

    async def away() -> None:
        if scene.clock.now - began < timedelta(hours=1):
            raise Unknown("internal_error")

    scene.platform.fails("post", *[away] * 20)
    await scene.delivery.drain()
    await scene.live_on(rounds=400, span=timedelta(seconds=30))

    assert scene.deaths == []
    assert scene.platform.texts("general") == ["a"]


async def test_the_last_post_without_an_answer_counts_if_it_arrived() -> None:
    scene = Scene()
    scene.store.put(said("a"))
    scene.platform.fails("post", *[raising(Unknown("reset"))] * 11)
    scene.platform.loses("post", raising(Unknown("reset")))

    await scene.delivery.drain()
    await scene.live_on()

    assert scene.deaths == []
    assert scene.store.row("a").state == "sent"


async def test_an_outage_of_half_a_day_kills_nothing() -> None:
    scene = Scene()
    scene.store.put(said("a"), whispered("b"))
    down = raising(Unknown("down"))
    scene.platform.fails("post", *[down] * 2)
    scene.platform.fails("find", *[down] * 70)

    for _ in range(12 * 60):
        scene.clock.pass_(timedelta(minutes=1))
        await scene.delivery.drain()
    scene.platform.before.clear()
    await scene.live_on()

    assert scene.deaths == []
    assert sorted(each.text for each in scene.platform.shown) == ["a", "b"]


async def test_a_post_that_can_not_be_looked_up_for_days_is_given_up() -> None:
    scene = Scene()
    scene.store.put(said("a"))
    scene.platform.fails("post", raising(Unknown("reset")))
    scene.platform.fails("find", *[raising(Unknown("down"))] * 200)

    await scene.delivery.drain()
    await scene.live_on(rounds=150)

    assert scene.deaths == [("a", NOBODY_KNOWS)]
    assert scene.store.row("a").attempts == 100
