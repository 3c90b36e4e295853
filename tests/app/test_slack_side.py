"""Slack's side of a running coach, in this process, on the local Slack."""

from __future__ import annotations

import asyncio
import random

from app import settings_reading, slack_side, wiring
from app.outside import Outside
from bot.inbound import Inbound
from bot.messages import NOTHING, Reply
from tests.app.slack_processes import settings_for, slack_with


async def nothing_to_say(event: Inbound) -> Reply:
    del event
    return NOTHING


async def ready() -> str | None:
    return None


async def test_doors_are_open_only_once_slack_has_greeted() -> None:
    """What happens before the greeting is not heard, so reading up must begin after it."""
    greeted: list[str] = []

    async def hello() -> None:
        greeted.append("hello")

    async with slack_with() as (slack, _):
        slack.sockets.greeting.clear()
        given = settings_reading.read(settings_for(slack))
        outside = Outside(
            wiring.now, wiring.new_id, random.Random, asyncio.sleep, wiring.stopwatch()
        )

        async def greeted_when_open() -> list[str]:
            async with (
                slack_side.connected(given, outside) as side,
                slack_side.open_doors(side, nothing_to_say, hello, ready, []),
            ):
                return list(greeted)

        opening = asyncio.create_task(greeted_when_open())
        await slack.connected()
        for _ in range(200):
            await asyncio.sleep(0)
        slack.sockets.greeting.set()

        assert await opening == ["hello"]
