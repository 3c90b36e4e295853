"""Who reviews an answer: fair in load, varied in pairs, never one's own, and why just they.

The order of what counts: whoever has lately let everything lapse comes last, then who has no room
today ("not now", too much open, asleep, told enough), then who has yet to show that they review.
After these: the fewest asked today, the fewest lately, the fewest open, the fewest past pairings
with this author, the longest ago, and a die.  So nobody is asked twice while somebody else was
not asked once.

Nobody is asked to review whoever reviews them on the same day.  Where fewer than twice as many
others are left as an answer gets reviews that cannot be kept, and gives way to load.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import combinations
from random import Random

from bot.domain.pairing import Day
from bot.ids import UserId

LOST = 2
"""So many lapses lately without a single review in return, and somebody is asked last."""
FULL = 5
"""With so many open reviews nobody is asked for more while somebody else is there."""
PLENTY = 99
"""How many messages are left today for somebody of whom that is not known."""
TIGHT = 3
"""With fewer others than so many times the reviews an answer gets, a choice looks ahead."""
RECIPROCAL_WEIGHT = 2
"""Among few, two people review one another where everybody else was asked so many times more."""

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A present member who may be asked, seen from one author.

    `open`, `recent`, `lapses` and `rated` as in `bot.ports.storage.Load`; `today` is how often
    they were asked today.  `times` and `last_at` say how often and when last they were asked to
    review this author; `reciprocal` is true where the author was asked to review them today.
    `resting` is who said "not now" today; `asleep` whose night is most of the lease; `left` how
    many messages they may be sent today.  A `mentor` is asked where nobody else is left.
    """

    user: UserId
    open: int = 0
    recent: int = 0
    lapses: int = 0
    rated: int = 0
    times: int = 0
    last_at: datetime | None = None
    reciprocal: bool = False
    today: int = 0
    resting: bool = False
    asleep: bool = False
    left: int = PLENTY
    mentor: bool = False

    @property
    def lost(self) -> bool:
        """Whether asking has lately been in vain."""
        return self.lapses >= LOST and self.rated == 0

    @property
    def unheard(self) -> bool:
        """Whether enough waits for somebody who has not reviewed anything lately."""
        return self.rated == 0 and self.open + self.lapses >= LOST

    @property
    def hindrances(self) -> int:
        """How much speaks against asking them today, though they are there."""
        return sum((self.resting, self.open >= FULL, self.asleep, self.left <= 0))


def choose(
    pool: Sequence[Candidate],
    wanted: int,
    rng: Random,
    *,
    asked: Collection[UserId] = (),
    each: int = 2,
    day: Day | None = None,
    apart: bool = True,
) -> tuple[Candidate, ...]:
    """Choose up to `wanted` reviewers from `pool`, leaving out those in `asked`.

    `each` is how many reviews an answer gets.  With `day` no choice is made, if another is there,
    that would leave answers still to come today without reviewers.  Only where nobody else is left
    need people who review one another not be kept `apart`.
    """
    free = sorted((c for c in pool if c.user not in asked), key=lambda c: c.user)
    dice = {candidate.user: rng.random() for candidate in free}
    few = not apart or is_few(pool, each)
    if not few:
        free = [candidate for candidate in free if not candidate.reciprocal]
    ranked = sorted(free, key=lambda c: (*_cost(c, few=few), dice[c.user]))
    if day is None or few or len(pool) >= TIGHT * each:
        return tuple(ranked[:wanted])
    return _with_foresight(ranked, wanted, each, day)


def is_few(pool: Sequence[Candidate], each: int) -> bool:
    """Tell whether too few are there to keep everybody from reviewing their own reviewers."""
    return sum(not candidate.lost for candidate in pool) < 2 * each


def spare(chosen: Sequence[Candidate]) -> bool:
    """Tell whether one more should be asked, because one of those chosen may not deliver."""
    return any(candidate.lapses > 0 for candidate in chosen)


def why(chosen: Candidate, pool: Sequence[Candidate], wanted: int) -> str:
    """Return in short words, with blanks between, why somebody was chosen out of `pool`.

    only: nobody else could be asked; least: nobody was asked less; new: they never reviewed this
    author; seldom: nobody reviewed this author less often; turn: it was their turn.
    """
    if len(pool) <= wanted:
        return "only"
    reasons = []
    if _load(chosen) <= min(_load(other) for other in pool):
        reasons.append("least")
    if chosen.times == 0:
        reasons.append("new")
    elif chosen.times <= min(other.times for other in pool):
        reasons.append("seldom")
    return " ".join(reasons) or "turn"


def _with_foresight(
    ranked: Sequence[Candidate], wanted: int, each: int, day: Day
) -> tuple[Candidate, ...]:
    """Return the first of `ranked` who leave enough pairs for the answers still to come."""
    for chosen in combinations(ranked, min(wanted, len(ranked))):
        if day.allows([candidate.user for candidate in chosen], each):
            return chosen
    return tuple(ranked[:wanted])


def _load(candidate: Candidate) -> tuple[int, int]:
    return candidate.today, candidate.recent


def _cost(
    candidate: Candidate, *, few: bool
) -> tuple[bool, int, bool, int, int, int, int, datetime]:
    weight = RECIPROCAL_WEIGHT if few and candidate.reciprocal else 0
    return (
        candidate.lost,
        candidate.hindrances,
        candidate.unheard,
        candidate.today + weight,
        candidate.recent,
        candidate.open,
        candidate.times,
        candidate.last_at or _NEVER,
    )
