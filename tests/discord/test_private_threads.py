"""Whoever takes no direct messages is spoken to in a private thread, which counts as one."""

from __future__ import annotations

from pathlib import Path

from tests.discord.lives import ANA, BO, Life, private
from tests.discord.towns import Town, town
from tests.servers.discord.permissions import Permission


async def practising(here: Town) -> tuple[Life, str]:
    """Let Ana, who takes no direct messages, ask for a question; return where it is."""
    life = await Life(here, here.guild).begin(ANA, BO)
    here.guild.close_dms(ANA)
    await life.command(ANA, "practice")
    (thread,) = here.guild.threads(life.channel)
    return life, thread.id


async def test_what_is_written_changed_and_deleted_there_is_the_answer() -> None:
    async with town() as here:
        life, thread = await practising(here)
        said = here.guild.say(ANA, thread, "My first words.")
        gone = here.guild.say(ANA, thread, "Too much.")
        await here.settle()
        here.guild.edit(ANA, thread, said, "My better words.")
        here.guild.delete(thread, gone)
        await here.settle()

        assert life.practice_of(ANA).said == ((said, "My better words."),)
        assert [each for each in here.guild.threads(life.channel) if each.id != thread] == []


async def test_a_score_is_given_there_by_reaction() -> None:
    async with town() as here:
        life, thread = await practising(here)
        here.guild.say(ANA, thread, "My answer.")
        await here.settle()
        asked = private(here, ANA)[-1]
        here.guild.react(ANA, thread, asked.id, "4️⃣")
        await here.settle()

        assert "4 of 5" in private(here, ANA)[-1].text
        assert {each.channel for each in private(here, ANA)} == {thread}
        mine = here.call(lambda work: work.practices.of(life.workspace, life.id(ANA)))
        assert [each.score for each in mine] == [4]


async def test_its_buttons_and_words_of_command_do_what_they_do_in_a_direct_message() -> None:
    async with town() as here:
        life, thread = await practising(here)
        asked = private(here, ANA)[0]

        hint = await life.press(ANA, thread, asked.id, "hint:")
        here.guild.say(ANA, thread, "stop")
        await here.settle()

        assert "What they listen for" in hint.text
        assert "Stopped" in private(here, ANA)[-1].text
        assert here.call(lambda work: work.practices.all_open()) == ()


async def test_what_was_written_there_while_the_coach_was_down_counts_too(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/coach.db"
    async with town(database=database) as here:
        life, thread = await practising(here)
        await here.stop()
        said = here.guild.say(ANA, thread, "Meanwhile.")

        async with town(database=database, before=here, seed=2) as again:
            await again.read_up()
            later = here.guild.say(ANA, thread, "And after it.")
            await again.settle()

            assert Life(again, life.guild).practice_of(ANA).said == (
                (said, "Meanwhile."),
                (later, "And after it."),
            )


async def test_what_others_write_there_is_nobodys_answer() -> None:
    async with town() as here:
        life, thread = await practising(here)
        here.guild.allow(life.channel, Permission.MANAGE_THREADS, who=BO)
        here.guild.say(BO, thread, "practice")
        await here.settle()

        assert life.practice_of(ANA).said == ()
        open_ = here.call(lambda work: work.practices.all_open())
        assert [each.user for each in open_] == [life.id(ANA)]


async def test_a_thread_of_their_own_with_such_a_name_is_no_direct_message() -> None:
    async with town() as here:
        life, thread = await practising(here)
        name = here.discord.world.channels[thread].name
        trap = here.guild.start_thread(ANA, life.channel, name=name, private=True)
        here.guild.world.channels[trap].members.append(here.discord.world.me)
        here.guild.say(ANA, trap, "My answer.")
        await here.settle()

        assert life.practice_of(ANA).said == ()
