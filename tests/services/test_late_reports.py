"""What is told late, early or at the very same moment: the time that it carries decides."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from bot.ids import ChannelId, DeliveryKey, UserId
from bot.inbound import Author, CommandGiven, FormSubmitted
from bot.messages import Reply
from tests.services.clubs import HERE, OLGA, Club, a_club
from tests.services.towns import Town, on


def _said(club: Club, who: str, text: str, at: datetime) -> Reply:
    return club.town.take(
        CommandGiven(
            workspace=HERE, by=Author(UserId(who), who), at=at, key=DeliveryKey(f"late {text}"),
            channel=club.channel, text=text,
        )
    )  # fmt: skip


def _away(club: Club, until: str, at: datetime) -> Reply:
    return club.town.take(
        FormSubmitted(
            workspace=HERE, by=Author(UserId("ana"), "ana"), at=at, key=DeliveryKey("late away"),
            channel=club.channel, action=f"away:{club.cohort.id}", fields={"until": until},
        )
    )  # fmt: skip


def test_a_day_that_is_over_when_its_skip_arrives_is_not_skipped() -> None:
    club = a_club()
    said_at = club.town.now
    club.town.wait(days=1)

    (reply,) = _said(club, OLGA, "skip today", said_at).messages

    assert "2026-12-07" in repr(reply) or "7 December" in repr(reply)
    assert club.cohort.plan.skips == frozenset()


def test_days_off_until_the_day_on_which_they_were_taken_are_refused() -> None:
    club = a_club()
    club.town.until(on(7, "23:58"))

    reply = _away(club, "2026-12-08", at=on(8, "00:01"))

    assert [name for name, _ in reply.errors] == ["until"]
    assert club.the_member("ana").back_on is None


def test_days_off_are_a_year_at_most_from_when_they_were_taken() -> None:
    club = a_club()
    taken_at = club.town.now
    club.town.wait(days=2)
    today = date(2026, 12, 9)

    late = _away(club, (today + timedelta(days=366)).isoformat(), taken_at)
    assert [name for name, _ in late.errors] == ["until"]
    assert club.the_member("ana").back_on is None


def test_a_year_off_is_granted() -> None:
    club = a_club()

    _away(club, "2027-12-08", club.town.now)

    assert club.the_member("ana").back_on == date(2027, 12, 8)


def test_going_on_twice_at_the_same_moment_goes_on_once() -> None:
    club = a_club()
    club.command(OLGA, "pause")
    club.town.wait(hours=1)
    club.command(OLGA, "resume")
    before = club.cohort

    (reply,) = _said(club, OLGA, "resume", club.town.now).messages

    assert "not paused" in repr(reply)
    assert club.cohort == before


def test_who_leaves_and_joins_within_one_tick_of_the_clock_is_in() -> None:
    club = a_club()

    club.command("ana", "leave yes")
    club.command("ana", "join")

    assert not club.the_member("ana").left


def test_who_comes_goes_and_comes_back_within_one_tick_of_the_clock_is_in() -> None:
    club = a_club()

    for text in ("join", "leave yes", "join"):
        club.command("dora", text)

    assert not club.the_member("dora").left


def test_who_leaves_one_channel_stays_in_the_cohort_of_another() -> None:
    club = a_club()
    other = Club(club.town, "ana", channel=ChannelId("#other"))
    other.start()

    club.exit("ana")

    assert club.the_member("ana").left
    assert not other.the_member("ana").left


def test_an_invitation_is_not_posted_again_once_the_cohort_has_ended() -> None:
    club = Club(Town(), "ana bo cy")
    club.start()
    club.town.wait(days=15)
    before = len(club.town.posted())
    assert club.cohort.status == "ended"

    (reply,) = club.press(OLGA, f"invite:{club.cohort.id}").messages

    assert "has ended" in repr(reply)
    assert len(club.town.posted()) == before
