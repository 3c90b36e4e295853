r"""Solo practice: one person, one question at a time, due again when FSRS says so.

    ASKED --first message--> ANSWERED --self-rating--> RATED
       \------------------------------------stop--> STOPPED

`fsrs` 6 keeps the memory model; with these settings it is pass/fail-robust and never
plans beyond two weeks, because an interview is near.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

import fsrs

from bot.ids import PostKey, PracticeId, UserId, WorkspaceId

Status = Literal["asked", "answered", "rated", "stopped"]


@dataclass(frozen=True, slots=True)
class Practice:
    """One question being practised in a direct message.

    `said` are the messages of the answer, by message id, oldest first; `heard_at` is when one of
    them was heard last.  `score` is the self-rating, 1 to 5.
    """

    id: PracticeId
    workspace: WorkspaceId
    user: UserId
    guide: str
    question: str
    asked_at: datetime
    post: PostKey
    status: Status = "asked"
    said: tuple[tuple[str, str], ...] = ()
    hinted: bool = False
    rate_post: PostKey | None = None
    score: int | None = None
    ended_at: datetime | None = None
    heard_at: datetime | None = None

    @property
    def open(self) -> bool:
        """Whether the person is still at it."""
        return self.status in ("asked", "answered")

    @property
    def text(self) -> str:
        """The answer as one text."""
        return "\n\n".join(text for _, text in self.said)


@dataclass(frozen=True, slots=True)
class Card:
    """What FSRS remembers of one person and one question."""

    workspace: WorkspaceId
    user: UserId
    guide: str
    question: str
    due_at: datetime
    stability: float | None = None
    difficulty: float | None = None
    reviewed_at: datetime | None = None
    state: int = 1
    score: float = 0.0


_SCHEDULER = fsrs.Scheduler(
    learning_steps=(),
    relearning_steps=(),
    enable_fuzzing=False,
    desired_retention=0.9,
    maximum_interval=14,
)


def say(practice: Practice, message: str, text: str) -> Practice:
    """Add a message to the answer, or replace one already there."""
    said = dict(practice.said)
    said[message] = text
    return replace(practice, said=tuple(said.items()), status="answered")


def unsay(practice: Practice, message: str) -> Practice:
    """Take a deleted message out of the answer."""
    said = tuple(part for part in practice.said if part[0] != message)
    return replace(practice, said=said, status="answered" if said else "asked")


def rate(practice: Practice, score: int, now: datetime) -> Practice:
    """End the practice with the person's own score, 1 to 5."""
    return replace(practice, status="rated", score=score, ended_at=now)


def stop(practice: Practice, now: datetime) -> Practice:
    """End the practice without a score."""
    return replace(practice, status="stopped", ended_at=now)


def learn(card: Card, score: float, now: datetime, *, sure: bool = True) -> Card:
    """Return the card after a performance of `score`, from 1 to 5, at `now`.

    Under 2 counts as Again, up to 3 Hard, up to 4.25 Good, above that Easy if `sure` (peers
    and the person agree), else Good.
    """
    before = fsrs.Card(
        card_id=0,
        state=fsrs.State(card.state),
        stability=card.stability,
        difficulty=card.difficulty,
        due=card.due_at,
        last_review=card.reviewed_at,
    )
    after, _ = _SCHEDULER.review_card(before, _grade(score, sure=sure), review_datetime=now)
    return replace(
        card,
        due_at=after.due,
        stability=after.stability,
        difficulty=after.difficulty,
        reviewed_at=now,
        state=int(after.state),
        score=score,
    )


def choose(
    questions: Sequence[str], cards: Mapping[str, Card], now: datetime, avoid: str | None = None
) -> str | None:
    """Pick what to practise next: due longest, else never practised, else weakest.

    `avoid` is the question practised just before; it is picked only if there is no other.
    """
    pool = [question for question in questions if question != avoid] or list(questions)
    if not pool:
        return None
    due = [q for q in pool if q in cards and cards[q].due_at <= now]
    if due:
        return min(due, key=lambda q: (cards[q].due_at, q))
    fresh = [q for q in pool if q not in cards]
    if fresh:
        return fresh[0]
    return min(pool, key=lambda q: (cards[q].score, cards[q].due_at, q))


def _grade(score: float, *, sure: bool) -> fsrs.Rating:
    if score < 2:
        return fsrs.Rating.Again
    if score <= 3:
        return fsrs.Rating.Hard
    if score > 4.25 and sure:
        return fsrs.Rating.Easy
    return fsrs.Rating.Good
