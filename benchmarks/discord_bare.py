"""A client made with discord.py alone: it listens to everything and answers whoever asks.

It stands for what Discord's library costs on this machine, with the same intents and caches as
the coach's: `python -m benchmarks.discord_bare`.
"""

from __future__ import annotations

import logging
import os
from typing import Any

import discord
import uvloop
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route


class Bare(discord.Client):
    """A client that does nothing with what it hears."""

    async def on_message(self, message: discord.Message) -> None:
        """Listen."""

    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """Listen."""

    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        """Listen."""

    async def on_raw_reaction_add(self, payload: discord.RawReactionActionEvent) -> None:
        """Listen."""

    async def on_raw_reaction_remove(self, payload: discord.RawReactionActionEvent) -> None:
        """Listen."""

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Answer with one word, or with a small form whoever presses a button."""
        if interaction.type is discord.InteractionType.component:
            await interaction.response.send_modal(_Form())
        else:
            await interaction.response.send_message("Done.", ephemeral=True)


class _Form(discord.ui.Modal, title="Your answer"):
    """A form with one field."""

    text: discord.ui.TextInput[Any] = discord.ui.TextInput(label="Answer", custom_id="text")


async def listen() -> None:
    """Listen until the process is ended."""
    Route.BASE = os.environ["DISCORD_API_URL"]
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(os.environ["DISCORD_GATEWAY_URL"])
    intents = discord.Intents(
        guilds=True,
        members=True,
        guild_messages=True,
        guild_reactions=True,
        dm_messages=True,
        dm_reactions=True,
        message_content=True,
    )
    client = Bare(
        intents=intents,
        max_messages=None,
        member_cache_flags=discord.MemberCacheFlags.none(),
        chunk_guilds_at_startup=False,
    )
    logging.getLogger("discord").setLevel(logging.CRITICAL)
    async with client:
        await client.start(os.environ["DISCORD_TOKEN"])


if __name__ == "__main__":
    uvloop.run(listen())
