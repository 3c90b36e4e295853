"""How many private messages somebody gets on a day, by their own clock, and what waits."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import budget, cadence
from bot.domain.cohorts import Plan
from bot.domain.digests import Deferred
from bot.messages import Message
from tests.examples import cases
from tests.factories import ANA, COHORT, NOW, WORKSPACE, words

BERLIN = Plan(zone="Europe/Berlin", start=date(2026, 12, 7), weeks=2)
ZONES = (
    *("Europe/Berlin", "America/Los_Angeles", "Asia/Kathmandu", "Pacific/Kiritimati"),
    *("Pacific/Pago_Pago", "Australia/Lord_Howe", "Pacific/Apia", "America/Havana"),
)
INSTANTS = st.integers(0, 3 * 365 * 24 * 60).map(
    lambda minutes: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
QUIET = st.sampled_from(
    [(time(21), time(8)), (time(0), time(7)), (time(11), time(14)), (time(0), time(0))]
)


def _at(zone: str, day: date, hour: int, minute: int = 0) -> datetime:
    return cadence.instant(zone, day, time(hour, minute))


def _said(topic: str = "notice", subject: str = "") -> budget.Kind:
    message = Message(topic, "Said.", words().blocks)  # type: ignore[arg-type]
    return budget.kind_of(message, subject)


def _waiting(key: str, subject: str = "") -> Deferred:
    return Deferred(key, WORKSPACE, ANA, COHORT, words(key), NOW, subject)


def test_three_messages_are_left_on_a_day_without_any_and_never_less_than_none() -> None:
    assert [budget.left(told) for told in range(6)] == [3, 2, 1, 0, 0, 0]


def test_a_request_for_a_review_goes_with_nothing_left_and_to_the_muted() -> None:
    assert _said("review_request") == "request"
    assert budget.fate("request", 0, muted=True) == "now"


def test_an_urgent_word_goes_with_nothing_left() -> None:
    assert budget.kind_of(words(), "", urgent=True) == "urgent"
    assert budget.fate("urgent", 0, muted=True) == "now"


def test_a_result_waits_where_nothing_is_left_and_goes_to_the_muted() -> None:
    assert _said("result") == _said("notice", "result:a1") == "result"
    assert budget.fate("result", 1, muted=True) == "now"
    assert budget.fate("result", 0, muted=True) == "later"


def test_anything_else_goes_waits_or_is_dropped() -> None:
    assert _said("notice", "mentor:c1") == "other"
    assert budget.fate("other", 1, muted=False) == "now"
    assert budget.fate("other", 0, muted=False) == "later"
    assert budget.fate("other", 3, muted=True) == "never"


def test_what_invites_taps_is_never_put_off() -> None:
    assert budget.fate("other", 0, muted=False, taps=True) == "now"
    assert budget.fate("other", 0, muted=True, taps=True) == "never"


def test_reminders_own_lines_and_nudges_are_said_aside() -> None:
    assert _said("reminder", "remind:r1") == _said("notice", "line:") == "aside"
    assert _said("notice", "nudge:") == "aside"


def test_a_result_leaves_room_for_the_requests_still_expected() -> None:
    expected = budget.Expected(requests=1)

    assert budget.fate("result", 2, muted=False, expected=expected) == "now"
    assert budget.fate("result", 1, muted=False, expected=expected) == "later"


def test_an_aside_leaves_room_for_requests_and_a_result() -> None:
    expected = budget.Expected(requests=1, results=1)

    assert budget.fate("aside", 3, muted=False, expected=expected) == "now"
    assert budget.fate("aside", 2, muted=False, expected=expected) == "later"
    assert budget.fate("other", 1, muted=False, expected=expected) == "now"


def test_as_many_requests_are_expected_as_reviewers_or_as_the_day_before() -> None:
    assert [budget.requests_to_come(2, asked, 0) for asked in range(4)] == [2, 1, 0, 0]
    assert budget.requests_to_come(2, 2, 4) == 2


def test_there_is_room_for_a_result_however_many_requests_are_expected() -> None:
    expected = budget.Expected(requests=5, results=1)

    assert budget.fate("result", 3, muted=False, expected=expected) == "now"
    assert budget.fate("aside", 3, muted=False, expected=expected) == "later"


def test_what_waits_rides_along_oldest_first_while_there_is_room() -> None:
    short, long = _waiting("a"), replace(words(), blocks=words().blocks * 40)
    waiting = [short, replace(_waiting("b"), message=long), _waiting("c")]

    assert [each.id for each in budget.aboard(words(), waiting)] == ["a"]
    assert budget.aboard(long, waiting) == ()


@pytest.mark.parametrize(
    ("subject", "hours", "spare", "told"),
    [("remind:r1", 20, 0, False), ("remind:r1", 20, 1, True), ("remind:r1", 25, 0, True),
     ("notice:", 1, 0, True)],
)  # fmt: skip
def test_asides_wait_a_day_longer_where_the_day_has_nothing_to_spare(
    subject: str, hours: int, spare: int, told: bool
) -> None:
    now = NOW + timedelta(hours=hours)

    assert budget.in_time([_waiting("a", subject)], now, spare) is told


def test_what_is_too_long_for_one_message_is_parted_between_messages() -> None:
    blocks = words().blocks * 15
    waiting = [replace(_waiting(key), message=replace(words(), blocks=blocks)) for key in "abc"]

    parts = budget.parted(waiting)

    assert [[each.id for each in part] for part in parts] == [["a", "b"], ["c"]]


def test_what_fills_a_message_by_itself_stands_alone() -> None:
    full = replace(_waiting("b"), message=replace(words(), blocks=words().blocks * 40))

    parts = budget.parted([_waiting("a"), full, _waiting("c")])

    assert [[each.id for each in part] for part in parts] == [["a"], ["b"], ["c"]]


def test_a_day_begins_at_midnight_where_somebody_lives() -> None:
    noon = datetime(2026, 12, 7, 12, tzinfo=UTC)

    assert budget.day_begins("Asia/Tokyo", noon) == datetime(2026, 12, 6, 15, tzinfo=UTC)
    assert budget.day_begins("America/Los_Angeles", noon) == datetime(2026, 12, 7, 8, tzinfo=UTC)


def test_a_day_begins_an_hour_later_where_the_clock_skips_midnight() -> None:
    noon = _at("America/Havana", date(2026, 3, 8), 12)

    assert cadence.local("America/Havana", budget.day_begins("America/Havana", noon)).hour == 1


def test_two_who_live_on_either_side_of_the_date_line_have_different_days() -> None:
    now = datetime(2026, 12, 7, 10, 30, tzinfo=UTC)

    east = budget.day_begins("Pacific/Kiritimati", now)
    west = budget.day_begins("Pacific/Pago_Pago", now)

    assert cadence.local_day("Pacific/Kiritimati", now) == date(2026, 12, 8)
    assert cadence.local_day("Pacific/Pago_Pago", now) == date(2026, 12, 6)
    assert (east, west) == (
        datetime(2026, 12, 7, 10, tzinfo=UTC), datetime(2026, 12, 6, 11, tzinfo=UTC),
    )  # fmt: skip


def test_a_digest_comes_when_the_next_night_is_over() -> None:
    tuesday = _at("Europe/Berlin", date(2026, 12, 8), 8)

    assert budget.digest_at(BERLIN, _at("Europe/Berlin", date(2026, 12, 7), 9)) == tuesday
    assert budget.digest_at(BERLIN, _at("Europe/Berlin", date(2026, 12, 7), 20, 59)) == tuesday


def test_what_is_too_much_for_a_morning_comes_the_morning_after() -> None:
    at_dawn = _at("Europe/Berlin", date(2026, 12, 8), 8)

    after = budget.digest_at(BERLIN, at_dawn)

    assert after == _at("Europe/Berlin", date(2026, 12, 9), 8)


@pytest.mark.parametrize("zone", ZONES)
@cases(60)
@given(at=INSTANTS, quiet=QUIET)
def test_a_digest_is_on_a_later_day_soon_and_never_at_night(
    zone: str, at: datetime, quiet: tuple[time, time]
) -> None:
    plan = replace(BERLIN, zone=zone, quiet_from=quiet[0], quiet_to=quiet[1])

    digest_at = budget.digest_at(plan, at)

    assert cadence.local_day(zone, digest_at) > cadence.local_day(zone, at)
    assert cadence.considerate(plan, digest_at) == digest_at
    assert digest_at - at <= timedelta(hours=49)


def test_a_lease_that_begins_at_night_is_counted_from_the_morning() -> None:
    asked_at = _at("Europe/Berlin", date(2026, 12, 7), 23)

    ends = budget.lease_end(BERLIN, asked_at, timedelta(hours=6))

    assert ends == _at("Europe/Berlin", date(2026, 12, 8), 14)


def test_a_lease_does_not_end_at_night() -> None:
    asked_at = _at("Europe/Berlin", date(2026, 12, 7), 18)

    ends = budget.lease_end(BERLIN, asked_at, timedelta(hours=6))

    assert ends == _at("Europe/Berlin", date(2026, 12, 8), 8)


@pytest.mark.parametrize("zone", ZONES)
@cases(60)
@given(at=INSTANTS, hours=st.integers(2, 168))
def test_a_lease_is_never_shorter_and_at_most_twelve_hours_longer(
    zone: str, at: datetime, hours: int
) -> None:
    lease = timedelta(hours=hours)

    ends = budget.lease_end(replace(BERLIN, zone=zone), at, lease)

    assert at + lease <= ends <= at + lease + timedelta(hours=12)


def test_own_hours_are_as_quiet_as_the_cohorts_elsewhere() -> None:
    tokyo = budget.own_plan(BERLIN, "Asia/Tokyo")

    assert budget.own_plan(BERLIN, None) is BERLIN
    assert cadence.considerate(tokyo, _at("Asia/Tokyo", date(2026, 12, 7), 3)) == _at(
        "Asia/Tokyo", date(2026, 12, 7), 8
    )
