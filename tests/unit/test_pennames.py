"""Pen names: stable, unique, and not to be worked out from what others know."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.domain.cohorts import Cohort, Plan
from bot.domain.members import Member
from bot.domain.pennames import pennames
from bot.ids import ChannelId, CohortId, UserId
from tests.unit.rubrics import START, WORKSPACE

BEGUN = START + timedelta(microseconds=217_364)
COHORT = Cohort(
    CohortId("k1"), WORKSPACE, ChannelId("C1"), "acme", frozenset(),
    Plan("UTC", START.date(), 2), BEGUN, BEGUN, BEGUN,
)  # fmt: skip


def member(number: int, name: str = "") -> Member:
    joined = START + timedelta(seconds=number, microseconds=number * 977 % 1_000_000)
    return Member(COHORT.id, WORKSPACE, UserId(f"U{number}"), name or f"Member {number}", joined)


CROWD = [member(number) for number in range(1_500)]


def test_a_thousand_members_and_more_have_names_of_their_own() -> None:
    names = pennames(COHORT, CROWD)

    assert len(set(names.values())) == len(CROWD)


def test_a_name_stays_whoever_joins_later_or_becomes_anonymous() -> None:
    before = pennames(COHORT, CROWD[:700])
    after = pennames(COHORT, [replace(each, anonymous=True) for each in reversed(CROWD)])

    assert all(after[user] == name for user, name in before.items())


def test_nobody_is_called_like_somebody_who_is_there() -> None:
    drawn = pennames(COHORT, [member(1)])[UserId("U1")]

    names = pennames(COHORT, [member(1), member(2, name=drawn.upper())])

    assert drawn not in names.values()


def test_in_another_cohort_or_after_another_moment_of_joining_it_is_another_name() -> None:
    moved = replace(CROWD[0], joined_at=CROWD[0].joined_at + timedelta(microseconds=1))
    others = [
        pennames(replace(COHORT, id=CohortId("k2")), CROWD[:1]),
        pennames(replace(COHORT, started_at=BEGUN + timedelta(microseconds=1)), CROWD[:1]),
        pennames(COHORT, [moved]),
    ]

    assert pennames(COHORT, CROWD[:1]) not in others


def test_the_same_moment_is_the_same_in_every_zone() -> None:
    assert pennames(COHORT, CROWD) == pennames(
        replace(COHORT, started_at=BEGUN.astimezone(ZoneInfo("Asia/Tokyo"))), CROWD
    )
