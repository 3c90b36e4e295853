"""Mentors are named by mention, whose handle need not be what a member is called."""

from __future__ import annotations

from tests.slack.lives import ORGANISER, Life
from tests.slack.towns import town

ANA, BO = "U1", "U2"


async def test_a_mention_in_the_command_means_the_member_and_not_their_handle() -> None:
    async with town() as here:
        life = await Life(here, here.team).begin(ANA, BO)

        await life.command(ORGANISER, "mentor @ana")
        named = here.team.ephemerals(ORGANISER)[-1][1].text
        await life.command(ORGANISER, "mentor remove @ana")
        unnamed = here.team.ephemerals(ORGANISER)[-1][1].text

        assert "Ana Ito is a mentor now" in named
        assert "Ana Ito is no mentor any more" in unnamed


async def test_of_two_members_with_one_name_a_mention_means_one() -> None:
    async with town() as here:
        here.team.people[BO].display = here.team.people[ANA].display
        life = await Life(here, here.team).begin(ANA, BO)

        await life.command(ORGANISER, "mentor @bo")

        cohort = life.cohort.id
        members = here.call(lambda work: work.members.of(cohort))
        assert [each.user for each in members if each.mentor] == [BO]
