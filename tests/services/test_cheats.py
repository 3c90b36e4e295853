"""What somebody gains by giving an answer anew, by returning, and by old buttons: nothing."""

from __future__ import annotations

import pytest

from bot.domain.handing import RETURNS
from bot.domain.standings import Week, points
from bot.ids import DeliveryKey, UserId
from bot.inbound import Author, ButtonPressed, FormSubmitted, cleaned
from bot.messages import Reply
from bot.services import standings
from bot.services.desk import Desk
from tests.services.clubs import HERE, SCORES, Club, a_club
from tests.services.towns import ZONE, on

CROWD = "ana bo cy dora eli fay gus hal"


def week(club: Club, who: str) -> Week:
    """Return what somebody did since the last leaderboard."""

    def weeks(work: object) -> dict[UserId, Week]:
        coach = club.town.coach
        desk = Desk(work, club.town.now, coach.guides, coach.new_id, coach.rng, ZONE)  # type: ignore[arg-type]
        kept = standings._books(desk, club.cohort)
        return standings._weeks(desk, club.cohort, kept, standings.since_last(desk, club.cohort))

    return club.town.call(weeks)[UserId(who)]


def said(reply: Reply) -> str:
    return " ".join(message.summary for message in reply.messages)


def test_giving_the_same_answer_anew_until_nobody_is_left_to_read_it_brings_nothing() -> None:
    club = a_club(CROWD, "reviewers=3")
    message = club.answered("ana", "x")
    for _ in range(3):
        club.reviewed("ana", "1️⃣")
        club.delete(message)
        message = club.answered("ana", "x")
    asked = club.prompt

    waiting = points(week(club, "ana"))
    club.town.wait(hours=40)

    assert club.answer("ana", asked).status == "done"
    assert (waiting, points(week(club, "ana"))) == (0, 0)


def test_who_has_read_a_text_that_was_taken_back_counts_beside_those_who_read_the_next() -> None:
    club = a_club(CROWD, "reviewers=2")
    message = club.answered("ana", "x")
    club.reviewed("ana", "2️⃣")
    club.delete(message)
    club.answered("ana", "Better.")
    club.reviewed("ana", "4️⃣")

    (own,) = week(club, "ana").own

    assert own.fair == 3.0


def test_a_review_counts_also_where_the_author_takes_the_answer_back() -> None:
    club = a_club(CROWD, "reviewers=2")
    message = club.answered("ana")
    first, _ = club.asked("ana")
    club.rate("ana", first, "2️⃣")
    club.delete(message)
    assert week(club, first).reviews == 1

    club.say("ana", "Anew.")

    assert week(club, first).reviews == 1


def test_a_review_counts_also_where_others_return_the_answer() -> None:
    club = a_club(CROWD, "reviewers=2")
    club.answered("ana")
    first, *_ = club.asked("ana")
    club.rate("ana", first, "4️⃣")
    who = ""
    for _ in range(3):
        who, *_ = club.asked("ana")
        club.submit(who, f"return:{club.reviews('ana')[who].id}", because="blank")

    assert club.answer("ana").status == "withdrawn"
    assert week(club, first).reviews == 1
    assert week(club, who).reviews == 0


def test_three_friends_who_ask_for_reviews_cannot_take_an_answer_from_its_author() -> None:
    club = a_club(CROWD, "reviewers=2")
    club.answered("ana")
    for who in [name for name in CROWD.split()[1:] if name not in club.asked("ana")][:RETURNS]:
        club.command(who, "review")
        club.submit(who, f"return:{club.reviews('ana')[who].id}", because="blank")

    found = [review.status for review in club.reviews("ana").values()]
    assert found.count("returned") == RETURNS
    assert club.answer("ana").status == "in_review"


@pytest.mark.parametrize("back", ["pass:{}:conflict", "return:{}"])
def test_nobody_looks_through_the_answers_that_wait_for_one_they_like(back: str) -> None:
    club = a_club(CROWD, "reviewers=1")
    for author in ("ana", "bo", "cy"):
        club.say(author, "My answer.")
    club.town.wait(minutes=11)
    free = next(name for name in CROWD.split()[3:] if not club.owed(name))
    club.command(free, "review")
    (review,) = club.owed(free)
    club.press(free, back.format(review.id))
    club.submit(free, back.format(review.id), because="blank")

    refused = club.command(free, "review")

    assert "tomorrow" in said(refused)
    assert club.owed(free) == ()


def test_who_said_not_now_can_ask_for_that_very_answer_before_nobody_reviews_it() -> None:
    club = a_club("ana bo cy", "reviewers=2")
    club.answered("ana")
    for who, review in club.reviews("ana").items():
        club.press(who, f"pass:{review.id}:busy")
    assert club.asked("ana") == []

    club.command("bo", "review")
    club.rate("ana", "bo", "4️⃣")

    assert club.reviews("ana")["bo"].status == "rated"
    assert len(club.told("bo", "review_request")) == 1


@pytest.mark.parametrize("back", ["pass:{}:busy", "return:{}"])
def test_who_handed_an_answer_back_is_not_let_write_a_review_that_nobody_reads(back: str) -> None:
    club = a_club(CROWD, "reviewers=1")
    club.answered("ana")
    (who,) = club.asked("ana")
    review = club.reviews("ana")[who].id
    club.press(who, back.format(review))
    club.submit(who, back.format(review), because="blank")

    opened = club.press(who, f"review:{review}")
    sent = club.submit(who, f"review:{review}", **SCORES, comment="Many words.")

    assert opened.form is None
    assert "handed this answer back" in said(opened)
    assert "handed this answer back" in said(sent)


def test_who_has_left_marks_no_reviews_any_more() -> None:
    club = a_club(CROWD, "reviewers=1")
    club.answered("ana")
    club.reviewed("ana", "4️⃣")
    (review,) = club.reviews("ana").values()
    club.command("ana", "leave sure")

    club.press("ana", f"helped:{review.id}")
    club.press("ana", f"helpful:{review.answer}")
    club.press("ana", f"unhelpful:{review.answer}")

    (after,) = club.reviews("ana").values()
    assert after.helpful is None


@pytest.mark.parametrize("what", ["", "IN", "x"])
def test_a_forged_choice_never_shows_the_name_of_somebody_who_hides_it(what: str) -> None:
    club = a_club()
    club.command("ana", "leaderboard anonymous")

    club.submit("ana", f"mine:{club.cohort.id}", board_opt=what)

    assert club.the_member("ana").shown == "anonymous"


def test_a_forged_name_that_no_database_takes_is_one_that_it_takes() -> None:
    forged = "pass:\ud800\0:busy"
    what = {"workspace": HERE, "by": Author(UserId("ana"), "ana"), "at": on(7), "channel": None}
    for kind in (ButtonPressed, FormSubmitted):
        event = cleaned(kind(key=DeliveryKey("1"), action=forged, **what))  # type: ignore[arg-type]

        assert isinstance(event, kind)
        assert "\0" not in event.action
        assert event.action.encode()
