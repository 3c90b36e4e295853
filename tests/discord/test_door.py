from __future__ import annotations

import logging
import random
from datetime import timedelta

import pytest

from adapters.discord.answers import ONLY_YOU
from adapters.discord.door_asking import Patience
from bot.ids import WorkspaceId
from bot.inbound import (
    CommandGiven,
    MembershipChanged,
    MessageDeleted,
    MessageEdited,
    MessageSaid,
    Reacted,
    ReactionsCleared,
)
from bot.messages import Button
from tests.discord.doors import SECRET, FakeEngine, message, says, stage

HASTE = Patience(timedelta(milliseconds=50), timedelta(milliseconds=50), timedelta(seconds=5))
ASKING = message("Who joins?", Button("Join", "join:k1"), Button("Review", "review:r1"))


# --- what happens ------------------------------------------------------------------------


async def test_what_is_said_changed_and_deleted_in_a_thread_reaches_the_engine():
    async with stage() as it:
        root = await it.post(ASKING)
        it.guild.start_thread("U2", "C1", root)
        said = it.guild.say("U1", root, "My answer", files=1)
        await it.settled()
        it.clock.forward(minutes=1)
        it.guild.edit("U1", root, said, "My better answer")
        it.guild.delete(root, said)
        await it.settled()

        heard = it.engine.of(MessageSaid)[0]
        assert (heard.by.name, heard.text, heard.files) == ("Ana Ito", "My answer", 1)
        assert (heard.channel, heard.thread, heard.message) == (root, root, said)
        assert heard.workspace == WorkspaceId(f"discord:{it.guild.id}")
        changed = it.engine.of(MessageEdited)[0]
        assert (changed.text, changed.at) == ("My better answer", it.clock.at)
        gone = it.engine.of(MessageDeleted)[0]
        assert (gone.channel, gone.message) == (root, said)


async def test_what_is_said_in_a_channel_itself_and_by_us_is_none_of_our_business():
    async with stage() as it:
        it.guild.say("U1", "C1", "Good morning")
        await it.post(ASKING)

        assert it.engine.events == []


async def test_reactions_come_go_and_are_cleared():
    async with stage() as it:
        root = await it.post(ASKING)
        it.guild.react("U1", "C1", root, "4️⃣")
        it.guild.unreact("U1", "C1", root, "4️⃣")
        it.guild.react("U2", "C1", root, "👍🏽")
        it.guild.clear_reactions("C1", root, "👍🏽")
        it.guild.clear_reactions("C1", root)
        await it.settled()

        taps = [(each.by.id, each.emoji, each.added) for each in it.engine.of(Reacted)]
        ana, bo = it.server.id_of("U1"), it.server.id_of("U2")
        assert taps == [(ana, "4️⃣", True), (ana, "4️⃣", False), (bo, "👍", True)]
        assert [each.emoji for each in it.engine.of(ReactionsCleared)] == ["👍", None]


async def test_who_leaves_the_server_leaves_all_of_it():
    async with stage() as it:
        it.guild.leave("U2")
        await it.settled()

        assert [(each.by.id, each.channel) for each in it.engine.of(MembershipChanged)] == [
            (it.server.id_of("U2"), None)
        ]


async def test_a_direct_message_belongs_to_the_workspace_that_the_engine_says():
    async with stage(FakeEngine(says("Here you are."))) as it:
        place = it.guild.dm("U1")
        said = it.guild.say("U1", place, "today")
        await it.settled()

        heard = it.engine.of(MessageSaid)[0]
        assert (heard.workspace, heard.direct, heard.thread) == ("discord:home", True, None)
        assert it.engine.asked == [(it.server.id_of("U1"), place, said)]
        assert [each.text for each in it.guild.messages(place)] == ["today", "Here you are."]


async def test_an_answer_to_what_was_said_in_a_thread_goes_to_that_person_alone():
    async with stage(FakeEngine(says("You are late."))) as it:
        root = await it.post(ASKING)
        it.guild.start_thread("U2", "C1", root)
        it.guild.say("U1", root, "My answer")
        await it.settled()

        assert [each.text for each in it.guild.thread(root)] == ["My answer"]
        assert [each.text for each in it.guild.messages(it.guild.dm("U1"))] == ["You are late."]


async def test_who_speaks_to_us_in_front_of_everybody_is_told_once_how_to_ask():
    async with stage(FakeEngine(says("Help"))) as it:
        us = it.server.world.me
        it.guild.say("U1", "C1", f"<@{us}> forgetme yes")
        it.guild.say("U1", "C1", f"<@{us}> hello?")
        await it.settled()

        ours = [each for each in it.guild.messages("C1") if each.author.id == us]
        assert [each.text.partition("\n")[0] for each in ours] == [ONLY_YOU]
        assert list(ours[0].buttons) == ["say:help"]
        assert it.engine.events == []


async def test_what_is_typed_into_an_option_is_completed():
    async with stage() as it:
        found = await it.guild.autocomplete("U1", "C1", "coach setup", "zone", "berl")

        assert found == [{"name": "Europe/Berlin", "value": "Europe/Berlin"}]


async def test_two_servers_never_hear_of_each_other():
    async with stage() as it:
        other = it.server.guild("G2")
        other.add_member("U3", "cy")
        other.add_channel("C2", "prep")
        await it.settled()
        await other.command("U3", "C2", "coach today")
        await it.guild.command("U1", "C1", "coach today")
        await it.settled()

        given = [(each.workspace, each.by.name) for each in it.engine.of(CommandGiven)]
        assert given == [(f"discord:{other.id}", "Cy"), (f"discord:{it.guild.id}", "Ana Ito")]


async def test_what_could_not_be_handled_is_handled_later_and_told_once(
    caplog: pytest.LogCaptureFixture,
):
    caplog.set_level(logging.INFO)
    async with stage(FakeEngine(failures=3)) as it:
        root = await it.post(ASKING)
        it.guild.start_thread("U2", "C1", root)
        it.guild.say("U1", root, "My answer")
        await it.settled()

        assert [each.text for each in it.engine.of(MessageSaid)] == ["My answer"]
    errors = [each for each in caplog.records if each.levelno >= logging.ERROR]
    assert [each.getMessage() for each in errors] == [
        "something from Discord could not be handled yet"
    ]
    assert "DatabaseAway" in vars(errors[0])["error"]
    assert SECRET not in caplog.text
    assert "My answer" not in caplog.text


async def test_every_event_twice_and_shuffled_reaches_the_engine_under_the_same_keys():
    async with stage() as it:
        root = await it.post(ASKING)
        it.guild.start_thread("U2", "C1", root)
        await it.settled()
        it.server.copies, it.server.shuffle = 2, random.Random(1)
        said = it.guild.say("U1", root, "One")
        it.clock.forward(seconds=1)
        it.guild.edit("U1", root, said, "Two")
        await it.settled()

        keys = [each.key for each in it.engine.events]
        assert (len(keys), len(set(keys))) == (4, 2)
        assert f"m:{root}:{said}" in keys


async def test_entering_and_leaving_a_server_are_moves_and_an_outage_is_none():
    async with stage() as it:
        it.guild.fall_silent()
        await it.settled()
        it.guild.recover()
        await it.settled()
        assert (it.engine.moves, it.engine.hellos) == (0, 2)

        it.guild.kick_bot()
        await it.settled()
        assert it.engine.moves == 1
        it.guild.invite_bot()
        await it.settled()
        assert it.engine.moves == 2
