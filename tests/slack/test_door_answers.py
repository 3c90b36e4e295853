from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from adapters.slack.answers import LONGER, MISSING, TOO_LATE
from bot.inbound import ButtonPressed, CommandGiven, FormSubmitted, Inbound, MessageSaid
from bot.messages import NOTHING, Button, Message, Quote, Reply, Table
from tests.slack.doors import WAYS, Clock, Engine, How, door, form, message, says, shows

both_ways = pytest.mark.parametrize("how", WAYS)

ASKING = message("Who joins?", Button("Join", "join:k1"))


# --- commands --------------------------------------------------------------------------------


@both_ways
async def test_a_command_is_answered_in_its_acknowledgement(how: How):
    async with door(how, Engine(says("Today is Monday."))) as it:
        done = await it.team.command("U1", "C1", "today")
        await it.settled()

        assert done.ack["response_type"] == "ephemeral"
        assert done.ack["text"] == "Today is Monday."
        assert done.ack["blocks"]
        assert it.whispers() == ["Today is Monday."]
        assert it.whispers("U2") == []


@both_ways
async def test_further_messages_of_a_command_follow_privately_and_in_order(how: How):
    async with door(how, Engine(says("One", "Two", "Three"))) as it:
        await it.team.command("U1", "C1", "mydata")
        await it.settled()

        assert it.whispers() == ["One", "Two", "Three"]


async def test_more_messages_than_a_response_address_takes_all_arrive():
    words = [f"Part {number}" for number in range(9)]
    async with door("socket", Engine(says(*words))) as it:
        await it.team.command("U1", "C1", "mydata")
        await it.settled()

        assert it.whispers() == words


async def test_a_limit_is_waited_out_in_the_middle_of_a_private_reply():
    words = [f"Part {number}" for number in range(9)]
    async with door("socket", Engine(says(*words))) as it:
        it.slack.faults.rate_limit("chat.postEphemeral", retry_after=20)
        await it.team.command("U1", "C1", "mydata")
        await it.settled()

        assert it.whispers() == words


async def test_where_a_limit_lasts_too_long_it_is_said_that_something_is_missing():
    words = [f"Part {number}" for number in range(9)]
    async with door("socket", Engine(says(*words))) as it:
        it.slack.faults.rate_limit("chat.postEphemeral", retry_after=90)
        await it.team.command("U1", "C1", "mydata")
        await it.settled()

        assert it.whispers() == words[:5]
        assert [each.text for each in it.team.messages(it.team.dm("U1"))] == [MISSING]


async def test_a_long_message_goes_on_in_further_private_ones():
    long = Message("notice", "Your data", (Quote("0123456789 " * 3_000),))
    async with door("socket", Engine(shows(Reply((long,))))) as it:
        await it.team.command("U1", "C1", "mydata")
        await it.settled()

        shown = "".join(str(each.blocks) for _, each in it.team.ephemerals("U1"))
        assert shown.count("0123456789") == 3_000
        assert it.team.messages("C1") == []


async def test_a_table_that_slack_refuses_is_shown_in_columns():
    board = Message("leaderboard", "The board", (Table(("who", "points"), (("ana", "3"),)),))
    async with door("socket", Engine(shows(Reply((board,))))) as it:
        done = await it.team.command("U1", "C1", "leaderboard")
        await it.settled()

        assert done.ack == {}
        assert "ana" in str(it.team.ephemerals("U1")[0][1].blocks)


@both_ways
async def test_a_command_that_needs_a_form_opens_it(how: How):
    async with door(how, Engine(shows(Reply(form=form("setup", "guide"))))) as it:
        done = await it.team.command("U1", "C1", "setup")
        await it.settled()

        assert done.ack == {}
        modal = it.team.modal("U1")
        assert modal is not None
        assert modal["callback_id"] == "setup"


async def test_a_form_that_comes_too_late_becomes_a_message_with_a_button():
    async with door("socket", Engine(shows(Reply(form=form("setup", "guide"))))) as it:
        it.slack.faults.fail("views.open", "expired_trigger_id")
        await it.team.command("U1", "C1", "setup")
        await it.settled()

        _, shown = it.team.ephemerals("U1")[0]
        assert shown.text == TOO_LATE
        await it.team.press("U1", "C1", shown.ts, "say:setup")
        await it.settled()
        modal = it.team.modal("U1")
        assert modal is not None
        assert modal["callback_id"] == "setup"


# --- buttons -----------------------------------------------------------------------------------


@both_ways
async def test_a_button_is_answered_only_to_whoever_pressed_it(how: How):
    async with door(how, Engine(says("You have joined."))) as it:
        ts = await it.post(ASKING)
        await it.team.press("U1", "C1", ts, "join:k1")
        await it.settled()

        assert it.whispers() == ["You have joined."]
        assert it.whispers("U2") == []
        assert [each.text for each in it.team.messages("C1")] == ["Who joins?"]


@both_ways
async def test_a_button_that_needs_a_form_opens_it(how: How):
    async with door(how, Engine(shows(Reply(form=form("answer:q1"))))) as it:
        ts = await it.post(ASKING)
        await it.team.press("U1", "C1", ts, "join:k1")
        await it.settled()

        modal = it.team.modal("U1")
        assert modal is not None
        assert modal["callback_id"] == "answer:q1"


async def test_an_answer_that_the_response_address_does_not_take_is_whispered():
    async with door("socket") as it:
        ts = await it.post(ASKING)
        it.engine.reply = _slowly(it.clock, timedelta(minutes=31), says("You have joined."))
        await it.team.press("U1", "C1", ts, "join:k1")
        await it.settled()

        assert it.whispers() == ["You have joined."]
        assert [each.method for each in it.slack.calls][-1] == "chat.postEphemeral"


async def test_a_reply_that_cannot_be_shown_is_not_handled_again(
    caplog: pytest.LogCaptureFixture,
):
    async with door("socket", Engine(shows(Reply(form=form())))) as it:
        ts = await it.post(ASKING)
        it.slack.faults.http("views.open", 500)
        await it.team.press("U1", "C1", ts, "join:k1")
        await it.settled()

        assert len(it.engine.events) == 1
        assert "a reply could not be shown" in caplog.text


# --- forms -------------------------------------------------------------------------------------


@both_ways
async def test_errors_of_a_form_stand_at_their_fields_and_others_at_the_first(how: How):
    async with door(how, Engine(shows(Reply(form=form("setup", "start", "time"))))) as it:
        await it.team.command("U1", "C1", "setup")
        await it.settled()
        errors = (("time", "No such time."), ("guide", "No such guide."), ("zone", "No zone."))
        it.engine.reply = shows(Reply(errors=errors))
        done = await it.team.submit("U1", {"start": "1", "time": "25:00"})

        assert done.ack == {
            "response_action": "errors",
            "errors": {"time": "No such time.", "start": "No such guide. No zone."},
        }


@both_ways
async def test_a_form_that_was_sent_is_followed_by_the_next_form_in_the_same_channel(how: How):
    async with door(how, Engine(shows(Reply(form=form("first"))))) as it:
        await it.team.command("U1", "C1", "setup")
        await it.settled()
        it.engine.reply = shows(Reply(form=form("second")))
        await it.team.submit("U1", {"text": "one"})
        it.engine.reply = shows(Reply())
        await it.team.submit("U1", {"text": "two"})
        await it.settled()

        sent = [each for each in it.engine.events if isinstance(each, FormSubmitted)]
        assert [(each.action, each.channel) for each in sent] == [("first", "C1"), ("second", "C1")]
        assert it.team.modal("U1") is None


@both_ways
async def test_a_form_that_was_sent_turns_into_what_is_said_about_it(how: How):
    async with door(how, Engine(shows(Reply(form=form())))) as it:
        await it.team.command("U1", "C1", "answer")
        await it.settled()
        it.engine.reply = says("Thank you")
        await it.team.submit("U1", {"text": "My answer"})
        await it.settled()

        assert "Thank you" in str(it.team.modal("U1"))


async def test_a_form_opened_in_a_direct_message_belongs_to_no_channel():
    async with door("socket", Engine(shows(Reply(form=form())))) as it:
        await it.team.command("U1", it.team.dm("U1"), "answer")
        await it.settled()
        await it.team.submit("U1", {"text": "My answer"})

        sent = it.engine.events[-1]
        assert isinstance(sent, FormSubmitted)
        assert sent.channel is None


# --- shortcuts ---------------------------------------------------------------------------------


@both_ways
async def test_a_shortcut_is_answered_in_a_window(how: How):
    async with door(how, Engine(says("Your second take is noted."))) as it:
        ts = it.team.say("U1", "C1", "My answer")
        await it.settled()
        await it.team.shortcut("U1", "C1", ts, "second-take")
        await it.settled()

        assert "Your second take is noted." in str(it.team.modal("U1"))


async def test_a_shortcut_whose_window_comes_too_late_is_answered_by_a_private_message():
    async with door("socket", Engine(says("Your second take is noted."))) as it:
        ts = it.team.say("U1", "C1", "My answer")
        await it.settled()
        it.slack.faults.fail("views.open", "expired_trigger_id")
        await it.team.shortcut("U1", "C1", ts, "second-take")
        await it.settled()

        assert it.whispers() == ["Your second take is noted."]


# --- what is said --------------------------------------------------------------------------------


@both_ways
async def test_a_mention_is_answered_to_that_person_only_in_the_same_thread(how: How):
    async with door(how, Engine(_today)) as it:
        root = it.team.say("U2", "C1", "Question")
        it.team.say("U1", "C1", f"<@{it.team.bot_user}> today", thread=root)
        await it.settled()

        assert it.whispers() == ["Today is Monday."]
        whisper = next(each for each in it.slack.calls if each.method == "chat.postEphemeral")
        assert whisper.args["thread_ts"] == root
        assert [type(each) for each in it.engine.events].count(CommandGiven) == 1


@both_ways
async def test_a_direct_message_is_answered_in_the_direct_message(how: How):
    async with door(how, Engine(says("Today is Monday."))) as it:
        direct = it.team.dm("U1")
        it.team.say("U1", direct, "today")
        await it.settled()

        assert [each.text for each in it.team.messages(direct)] == ["today", "Today is Monday."]


async def test_a_form_asked_for_by_a_message_is_offered_by_a_button():
    async with door("socket", Engine(_form_for_words)) as it:
        direct = it.team.dm("U1")
        it.team.say("U1", direct, "settings")
        await it.settled()
        offered = it.team.messages(direct)[-1]
        await it.team.press("U1", direct, offered.ts, "say:settings")
        await it.settled()

        assert it.team.modal("U1") is not None


# --- Home ----------------------------------------------------------------------------------------


@both_ways
async def test_whoever_opens_the_home_tab_sees_what_the_engine_says_about_them(how: How):
    async with door(how, Engine(says("Your progress"))) as it:
        await it.team.open_home("U1")
        await it.settled()

        assert [each.text for each in it.engine.events if isinstance(each, CommandGiven)] == ["me"]
        assert "Your progress" in str(it.team.home("U1"))


async def test_a_button_on_the_home_tab_opens_a_window_and_brings_the_tab_up_to_date():
    async with door("socket", Engine(_home)) as it:
        await it.team.open_home("U1")
        await it.settled()
        await it.team.press_home("U1", "helped:1")
        await it.settled()

        assert "Noted: helped:1" in str(it.team.modal("U1"))
        assert "Home after 1" in str(it.team.home("U1"))


async def test_what_no_window_holds_is_told_whole_in_the_direct_message():
    words = "All that is kept about you. " * 2_000
    async with door("socket", Engine(_home)) as it:
        await it.team.open_home("U1")
        await it.settled()
        it.engine.reply = shows(Reply((Message("notice", "Your data", (Quote(words),)),)))
        await it.team.press_home("U1", "helped:1")
        await it.settled()

        told = it.team.messages(it.team.dm("U1"))
        assert sum(str(each.blocks).count("All that is kept") for each in told) >= 1_990
        assert LONGER in str(it.team.modal("U1"))


async def test_a_button_in_a_window_opens_another_window_above_it():
    async with door("socket", Engine(_home)) as it:
        await it.team.open_home("U1")
        await it.settled()
        await it.team.press_home("U1", "helped:1")
        await it.settled()
        await it.team.press_view("U1", "helped:2")
        await it.settled()

        assert "Noted: helped:2" in str(it.team.modal("U1"))
        assert len(it.team.modals["U1"]) == 2


async def test_a_form_sent_from_the_home_tab_brings_the_tab_up_to_date():
    async with door("socket", Engine(_home)) as it:
        await it.team.open_home("U1")
        await it.settled()
        it.engine.reply = shows(Reply(form=form()))
        await it.team.press_home("U1", "helped:1")
        await it.settled()
        it.engine.reply = lambda event: (
            Reply((message("Newer"),)) if isinstance(event, CommandGiven) else Reply()
        )
        await it.team.submit("U1", {"text": "My answer"})
        await it.settled()

        assert "Newer" in str(it.team.home("U1"))


async def test_a_window_opened_within_three_seconds_is_in_time_and_later_is_not():
    async with door("socket") as it:
        it.engine.reply = _slowly(it.clock, timedelta(seconds=4), shows(Reply(form=form())))
        await it.team.command("U1", "C1", "settings")
        await it.settled()

        assert it.team.modal("U1") is None
        assert it.whispers() == [TOO_LATE]


def _home(event: Inbound) -> Reply:
    if isinstance(event, ButtonPressed):
        return Reply((message(f"Noted: {event.action}", Button("Once more", "helped:2")),))
    refreshed = event.key.count("trigger")
    return Reply((message(f"Home after {refreshed}", Button("Helped", "helped:1")),))


def _today(event: Inbound) -> Reply:
    return Reply((message("Today is Monday."),)) if isinstance(event, CommandGiven) else NOTHING


def _form_for_words(event: Inbound) -> Reply:
    return Reply(form=form()) if isinstance(event, MessageSaid | ButtonPressed) else NOTHING


def _slowly(
    clock: Clock, span: timedelta, reply: Callable[[Inbound], Reply]
) -> Callable[[Inbound], Reply]:
    def slow(event: Inbound) -> Reply:
        clock.pass_(span)
        return reply(event)

    return slow
