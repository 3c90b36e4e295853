"""Coming, going and being away: who is gone is asked for nothing, and nothing waits for them."""

from __future__ import annotations

from datetime import date

import pytest

from bot.ids import ChannelId, UserId
from bot.messages import Buttons, InChannel
from tests.services.clubs import CHANNEL, OLGA, Club, a_club
from tests.services.towns import Sent, Town, on

ASKING = ("review_request", "reassigned", "reminder", "practice")


def _asked_of(club: Club, who: str, since: int) -> list[Sent]:
    """Return what one person was asked for since some entry of what was sent."""
    posts = [each for each in club.town.sent[since:] if each.to == UserId(who)]
    return [each for each in posts if each.topic in ASKING or each.subject.startswith("self:")]


def _gone(club: Club, who: str, how: str) -> None:
    """Let somebody be gone in one of the ways in which people go."""
    match how:
        case "away":
            club.command(who, "away until 2026-12-20")
        case "leave":
            club.command(who, "leave yes")
        case "exit":
            club.exit(who)


GONE = pytest.mark.parametrize("how", ["away", "leave", "exit"])


@GONE
def test_reviews_of_somebody_who_goes_are_given_to_others(how: str) -> None:
    club = a_club("ana bo cy dora")
    club.answered()
    goer = club.asked("ana")[0]

    _gone(club, goer, how)
    club.town.wait(minutes=1)

    other = next(n for n in club.people if n != "ana" and n not in list(club.reviews("ana"))[:2])
    assert club.owed(goer) == ()
    assert club.reviews("ana")[goer].status == "released"
    assert other in club.asked("ana")


@GONE
def test_who_is_gone_is_asked_for_nothing_at_all(how: str) -> None:
    club = a_club("ana bo cy dora")
    monday = club.prompt
    club.answered("dora")
    _practise(club, "dora")
    since = len(club.town.sent)
    _gone(club, "dora", how)

    for day in (7, 8, 9, 10, 11, 14, 15, 16, 17, 18):
        club.town.until(on(day, "10:00"))
        for who in ("ana", "bo", "cy"):
            club.say(who, f"Answer of {who}.")
    club.town.until(on(19, "23:00"))

    assert _asked_of(club, "dora", since) == []
    assert club.answer("dora", monday).status in ("done", "withdrawn")


def _practise(club: Club, who: str) -> None:
    """Leave somebody with a question that is due again in a few days."""
    club.write(who, "practice")
    club.write(who, "My answer to myself.")
    practice = club.the_practice(who)
    club.press(who, f"rate:{practice.id}:2")


def test_who_practises_and_stays_is_told_that_questions_are_due_again() -> None:
    club = a_club("ana bo cy dora")
    _practise(club, "dora")
    since = len(club.town.sent)

    club.town.until(on(19, "23:00"))

    assert "practice" in {each.topic for each in _asked_of(club, "dora", since)}


def test_who_is_away_is_asked_again_from_the_day_they_are_back() -> None:
    club = a_club("ana bo cy")
    club.command("cy", "away until 2026-12-09")
    club.answered("ana")
    assert club.asked("ana") == ["bo"]

    club.town.until(on(9, "10:00"))
    club.answered("ana")

    assert sorted(club.asked("ana")) == ["bo", "cy"]


def test_an_absence_counts_from_the_day_it_was_told_however_late_that_arrives() -> None:
    club = a_club("ana bo cy")
    club.town.until(on(7, "23:55"))
    club.town.sleep()
    club.command("cy", "away 2 days")
    told = club.town.log[-1]
    club.town.awake = True
    club.town.until(on(8, "00:05"))

    club.town.take(told)

    absent = [day for day in range(6, 13) if club.the_member("cy").away(date(2026, 12, day))]
    assert absent == [7, 8]


def test_back_ends_an_absence_at_once() -> None:
    club = a_club("ana bo cy")
    club.command("cy", "away until 2026-12-20")
    club.town.wait(minutes=1)

    club.command("cy", "back")
    club.answered("ana")

    assert sorted(club.asked("ana")) == ["bo", "cy"]


def test_open_answers_of_who_leaves_are_withdrawn_and_their_reviewers_freed() -> None:
    club = a_club("ana bo cy")
    club.answered()

    club.command("ana", "leave yes")

    assert club.answer("ana").status == "withdrawn"
    assert club.owed("bo") == club.owed("cy") == ()


def test_an_answer_already_judged_stays_when_its_author_leaves() -> None:
    club = a_club("ana bo cy")
    club.answered()
    club.reviewed()

    club.command("ana", "leave yes")

    assert club.answer("ana").status == "done"


def test_what_somebody_taps_after_leaving_does_not_count() -> None:
    club = a_club("ana bo cy")
    club.answered()
    post = club.reviews("ana")["bo"].post
    club.command("bo", "leave yes")
    club.town.wait(minutes=1)

    club.tap("bo", post, "5️⃣")

    assert club.reviews("ana")["bo"].status == "released"


def test_who_left_is_a_member_again_after_joining_again() -> None:
    club = a_club("ana bo cy")
    club.command("cy", "leave yes")
    assert club.command("cy", "today").messages
    club.town.wait(minutes=1)

    club.command("cy", "join")
    club.answered("ana")

    assert sorted(club.asked("ana")) == ["bo", "cy"]
    assert not club.the_member("cy").left


def test_leaving_and_joining_within_one_tick_of_the_clock_ends_as_a_member() -> None:
    club = a_club("ana bo cy")

    club.command("cy", "leave yes")
    club.command("cy", "join")

    assert not club.the_member("cy").left


def test_an_older_report_of_leaving_does_not_undo_joining_again() -> None:
    club = a_club("ana bo cy")
    club.town.wait(minutes=1)
    club.town.sleep()
    club.exit("cy")
    exit_ = club.town.log[-1]
    club.town.wake()
    club.town.wait(minutes=1)
    club.enter("cy")
    club.command("cy", "join")
    club.town.wait(minutes=1)

    club.town.take(exit_)

    assert not club.the_member("cy").left


def test_entering_the_channel_makes_nobody_a_member() -> None:
    club = a_club("ana bo cy")

    club.enter("zoe")

    assert club.member("zoe") is None


def test_a_guest_who_answers_is_told_once_how_to_join_and_no_answer_is_kept() -> None:
    club = a_club("ana bo cy")
    root = club.receipt(club.prompt.post)

    replies = []
    for _ in range(3):
        club.town.sleep()
        club.say("zoe", "Hello?")
        event = club.town.log[-1]
        club.town.awake = True
        replies.append(club.town.take(event))

    assert root.channel == "#prep"
    assert [len(reply.messages) for reply in replies] == [1, 0, 0]
    assert club.answer_if_any("zoe") is None


def test_reading_a_thread_again_does_not_use_up_a_guests_one_hint() -> None:
    club = a_club("ana bo cy")
    club.town.sleep()
    club.say("zoe", "Hello?")
    club.town.wake()
    club.town.wait(minutes=1)

    event = _said_by(club, "zoe", "Hello again?")

    assert len(club.town.take(event).messages) == 1


def _said_by(club: Club, who: str, text: str):
    club.town.sleep()
    club.say(who, text)
    club.town.awake = True
    return club.town.log[-1]


@pytest.mark.parametrize("how", ["away", "leave"])
def test_what_somebody_owes_another_cohort_is_not_touched(how: str) -> None:
    town = Town()
    clubs = [Club(town, channel=ChannelId(name)) for name in ("#one", "#two")]
    for club in clubs:
        club.start()
    town.wait(minutes=65)
    for club in clubs:
        club.answered()

    _gone(clubs[0], "bo", how)

    assert clubs[0].reviews("ana")["bo"].status == "released"
    assert clubs[1].reviews("ana")["bo"].status == "asked"


def test_leaving_changes_nothing_about_organising() -> None:
    club = a_club("ana bo cy")
    club.command(OLGA, "join")

    club.command(OLGA, "leave yes")

    assert club.cohort.organisers == {OLGA}


def test_somebody_off_the_leaderboard_gets_their_own_line_and_is_not_named() -> None:
    club = a_club("ana bo cy")
    club.command("ana", "leaderboard out")
    for who in club.people:
        club.say(who, "My answer.")

    club.town.until(on(11, "17:00"))

    board = club.town.posted("leaderboard")[-1]
    assert board.place == InChannel(CHANNEL)
    assert "ana" not in board.words
    assert "bo" in board.words
    assert any("Your week" in said for said in club.told("ana"))


def test_a_command_to_leave_is_asked_about_before_it_is_done() -> None:
    club = a_club()
    club.answered()

    reply = club.command("ana", "leave", direct=True)
    assert not club.the_member("ana").left
    assert club.answer("ana").status != "withdrawn"

    (row,) = [block for block in reply.messages[0].blocks if isinstance(block, Buttons)]
    club.press("ana", row.buttons[0].action)
    assert club.the_member("ana").left
