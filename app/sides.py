"""The platforms that this process of the coach is connected to.

    spoken    where it delivers, by its roles
    seen      where it reads again what was missed: wherever it hears or speaks

Rule: what can never work ends the start with its cure, while the operator is looking; one that
cannot be reached is waited for.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app import roles, slack_side
from app.absences import IsGone
from app.outside import Outside
from app.settings import Settings
from bot.ids import WorkspaceId
from scheduler.switchboard import Find, Switchboard

if TYPE_CHECKING:
    from app.discord_side import DiscordSide

SLACK, DISCORD = "slack", "discord"


@dataclass(slots=True)
class Sides:
    """The platforms that the settings have tokens and roles for; Discord may come and go."""

    slack: slack_side.SlackSide | None = None
    discord: DiscordSide | None = None
    spoken: Switchboard = field(default_factory=Switchboard)
    seen: Switchboard = field(default_factory=Switchboard)

    @property
    def gone(self) -> dict[str, IsGone]:
        """What tells, on each platform, whether the coach should be somewhere and is not."""
        return {SLACK: self._gone_from_slack, DISCORD: self._gone_from_discord}

    def discord_came(self, side: DiscordSide) -> None:
        """Speak and read in Discord from now on."""
        self.discord, couriers = side, side.couriers
        self._connect(DISCORD, couriers.of, lambda: couriers.platforms, speaks=True)

    def discord_went(self) -> None:
        """Say nothing in Discord any more."""
        self.discord = None
        self.spoken.disconnect(DISCORD)
        self.seen.disconnect(DISCORD)

    def slack_came(self, side: slack_side.SlackSide, *, speaks: bool) -> None:
        """Read in Slack from now on, and perhaps speak."""
        self.slack, couriers = side, side.couriers
        self._connect(SLACK, couriers.of, lambda: couriers.platforms, speaks=speaks)

    def _gone_from_slack(self, workspace: WorkspaceId) -> bool:
        return self.slack is not None and self.slack.couriers.of(workspace) is None

    def _gone_from_discord(self, workspace: WorkspaceId) -> bool:
        return self.discord is not None and self.discord.couriers.lost(workspace)

    def _connect(
        self, platform: str, find: Find, served: Callable[[], frozenset[str]], *, speaks: bool
    ) -> None:
        self.seen.connect(platform, find, served)
        if speaks:
            self.spoken.connect(platform, find, served)


async def connected(stack: AsyncExitStack, settings: Settings, outside: Outside) -> Sides:
    """Connect Slack, if a role wants it, until `stack` is left; Discord comes with its door.

    Raises:
        SlackConnectionError: If no token can ever work.
    """
    sides, has = Sides(), roles.of(settings)
    wanted = roles.SLACK in has or roles.hears_by_web(settings)
    if wanted and settings.slack_bot_token is not None:
        slack = slack_side.connected(settings, outside)
        side = await stack.enter_async_context(slack)
        sides.slack_came(side, speaks=roles.SLACK in has)
    return sides
