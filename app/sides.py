"""The platforms that a running coach is connected to.

Rule: what can never work ends the start with its cure, while the operator is looking; one that
cannot be reached is waited for.
"""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app import slack_side
from app.absences import IsGone
from app.outside import Outside
from app.settings import Settings
from scheduler.switchboard import Find

if TYPE_CHECKING:
    from app.discord_side import DiscordSide


@dataclass(slots=True)
class Sides:
    """The platforms that the settings have tokens for."""

    slack: slack_side.SlackSide | None = None
    discord: DiscordSide | None = None

    @property
    def gone(self) -> dict[str, IsGone]:
        """What tells, on each platform, whether the coach should be somewhere and is not."""
        found: dict[str, IsGone] = {}
        if self.slack is not None:
            couriers = self.slack.couriers
            found["slack"] = lambda workspace: couriers.of(workspace) is None
        if self.discord is not None:
            found["discord"] = self.discord.couriers.lost
        return found

    @property
    def finders(self) -> dict[str, Find]:
        """What finds, on each platform, the courier of a workspace."""
        found: dict[str, Find] = {}
        if self.slack is not None:
            found["slack"] = self.slack.couriers.of
        if self.discord is not None:
            found["discord"] = self.discord.couriers.of
        return found


async def connected(stack: AsyncExitStack, settings: Settings, outside: Outside) -> Sides:
    """Connect what the settings have tokens for, until `stack` is left.

    Raises:
        SlackConnectionError, DiscordConnectionError: If a token can never work.
    """
    sides = Sides()
    if settings.slack_bot_token is not None:
        slack = slack_side.connected(settings, outside)
        sides.slack = await stack.enter_async_context(slack)
    if settings.discord_token is not None:
        from app import discord_side  # noqa: PLC0415  (its library is large)

        discord = discord_side.connected(settings, outside)
        sides.discord = await stack.enter_async_context(discord)
    return sides
