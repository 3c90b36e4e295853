"""Members live by a clock of their own: its nights are kept, and its days are counted."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from bot.domain import budget, cadence
from bot.ids import ChannelId, UserId
from bot.messages import Form
from tests.services.clubs import Club, a_club
from tests.services.test_budget import LEFTOVERS, tell
from tests.services.towns import Town, on

TOKYO = "Asia/Tokyo"


def a_club_with(zone: str) -> Club:
    """Return a club on its first Monday at 09:05 in Berlin, one of whom lives elsewhere."""
    club = a_club()
    club.command("bo", f"settings my_zone={zone}")
    return club


def test_ones_own_zone_is_set_shown_and_taken_back() -> None:
    club = a_club_with("asia/tokyo")

    shown = club.command("bo", "settings").messages
    overview = club.command("bo", "me").messages
    club.command("bo", "settings my_zone=none")

    assert "my_zone=Asia/Tokyo" in repr(shown)
    assert TOKYO in repr(overview)
    assert club.the_member("bo").zone is None
    assert club.the_member("ana").zone is None
    assert club.cohort.plan.zone == "Europe/Berlin"


def test_a_zone_there_is_not_is_refused_with_one_that_was_meant() -> None:
    club = a_club()

    (refused,) = club.command("bo", "settings my_zone=Tokio").messages
    (unknown,) = club.command("bo", "settings my_zone=nowhere").messages

    assert TOKYO in repr(refused)
    assert "my_zone=Europe/Berlin" in repr(unknown)
    assert club.the_member("bo").zone is None


def test_an_organiser_who_is_no_member_has_no_zone_of_their_own() -> None:
    club = a_club()
    before = club.cohort

    (refused,) = club.command("olga", "settings my_zone=Asia/Tokyo time=18:00").messages

    assert "not in this cohort" in refused.summary
    assert club.cohort == before


def test_a_form_says_at_its_field_what_is_wrong_with_a_zone_and_changes_nothing() -> None:
    club = a_club()

    reply = club.submit("bo", f"mine:{club.cohort.id}", my_zone="nowhere", board_opt="out")

    assert [field for field, _ in reply.errors] == ["my_zone"]
    assert club.the_member("bo").on_board


def test_a_form_sent_as_it_was_shown_leaves_a_member_with_the_cohorts_clock() -> None:
    club = a_club()
    form = club.press("bo", f"mine:{club.cohort.id}").form
    assert isinstance(form, Form)

    club.submit("bo", form.action, **{field.name: field.value for field in form.fields})

    assert club.the_member("bo").zone is None


def test_ones_own_zone_goes_for_every_cohort_joined_before_and_after() -> None:
    club = a_club_with(TOKYO)
    other = Club(club.town, "bo", channel=ChannelId("#other"))

    other.start()

    assert other.the_member("bo").zone == TOKYO


def test_a_request_waits_for_the_morning_of_who_is_asked() -> None:
    club = a_club_in_the_afternoon()

    club.answered("ana")
    club.town.until(on(8, "08:00"))

    asked = {each.at for each in club.town.told(UserId("bo"), "review_request")}
    assert asked == {cadence.instant(TOKYO, date(2026, 12, 8), time(8))}


def a_club_in_the_afternoon() -> Club:
    """Return a club of three at 15:00 in Berlin, where it is 23:00 for one of them."""
    club = a_club_with(TOKYO)
    club.town.until(on(7, "15:00"))
    return club


def test_a_lease_does_not_run_out_while_its_reviewer_sleeps() -> None:
    club = a_club_in_the_afternoon()
    club.command("olga", "settings lease=5h")

    club.answered("ana")

    reviews = club.reviews("ana")
    read_at = cadence.instant(TOKYO, date(2026, 12, 8), time(8))
    assert reviews["bo"].due_at >= read_at + timedelta(hours=5)
    assert reviews["bo"].due_at <= reviews["bo"].asked_at + timedelta(hours=5 + 12)
    assert reviews["cy"].due_at < reviews["bo"].due_at


@pytest.mark.parametrize(("rates", "reminders"), [(True, 0), (False, 1)])
def test_a_reminder_of_the_night_comes_in_the_morning_if_it_is_needed_still(
    rates: bool, reminders: int
) -> None:
    club = a_club_with(TOKYO)
    club.answered("ana")
    club.town.until(on(7, "19:00"))
    assert "bo" in club.asked("ana")
    if rates:
        club.rate("ana", "bo", "4️⃣")

    club.town.until(on(8, "08:00"))

    waits = [text for text in club.told("bo") if "still waiting" in text]
    assert len(waits) == reminders


def test_a_change_of_a_request_that_waits_holds_nothing_else_up() -> None:
    club = a_club_in_the_afternoon()
    message = club.answered("ana")
    club.edit(message, "A better answer.")

    club.write("bo", "practice")

    (question,) = club.town.told(UserId("bo"), "practice")
    assert question.at == club.town.now
    club.town.until(on(8, "08:00"))
    (request,) = club.town.told(UserId("bo"), "review_request")
    assert request.at == cadence.instant(TOKYO, date(2026, 12, 8), time(8))


def test_days_are_counted_by_ones_own_clock() -> None:
    club = a_club_with(TOKYO)
    for said in ("One.", "Two.", "Three.", "Four."):
        tell(club, "bo", said)
    club.town.until(cadence.instant(TOKYO, date(2026, 12, 8), time(8, 5)))
    digest = club.told("bo")[-1]

    for said in ("Five.", "Six.", "Seven."):
        tell(club, "bo", said)

    assert digest == f"{LEFTOVERS}: Four"
    assert club.told("bo")[-2:] == ["Five.", "Six."]


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_on_either_side_of_the_date_line_leftovers_come_the_next_morning_there(zone: str) -> None:
    club = a_club_with(zone)
    for said in ("One.", "Two.", "Three.", "Four."):
        tell(club, "bo", said)

    club.town.wait(days=3)

    (digest,) = [e for e in club.town.told(UserId("bo")) if e.summary.startswith(LEFTOVERS)]
    first = club.town.told(UserId("bo"))[0].at
    assert cadence.local(zone, digest.at).time() == time(8)
    assert cadence.local_day(zone, digest.at) == cadence.local_day(zone, first) + timedelta(days=1)


@pytest.mark.parametrize("zone", ["America/Los_Angeles", TOKYO, "Australia/Lord_Howe"])
def test_nobody_is_written_to_unasked_in_their_own_night(zone: str) -> None:
    club = a_club_with(zone)
    club.town.wait(minutes=1)
    since = len(club.town.sent)
    plan = budget.own_plan(club.cohort.plan, zone)

    for day in range(7, 12):
        club.town.until(on(day, "12:00"))
        for who in ("ana", "bo", "cy"):
            club.say(who, f"Thought of {who}.")
        club.town.until(on(day, "16:00"))
        for reviewer in club.asked("bo"):
            club.rate("bo", reviewer, "4️⃣")
    club.town.until(on(14))

    told = [e for e in club.town.sent[since:] if e.to == "bo" and e.act.kind == "post"]
    assert len(told) >= 10
    assert [str(e.at) for e in told if cadence.considerate(plan, e.at) != e.at] == []


def test_where_the_clock_changes_in_the_night_the_morning_is_by_the_new_clock() -> None:
    zone = "America/New_York"
    start = cadence.instant(zone, date(2027, 3, 8), time(8))
    club = Club(Town(now=start))
    club.command("olga", "setup mini start=2027-03-08 zone=Europe/Berlin days=mon-sun")
    for who in club.people:
        club.command(who, "join")
    club.command("bo", f"settings my_zone={zone}")
    club.town.until(cadence.instant(zone, date(2027, 3, 13), time(12)))
    before = len(club.told("bo"))
    for number in range(4):
        tell(club, "bo", f"Said {number}.")

    club.town.until(cadence.instant(zone, date(2027, 3, 14), time(23)))

    later = [e for e in club.town.told(UserId("bo"))[before:] if LEFTOVERS in e.summary]
    assert [cadence.local(zone, e.at).time() for e in later] == [time(8)]
    assert later[0].at.hour == 12
