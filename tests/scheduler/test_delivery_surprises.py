"""Delivery when something nobody expected goes wrong: it hurts one row and no other."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

import pytest

from bot.ports.platforms import Refused, TryLater
from bot.ports.work import Work
from scheduler.attempts import NOBODY_KNOWS
from scheduler.limits import Limits
from tests.scheduler.fakes import (
    RANDOM,
    WORDS,
    Scene,
    fine,
    raising,
    said,
)
from tests.scheduler.memory import FailingStore

T = TypeVar("T")

IMPATIENT = Limits(patience=timedelta(milliseconds=1), slow_after=timedelta(milliseconds=1))


async def test_an_unexpected_exception_is_logged_once_without_its_words(
    caplog: pytest.LogCaptureFixture,
) -> None:
    scene = Scene()
    scene.store.put(said("a"))
    scene.platform.fails("post", raising(RuntimeError(WORDS)))

    with caplog.at_level(logging.INFO):
        await scene.delivery.step()

    errors = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert len(errors) == 1
    assert errors[0].__dict__["post"] == "a"
    assert "RuntimeError" in caplog.text
    assert "fakes.py" in caplog.text
    assert WORDS not in caplog.text


async def test_five_unexpected_exceptions_are_enough() -> None:
    scene = Scene()
    scene.store.put(said("a"), said("b"))
    scene.platform.fails("post", *[raising(KeyError("x"))] * 5)

    await scene.delivery.drain()
    await scene.live_on()

    assert scene.platform.calls[:9] == ["post", "find"] * 4 + ["post"]
    assert scene.deaths == [("a", NOBODY_KNOWS)]
    assert scene.platform.texts("general") == ["b"]


async def test_a_poisoned_row_delays_no_other_lane() -> None:
    scene = Scene()
    scene.store.put(said("a"), *(said(f"x{n}", RANDOM) for n in range(10)))
    scene.platform.fails("post", raising(KeyError("x")))

    settled = await scene.delivery.drain()

    assert settled == 10
    assert len(scene.platform.texts("random")) == 10


async def test_a_call_that_hangs_delays_no_other_lane() -> None:
    scene = Scene(Limits(slow_after=timedelta(milliseconds=1)))
    released = asyncio.Event()

    async def held() -> None:
        await released.wait()

    async def release() -> None:
        released.set()

    scene.store.put(said("a"), *(said(f"x{n}", RANDOM) for n in range(3)))
    scene.platform.fails("post", held)
    scene.platform.loses("post", fine, fine, release)

    async with asyncio.timeout(5):
        assert await scene.delivery.drain() == 4
    assert scene.platform.shown[-1].text == "a"


async def test_when_the_organiser_can_not_be_told_the_row_dies_in_the_end(
    caplog: pytest.LogCaptureFixture,
) -> None:
    scene = Scene()
    scene.store.put(said("a"), said("b"))
    scene.platform.fails("post", *[raising(Refused("is_archived"))] * 5)

    def broken(*_: object) -> None:
        raise KeyError("engine")

    scene.delivery._settling._on_dead = broken
    await scene.delivery.drain()
    assert scene.store.row("a").state == "leased"
    await scene.live_on()

    assert scene.store.states() == {"a": "dead", "b": "sent"}
    assert "organiser could not be told" in caplog.text


class FirstFails:
    """A store whose first transaction is not kept."""

    def __init__(self, store: FailingStore) -> None:
        self.store = store
        self.failed = False

    async def run(self, call: Callable[[Work], T]) -> T:
        if not self.failed:
            self.failed = True
            self.store.failures.append(OSError("away"))
        return await self.store.run(call)


async def test_a_database_that_fails_at_a_burial_does_not_keep_it_from_organisers() -> None:
    scene = Scene()
    engine = FirstFails(scene.store)
    scene.delivery = scene.relay(engine=engine)
    scene.store.put(said("a"))
    busy = [raising(TryLater("busy"))] * scene.limits.unexpected
    scene.platform.fails("post", *busy, *[raising(Refused("is_archived"))] * 2)

    await scene.live_on()

    assert engine.failed
    assert scene.deaths == [("a", "is_archived")]
    assert scene.store.states() == {"a": "dead", "dead-a": "sent"}
