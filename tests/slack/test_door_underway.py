from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from adapters.slack.underway import Underway
from tests.slack.doors import SECRET, DatabaseAway


async def test_what_is_under_way_is_waited_for_at_the_end():
    underway, go_on, done = Underway(), asyncio.Event(), asyncio.Event()

    async def work() -> None:
        await go_on.wait()
        done.set()

    underway.start(work(), "work")
    ending = asyncio.create_task(underway.finish())
    await asyncio.sleep(0)
    go_on.set()
    await ending

    assert done.is_set()
    assert len(underway) == 0


async def test_what_does_not_end_in_time_is_cancelled():
    underway, cancelled = Underway(), asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    underway.start(work(), "work")
    await asyncio.sleep(0)
    await underway.finish(timedelta(milliseconds=10))

    assert cancelled.is_set()
    assert len(underway) == 0


async def test_a_failure_is_logged_without_its_words_and_stops_nothing_else(
    caplog: pytest.LogCaptureFixture,
):
    underway, done = Underway(), asyncio.Event()

    async def fail() -> None:
        raise DatabaseAway(SECRET)

    async def work() -> None:
        done.set()

    underway.start(fail(), "failing")
    underway.start(work(), "working")
    await underway.settled()

    assert done.is_set()
    assert "work for Slack failed" in caplog.text
    assert SECRET not in caplog.text
