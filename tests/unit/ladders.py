"""A small world in which one answer goes through review, minute by minute and without waiting.

`World.run` does what the engine does: it calls `advance` when the answer is due or somebody
did something.  After every call it checks what must always hold.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import Literal

from bot.domain import guarantee, reviews
from bot.domain.cohorts import Rules
from bot.domain.guarantee import Case, Setting
from bot.domain.matching import Candidate
from bot.domain.reviews import Review
from bot.events import Event, ReviewAsked
from bot.ids import ReviewId, UserId
from tests.unit.rubrics import RUBRIC, answer, heard, off, on, sheet

Deed = Literal["tap", "untap", "fill", "leave"]
Habit = tuple[tuple[timedelta, Deed], ...]
"""What somebody does how long after they are asked for a review."""

SILENT: Habit = ()
MOST_CALLS = 100
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TAPPING: Habit = ((HOUR, "tap"),)
NAMES = ("bo", "cy", "dee", "eva", "finn", "gus", "hal", "ida", "jo", "kit", "lou", "max")


def cohort(size: int, habit: Habit = SILENT) -> dict[str, Habit]:
    return dict.fromkeys(NAMES[:size], habit)


def always(at: datetime) -> datetime:
    """Know no night."""
    return at


def nightly(at: datetime) -> datetime:
    """Sleep from nine in the evening until eight."""
    if 8 <= at.hour < 21:
        return at
    day = at if at.hour < 8 else at + DAY
    return day.replace(hour=8, minute=0, second=0, microsecond=0)


@dataclass
class World:
    """One answer, begun `begun` minutes after `START`, and `others` with their habits."""

    others: Mapping[str, Habit]
    begun: float = 0
    rules: Rules = field(default_factory=Rules)
    considerate: Callable[[datetime], datetime] = always
    unreliable: frozenset[str] = frozenset()
    fidgety: bool = False
    """Whether `advance` is also called when nothing is due."""

    def __post_init__(self) -> None:
        self.case = Case(answer(heard("m1", self.begun)))
        self.now = self.case.answer.heard[0].said_at
        self.log: list[tuple[datetime, Event]] = []
        self.calls = 0
        self._ids = count(1)
        self._deeds: list[tuple[datetime, ReviewId, Deed]] = []
        self._gone: set[str] = set()

    @property
    def events(self) -> list[Event]:
        return [event for _, event in self.log]

    @property
    def over(self) -> bool:
        return self.case.answer.status in ("done", "withdrawn")

    def run(self, until: datetime | None = None) -> World:
        """Let time pass until the answer is done, or until an instant."""
        self.advance()
        while not self.over and (until is None or self._next() <= until):
            if self.fidgety:
                self.now += (self._next() - self.now) / 2
                self.advance()
            self.now = max(self.now, self._next())
            for deed in [deed for deed in self._deeds if deed[0] <= self.now]:
                self._deeds.remove(deed)
                self._do(deed[1], deed[2])
            self.advance()
        return self

    def advance(self) -> None:
        before = self.case
        self.case, events = guarantee.advance(self.case, self.setting())
        self.calls += 1
        self.log += [(self.now, event) for event in events]
        for event in events:
            if isinstance(event, ReviewAsked):
                habit = self.others[event.reviewer]
                self._deeds += [(self.now + span, event.review, deed) for span, deed in habit]
        self._check(before, events)

    def setting(self) -> Setting:
        return Setting(
            now=self.now,
            rules=self.rules,
            pool=self._pool,
            considerate=self.considerate,
            rng=Random(1),
            new_id=lambda: f"id{next(self._ids)}",
        )

    def review_of(self, user: str) -> Review:
        return next(review for review in self.case.reviews if review.reviewer == user)

    def put(self, changed: Review) -> None:
        known = tuple(changed if r.id == changed.id else r for r in self.case.reviews)
        self.case = replace(self.case, reviews=known)

    def _pool(self) -> Sequence[Candidate]:
        present = [name for name in self.others if name not in self._gone]
        return [Candidate(UserId(n), lapses=int(n in self.unreliable)) for n in present]

    def _next(self) -> datetime:
        due_at = self.case.answer.due_at
        assert due_at is not None, "an answer that is not over is looked at again"
        return min([due_at, *(at for at, _, _ in self._deeds)])

    def _do(self, key: ReviewId, deed: Deed) -> None:
        known = next(review for review in self.case.reviews if review.id == key)
        minutes = (self.now - heard("m0", 0).said_at) / timedelta(minutes=1)
        if deed == "tap":
            self.put(reviews.tap(known, on("4️⃣", minutes), RUBRIC))
        elif deed == "untap":
            self.put(reviews.tap(known, off("4️⃣", minutes), RUBRIC))
        elif deed == "fill":
            self.put(reviews.fill(known, sheet(3, 4, 5), self.now, RUBRIC))
        else:
            self._gone.add(known.reviewer)
            self.put(guarantee.excuse(known))

    def _check(self, before: Case, events: Sequence[Event]) -> None:
        """State what holds after every call: it costs little, ends, and can be repeated."""
        assert self.calls <= MOST_CALLS, "no end is in sight"
        due_at = self.case.answer.due_at
        assert (due_at is None) == self.over
        assert due_at is None or due_at > self.now, "what is due is done at once"
        assert due_at is None or self.considerate(due_at) == due_at
        again, more = guarantee.advance(self.case, self.setting())
        assert (again, more) == (self.case, ()), "a second call at the same instant"
        if self.considerate(self.now) > self.now:
            assert not events, "nobody is written to at night"
            assert [r.status for r in self.case.reviews] == [r.status for r in before.reviews]
