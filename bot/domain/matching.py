"""Who reviews an answer: fair in load, varied in pairs, never one's own.

The order of what counts: reviewers who have lately let everything lapse last, then no two
people who review one another on the same day, then the fewest open reviews, the fewest
reviews lately, the fewest past pairings with this author, the longest ago, and a die.  Among
`FEW` or fewer the second rule gives way to load, or one person would get all the work.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random

from bot.ids import UserId

LOST = 2
"""So many lapses lately without a single review in return, and somebody is asked last."""

FEW = 3
"""With no more to choose from, two people who review one another are harder to avoid."""
RECIPROCAL_WEIGHT = 2
"""Among few, they do so where everybody else has so many more open reviews."""

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A present member who may be asked, seen from one author.

    `open`, `recent`, `lapses` and `rated` as in `bot.ports.Load`; `times` and `last_at` say
    how often and when last they were asked to review this author; `reciprocal` is true
    where the author was asked to review them today.
    """

    user: UserId
    open: int = 0
    recent: int = 0
    lapses: int = 0
    rated: int = 0
    times: int = 0
    last_at: datetime | None = None
    reciprocal: bool = False

    @property
    def lost(self) -> bool:
        """Whether asking has lately been in vain."""
        return self.lapses >= LOST and self.rated == 0


def choose(
    pool: Sequence[Candidate], wanted: int, rng: Random, *, asked: Collection[UserId] = ()
) -> tuple[Candidate, ...]:
    """Choose up to `wanted` reviewers from `pool`, leaving out those in `asked`."""
    free = sorted((c for c in pool if c.user not in asked), key=lambda c: c.user)
    dice = {candidate.user: rng.random() for candidate in free}
    few = len(pool) <= FEW
    ranked = sorted(free, key=lambda c: (*_cost(c, few=few), dice[c.user]))
    return tuple(ranked[:wanted])


def spare(chosen: Sequence[Candidate]) -> bool:
    """Tell whether one more should be asked, because one of those chosen may not deliver."""
    return any(candidate.lapses > 0 for candidate in chosen)


def _cost(candidate: Candidate, *, few: bool) -> tuple[bool, bool, int, int, int, datetime]:
    weight = RECIPROCAL_WEIGHT if few and candidate.reciprocal else 0
    return (
        candidate.lost,
        candidate.reciprocal and not few,
        candidate.open + weight,
        candidate.recent,
        candidate.times,
        candidate.last_at or _NEVER,
    )
