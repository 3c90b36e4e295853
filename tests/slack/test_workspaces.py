"""Which workspace a token is for."""

from __future__ import annotations

import pytest

from adapters.slack.workspaces import Workspace, workspace_id
from bot.ids import UserId
from bot.ports.platforms import SendError, TryLater
from tests.slack.couriers import T1, scene


async def test_a_token_tells_its_workspace_its_bot_and_its_app() -> None:
    async with scene() as stage:
        workspace = await stage.workspace()

        assert (workspace.id, workspace.team) == (T1, "T1")
        assert workspace.name == stage.team.name
        assert (workspace.bot_user, workspace.bot_id) == (stage.team.bot_user, stage.team.bot_id)
        assert workspace.app == stage.slack.app_id


async def test_the_scopes_are_those_the_token_really_has() -> None:
    async with scene() as stage:
        stage.team.scopes.discard("im:history")

        workspace = await stage.workspace()

        assert workspace.scopes == stage.team.scopes


async def test_the_app_is_not_known_without_the_scope_to_look_it_up() -> None:
    async with scene() as stage:
        stage.team.scopes.discard("users:read")

        workspace = await stage.workspace()

        assert workspace.app == ""
        assert workspace.id == T1


async def test_a_token_is_never_shown() -> None:
    async with scene() as stage:
        workspace = await stage.workspace()

        assert stage.team.bot_token == workspace.token
        assert workspace.token not in repr(workspace)
        assert workspace.token not in str(workspace)


@pytest.mark.parametrize("reason", ["invalid_auth", "account_inactive", "token_revoked"])
async def test_a_token_that_is_no_good_says_why_and_leaves_telling_to_the_caller(
    reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with scene() as stage:
        stage.slack.faults.fail("auth.test", reason)

        with pytest.raises(TryLater, match=reason):
            await stage.workspace()

        assert caplog.records == []


@pytest.mark.parametrize("body", ["", "{}", "<html>"])
async def test_an_introduction_that_cannot_be_read_is_an_error(body: str) -> None:
    async with scene() as stage:
        stage.slack.faults.http("auth.test", 200, body)

        with pytest.raises(SendError):
            await stage.workspace()


@pytest.mark.parametrize(
    ("message", "ours"),
    [
        ({"user": "UBOT"}, True),
        ({"bot_id": "B1"}, True),
        ({"user": "U1", "bot_id": "B2"}, False),
        ({"user": "U1"}, False),
        ({}, False),
    ],
)
def test_a_message_is_ours_if_our_bot_wrote_it(message: dict[str, object], ours: bool) -> None:
    workspace = Workspace(workspace_id("T1"), "T1", "Prep", UserId("UBOT"), "B1", "A1", "xoxb")

    assert workspace.is_ours(message) == ours


def test_a_workspace_without_a_bot_id_owns_no_message_without_one() -> None:
    workspace = Workspace(workspace_id("T1"), "T1", "Prep", UserId("UBOT"), "", "A1", "xoxb")

    assert not workspace.is_ours({"user": "U1", "bot_id": ""})
