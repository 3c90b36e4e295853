"""Messages: which are for the coach, and what they say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from adapters.slack.moments import moment
from adapters.slack.receive import Ours, receive
from bot.ids import ChannelId, DeliveryKey, MessageId, UserId, WorkspaceId
from bot.inbound import Author, CommandGiven, MessageDeleted, MessageEdited, MessageSaid
from tests.slack import payloads
from tests.slack.payloads import ANA, BO, BOT, CHANNEL, DIRECT, LATER, REPLY, ROOT

NOW = datetime(2023, 11, 14, 23, tzinfo=UTC)
WORKSPACE = WorkspaceId("slack:T0ACME")
OURS = Ours(
    workspace=WORKSPACE,
    team=payloads.TEAM,
    bot_user=BOT,
    bot_id=payloads.BOT_ID,
    app=payloads.APP,
    name_of={ANA: "Ana Ito", BOT: "Coach"}.get,  # type: ignore[arg-type]
)


def heard(body: payloads.Json):
    return receive(body, OURS, NOW)


def inner(body: payloads.Json) -> payloads.Json:
    event: payloads.Json = body["event"]
    return event


# --- said ------------------------------------------------------------------------------


def test_a_reply_is_what_its_author_said_in_the_thread():
    assert heard(payloads.said("Hi <@U0BO> &amp; all")) == MessageSaid(
        workspace=WORKSPACE,
        by=Author(UserId(ANA), "Ana Ito"),
        at=moment(REPLY),
        key=DeliveryKey(f"m:{CHANNEL}:{REPLY}"),
        channel=ChannelId(CHANNEL),
        message=MessageId(REPLY),
        text="Hi @U0BO & all",
        thread=MessageId(ROOT),
    )


@pytest.mark.parametrize("subtype", ["thread_broadcast", "file_share", "me_message"])
def test_a_reply_is_heard_in_every_way_slack_tells_of_one(subtype: str):
    event = heard(payloads.said(subtype=subtype))

    assert isinstance(event, MessageSaid)
    assert event.thread == ROOT


@pytest.mark.parametrize(
    "subtype", ["channel_join", "bot_message", "channel_topic", "huddle_thread", "new_one"]
)
def test_what_slack_itself_writes_is_not_heard(subtype: str):
    assert heard(payloads.said(subtype=subtype)) is None


def test_files_are_counted_even_without_a_word():
    event = heard(payloads.with_files("", files=3))

    assert isinstance(event, MessageSaid)
    assert (event.text, event.files) == ("", 3)


def test_a_message_without_words_or_files_is_nothing():
    assert heard(payloads.said("")) is None


def test_talk_at_channel_level_is_not_heard():
    assert heard(payloads.said(thread=None)) is None


def test_the_first_message_of_a_thread_stands_in_no_thread():
    assert heard(payloads.said(thread=REPLY)) is None


@pytest.mark.parametrize("thread", [None, ROOT])
def test_every_message_to_us_alone_is_heard(thread: str | None):
    event = heard(payloads.said("tell me", thread=thread, channel=DIRECT))

    assert isinstance(event, MessageSaid)
    assert (event.direct, event.channel, event.thread) == (True, DIRECT, thread)


def test_a_mention_before_words_to_us_alone_is_left_out():
    event = heard(payloads.direct(f"<@{BOT}> today"))

    assert isinstance(event, MessageSaid)
    assert event.text == "today"


@pytest.mark.parametrize("thread", [ROOT, None])
def test_a_message_that_begins_with_our_mention_comes_as_a_mention_alone(thread: str | None):
    assert heard(payloads.said(f" <@{BOT}> today", thread=thread)) is None


def test_a_mention_in_the_middle_of_a_reply_is_part_of_it():
    event = heard(payloads.said(f"as <@{BOT}> said"))

    assert isinstance(event, MessageSaid)
    assert event.text == "as @Coach said"


@pytest.mark.parametrize("more", [{"bot_id": "B9"}, {"user": BOT}, {"user": "USLACKBOT"}])
def test_no_bot_is_heard(more: payloads.Json):
    body = payloads.said()
    inner(body).update(more)

    assert heard(body) is None


def test_a_stranger_of_a_shared_channel_is_heard_by_the_name_they_bring():
    body = payloads.said(user=payloads.STRANGER, user_team=payloads.OTHER_TEAM)
    inner(body)["team"] = payloads.OTHER_TEAM
    inner(body)["user_profile"] = {"display_name": "Cy"}

    event = heard(body)

    assert event is not None
    assert event.by == Author(UserId(payloads.STRANGER), "Cy")


def test_the_same_message_has_the_same_key_whatever_its_event_is_called():
    first, second = payloads.said(), payloads.said() | {"event_id": "Ev2", "event_time": 1}

    assert heard(first) == heard(second)


# --- edited ----------------------------------------------------------------------------


def test_a_change_of_words_is_an_edit():
    event = heard(payloads.edited("My &lt;better&gt; answer"))

    assert isinstance(event, MessageEdited)
    assert (event.text, event.thread, event.direct) == ("My <better> answer", ROOT, False)
    assert event.said_at == moment(REPLY)
    assert event.key.startswith(f"e:{CHANNEL}:{REPLY}:1700000120.000000:")


def test_a_change_there_and_back_within_a_second_is_two_changes():
    first = heard(payloads.edited("one", event_ts="1700000120.000300"))
    back = heard(payloads.edited("one", "two", event_ts="1700000120.000500"))

    assert first is not None
    assert back is not None
    assert first.key != back.key


def test_two_changes_within_a_second_are_two_and_in_order():
    first = heard(payloads.edited("one", event_ts="1700000120.000300"))
    second = heard(payloads.edited("two", "one", event_ts="1700000120.000400"))

    assert isinstance(first, MessageEdited)
    assert isinstance(second, MessageEdited)
    assert first.key != second.key
    assert first.at < second.at


def test_a_change_told_late_was_made_in_the_second_that_slack_says():
    event = heard(payloads.edited(event_ts="1700000900.000000"))

    assert event is not None
    assert event.at == moment("1700000120.999999")


def test_a_change_told_in_the_next_second_is_not_older_than_one_told_before():
    first = heard(payloads.edited("one", event_ts="1700000120.900000"))
    second = heard(payloads.edited("two", "one", event_ts="1700000121.100000"))

    assert first is not None
    assert second is not None
    assert first.at < second.at


@pytest.mark.parametrize("edited", [None, {}, {"user": ANA, "ts": "1700000090.000000"}])
def test_the_preview_of_a_link_is_no_edit(edited: payloads.Json | None):
    assert heard(payloads.unfurled(edited=edited)) is None


def test_a_change_whose_former_text_is_not_told_is_an_edit():
    body = payloads.edited()
    del inner(body)["previous_message"]

    assert isinstance(heard(body), MessageEdited)


def test_an_edit_at_channel_level_is_not_heard_but_in_private_it_is():
    assert heard(payloads.edited(thread=None)) is None
    private = heard(payloads.edited(thread=None, channel=DIRECT))
    assert isinstance(private, MessageEdited)
    assert private.direct


@pytest.mark.parametrize(("text", "left"), [(f"<@{BOT}> today", "today"), (f"<@{BOT}>", "@Coach")])
def test_our_mention_written_before_an_answer_is_no_command_and_takes_nothing_away(
    text: str, left: str
):
    event = heard(payloads.edited(text))

    assert isinstance(event, MessageEdited)
    assert event.text == left


def test_a_command_changed_into_an_answer_is_one():
    assert isinstance(heard(payloads.edited("My answer", f"<@{BOT}> today")), MessageEdited)


@pytest.mark.parametrize("more", [{"bot_id": "B9"}, {"user": BOT}, {"user": "USLACKBOT"}])
def test_our_own_updates_are_no_edits(more: payloads.Json):
    body = payloads.edited()
    inner(body)["message"].update(more)

    assert heard(body) is None


# --- deleted ---------------------------------------------------------------------------


def test_a_deleted_reply_is_gone():
    assert heard(payloads.deleted()) == MessageDeleted(
        workspace=WORKSPACE,
        by=Author(UserId(ANA), "Ana Ito"),
        at=moment(LATER),
        key=DeliveryKey(f"d:{CHANNEL}:{REPLY}"),
        channel=ChannelId(CHANNEL),
        message=MessageId(REPLY),
    )


def test_a_deletion_nobody_tells_more_of_is_told_all_the_same():
    body = payloads.deleted()
    del inner(body)["previous_message"]

    event = heard(body)

    assert isinstance(event, MessageDeleted)
    assert event.by.id == ""


def test_what_was_never_in_a_thread_is_gone_unnoticed():
    assert heard(payloads.deleted(thread=None)) is None


def test_a_tombstone_in_private_is_a_deletion_by_its_author():
    event = heard(payloads.tombstone())

    assert isinstance(event, MessageDeleted)
    assert (event.by.id, event.message, event.channel) == (ANA, REPLY, DIRECT)
    assert heard(payloads.tombstone(channel=CHANNEL)) is None


def test_a_post_of_ours_that_somebody_deletes_is_not_an_answer_gone():
    assert heard(payloads.deleted(user=BOT)) is None


# --- mentions --------------------------------------------------------------------------


def test_a_mention_is_a_command_in_its_channel():
    assert heard(payloads.mentioned()) == CommandGiven(
        workspace=WORKSPACE,
        by=Author(UserId(ANA), "Ana Ito"),
        at=moment(REPLY),
        key=DeliveryKey(f"c:{CHANNEL}:{REPLY}"),
        channel=ChannelId(CHANNEL),
        text="today",
    )


@pytest.mark.parametrize(
    ("text", "command"),
    [
        (f"<@{BOT}>", ""),
        (f"<@{BOT}>: skip &lt;3&gt;", "skip <3>"),
        (f"please <@{BOT}> today", "please today"),
        (f"<@{BOT}> today <@{BOT}>", "today"),
        (f"<@{BOT}> pair <@{ANA}>", "pair @Ana Ito"),
    ],
)
def test_at_channel_level_a_command_is_the_text_without_the_mention(text: str, command: str):
    event = heard(payloads.mentioned(text))

    assert isinstance(event, CommandGiven)
    assert event.text == command


def test_in_a_thread_only_a_mention_at_the_beginning_is_a_command():
    assert heard(payloads.mentioned(f"as <@{BOT}> said", thread=ROOT)) is None
    assert isinstance(heard(payloads.mentioned(thread=ROOT)), CommandGiven)


def test_a_reply_with_a_mention_is_heard_exactly_once():
    for text in (f"<@{BOT}> today", f"as <@{BOT}> said", f"<@{BOT}>"):
        both = [
            heard(payloads.said(text)),
            heard(payloads.mentioned(text, thread=ROOT)),
        ]
        assert both.count(None) == 1, text


def test_a_mention_written_into_an_old_message_is_no_command():
    assert heard(payloads.mentioned(edited={"user": ANA, "ts": LATER})) is None


@pytest.mark.parametrize("more", [{"bot_id": "B9"}, {"user": BOT}, {"user": "USLACKBOT"}])
def test_no_bot_commands_us(more: payloads.Json):
    assert heard(payloads.mentioned(**more)) is None


def test_at_is_never_later_than_slack_says():
    event = heard(payloads.said(user=BO))

    assert event is not None
    assert NOW - event.at > timedelta(minutes=1)
