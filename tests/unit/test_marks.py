from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain import marks
from bot.domain.reviews import Review
from bot.ids import ReviewId, UserId
from tests.unit.rubrics import judged


@pytest.mark.parametrize(
    ("given", "usual", "counts"),
    [
        (2.9, 2.0, False),
        (3.0, 3.0, True),
        (3.9, 4.0, False),
        (4.0, 4.0, True),
        (4.0, None, True),
        (2.0, None, False),
    ],
)
def test_not_helpful_counts_only_where_the_score_was_not_low(
    given: float, usual: float | None, *, counts: bool
) -> None:
    mark = marks.counted(helpful=False, given=given, usual=usual)

    assert mark == (False if counts else None)


def test_helpful_always_counts_while_the_review_stands() -> None:
    assert marks.counted(helpful=True, given=1.0, usual=5.0) is True
    assert marks.counted(helpful=True, given=None, usual=5.0) is None
    assert marks.counted(helpful=None, given=5.0, usual=5.0) is None


def test_what_an_author_usually_gets_is_the_mean_of_their_own_reviews() -> None:
    low = _marked("r1", "ana", "3️⃣", helpful=False)
    high = _marked("r2", "ana", "5️⃣", helpful=False)
    other = _marked("r3", "bo", "3️⃣", helpful=False)

    assert marks.standing([low, high, other]) == {high.id: False, other.id: False}


def _marked(key: str, author: str, emoji: str, *, helpful: bool) -> Review:
    given = judged(emoji)
    return replace(given, id=ReviewId(key), author=UserId(author), helpful=helpful)
