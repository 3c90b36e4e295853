"""The line that tells organisers how a cohort's messages arrived."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time

import pytest

from bot.domain import cadence
from bot.ids import UserId
from bot.ports.storage import Due
from tests.fakes import MemoryStore
from tests.services.clubs import OLGA, Club, a_club
from tests.services.towns import Town, on

FRIDAY = 11


class Shut(Town):
    """A town whose platform takes nothing for a while."""

    until_open: datetime | None = None

    def _deliver(self) -> bool:
        return not self._is_shut() and super()._deliver()

    def _next(self) -> datetime | None:
        if not self._is_shut():
            return super()._next()
        assert self.until_open
        at = self.call(lambda work: work.agenda.next_at())
        return self.until_open if at is None else min(at, self.until_open)

    def _is_shut(self) -> bool:
        return self.until_open is not None and self.now < self.until_open


def reports(club: Club) -> list[str]:
    return [said for said in club.told(OLGA) if "arrived" in said]


def turned_away(club: Club) -> None:
    """Let what went to Bo have arrived in a thread."""
    assert isinstance(club.town.store, MemoryStore)
    for row in club.town.store.tables.outbox.rows.values():
        if row.receipt and row.receipt.channel == "@bo":
            row.receipt = replace(row.receipt, elsewhere=True)


def test_of_a_day_on_which_all_arrived_nobody_hears() -> None:
    club = a_club()
    club.answered()
    club.town.until(on(10, "23:00"))

    assert reports(club) == []


def test_a_week_in_which_all_arrived_is_told_once_in_its_last_evening() -> None:
    club = a_club()

    club.town.until(on(FRIDAY, "19:59"))
    before = reports(club)
    club.town.until(on(13, "23:00"))

    assert before == []
    (said,) = reports(club)
    assert said.startswith("All ")
    assert club.town.told(UserId(OLGA))[-1].at == on(FRIDAY, "20:00")


def test_what_was_late_is_told_in_the_evening() -> None:
    town = Shut()
    club = a_club(town=town)
    town.until_open = on(8, "11:00")

    club.town.until(on(9, "08:00"))

    (said,) = reports(club)
    assert "One of them was late." in said


def test_what_is_still_on_its_way_is_told() -> None:
    town = Shut()
    club = a_club(town=town)
    town.until_open = on(8, "20:30")
    club.town.until(on(9, "08:00"))

    (said,) = reports(club)
    assert "One is still on its way." in said


def test_a_closed_direct_message_is_told_once_a_week() -> None:
    club = a_club()
    for day in (7, 8, 9, 10, 14, 15):
        club.town.until(on(day, "10:00"))
        club.answered()
        club.town.until(on(day, "19:00"))
        turned_away(club)
    club.town.until(on(15, "23:00"))

    told = [said for said in reports(club) if "closed to me" in said]
    assert len(told) == 2


def test_a_closed_direct_message_is_not_told_again_the_next_day_though_all_reviewed() -> None:
    club = a_club()
    for day in (7, 8):
        club.town.until(on(day, "10:00"))
        club.answered()
        club.reviewed()
        turned_away(club)
        club.town.until(on(day, "23:00"))

    assert len([said for said in reports(club) if "closed to me" in said]) == 1


def test_whoever_heard_of_a_dead_letter_at_once_hears_of_nothing_else_that_day() -> None:
    club = a_club()
    club.town.unreachable.add(UserId("bo"))
    club.answered()
    club.town.until(on(8, "08:00"))

    assert len([said for said in club.told(OLGA) if "delivered" in said]) == 1
    assert reports(club) == []


def test_the_line_can_be_switched_off() -> None:
    town = Shut()
    club = a_club(town=town)
    club.command(OLGA, "settings report=off")
    town.until_open = on(8, "11:00")
    club.town.until(on(13, "23:00"))

    assert reports(club) == []


def test_the_line_is_never_written_twice() -> None:
    town = Shut()
    club = a_club(town=town)
    town.until_open = on(8, "11:00")
    club.town.until(on(8, "20:10"))
    cohort = club.cohort

    due = Due(cohort.workspace, "report", cohort.id, club.town.now)
    club.town.call(lambda work: club.town.coach.decide(work, due, club.town.now))
    club.town.settle()

    assert len(reports(club)) == 1


def test_a_coach_that_was_away_in_the_evening_tells_in_the_morning() -> None:
    town = Shut()
    club = a_club(town=town)
    town.until_open = on(8, "11:00")
    club.town.until(on(8, "19:00"))
    club.town.sleep()
    club.town.until(on(8, "23:30"))
    club.town.wake()
    at_night = reports(club)
    club.town.until(on(9, "08:00"))

    assert at_night == []
    assert len(reports(club)) == 1


def test_a_cohort_that_is_gone_is_not_reported() -> None:
    club = a_club()
    due = Due(club.workspace, "report", "no such cohort", club.town.now)

    club.town.call(lambda work: club.town.coach.decide(work, due, club.town.now))

    assert reports(club) == []


@pytest.mark.parametrize(
    ("quiet", "hour"),
    [("21:00-08:00", "20:00"), ("00:30-08:00", "23:30"), ("22:00-22:00", "20:00")],
)
def test_the_evening_is_the_last_hour_before_the_night(quiet: str, hour: str) -> None:
    club = a_club()
    start, end = map(time.fromisoformat, quiet.split("-"))
    plan = replace(club.cohort.plan, quiet_from=start, quiet_to=end)

    first = cadence.evening(plan, on(7, "09:00"))
    second = cadence.evening(plan, first)

    assert [first, second] == [on(7, hour), on(8, hour)]
