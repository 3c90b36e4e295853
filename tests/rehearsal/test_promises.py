"""What members are promised, seen in whole rehearsals: every answer comes to its end."""

from __future__ import annotations

from collections import Counter
from datetime import time
from pathlib import Path

import pytest

from adapters.console.world import WORKSPACE
from adapters.database.connect import open_store
from app.cast import ORGANISER, cast
from bot.domain.reviews import Review
from bot.ids import UserId
from bot.ports.work import Work
from tests.rehearsal.records import (
    MINI,
    Record,
    absences,
    local,
    rehearse,
    result_counts,
    self_reviews,
)

ASKING = ("review_request", "reassigned", "reminder")


@pytest.fixture(params=["three", "five", "twelve"])
def any_size(request: pytest.FixtureRequest) -> Record:
    record: Record = request.getfixturevalue(request.param)
    return record


def test_no_answer_is_stuck_and_every_author_hears_what_came_of_it(any_size: Record) -> None:
    assert any_size.summary["stuck"] == 0
    assert len(any_size.of("result")) == any_size.summary["answers"]


@pytest.mark.parametrize("size", ["five", "twelve"])
def test_nearly_every_answer_gets_two_reviews_though_some_never_review(
    size: str, request: pytest.FixtureRequest
) -> None:
    counted = request.getfixturevalue(size).summary

    assert counted["answers_with_two_reviews"] >= 0.95 * counted["answers"]


def test_of_three_members_only_the_one_who_never_reviews_can_get_two(three: Record) -> None:
    (silent,) = (person.name for person in cast(3, 0.3, 1) if person.silent)

    counts = Counter(result_counts(three))

    others = {person.name for person in cast(3, 0.3, 1)} - {silent}
    assert {name for name, n in counts if n == 2} == {silent}
    assert {name for name, n in counts if n == 1} == others
    assert {n for _, n in counts} == {1, 2}
    assert three.summary["answers_with_two_reviews"] == counts[silent, 2]


def test_of_three_members_the_others_are_offered_a_self_review_for_each_answer(
    three: Record,
) -> None:
    singles = Counter(name for name, n in result_counts(three) if n == 1)

    assert Counter(self_reviews(three)) == singles


def test_nobody_is_asked_anything_while_away(five: Record, twelve: Record) -> None:
    gone = [(record, *absence) for record in (five, twelve) for absence in absences(record)]

    disturbed = [
        line
        for record, who, since, until in gone
        for line in record.lines
        if line["to"] == f"dm:{who}" and line["kind"] in ASKING
        if local(line) > since and local(line).date() < until
    ]

    assert len(gone) >= 3
    assert disturbed == []


def test_nobody_who_was_away_is_forgotten_afterwards(five: Record) -> None:
    ((who, _, until),) = absences(five)

    after = [line for line in five.lines if local(line).date() >= until]

    assert any(line["to"] == f"dm:{who}" and line["kind"] == "review_request" for line in after)


def test_nobody_is_written_to_at_night_unasked(any_size: Record) -> None:
    by_day = (*ASKING, "result", "leaderboard", "question", "focus")

    woken = [
        line
        for line in any_size.lines
        if line["kind"] in by_day and not time(8) <= local(line).time() < time(21)
    ]

    assert woken == []


def test_nobody_gets_many_more_requests_than_a_fair_share(any_size: Record) -> None:
    asked = Counter(line["to"] for line in any_size.lines if line["kind"] in ASKING[:2])
    willing = {line["member"] for line in any_size.of("review")}

    # Two reviews an answer, over those who review at all; a fifth more is bad luck.
    fair = 2 * any_size.summary["answers"] / len(willing)

    assert max(asked.values()) <= 1.2 * fair


def test_organisers_are_written_to_once_a_day_at_most(any_size: Record) -> None:
    to_organiser = [line for line in any_size.lines if line["to"] == f"dm:{ORGANISER}"][1:]

    days = Counter(local(line).date() for line in to_organiser)

    assert set(days.values()) <= {1}


def test_nobody_ever_reviews_their_own_answer(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'kept.db'}"
    rehearse(MINI, members=4, database=url)

    with open_store(url) as store:
        reviews = store.call(_all_reviews)

    assert len(reviews) > 40
    assert [review for review in reviews if review.author == review.reviewer] == []


def _all_reviews(work: Work) -> list[Review]:
    (cohort,) = work.cohorts.led(WORKSPACE, UserId(ORGANISER))
    answers = work.answers.of(cohort.id)
    return [review for answer in answers for review in work.reviews.of(answer.id)]
