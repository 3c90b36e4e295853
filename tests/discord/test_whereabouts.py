"""What is done from a direct message does something only in a server that one is in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from adapters.discord.people_there import LASTS, TOLD_LASTS, Whereabouts
from bot.domain.members import Member
from bot.ids import UserId, WorkspaceId
from bot.messages import Button
from bot.ports.platforms import TryLater
from tests.discord.doors import FakeEngine, Stage, message, says, sent_by, stage
from tests.discord.lives import ANA, BO, CY, ORGANISER, Life, private
from tests.discord.towns import Town, town
from tests.servers.discord.state import Message

LOOK_UP = "member"
NO_MEMBERS = 0
TWO = ("G1", "G2")


def members(life: Life) -> tuple[Member, ...]:
    cohort = life.cohort.id
    return life.town.call(lambda work: work.members.of(cohort))


async def hinted(here: Town, user: str) -> tuple[Life, Message]:
    """Let somebody answer who is no member, and return the button that they get."""
    life = await Life(here, here.guild).begin(ANA, BO)
    await life.wait(15)
    life.say(user, "I am no member.")
    await here.settle()
    return life, private(here, user)[-1]


async def test_an_old_button_lets_nobody_join_who_is_no_more_in_the_server() -> None:
    async with town() as here:
        life, hint = await hinted(here, CY)
        here.guild.leave(CY)
        await here.settle()

        refused = await life.press(CY, hint.channel, hint.id, "~at.")

        assert "G1" in refused.text
        assert life.id(CY) not in {member.user for member in members(life)}


async def test_a_button_about_a_server_that_the_coach_is_not_in_keeps_nothing() -> None:
    async with town(guilds=TWO) as here:
        life, hint = await hinted(here, CY)
        here.guild.kick_bot()
        await here.settle()

        refused = await life.press(CY, hint.channel, hint.id, "~at.")

        assert "I am not in" in refused.text
        assert life.id(CY) not in {member.user for member in members(life)}


@pytest.mark.parametrize("command", ["pause", "settings"])
async def test_an_organiser_who_is_no_more_in_the_server_controls_nothing(command: str) -> None:
    async with town(guilds=TWO) as here:
        life = await Life(here, here.guild).begin(ANA, BO)
        here.guild.leave(ORGANISER)
        await here.settle()
        other = Life(here, here.discord.guilds["G2"])

        refused = await other.command(ORGANISER, command, here.guild.dm(ORGANISER))
        life.write(ORGANISER, command)
        await here.settle()

        assert "not in the server “G1”" in refused.text
        assert life.cohort.status == "running"
        assert not here.guild.ephemerals(ORGANISER)[-1].buttons
        assert here.discord.guilds["G2"].modal(ORGANISER) is None


async def test_discord_is_not_asked_about_everybody_who_taps_a_number() -> None:
    async with town() as here:
        life = await Life(here, here.guild).begin(ANA, BO)
        await life.wait(15)
        life.say(ANA, "What I did.")
        await life.wait(15)
        at = life.at(life.reviews_of(ANA)[BO].post)
        before = len(here.discord.calls)

        here.guild.react(BO, at.channel, at.message, "4️⃣")
        await here.settle()

        assert [tap.emoji for tap in life.reviews_of(ANA)[BO].taps] == ["4️⃣"]
        assert "member" not in [call.name for call in here.discord.calls[before:]]


@pytest.mark.parametrize("how", ["mydata", "forgetme"])
async def test_whoever_has_left_can_still_see_their_data_and_have_it_deleted(how: str) -> None:
    async with town(guilds=TWO) as here:
        life = await Life(here, here.guild).begin(ANA, BO)
        here.guild.leave(BO)
        await here.settle()
        dm, other = here.guild.dm(BO), Life(here, here.discord.guilds["G2"])

        shown = await other.command(BO, how, dm)
        if how == "mydata":
            assert "Memberships" in shown.text
            return
        own = here.discord.guilds["G2"].ephemerals(BO)[-1]
        await other.press(BO, dm, own.id, "forgetme")
        assert life.id(BO) not in {member.user for member in members(life)}


async def test_a_practice_where_the_coach_is_no_more_does_not_swallow_what_is_said() -> None:
    async with town(guilds=TWO) as here:
        first = await Life(here, here.guild).begin(ANA, BO)
        second = await Life(here, here.discord.guilds["G2"]).begin(ANA, BO)
        await first.command(BO, "practice")
        here.guild.kick_bot()
        await here.settle()

        second.write(BO, "practice")
        await here.settle()
        said = second.write(BO, "My long answer.")
        await here.settle()

        assert second.practice_of(BO).said == ((said, "My long answer."),)


async def test_a_stranger_is_not_looked_up() -> None:
    async with town() as here:
        life = Life(here, here.guild)
        life.write(BO, "practice")
        await here.settle()

        assert private(here, BO)
        assert not sent_by(here.discord, LOOK_UP)


# --- what is remembered ---------------------------------------------------------------------


@asynccontextmanager
async def looking(
    privileged: int | None = None, seconds: float = 60
) -> AsyncIterator[tuple[Stage, Whereabouts]]:
    async with stage(privileged=privileged) as it:
        yield it, Whereabouts(it.client, it.clock, seconds)


def at(it: Stage) -> WorkspaceId:
    return WorkspaceId(f"discord:{it.guild.id}")


def who(it: Stage, user: str) -> UserId:
    return UserId(it.server.id_of(user))


async def test_who_is_in_a_server_is_asked_again_soon_where_nobody_tells_who_leaves() -> None:
    async with looking(NO_MEMBERS) as (it, people):
        assert await people.standing(who(it, "U1"), at(it)) == "in"
        it.guild.leave("U1")
        assert await people.standing(who(it, "U1"), at(it)) == "in"
        it.clock.at += LASTS + timedelta(seconds=1)

        assert await people.standing(who(it, "U1"), at(it)) == "out"


async def test_where_it_is_told_who_leaves_nobody_is_looked_up_every_minute() -> None:
    async with looking() as (it, people):
        await people.standing(who(it, "U1"), at(it))
        it.clock.at += TOLD_LASTS
        await people.standing(who(it, "U1"), at(it))
        assert len(it.server.gateway.lookups) == 1
        people.greeted()
        it.clock.at += LASTS
        await people.standing(who(it, "U1"), at(it))

        assert len(it.server.gateway.lookups) == 2


async def test_a_crowd_is_asked_about_together_and_costs_no_call() -> None:
    async with looking() as (it, people):
        crowd = [f"V{number}" for number in range(250)]
        for each in crowd[::2]:
            it.guild.add_member(each)
        standings = await asyncio.gather(
            *(people.standing(who(it, each), at(it)) for each in crowd),
            people.standing(who(it, "V0"), at(it)),
        )

        assert standings == [*["in", "out"] * 125, "in"]
        assert [len(each) for each in it.server.gateway.lookups] == [1, 100, 100, 49]
        assert not sent_by(it.server, LOOK_UP)


async def test_who_gives_up_waiting_holds_nobody_up() -> None:
    async with looking() as (it, people):
        it.server.gateway.secretive = True
        first = asyncio.create_task(people.standing(who(it, "U1"), at(it)))
        await it.server.until(lambda: it.server.gateway.lookups)
        it.server.gateway.secretive = False
        first.cancel()

        assert await people.standing(who(it, "U2"), at(it)) == "in"
        assert await people.standing(who(it, "U1"), at(it)) == "in"


async def test_whoever_enters_is_let_in_at_once() -> None:
    async with looking() as (it, people):
        it.guild.leave("U1")
        assert await people.standing(who(it, "U1"), at(it)) == "out"
        it.guild.add_member("U1", "ana")

        assert await people.standing(who(it, "U1"), at(it)) == "in"


async def test_a_server_that_there_cannot_be_is_not_asked_about() -> None:
    async with looking() as (it, people):
        for guild in ("0", "9" * 20):
            where = WorkspaceId(f"discord:{guild}")
            assert await people.standing(who(it, "U1"), where) == "unserved"
        assert not sent_by(it.server, LOOK_UP)
        assert await people.standing(who(it, "U1"), WorkspaceId("discord:123")) == "unserved"


@pytest.mark.parametrize("how", ["secretive", "away"])
async def test_where_the_gateway_does_not_tell_a_call_does(how: str) -> None:
    async with looking(seconds=0.05) as (it, people):
        it.guild.leave("U2")
        if how == "secretive":
            it.server.gateway.secretive = True
        else:
            it.guild.fall_silent()
            await it.settled()

        several = asyncio.gather(*(people.standing(who(it, user), at(it)) for user in ("U1", "U2")))
        assert await several == ["in", "out"]
        assert len(sent_by(it.server, LOOK_UP)) == 2


async def test_while_discord_cannot_tell_only_what_is_known_counts() -> None:
    async with looking(NO_MEMBERS, 0.05) as (it, people):
        await people.standing(who(it, "U1"), at(it))
        it.server.gateway.secretive = True
        it.server.faults.http(LOOK_UP, 503, times=2)
        it.clock.at += 2 * LASTS

        assert await people.standing(who(it, "U1"), at(it)) == "in"
        with pytest.raises(TryLater):
            await people.standing(who(it, "U2"), at(it))


async def test_what_cannot_be_told_now_can_be_tried_again_in_the_same_server() -> None:
    async with stage(FakeEngine(says("You are in."))) as it:
        dm, button = it.guild.dm("U1"), f"~at.{it.guild.id}~join:abc"
        shown = await it.post(message("Join?", Button("Join", button)), dm)
        # An outage: the gateway tells nothing of the server.
        it.guild.fall_silent()
        await it.settled()
        it.server.faults.http(LOOK_UP, 503)
        await it.guild.press("U1", dm, shown, button)
        await it.settled()
        assert it.engine.events == []
        own, anew = it.button()
        assert anew == button
        await it.guild.press("U1", dm, own, anew)
        await it.settled()

        assert [event.workspace for event in it.engine.events] == [at(it)]
