"""A second take: whether one may be given, who is asked about it, and what it has moved.

Rule: a second take belongs to a first one whose result was told, and there is only one of it.
Those who rated the first judge it, since only they can say what became better.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from statistics import fmean

from bot.domain.answers import Answer
from bot.domain.cohorts import Rules
from bot.domain.matching import Candidate
from bot.domain.results import SEEN_FROM, strength
from bot.domain.reviews import Rating, Review, rating
from bot.ids import UserId
from content.schema import Criterion, Round


@dataclass(frozen=True, slots=True)
class Move:
    """What became of one criterion, by those who rated both takes.

    `better` and `worse` are how many of them say so.  `by` is by how many points it moved on
    average, for those who scored it in both forms; `None` if nobody did.
    """

    criterion: Criterion
    better: int
    worse: int
    by: float | None


@dataclass(frozen=True, slots=True)
class Moved:
    """What a second take has moved.

    `n` reviewers rated both; `before` and `after` are the means of what they gave, `None` if
    there are none of them.  `to_try` is what is still the weakest, if anything is weak.
    """

    n: int = 0
    before: float | None = None
    after: float | None = None
    moves: tuple[Move, ...] = ()
    to_try: Criterion | None = None


def possible(first: Answer, second: Answer | None) -> bool:
    """Tell whether an answer may still have a second take."""
    told = first.take == 1 and first.status == "done"
    return told and (second is None or second.status == "withdrawn")


def pool(
    everybody: Sequence[Candidate], raters: frozenset[UserId], asked: Collection[UserId]
) -> list[Candidate]:
    """Return who may be asked about a second take: at first those who rated the first one.

    Once none of them is left to ask, it is everybody.
    """
    known = [each for each in everybody if each.user in raters and each.user not in asked]
    return known or list(everybody)


def wanted(
    rules: Rules,
    everybody: Sequence[Candidate],
    raters: frozenset[UserId],
    second: Sequence[Review],
) -> Rules:
    """Return a cohort's rules for a second take: nobody is added to those who rated the first.

    Those count who can be asked now or have judged the second take already.
    """
    here = {each.user for each in everybody} | {r.reviewer for r in second if r.status == "rated"}
    return replace(rules, reviewers=min(rules.reviewers, len(here & raters) or rules.reviewers))


def compare(first: Sequence[Review], second: Sequence[Review], rubric: Round) -> Moved:
    """Return what those who rated both takes say has moved."""
    before, after = _by_reviewer(first, rubric), _by_reviewer(second, rubric)
    pairs = [(before[user], after[user]) for user in before if user in after]
    if not pairs:
        return Moved()
    return Moved(
        n=len(pairs),
        before=fmean(old.score for old, _ in pairs),
        after=fmean(new.score for _, new in pairs),
        moves=tuple(_move(criterion, pairs) for criterion in rubric.criteria),
        to_try=_weakest(pairs, rubric),
    )


def _by_reviewer(reviews: Sequence[Review], rubric: Round) -> dict[UserId, Rating]:
    standing = (review for review in reviews if review.status != "withdrawn")
    return {each.reviewer: given for each in standing if (given := rating(each, rubric))}


def _move(criterion: Criterion, pairs: Sequence[tuple[Rating, Rating]]) -> Move:
    steps = [_step(criterion, old, new) for old, new in pairs]
    scored = [_scored(criterion, old, new) for old, new in pairs]
    exact = [float(step) for step in scored if step is not None]
    return Move(
        criterion,
        better=sum(step > 0 for step in steps),
        worse=sum(step < 0 for step in steps),
        by=fmean(exact) if exact else None,
    )


def _step(criterion: Criterion, old: Rating, new: Rating) -> int:
    """Return by how much one reviewer says that it moved; a tap says "better", not how much."""
    scored = _scored(criterion, old, new)
    if scored is not None:
        return scored
    return int(criterion.key in new.met)


def _scored(criterion: Criterion, old: Rating, new: Rating) -> int | None:
    if old.sheet is None or new.sheet is None:
        return None
    before, after = old.sheet.scores.get(criterion.key), new.sheet.scores.get(criterion.key)
    return after - before if before is not None and after is not None else None


def _weakest(pairs: Sequence[tuple[Rating, Rating]], rubric: Round) -> Criterion | None:
    """Return the weakest criterion of the second take that is not seen clearly."""
    now = [
        (fmean(_after(criterion, old, new) for old, new in pairs), place, criterion)
        for place, criterion in enumerate(rubric.criteria)
    ]
    least, _, criterion = min(now, default=(SEEN_FROM, 0, None), key=lambda each: each[:2])
    return criterion if least < SEEN_FROM else None


def _after(criterion: Criterion, old: Rating, new: Rating) -> float:
    """Return how clearly the second take met a criterion, by one reviewer."""
    if new.sheet is not None and criterion.key in new.sheet.scores:
        return float(new.sheet.scores[criterion.key])
    before = strength(criterion, old)
    return max(before, new.score) if criterion.key in new.met else min(before, new.score)
