"""A standing: where a member is on the week's leaderboard, and why.

Effort and help count more than brilliance, and nothing counts without bound; the formula
and its reasons are in `docs/scoring.md`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import fmean

from bot.ids import UserId

ANSWER, LATE_ANSWER, REVIEW, HELPFUL = 10, 7, 5, 2
REVIEWS_COUNTED = 15
"""Reviews of one week that count: half more than anybody is asked for with k = 2."""
LATE_ANSWER_MORE = 4
"""Points of each further late one: enough that answering never costs any (see `QUALITY`)."""
LATE_COUNTED = 3
"""Late answers of one week that count in full: an afternoon must not beat a week on time."""
STREAK_COUNTED = 10
QUALITY = 5.0
"""Points for each step of quality above 1, from results shrunk towards `PRIOR`."""
PRIOR, PRIOR_WEIGHT = 3.0, 2


@dataclass(frozen=True, slots=True)
class Week:
    """What one member did in one week.

    `scores` are the results (1 to 5) of their answers that came in; `streak` the posting
    days answered on time in a row up to now, absences left out.
    """

    user: UserId
    name: str
    answers: int = 0
    late: int = 0
    reviews: int = 0
    helpful: int = 0
    scores: tuple[float, ...] = ()
    streak: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """A member's place; equal points share one."""

    place: int
    points: int
    week: Week


def points(week: Week) -> int:
    """Return a week's points, a whole number from 0."""
    late = min(week.late, LATE_COUNTED)
    total = (week.answers - week.late) * ANSWER
    total += late * LATE_ANSWER + (week.late - late) * LATE_ANSWER_MORE
    reviews = min(week.reviews, REVIEWS_COUNTED)
    total += reviews * REVIEW + min(week.helpful, reviews) * HELPFUL
    total += min(week.streak, STREAK_COUNTED) if week.answers else 0
    return total + round((quality(week.scores) - 1) * QUALITY if week.scores else 0)


def quality(scores: Sequence[float]) -> float:
    """Return the mean of `scores`, drawn towards the middle while there are few of them."""
    return (sum(scores) + PRIOR * PRIOR_WEIGHT) / (len(scores) + PRIOR_WEIGHT)


def rank(weeks: Sequence[Week]) -> tuple[Standing, ...]:
    """Return standings, best first, by points then name; weeks without points are left out."""
    scored = sorted(
        ((points(week), week) for week in weeks if points(week) > 0),
        key=lambda pair: (-pair[0], pair[1].name.casefold(), pair[1].user),
    )
    totals = [total for total, _ in scored]
    return tuple(Standing(totals.index(total) + 1, total, week) for total, week in scored)


def streak(asked: Sequence[date], answered: frozenset[date], away: frozenset[date]) -> int:
    """Return how many of the latest posting days in a row were answered.

    `asked` are posting days, oldest first.  Days away neither count nor break; nor does the
    latest day while it is still unanswered.
    """
    count = 0
    for position, day in enumerate(reversed(asked)):
        if day in answered:
            count += 1
        elif day not in away and position > 0:
            break
    return count


def mean(scores: Sequence[float]) -> float | None:
    """Return the plain mean, or `None` of nothing."""
    return fmean(scores) if scores else None
