"""Both platforms' libraries alone: `python -m benchmarks.both_bare import` or `connect`.

`import` only imports what an app made with them would; `connect` also connects them, as the
coach does: Bolt by Socket Mode, discord.py by its gateway, and nothing is done with either.
"""

from __future__ import annotations

import asyncio
import sys

import discord  # noqa: F401
import uvloop
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler  # noqa: F401
from slack_bolt.app.async_app import AsyncApp  # noqa: F401
from slack_sdk.web.async_client import AsyncWebClient  # noqa: F401


async def connect() -> None:
    """Be connected until the process is ended."""
    from benchmarks import discord_bare, slack_bare  # noqa: PLC0415

    async with asyncio.TaskGroup() as group:
        group.create_task(discord_bare.listen())
        group.create_task(slack_bare.by_socket())


if __name__ == "__main__" and sys.argv[1] == "connect":
    uvloop.run(connect())
