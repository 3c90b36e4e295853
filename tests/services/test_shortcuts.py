"""Shortcuts: whatever message of a question they are used on, that question is practised."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.ids import ChannelId, MessageId, UserId
from bot.messages import Quote, Reply
from bot.ports.outgoing import Post, Receipt
from tests.services.clubs import OLGA, Club, Shortcut, a_club
from tests.services.towns import Sent, Town


def _asked(club: Club, who: str) -> Sent:
    """Return the practice question that somebody was sent last."""
    return club.town.told(UserId(who), "practice")[-1]


def _quoted(sent: Sent) -> list[str]:
    assert isinstance(sent.act, Post)
    return [block.text for block in sent.act.message.blocks if isinstance(block, Quote)]


def _refused(reply: Reply) -> bool:
    return len(reply.messages) == 1 and reply.form is None


def _of_question(club: Club) -> Receipt:
    return club.receipt(club.prompt.post)


def _of_request(club: Club) -> Receipt:
    return club.receipt(club.reviews("ana")["bo"].post)


def _of_result(club: Club) -> Receipt:
    club.reviewed()
    receipt = club.town.told(UserId("ana"), "result")[-1].receipt
    assert receipt is not None
    return receipt


@pytest.mark.parametrize(
    ("who", "where"),
    [("cy", _of_question), ("zoe", _of_question), ("bo", _of_request), ("ana", _of_result)],
)
def test_practising_begins_from_any_message_that_tells_of_a_question(
    who: str, where: Callable[[Club], Receipt]
) -> None:
    club = a_club()
    club.answered()

    club.use(who, "practise", where(club))

    assert club.the_practice(who).question == club.prompt.question


@pytest.mark.parametrize("name", ["practise", "second-take"])
def test_an_answer_stands_for_the_question_of_its_thread(name: Shortcut) -> None:
    club = a_club()
    message = club.answered()
    root = _of_question(club)

    club.use("ana", name, Receipt(root.channel, message), thread=root.message)

    assert club.the_practice("ana").question == club.prompt.question


def test_somebody_elsewhere_is_told_that_the_question_is_in_our_direct_message() -> None:
    club = a_club()
    club.answered()

    in_channel = club.use("bo", "practise", _of_question(club))
    direct = club.use("bo", "practise", _of_request(club))

    assert len(in_channel.messages) == 1
    assert direct.messages == ()


def test_a_second_take_shows_ones_own_first_and_nobody_elses() -> None:
    club = a_club()
    club.say("bo", "What bo said.")
    club.answered("ana", "What I said first.")

    club.use_on_question("ana", "second-take")

    assert _quoted(_asked(club, "ana")) == ["What I said first."]


def test_a_second_take_on_a_request_is_not_of_the_answer_in_it() -> None:
    club = a_club()
    club.answered("ana", "What ana said.")

    reply = club.use("bo", "second-take", _of_request(club))

    assert _refused(reply)
    assert club.town.told(UserId("bo"), "practice") == []


def test_what_was_said_alone_is_a_first_take_as_well() -> None:
    club = a_club()
    club.use_on_question("zoe", "practise")
    practice = club.the_practice("zoe")
    club.submit("zoe", f"write:{practice.id}", text="Alone at first.", score="2")

    club.use_on_question("zoe", "second-take")

    assert _quoted(_asked(club, "zoe")) == ["Alone at first."]
    assert club.the_practice("zoe").id != practice.id


@pytest.mark.parametrize("who", ["ana", OLGA, "zoe"])
def test_there_is_no_second_take_without_a_first(who: str) -> None:
    club = a_club()

    assert _refused(club.use_on_question(who, "second-take"))


def test_an_answer_taken_back_is_no_first_take() -> None:
    club = a_club()
    club.delete(club.answered())

    assert _refused(club.use_on_question("ana", "second-take"))


def test_after_forgetting_there_is_no_first_take() -> None:
    club = a_club()
    club.answered()
    club.command("ana", "forgetme yes")

    assert _refused(club.use_on_question("ana", "second-take"))


@pytest.mark.parametrize("name", ["practise", "second-take"])
@pytest.mark.parametrize(
    "at", [Receipt(ChannelId("#prep"), MessageId("x")), Receipt(ChannelId(""), MessageId(""))]
)
def test_a_message_of_no_question_is_refused_and_nothing_is_asked(
    name: Shortcut, at: Receipt
) -> None:
    club = a_club()

    replies = [
        club.use("ana", name, at),
        club.use("ana", name, at, thread=MessageId("y")),
        club.use("ana", name, club.receipt(club.key_of(club.town.posted("focus")[0]))),
    ]

    assert all(map(_refused, replies))
    assert club.town.told(UserId("ana"), "practice") == []


@pytest.mark.parametrize("name", ["practise", "second-take"])
def test_a_message_of_another_workspace_means_nothing(name: Shortcut) -> None:
    town = Town()
    here, there = Club(town), Club(town, workspace="console:there")
    for club in (here, there):
        club.start()
    town.wait(minutes=65)
    here.answered()
    there.answered("ana", "Over there.")

    reply = there.use("ana", name, _of_question(here))

    assert _refused(reply)
    assert town.told(UserId("ana"), "practice") == []


def test_a_shortcut_ends_the_practice_under_way_and_begins_another() -> None:
    club = a_club()
    club.write("ana", "practice")
    first = club.the_practice("ana")

    club.use_on_question("ana", "practise")

    found = club.town.call(lambda work: work.practices.of(club.workspace, UserId("ana")))
    assert {each.id: each.status for each in found}[first.id] == "stopped"
    assert club.the_practice("ana").id != first.id


def test_a_request_to_rate_oneself_is_about_the_question_that_was_practised() -> None:
    club = a_club()
    club.command("ana", "practice", direct=True)
    club.town.settle()
    club.write("ana", "My answer to myself.")
    club.town.settle()
    practice = club.town.call(lambda work: work.practices.open_of(club.workspace, UserId("ana")))
    assert practice is not None
    assert practice.rate_post is not None

    club.use("ana", "second-take", club.receipt(practice.rate_post))

    again = club.town.call(lambda work: work.practices.open_of(club.workspace, UserId("ana")))
    assert again is not None
    assert again.id != practice.id
    assert again.question == practice.question


def test_what_was_practised_last_and_to_this_very_question_is_the_first_take() -> None:
    club = a_club()
    club.write("max", f"practice {club.prompt.question}")
    club.write("max", "To this one.")
    club.write("max", "practice mistake")
    club.write("max", "To another one.")
    club.write("max", f"practice {club.prompt.question}")

    club.use_on_question("max", "second-take")

    assert _quoted(_asked(club, "max")) == ["To this one."]
