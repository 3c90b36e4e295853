"""The arithmetic of scores: what answers and reviewers were like, given who rated what how.

    rating = mu + bias of the reviewer + gain of the reviewer * quality of the answer + noise

Qualities and biases are normal around 0, gains around 1, and a reviewer's noise has its own
precision.  Everything unknown is a distribution; each step replaces one kind by its best form
while the others stay (mean-field, conjugate), the spread of each kind is learned with them, and
all is repeated until nothing moves.  Biases and gains have heavy tails: one odd reviewer is
taken for odd and does not widen what is thought of all others.

The only module that imports numpy, and itself imported with the first fit: a coach that starts
or idles does without.  No product of matrices, so no threads, and the same sums on each run.

Source: PG1 of Piech et al. 2013, https://arxiv.org/abs/1307.2579, with a gain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]

# What is thought before anything was seen, as variances on the scale from 1 to 5.
MIDDLE, MIDDLE_SPREAD = 3.0, 0.5
QUALITY, BIAS, GAIN, NOISE = 0.5, 0.2, 0.06, 0.6
# How many answers or reviewers that knowledge is worth beside those that were seen.
QUALITY_WORTH, SPREAD_WORTH, GAIN_WORTH, NOISE_WORTH = 5.0, 5.0, 10.0, 4.0
TAIL = 3.0
"""Degrees of freedom of biases and gains; fewer let the odd be odder."""

STEPS, STILL = 100, 1e-3
"""So often the steps are repeated at most, or until no quality moves by so much."""
WIDER = 1.2
"""Mean-field is too sure of itself, and ratings are whole numbers with an end on either side.
So much wider, intervals hold what they promise in `benchmarks/scores.py`."""
CAUTION = 0.5
"""How much of what theory says means are drawn together: timid reviewers and the ends of the scale
make answers look more alike than they are, and then the whole of it does harm in some cohorts."""


@dataclass(frozen=True, slots=True)
class Table:
    """Ratings as numbers: the rating `scores[i]` of answer `of[i]` by reviewer `by[i]`.

    Both are counted from 0 without gaps.  `known` has the quality of each answer on the scale
    of the scores, NaN where it is to be found.
    """

    of: Places
    by: Places
    scores: Floats
    known: Floats
    reviewers: int

    @staticmethod
    def build(
        of: Sequence[int], by: Sequence[int], scores: Sequence[float], known: Sequence[float]
    ) -> Table:
        """Build the table from plain numbers; there must be one rating at least."""
        places = np.array(by, np.intp)
        return Table(
            np.array(of, np.intp),
            places,
            np.array(scores, float),
            np.array(known, float),
            int(places.max()) + 1,
        )

    def by_answer(self, values: Floats) -> Floats:
        """Add up values of ratings over each answer."""
        return np.bincount(self.of, values, len(self.known)).astype(np.float64, copy=False)

    def raters(self) -> list[int]:
        """Return how many rated each answer."""
        counts: list[int] = np.bincount(self.of, minlength=len(self.known)).tolist()
        return counts

    def by_reviewer(self, values: Floats) -> Floats:
        """Add up values of ratings over each reviewer."""
        return np.bincount(self.by, values, self.reviewers).astype(np.float64, copy=False)


@dataclass(frozen=True, slots=True)
class Found:
    """The mean of each answer and its standard deviation, in the order of the table."""

    means: Floats
    sds: Floats


def average(table: Table) -> Found:
    """Draw each answer's mean towards the mean of all, by as much as the data are few.

    All reviewers count alike.  How much raters of one answer differ, and how much answers do, is
    estimated from the data, beside what is thought before.
    """
    free = np.isnan(table.known)
    counts = table.by_answer(np.ones_like(table.scores))
    means = table.by_answer(table.scores) / counts
    apart = np.sum((table.scores - means[table.of]) ** 2)
    within = (NOISE_WORTH * (NOISE + BIAS) + apart) / (NOISE_WORTH + np.sum(counts - 1)) / counts
    middle, _ = _middle(means, free / (QUALITY + within))
    squares = np.sum(free * ((means - middle) ** 2 - within))
    spread = max(_spread(QUALITY, QUALITY_WORTH, float(squares), int(np.sum(free))), QUALITY / 5)
    middle, unsure = _middle(means, free / (spread + within))
    drawn = CAUTION * within / (spread + within)
    left = drawn**2 * (spread + unsure) + (1 - drawn) ** 2 * within
    return Found(means + drawn * (middle - means), np.sqrt(left) * WIDER)


class Model:
    """What is believed of all answers and reviewers of a table; `learn` makes it the best."""

    def __init__(self, table: Table) -> None:
        answers, reviewers = len(table.known), table.reviewers
        self.table = table
        self.open = np.isnan(table.known)
        self.counts = table.by_reviewer(np.ones_like(table.scores))
        self.middle = float(np.mean(table.scores))
        self.quality, self.quality_var = np.zeros(answers), np.full(answers, QUALITY)
        self.bias, self.bias_var = np.zeros(reviewers), np.full(reviewers, BIAS)
        self.gain, self.gain_var = np.ones(reviewers), np.full(reviewers, GAIN)
        self.shared = np.zeros(reviewers)
        self.precision = np.full(reviewers, 1 / NOISE)
        self.spreads = [QUALITY, BIAS, GAIN]
        self.bias_tail, self.gain_tail = np.ones(reviewers), np.ones(reviewers)

    def learn(self) -> Found:
        """Repeat all steps until qualities stay; return those of the answers."""
        for _ in range(STEPS):
            before = self.quality
            self._answers()
            self._reviewers()
            self._noises()
            self._spreads()
            if np.max(np.abs(self.quality - before)) < STILL:
                break
        return self._found()

    def _answers(self) -> None:
        """Weigh each rating by how precise its reviewer is and how much they tell apart."""
        of, by = self.table.by_answer, self.table.by
        precision, gain = self.precision[by], self.gain[by]
        seen = gain * (self.table.scores - self.middle - self.bias[by]) - self.shared[by]
        certainty = of(precision * (gain**2 + self.gain_var[by])) + 1 / self.spreads[0]
        known = self.table.known - self.middle
        self.quality = np.where(self.open, of(precision * seen) / certainty, known)
        self.quality_var = np.where(self.open, 1 / certainty, 0.0)

    def _reviewers(self) -> None:
        """Draw a line through each reviewer's ratings: bias and gain at once, with `shared`.

        `shared` is the covariance of the two.
        """
        by, quality = self.table.by_reviewer, self.quality[self.table.of]
        above = self.table.scores - self.middle
        bias_prior, gain_prior = self.bias_tail / self.spreads[1], self.gain_tail / self.spreads[2]
        bias_certainty = bias_prior + self.precision * self.counts
        gain_certainty = gain_prior + self.precision * by(self._squares())
        both = self.precision * by(quality)
        bias_seen = self.precision * by(above)
        gain_seen = gain_prior + self.precision * by(above * quality)
        determinant = bias_certainty * gain_certainty - both**2
        self.bias_var, self.gain_var = gain_certainty / determinant, bias_certainty / determinant
        self.shared = -both / determinant
        self.bias = self.bias_var * bias_seen + self.shared * gain_seen
        self.gain = self.shared * bias_seen + self.gain_var * gain_seen

    def _noises(self) -> None:
        """Learn each reviewer's precision from what the line leaves over, then the middle."""
        by, quality = self.table.by, self.quality[self.table.of]
        expected = self.bias[by] + self.gain[by] * quality
        over = self.table.scores - self.middle - expected
        unsure = self._squares() * (self.gain[by] ** 2 + self.gain_var[by])
        unsure += self.bias_var[by] + 2 * self.shared[by] * quality - (self.gain[by] * quality) ** 2
        left = self.table.by_reviewer(over**2 + unsure)
        self.precision = (NOISE_WORTH + self.counts) / (NOISE_WORTH * NOISE + left)
        # A known answer is where it is, wherever the middle: its ratings do not move that.
        weights = self.precision[by] * self.open[self.table.of]
        self.middle, _ = _middle(self.table.scores - expected, weights)

    def _spreads(self) -> None:
        """Learn how much answers, biases and gains differ, and who of the reviewers is odd."""
        reviewers = self.table.reviewers
        biases = self.bias**2 + self.bias_var
        gains = (self.gain - 1) ** 2 + self.gain_var
        qualities = np.sum((self.quality**2 + self._unsure())[self.open])
        self.spreads = [
            _spread(QUALITY, QUALITY_WORTH, float(qualities), int(np.sum(self.open))),
            _spread(BIAS, SPREAD_WORTH, float(np.sum(self.bias_tail * biases)), reviewers),
            _spread(GAIN, GAIN_WORTH, float(np.sum(self.gain_tail * gains)), reviewers),
        ]
        self.bias_tail = (TAIL + 1) / (TAIL + biases / self.spreads[1])
        self.gain_tail = (TAIL + 1) / (TAIL + gains / self.spreads[2])

    def _squares(self) -> Floats:
        """Return the expected square of the quality in each rating."""
        of = self.table.of
        squares: Floats = self.quality[of] ** 2 + self.quality_var[of]
        return squares

    def _unsure(self) -> Floats:
        """Return how unsure each quality is, also because biases and gains are.

        Mean-field leaves the second part out, and so finds answers more alike than they are.
        """
        of, by = self.table.of, self.table.by
        quality, gain = self.quality[of], self.gain[by]
        weights = self.precision[by] * gain * self.quality_var[of]
        line = self.bias_var[by] + quality**2 * self.gain_var[by] + 2 * quality * self.shared[by]
        more: Floats = self.quality_var + self.table.by_answer(weights**2 * line)
        return more

    def _found(self) -> Found:
        """Add what no data tell: whether all reviewers together are strict, or timid."""
        _, bias, gain = self.spreads
        together = (bias + self.quality**2 * gain) / self.table.reviewers
        return Found(self.middle + self.quality, np.sqrt(self._unsure() + together) * WIDER)


def _spread(before: float, worth: float, seen: float, number: int) -> float:
    """Return a variance: what was thought before, together with squares that were seen."""
    return (before * worth + seen) / (worth + number)


def _middle(values: Floats, weights: Floats) -> tuple[float, float]:
    """Return the weighted mean of values, and its variance, beside what is thought before."""
    certainty = np.sum(weights) + 1 / MIDDLE_SPREAD
    mean = (np.sum(weights * values) + MIDDLE / MIDDLE_SPREAD) / certainty
    return float(mean), float(1 / certainty)
