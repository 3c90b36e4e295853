"""`loopmates` as a process of its own, beside a Discord on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app import wiring
from tests.app.slack_processes import CANARY, PATIENCE
from tests.servers.discord.interactions import Guild
from tests.servers.discord.server import DiscordServer

TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4" + ".GaBcDe." + "abcdefghijklmnopqrstuvwxyz0123"
CHANNEL = "C-G1"
PEOPLE = {"U1": f"Ana {CANARY}", "U9": f"Olga {CANARY}"}


@asynccontextmanager
async def discord_with(*guilds: str) -> AsyncIterator[tuple[DiscordServer, Guild]]:
    """Open a Discord where the bot is in `guilds`, one if none is named."""
    async with DiscordServer(wiring.now, TOKEN) as discord:
        discord.patience = PATIENCE
        for name in guilds or ("G1",):
            guild = discord.guild(name)
            for user, shown in PEOPLE.items():
                guild.add_member(user, shown.split()[0].casefold(), display=shown)
            guild.add_channel(f"C-{name}", "prep")
        yield discord, next(iter(discord.guilds.values()))


def settings_for(discord: DiscordServer) -> dict[str, str]:
    """Return what connects a coach to a Discord."""
    return {
        "DISCORD_TOKEN": discord.token,
        "DISCORD_API_URL": discord.api_url,
        "DISCORD_GATEWAY_URL": discord.gateway_url,
    }


async def set_up(discord: DiscordServer, guild: Guild) -> None:
    """Set a cohort up, and wait until its kickoff stands in the channel."""
    done = await guild.command(
        "U9", CHANNEL, "coach setup", guide="coursera-senior-em", zone="UTC", start="today"
    )
    assert done.acked
    await discord.until(lambda: guild.messages(CHANNEL))
