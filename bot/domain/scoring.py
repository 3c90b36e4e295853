"""What ratings say together: how good each answer is, and what each reviewer is like.

A rating is its answer's quality seen through its reviewer: some are strict or kind (bias), some
tell answers apart more or less than others (gain), some waver (noise).  All of it is learned
together by `bot.domain.fitting`.  So those who click at random count for little, and so do those
who give everybody a 4 or a 5, who would look reliable to anybody who does not look at the gain.

With few reviewers or few ratings these cannot be told from chance.  Then all ratings weigh the
same, and each answer's mean is drawn towards the mean of all; `Fit.kind` says so.

A fit depends on the ratings alone: not on their order, on a clock or on dice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import nan
from statistics import fmean
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from bot.domain import fitting

LOWEST, HIGHEST = 1.0, 5.0
WITHIN = 1.64
"""Nine times in ten the truth is within so many standard deviations; what members are told."""

FEWEST_REVIEWERS = 8
"""With fewer, all ratings weigh the same: what reviewers are like is for coaching them."""
FEWEST_EACH = 6
"""The same until reviewers have given more on average: with three a day, until the third day."""

ENOUGH = 20
"""With fewer reviews nobody is told, or judged by, what they are like as a reviewer."""
SUSPICIOUS = 0.7
"""From here on, and with `ENOUGH` reviews, somebody's ratings deserve a kind question."""

Kind = Literal["mean", "model"]
_NONE: Mapping[str, float] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Rating:
    """The score from 1 to 5 that a reviewer gave to an answer: the mean of its criteria."""

    answer: str
    reviewer: str
    score: float

    def __post_init__(self) -> None:
        _check("rating", self.score)


@dataclass(frozen=True, slots=True)
class Estimate:
    """What an answer is worth from 1 to 5, how unsure that is, and by how many reviewers.

    Nine times in ten the truth is within `WITHIN` times `sd` of `mean`.
    """

    mean: float
    sd: float
    n: int


@dataclass(frozen=True, slots=True)
class Reviewer:
    """What somebody is like as a reviewer, by `n` reviews; with few, much like anybody.

    `bias` is how many points they give an ordinary answer above what others do.  `gain` is how
    many points they give more for one that is a point better: 1 is usual, 0 not to look at all.
    `noise` is the standard deviation of what neither explains, in points.
    """

    bias: float
    gain: float
    noise: float
    n: int


@dataclass(frozen=True, slots=True)
class Fit:
    """What all ratings say together.

    `kind` is "mean" while all ratings weigh the same, "model" once reviewers are told apart.
    Reviewers are estimated either way.
    """

    scores: Mapping[str, Estimate]
    reviewers: Mapping[str, Reviewer]
    kind: Kind

    @property
    def confident(self) -> bool:
        """Whether there was enough to tell reviewers apart."""
        return self.kind == "model"


def fit(ratings: Sequence[Rating], known: Mapping[str, float] = _NONE) -> Fit:
    """Estimate every answer and every reviewer.

    Two ratings of one answer by the same reviewer are one, their mean: the last would depend on
    the order.

    Args:
        ratings: In any order.
        known: Reference scores, 1 to 5, of answers that need no estimate: model answers that
            reviewers rate to learn.  Those ratings say what reviewers are like; the answers
            themselves are not in `Fit.scores`.

    Raises:
        ValueError: If a reference score is outside 1 to 5.
    """
    for score in known.values():
        _check("reference", score)
    pairs = _pairs(ratings)
    if not pairs:
        return Fit({}, {}, "mean")
    # Loads numpy: 15 MB and a tenth of a second that a coach at rest is spared.
    from bot.domain import fitting  # noqa: PLC0415

    answers = _numbered(answer for answer, _ in pairs)
    reviewers = _numbered(reviewer for _, reviewer in pairs)
    table = fitting.Table.build(
        [answers[answer] for answer, _ in pairs],
        [reviewers[reviewer] for _, reviewer in pairs],
        list(pairs.values()),
        [known.get(answer, nan) for answer in answers],
    )
    model = fitting.Model(table)
    found = model.learn()
    enough = len(reviewers) >= FEWEST_REVIEWERS and len(pairs) > FEWEST_EACH * len(reviewers)
    if not enough:
        found = fitting.average(table)
    return Fit(
        _estimates(answers, found, table, known),
        _reviewers(reviewers, model),
        "model" if enough else "mean",
    )


def suspicion(reviewer: Reviewer) -> float:
    """Return from 0 to 1 how much somebody's ratings look like clicks, whatever was answered.

    Half when ratings follow answers and waver by a whole point; about 0.4 of somebody unknown.
    It grows with the noise, which gives away who clicks at random, and as the gain goes to 0,
    which gives away who is equally kind to all.  Being strict or kind does not count.  Use it
    from `ENOUGH` reviews on, in private, and for nothing that cannot be undone.
    """
    return reviewer.noise / (reviewer.noise + max(reviewer.gain, 0.0) ** 2)


def _check(what: str, score: float) -> None:
    if not LOWEST <= score <= HIGHEST:
        raise ValueError(f"a {what} must be a score from 1 to 5, and {score} is not")


def _pairs(ratings: Sequence[Rating]) -> dict[tuple[str, str], float]:
    """Return one score for each answer and reviewer, in the order of their names."""
    given: dict[tuple[str, str], list[float]] = {}
    for rating in ratings:
        given.setdefault((rating.answer, rating.reviewer), []).append(rating.score)
    # `fmean` rounds once, at the end, so that the order within a pair does not count either.
    return {pair: fmean(given[pair]) for pair in sorted(given)}


def _numbered(names: Iterable[str]) -> dict[str, int]:
    """Count names from 0 in the order in which they come first."""
    return {name: place for place, name in enumerate(dict.fromkeys(names))}


def _estimates(
    answers: Mapping[str, int],
    found: fitting.Found,
    table: fitting.Table,
    known: Mapping[str, float],
) -> dict[str, Estimate]:
    """Return what is shown of each answer that is not a known one."""
    columns = zip(answers, found.means.tolist(), found.sds.tolist(), table.raters(), strict=True)
    return {
        answer: Estimate(min(max(mean, LOWEST), HIGHEST), sd, n)
        for answer, mean, sd, n in columns
        if answer not in known
    }


def _reviewers(names: Mapping[str, int], model: fitting.Model) -> dict[str, Reviewer]:
    columns = zip(
        names,
        model.bias.tolist(),
        model.gain.tolist(),
        (model.precision**-0.5).tolist(),
        model.counts.tolist(),
        strict=True,
    )
    return {name: Reviewer(bias, gain, noise, int(n)) for name, bias, gain, noise, n in columns}
