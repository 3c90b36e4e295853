"""What was promised holds in Discord: said once, there after a restart, apart, and quietly."""

from __future__ import annotations

from pathlib import Path

from tests.discord.lives import ANA, BO, CY, ORGANISER, Life, ours, private, scores
from tests.discord.towns import town

CREATING = ("create_message", "create_thread", "edit_message", "add_reaction", "open_dm")


async def test_of_every_post_whose_answer_is_lost_there_is_one_message() -> None:
    async with town() as here:
        life = await first_day(Life(here, here.guild))
        quiet = sorted(message.text for message in ours(here))
        assert len(quiet) > 5
        del life

    async with town() as here:
        for name in CREATING:
            here.discord.faults.lose_reply(name, times=3)
        await first_day(Life(here, here.guild))

        assert sorted(message.text for message in ours(here)) == quiet


async def first_day(life: Life) -> Life:
    """Live until three answers are with their reviewers."""
    await life.begin(ANA, BO, CY)
    await life.wait(15)
    for user in (ANA, BO, CY):
        life.say(user, f"Answer of {user}.")
        await life.town.settle()
    await life.wait(40)
    return life


async def test_buttons_and_forms_from_before_a_restart_work(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/loopmates.db"
    async with town(database=database) as first:
        life = await Life(first, first.guild).begin(ANA, BO)
        await life.wait(15)
        life.say(ANA, "Ana's answer.")
        await life.wait(20)
        await life.press(CY, life.channel, life.kickoff.id, "join:")
        await life.press(CY, life.channel, life.question, "answer:")
        await first.stop()

        async with town(database=database, before=first, seed=2) as second:
            life = Life(second, second.guild)
            joined = await life.press(ORGANISER, life.channel, life.kickoff.id, "join:")
            sent = await life.fill(CY, life.channel, {"text": "Written before, sent after."})
            await life.open_review(ANA, BO)
            at = life.at(life.reviews_of(ANA)[BO].post)
            await life.fill(BO, at.channel, scores(life, "4", comment="Well said."))

            assert "You are in" in joined.text
            assert sent.errors == []
            assert life.text_of(CY) == "Written before, sent after."
            assert life.reviews_of(ANA)[BO].status != "asked"


async def test_two_servers_with_the_same_people_see_nothing_of_each_other() -> None:
    async with town(guilds=("G1", "G2")) as here:
        lives = [
            await Life(here, guild).begin(ANA, BO, CY) for guild in here.discord.guilds.values()
        ]
        await lives[0].wait(15)
        for life in lives:
            for user in (ANA, BO, CY):
                life.say(user, f"{life.guild.town.name}words of {user}.")
        await lives[0].wait(20)
        for life in lives:
            life.rate(ANA, BO, "4️⃣")
            await life.open_review(ANA, CY)
            at = life.at(life.reviews_of(ANA)[CY].post)
            name = life.guild.town.name
            await life.fill(CY, at.channel, scores(life, "3", comment=f"{name}words of a reviewer"))
        await lives[0].wait(40)

        for life, other in (lives, lives[::-1]):
            name = other.guild.town.name
            assert all(f"{name}words" not in each.text for each in ours(here, life.guild))
            board = await life.command(BO, "leaderboard")
            assert f"{name}words" not in board.text
            assert set(life.reviews_of(ANA)) == {BO, CY}
            assert {tap.emoji for tap in life.reviews_of(ANA)[BO].taps} == {"4️⃣"}
        # In direct messages all are the same person's, and each is of one of the servers.
        for message in private(here, ANA):
            assert not ("G1words" in message.text and "G2words" in message.text)
