"""Whether farming points pays: scripted attackers among honest members, over some weeks.

One row an attack and size of cohort, over `SEEDS` cohorts of `WEEKS` weeks.  `points` are the
attacker's of a week (of several attackers, the best's), `q1`, `median` and `q3` those of the honest
members of the same cohorts.  `of_median` is what the attacker gets of the honest median;
`weeks_over` and `cohorts_over` are in how many weekly leaderboards, and in how many cohorts over
all weeks, it was more.  `gained` is how many points a week the same person got more than in the
same cohort without the attack, but with the same answers: what the attack itself is good for.

The attackers never miss a day, which honest members do:

    one word         answers with one word, reviews honestly
    edit later       the same, and edits it into a good answer once it was reviewed: counted as the
                     same, since what is read first is judged (`tests/services/test_boards.py`)
    one word, again  answers with one word, and then gives a good second take each time
    mutual fives     three who answer in a few words and give one another a 5 and "helpful"
    all fives        gives everybody a 5, and asks for more to review; answers in a few words
    retaliation      answers in a few words; whoever gives a 3 or less gets 1 and "not helpful"
    second account   has one that answers with a word, gives the first a 5, and all others a 2
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from random import Random
from statistics import fmean, median, quantiles

from benchmarks.attackers_cohorts import Life, Person, honest, monday
from bot.domain import scoring, standings, weeks
from bot.domain.reviews import score
from bot.domain.scoring import Rating
from bot.domain.weeks import Span

SEEDS = 20
FIRST_SEED = 5_000
"""The formula was made with cohorts 0 to 9 and 1000 to 3019; figures come of others."""
WEEKS = 4
SIZES = (8, 24)
FEW_WORDS, ONE_WORD, GOOD = 2.0, 1.0, 3.6
ATTACKER, SECOND, THIRD = "x1", "x2", "x3"


def _alone(**ways: object) -> list[Person]:
    return [replace(Person(ATTACKER, there=1.0), **ways)]  # type: ignore[arg-type]


def _ring() -> list[Person]:
    names = (ATTACKER, SECOND, THIRD)
    return [
        Person(name, there=1.0, quality=FEW_WORDS, friends=frozenset(names) - {name})
        for name in names
    ]


def _two_accounts() -> list[Person]:
    main = Person(ATTACKER, there=1.0, quality=FEW_WORDS, friends=frozenset({SECOND}))
    second = Person(
        SECOND, there=1.0, quality=ONE_WORD, friends=frozenset({ATTACKER}), clicks=2, again=0
    )
    return [main, second]


ATTACKS: Mapping[str, Callable[[], list[Person]]] = {
    "one word": lambda: _alone(quality=ONE_WORD, again=0),
    "edit later": lambda: _alone(quality=ONE_WORD, again=0),
    "one word, again": lambda: _alone(quality=ONE_WORD, again=1, again_quality=GOOD),
    "mutual fives": _ring,
    "all fives": lambda: _alone(quality=FEW_WORDS, clicks=5, pulls=1),
    "retaliation": lambda: _alone(quality=FEW_WORDS, spiteful=True),
    "second account": _two_accounts,
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """Points of each week, of the attacker (the best of several) and of honest members."""

    attacker: Sequence[int]
    honest: Sequence[Sequence[int]]


def measure() -> list[dict[str, object]]:
    """Return one row for each attack and size."""
    return [row(name, size) for size in SIZES for name in ATTACKS]


def row(name: str, size: int, seeds: int = SEEDS) -> dict[str, object]:
    """Return what came of one attack."""
    tried = range(FIRST_SEED, FIRST_SEED + seeds)
    found = [outcome(ATTACKS[name](), size, seed) for seed in tried]
    without = [outcome(_unarmed(ATTACKS[name]()), size, seed) for seed in tried]
    points = fmean(p for each in found for p in each.attacker)
    everybody = [p for each in found for week in each.honest for p in week]
    q1, middle, q3 = quantiles(everybody, n=4)
    gained = points - fmean(p for each in without for p in each.attacker)
    return {
        "attack": name,
        "members": size,
        "points": f"{points:.0f}",
        "q1": f"{q1:.0f}",
        "median": f"{middle:.0f}",
        "q3": f"{q3:.0f}",
        "of_median": f"{points / middle:.0%}",
        "weeks_over": f"{sum(weeks_over(each) for each in found)} of {seeds * WEEKS}",
        "cohorts_over": f"{sum(over(each) for each in found)} of {seeds}",
        "gained": f"{gained:+.1f}",
    }


def outcome(attackers: Sequence[Person], size: int, seed: int) -> Outcome:
    """Live through one cohort, and count everybody's points of each week."""
    dice = Random(seed)
    people = [honest(number, dice) for number in range(size - len(attackers))]
    life = Life([*people, *attackers], dice)
    life.live(WEEKS)
    points = [_week(life, number) for number in range(WEEKS)]
    names = [p.name for p in attackers]
    best = max(names, key=lambda name: sum(week[name] for week in points))
    honestly = [[week[p.name] for p in people] for week in points]
    return Outcome([week[best] for week in points], honestly)


def weeks_over(found: Outcome) -> int:
    """Return in how many weeks the attacker had more than the honest median."""
    each = zip(found.attacker, found.honest, strict=True)
    return sum(mine > median(others) for mine, others in each)


def over(found: Outcome) -> bool:
    """Tell whether the attacker had more than the honest median over all weeks."""
    totals = [sum(weeks) for weeks in zip(*found.honest, strict=True)]
    return bool(sum(found.attacker) > median(totals))


def _week(life: Life, number: int) -> dict[str, int]:
    """Return everybody's points on one week's leaderboard, by what is known on its evening."""
    since = datetime.combine(monday(number), time(), UTC)
    until = since + timedelta(days=7)
    span = Span(since, until)
    prompts = [prompt for prompt in life.prompts if prompt.asked_at < until]
    answers = [a for a in life.answers if a.result_at is not None and a.result_at < until]
    reviews = [r for r in life.reviews if r.rated_at is not None and r.rated_at < until]
    given = [Rating(r.answer, r.reviewer, s) for r in reviews if (s := score(r)) is not None]
    kept = weeks.books(prompts, answers, reviews, scoring.fit(given))
    return {m.user: standings.points(kept.week(m, span)) for m in life.members()}


def _unarmed(attackers: Sequence[Person]) -> list[Person]:
    """Return the same people with the same answers, who review honestly and have no friends."""
    return [
        replace(
            each, friends=frozenset(), clicks=None, spiteful=False, pulls=0,
            again=0.0 if each.again_quality else each.again,
        )
        for each in attackers
    ]  # fmt: skip
