"""Bounds: what counts exactly at the edge of a rule, and just beyond it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random

import fsrs
import pytest

from bot.domain import cadence, reviews
from bot.domain.matching import Candidate, choose
from bot.domain.practice import Card, learn
from bot.domain.reviews import CLEARED
from bot.domain.standings import Own, Week, points, rank
from bot.domain.syllabus import phase_of
from bot.ids import UserId
from content.schema import Phase
from tests.unit.clocks import plan
from tests.unit.guides import guide
from tests.unit.rubrics import AUTHOR, RUBRIC, START, WORKSPACE, at, off, on, review, sheet

NEW_CARD = Card(WORKSPACE, AUTHOR, "acme", "why-us", due_at=START)
BERLIN = "Europe/Berlin"


# --- what is due when ---------------------------------------------------------------------------


def test_a_plan_goes_on_for_longer_than_it_is_looked_ahead_without_a_post() -> None:
    weekly = replace(plan(BERLIN), days=frozenset({1}))

    ahead = cadence.preview(weekly, START - timedelta(days=1), 200)

    assert len(ahead) == 200
    assert ahead[-1].at - START > cadence.HORIZON


def test_a_zone_written_like_the_database_does_is_suggested() -> None:
    assert cadence.zones_like("America/Los_Angelos")[0] == "America/Los_Angeles"
    assert cadence.zones_like("new_york")[0] == "America/New_York"


def test_of_zones_that_may_be_meant_three_are_enough() -> None:
    assert len(cadence.zones_like("america", 9)) > 3
    assert len(cadence.zones_like("america")) == 3


@pytest.mark.parametrize("name", ["xqzw", "the moon, please", "ork"])
def test_what_is_like_no_zone_suggests_none(name: str) -> None:
    assert cadence.zones_like(name) == ()


def test_the_end_of_a_night_is_told_in_universal_time_also_where_the_clock_is_put_back() -> None:
    nightly = replace(plan(BERLIN), quiet_from=time(2), quiet_to=time(2, 30))
    second = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)

    ends = cadence.considerate(nightly, second)

    assert (ends, ends.tzinfo) == (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), UTC)


# --- reviews ------------------------------------------------------------------------------------


def test_what_was_tapped_at_the_moment_of_clearing_is_cleared() -> None:
    known = reviews.tap(review(), on("4️⃣", 5), RUBRIC)

    cleared = reviews.tap(known, off(CLEARED, 5), RUBRIC)

    assert reviews.taps_on(cleared) == []


def test_of_two_forms_of_one_moment_the_first_stands() -> None:
    first = reviews.fill(review(), sheet(3, 3, 3), at(5), RUBRIC)

    assert reviews.fill(first, sheet(5, 5, 5), at(5), RUBRIC) == first


# --- matching and standings ---------------------------------------------------------------------


def candidates(count: int) -> list[Candidate]:
    """Return somebody whom the author reviews today, and others with one open review."""
    returned = Candidate(UserId("a"), reciprocal=True)
    return [returned, *(Candidate(UserId(f"b{n}"), today=3) for n in range(count - 1))]


def test_among_few_whom_one_reviews_today_is_asked_where_others_have_much_more_to_do() -> None:
    assert choose(candidates(3), 1, Random(1), each=2)[0].user == "a"
    assert choose(candidates(4), 1, Random(1), each=2)[0].user != "a"


def test_a_single_point_is_enough_to_stand_on_the_board() -> None:
    single = Week(UserId("ana"), "Ana", told=(Own(2.25),))

    assert points(single) == 1
    assert [standing.points for standing in rank([single])] == [1]


def test_past_the_plan_the_last_phase_goes_on() -> None:
    known = guide()
    last = Phase("last", "Last", (4, 5), "Rest.", ("Sleep.",), ())
    longer = replace(known, phases=(*known.phases, last))

    assert phase_of(longer, 99) == last
    assert phase_of(longer, 5) == last
    assert phase_of(longer, 3) == known.phases[-1]


# --- practice -----------------------------------------------------------------------------------


def test_somebody_alone_is_sure_of_their_score_unless_told_otherwise() -> None:
    assert learn(NEW_CARD, 5, START) == learn(NEW_CARD, 5, START, sure=True)
    assert learn(NEW_CARD, 5, START) != learn(NEW_CARD, 5, START, sure=False)


def test_what_is_remembered_after_a_longer_while_is_remembered_better() -> None:
    known = learn(NEW_CARD, 4, START)

    soon = learn(known, 4, START + timedelta(days=1))
    late = learn(known, 4, START + timedelta(days=9))

    assert (known.stability or 0) < (soon.stability or 0) < (late.stability or 0)


def test_a_card_once_learned_is_under_review() -> None:
    assert learn(NEW_CARD, 4, START).state == fsrs.State.Review
    assert learn(NEW_CARD, 4, START).reviewed_at == START


def test_the_day_after_the_bounds_of_days_is_another_day() -> None:
    first, last = date(2026, 12, 7), date(2026, 12, 9)

    assert list(cadence.posting_days(plan(BERLIN), first, last)) == [
        first, date(2026, 12, 8), last
    ]  # fmt: skip
