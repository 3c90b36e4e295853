"""Farming points does not pay: scripted attackers end below the honest median.

`python -m benchmarks attackers` tries more cohorts; the figures are in `docs/scoring.md`.
"""

from __future__ import annotations

from statistics import fmean, median

import pytest

from benchmarks.attackers import ATTACKS, Outcome, outcome, over
from benchmarks.attackers_cohorts import Person

SEEDS = range(2)


def lived(name: str, size: int) -> list[Outcome]:
    return [outcome(ATTACKS[name](), size, seed) for seed in SEEDS]


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attacker_stays_below_the_honest_median_of_a_small_cohort(name: str) -> None:
    found = lived(name, 8)

    honest = median(p for each in found for week in each.honest for p in week)
    assert fmean(p for each in found for p in each.attacker) < 0.95 * honest
    assert not any(over(each) for each in found)


@pytest.mark.long
@pytest.mark.parametrize("name", ATTACKS)
def test_an_attacker_stays_below_the_honest_median_of_a_larger_cohort(name: str) -> None:
    assert not any(over(each) for each in lived(name, 24))


def test_somebody_who_does_the_same_with_effort_and_honestly_is_not_kept_down() -> None:
    found = [outcome([Person("x1", there=1.0)], 8, seed) for seed in SEEDS]

    assert all(over(each) for each in found)
