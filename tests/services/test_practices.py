"""Practising alone: what belongs to the answer under way, and what does not."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.ids import ChannelId, DeliveryKey, MessageId, UserId
from bot.inbound import Author, MessageDeleted, MessageEdited
from bot.messages import Direct, Message
from bot.ports.outgoing import Edit, Post
from tests.services.clubs import HERE, Club, a_club, buttons
from tests.services.towns import GUIDE, Town

ANA = Author(UserId("ana"), "ana")
DIRECT = ChannelId("@ana")


def _practising() -> Club:
    club = a_club()
    club.write("ana", "practice")
    return club


def _said(club: Club) -> list[str]:
    return [text for _, text in club.the_practice("ana").said]


def _edited(club: Club, message: str, text: str, said_at: datetime) -> None:
    club.town.take(
        MessageEdited(
            workspace=HERE, by=ANA, at=club.town.now, key=DeliveryKey(f"{message} {text}"),
            channel=DIRECT, message=MessageId(message), text=text, direct=True, said_at=said_at,
        )
    )  # fmt: skip


def _deleted(club: Club, message: str) -> None:
    club.town.take(
        MessageDeleted(
            workspace=HERE, by=ANA, at=club.town.now, key=DeliveryKey(f"{message} is gone"),
            channel=DIRECT, message=MessageId(message),
        )
    )  # fmt: skip


def test_several_messages_make_one_answer_and_one_request_to_rate_it() -> None:
    club = _practising()
    before = len(club.told("ana"))

    club.write("ana", "First this.")
    club.write("ana", "Then that.")

    assert _said(club) == ["First this.", "Then that."]
    assert len(club.told("ana")) == before + 1


def test_an_edit_changes_the_answer_also_when_it_comes_before_the_message() -> None:
    club = _practising()
    now = club.town.now

    _edited(club, "d1", "Better said.", said_at=now)
    club.write("ana", "Badly said.", MessageId("d1"))

    assert _said(club) == ["Better said."]


def test_a_deletion_that_comes_before_the_message_takes_it_out() -> None:
    club = _practising()

    _deleted(club, "d1")
    club.write("ana", "Never mind.", MessageId("d1"))

    assert _said(club) == []


def test_deleting_a_message_takes_it_out_of_the_answer() -> None:
    club = _practising()
    club.write("ana", "Never mind.", MessageId("d1"))

    _deleted(club, "d1")

    assert _said(club) == []


def test_changing_something_said_before_the_question_is_no_answer_to_it() -> None:
    club = _practising()
    before = len(club.told("ana"))

    _edited(club, "d0", "What I meant the other day.", club.town.now - timedelta(days=1))

    assert _said(club) == []
    assert len(club.told("ana")) == before


def test_a_command_in_the_middle_of_a_practice_is_a_command() -> None:
    club = _practising()

    reply = club.write("ana", "today")

    assert reply.messages
    assert _said(club) == []


def test_another_question_ends_the_one_before() -> None:
    club = _practising()
    first = club.the_practice("ana")

    club.write("ana", "practice")

    assert club.the_practice("ana").question != first.question


def test_a_button_of_a_question_that_is_over_names_the_one_under_way() -> None:
    club = _practising()
    first = club.the_practice("ana")
    club.write("ana", "practice")
    question = GUIDE.question(club.the_practice("ana").question)

    for action in (f"hint:{first.id}", f"write:{first.id}"):
        (said,) = club.press("ana", action).messages
        assert "This question is over; you are practising " in repr(said)
        assert f"“{question.prompt}”" in repr(said)
    club.write("ana", "stop")
    (said,) = club.press("ana", f"hint:{first.id}").messages
    assert "not practising anything" in repr(said)


def test_a_question_may_be_asked_near_any_channel_that_they_share_with_the_coach() -> None:
    club = a_club()
    club.town.wait(hours=1)
    second = Club(club.town, channel=ChannelId("#second"))
    second.start(people=["ana"])

    club.write("ana", "practice")
    club.town.wait(hours=1)

    asked = next(s for s in club.town.told(UserId("ana")) if s.subject.startswith("practice:"))
    assert asked.place == Direct(UserId("ana"), second.channel, (club.channel,))


def test_forgotten_keys_are_old_ones_only() -> None:
    club = a_club()
    said = club.town.log[-1]
    club.town.wait(hours=46)

    club.town.call(lambda work: club.town.coach.tidy(work, club.town.now))
    assert club.town.call(lambda w: w.inbox.first(HERE, said.key, club.town.now)) is False
    club.town.wait(hours=3)
    club.town.call(lambda work: club.town.coach.tidy(work, club.town.now))

    assert club.town.call(lambda w: w.inbox.first(HERE, said.key, club.town.now)) is True


def _actions(message: Message) -> list[str]:
    return [button.action for button in buttons(message)]


def _posts(club: Club) -> list[Message]:
    return [each.act.message for each in club.town.told(ANA.id) if isinstance(each.act, Post)]


@pytest.mark.parametrize("way", ["button", "word", "tap", "form"])
def test_after_a_self_rating_its_buttons_are_gone_and_show_what_was_given(way: str) -> None:
    club = _practising()
    club.write("ana", "My answer.")
    drill = club.the_practice("ana")
    assert drill.rate_post is not None

    if way == "button":
        club.press("ana", f"rate:{drill.id}:4")
    elif way == "word":
        club.write("ana", "4")
    elif way == "tap":
        club.tap("ana", drill.rate_post, "4️⃣")
    else:
        club.submit("ana", f"write:{drill.id}", score="4")

    (edit,) = [e.act for e in club.town.sent if isinstance(e.act, Edit) and e.to == ANA.id]
    assert edit.of == drill.rate_post
    assert _actions(edit.message) == []
    assert "4 of 5" in edit.message.summary
    assert edit.message.taps == ()


def test_a_rating_by_form_alone_changes_no_message() -> None:
    club = _practising()

    club.submit("ana", f"write:{club.the_practice('ana').id}", text="All of it.", score="4")

    assert [each for each in club.town.sent if isinstance(each.act, Edit)] == []


def test_wherever_practice_asks_for_its_command_there_is_a_button() -> None:
    club = _practising()
    club.write("ana", "My answer.")
    club.write("ana", "1")
    rated = _posts(club)[-1]
    club.town.wait(days=3)
    nudge = _posts(club)[-1]
    (idle,) = club.write("ana", "stop").messages
    club.write("ana", "practice")
    (stopped,) = club.write("ana", "stop").messages

    assert "due" in nudge.summary
    for message in (rated, nudge, idle, stopped):
        assert _actions(message) == ["say:practice"], message.summary


def test_a_short_line_that_is_a_command_with_a_mistake_is_no_answer() -> None:
    club = _practising()

    reply = club.write("ana", "skip someday")

    assert reply.messages
    assert _said(club) == []


def test_who_practises_already_gets_no_bonus_question_in_between() -> None:
    club = Club(Town())
    club.start()
    club.command("ana", "settings track=remote")
    club.command("bo", "settings track=remote")
    club.write("ana", "practice")
    before = club.the_practice("ana")

    club.town.wait(minutes=65)

    assert club.the_practice("ana") == before
    assert club.the_practice("bo").question == "remote-day"
