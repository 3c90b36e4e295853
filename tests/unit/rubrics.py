"""Small answers, reviews and rubrics, for tests of the rules that judge and pass them on.

Everything happens at `START` or so many minutes after it; nothing here reads a clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TypeVar

from bot.domain.answers import Answer, Heard
from bot.domain.reviews import Review, Sheet, Tap
from bot.ids import (
    AnswerId,
    ChannelId,
    CohortId,
    MessageId,
    PostKey,
    PromptId,
    ReviewId,
    UserId,
    WorkspaceId,
)
from tests.examples import cases
from tests.unit.guides import guide

START = datetime(2026, 12, 7, 9, tzinfo=UTC)
"""A Monday morning."""
PAUSE = timedelta(minutes=10)
WORKSPACE, COHORT = WorkspaceId("console:local"), CohortId("k1")
AUTHOR = UserId("ana")
RUBRIC = guide().round("hr-screen")
CLARITY, DEPTH, IMPACT = RUBRIC.criteria
VAGUE = RUBRIC.red_flags[0]
OTHERS = ("👍", "🎉", "👍🏽")
"""Reactions that no rubric gives a meaning to."""

Item = TypeVar("Item")

often = cases(40)
seldom = cases(20)
"""For properties that play whole stories."""


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def heard(
    message: str,
    said: float,
    text: str = "",
    *,
    revised: float | None = None,
    deleted: float | None = None,
    files: int = 0,
) -> Heard:
    """Return a report of a message; times are minutes after `START`."""
    return Heard(
        channel=ChannelId("prep"),
        message=MessageId(message),
        text=text or message,
        said_at=at(said),
        revised_at=at(said if revised is None else revised),
        deleted_at=None if deleted is None else at(deleted),
        files=files,
    )


def answer(*parts: Heard) -> Answer:
    """Return an answer of `AUTHOR` in which `parts`, oldest first, were heard."""
    return Answer(
        id=AnswerId("a1"),
        workspace=WORKSPACE,
        cohort=COHORT,
        prompt=PromptId("p1"),
        question="why-us",
        author=AUTHOR,
        heard=parts,
    )


def review(reviewer: str = "bo", *, lease: float = 24 * 60) -> Review:
    """Return a review asked at `START`, due `lease` minutes later."""
    return Review(
        id=ReviewId(f"r-{reviewer}"),
        workspace=WORKSPACE,
        cohort=COHORT,
        answer=AnswerId("a1"),
        author=AUTHOR,
        reviewer=UserId(reviewer),
        asked_at=START,
        due_at=at(lease),
        post=PostKey(f"post-{reviewer}"),
    )


def on(emoji: str, minutes: float = 1) -> Tap:
    return Tap(emoji, on=True, at=at(minutes))


def off(emoji: str, minutes: float = 2) -> Tap:
    return Tap(emoji, on=False, at=at(minutes))


def sheet(clarity: int, depth: int, impact: int, *flags: str, comment: str = "") -> Sheet:
    scores = {CLARITY.key: clarity, DEPTH.key: depth, IMPACT.key: impact}
    return Sheet(scores, frozenset(flags), comment)


def judged(number: str, *emojis: str, reviewer: str = "bo") -> Review:
    """Return a review whose reviewer tapped a number and perhaps some criteria."""
    taps = tuple(sorted((on(emoji) for emoji in (number, *emojis)), key=lambda tap: tap.emoji))
    return replace(review(reviewer), taps=taps, status="rated", rated_at=at(1))


def filled(form: Sheet, *, reviewer: str = "bo") -> Review:
    return replace(review(reviewer), sheet=replace(form, at=at(1)), status="rated", rated_at=at(1))


def replayed(reports: Iterable[Item], rng: Random, times: int = 11) -> Sequence[Item]:
    """Return every report several times, all of them out of order."""
    many = [report for report in reports for _ in range(times)]
    rng.shuffle(many)
    return many
