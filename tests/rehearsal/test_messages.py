"""Nobody is written to too often: counted over a rehearsal, by each member's own days.

Where three in ten members answer and never review, those who do are asked for up to three reviews
a day and get a result; a request cannot wait, so there the limit is not kept on every day.
"""

from __future__ import annotations

from collections import defaultdict

import pytest

from benchmarks import messages
from bot.domain.budget import LIMIT
from tests.rehearsal.records import MINI

pytestmark = pytest.mark.long

NEVER_PUT_OFF = ("review", "self", "practice", "organiser")


@pytest.fixture(scope="module")
def nobody_silent() -> messages.Told:
    return messages.told(MINI, 12, silent=0)


@pytest.fixture(scope="module")
def some_silent() -> messages.Told:
    return messages.told(MINI, 12, silent=0.3)


def test_where_all_review_three_private_messages_are_the_most_on_95_of_100_days(
    nobody_silent: messages.Told,
) -> None:
    counts = sorted(messages.by_day(nobody_silent).values())

    assert len(counts) > 120
    assert messages.percentile(counts, 0.95) <= LIMIT


def test_where_three_in_ten_never_review_four_are_the_most_on_95_of_100_days(
    some_silent: messages.Told,
) -> None:
    counts = sorted(messages.by_day(some_silent).values())

    assert messages.percentile(counts, 0.95) <= LIMIT + 1


def test_after_three_private_messages_on_a_day_only_requests_come(
    some_silent: messages.Told,
) -> None:
    days = defaultdict(list)
    for who, day, kind in some_silent:
        days[who, day].append(kind)

    later = {kind for kinds in days.values() for kind in kinds[LIMIT:]}

    assert len(days) > 80
    assert later <= set(NEVER_PUT_OFF)
