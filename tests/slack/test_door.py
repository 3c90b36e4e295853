from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

import pytest

from adapters.slack.answers import DONE, LATER, SORRY
from adapters.slack.door import Patience
from bot.ids import WorkspaceId
from bot.inbound import ButtonPressed, CommandGiven, FormSubmitted, Inbound, MessageSaid, Reacted
from bot.messages import Button, Reply
from tests.slack.doors import SECRET, WAYS, Engine, How, door, form, message, says, shows

HASTE = Patience(timedelta(milliseconds=50), timedelta(milliseconds=20))

ASKING = message("Who joins?", Button("Join", "join:k1"))

both_ways = pytest.mark.parametrize("how", WAYS)


@both_ways
async def test_what_is_said_in_a_thread_reaches_the_engine_with_the_display_name(how: How):
    async with door(how) as it:
        root = it.team.say("U2", "C1", "Question")
        it.team.say("U1", "C1", "My answer", thread=root)
        await it.settled()

        said = [each for each in it.engine.events if isinstance(each, MessageSaid)]
        assert [(each.by.name, each.text, each.thread) for each in said] == [
            ("Ana Ito", "My answer", root)
        ]
        assert said[0].workspace == WorkspaceId("slack:T1")


@both_ways
async def test_whoever_is_mentioned_in_an_answer_is_called_by_name(how: How):
    async with door(how) as it:
        root = it.team.say("U2", "C1", "Question")
        it.team.say("U1", "C1", "As <@U2> said", thread=root)
        await it.settled()

        said = [each for each in it.engine.events if isinstance(each, MessageSaid)]
        assert [each.text for each in said] == ["As @Bo Berg said"]


async def test_whoever_was_renamed_goes_by_the_new_name_at_once():
    async with door("socket") as it:
        root = it.team.say("U2", "C1", "Question")
        it.team.say("U1", "C1", "One", thread=root)
        await it.settled()
        it.team.rename("U1", "Ana Maria")
        await it.settled()
        it.team.say("U1", "C1", "Two", thread=root)
        await it.settled()

        said = [each for each in it.engine.events if isinstance(each, MessageSaid)]
        assert [each.by.name for each in said] == ["Ana Ito", "Ana Maria"]


@both_ways
async def test_an_event_that_could_not_be_handled_is_not_acknowledged_and_comes_again(how: How):
    async with door(how) as it:
        root = it.team.say("U2", "C1", "Question")
        it.engine.failures = 2
        it.slack.sockets.ack_seconds = 0.3
        it.team.say("U1", "C1", "My answer", thread=root)
        await it.settled()

        assert it.engine.failures == 0
        assert len([each for each in it.engine.events if isinstance(each, MessageSaid)]) == 1
        assert not it.slack.deliveries.lost


@both_ways
async def test_an_event_is_acknowledged_only_after_it_was_handled(how: How):
    engine = Engine(hold=asyncio.Event())
    async with door(how, engine) as it:
        root = it.team.say("U2", "C1", "Question")
        it.team.react("U1", "C1", root, "four")
        await engine.begun.wait()
        unacknowledged = dict(it.slack.deliveries.pending)
        assert engine.hold is not None
        engine.hold.set()
        await it.settled()

        assert unacknowledged
        assert [type(each) for each in engine.events] == [Reacted]


async def test_a_failure_is_logged_by_kind_and_place_without_its_words(
    caplog: pytest.LogCaptureFixture,
):
    caplog.set_level(logging.INFO)
    async with door("http", Engine(failures=1)) as it:
        root = it.team.say("U2", "C1", "Question")
        it.team.say("U1", "C1", "My answer", thread=root)
        await it.settled()

    errors = [each for each in caplog.records if each.levelno >= logging.ERROR]
    assert [each.getMessage() for each in errors] == ["something from Slack could not be handled"]
    assert "DatabaseAway" in vars(errors[0])["error"]
    assert SECRET not in caplog.text
    assert "My answer" not in caplog.text


@both_ways
async def test_a_command_that_fails_is_answered_privately_and_nothing_is_repeated(how: How):
    async with door(how, Engine(failures=1)) as it:
        done = await it.team.command("U1", "C1", "today")
        await it.settled()

        assert done.ack["response_type"] == "ephemeral"
        assert done.ack["text"] == SORRY
        assert it.engine.events == []


@both_ways
async def test_a_form_that_fails_stays_open_with_what_was_typed(how: How):
    async with door(how, Engine(shows(Reply(form=form("answer:q1", "text", "more"))))) as it:
        await it.team.command("U1", "C1", "answer")
        await it.settled()
        it.engine.failures = 1
        done = await it.team.submit("U1", {"text": "long work", "more": "and more"})

        assert done.ack == {"response_action": "errors", "errors": {"text": SORRY}}
        assert it.team.modal("U1") is not None


@both_ways
async def test_a_button_that_fails_says_so_to_whoever_pressed_it(how: How):
    async with door(how, Engine(says("Hello"))) as it:
        ts = await it.post(ASKING)
        it.engine.failures = 1
        done = await it.team.press("U1", "C1", ts, "join:k1")
        await it.settled()

        assert done.acked
        assert it.whispers() == [SORRY]


@both_ways
async def test_a_shortcut_that_fails_opens_a_window_that_says_so(how: How):
    async with door(how, Engine(failures=1)) as it:
        ts = it.team.say("U1", "C1", "A question of mine")
        await it.settled()
        done = await it.team.shortcut("U1", "C1", ts, "practise")
        await it.settled()

        assert done.acked
        assert SORRY in str(it.team.modal("U1"))


@both_ways
async def test_somebody_who_waits_too_long_is_told_and_gets_the_reply_late(how: How):
    engine = Engine(says("You have joined."), hold=asyncio.Event())
    async with door(how, engine, HASTE) as it:
        done = await it.team.command("U1", "C1", "join")
        assert done.ack["text"] == LATER
        assert engine.hold is not None
        engine.hold.set()
        await it.settled()

        assert [type(each) for each in engine.events] == [CommandGiven]
        assert it.whispers() == [LATER, "You have joined."]


@pytest.mark.parametrize(
    ("reply", "told"),
    [(Reply(), DONE), (Reply(errors=(("text", "Too short."),)), "Too short.")],
)
async def test_whoever_was_promised_to_be_told_is_told_even_of_errors_and_of_nothing(
    reply: Reply, told: str
):
    engine = Engine(shows(reply), hold=asyncio.Event())
    async with door("socket", engine, HASTE) as it:
        await it.team.command("U1", "C1", "answer")
        assert engine.hold is not None
        engine.hold.set()
        await it.settled()

        assert it.whispers() == [LATER, told]


async def test_whoever_waited_in_vain_is_told_so():
    def fail(_: Inbound) -> Reply:
        raise ValueError(SECRET)

    engine = Engine(fail, hold=asyncio.Event())
    async with door("socket", engine, HASTE) as it:
        await it.team.command("U1", "C1", "join")
        assert engine.hold is not None
        engine.hold.set()
        await it.settled()

        assert it.whispers() == [LATER, SORRY]


@both_ways
async def test_a_name_that_takes_too_long_does_not_keep_anybody_waiting(how: How):
    patience = Patience(timedelta(seconds=2), timedelta(milliseconds=20))
    async with door(how, Engine(says("Hello")), patience) as it:
        it.slack.faults.stall("users.info")
        done = await it.team.command("U1", "C1", "today")

        assert done.ack["text"] == "Hello"
        assert [each.by.name for each in it.engine.events] == ["ana"]


@both_ways
async def test_the_same_button_pressed_in_two_teams_is_heard_only_where_we_are_set_up(how: How):
    async with door(how, unknown=("T2",)) as it:
        other = it.slack.teams["T2"]
        done = await other.command("U1", "C1", "today")
        root = other.say("U2", "C1", "Question")
        other.say("U1", "C1", "My answer", thread=root)
        await it.settled()

        assert done.acked
        assert done.ack == {}
        assert it.engine.events == []
        assert not it.slack.deliveries.lost


@both_ways
async def test_something_for_another_app_changes_nothing_and_does_not_come_again(how: How):
    async with door(how) as it:
        it.slack.deliveries._app_id = "A999"
        root = it.team.say("U2", "C1", "Question")
        it.team.say("U1", "C1", "My answer", thread=root)
        await it.settled()

        assert it.engine.events == []
        assert not it.slack.deliveries.lost


@both_ways
async def test_every_kind_of_request_reaches_the_engine_once(how: How):
    async with door(how, Engine(shows(Reply(form=form())))) as it:
        ts = await it.post(ASKING)
        await it.team.press("U1", "C1", ts, "join:k1")
        await it.settled()
        it.engine.reply = says("Thank you")
        await it.team.submit("U1", {"text": "My answer"})
        await it.settled()

        assert [type(each) for each in it.engine.events] == [ButtonPressed, FormSubmitted]
        sent = it.engine.events[1]
        assert isinstance(sent, FormSubmitted)
        assert (sent.channel, sent.fields) == ("C1", {"text": "My answer"})
