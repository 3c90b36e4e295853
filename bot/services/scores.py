"""What all ratings of a cohort say together: gather them, and let the rules learn from them."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

from bot.domain import scoring
from bot.domain.cohorts import Cohort
from bot.domain.reviews import Review, score
from bot.domain.scoring import Fit, Rating
from bot.services.desk import Desk

_MODEL = "model:"
"""Before the key of a model answer, so that no answer is taken for it."""


def fit(desk: Desk, cohort: Cohort, rated: Sequence[Review] | None = None) -> Fit:
    """Estimate every answer and every reviewer of a cohort, by all ratings that stand.

    `rated` are the cohort's rated reviews, if they were read before: of many that takes long.
    """
    given = desk.work.reviews.rated_in(cohort.id) if rated is None else rated
    known = {f"{_MODEL}{each.key}": each.mean for each in desk.guide(cohort).model_answers}
    return scoring.fit([*_given(given), *_learned(desk, cohort, known)], known)


def _given(rated: Sequence[Review]) -> list[Rating]:
    """Return the ratings of members' answers; those of a text taken back are out."""
    return [
        Rating(review.answer, review.reviewer, given)
        for review in rated
        if review.status == "rated" and (given := score(review)) is not None
    ]


def _learned(desk: Desk, cohort: Cohort, known: dict[str, float]) -> list[Rating]:
    """Return the ratings of model answers that the guide still has."""
    return [
        Rating(f"{_MODEL}{each.model}", each.user, fmean(each.scores.values()))
        for each in desk.work.calibrations.of(cohort.id)
        if each.scores and f"{_MODEL}{each.model}" in known
    ]
