"""A cohort that never was: what its answers are worth, and how its members rate them.

An answer's quality is the author's level and the day's luck, from 1 to 5.  A reviewer sees it
with a bias, a gain and noise, and taps a whole number from 1 to 5.  Clickers tap any number;
nice clickers tap 4 or 5.  Reviewers are shuffled anew each day, by the circular rule of
`docs/scoring.md`: k different offsets in a random circle.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from statistics import fmean
from typing import Literal

from bot.domain.scoring import Rating

Kind = Literal["honest", "random", "nice"]


@dataclass(frozen=True, slots=True)
class Case:
    """How large a cohort is and what its members are like; spreads are standard deviations.

    `clickers` and `nice` are shares of the members, `silent` is the chance that a review is
    never given, `noise` the lowest and the highest a reviewer may have.
    """

    members: int = 30
    days: int = 35
    k: int = 3
    clickers: float = 0.1
    nice: float = 0.0
    silent: float = 0.0
    bias: float = 0.45
    gain: float = 0.25
    noise: tuple[float, float] = (0.35, 0.9)
    criteria: int = 0
    """How many numbers a form asks for, of which the mean is sent; none means one tap."""


MIDDLE, LEVEL, LUCK = 3.2, 0.45, 0.6
"""The usual quality; how much authors differ, and how much one author's answers do."""


@dataclass(frozen=True, slots=True)
class Person:
    """A member as an author and as a reviewer."""

    name: str
    kind: Kind
    level: float
    bias: float
    gain: float
    noise: float


@dataclass(frozen=True, slots=True)
class Cohort:
    """What is true, and what was seen of it."""

    people: Sequence[Person]
    truth: dict[str, float]
    ratings: Sequence[Rating]


def simulate(case: Case, seed: int) -> Cohort:
    """Live through all days of a cohort."""
    dice = Random(seed)
    people = _people(case, dice)
    truth: dict[str, float] = {}
    ratings: list[Rating] = []
    for day in range(case.days):
        for author, reviewers in _circle(people, case.k, dice):
            answer = f"{day:02}-{author.name}"
            truth[answer] = _within(MIDDLE + author.level + dice.gauss(0, LUCK))
            for reviewer in reviewers:
                if dice.random() >= case.silent:
                    score = _score(reviewer, truth[answer], case, dice)
                    ratings.append(Rating(answer, reviewer.name, score))
    return Cohort(people, truth, ratings)


def _people(case: Case, dice: Random) -> list[Person]:
    clickers, nice = round(case.members * case.clickers), round(case.members * case.nice)
    kinds: list[Kind] = ["honest"] * case.members
    for place in range(clickers + nice):
        kinds[place] = "random" if place < clickers else "nice"
    dice.shuffle(kinds)
    return [
        Person(
            f"m{number:03}",
            kind,
            dice.gauss(0, LEVEL),
            dice.gauss(0, case.bias),
            max(0.2, dice.gauss(1, case.gain)),
            dice.uniform(*case.noise),
        )
        for number, kind in enumerate(kinds)
    ]


def _circle(
    people: Sequence[Person], k: int, dice: Random
) -> Iterator[tuple[Person, list[Person]]]:
    size = len(people)
    circle = dice.sample(people, size)
    offsets = dice.sample(range(1, size), min(k, size - 1))
    for place, author in enumerate(circle):
        yield author, [circle[(place + offset) % size] for offset in offsets]


def _score(reviewer: Person, quality: float, case: Case, dice: Random) -> float:
    if not case.criteria:
        return _tap(reviewer, quality, reviewer.noise, dice)
    # Half of the noise is how the whole answer strikes somebody, half is in each number.
    half = reviewer.noise / 2**0.5
    struck = quality + dice.gauss(0, half)
    return fmean(_tap(reviewer, struck, half, dice) for _ in range(case.criteria))


def _tap(reviewer: Person, quality: float, noise: float, dice: Random) -> float:
    if reviewer.kind == "random":
        return dice.randint(1, 5)
    if reviewer.kind == "nice":
        return dice.randint(4, 5)
    seen = MIDDLE + reviewer.bias + reviewer.gain * (quality - MIDDLE)
    return _within(round(seen + dice.gauss(0, noise)))


def _within(score: float) -> float:
    return min(5.0, max(1.0, score))
