"""Which workspace a bot token is for, and the client that speaks for it.

A token is never printed: not by `repr`, not in an error, not in a log.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.calls import PATIENCE, Calls, text_in
from adapters.slack.gates import Gates, Wait
from bot.ids import UserId, WorkspaceId
from bot.ports.outside import Clock
from bot.ports.platforms import SendError, TryLater

PLATFORM = "slack"


@dataclass(frozen=True, slots=True)
class Workspace:
    """One workspace the app is installed in.

    `team`, `bot_id` and `app` are Slack's ids, `name` is what its members call it; `app` is empty
    where Slack does not say.  `scopes` are those the token really has.
    """

    id: WorkspaceId
    team: str
    name: str
    bot_user: UserId
    bot_id: str
    app: str
    token: str = field(repr=False)
    scopes: frozenset[str] = frozenset()

    def is_ours(self, message: Mapping[str, object]) -> bool:
        """Tell whether this app wrote a message as Slack shows it."""
        return message.get("user") == self.bot_user or (
            bool(self.bot_id) and message.get("bot_id") == self.bot_id
        )


def workspace_id(team: str) -> WorkspaceId:
    """Return what we call a Slack team."""
    return WorkspaceId(f"{PLATFORM}:{team}")


def client_for(token: str, base_url: str, session: aiohttp.ClientSession) -> AsyncWebClient:
    """Return a client that asks once and never again by itself, over shared connections."""
    return AsyncWebClient(
        token=token,
        base_url=base_url,
        timeout=int(PATIENCE.total_seconds()),
        session=session,
        retry_handlers=[],
    )


async def find_out(
    token: str,
    base_url: str,
    session: aiohttp.ClientSession,
    clock: Clock,
    wait: Wait,
    patience: timedelta = PATIENCE,
) -> Workspace:
    """Ask Slack which workspace a bot token is for.

    Raises:
        SendError: If Slack does not say; `TryLater` with `workspace` where the token is no good.
    """
    client = client_for(token, base_url, session)
    calls = Calls(workspace_id("unknown"), client, Gates(clock, wait), patience, tell=False)
    answer = await calls.read_with_headers("auth.test")
    said, team = answer.data, text_in(answer.data, "team_id")
    if not team:
        raise TryLater("unreadable", workspace=True)
    return Workspace(
        id=workspace_id(team),
        team=team,
        name=text_in(said, "team"),
        bot_user=UserId(text_in(said, "user_id")),
        bot_id=text_in(said, "bot_id"),
        app=await _app(calls, text_in(said, "bot_id")),
        token=token,
        scopes=_scopes(answer.headers),
    )


async def _app(calls: Calls, bot_id: str) -> str:
    """Return the app's id; it can be missing where the app may not look up users."""
    if not bot_id:
        return ""
    try:
        return text_in(await calls.read("bots.info", bot=bot_id), "bot", "app_id")
    except SendError:
        return ""


def _scopes(headers: Mapping[str, str]) -> frozenset[str]:
    for name, value in headers.items():
        if name.lower() == "x-oauth-scopes":
            return frozenset(each.strip() for each in value.split(",") if each.strip())
    return frozenset()
