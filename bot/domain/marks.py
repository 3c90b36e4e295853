"""Marks: what authors say of reviews, and when that counts.

Rule: a "not helpful" from an author whom that very review scored low counts for nothing,
anywhere: else a low score would be paid back, and honest reviewers would stop giving any.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from statistics import fmean

from bot.domain.reviews import Review, score
from bot.ids import ReviewId, UserId

LOW = 3.0
"""A score below is low for anybody; one below what the author usually gets, for that author."""


def counted(*, helpful: bool | None, given: float | None, usual: float | None) -> bool | None:
    """Return an author's mark of a review if it counts, else `None`.

    Args:
        helpful: What the author said, `None` for nothing.
        given: The score that the review gave, `None` if none stands any more.
        usual: The mean of all scores that the author was given.
    """
    if helpful is not False or given is None:
        return helpful if given is not None else None
    low = given < LOW or (usual is not None and given < usual)
    return None if low else False


def standing(reviews: Iterable[Review]) -> Mapping[ReviewId, bool]:
    """Return the marks that count of all reviews of a cohort; the others are left out."""
    given = [(review, found) for review in reviews if (found := score(review)) is not None]
    by_author: defaultdict[UserId, list[float]] = defaultdict(list)
    for review, found in given:
        by_author[review.author].append(found)
    usual = {author: fmean(scores) for author, scores in by_author.items()}
    marks = {
        review.id: counted(helpful=review.helpful, given=found, usual=usual[review.author])
        for review, found in given
    }
    return {key: mark for key, mark in marks.items() if mark is not None}
