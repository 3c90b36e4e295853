"""What waits rides along with what comes anyway, stays there, and is told nowhere else."""

from __future__ import annotations

from bot.ids import UserId
from tests.services.clubs import Club, a_club
from tests.services.test_budget import a_full_day, digests, tell
from tests.services.towns import Sent, on

ALSO = "Also for you"


def results(club: Club, kind: str = "post") -> list[Sent]:
    return [e for e in club.town.sent if e.act.kind == kind and e.topic == "result"]


def a_result_with_a_rider() -> Club:
    """Return a club in which ana's result came on Tuesday at eight, with a line below it."""
    club = a_full_day("ana")
    club.answered("ana")
    club.reviewed("ana", "2️⃣")
    tell(club, "ana", "Another thing.")
    club.town.until(on(8, "08:05"))
    return club


def kept(club: Club, who: str) -> int:
    return len(club.town.call(lambda work: work.digests.of(club.workspace, UserId(who))))


def test_what_waits_rides_along_with_a_result_and_is_no_message_of_its_own() -> None:
    club = a_result_with_a_rider()
    club.town.until(on(9, "12:00"))

    (result,) = results(club)
    assert result.words.index(ALSO) < result.words.index("Another thing.")
    assert digests(club, "ana") == []


def test_who_rides_stays_when_the_result_is_corrected() -> None:
    club = a_result_with_a_rider()
    monday = club.prompts()[0]
    reviewer = min(club.reviews("ana", monday))

    club.tap(reviewer, club.reviews("ana", monday)[reviewer].post, "5️⃣")

    (edit,) = results(club, "edit")
    assert edit.words.count("Another thing.") == 1


def test_what_rode_is_no_longer_said_to_wait() -> None:
    club = a_result_with_a_rider()

    (reply,) = club.command("ana", "why").messages

    assert "wait for the morning" not in repr(reply)


def test_what_rode_is_forgotten_after_a_week() -> None:
    club = a_result_with_a_rider()
    assert kept(club, "ana") == 1

    club.town.until(on(16, "12:00"))

    assert kept(club, "ana") == 0


def test_an_aside_waits_on_a_day_that_is_expected_to_be_full() -> None:
    club = a_club()
    tell(club, "bo", "One.")

    tell(club, "bo", "Your week.", "line:")
    club.town.until(on(7, "23:00"))

    assert club.told("bo") == ["One."]


def test_an_aside_comes_on_a_day_without_a_question() -> None:
    club = a_full_day()
    club.town.until(on(12, "10:00"))

    tell(club, "bo", "Your week.", "line:")

    assert club.told("bo")[-1] == "Your week."


def test_a_reminder_that_waits_is_a_line_in_the_next_request() -> None:
    club = a_full_day()
    club.answered("ana")
    review = club.reviews("ana")["bo"]
    tell(club, "bo", "Do you remember?", f"remind:{review.id}")

    club.answered("cy")

    first, second = club.town.told(UserId("bo"), "review_request")
    assert "still waits for your review" not in first.words
    assert "1 more answer still waits for your review" in second.words
    assert kept(club, "bo") == 0
