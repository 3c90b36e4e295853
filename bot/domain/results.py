"""A result: what the reviews of one answer say together, and the one thing to try next.

Rule: criteria and red flags say what was seen and missed, by the reviews of this answer alone.
Its score comes from all ratings of the cohort, if there is an estimate (`bot.domain.scoring`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from statistics import fmean

from bot.domain.reviews import Rating, Review, rating
from bot.domain.scoring import Estimate
from bot.ids import ReviewId
from content.schema import Criterion, RedFlag, Round

SEEN_FROM = 4.0
"""A criterion scored so on average was seen in the answer; one below `MISSED_BELOW`, missed."""
MISSED_BELOW = 3.0
FEWEST_MIRRORED = 2
"""With fewer reviews in a week, what came up most in them says nothing."""


@dataclass(frozen=True, slots=True)
class Result:
    """What the reviews of one answer say together.

    `score` is `None` without any of the `n` reviews; `sd` says how unsure it is, `None` where
    nobody estimated it.  `drawn` is true while ratings are too few to tell reviewers apart, and
    the score is drawn to the mean of all.  `seen` and `missed` are criteria, the latter weakest
    first; `flags` red flags with how many named them; `comments` carry their review's id.
    """

    score: float | None
    n: int
    seen: tuple[Criterion, ...] = ()
    missed: tuple[Criterion, ...] = ()
    flags: tuple[tuple[RedFlag, int], ...] = ()
    comments: tuple[tuple[ReviewId, str], ...] = field(default=())
    sd: float | None = None
    drawn: bool = False
    to_try: Criterion | RedFlag | None = None


@dataclass(frozen=True, slots=True)
class Mirror:
    """What came up most in one's answers: a red flag or a missed criterion, and in which.

    `to_try` is the criterion whose description for a 5 is worth trying.
    """

    what: Criterion | RedFlag
    to_try: Criterion
    questions: tuple[str, ...]
    of: int


def combine(
    reviews: Sequence[Review],
    rubric: Round,
    estimate: Estimate | None = None,
    *,
    drawn: bool = False,
) -> Result:
    """Merge the reviews of one answer into its result.

    Those without a rating do not count, nor those of a text that its author took back.  Without
    an `estimate` the score is the mean; `drawn` is told of one that is drawn to the mean of all.
    """
    standing = [review for review in reviews if review.status != "withdrawn"]
    rated = [(review, given) for review in standing if (given := rating(review, rubric))]
    if not rated:
        return Result(score=None, n=0)
    ratings = [given for _, given in rated]
    strengths = [(fmean(strength(c, given) for given in ratings), c) for c in rubric.criteria]
    weakest = sorted(strengths, key=lambda pair: pair[0])
    missed = tuple(c for found, c in weakest if found < MISSED_BELOW)
    flags = _flags(ratings, rubric)
    return Result(
        score=estimate.mean if estimate else fmean(given.score for given in ratings),
        n=len(ratings),
        seen=tuple(c for found, c in strengths if found >= SEEN_FROM),
        missed=missed,
        flags=flags,
        comments=tuple(
            (review.id, given.sheet.comment)
            for review, given in rated
            if given.sheet is not None and given.sheet.comment
        ),
        sd=estimate.sd if estimate else None,
        drawn=drawn and estimate is not None,
        to_try=_to_try(weakest, flags),
    )


def mirror(results: Sequence[tuple[str, Round, Result]]) -> Mirror | None:
    """Return what came up in most of somebody's answers, given with question and rubric.

    Of two that came up as often the red flag counts for more, then what came up last.  With
    fewer than `FEWEST_MIRRORED` reviews, or where nothing was missed, there is nothing to show.
    """
    if sum(result.n for _, _, result in results) < FEWEST_MIRRORED:
        return None
    found: dict[tuple[str, str], tuple[Criterion | RedFlag, Criterion, list[str]]] = {}
    for question, rubric, result in reversed(results):
        for what, criterion in _came_up(result, rubric):
            words = what.text if isinstance(what, RedFlag) else what.name
            questions = found.setdefault((what.key, words), (what, criterion, []))[2]
            if question not in questions:
                questions.append(question)
    if not found:
        return None
    what, to_try, questions = max(
        found.values(), key=lambda each: (len(each[2]), isinstance(each[0], RedFlag))
    )
    of = len({question for question, _, result in results if result.n})
    return Mirror(what, to_try, tuple(reversed(questions)), of)


def _came_up(result: Result, rubric: Round) -> Iterator[tuple[Criterion | RedFlag, Criterion]]:
    """Yield what was noticed or missed, each with the criterion it is about."""
    known = {criterion.key: criterion for criterion in rubric.criteria}
    for flag, _ in result.flags:
        yield flag, known[flag.criterion]
    for criterion in result.missed:
        yield criterion, criterion


def strength(criterion: Criterion, given: Rating) -> float:
    """Return how clearly an answer met a criterion by one review, from 1 to 5.

    A tapped criterion counts as 5.  One left untapped lies halfway between 1 and the overall
    score, where the reviewer tapped others; without any, their score stands for all.
    """
    if given.sheet is not None and criterion.key in given.sheet.scores:
        return float(given.sheet.scores[criterion.key])
    if not given.met:
        return given.score
    return 5.0 if criterion.key in given.met else (1.0 + given.score) / 2


def _to_try(
    weakest: Sequence[tuple[float, Criterion]], flags: Sequence[tuple[RedFlag, int]]
) -> Criterion | RedFlag | None:
    """Return one thing: what was missed most, else the red flag named most, else the weakest."""
    if not weakest:
        return None
    least, criterion = weakest[0]
    if least < MISSED_BELOW:
        return criterion
    if flags:
        return max(flags, key=lambda named: named[1])[0]
    return criterion if least < SEEN_FROM else None


def _flags(ratings: Sequence[Rating], rubric: Round) -> tuple[tuple[RedFlag, int], ...]:
    sheets = [given.sheet for given in ratings if given.sheet is not None]
    counts = ((flag, sum(flag.key in sheet.flags for sheet in sheets)) for flag in rubric.red_flags)
    return tuple((flag, count) for flag, count in counts if count)
