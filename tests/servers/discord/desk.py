"""Interactions: what somebody did, the token it came with, and what was answered to it.

A first answer counts within three seconds, everything later within fifteen minutes, both by
the server's clock; whoever pressed waits at most three real seconds.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.servers.discord.changes import Changes
from tests.servers.discord.errors import ApiError, Json
from tests.servers.discord.events import Event
from tests.servers.discord.quiet import Quiet
from tests.servers.discord.snowflakes import moment
from tests.servers.discord.state import EPHEMERAL, LOADING, Channel, Message

COMMAND, PRESS, AUTOCOMPLETE, SUBMIT = 2, 3, 4, 5
FIRST, LATER = timedelta(seconds=3), timedelta(minutes=15)


@dataclass
class Modal:
    """An open modal, and where it was asked for."""

    body: Json
    channel: str
    message: Message | None


@dataclass
class Interaction:
    """One interaction; `original` is the message that is its first answer."""

    id: str
    token: str
    kind: int
    user: str
    channel: str
    data: Json
    message: Message | None = None
    answer: int | None = None
    """The type of the first answer: 4, 5, 6, 7, 8 or 9."""
    answered_at: datetime | None = None
    original: Message | None = None
    choices: list[Json] | None = None
    modal: Json | None = None
    followups: list[Message] = field(default_factory=list)
    errors: list[ApiError] = field(default_factory=list)
    """What its answers were refused with."""

    @property
    def acked(self) -> bool:
        """Whether it was answered at all, so that Discord shows no "did not respond"."""
        return self.answer is not None

    @property
    def deferred(self) -> bool:
        """Whether "thinking …" is still shown."""
        return self.original is not None and bool(self.original.flags & LOADING)

    @property
    def ephemeral(self) -> bool:
        """Whether only one person sees the first answer."""
        return self.original is not None and bool(self.original.flags & EPHEMERAL)

    @property
    def text(self) -> str:
        """What the first answer says, in all its parts."""
        return "" if self.original is None else self.original.text


class Desk:
    """All interactions."""

    def __init__(self, world: Changes, quiet: Quiet) -> None:
        self.answer_seconds = 3.0
        """Real seconds that somebody waits for an answer."""
        self.tells_permissions = True
        """Whether an interaction says what the application may do where it happened."""
        self.modals: dict[str, Modal] = {}
        """The open modal of each user."""
        self.all: dict[str, Interaction] = {}
        """By token."""
        self.world, self.quiet = world, quiet
        self._number = 0

    def begin(self, kind: int, user: str, channel: str, data: Json) -> Interaction:
        """Give out a token."""
        self._number += 1
        token = f"interaction-token-{self._number:06d}"
        made = Interaction(self.world.snowflakes.new(), token, kind, user, channel, data)
        self.all[token] = made
        return made

    async def ask(self, interaction: Interaction) -> Interaction:
        """Tell the application and wait for its first answer, or in vain."""
        with self.quiet.going_on(f"interaction {interaction.id}"):
            self._tell(interaction)
            try:
                await self._waited(lambda: interaction.acked)
            except TimeoutError:
                # Discord shows "This interaction failed" from now on.
                interaction.errors.append(ApiError(10062))
                del self.all[interaction.token]
        return interaction

    async def _waited(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(self.answer_seconds):
            while not condition():
                await self.quiet.next_change()

    def _tell(self, interaction: Interaction) -> None:
        guild = self.world.channels[interaction.channel].guild
        body = self.payload(interaction)
        self.world.emit(Event("INTERACTION_CREATE", body, guild))

    def payload(self, interaction: Interaction) -> Json:
        """Return the interaction object."""
        world = self.world
        channel = world.channels[interaction.channel]
        body: Json = {"id": interaction.id, "application_id": world.me, "version": 1}
        body |= {"type": interaction.kind, "token": interaction.token, "data": interaction.data}
        body |= {"channel_id": channel.id, "channel": world.described(channel)}
        body |= {"entitlements": [], "attachment_size_limit": 10_485_760}
        if self.tells_permissions:
            body["app_permissions"] = str(world.rights(world.me, channel))
        body["locale"] = world.users[interaction.user].locale
        if interaction.message is not None:
            body["message"] = world.written(interaction.message, readable=True)
        return body | self._who(interaction, channel)

    def _who(self, interaction: Interaction, channel: Channel) -> Json:
        user = self.world.users[interaction.user]
        if channel.guild is None:
            owners = {"1": user.id}
            return {
                "user": user.payload(),
                "context": 1,
                "authorizing_integration_owners": owners,
            }
        town = self.world.towns[channel.guild]
        rights = str(self.world.rights(user.id, channel))
        guild: Json = {"id": town.id, "locale": town.locale, "features": []}
        body: Json = {"guild_id": town.id, "guild": guild, "guild_locale": town.locale}
        body["channel"] = self.world.described(channel) | {"permissions": rights}
        body["member"] = town.members[user.id].payload() | {"permissions": rights}
        return body | {"context": 0, "authorizing_integration_owners": {"0": town.id}}

    # --- tokens ---------------------------------------------------------------------------

    def first(self, interaction: str, token: str) -> Interaction:
        """Return an interaction that can be answered for the first time; raise 10062 or 40060."""
        found = self.all.get(token)
        if found is None or found.id != interaction:
            raise ApiError(10062)
        if found.answer is not None:
            raise ApiError(40060)
        if self.world.clock() - moment(found.id) > FIRST:
            raise ApiError(10062)
        return found

    def later(self, app: str, token: str) -> Interaction:
        """Return an interaction that was answered; raise 10015 or 50027."""
        found = self.all.get(token)
        if found is None or app != self.world.me or found.answer is None:
            raise ApiError(10015)
        if self.world.clock() - moment(found.id) > LATER:
            raise ApiError(50027)
        return found
