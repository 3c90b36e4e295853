"""The checkup: every fault of tokens, scopes, channels and clock gets its line and its cure."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import aiohttp
import pytest

from adapters.slack.checkup import Access, Place, look
from adapters.slack.findings import Finding
from adapters.slack.manifest import SCOPES
from bot.ids import ChannelId, WorkspaceId
from tests.servers.slack.interactions import Team
from tests.servers.slack.server import SlackServer

NOON = datetime(2026, 12, 7, 12, tzinfo=UTC)
HERE = Place(WorkspaceId("slack:T1"), ChannelId("C1"))


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    async with SlackServer(lambda: NOON) as server:
        yield server


@pytest.fixture
def team(slack: SlackServer) -> Team:
    """Return a workspace in which nothing is wrong, with a channel that the coach is in."""
    made = slack.team("T1")
    made.scopes = set(SCOPES)
    made.add_user("U1", "ana")
    made.add_channel("C1", "prep", members=["U1"])
    return made


class Checkup:
    """Looks at a server with the tokens given, and remembers how long it was to wait."""

    def __init__(self, slack: SlackServer) -> None:
        self.slack = slack
        self.waited: list[float] = []
        self.slow_by = timedelta(0)

    async def look(
        self, bots: Sequence[str], places: Sequence[Place] = (), apps: Sequence[str] | None = None
    ) -> tuple[Finding, ...]:
        now = await self._slacks_time() - self.slow_by
        app_tokens = [self.slack.app_token] if apps is None else apps
        access = Access(bots, app_tokens, self.slack.base_url)
        return await look(access, places, lambda: now, self._wait)

    async def wrong(
        self, bots: Sequence[str], places: Sequence[Place] = (), apps: Sequence[str] | None = None
    ) -> list[Finding]:
        """Return what is wrong, each of it with a cure."""
        found = [finding for finding in await self.look(bots, places, apps) if not finding.ok]
        assert all(finding.cure for finding in found)
        return found

    async def _slacks_time(self) -> datetime:
        async with aiohttp.ClientSession() as session, session.get(self.slack.base_url) as answer:
            return parsedate_to_datetime(answer.headers["Date"])

    async def _wait(self, seconds: float) -> None:
        self.waited.append(seconds)


@pytest.fixture
def checkup(slack: SlackServer) -> Checkup:
    return Checkup(slack)


async def test_where_all_is_well_everything_is_named_and_nothing_needs_a_cure(checkup, team):
    found = await checkup.look([team.bot_token], [HERE])

    assert [(finding.about, finding.ok, finding.cure) for finding in found] == [
        ("SLACK_BOT_TOKEN", True, ""),
        ("SLACK_BOT_TOKEN", True, ""),
        ("SLACK_APP_TOKEN", True, ""),
        ("slack:T1 C1", True, ""),
        ("clock", True, ""),
    ]


async def test_looking_changes_nothing(checkup, team, slack):
    await checkup.look([team.bot_token], [HERE])

    assert {call.method for call in slack.calls} == {
        "auth.test",
        "bots.info",
        "apps.connections.open",
        "conversations.info",
    }
    assert team.messages("C1") == []


@pytest.mark.parametrize("error", ["invalid_auth", "account_inactive", "token_revoked"])
async def test_a_token_that_is_not_good_is_told_with_slacks_reason(checkup, team, error):
    team.revoke(error)

    (finding,) = await checkup.wrong([team.bot_token])

    assert finding.about == "SLACK_BOT_TOKEN"
    assert error in finding.found


async def test_the_bad_token_of_several_is_told_by_its_number_and_the_others_are_looked_at(
    checkup, team
):
    found = await checkup.look(["xoxb-canary", team.bot_token])

    assert [(f.about, f.ok) for f in found if f.about.startswith("SLACK_BOT_TOKEN")] == [
        ("SLACK_BOT_TOKEN 1", False),
        ("SLACK_BOT_TOKEN 2", True),
        ("SLACK_BOT_TOKEN 2", True),
    ]


async def test_two_tokens_of_one_workspace_are_found(checkup, team):
    (finding,) = await checkup.wrong([team.bot_token, team.bot_token])

    assert finding.about == "SLACK_BOT_TOKEN 2"
    assert "slack:T1" in finding.found


@pytest.mark.parametrize("scope", SCOPES)
async def test_each_missing_scope_is_named_with_how_to_add_it(checkup, team, scope):
    team.scopes.discard(scope)

    (finding,) = await checkup.wrong([team.bot_token])

    assert scope in finding.found
    assert scope in finding.cure


async def test_several_missing_scopes_are_a_line_each(checkup, team):
    team.scopes -= {"im:write", "reactions:read"}

    found = await checkup.wrong([team.bot_token])

    assert [finding.found.split()[2] for finding in found] == ["im:write", "reactions:read"]


async def test_a_scope_that_is_not_needed_is_mentioned_and_no_fault(checkup, team):
    team.scopes.add("files:read")

    found = await checkup.look([team.bot_token])

    assert all(finding.ok for finding in found)
    assert any("files:read" in finding.found for finding in found)


async def test_an_app_token_that_opens_no_connection_is_found(checkup, team):
    (finding,) = await checkup.wrong([team.bot_token], apps=["xapp-1-A1-canary"])

    assert finding.about == "SLACK_APP_TOKEN"
    assert "invalid_auth" in finding.found


async def test_an_app_token_without_its_scope_is_told_which(checkup, team, slack):
    slack.faults.fail("apps.connections.open", "missing_scope")

    (finding,) = await checkup.wrong([team.bot_token])

    assert "connections:write" in finding.found
    assert "connections:write" in finding.cure


async def test_an_app_without_an_app_token_of_its_own_is_found(checkup, team):
    found = await checkup.wrong([team.bot_token], apps=["xapp-1-A2-of-another-app"])

    assert [(f.about, "A1" in f.found) for f in found] == [
        ("SLACK_APP_TOKEN", False),
        ("SLACK_BOT_TOKEN", True),
    ]


async def test_without_app_tokens_no_connection_is_tried(checkup, team, slack):
    found = await checkup.look([team.bot_token], apps=[])

    assert all(finding.ok for finding in found)
    assert "apps.connections.open" not in {call.method for call in slack.calls}


async def test_a_channel_that_the_coach_is_not_in_is_cured_by_inviting_it(checkup, team):
    team.kick_bot("C1")

    (finding,) = await checkup.wrong([team.bot_token], [HERE])

    assert finding.about == "slack:T1 C1"
    assert "#prep" in finding.found
    assert "/invite @coach" in finding.cure


async def test_a_channel_that_was_archived_is_found(checkup, team):
    team.archive("C1")

    (finding,) = await checkup.wrong([team.bot_token], [HERE])

    assert "archived" in finding.found


async def test_a_private_channel_without_the_coach_and_one_that_is_gone_are_found(checkup, team):
    team.add_channel("C2", "secret", members=["U1"], bot=False, private=True)
    places = [Place(HERE.workspace, ChannelId(channel)) for channel in ("C2", "C404")]

    found = await checkup.wrong([team.bot_token], places)

    assert [finding.about for finding in found] == ["slack:T1 C2", "slack:T1 C404"]
    assert all("/invite @coach" in finding.cure for finding in found)
    assert not any("secret" in str(finding) for finding in found)


async def test_a_channel_that_a_missing_scope_hides_is_told_with_the_scope(checkup, team):
    team.scopes.discard("channels:read")

    found = await checkup.wrong([team.bot_token], [HERE])

    assert [("channels:read" in f.found, f.about) for f in found] == [
        (True, "SLACK_BOT_TOKEN"),
        (True, "slack:T1 C1"),
    ]


async def test_a_cohort_of_a_workspace_without_a_token_is_found(checkup, team):
    elsewhere = Place(WorkspaceId("slack:T2"), ChannelId("C1"))

    (finding,) = await checkup.wrong([team.bot_token], [HERE, elsewhere])

    assert finding.about == "slack:T2 C1"
    assert "SLACK_BOT_TOKEN" in finding.cure


async def test_cohorts_of_other_platforms_are_none_of_its_business(checkup, team):
    found = await checkup.look(
        [team.bot_token], [Place(WorkspaceId("console:local"), ChannelId("#prep"))]
    )

    assert not any("console" in finding.about for finding in found)


async def test_each_cohort_is_looked_at_with_its_own_workspaces_token(checkup, team, slack):
    other = slack.team("T2")
    other.scopes = set(SCOPES)
    other.add_channel("C2", "other")
    places = [HERE, Place(WorkspaceId("slack:T2"), ChannelId("C2"))]

    found = await checkup.look([team.bot_token, other.bot_token], places)

    assert all(finding.ok for finding in found)
    asked = [c for c in slack.calls if c.method == "conversations.info"]
    assert [(call.team, call.args["channel"]) for call in asked] == [("T1", "C1"), ("T2", "C2")]


@pytest.mark.parametrize(("slow_by", "ok"), [(4, True), (-4, True), (7, False), (-7, False)])
async def test_a_clock_more_than_five_seconds_off_is_found(checkup, team, slow_by, ok):
    checkup.slow_by = timedelta(seconds=slow_by)

    found = await checkup.look([team.bot_token])

    (finding,) = [finding for finding in found if finding.about == "clock"]
    assert finding.ok is ok
    assert ok or ("behind" if slow_by > 0 else "ahead") in finding.found


async def test_where_slack_asks_for_patience_it_gets_it(checkup, team, slack):
    slack.faults.rate_limit("conversations.info", retry_after=7, times=2)

    found = await checkup.look([team.bot_token], [HERE])

    assert checkup.waited == [7.0, 7.0]
    assert all(finding.ok for finding in found)


async def test_patience_has_an_end(checkup, team, slack):
    slack.faults.rate_limit("conversations.info", retry_after=3600)

    (finding,) = await checkup.wrong([team.bot_token], [HERE])

    assert checkup.waited == []
    assert "patience" in finding.found


@pytest.mark.parametrize(
    ("status", "body"), [(503, "down"), (200, "<html>"), (200, "[1]"), (404, "")]
)
async def test_what_is_not_slack_is_told_apart_and_ends_it(checkup, team, slack, status, body):
    slack.faults.http("conversations.info", status, body, times=9)

    found = await checkup.look([team.bot_token], [HERE, HERE])

    assert [finding.about for finding in found if not finding.ok] == ["SLACK_API_URL"]
    assert found[-1].about == "SLACK_API_URL"
    assert found[0].about == "SLACK_BOT_TOKEN"


async def test_a_slack_that_cannot_be_reached_is_one_line(checkup, team, slack):
    slack.faults.reset("auth.test", times=9)

    (finding,) = await checkup.look([team.bot_token, "xoxb-other"], [HERE])

    assert finding.about == "SLACK_API_URL"
    assert "SLACK_API_URL" not in finding.found
    assert slack.base_url in finding.found


async def test_no_token_is_ever_shown(checkup, team, slack):
    slack.faults.fail("auth.test", "token_revoked")

    found = await checkup.look(["xoxb-canary", team.bot_token], [HERE], apps=["xapp-canary"])

    assert "canary" not in str(found)
    assert team.bot_token not in str(found)
    assert "canary" not in repr(Access(["xoxb-canary"], ["xapp-canary"], "https://x/"))


async def test_names_in_slack_cannot_meddle_with_the_terminal(checkup, team):
    team.name = "\x1b[31mred\n"
    team.channels["C1"].name = "prep\x1b[2J"

    found = await checkup.look([team.bot_token], [HERE])

    assert all(finding.found.isprintable() for finding in found)
