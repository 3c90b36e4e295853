"""Whoever asks is answered: commands, buttons and menus."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

import pytest

from adapters.discord.answers import A_MOMENT, DONE, SORRY, UNSHOWN
from adapters.discord.door_asking import Patience
from bot.inbound import (
    ButtonPressed,
    CommandGiven,
    ShortcutUsed,
)
from bot.messages import Button, Message, Quote, Reply
from tests.discord.doors import FakeEngine, form, message, says, shows, stage

HASTE = Patience(timedelta(milliseconds=50), timedelta(milliseconds=50), timedelta(seconds=5))
ASKING = message("Who joins?", Button("Join", "join:k1"), Button("Review", "review:r1"))


async def test_a_command_is_answered_for_its_eyes_only():
    async with stage(FakeEngine(says("One", "Two"))) as it:
        done = await it.guild.command("U1", "C1", "coach today")
        await it.settled()

        given = it.engine.of(CommandGiven)[0]
        assert (given.text, given.channel) == ("today", it.server.id_of("C1"))
        assert given.by.name == "Ana Ito"
        assert done.ephemeral
        assert it.whispers() == ["One", "Two"]
        assert it.guild.messages("C1") == []


async def test_a_command_in_a_thread_is_given_in_its_channel():
    async with stage(FakeEngine(says("Hello"))) as it:
        root = await it.post(ASKING)
        it.guild.start_thread("U2", "C1", root)
        await it.guild.command("U1", root, "coach today")
        await it.settled()

        assert [each.channel for each in it.engine.of(CommandGiven)] == [it.server.id_of("C1")]


async def test_a_command_in_private_has_no_channel_and_finds_its_workspace():
    async with stage(FakeEngine(says("Hello"))) as it:
        done = await it.guild.command("U1", it.guild.dm("U1"), "coach me")
        await it.settled()

        given = it.engine.of(CommandGiven)[0]
        assert (given.text, given.channel, given.workspace) == ("me", None, "discord:home")
        assert done.text == "Hello"


async def test_a_command_with_nothing_to_say_is_answered_all_the_same():
    async with stage() as it:
        done = await it.guild.command("U1", "C1", "coach back")

        assert done.text == DONE


async def test_a_button_that_says_nothing_leaves_everything_as_it_is():
    async with stage() as it:
        root = await it.post(ASKING)
        done = await it.guild.press("U1", "C1", root, "join:k1")
        await it.settled()

        pressed = it.engine.of(ButtonPressed)[0]
        assert (pressed.action, pressed.key) == ("join:k1", f"i:{done.id}")
        assert done.answer == 6
        assert it.whispers() == []


async def test_a_button_works_after_a_restart():
    async with stage(FakeEngine(says("You are in."))) as it:
        root = await it.post(ASKING)
        it.client.ear = None
        it.client._connection._view_store._views.clear()
        it.client.ear = it.door
        done = await it.guild.press("U1", "C1", root, "join:k1")

        assert done.text == "You are in."


async def test_a_menu_on_a_question_means_the_thread_that_hangs_on_it():
    async with stage(FakeEngine(says("See your messages."))) as it:
        root = await it.post(ASKING)
        it.guild.start_thread("U2", "C1", root)
        answer = it.guild.say("U1", root, "My answer")
        await it.settled()
        await it.guild.context_menu("U1", "C1", root, "Practise this")
        await it.guild.context_menu("U1", root, answer, "Second take")
        await it.settled()

        used = it.engine.of(ShortcutUsed)
        assert [(each.name, each.channel, each.message, each.thread) for each in used] == [
            ("practise", root, root, None),
            ("second-take", root, answer, root),
        ]


async def test_a_command_that_fails_is_answered_privately_with_a_way_to_try_again():
    async with stage(FakeEngine(says("Hello"), failures=1)) as it:
        done = await it.guild.command("U1", "C1", "coach today")
        await it.settled()
        assert (done.text.startswith(SORRY), done.ephemeral) == (True, True)
        again = await it.guild.press("U1", "C1", *it.button())

        assert again.text == "Hello"
        assert [each.action for each in it.engine.of(ButtonPressed)] == ["say:today"]


async def test_who_waits_sees_that_it_is_being_thought_about_and_then_the_answer():
    engine = FakeEngine(says("You have joined."), hold=asyncio.Event())
    async with stage(engine, HASTE) as it:
        done = await it.guild.command("U1", "C1", "coach join")
        assert (done.answer, done.deferred) == (5, True)
        assert engine.hold is not None
        engine.hold.set()
        await it.settled()

        assert not done.deferred
        assert it.whispers() == ["You have joined."]
        assert len(engine.events) == 1


async def test_nothing_to_say_after_thinking_takes_the_thinking_away():
    engine = FakeEngine(hold=asyncio.Event())
    async with stage(engine, HASTE) as it:
        await it.guild.command("U1", "C1", "coach join")
        assert engine.hold is not None
        engine.hold.set()
        await it.settled()

        assert it.whispers() == []


async def test_what_may_open_a_form_is_never_put_off():
    engine = FakeEngine(shows(Reply(form=form())), hold=asyncio.Event())
    async with stage(engine, HASTE) as it:
        root = await it.post(ASKING)
        done = await it.guild.press("U1", "C1", root, "review:r1")
        assert (done.answer, done.text) == (4, A_MOMENT)
        assert engine.hold is not None
        engine.hold.set()
        await it.settled()
        late = it.guild.ephemerals("U1")[-1]
        assert list(late.buttons) == ["review:r1"]
        await it.guild.press("U1", "C1", late.id, "review:r1")

        assert it.guild.modal("U1") is not None


async def test_an_interaction_that_comes_twice_is_handled_and_answered_once(
    caplog: pytest.LogCaptureFixture,
):
    async with stage(FakeEngine(says("Hello"))) as it:
        it.server.copies, it.server.sessions.copy_interactions = 3, True
        done = await it.guild.command("U1", "C1", "coach today")
        await it.settled()

        assert (done.text, done.errors) == ("Hello", [])
        assert len(it.engine.events) == 1
    assert [each for each in caplog.records if each.levelno >= logging.WARNING] == []


@pytest.mark.parametrize("code", [10062, 40060])
async def test_an_answer_that_came_too_late_or_twice_is_no_reason_to_worry(
    code: int, caplog: pytest.LogCaptureFixture
):
    async with stage(FakeEngine(says("Hello"))) as it:
        it.server.desk.answer_seconds = 0.2
        it.server.faults.fail("answer", code)
        await it.guild.command("U1", "C1", "coach today")
        await it.settled()

        assert len(it.engine.events) == 1
    assert [each for each in caplog.records if each.levelno >= logging.WARNING] == []


async def test_a_lost_answer_is_not_shown_twice():
    async with stage(FakeEngine(says("Hello"))) as it:
        it.server.faults.lose_reply("answer")
        done = await it.guild.command("U1", "C1", "coach today")
        await it.settled()

        assert done.text == "Hello"
        assert it.whispers() == ["Hello"]


async def test_a_reply_that_discord_does_not_take_is_said_to_be_done():
    async with stage(FakeEngine(says("Hello"))) as it:
        it.server.faults.fail("answer", 50035)
        done = await it.guild.command("U1", "C1", "coach today")
        await it.settled()

        assert (done.text, done.ephemeral) == (UNSHOWN, True)


async def test_a_reply_that_is_too_long_for_one_message_is_shown_in_several():
    long = Message("notice", "Long", (Quote("It was a long week. " * 260),))
    async with stage(FakeEngine(shows(Reply((long,))))) as it:
        await it.guild.command("U1", "C1", "coach me")
        await it.settled()

        assert len(it.whispers()) == 2
        assert "".join(it.whispers()).count("It was a long week.") == 260


async def test_a_button_that_is_none_of_ours_changes_nothing():
    async with stage() as it:
        root = await it.post(message("Old", Button("Old", "~nonsense")))
        done = await it.guild.press("U1", "C1", root, "~nonsense")
        await it.settled()

        assert done.answer == 6
