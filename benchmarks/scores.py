"""How far shown scores are from the truth, in cohorts where the truth is known.

`mean`, `median`, `pg1` and `coach` are errors in points (root of the mean square, over all answers
with a rating), each the mean of `SEEDS` cohorts; lower is better.  `less` is by how much the
coach's is under the mean's, `least` the same in the cohort where it is so least.  `held` is how
often the truth is within the 90 % interval, `bias` how often an honest reviewer's bias is found
within 0.3 points of the true one; both biases are counted from the mean of all honest ones.  `auc`
is how often a clicker is more suspicious than somebody honest, once by the noise of PG1 and once by
`scoring.suspicion`; `caught` and `wronged` are how many clickers and how many honest people are
`SUSPICIOUS`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from itertools import product
from statistics import fmean, median

from benchmarks import scores_others as others
from benchmarks.scores_cohorts import Case, Cohort, simulate
from bot.domain.scoring import SUSPICIOUS, Fit, fit, suspicion

SEEDS = 20
NORMAL_90 = 1.645

CASES: Mapping[str, Case] = {
    "main: 30 members, 35 days, k 3, 10 % clickers": Case(),
    "30 % of reviews never given": Case(silent=0.3),
    "10 % nice clickers instead": Case(clickers=0, nice=0.1),
    "10 % clickers and 10 % nice ones": Case(nice=0.1),
    "30 % clickers": Case(clickers=0.3),
    "30 % nice clickers": Case(clickers=0, nice=0.3),
    "k 2": Case(k=2),
    "first day": Case(days=1),
    "two days": Case(days=2),
    "three days": Case(days=3),
    "first week": Case(days=7),
    "first week, nice clickers": Case(days=7, clickers=0, nice=0.1),
    "first week, both": Case(days=7, nice=0.1),
    "first week, k 2": Case(days=7, k=2),
    "8 members": Case(members=8),
    "8 members, nice clicker": Case(members=8, clickers=0, nice=0.1),
    "8 members, first week": Case(members=8, days=7),
    "5 members": Case(members=5),
    "5 members, first day": Case(members=5, days=1),
    "3 members, k 2": Case(members=3, k=2),
    "nobody clicks": Case(clickers=0),
    "all reviewers alike": Case(clickers=0, bias=0.1, gain=0.05, noise=(0.6, 0.6)),
    "forms with 4 criteria": Case(criteria=4),
}


def measure() -> list[dict[str, object]]:
    """Return one row a case."""
    fit(simulate(Case(days=1), 0).ratings)
    return [row(name, case) for name, case in CASES.items()]


def row(name: str, case: Case, seeds: int = SEEDS) -> dict[str, object]:
    """Return the figures of one case, means over its cohorts."""
    found = [judge(simulate(case, seed)) for seed in range(seeds)]
    told = {key: [figures[key] for figures in found if key in figures] for key in found[0]}
    means = {key: fmean(values) for key, values in told.items()}
    less = 1 - means["coach"] / means["mean"]
    row: dict[str, object] = {"case": name, "kind": fit(simulate(case, 0).ratings).kind}
    row |= {key: f"{means[key]:.3f}" for key in ("mean", "median", "pg1", "coach")}
    least = min(1 - each["coach"] / each["mean"] for each in found)
    row |= {"less": f"{less:.0%}", "least": f"{least:.0%}"}
    row |= {"held": f"{means['held']:.0%}", "bias": f"{means['bias']:.0%}"}
    row |= {key: f"{means[key]:.3f}" for key in ("auc_pg1", "auc") if key in means}
    row |= {key: f"{means[key]:.0%}" for key in ("caught", "wronged") if key in means}
    return row | {"fit_ms": round(median(told["fit_ms"]), 1)}


def judge(cohort: Cohort) -> dict[str, float]:
    """Return how far off each method is in one cohort, and what clickers look like."""
    began = time.process_time()
    ours = fit(cohort.ratings)
    took = time.process_time() - began
    piech, noises = others.pg1(cohort.ratings)
    figures = {
        "fit_ms": took * 1000,
        "mean": error(others.mean(cohort.ratings), cohort.truth),
        "median": error(others.middle(cohort.ratings), cohort.truth),
        "pg1": error(piech, cohort.truth),
        "coach": error({a: e.mean for a, e in ours.scores.items()}, cohort.truth),
        "held": held(ours, cohort.truth),
        "bias": biases(cohort, ours),
    }
    return figures | suspects(cohort, ours, noises)


def error(scores: Mapping[str, float], truth: Mapping[str, float]) -> float:
    """Return the root of the mean square of what scores are off."""
    return float(fmean((score - truth[answer]) ** 2 for answer, score in scores.items()) ** 0.5)


def held(found: Fit, truth: Mapping[str, float]) -> float:
    """Return the share of answers whose truth is where the estimate says, nine times in ten."""
    return fmean(
        abs(estimate.mean - truth[answer]) <= NORMAL_90 * estimate.sd
        for answer, estimate in found.scores.items()
    )


def biases(cohort: Cohort, found: Fit) -> float:
    """Return the share of honest reviewers whose bias is found within 0.3 points."""
    honest = [p for p in cohort.people if p.kind == "honest" and p.name in found.reviewers]
    off = [found.reviewers[person.name].bias - person.bias for person in honest]
    return fmean(abs(each - fmean(off)) <= 0.3 for each in off)


def suspects(cohort: Cohort, found: Fit, noises: Mapping[str, float]) -> dict[str, float]:
    """Return how well clickers are told from honest people; nothing where there are no clickers."""
    there = [person for person in cohort.people if person.name in found.reviewers]
    clickers = [person.name for person in there if person.kind != "honest"]
    honest = [person.name for person in there if person.kind == "honest"]
    if not clickers:
        return {}
    by = {name: suspicion(reviewer) for name, reviewer in found.reviewers.items()}
    return {
        "auc": auc(by.__getitem__, clickers, honest),
        "auc_pg1": auc(noises.__getitem__, clickers, honest),
        "caught": fmean(by[name] >= SUSPICIOUS for name in clickers),
        "wronged": fmean(by[name] >= SUSPICIOUS for name in honest),
    }


def auc(of: Callable[[str], float], clickers: list[str], honest: list[str]) -> float:
    """Return how often a clicker has more of something than somebody honest; equal is half."""
    pairs = [(of(bad), of(good)) for bad, good in product(clickers, honest)]
    return fmean((bad > good) + (bad == good) / 2 for bad, good in pairs)
