"""The review guarantee over whole rehearsals: who is asked, how soon reviews come, nobody stuck."""

from __future__ import annotations

import pytest

from benchmarks import guarantee
from benchmarks.guarantee import Lived, live, meetings, mutual, share, spread
from tests.rehearsal.records import MINI


@pytest.fixture(scope="module")
def five() -> Lived:
    """Five members who all review."""
    return live(MINI, 5, 0.0)


@pytest.fixture(scope="module")
def twelve() -> Lived:
    """Twelve members of whom four never review and three go away."""
    return live(MINI, 12, 0.3)


@pytest.fixture(params=["five", pytest.param("twelve", marks=pytest.mark.long)])
def any_size(request: pytest.FixtureRequest) -> Lived:
    lived: Lived = request.getfixturevalue(request.param)
    return lived


def test_no_answer_is_stuck(any_size: Lived) -> None:
    assert [answer.status for answer, _ in any_size.answers if answer.status != "done"] == []


def test_where_all_review_two_reviews_come_within_a_day(five: Lived) -> None:
    assert share(five, 24) >= 0.95


@pytest.mark.long
def test_with_silent_members_two_reviews_come_within_three_days(twelve: Lived) -> None:
    assert share(twelve, 24) >= 0.85
    assert share(twelve, 72) >= 0.98


def test_nobody_reviews_their_reviewer_on_a_day_with_five_or_more_there(any_size: Lived) -> None:
    assert mutual(any_size) == []


def test_those_who_are_always_there_are_asked_about_equally_often(any_size: Lived) -> None:
    assert spread(any_size) <= guarantee.WANTED


def test_everybody_reads_about_everybody(five: Lived) -> None:
    assert min(meetings(five)) > 0


def test_every_request_says_why_it_went_to_just_them(any_size: Lived) -> None:
    reviews = [review for _, found in any_size.answers for review in found]

    assert len(reviews) > 50
    assert all(review.reason for review in reviews)


@pytest.mark.long
@pytest.mark.parametrize("silent", [0.3, 0.5])
@pytest.mark.parametrize("members", [3, 8, 30])
def test_nobody_is_stuck_however_many_are_silent(members: int, silent: float) -> None:
    lived = live(MINI, members, silent)

    assert {answer.status for answer, _ in lived.answers} == {"done"}
    assert mutual(lived) == []
