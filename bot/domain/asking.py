"""Asking for reviews: who is asked at which step of the ladder, and what a new review is."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from random import Random

from bot.domain import matching
from bot.domain.answers import Answer
from bot.domain.cases import Case, Setting
from bot.domain.handing import PULLED
from bot.domain.matching import Candidate
from bot.domain.reviews import Review
from bot.events import Event, ReviewAsked
from bot.ids import PostKey, ReviewId, UserId

REASSIGN, WIDEN, MENTORS, SELF_REVIEW = 1, 2, 3, 4
"""The steps of the ladder after the first asking."""


def ask(
    case: Case, wanted: int, setting: Setting, events: list[Event], *, apart: bool = True
) -> Case:
    """Ask up to `wanted` members who were not asked before."""
    chosen = _chosen(case, wanted, setting, apart=apart)
    known = {review.reviewer: review for review in case.reviews}
    for candidate, reason in chosen:
        review = _new_review(case.answer, candidate, setting, known.get(candidate.user), reason)
        known[candidate.user] = review
        events.append(ReviewAsked(review.id, review.reviewer, instead=case.answer.stage > 0))
    return replace(case, reviews=tuple(known.values()))


def _chosen(
    case: Case, wanted: int, setting: Setting, *, apart: bool
) -> list[tuple[Candidate, str]]:
    """Return whom to ask at this stage, and why just them."""
    stage, already = case.answer.stage, asked_before(case)
    pool = [each for each in setting.pool() if each.mentor == (stage == MENTORS)]
    if stage > 0:
        # Somebody who lets everything lapse is asked at first at most: more would be spam.
        pool = [candidate for candidate in pool if not candidate.lost]
    if stage == MENTORS:
        apart = False
    day = setting.day() if apart else None
    each, seed = setting.rules.reviewers, setting.rng.random()
    choice = partial(matching.choose, pool, asked=already, each=each, day=day, apart=apart)
    chosen = choice(wanted, Random(seed))
    if stage == 0 and matching.spare(chosen):
        chosen = choice(wanted + 1, Random(seed))
    free = [candidate for candidate in pool if candidate.user not in already]
    return [
        (one, "mentor" if stage == MENTORS else matching.why(one, free, wanted)) for one in chosen
    ]


def asked_before(case: Case) -> set[UserId]:
    """Return who was asked, without those whom a withdrawal freed before they judged."""
    return {
        review.reviewer
        for review in case.reviews
        if review.status != "withdrawn" or review.rated_at is not None
    }


def _new_review(
    answer: Answer, candidate: Candidate, setting: Setting, before: Review | None, reason: str
) -> Review:
    """Return a new review; it takes the place of one `before` of an answer since withdrawn."""
    return Review(
        id=before.id if before else ReviewId(setting.new_id()),
        workspace=answer.workspace,
        cohort=answer.cohort,
        answer=answer.id,
        author=answer.author,
        reviewer=candidate.user,
        asked_at=setting.now,
        due_at=setting.considerate(
            setting.now + setting.rules.lease + setting.stretch(candidate.user)
        ),
        post=PostKey(setting.new_id()),
        stage=answer.stage,
        reason=reason,
    )


def volunteer(case: Case, user: UserId, setting: Setting) -> tuple[Case, tuple[Event, ...]]:
    """Give an answer to a member who asked for something to review."""
    known = {review.reviewer: review for review in case.reviews}
    review = _new_review(case.answer, Candidate(user), setting, known.get(user), PULLED)
    known[user] = review
    asked = ReviewAsked(review.id, user, instead=False)
    return replace(case, reviews=tuple(known.values())), (asked,)
