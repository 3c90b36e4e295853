"""Those who are in no cohort practise alone, wherever they begin, until they join one or leave."""

from __future__ import annotations

from pathlib import Path

from bot.domain.practice import Practice
from bot.ids import WorkspaceId
from tests.discord.lives import ANA, BO, Life, private
from tests.discord.towns import Town, town

ALONE = WorkspaceId("discord:direct")


def practices(here: Town) -> list[Practice]:
    return list(here.call(lambda work: work.practices.all_open()))


async def test_a_stranger_practises_in_the_direct_message_alone() -> None:
    async with town() as here:
        life = Life(here, here.guild)
        life.write(BO, "practice")
        await here.settle()
        life.write(BO, "My answer.")
        await here.settle()
        asked = private(here, BO)[-1]
        here.guild.react(BO, here.guild.dm(BO), asked.id, "4️⃣")
        await here.settle()

        (done,) = here.call(lambda work: work.practices.of(ALONE, life.id(BO)))
        assert (done.status, done.score) == ("rated", 4)


async def test_a_stranger_who_asks_in_a_server_answers_in_the_direct_message() -> None:
    async with town() as here:
        life = await Life(here, here.guild).begin(ANA)
        await life.command(BO, "practice")
        dm = here.guild.dm(BO)
        said = life.write(BO, "My answer.")
        await here.settle()
        question, rate = private(here, BO)

        assert life.practice_of(BO).said == ((said, "My answer."),)
        hint = await life.press(BO, dm, question.id, "hint:")
        assert "What they listen for" in hint.text
        here.guild.react(BO, dm, rate.id, "5️⃣")
        await here.settle()
        (done,) = here.call(lambda work: work.practices.of(life.workspace, life.id(BO)))
        assert done.score == 5


async def test_a_strangers_practice_goes_on_after_a_restart_and_after_joining(
    tmp_path: Path,
) -> None:
    database = f"sqlite:///{tmp_path}/coach.db"
    async with town(database=database) as here:
        life = await Life(here, here.guild).begin(ANA)
        life.write(BO, "practice")
        await here.settle()
        await here.stop()
        missed = life.write(BO, "While you were away.")

        async with town(database=database, before=here, seed=2) as again:
            await again.read_up()
            life = Life(again, life.guild)
            await life.press(BO, life.channel, life.kickoff.id, "join:")
            said = life.write(BO, "Now I am in.")
            await again.settle()

            (found,) = practices(again)
            assert found.workspace == ALONE
            assert found.said == ((missed, "While you were away."), (said, "Now I am in."))
            life.write(BO, "stop")
            await again.settle()
            life.write(BO, "practice")
            await again.settle()
            assert [each.workspace for each in practices(again)] == [life.workspace]


async def test_a_stranger_is_out_of_reach_while_no_server_is_shared_and_nothing_else_stops() -> (
    None
):
    async with town() as here:
        life = await Life(here, here.guild).begin(ANA)
        life.write(BO, "practice")
        await here.settle()
        life.write(BO, "My answer.")
        here.guild.kick_bot()
        await here.settle()
        here.guild.invite_bot()
        await here.settle()
        await life.wait(20)

        assert life.question
        (found,) = practices(here)
        assert len(found.said) == 1
