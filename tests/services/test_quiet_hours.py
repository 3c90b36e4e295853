"""At night nobody is written to unasked, wherever the cohort lives and whatever happened."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from bot.domain import cadence
from bot.domain.cohorts import Plan
from bot.ids import MessageId, PostKey, UserId
from bot.messages import Direct, InChannel
from bot.ports.outgoing import Mark, Outgoing, Post
from bot.ports.work import Work
from tests.factories import words
from tests.services.clubs import OLGA, Club, a_club
from tests.services.towns import Town, on

ZONES = ("America/Los_Angeles", "Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe")


def _disturbed(club: Club, zone: str, since: int) -> list[str]:
    """Return what was posted in the night, apart from what somebody had just asked for."""
    plan = Plan(zone=zone, start=date(2026, 12, 7), weeks=2)
    posts = [each for each in club.town.sent[since:] if isinstance(each.act, Post)]
    return [
        f"{cadence.local(zone, each.at)} {each.summary}"
        for each in posts
        if cadence.considerate(plan, each.at) != each.at
    ]


@pytest.mark.parametrize("zone", ZONES)
def test_whatever_members_do_at_night_nobody_is_written_to_before_the_morning(zone: str) -> None:
    start = cadence.instant(zone, date(2026, 12, 7), time(8, 0))
    town = Town(now=start)
    club = Club(town, "ana bo cy dora")
    club.start(f"zone={zone}")
    since = len(town.sent)

    for night in range(7, 12):
        town.until(cadence.instant(zone, date(2026, 12, night), time(20, 55)))
        messages = [club.say(who, f"Late thought of {who}.") for who in club.people]
        for hour in (22, 23):
            town.until(cadence.instant(zone, date(2026, 12, night), time(hour, 30)))
            club.edit(messages[0], f"Later thought at {hour}.")
            for author in club.people:
                for reviewer in club.asked(author)[:1]:
                    club.rate(author, reviewer, "4️⃣")
        town.until(cadence.instant(zone, date(2026, 12, night + 1), time(3, 0)))
        club.command("bo", "away 1 day" if night % 2 else "back")
        club.delete(messages[1])
    town.until(start + timedelta(days=12))

    assert _disturbed(club, zone, since) == []
    assert len(town.posted("question")) >= 8


def test_a_coach_that_comes_back_at_night_waits_for_the_morning() -> None:
    club = a_club(how="time=19:00")
    club.town.until(on(8, "18:00"))
    since = len(club.town.sent)

    club.town.sleep()
    club.town.until(on(8, "23:00"))
    club.town.wake()
    club.town.until(on(9, "12:00"))

    assert _disturbed(club, "Europe/Berlin", since) == []
    assert len([said for said in club.told(OLGA) if "not running" in said]) == 1


def test_a_dead_letter_at_night_is_reported_in_the_morning() -> None:
    club = a_club()
    club.town.until(on(7, "23:00"))
    since = len(club.town.sent)
    letter = Outgoing(
        PostKey("lost"), club.workspace, Direct(UserId("bo")), Post(words()), club.town.now,
        cohort=club.cohort.id,
    )  # fmt: skip
    club.town.call(lambda w: club.town.coach.undelivered(w, letter, "blocked", club.town.now))
    club.town.until(on(8, "08:30"))

    assert _disturbed(club, "Europe/Berlin", since) == []
    told = [each.at for each in club.town.told(UserId(OLGA)) if "delivered" in each.words]
    assert told == [on(8, "08:00")]


def _cut_off(club: Club, until: datetime) -> None:
    """Let the platform refuse everything of this workspace for a while."""
    mark = Outgoing(
        PostKey("probe"), club.workspace, InChannel(club.channel),
        Mark(club.channel, MessageId("m"), "👀"), club.town.now,
    )  # fmt: skip

    def hold(work: Work) -> None:
        work.outbox.put(mark)
        (claimed,) = work.relay.claim(club.town.now, timedelta(minutes=1), 1)
        work.relay.hold(claimed, until, workspace=True)

    club.town.call(hold)


def test_what_was_decided_by_day_and_held_up_until_the_night_comes_in_the_morning() -> None:
    club = a_club()
    club.town.until(on(7, "19:00"))
    _cut_off(club, until=on(8, "03:00"))
    since = len(club.town.sent)

    for who in club.people:
        club.say(who, f"Thought of {who}.")
    club.town.until(on(8, "12:00"))

    requests = [each for each in club.town.sent[since:] if each.topic == "review_request"]
    assert {each.at for each in requests if each.to} == {on(8, "08:00")}
    assert _disturbed(club, "Europe/Berlin", since) == []


def test_an_overdue_word_to_the_organisers_comes_in_the_morning_after_a_restart_at_night() -> None:
    club = a_club()
    club.town.until(on(7, "20:59"))
    letter = Outgoing(
        PostKey("lost"), club.workspace, Direct(UserId("bo")), Post(words()), club.town.now,
        cohort=club.cohort.id,
    )  # fmt: skip
    club.town.call(lambda w: club.town.coach.undelivered(w, letter, "blocked", club.town.now))

    club.town.sleep()
    club.town.until(on(8, "03:00"))
    club.town.wake()
    club.town.until(on(8, "08:30"))

    told = [each.at for each in club.town.told(UserId(OLGA)) if "delivered" in each.words]
    assert told == [on(8, "08:00")]


def test_a_question_somebody_asked_for_comes_at_night_however_late_it_is() -> None:
    club = a_club()
    club.town.until(on(7, "20:30"))
    _cut_off(club, until=on(7, "23:00"))

    club.write("ana", "practice")
    club.town.until(on(8, "12:00"))

    assert [each.at for each in club.town.told(UserId("ana"), "practice")] == [on(7, "23:00")]


def test_posts_come_at_night_where_the_organiser_wants_them_then() -> None:
    club = a_club(how="time=22:00")

    club.town.until(on(8, "23:00"))

    assert [each.at for each in club.town.posted("question")] == [on(7, "22:00"), on(8, "22:00")]


def test_practice_questions_are_announced_by_day_even_where_noon_is_quiet() -> None:
    club = a_club()
    club.command(OLGA, "settings quiet=11:00-14:00")
    club.write("ana", "practice")
    club.write("ana", "My answer to myself.")
    practice = club.the_practice("ana")
    club.press("ana", f"rate:{practice.id}:1")

    club.town.until(on(20))

    nudges = [s for s in club.town.told(UserId("ana"), "practice") if "due again" in s.words]
    assert nudges
    assert {f"{cadence.local('Europe/Berlin', n.at):%H:%M}" for n in nudges} == {"14:00"}
