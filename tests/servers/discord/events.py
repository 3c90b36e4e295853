"""What happened, as the gateway tells it: which intent asks for it, what may be read of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntFlag

from tests.servers.discord.errors import Json


class Intent(IntFlag):
    """What a session can ask for; three of them only if the application was given them."""

    GUILDS = 1 << 0
    GUILD_MEMBERS = 1 << 1
    GUILD_PRESENCES = 1 << 8
    GUILD_MESSAGES = 1 << 9
    GUILD_MESSAGE_REACTIONS = 1 << 10
    DIRECT_MESSAGES = 1 << 12
    DIRECT_MESSAGE_REACTIONS = 1 << 13
    MESSAGE_CONTENT = 1 << 15


PRIVILEGED = Intent.GUILD_MEMBERS | Intent.GUILD_PRESENCES | Intent.MESSAGE_CONTENT
VALID = 0b11_0011_0001_1111_1111_1111_1111
"""All bits that Discord knows: 0–16, 20, 21, 24 and 25."""
READABLE = ("content", "embeds", "attachments", "components")


@dataclass(frozen=True)
class Event:
    """One event; `channel` is the channel somebody must see to be told."""

    name: str
    data: Json
    guild: str | None = None
    intent: int = 0
    channel: str | None = None
    held: bool = True
    """Whether it may be repeated and shuffled."""


def message_intent(guild: str | None) -> Intent:
    """Return what asks for messages."""
    return Intent.DIRECT_MESSAGES if guild is None else Intent.GUILD_MESSAGES


def reaction_intent(guild: str | None) -> Intent:
    """Return what asks for reactions."""
    return Intent.DIRECT_MESSAGE_REACTIONS if guild is None else Intent.GUILD_MESSAGE_REACTIONS


def unreadable(message: Json, me: str, guild: str | None) -> Json:
    """Return a message without what may not be read without the message content intent."""
    mentioned = any(user["id"] == me for user in message["mentions"])
    if guild is None or message["author"]["id"] == me or mentioned:
        return message
    return message | {"content": "", "embeds": [], "attachments": [], "components": []}


def as_heard(event: Event, intents: int, me: str) -> Json:
    """Return what a session with these intents hears of an event."""
    if event.name in {"MESSAGE_CREATE", "MESSAGE_UPDATE"} and not intents & Intent.MESSAGE_CONTENT:
        return unreadable(event.data, me, event.guild)
    return event.data
