"""Posts whose receipt comes so late that people may have done something with them before."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

import pytest

from bot.ports.delivery import Claimed
from bot.ports.outgoing import Outgoing
from bot.ports.platforms import TryLater, Unknown
from bot.ports.work import Work
from tests.fake_outbox import FakeRelay, Rows
from tests.fakes import MemoryWork
from tests.scheduler.fakes import RANDOM, Scene, fine, raising, said, whispered
from tests.scheduler.memory import START, FailingStore

T = TypeVar("T")


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


class ClaimsOnce(FakeRelay):
    """Keeps each thing by itself, as a server does, and fails at the second claim."""

    singly = True

    def __init__(self, rows: Rows, claims: list[datetime]) -> None:
        super().__init__(rows)
        self._claims = claims

    def claim(
        self,
        now: datetime,
        lease: timedelta,
        limit: int,
        platforms: frozenset[str] | None = None,
    ) -> tuple[Claimed, ...]:
        self._claims.append(now)
        if len(self._claims) == 2:
            raise OSError("the disk is full")
        return super().claim(now, lease, limit, platforms)


class Server(FailingStore):
    """A store that keeps what was done before a call fails."""

    def __init__(self) -> None:
        super().__init__()
        self.claims: list[datetime] = []

    async def run(self, call: Callable[[Work], T]) -> T:
        work = MemoryWork(self.tables)
        work.relay = ClaimsOnce(self.tables.outbox, self.claims)
        return call(work)


async def test_a_post_that_is_settled_counts_as_delivered_though_no_more_can_be_claimed(
    caplog: pytest.LogCaptureFixture,
) -> None:
    scene, server = Scene(), Server()
    late: list[Outgoing] = []
    server.put(said("a"))

    async def slow() -> None:
        scene.clock.pass_(timedelta(seconds=3))
        server.put(said("next", RANDOM))

    scene.platform.loses("post", slow)
    delivery = scene.relay(server, on_late=late.append)
    with caplog.at_level(logging.INFO, "scheduler"):
        settled = await delivery.drain()

    assert settled == 2
    assert server.states() == {"a": "sent", "next": "sent"}
    assert [each.key for each in late] == ["a"]
    told = [record.message for record in caplog.records]
    assert told == ["post delivered", "more posts could not be claimed", "post delivered"]


async def test_what_was_not_kept_with_a_claim_that_failed_is_not_called_delivered(
    caplog: pytest.LogCaptureFixture,
) -> None:
    scene = Scene()
    late: list[Outgoing] = []
    scene.store.put(said("a"))

    async def slow() -> None:
        scene.clock.pass_(timedelta(seconds=3))
        scene.store.failures.append(OSError("away"))

    scene.platform.loses("post", slow)
    delivery = scene.relay(on_late=late.append)
    await delivery.drain()

    assert scene.store.states() == {"a": "leased"}
    # Whether it was kept nobody knows: to read too much does no harm.
    assert [each.key for each in late] == ["a"]
    assert "delivery could not be settled" in caplog.text
