"""One answer with all its reviews, and what is needed to decide about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from bot.domain.answers import Answer
from bot.domain.cohorts import Rules
from bot.domain.matching import Candidate
from bot.domain.pairing import Day
from bot.domain.reviews import Review
from bot.ids import UserId


@dataclass(frozen=True, slots=True)
class Setting:
    """What `advance` needs besides the answer itself.

    `pool` returns the members who could be asked now (without the author) and is called only
    where somebody is to be asked; `considerate` moves an instant out of the night; `day` is what
    was asked of the cohort today; `stretch` how much longer somebody's lease is, since they sleep.
    """

    now: datetime
    rules: Rules
    pool: Callable[[], Sequence[Candidate]]
    considerate: Callable[[datetime], datetime]
    rng: Random
    new_id: Callable[[], str]
    day: Callable[[], Day | None] = lambda: None
    stretch: Callable[[UserId], timedelta] = lambda _: timedelta()


@dataclass(frozen=True, slots=True)
class Case:
    """One answer with all its reviews."""

    answer: Answer
    reviews: tuple[Review, ...] = ()
