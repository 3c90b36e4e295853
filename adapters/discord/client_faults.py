"""What goes wrong with Discord, as the operator and the log may know it.

Rule: never an exception's own words; they often quote what it tripped over, and that may be
something a member wrote, a name or a token.
"""

from __future__ import annotations

from types import TracebackType

import aiohttp
import discord

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]

PORTAL = "on discord.com/developers/applications"

UNKNOWN_INTERACTION = 10062
ALREADY_ANSWERED = 40060

UNREACHABLE = (discord.DiscordException, aiohttp.ClientError, OSError)
"""What is raised where Discord cannot be reached now."""

CLOSED_FOR_EVER = {
    4004: (
        "Discord does not take this bot token any more",
        f"Make a new one with Reset Token under Bot {PORTAL}, and restart",
    ),
    4010: (
        "Discord does not know such a shard",
        "Write shards as numbers from 0, a slash and how many there are, such as 0,1/4",
    ),
    4011: (
        "the bot is in too many servers for one connection",
        "Set LOOPMATES_DISCORD_SHARDS, for example to 0,1/2",
    ),
    4012: (
        "Discord does not speak this version of its gateway any more",
        "Update Loopmates",
    ),
    4013: (
        "Discord does not know one of the intents that were asked for",
        "Update Loopmates",
    ),
    4014: (
        "Discord does not give the bot an intent that it says it may have",
        f"Switch on Message Content Intent and Server Members Intent under Bot {PORTAL}; restart",
    ),
}
"""Codes with which the gateway closes for good, each with problem and cure."""

TOKEN_REFUSED = (
    "Discord does not know this bot token",
    f"Copy it anew with Reset Token under Bot {PORTAL}",
)


class DiscordConnectionError(Exception):
    """Discord cannot be reached as it is set up: `place`, `problem` and `cure` for the operator."""

    def __init__(self, place: str, problem: str, cure: str) -> None:
        self.place = place
        self.problem = problem
        self.cure = cure
        super().__init__(f"{place}: {problem}. {cure}.")


class DiscordFault(Exception):
    """Stands in a log for an exception whose words are kept out of it."""


def without_words(error: BaseException) -> ExcInfo:
    """Return `exc_info` for a log: where `error` arose, not its text."""
    return DiscordFault, DiscordFault(kind_of(error)), error.__traceback__


def kind_of(error: BaseException) -> str:
    """Return what kind of error it is: Discord's own numbers, or the name of the class."""
    if isinstance(error, discord.HTTPException):
        return f"{error.status} {error.code}"
    if isinstance(error, discord.ConnectionClosed):
        return f"closed {error.code}"
    return f"{type(error).__module__}.{type(error).__qualname__}"
