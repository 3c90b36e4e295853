"""Courtesy, first contact and how to begin: nobody polite or new is met with a puzzle."""

from __future__ import annotations

import pytest

from bot.commands import courtesy
from bot.messages import NOTHING, Message, Reply
from tests.services.clubs import HERE, OLGA, Club, a_club, buttons
from tests.services.towns import Town

KIND = [
    "hello",
    "Hi!",
    "hey coach",
    "Good morning!",
    "thank you",
    "thanks!",
    "Thanks a lot 🙏",
    "thx",
]
QUIET = ["ok", "OK.", "great", "Got it, great!", "👍", "👍🏽", "nice 🎉", "that's fine", ":)"]
MEANT = [
    "", "?", "/", "coach", "help", "hi help", "ok today", "thanks today", "plna", "helo", "bye",
    "great question", "yes", "hello " * 9, "morning run", "good bye", "stop", "4",
]  # fmt: skip


def _the_message(reply: Reply) -> Message:
    (message,) = reply.messages
    return message


def _refused(reply: Reply) -> bool:
    return "do not know" in _the_message(reply).summary


# --- courtesy -----------------------------------------------------------------------------------


@pytest.mark.parametrize("said", KIND)
@pytest.mark.parametrize("member", [True, False])
def test_who_greets_or_thanks_in_private_is_answered_kindly(said: str, member: bool) -> None:
    club = a_club()

    assert not _refused(club.write("ana" if member else "zoe", said))


@pytest.mark.parametrize("said", QUIET)
def test_who_only_agrees_in_private_is_not_answered(said: str) -> None:
    assert a_club().write("ana", said) == NOTHING


@pytest.mark.parametrize("said", KIND + QUIET)
def test_courtesy_to_the_coach_in_a_channel_is_answered_kindly_too(said: str) -> None:
    assert not _refused(a_club().command("ana", said))


@pytest.mark.parametrize("said", MEANT)
def test_what_may_be_a_command_or_a_slip_of_one_is_no_courtesy(said: str) -> None:
    assert courtesy(said) is None


def test_a_slip_of_the_pen_still_finds_its_command() -> None:
    said = _the_message(a_club().write("ana", "plna")).summary

    assert "Did you mean /coach plan?" in said or "Did you mean plan?" in said


@pytest.mark.parametrize("said", ["thanks!", "ok", "👍", "hello"])
@pytest.mark.parametrize("slept", [False, True])
def test_courtesy_during_a_practice_is_no_part_of_the_answer(said: str, slept: bool) -> None:
    club = a_club()
    club.write("ana", "practice")
    club.write("ana", "My answer.")

    if slept:
        club.town.sleep()
    club.write("ana", said)
    if slept:
        club.town.wake()

    assert [text for _, text in club.the_practice("ana").said] == ["My answer."]


# --- how to begin ---------------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["today", "join", "progress", "leaderboard", "plan", "settings"])
def test_who_is_in_no_cohort_hears_so_and_how_to_begin(said: str) -> None:
    club = a_club()

    told = _the_message(club.write("zoe", said)).summary

    assert "this cohort" not in told
    assert "no cohort yet" in told
    assert all(way in told for way in ("join", "setup", "practice"))


@pytest.mark.parametrize("who", ["zoe", "gone"])
def test_who_is_no_member_and_answers_in_private_can_join_at_once(who: str) -> None:
    club = a_club("ana bo gone")
    club.command("gone", "leave yes")

    reply = club.press(who, f"answer:{club.prompt.id}")

    (button,) = buttons(_the_message(reply))
    assert reply.form is None
    assert button.action == f"join:{club.cohort.id}"
    club.press(who, button.action)
    assert club.press(who, f"answer:{club.prompt.id}").form is not None


def test_a_cohort_that_has_ended_is_not_offered_to_join() -> None:
    club = a_club()
    club.town.wait(days=40)
    assert club.town.call(lambda work: work.cohorts.alive()) == ()

    assert buttons(_the_message(club.press("zoe", f"answer:{club.prompts()[0].id}"))) == []


# --- first contact --------------------------------------------------------------------------------


def _welcome(club: Club, who: str) -> str:
    return repr(_the_message(club.command(who, "join")))


@pytest.mark.parametrize("how", ["", "pause"])
def test_the_welcome_says_what_this_is_what_comes_and_how_to_pause_stop_and_ask(how: str) -> None:
    club = a_club()
    club.command(OLGA, how or "plan")

    said = _welcome(club, "zoe")

    assert "one question on each posting day" in said
    assert ("Next:" in said) is (how == "")
    assert ("Nothing is planned" in said) is (how == "pause")
    assert all(f"/coach {name}" in said for name in ("away", "leave", "help"))


def test_a_member_is_welcomed_once() -> None:
    club = Club(Town())
    club.start(people=())

    first, again = _welcome(club, "ana"), _welcome(club, "ana")

    assert "You are in:" in first
    assert "You are in:" not in again
    assert [*club.told("ana"), HERE] == [HERE]
