r"""A review: one peer's judgement of one answer, by the rubric of its round.

    ASKED --rated--> RATED (undone when the taps are removed: ASKED or LAPSED again)
      \--lease over--> LAPSED --rated all the same--> RATED
      \--enough others--> RELEASED        any --answer withdrawn--> WITHDRAWN
      \--handed back by its reviewer--> PASSED or RETURNED, for good (`bot.domain.handing`)

Taps are a register per emoji: the newest report of each wins, so that repeats and a wrong
order leave the same state.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from statistics import fmean
from typing import Literal

from bot.ids import AnswerId, CohortId, PostKey, ReviewId, UserId, WorkspaceId
from content.schema import Round

Status = Literal["asked", "rated", "lapsed", "released", "withdrawn", "passed", "returned"]

NUMBERS: Mapping[str, int] = {"1️⃣": 1, "2️⃣": 2, "3️⃣": 3, "4️⃣": 4, "5️⃣": 5}
"""The reactions that give an answer its overall score."""

CLEARED = "*"
"""Stands for every reaction at once: a moderator has taken off all of them."""


_HANDED_BACK = ("passed", "returned")


@dataclass(frozen=True, slots=True)
class Tap:
    """What is known of one reaction, or of all (`CLEARED`): on or off, since when."""

    emoji: str
    on: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Sheet:
    """A filled-in form: scores 1 to 5 by criterion key, red flags by key, and a comment."""

    scores: dict[str, int]
    flags: frozenset[str] = frozenset()
    comment: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """One review asked of one member.

    `due_at` is the end of its lease.  `rated_at` is when the rating last changed, `None`
    while there is none.  `helpful` is what the author said of it.  `stage` is the step of
    the ladder at which it was asked: 0 at first, 1 reassigned, 2 widened, 3 a mentor.  `reason`
    is why this reviewer was chosen (`bot.domain.matching`), `because` why they passed or returned
    it.
    """

    id: ReviewId
    workspace: WorkspaceId
    cohort: CohortId
    answer: AnswerId
    author: UserId
    reviewer: UserId
    asked_at: datetime
    due_at: datetime
    post: PostKey
    stage: int = 0
    status: Status = "asked"
    taps: tuple[Tap, ...] = ()
    sheet: Sheet | None = None
    reminded_at: datetime | None = None
    rated_at: datetime | None = None
    helpful: bool | None = None
    reason: str = ""
    because: str = ""


@dataclass(frozen=True, slots=True)
class Rating:
    """What a review says: `score` from 1 to 5, criteria met (by key), and what came by form."""

    score: float
    met: frozenset[str] = frozenset()
    sheet: Sheet | None = None


def tap(review: Review, report: Tap, rubric: Round) -> Review:
    """Take in one reaction; one that means nothing in this rubric is remembered all the same."""
    if review.status in _HANDED_BACK:
        return review
    taps = {known.emoji: known for known in review.taps}
    before = taps.get(report.emoji)
    if before is not None and (before.at, before.on) >= (report.at, report.on):
        return review
    taps[report.emoji] = report
    ordered = tuple(sorted(taps.values(), key=lambda known: known.emoji))
    return _settle(replace(review, taps=ordered), rubric)


def believed(review: Review, latest: datetime, instead: datetime, rubric: Round) -> Review:
    """Return the review with nothing told after `latest`: our clock was ahead when it was.

    What was told last then counts as told at `instead`, the rest as long before it as it was.
    """
    given_at = review.sheet.at if review.sheet is not None else None
    told = [known.at for known in review.taps] + ([given_at] if given_at is not None else [])
    newest = max(told, default=latest)
    if newest <= latest:
        return review
    ahead = newest - instead
    taps = tuple(replace(t, at=t.at - ahead) if t.at > latest else t for t in review.taps)
    sheet = review.sheet
    if sheet is not None and given_at is not None and given_at > latest:
        sheet = replace(sheet, at=given_at - ahead)
    return _settle(replace(review, taps=taps, sheet=sheet), rubric)


def taps_on(review: Review) -> list[Tap]:
    """Return the reactions that stand: on, and not older than the last time all were cleared."""
    cleared = [known.at for known in review.taps if known.emoji == CLEARED]
    return [known for known in review.taps if known.on and all(known.at > at for at in cleared)]


def unfinished(review: Review) -> bool:
    """Tell whether its reviewer has begun to tap, but not how good the answer is."""
    return bool(taps_on(review)) and score(review) is None


def fill(review: Review, sheet: Sheet, at: datetime, rubric: Round) -> Review:
    """Take in a form; the newest one counts."""
    if review.status in _HANDED_BACK:
        return review
    if review.sheet is not None and review.sheet.at is not None and review.sheet.at >= at:
        return review
    return _settle(replace(review, sheet=replace(sheet, at=at)), rubric)


def rating(review: Review, rubric: Round) -> Rating | None:
    """Return what the review says, or `None` while nothing gives a score."""
    given = score(review)
    if given is None:
        return None
    by_emoji = {criterion.emoji: criterion.key for criterion in rubric.criteria}
    met = frozenset(by_emoji[known.emoji] for known in taps_on(review) if known.emoji in by_emoji)
    if review.sheet is not None and review.sheet.scores:
        return Rating(given, met, review.sheet)
    return Rating(given, met)


def score(review: Review) -> float | None:
    """Return the score of a review, from 1 to 5; `None` while it has none.

    A form's score is the mean of its criteria; it outweighs taps.  Of several numbers
    tapped the newest counts.
    """
    if review.sheet is not None and review.sheet.scores:
        return fmean(review.sheet.scores.values())
    numbers = [known for known in taps_on(review) if known.emoji in NUMBERS]
    if not numbers:
        return None
    return float(NUMBERS[max(numbers, key=lambda known: (known.at, known.emoji)).emoji])


def _settle(review: Review, rubric: Round) -> Review:
    """Bring status and time of the rating into line with taps and form."""
    if review.status == "withdrawn":
        return review
    changed_at = _changed_at(review, rubric)
    if rating(review, rubric) is not None:
        return replace(review, status="rated", rated_at=changed_at)
    if review.status == "rated":
        in_time = changed_at is not None and changed_at < review.due_at
        return replace(review, status="asked" if in_time else "lapsed", rated_at=None)
    return review


def _changed_at(review: Review, rubric: Round) -> datetime | None:
    """Return when something that the rubric knows was last tapped, untapped or filled in."""
    meant = {CLEARED, *NUMBERS, *(criterion.emoji for criterion in rubric.criteria)}
    moments = [known.at for known in review.taps if known.emoji in meant]
    if review.sheet is not None and review.sheet.at is not None:
        moments.append(review.sheet.at)
    return max(moments, default=None)
