"""Our clock and the platform's differ, or ours was wrong for a while: nothing is lost by it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.reviews import taps_on
from bot.ids import DeliveryKey, UserId
from bot.ports.platforms import SeenReaction
from tests.services.clubs import SCORES, Club, a_club

AHEAD = timedelta(minutes=9)
"""Our clock tells that somebody left; the platform's, which is behind, that they came back."""


def _joins_behind(club: Club, who: str, behind: timedelta) -> None:
    """Let somebody join by a clock that is behind ours."""
    club.town.awake = False
    club.press(who, f"join:{club.cohort.id}")
    club.town.awake = True
    club.town.take(replace(club.town.log[-1], at=club.town.now - behind))


def test_who_comes_back_while_our_clock_is_ahead_is_a_member_and_can_answer_afresh() -> None:
    club = a_club()
    club.answered("ana", "The first.")
    club.exit("ana")
    club.town.wait(seconds=20)
    club.enter("ana")

    _joins_behind(club, "ana", AHEAD)
    club.town.wait(minutes=1)
    club.say("ana", "The second.", at=club.town.now - AHEAD)

    assert not club.the_member("ana").left
    assert club.text("ana") == "The second."


def test_an_answer_given_before_our_clock_saw_its_author_leave_counts() -> None:
    club = a_club()
    club.say("ana", "The first.")
    club.town.wait(minutes=15)
    club.exit("ana")
    _joins_behind(club, "ana", timedelta(minutes=3))

    club.say("ana", "The second.", at=club.town.now - timedelta(minutes=2))

    assert club.text("ana") == "The second."


def test_a_join_told_again_after_leaving_brings_nobody_back() -> None:
    club = a_club()
    club.enter("zoe")
    club.press("zoe", f"join:{club.cohort.id}")
    join = club.town.log[-1]
    club.town.wait(minutes=1)
    club.exit("zoe")

    club.town.take(replace(join, key=DeliveryKey("told again")))

    assert club.the_member("zoe").left


@pytest.mark.parametrize("left", [False, True])
def test_coming_and_going_told_by_a_clock_set_right_since_can_be_undone(left: bool) -> None:
    club = a_club()
    hours = timedelta(hours=-3)
    club.exit("ana")
    club.town.wait(minutes=1)
    _joins_behind(club, "ana", hours)
    if left:
        club.town.awake = False
        club.command("ana", "leave yes")
        club.town.awake = True
        club.town.take(replace(club.town.log[-1], at=club.town.now - hours))
    assert club.the_member("ana").left is left
    club.town.wait(minutes=1)

    club.command("ana", "join" if left else "leave yes")

    assert club.the_member("ana").left is not left


def test_who_joined_while_people_were_read_is_not_taken_for_gone_by_a_clock_that_is_ahead() -> None:
    club = a_club()
    town, cohort = club.town, club.cohort.id
    club.command("zoe", "join")
    present = [UserId(name) for name in club.people]

    def read(ahead: timedelta) -> None:
        began = town.now + ahead
        town.call(lambda w: town.coach.settle_people(w, club.workspace, cohort, present, began))

    read(timedelta(minutes=9))
    assert not club.the_member("zoe").left
    read(timedelta(minutes=10))
    assert club.the_member("zoe").left


def test_a_reading_mends_taps_that_a_clock_set_right_since_told_for_later() -> None:
    club = a_club()
    club.answered()
    reviewer = min(club.reviews("ana"))
    post, since = club.reviews("ana")[reviewer].post, len(club.town.log)
    club.town.awake = False
    club.rate("ana", reviewer, "1️⃣")
    club.rate("ana", reviewer, "💬")
    club.town.awake = True
    for event in club.town.log[since:]:
        club.town.take(replace(event, at=event.at + timedelta(hours=3)))
    club.rate("ana", reviewer, "1️⃣", on=False)
    club.rate("ana", reviewer, "5️⃣")
    assert _tapped(club, reviewer) == {"1️⃣", "5️⃣", "💬"}

    club.town.wait(minutes=5)
    seen = list(club.platform.taps[club.receipt(post)])
    assert seen == [SeenReaction(UserId(reviewer), emoji) for emoji in ("💬", "5️⃣")]
    club.town.reread()

    review = club.reviews("ana")[reviewer]
    assert _tapped(club, reviewer) == {"5️⃣", "💬"}
    assert review.rated_at is not None
    assert review.rated_at <= club.town.now
    club.rate("ana", reviewer, "5️⃣", on=False)
    assert _tapped(club, reviewer) == {"💬"}


def _tapped(club: Club, reviewer: str) -> set[str]:
    return {tap.emoji for tap in taps_on(club.reviews("ana")[reviewer])}


def test_a_form_counts_though_one_before_was_told_for_later_by_a_clock_set_right_since() -> None:
    club = a_club()
    club.answered()
    reviewer = min(club.reviews("ana"))
    answer, review = f"answer:{club.prompt.id}", f"review:{club.reviews('ana')[reviewer].id}"
    since = len(club.town.log)
    club.town.awake = False
    club.submit("bo", answer, text="The first.")
    club.submit(reviewer, review, **SCORES, comment="The first.")
    club.town.awake = True
    for event in club.town.log[since:]:
        club.town.take(replace(event, at=event.at + timedelta(hours=3)))
    club.town.reread()

    club.submit("bo", answer, text="The second.")
    club.submit(reviewer, review, **SCORES, comment="The second.")

    sheet = club.reviews("ana")[reviewer].sheet
    assert club.text("bo") == "The second."
    assert sheet is not None
    assert sheet.comment == "The second."
