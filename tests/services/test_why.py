"""Whoever asks why they were written to learns it of each message, and never whose answer it is."""

from __future__ import annotations

from bot.messages import Bullets, Message, plain
from tests.services.clubs import Club, a_club
from tests.services.test_budget import tell
from tests.services.towns import on


def _why(club: Club, who: str) -> Message:
    (message,) = club.command(who, "why", direct=True).messages
    return message


def _reasons(club: Club, who: str) -> list[str]:
    lists = [block for block in _why(club, who).blocks if isinstance(block, Bullets)]
    return [plain(item) for each in lists for item in each.items]


def test_nothing_sent_needs_no_reason() -> None:
    club = a_club()

    assert _reasons(club, "bo") == []
    assert "3 of 3" in repr(_why(club, "bo"))


def test_each_of_the_last_messages_is_explained_newest_first() -> None:
    club = a_club()
    club.answered("ana")
    club.reviewed("ana")
    club.write("ana", "practice")

    reasons = _reasons(club, "ana")

    assert "practice question" in reasons[0]
    assert "what your reviewers saw" in reasons[1]


def test_a_request_says_why_just_this_reviewer_and_not_whose_answer_it_is() -> None:
    club = a_club("ana bo cy")
    club.answered("ana")

    (reason,) = _reasons(club, "bo")

    assert "asks you for a review" in reason
    assert "ana" not in reason
    assert club.reviews("ana")["bo"].reason
    assert reason.count(".") == 2


def test_what_is_left_today_and_what_waits_is_told() -> None:
    club = a_club()
    for said in ("One.", "Two.", "Three.", "Four."):
        tell(club, "bo", said)

    shown = repr(_why(club, "bo"))

    assert "0 of 3" in shown
    assert "1 message waits" in shown


def test_a_digest_is_explained_too() -> None:
    club = a_club()
    for said in ("One.", "Two.", "Three.", "Four."):
        tell(club, "bo", said)
    club.town.until(on(8, "12:00"))

    assert "too much for one day" in _reasons(club, "bo")[0]


def test_a_stranger_is_told_that_there_is_nothing_and_offered_no_mute() -> None:
    club = a_club()

    shown = repr(_why(club, "zoe"))

    assert "nothing in private" in shown
    assert "Mute for a week" not in shown
