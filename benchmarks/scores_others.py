"""What scores are compared with: the mean, the median, and PG1 without a gain.

PG1 is the first model of Piech et al. 2013 (https://arxiv.org/abs/1307.2579), which Coursera
tried: each reviewer has a bias and a reliability.  Here by mean-field, with every spread learned
and the same knowledge beforehand as ours has.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from statistics import fmean, median

import numpy as np

from bot.domain.scoring import Rating

QUALITY, BIAS, NOISE = 0.5, 0.2, 0.6
QUALITY_WORTH, BIAS_WORTH, NOISE_WORTH = 5.0, 5.0, 4.0
STEPS, STILL = 100, 1e-3


def mean(ratings: Sequence[Rating]) -> dict[str, float]:
    """Return each answer's mean."""
    return {answer: fmean(scores) for answer, scores in _scores(ratings).items()}


def middle(ratings: Sequence[Rating]) -> dict[str, float]:
    """Return each answer's median."""
    return {answer: median(scores) for answer, scores in _scores(ratings).items()}


def pg1(ratings: Sequence[Rating]) -> tuple[dict[str, float], dict[str, float]]:
    """Return each answer's score, and each reviewer's noise."""
    answers = {name: place for place, name in enumerate(sorted({r.answer for r in ratings}))}
    people = {name: place for place, name in enumerate(sorted({r.reviewer for r in ratings}))}
    of = np.array([answers[r.answer] for r in ratings])
    by = np.array([people[r.reviewer] for r in ratings])
    y = np.array([r.score for r in ratings])
    each = np.bincount(by, minlength=len(people))
    mu, s, b = y.mean(), np.zeros(len(answers)), np.zeros(len(people))
    tau, quality, bias = np.full(len(people), 1 / NOISE), QUALITY, BIAS
    for _ in range(STEPS):
        before = s
        sure = 1 / quality + np.bincount(of, tau[by])
        s = np.bincount(of, tau[by] * (y - mu - b[by])) / sure
        firm = 1 / bias + tau * each
        b = tau * np.bincount(by, y - mu - s[of]) / firm
        left = np.bincount(by, (y - mu - b[by] - s[of]) ** 2 + 1 / firm[by] + 1 / sure[of])
        tau = (NOISE_WORTH + each) / (NOISE_WORTH * NOISE + left)
        mu = np.average(y - b[by] - s[of], weights=tau[by])
        quality = (QUALITY_WORTH * QUALITY + np.sum(s**2 + 1 / sure)) / (QUALITY_WORTH + len(s))
        bias = (BIAS_WORTH * BIAS + np.sum(b**2 + 1 / firm)) / (BIAS_WORTH + len(b))
        if np.max(np.abs(s - before)) < STILL:
            break
    scores = np.clip(mu + s, 1, 5).tolist()
    noises = (tau**-0.5).tolist()
    return dict(zip(answers, scores, strict=True)), dict(zip(people, noises, strict=True))


def _scores(ratings: Sequence[Rating]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = defaultdict(list)
    for rating in ratings:
        found[rating.answer].append(rating.score)
    return found
