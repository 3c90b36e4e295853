"""What pictures show, as values that know nothing of cohorts, members or drawing.

A message carries such values and adapters have them drawn, so what is stored is small and plain.
Rule: a leaderboard has no bottom.  Of more members than fit it shows the first ten (or up to
twelve, where points are shared across the edge) and says how many more there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Theme = Literal["light", "dark"]
PARTS = ("answers", "reviews", "helpfulness", "quality", "improvement", "streak")
"""What points come from, in the order in which it is drawn and told."""
ROWS_AT_MOST, ROWS_OF_MANY = 12, 10
WEEKS_AT_MOST, CRITERIA_AT_MOST = 12, 8


@dataclass(frozen=True, slots=True)
class Points:
    """A week's points by what they come from, none below 0."""

    answers: int = 0
    reviews: int = 0
    helpfulness: int = 0
    quality: int = 0
    improvement: int = 0
    streak: int = 0

    def parts(self) -> tuple[int, ...]:
        """Return them in the order of `PARTS`."""
        return (
            self.answers,
            self.reviews,
            self.helpfulness,
            self.quality,
            self.improvement,
            self.streak,
        )

    def total(self) -> int:
        """Return the sum."""
        return sum(self.parts())


@dataclass(frozen=True, slots=True)
class Row:
    """One member's standing; equal points share a place.

    Of whoever is anonymous only the `whole` is told: what points come from could be counted.
    """

    place: int
    name: str
    points: Points
    whole: int | None = None

    def total(self) -> int:
        """Return all points together."""
        return self.points.total() if self.whole is None else self.whole


@dataclass(frozen=True, slots=True)
class Leaderboard:
    """The week's standings, best first; `more` are members with points who are not in `rows`."""

    title: str
    subtitle: str
    rows: tuple[Row, ...]
    more: int = 0
    note: str = ""
    kind: Literal["leaderboard"] = "leaderboard"

    def shown(self) -> tuple[Row, ...]:
        """Return the rows that are drawn."""
        rows = self.rows
        if len(rows) + self.more <= ROWS_AT_MOST:
            return rows
        edge = ROWS_OF_MANY
        while edge < min(len(rows), ROWS_AT_MOST) and rows[edge].place == rows[edge - 1].place:
            edge += 1
        return rows[:edge]

    def left(self) -> int:
        """Return how many members with points are not drawn."""
        return self.more + len(self.rows) - len(self.shown())


@dataclass(frozen=True, slots=True)
class Score:
    """One week's score from 1 to 5 from `n` reviews, give or take `margin` points.

    `mean` is `None` in a week without one.
    """

    week: str
    mean: float | None = None
    margin: float = 0.0
    n: int = 0

    def low(self) -> float:
        """Return the lower edge of what the score may be."""
        return max(1.0, (self.mean or 1.0) - self.margin)

    def high(self) -> float:
        """Return the upper edge of what the score may be."""
        return min(5.0, (self.mean or 1.0) + self.margin)


@dataclass(frozen=True, slots=True)
class Criterion:
    """How often peers saw one criterion in what they reviewed, and how often they missed it."""

    name: str
    seen: int
    missed: int


@dataclass(frozen=True, slots=True)
class Progress:
    """One member's own progress, shown to nobody else.

    `sureness` says in words how sure the latest score is.
    """

    title: str
    subtitle: str
    scores: tuple[Score, ...] = ()
    sureness: str = ""
    streak: int = 0
    best_streak: int = 0
    criteria: tuple[Criterion, ...] = ()
    note: str = ""
    kind: Literal["progress"] = "progress"

    def weeks(self) -> tuple[Score, ...]:
        """Return the weeks that are drawn: the latest ones."""
        return self.scores[-WEEKS_AT_MOST:]

    def latest(self) -> Score | None:
        """Return the latest week with a score."""
        return next((one for one in reversed(self.weeks()) if one.mean is not None), None)


Picture = Leaderboard | Progress


@dataclass(frozen=True, slots=True)
class Image:
    """A picture as a PNG file, and what it says in words."""

    png: bytes
    alt: str
