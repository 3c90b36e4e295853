"""Who we are in one workspace, as far as it must be known to understand what arrives there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.ids import UserId, WorkspaceId
from bot.inbound import Author

SLACKBOT = "USLACKBOT"
"""Slack's own voice; it carries no sign of being a bot."""


@dataclass(frozen=True, slots=True)
class Ours:
    """One installation.

    `team`, `bot_user`, `bot_id` and `app` are Slack's ids ("" where unknown); `name_of` returns
    a user's display name as far as it is known already, else "".
    """

    workspace: WorkspaceId
    team: str
    bot_user: str
    bot_id: str
    app: str
    name_of: Callable[[str], str]

    def is_person(self, user: str) -> bool:
        """Tell whether a user may be a person: neither us nor Slack itself."""
        return user not in (self.bot_user, SLACKBOT)

    def author(self, user: str, called: str = "") -> Author:
        """Return a user as an author; `called` is the name to use if we know none."""
        return Author(UserId(user), self.name_of(user) or called)
