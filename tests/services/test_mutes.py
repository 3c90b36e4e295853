"""Muted until a date: nothing unasked but results, no review duty; all else goes on."""

from __future__ import annotations

from bot.ids import ChannelId, UserId
from tests.services.clubs import OLGA, Club, a_club
from tests.services.test_budget import tell
from tests.services.test_own_clock import TOKYO
from tests.services.towns import on


def _topics(club: Club, who: str, since: int) -> set[str | None]:
    posts = [e for e in club.town.sent[since:] if e.to == UserId(who) and e.act.kind == "post"]
    return {each.topic for each in posts}


def test_who_is_muted_is_asked_for_no_review_and_what_was_asked_goes_to_others() -> None:
    club = a_club("ana bo cy dora")
    club.answered("ana")
    muted = club.asked("ana")[0]

    club.command(muted, "mute until 14 Dec")
    club.town.wait(minutes=1)
    club.answered("dora" if muted != "dora" else "cy")

    assert club.owed(muted) == ()
    assert club.reviews("ana")[muted].status == "released"


def test_who_is_muted_gets_results_and_nothing_else() -> None:
    club = a_club("ana bo cy dora")
    club.command("ana", "mute until 2026-12-14")
    since = len(club.town.sent)
    club.answered("ana")

    club.reviewed("ana")
    tell(club, "ana", "Something.")
    club.town.until(on(12, "12:00"))

    assert _topics(club, "ana", since) == {"result"}


def test_a_streak_goes_on_counting_and_answers_are_taken() -> None:
    club = a_club()
    club.command("ana", "mute 1 week")

    club.answered("ana")

    assert club.answer("ana").status == "in_review"
    assert "streak of 1 posting day" in repr(club.command("ana", "progress").messages[0])
    assert not club.the_member("ana").away(on(8).date())


def test_a_mute_ends_by_itself_on_its_day_where_the_member_lives() -> None:
    club = a_club()
    club.command("bo", f"settings my_zone={TOKYO}")
    club.command("bo", "mute until 2026-12-09")
    club.town.until(on(8, "15:59"))
    tell(club, "bo", "Too early.")
    club.town.until(on(8, "16:01"))

    tell(club, "bo", "In time.")
    club.town.until(on(9, "12:00"))

    assert "Too early." not in club.told("bo")
    assert "In time." in club.told("bo")


def test_a_mute_can_be_ended_and_is_shown() -> None:
    club = a_club()
    (confirmed,) = club.command("bo", "mute until 14 Dec").messages
    shown = [repr(club.command("bo", words).messages) for words in ("settings", "me", "why")]
    club.command("bo", "mute off")

    assert "Mon 14 Dec 2026" in confirmed.summary
    assert all("14 Dec" in each or "2026-12-14" in each for each in shown)
    assert club.the_member("bo").muted_until is None
    assert "muted" not in repr(club.command("bo", "me").messages)


def test_a_mute_that_makes_no_sense_is_refused_with_an_example() -> None:
    club = a_club()

    for words in ("mute", "mute until", "mute until yesterday", "mute until today", "mute 0 days"):
        (refused,) = club.command("bo", words).messages
        assert "mute " in repr(refused)
    assert club.the_member("bo").muted_until is None


def test_nobody_is_muted_for_years() -> None:
    club = a_club()

    (refused,) = club.command("bo", "mute until 2028-12-01").messages

    assert "more than a year" in repr(refused)
    assert club.the_member("bo").muted_until is None


def test_what_waits_when_somebody_is_muted_is_dropped_but_for_results() -> None:
    club = a_club()
    for said in ("One.", "Two.", "Three.", "Four."):
        tell(club, "bo", said)

    club.command("bo", "mute 1 week")
    club.town.until(on(8, "12:00"))

    assert club.told("bo") == ["One.", "Two.", "Three."]


def test_an_organiser_who_is_muted_still_hears_what_needs_them() -> None:
    club = a_club()
    club.command(OLGA, "join")
    club.command(OLGA, "mute 1 week")
    club.town.unreachable.add(UserId("bo"))

    club.answered("ana")

    assert any("delivered" in said for said in club.told(OLGA))


def test_practice_questions_are_not_announced_to_who_is_muted() -> None:
    club = a_club()
    club.write("bo", "practice")
    club.write("bo", "My answer to myself.")
    club.press("bo", f"rate:{club.the_practice('bo').id}:1")
    club.command("bo", "mute until 2026-12-12")

    club.town.until(on(14))

    told = [each.at for each in club.town.told(UserId("bo")) if "due again" in each.words]
    assert told
    assert min(told) >= on(12, "08:00")


def test_a_mute_goes_for_every_cohort() -> None:
    club = a_club()
    other = Club(club.town, "bo", channel=ChannelId("#other"))
    other.start()

    club.command("bo", "mute 1 week")

    assert other.the_member("bo").muted_until == club.the_member("bo").muted_until is not None
