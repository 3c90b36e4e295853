"""A channel is archived, a bot thrown out, an account closed, a token revoked, a scope missing.

Whoever can mend it is told once: an organiser in private, or the operator by one line of the log
that names the cure.  Everything else goes on, and what can be said later is said later.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest

from tests.servers.slack.interactions import Team
from tests.slack.lives import ORGANISER, Life, once, ours
from tests.slack.towns import CHANNEL, Town, town

ANA, BO, CY = "U1", "U2", "U3"
DAY = 24 * 60


async def two(here: Town) -> tuple[Life, Life]:
    """Begin a cohort in each of two workspaces; it is five past nine on Monday."""
    lives = [await Life(here, team).begin(ANA, BO, CY) for team in here.slack.teams.values()]
    await lives[0].wait(15)
    return lives[0], lives[1]


def told(life: Life) -> list[str]:
    """Return what the organiser was told in private."""
    return [post.text for post in ours(life.team, life.team.dm(ORGANISER))]


def errors(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    """Return what the operator was told: about which method, and the cure."""
    lines = [vars(each) for each in caplog.records if each.levelno >= logging.ERROR]
    return [(str(line.get("kind")), str(line.get("cure"))) for line in lines]


def asked(life: Life) -> list[str]:
    """Return the questions that stand in the channel."""
    posts = ours(life.team, CHANNEL)
    return [post.text.partition("\n")[0] for post in posts if "Answer in this thread" in post.text]


BREAKS: dict[str, tuple[Callable[[Team], None], Callable[[Team], None]]] = {
    "is_archived": (lambda team: team.archive(CHANNEL), lambda team: team.unarchive(CHANNEL)),
    "not_in_channel": (lambda team: team.kick_bot(CHANNEL), lambda team: team.invite_bot(CHANNEL)),
}


@pytest.mark.parametrize("what", BREAKS)
async def test_a_channel_that_is_closed_to_us_is_told_to_the_organiser_once(
    what: str, caplog: pytest.LogCaptureFixture
) -> None:
    closing, opening = BREAKS[what]
    async with town(teams=("T1", "T2")) as here:
        broken, other = await two(here)
        closing(broken.team)
        await broken.wait(DAY)
        first = told(broken)
        broken.write(CY, "practice")
        await broken.wait(DAY)
        opening(broken.team)
        await broken.wait(DAY)

        assert len(first) == 1
        assert len(told(broken)) == 2, "once a day at most"
        assert told(other) == []
        assert (len(asked(broken)), len(asked(other))) == (2, 4)
        assert len(ours(broken.team, broken.team.dm(CY))) == 1
        assert errors(caplog) == []


async def test_a_closed_account_is_asked_nothing_and_somebody_else_is() -> None:
    async with town() as here:
        life = await Life(here, here.team).begin(ANA, BO, CY, ORGANISER)
        await life.wait(15)
        await here.slack.cut()
        life.team.deactivate(BO)
        life.team.deactivate(CY)
        here.slack.mend()
        here.waits.over()
        await here.slack.connected()
        life.say(ANA, "Ana's answer.")
        await life.wait(30)

        assert life.reviews_of(ANA)[ORGANISER].status == "asked"
        assert ours(life.team, life.team.dm(BO)) == ours(life.team, life.team.dm(CY)) == []
        assert sum("could not deliver a direct message" in text for text in told(life)) == 1


@pytest.mark.parametrize("code", ["token_revoked", "account_inactive", "invalid_auth"])
async def test_nothing_of_a_workspace_is_lost_while_its_token_is_no_good(
    code: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with town(teams=("T1", "T2")) as here:
        revoked, other = await two(here)
        revoked.say(ANA, "Ana's answer.")
        await here.settle()
        revoked.team.revoke(code)
        await revoked.wait(DAY)
        meanwhile = (len(asked(revoked)), len(asked(other)))
        revoked.team.reinstall()
        await revoked.wait(60)
        once(revoked.team)

        assert meanwhile == (1, 2)
        assert (len(asked(revoked)), len(asked(other))) == (2, 2)
        assert len(ours(revoked.team, revoked.team.dm(BO))) > 0
        assert not any("could not deliver" in text for text in told(revoked) + told(other))
        assert len(errors(caplog)) == 1
        assert "token" in errors(caplog)[0][1]


@pytest.mark.parametrize("scope", ["chat:write", "reactions:write", "im:write"])
async def test_a_missing_scope_is_named_once_and_everything_is_said_when_it_is_there(
    scope: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with town(teams=("T1", "T2")) as here:
        lacking, other = await two(here)
        lacking.team.scopes.discard(scope)
        lacking.say(ANA, "Ana's answer.")
        other.say(ANA, "Ana's answer.")
        await lacking.wait(120)
        assert len(ours(other.team, other.team.dm(BO))) == 1
        lacking.team.scopes.add(scope)
        await lacking.wait(60)
        once(lacking.team)

        assert len(ours(lacking.team, lacking.team.dm(BO))) == 1
        assert lacking.team.thread(CHANNEL, lacking.question)[0].reactions == {
            "white_check_mark": [lacking.team.bot_user]
        }
        assert len(errors(caplog)) == len(set(errors(caplog)))
        assert {scope in cure for _, cure in errors(caplog)} == {True}
