"""What the application's owner lets the bot hear, found out before it listens.

Rule: privileged intents are asked for only if they were switched on, because Discord closes the
door on whoever asks for more.  What is missing is said once, with what that means and its cure.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

import aiohttp
import discord
from discord.http import Route

from adapters.discord.client_faults import (
    PORTAL,
    TOKEN_REFUSED,
    DiscordConnectionError,
    kind_of,
)
from adapters.discord.invite import PRIVILEGED

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Given:
    """What the application's owner switched on."""

    content: bool
    members: bool

    def intents(self) -> discord.Intents:
        """Return what to ask for."""
        return discord.Intents(
            guilds=True,
            guild_messages=True,
            guild_reactions=True,
            dm_messages=True,
            dm_reactions=True,
            message_content=self.content,
            members=self.members,
        )


async def find_out(token: str, place: str = "DISCORD_TOKEN") -> Given:
    """Ask what the application was given, and say what is missing.

    Raises:
        DiscordConnectionError: If the token can never work.
        discord.HTTPException | OSError | aiohttp.ClientError: If Discord cannot be reached now.
    """
    probe = discord.Client(intents=discord.Intents.none())
    try:
        await log_in(probe, token, place)
        flags = await _flags(probe)
    finally:
        await probe.close()
    given = Given(content=_has(flags, "MESSAGE_CONTENT"), members=_has(flags, "GUILD_MEMBERS"))
    if not given.content:
        _say(
            place,
            "answers can only be given by button and form",
            "Discord does not let the bot read what people write in channels",
            "Message Content Intent",
        )
    if not given.members:
        _say(
            place,
            "who leaves a server is not noticed until they can no longer be reached",
            "Discord does not tell the bot who is in a server",
            "Server Members Intent",
        )
    return given


async def log_in(client: discord.Client, token: str, place: str) -> None:
    """Log a client in; see `find_out` for what it raises."""
    try:
        await client.login(token)
    except discord.LoginFailure:
        # Discord's own words may quote the token; the cause is not kept.
        raise DiscordConnectionError(place, *TOKEN_REFUSED) from None
    except (discord.HTTPException, OSError, aiohttp.ClientError) as error:
        log.warning("Discord cannot be reached", extra={"error": kind_of(error)})
        raise


async def _flags(client: discord.Client) -> int | None:
    """Return what the application may do as bits, `None` if Discord does not say.

    Its twin below /oauth2, which discord.py asks, leaves them out, says Discord's reference.
    """
    said: Any = await client.http.request(Route("GET", "/applications/@me"))
    flags = said.get("flags") if isinstance(said, dict) else None
    return flags if isinstance(flags, int) else None


def _has(flags: int | None, intent: str) -> bool:
    # Where Discord does not say, it is asked for: if it is off, the start ends with that cure.
    return flags is None or bool(flags & PRIVILEGED[intent][1])


def _say(place: str, what: str, problem: str, switch: str) -> None:
    cure = f"Switch on {switch} under Bot {PORTAL}, and restart"
    log.warning(what, extra={"setting": place, "problem": problem, "cure": cure})
