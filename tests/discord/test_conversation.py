"""A cohort's first day in Discord, from setting it up to looking back; and one in a forum."""

from __future__ import annotations

import re

from tests.discord.lives import ANA, BO, CY, ORGANISER, Life, ours, private, scores
from tests.discord.towns import town
from tests.servers.discord.filling import inputs
from tests.servers.discord.state import HAS_THREAD, PUBLIC_THREAD

LONG = " ".join(f"This is sentence number {number}, and it says little." for number in range(120))


def said_to(life: Life, user: str) -> str:
    return "\n".join(message.text for message in private(life.town, user))


async def answered(life: Life) -> None:
    """Let three members answer in the thread, one of them in two parts with a change."""
    life.say(ANA, "Physics first, then payments.")
    first = life.say(BO, "Sent too soon.")
    life.say(BO, "A second part, with a file.", files=1)
    life.say(CY, "My third way of saying it.")
    await life.town.settle()
    life.guild.edit(BO, life.question, first, "Rewritten *in place* by <@1>.")
    await life.town.settle()


async def test_a_cohort_is_set_up_by_form_and_joined_by_button() -> None:
    async with town() as here:
        life = Life(here, here.guild)
        await life.command(ORGANISER, "setup")
        window = life.guild.modal(ORGANISER)
        assert window is not None
        assert set(inputs(window)) <= {"guide", "start", "zone", "time", "days"}

        wrong = await life.fill(
            ORGANISER, life.channel, {"start": "2026-12-07", "zone": "Berlin", "reviewers": "2"}
        )
        assert "Did you mean" in wrong.text
        assert wrong.original is not None
        await life.press(ORGANISER, life.channel, wrong.original.id, "")
        done = await life.fill(ORGANISER, life.channel, {"zone": "Europe/Berlin"})
        joined = await life.press(ANA, life.channel, life.kickoff.id, "join:")

        assert "Done: a cohort" in done.text
        assert done.ephemeral
        assert (joined.ephemeral, "You are in" in joined.text) == (True, True)
        assert life.cohort.channel == life.channel


async def test_a_day_goes_from_question_to_result() -> None:
    async with town() as here:
        life = await Life(here, here.guild).begin(ANA, BO, CY)
        await life.wait(15)
        texts = [message.text for message in life.guild.messages(life.channel)]
        assert ["Start" in text for text in texts] == [False, True, False]
        root = life.guild.message(life.channel, life.question)
        assert root.flags & HAS_THREAD
        assert here.discord.world.channels[life.question].kind == PUBLIC_THREAD

        await answered(life)
        assert "3 members have answered" in life.guild.message(life.channel, life.question).text
        assert life.text_of(BO).startswith("Rewritten *in place* by")
        for message in life.guild.thread(life.question):
            if message.author.id != here.discord.world.me:
                assert here.discord.world.me in message.reactions.get("✅", [])

        await life.wait(20)
        assert set(life.reviews_of(ANA)) == {BO, CY}
        assert "Physics first" in said_to(life, BO)
        life.rate(ANA, BO, "4️⃣")
        life.rate(ANA, BO, "🔥")
        await life.open_review(ANA, CY)
        window = life.guild.modal(CY)
        assert window is not None
        at = life.at(life.reviews_of(ANA)[CY].post)
        sent = await life.fill(CY, at.channel, scores(life, "3", comment="Say what changed."))
        assert (sent.errors, life.pages) == ([], 2)
        await life.wait(30)

        result = next(each for each in private(here, ANA) if "Say what changed." in each.text)
        pressed = await life.press(ANA, result.channel, result.id, "helped:")
        assert pressed.acked
        assert pressed.errors == []

        board = await life.command(BO, "leaderboard")
        me = await life.command(CY, "me")
        assert (board.acked, board.ephemeral, me.ephemeral) == (True, True, True)
        assert "Backend Engineer" in me.text


async def test_somebody_practises_alone_in_the_direct_message() -> None:
    async with town() as here:
        life = await Life(here, here.guild).begin(ANA, BO, CY)
        await life.wait(15)
        life.write(ANA, "practice")
        await here.settle()
        practice = life.practice_of(ANA)
        life.write(ANA, "What I would say.")
        await here.settle()
        rating = life.practice_of(ANA).rate_post
        assert rating is not None
        at = life.at(rating)
        life.guild.react(ANA, at.channel, at.message, "3️⃣")
        await here.settle()

        (rated,) = here.call(lambda work: work.practices.of(life.workspace, life.id(ANA)))
        assert rated.id == practice.id
        assert rated.text == "What I would say."
        assert rated.score is not None


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


async def test_a_stranger_practises_in_a_direct_message_too() -> None:
    async with town() as here:
        life = Life(here, here.guild)
        life.write(ANA, "practice")
        await here.settle()

        posted = private(here, ANA)

        assert posted
        assert any(message.buttons for message in posted)


async def test_members_answer_in_the_post_of_a_forum() -> None:
    async with town() as here:
        life = await Life(here, here.guild, "F-G1").at_forum(ANA, BO, CY)
        await life.wait(15)
        await answered(life)
        await life.wait(20)

        assert set(life.reviews_of(ANA)) == {BO, CY}
        assert here.discord.world.channels[life.question].parent == life.channel


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
