"""Where the coach may not work, no cohort begins: whoever sets one up is told what is missing."""

from __future__ import annotations

import pytest

from adapters.discord.allowed import CURE, WITHOUT
from adapters.discord.invite import BITS, label, needed
from bot.inbound import ButtonPressed, CommandGiven, FormSubmitted, Inbound
from bot.messages import Reply
from tests.discord.doors import FakeEngine, Stage, form, message, stage

FORM = Reply(form=form("setup", "zone"))
HERE = Reply((message("Here you are."),))


def engine() -> FakeEngine:
    """Answer a setup without any words with its form, everything else with a message."""

    def reply(event: Inbound) -> Reply:
        bare = isinstance(event, CommandGiven) and event.text == "setup"
        return FORM if bare else HERE

    return FakeEngine(reply)


def lacks(text: str, *, forum: bool = False) -> set[str]:
    """Return the permissions that a refusal names."""
    return {each for each in needed(forum=forum) if label(each, forum=forum) in text}


async def forbid(it: Stage, *names: str, channel: str = "C1") -> None:
    it.guild.deny(channel, sum(BITS[each] for each in names))
    await it.settled()


@pytest.mark.parametrize("options", [{}, {"guide": "mini", "start": "today"}])
async def test_a_setup_where_the_coach_may_not_speak_is_refused_in_private_with_what_is_missing(
    options: dict[str, str],
) -> None:
    async with stage(engine()) as it:
        await forbid(it, "CREATE_PUBLIC_THREADS", "ADD_REACTIONS")
        done = await it.guild.command("U1", "C1", "coach setup", **options)
        await it.settled()

        assert (done.ephemeral, it.engine.events) == (True, [])
        assert WITHOUT in done.text
        assert CURE in done.text
        assert lacks(done.text) == {"CREATE_PUBLIC_THREADS", "ADD_REACTIONS"}

        it.guild.allow("C1", BITS["CREATE_PUBLIC_THREADS"] | BITS["ADD_REACTIONS"])
        await it.settled()
        await it.guild.press("U1", "C1", *it.button())
        (again,) = it.engine.of(ButtonPressed)
        assert again.action.startswith("say:setup")


async def test_a_form_that_is_sent_after_the_permission_is_gone_is_kept() -> None:
    async with stage(engine()) as it:
        await it.guild.command("U1", "C1", "coach setup")
        await forbid(it, "VIEW_CHANNEL")
        done = await it.guild.submit("U1", {"zone": "Asia/Tokyo"})
        await it.settled()

        assert it.engine.of(FormSubmitted) == []
        assert lacks(done.text) == {"VIEW_CHANNEL"}
        assert "Asia/Tokyo" in done.text

        it.guild.allow("C1", BITS["VIEW_CHANNEL"])
        await it.guild.press("U1", "C1", *it.button())
        await it.guild.submit("U1")
        await it.settled()
        assert [dict(each.fields) for each in it.engine.of(FormSubmitted)] == [
            {"zone": "Asia/Tokyo"}
        ]


async def test_in_a_forum_only_what_its_posts_need_is_asked_for() -> None:
    async with stage(engine()) as it:
        it.guild.add_channel("F1", "questions", kind="forum")
        await forbid(it, "CREATE_PUBLIC_THREADS", channel="F1")
        post = it.guild.post("U1", "F1", "Start", "Let us begin.")
        await it.settled()
        fine = await it.guild.command("U1", post, "coach setup", guide="mini")
        await forbid(it, "SEND_MESSAGES", channel="F1")
        refused = await it.guild.command("U1", post, "coach setup", guide="mini")

        assert fine.text == "Here you are."
        assert lacks(refused.text, forum=True) == {"SEND_MESSAGES"}
        assert "Create Posts" in refused.text


@pytest.mark.parametrize("name", ["CREATE_PRIVATE_THREADS", "ATTACH_FILES"])
async def test_what_a_cohort_can_do_without_refuses_nothing(name: str) -> None:
    async with stage(engine()) as it:
        await forbid(it, name)
        done = await it.guild.command("U1", "C1", "coach setup", guide="mini")

        assert done.text == "Here you are."


async def test_other_commands_and_setups_in_a_direct_message_are_the_engines() -> None:
    async with stage(engine()) as it:
        await forbid(it, "SEND_MESSAGES", "VIEW_CHANNEL")
        first = await it.guild.command("U1", "C1", "coach today")
        second = await it.guild.command("U1", it.guild.dm("U1"), "coach setup", guide="mini")

        assert {first.text, second.text} == {"Here you are."}


async def test_where_discord_does_not_tell_the_permissions_nothing_is_refused() -> None:
    async with stage(engine()) as it:
        await forbid(it, "SEND_MESSAGES")
        it.server.desk.tells_permissions = False
        done = await it.guild.command("U1", "C1", "coach setup", guide="mini")

        assert done.text == "Here you are."
