"""What the conversations written as text cannot say of a cohort's life in Discord.

They abridge long texts, and nobody reads in them whom a message notifies.
"""

from __future__ import annotations

import re

from tests.discord.lives import ANA, BO, CY, Life, ours, private
from tests.discord.towns import town

LONG = " ".join(f"This is sentence number {number}, and it says little." for number in range(120))


def said_to(life: Life, user: str) -> str:
    return "\n".join(message.text for message in private(life.town, user))


async def test_what_is_deleted_in_a_direct_message_is_taken_back_also_after_a_restart() -> None:
    async with town() as here:
        life = await Life(here, here.guild).begin(ANA)
        await life.wait(15)
        life.write(ANA, "practice")
        await here.settle()
        wrong = life.write(ANA, "Not this.")
        life.write(ANA, "But this.")
        await here.settle()
        here.door._direct.clear()  # a new process knows nobody's direct message
        life.guild.delete(life.guild.dm(ANA), wrong)
        await here.settle()

        assert life.practice_of(ANA).text == "But this."


async def test_a_long_answer_reaches_its_reviewers_whole() -> None:
    async with town() as here:
        life = await Life(here, here.guild).begin(ANA, BO, CY)
        await life.wait(15)
        for part in (LONG[:3_500], LONG[3_500:]):
            life.say(ANA, part)
        await life.wait(20)

        read = re.sub(r"\W+", " ", said_to(life, BO))

        assert re.sub(r"\W+", " ", LONG[:3_400]) in read
        assert read.count("This is sentence number 119") == 1
        assert all(len(message.text) <= 4_000 for message in ours(here))


async def test_nothing_the_coach_posts_pings_anybody_but_whom_it_means() -> None:
    async with town() as here:
        life = await Life(here, here.guild).begin(ANA, BO, CY)
        await life.wait(15)
        life.say(ANA, f"@everyone @here <@{life.id(BO)}> <@&{life.guild.id}> hello")
        await life.wait(20)

        assert "hello" in said_to(life, BO)
        for message in ours(here):
            assert not message.mention_everyone
            assert message.mention_roles == []
            assert message.mentions == []
