"""A coach that is not shown what people write: everything still works by button and form."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from adapters.discord.unread import UNREAD, UNREAD_ALONE
from tests.discord.lives import ANA, BO, CY, ORGANISER, Life, private, scores
from tests.discord.towns import town


@asynccontextmanager
async def blind_town(tmp_path: Path, *, forum: bool = False) -> AsyncIterator[Life]:
    """Let a coach without privileged intents ask its first question."""
    database = f"sqlite:///{tmp_path}/coach.db"
    async with town(database=database) as before:
        await before.stop()
        before.discord.world.privileged = 0
        async with town(database=database, before=before, seed=2) as here:
            life = Life(here, here.guild, where="F-G1" if forum else "")
            await (life.at_forum if forum else life.begin)(ANA, BO, CY)
            await life.wait(15)
            yield life


def hints(life: Life) -> list[str]:
    """Return the ids of what the coach said in the thread about being unable to read."""
    me = life.town.discord.world.me
    thread = [each for each in life.guild.thread(life.question) if each.author.id == me]
    return [each.id for each in thread if UNREAD in each.text.replace("\\", "")]


async def test_whoever_answers_in_the_thread_is_led_to_the_form_and_its_answer_is_reviewed(
    tmp_path: Path,
) -> None:
    async with blind_town(tmp_path) as life:
        said = life.say(ANA, "My answer in the thread.")
        life.say(ANA, "And more of it.")
        await life.town.settle()
        (hint,) = hints(life)
        life.guild.edit(ANA, life.question, said, "Changed.")

        await life.press(ANA, life.question, hint, "answer:")
        done = await life.fill(ANA, life.question, {"text": "My answer by form."})
        await life.town.read_up()

        assert done.errors == []
        assert life.text_of(ANA) == "My answer by form."
        await life.wait(30)
        await life.open_review(ANA, BO)
        at = life.at(life.reviews_of(ANA)[BO].post)
        sent = await life.fill(BO, at.channel, scores(life, "4"))
        life.rate(ANA, CY, "4️⃣")
        await life.wait(30)
        assert sent.errors == []
        assert {each.status for each in life.reviews_of(ANA).values()} == {"rated"}


async def test_each_member_is_told_below_their_own_message_and_whoever_takes_no_part_is_not(
    tmp_path: Path,
) -> None:
    async with blind_town(tmp_path) as life:
        life.say(ORGANISER, "I only look on.")
        said = [life.say(each, "My answer.") for each in (ANA, BO)]
        await life.town.settle()

        shown = [life.guild.message(life.question, each) for each in hints(life)]
        assert [(each.reference or {}).get("message_id") for each in shown] == said

        await life.press(ORGANISER, life.channel, life.kickoff.id, "join:")
        life.say(ORGANISER, "Now I answer.")
        await life.town.settle()
        assert len(hints(life)) == 3


async def test_in_a_forum_they_are_led_to_the_form_too(tmp_path: Path) -> None:
    async with blind_town(tmp_path, forum=True) as life:
        life.say(ANA, "My answer in the post.")
        await life.town.settle()

        (hint,) = hints(life)
        await life.press(ANA, life.question, hint, "answer:")
        await life.fill(ANA, life.question, {"text": "My answer by form."})
        assert life.text_of(ANA) == "My answer by form."


async def test_nobody_is_led_anywhere_where_nothing_was_asked(tmp_path: Path) -> None:
    async with blind_town(tmp_path) as life:
        theirs = life.guild.start_thread(ANA, life.channel, life.kickoff.id, name="Lunch")
        life.guild.say(BO, theirs, "Pizza?")
        life.guild.say(BO, life.channel, "Anybody?")
        life.guild.say(BO, life.guild.dm(BO), "help")
        await life.town.settle()

        assert [each.text for each in life.guild.messages(theirs)] == ["Pizza?"]
        assert hints(life) == []
        assert UNREAD not in life.guild.messages(life.channel)[-1].text


async def test_in_the_posts_of_a_forum_that_ask_nothing_nobody_is_led_anywhere(
    tmp_path: Path,
) -> None:
    async with blind_town(tmp_path, forum=True) as life:
        me = life.town.discord.world.me
        posts = [each for each in life.guild.threads(life.channel) if each.owner == me]
        others = [each.id for each in posts if each.id != life.question]
        for post in others:
            life.guild.say(BO, post, "Hello?")
        await life.town.settle()

        assert others
        for post in others:
            assert UNREAD not in life.guild.messages(post)[-1].text


async def test_practice_in_direct_messages_is_read_all_the_same(tmp_path: Path) -> None:
    async with blind_town(tmp_path) as life:
        life.write(ANA, "practice")
        await life.town.settle()
        said = life.write(ANA, "My answer.")
        await life.town.settle()
        await life.town.read_up()

        assert life.practice_of(ANA).said == ((said, "My answer."),)


async def test_whoever_left_unnoticed_is_replaced_when_they_cannot_be_reached(
    tmp_path: Path,
) -> None:
    async with blind_town(tmp_path) as life:
        await life.press(ORGANISER, life.channel, life.kickoff.id, "join:")
        life.guild.leave(BO)
        life.guild.leave(CY)
        await life.press(ANA, life.channel, life.question, "answer:")
        await life.fill(ANA, life.channel, {"text": "My answer."})
        await life.wait(30)

        asked = {who for who, each in life.reviews_of(ANA).items() if each.status == "asked"}
        assert asked == {ORGANISER}


async def test_where_direct_messages_are_closed_too_practice_goes_by_form(tmp_path: Path) -> None:
    async with blind_town(tmp_path) as life:
        life.guild.close_dms(ANA)
        await life.command(ANA, "practice")
        asked = private(life.town, ANA)[-1]
        said = life.guild.say(ANA, asked.channel, "Unread.")
        await life.town.settle()
        life.guild.edit(ANA, asked.channel, said, "Unread again.")
        await life.town.settle()
        assert life.practice_of(ANA).said == ()
        hint = private(life.town, ANA)[-1]
        assert UNREAD_ALONE in hint.text
        assert (hint.reference or {}).get("message_id") == said
        await life.press(ANA, asked.channel, hint.id, "write:")
        await life.fill(ANA, asked.channel, {"text": "By form.", "score": "4"})
        await life.town.read_up()

        mine = life.town.call(lambda work: work.practices.of(life.workspace, life.id(ANA)))
        assert [[text for _, text in each.said] for each in mine] == [["By form."]]


async def test_in_a_private_thread_without_a_question_they_are_led_to_the_commands(
    tmp_path: Path,
) -> None:
    async with blind_town(tmp_path) as life:
        life.guild.close_dms(ANA)
        life.say(BO, "By form, then.")
        await life.town.settle()
        await life.press(BO, life.question, hints(life)[0], "answer:")
        await life.fill(BO, life.question, {"text": "My answer."})
        await life.wait(30)
        asked = private(life.town, ANA)[-1]
        life.guild.say(ANA, asked.channel, "I liked it.")
        await life.town.settle()

        hint = private(life.town, ANA)[-1]
        assert UNREAD_ALONE in hint.text
        assert list(hint.buttons) == ["say:help"]
