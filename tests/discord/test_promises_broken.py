"""A permission is missing, a channel or thread is gone, a bot thrown out, a server out of order.

Whoever can mend it is told once a day at most: an organiser in private, or the operator by one
line of the log that names the cure.  Everything else goes on, here and in other servers, and
what can be said later is said later.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest

from bot.domain.reviews import Review
from bot.ids import ChannelId, MessageId, PromptId
from tests.discord.lives import ANA, BO, CY, ORGANISER, Life, ours, private
from tests.discord.towns import Town, town
from tests.servers.discord.interactions import Guild
from tests.servers.discord.permissions import Permission

DAY = 24 * 60
Break = Callable[[Guild, str], None]


async def two(here: Town) -> tuple[Life, Life]:
    """Begin a cohort in each of two servers; it is five past nine on Monday."""
    lives = [await Life(here, guild).begin(ANA, BO, CY) for guild in here.discord.guilds.values()]
    await lives[0].wait(15)
    return lives[0], lives[1]


def told(life: Life) -> list[str]:
    """Return how often the organiser was told in private that something is not delivered."""
    where, direct = life.workspace, life.guild.dm(ORGANISER)
    said = [each for each in life.guild.messages(direct) if "could not deliver" in each.text]
    return [
        each.text
        for each in said
        if life.town.call(
            lambda work, at=each.id: work.outbox.posted(where, ChannelId(direct), MessageId(at))  # type: ignore[misc]
        )
    ]


def errors(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    """Return what the operator was told: about which server and call, and the cure."""
    lines = [vars(each) for each in caplog.records if each.levelno >= logging.ERROR]
    return [
        (f"{line.get('workspace')} {line.get('kind')}", str(line.get("cure"))) for line in lines
    ]


def asked(life: Life) -> list[str]:
    """Return the questions that stand in the channel."""
    world = life.guild.world
    place = world.channels.get(life.channel)
    every = place.messages.values() if place is not None else ()
    return [each.text for each in every if "Answer in this thread" in each.text]


def reviews(life: Life, prompt: PromptId) -> dict[str, Review]:
    """Return the reviews of Ana's answer to an earlier question."""
    answer = life.town.call(lambda work: work.answers.by(prompt, life.id(ANA)))
    assert answer is not None, "Ana has not answered"
    found = life.town.call(lambda work: work.reviews.of(answer.id))
    return {life.handle(each.reviewer): each for each in found}


def denying(permission: Permission) -> tuple[Break, Break]:
    """Take a permission from the bot, and give it again."""
    return (
        lambda guild, channel: guild.deny(channel, permission),
        lambda guild, channel: guild.allow(channel, permission),
    )


CLOSED = {
    "send": denying(Permission.SEND_MESSAGES),
    "threads": denying(Permission.CREATE_PUBLIC_THREADS),
    "see": denying(Permission.VIEW_CHANNEL),
}


@pytest.mark.parametrize("what", CLOSED)
async def test_a_channel_that_is_closed_to_us_is_told_to_the_organiser_once_a_day(
    what: str, caplog: pytest.LogCaptureFixture
) -> None:
    closing, opening = CLOSED[what]
    async with town(guilds=("G1", "G2")) as here:
        broken, other = await two(here)
        closing(broken.guild, broken.channel)
        await broken.wait(DAY)
        first, standing = told(broken), len(asked(broken))
        broken.write(CY, "practice")
        await broken.wait(DAY)
        second = told(broken)
        opening(broken.guild, broken.channel)
        await broken.wait(DAY)

        assert (len(first), len(second), len(told(broken))) == (1, 2, 2)
        assert told(other) == []
        assert (standing, len(asked(broken)), len(asked(other))) == (1, 2, 4)
        assert ["Practice" in each.text for each in private(here, CY)] == [True]
        assert len(errors(caplog)) <= 2, "the operator once a day, too"


async def test_no_question_stands_without_the_thread_to_answer_in() -> None:
    async with town() as here:
        life = await Life(here, here.guild).begin(ANA, BO, CY)
        life.guild.deny(life.channel, Permission.CREATE_PUBLIC_THREADS)
        await life.wait(60)

        assert asked(life) == []
        assert len(told(life)) == 1


SILENT = {
    "react": (Permission.ADD_REACTIONS, "/reactions/"),
    "read": (Permission.READ_MESSAGE_HISTORY, "GET /channels/"),
}


@pytest.mark.parametrize("what", SILENT)
async def test_a_permission_that_nobody_would_miss_is_named_to_the_operator_once_a_day(
    what: str, caplog: pytest.LogCaptureFixture
) -> None:
    permission, route = SILENT[what]
    async with town(guilds=("G1", "G2")) as here:
        lacking, other = await two(here)
        lacking.guild.deny(lacking.channel, permission)
        for life in (lacking, other):
            for user in (ANA, BO):
                life.say(user, f"Answer of {user}.")
        await lacking.wait(60)
        await here.read_up()
        named = errors(caplog)
        lacking.guild.allow(lacking.channel, permission)
        lacking.say(CY, "Answer of Cy.")
        await lacking.wait(60)

        assert all(lacking.workspace in about for about, _ in named)
        assert any(route in about for about, _ in named)
        assert len(named) == len(set(named))
        assert all("permissions" in cure for _, cure in named)
        assert errors(caplog) == named
        assert set(lacking.reviews_of(ANA)) == set(other.reviews_of(ANA)) == {BO, CY}
        shown = {each.content: each.reactions for each in lacking.guild.thread(lacking.question)}
        assert "✅" in shown["Answer of Cy."]


@pytest.mark.parametrize("left", ["a private thread", "nothing"])
async def test_whoever_takes_no_direct_messages_is_asked_in_a_thread_or_somebody_else_is(
    left: str,
) -> None:
    async with town(guilds=("G1", "G2")) as here:
        life, other = await two(here)
        await life.press(ORGANISER, life.channel, life.kickoff.id, "join:")
        life.guild.close_dms(BO)
        life.guild.close_dms(CY)
        if left == "nothing":
            life.guild.deny(life.channel, Permission.CREATE_PRIVATE_THREADS)
        life.say(ANA, "Ana's answer.")
        await life.wait(120)

        statuses = {user: each.status for user, each in life.reviews_of(ANA).items()}
        if left == "nothing":
            assert statuses[ORGANISER] == "asked"
            assert len(told(life)) == 1
        else:
            assert "asked" in {statuses.get(BO), statuses.get(CY)}
            assert told(life) == []
        assert told(other) == []


async def test_a_locked_thread_is_opened_for_what_is_to_be_said_in_it() -> None:
    async with town() as here:
        life = await Life(here, here.guild).begin(ANA, BO, CY)
        await life.wait(15)
        said = life.say(ANA, "Ana's answer.")
        life.guild.archive(life.question, locked=True)
        await life.wait(60)

        assert "✅" in life.guild.message(life.question, said).reactions
        assert set(life.reviews_of(ANA)) == {BO, CY}
        assert told(life) == []


async def test_a_locked_thread_that_cannot_be_opened_stops_nothing_else(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with town() as here:
        life = await Life(here, here.guild).begin(ANA, BO, CY)
        await life.wait(15)
        life.guild.deny(life.channel, Permission.MANAGE_THREADS)
        life.say(ANA, "Ana's answer.")
        life.guild.archive(life.question, locked=True)
        prompt = life.prompt.id
        await life.wait(DAY)

        assert set(reviews(life, prompt)) == {BO, CY}
        assert len(asked(life)) == 2
        assert len(errors(caplog)) == 1
        assert len(told(life)) <= 1


GONE: dict[str, Callable[[Life], None]] = {
    "the thread": lambda life: life.guild.delete_channel(life.question),
    "its first message": lambda life: life.guild.delete(life.channel, life.question),
    "both": lambda life: (
        life.guild.delete(life.channel, life.question),
        life.guild.delete_channel(life.question),
    )[0],
}


@pytest.mark.parametrize("what", GONE)
async def test_after_a_question_was_deleted_its_answers_are_reviewed_and_the_next_is_asked(
    what: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with town() as here:
        life = await Life(here, here.guild).begin(ANA, BO, CY)
        await life.wait(15)
        life.say(ANA, "Ana's answer.")
        await here.settle()
        prompt = life.prompt.id
        GONE[what](life)
        await life.wait(60)
        for reviewer in (BO, CY):
            life.rate(ANA, reviewer, "4️⃣")
        await life.wait(DAY)
        await here.read_up()

        assert {each.status for each in reviews(life, prompt).values()} == {"rated"}
        assert any("from 2 reviews" in each.text for each in private(here, ANA))
        assert len(asked(life)) == (2 if what == "the thread" else 1)
        assert len(told(life)) <= 1
        assert errors(caplog) == []


async def test_a_deleted_channel_is_told_once_a_day_and_other_servers_go_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with town(guilds=("G1", "G2")) as here:
        gone, other = await two(here)
        cohort = gone.cohort.id
        gone.guild.delete_channel(gone.channel)
        await gone.wait(DAY)
        first = told(gone)
        await gone.wait(DAY)
        await here.read_up()

        assert (len(first), len(told(gone))) == (1, 2)
        assert here.call(lambda work: work.cohorts.get(gone.workspace, cohort)) is not None
        assert (len(asked(gone)), len(asked(other))) == (0, 3)
        assert told(other) == []
        assert errors(caplog) == []


async def test_a_server_that_threw_us_out_loses_nothing_and_the_operator_is_told_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with town(guilds=("G1", "G2")) as here:
        left, other = await two(here)
        left.say(ANA, "Ana's answer.")
        await here.settle()
        prompt = left.prompt.id
        left.guild.kick_bot()
        await left.wait(DAY)
        await here.read_up()
        meanwhile, lines = (len(asked(left)), len(asked(other))), errors(caplog)
        left.guild.invite_bot()
        await left.wait(60)

        assert meanwhile == (1, 2)
        assert (len(asked(left)), len(asked(other))) == (2, 2)
        assert set(reviews(left, prompt)) == {BO, CY}
        assert told(left) == told(other) == []
        assert lines == errors(caplog)
        assert [left.workspace in about for about, _ in lines] == [True]
        assert "loopmates discord invite" in lines[0][1]


async def test_an_outage_of_a_server_is_no_removal_and_what_was_missed_is_read(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    async with town(guilds=("G1", "G2")) as here:
        silent, other = await two(here)
        hellos, cohort = here.hellos, silent.cohort.id
        silent.guild.fall_silent()
        silent.say(ANA, "Said while nobody was told.")
        other.say(ANA, "Said elsewhere.")
        await silent.wait(30)
        unheard = len(here.call(lambda work: work.answers.of(cohort)))
        silent.guild.recover()
        await here.greeted(hellos + 1)
        await silent.wait(30)

        assert unheard == 0
        assert silent.text_of(ANA) == "Said while nobody was told."
        assert set(silent.reviews_of(ANA)) == {BO, CY}
        assert set(other.reviews_of(ANA)) == {BO, CY}
        assert errors(caplog) == []
        assert not any("removed" in each.getMessage() for each in caplog.records)
        assert [each for each in ours(here) if "could not" in each.text] == []
