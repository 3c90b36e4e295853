"""What the rules decided, as facts in the past tense: a closed union.

Rules return them, services turn them into what is said.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.ids import ReviewId, UserId


@dataclass(frozen=True, slots=True)
class ReviewAsked:
    """A member was asked to review an answer; `instead` if somebody else had let it lapse."""

    review: ReviewId
    reviewer: UserId
    instead: bool


@dataclass(frozen=True, slots=True)
class ReviewerReminded:
    """A reviewer's one reminder is due."""

    review: ReviewId
    reviewer: UserId


@dataclass(frozen=True, slots=True)
class ReviewEnded:
    """A review nobody waits for any more: enough others came, or the answer was withdrawn."""

    review: ReviewId
    reviewer: UserId


@dataclass(frozen=True, slots=True)
class OrganiserNeeded:
    """Peers did not bring the reviews an answer was promised: `have` of `wanted` are in."""

    have: int
    wanted: int


@dataclass(frozen=True, slots=True)
class SelfReviewOffered:
    """The author was asked to judge the answer by the rubric themselves."""

    have: int
    wanted: int


@dataclass(frozen=True, slots=True)
class ResultReady:
    """The answer's reviewing ended; its author is told what came of it."""


Event = (
    ReviewAsked | ReviewerReminded | ReviewEnded | OrganiserNeeded | SelfReviewOffered | ResultReady
)
