"""Whatever became of the connection, afterwards it is as if it had never been cut.

What people wrote, changed, deleted, tapped and cleared, and what they answered in private, is
told again when the session is resumed, and read again when it is not.  What Discord does not keep
cannot be: of a command, a button or a form Discord itself tells that the app did not answer.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from tests.discord.lives import ANA, BO, CY, Life
from tests.discord.towns import Town, town
from tests.slack.rows import MOMENTS, State, differences, standing, whole

LONER = "U4"
PEOPLE = {f"U{number}": f"Member{number} Ito" for number in (1, 2, 3, 4, 9)}
Fault = Callable[[Town], Awaitable[None]]


async def before(life: Life) -> None:
    """Live until all is well under way: two answers with their reviewers, one practice."""
    life.guild.close_dms(CY)  # so that moderators can clear what Cy taps
    await life.begin(ANA, BO, CY, LONER)
    await life.command(LONER, "away", until="2026-12-21")
    await life.wait(15)
    life.say(ANA, "Ana's answer.")
    life.say(BO, "Bo's answer.")
    await life.town.settle()
    life.say(BO, "Bo's second thought.")
    await life.wait(15)
    life.rate(ANA, BO, "2️⃣")
    life.rate(BO, CY, "4️⃣")
    life.write(LONER, "practice")
    await life.town.settle()


async def hour(life: Life) -> None:
    """Live for an hour, in which people do everything that leaves something to be seen."""
    guild, question = life.guild, life.question
    await life.wait(5)
    first = life.say(CY, "Cy's first part.")
    await life.wait(2)
    second = life.say(CY, "Sent too soon.")
    life.say(CY, "A last part.", files=1)
    await life.wait(2)
    guild.edit(BO, question, life.answer_of(BO).heard[0].message, "Bo's answer, changed.")
    guild.delete(question, life.answer_of(BO).heard[1].message)
    guild.edit(CY, question, first, "Cy's first part, changed.")
    guild.delete(question, second)
    await life.wait(2)
    life.rate(ANA, BO, "2️⃣", on=False)
    life.rate(ANA, BO, "4️⃣")
    life.rate(ANA, CY, "5️⃣")
    life.rate(ANA, CY, "🔥")
    await life.wait(1)
    life.rate(ANA, CY, "🔥", on=False)
    life.rate(ANA, CY, "🌱")
    at = life.at(life.reviews_of(BO)[CY].post)
    guild.clear_reactions(at.channel, at.message, "4️⃣")
    alone = life.write(LONER, "To myself.")
    wrong = life.write(LONER, "Not this.")
    await life.wait(5)
    guild.edit(LONER, guild.dm(LONER), alone, "To myself, changed.")
    guild.delete(guild.dm(LONER), wrong)
    await life.wait(40)


async def nothing(here: Town) -> None:
    del here


async def cut(here: Town) -> None:
    await here.discord.cut()


async def began_anew(here: Town) -> None:
    hellos = here.hellos
    here.discord.forget_sessions()
    here.discord.mend()
    await here.greeted(hellos + 1)


async def lived(fault: Fault, cure: Fault) -> State:
    """Live a morning, with the connection cut for an hour of it or not; return what it leaves."""
    async with town(people=PEOPLE) as here:
        life = Life(here, here.guild)
        await before(life)
        await fault(here)
        await hour(life)
        await cure(here)
        await life.wait(60)
        return whole(here, MOMENTS)


async def test_after_an_hour_without_a_connection_all_is_as_if_it_had_been_there() -> None:
    whole_life, cut_life = await lived(nothing, nothing), await lived(cut, began_anew)

    assert differences(standing(whole_life), standing(cut_life)) == []


async def test_a_line_that_drops_and_is_resumed_loses_nothing() -> None:
    async with town() as here:
        life = await Life(here, here.guild).begin(ANA, BO, CY)
        await life.wait(15)
        hellos, resumes = here.hellos, len(here.discord.gateway.resumes)
        await here.discord.drop()
        life.say(ANA, "Said while nobody listened.")
        await here.discord.until(lambda: len(here.discord.gateway.resumes) > resumes)
        await here.settle()

        assert life.text_of(ANA) == "Said while nobody listened."
        assert here.hellos == hellos


async def test_a_session_that_is_no_good_any_more_begins_anew_and_is_read_up() -> None:
    async with town() as here:
        life = await Life(here, here.guild).begin(ANA, BO, CY)
        await life.wait(15)
        hellos = here.hellos
        here.discord.invalidate()
        life.say(ANA, "Said while nobody listened.")
        await here.greeted(hellos + 1)

        assert life.text_of(ANA) == "Said while nobody listened."


async def test_what_is_pressed_while_the_coach_is_away_is_refused_by_discord_itself() -> None:
    async with town(people=PEOPLE) as here:
        life = Life(here, here.guild)
        await before(life)
        here.discord.desk.answer_seconds = 0.1
        await here.discord.cut()
        here.discord.forget_sessions()
        stored = whole(here)
        command = await life.command(ANA, "leave")
        pressed = await life.press(BO, life.channel, life.question, "answer:")
        here.discord.desk.answer_seconds = 30.0
        await began_anew(here)

        assert (command.acked, pressed.acked) == (False, False)
        assert differences(stored, whole(here)) == []
