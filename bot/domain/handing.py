r"""Handing a review back: passing it on, or returning an answer that cannot be reviewed.

    ASKED --not now, or a conflict of interest--> PASSED      \
          --blank, off topic, confidential------> RETURNED    --> somebody else is asked at once

Neither is a lapse.  What was passed on does not count as load: whoever says "not now" is left
alone for the rest of the day, and on the next is among the first to be asked.  An answer that
three different members returned is withdrawn; one or two alone cannot take it from its author,
and who asked for something to review is none of the three: else friends could choose whose.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Final

from bot.domain.reviews import Review

PASSES: Final[Collection[str]] = ("busy", "conflict")
"""Why a review is passed on."""
FAULTS: Final[Sequence[str]] = ("blank", "off-topic", "confidential")
"""Why an answer is returned, in the order in which they are named."""
RETURNS: Final = 3
"""So many different reviewers must return an answer before it is withdrawn."""
HANDED_BACK: Final = ("passed", "returned")
PULLED: Final = "pull"
"""The reason of a review that its reviewer asked for."""


def pass_on(review: Review, because: str) -> Review:
    """Return the review as passed on to somebody else."""
    return replace(review, status="passed", because=because)


def give_back(review: Review, fault: str) -> Review:
    """Return the review of an answer that its reviewer says cannot be reviewed."""
    return replace(review, status="returned", because=fault)


def faults(reviews: Iterable[Review]) -> tuple[str, ...]:
    """Return what reviewers found wrong with an answer, each once."""
    found = {review.because for review in reviews if review.status == "returned"}
    return tuple(fault for fault in FAULTS if fault in found)


def condemned(reviews: Iterable[Review]) -> bool:
    """Tell whether enough different members returned an answer to take it out of review.

    A withdrawal wipes the slate: an answer given anew has to be returned anew.
    """
    return len({r.reviewer for r in reviews if r.status == "returned" and _chosen(r)}) >= RETURNS


def ended_by_returns(reviews: Iterable[Review]) -> bool:
    """Tell whether reviewers, and not its author, took a withdrawn answer out of review."""
    gone = [r for r in reviews if r.status == "withdrawn" and r.because in FAULTS]
    return len({r.reviewer for r in gone if _chosen(r)}) >= RETURNS


def only_handed_back(reviews: Sequence[Review], stage: int) -> bool:
    """Tell whether of those asked at a stage nobody dropped out but by handing back."""
    gone = [r for r in reviews if r.stage == stage and r.status in ("lapsed", "released")]
    return not gone and any(r.stage == stage and r.status in HANDED_BACK for r in reviews)


def _chosen(review: Review) -> bool:
    """Tell whether a reviewer was chosen for an answer, and did not ask for one to review."""
    return review.reason != PULLED
