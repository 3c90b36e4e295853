"""The review guarantee: what is done, and when, so that no author waits for ever.

    asked --reminder--> lapsed --> another asked (1) --> more asked (2) --> mentors asked (3)
          --> organiser told, guided self-review (4) --> result with what there is

Steps that have nobody left to ask are passed over.  Who hands a review back is replaced without a
step (`bot.domain.handing`).  `advance` is called whenever something happened to an answer or its
time has come; called too early or twice it changes nothing.  At night it only notes that the
morning is the time to look again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain import handing
from bot.domain.answers import Answer
from bot.domain.asking import MENTORS, REASSIGN, SELF_REVIEW, WIDEN, ask, asked_before, volunteer
from bot.domain.cases import Case, Setting
from bot.domain.cohorts import Rules
from bot.domain.reviews import Review
from bot.events import (
    Event,
    OrganiserNeeded,
    ResultReady,
    ReviewEnded,
    ReviewerReminded,
    SelfReviewOffered,
)

__all__ = [
    "SELF_REVIEW",
    "Case",
    "Setting",
    "advance",
    "asked_before",
    "collected_at",
    "excuse",
    "reopen",
    "volunteer",
    "withdraw",
]

WIDEN_BY = 2
"""How many more than missing are asked when an answer has waited for two leases."""
PATIENCE = timedelta(hours=24)
"""How long the organiser and the author's self-review are waited for."""


def advance(case: Case, setting: Setting) -> tuple[Case, tuple[Event, ...]]:
    """Do what is due for an answer and note when to look again (`answer.due_at`)."""
    events: list[Event] = []
    asleep = _asleep(case, setting)
    if case.answer.status == "collecting" and not asleep:
        case = _begin(case, setting, events)
    if case.answer.status == "in_review" and not asleep:
        case = _review(case, setting, events)
    due_at = _next(case, setting)
    if asleep and due_at is not None:
        due_at = _morning(case, setting, due_at)
    return replace(case, answer=replace(case.answer, due_at=due_at)), tuple(events)


def withdraw(case: Case) -> tuple[Case, tuple[Event, ...]]:
    """End an answer its author took back; reviewers are freed, ratings given stay theirs."""
    ended = tuple(
        ReviewEnded(review.id, review.reviewer)
        for review in case.reviews
        if review.status == "asked"
    )
    reviews = tuple(
        review if review.status == "passed" else replace(review, status="withdrawn")
        for review in case.reviews
    )
    answer = replace(case.answer, status="withdrawn", due_at=None)
    return Case(answer, reviews), ended


def reopen(answer: Answer) -> Answer:
    """Return an answer that had nobody left to ask, now that somebody has come."""
    if answer.status != "in_review" or answer.stage < SELF_REVIEW:
        return answer
    return replace(answer, stage=0)


def excuse(review: Review) -> Review:
    """Free a reviewer who went away or left; it is not held against them."""
    return replace(review, status="released") if review.status == "asked" else review


def collected_at(case: Case, rules: Rules) -> datetime:
    """Return when nothing more is expected of the author."""
    run = case.answer.run(rules.pause_between_parts)
    pause = timedelta() if case.answer.private else rules.pause_between_parts
    return run[-1].said_at + pause


def _asleep(case: Case, setting: Setting) -> bool:
    """Tell whether it is night; an author who just judged their own answer is awake."""
    if case.answer.stage == SELF_REVIEW and case.answer.self_score is not None:
        return False
    return setting.considerate(setting.now) > setting.now


def _morning(case: Case, setting: Setting, due_at: datetime) -> datetime:
    """Return when to look again at what may have become due at night."""
    morning = setting.considerate(setting.now)
    if case.answer.status == "in_review" and case.answer.stage < SELF_REVIEW:
        return morning
    # At the self-review `due_at` is also the end of the patience with it: keep it.
    return max(due_at, morning)


def _begin(case: Case, setting: Setting, events: list[Event]) -> Case:
    if setting.now < setting.considerate(collected_at(case, setting.rules)):
        return case
    answer = replace(case.answer, status="in_review", allocated_at=setting.now)
    return ask(replace(case, answer=answer), setting.rules.reviewers, setting, events)


def _review(case: Case, setting: Setting, events: list[Event]) -> Case:
    rated = [review for review in case.reviews if review.status == "rated"]
    settled = [review for review in rated if _settled_at(review, setting) <= setting.now]
    if len(settled) >= setting.rules.reviewers:
        return _finish(case, events)
    if len(rated) >= setting.rules.reviewers:
        return case
    case = _chase(case, setting, events)
    waiting = sum(review.status == "asked" for review in case.reviews)
    missing = setting.rules.reviewers - len(rated) - waiting
    if missing > 0:
        case = _climb(case, missing, setting, events)
    return case


def _chase(case: Case, setting: Setting, events: list[Event]) -> Case:
    """Remind those whose lease runs out, and let the overdue ones lapse."""
    reviews = []
    for review in case.reviews:
        chased = review
        if review.status == "asked" and setting.now >= review.due_at:
            chased = replace(review, status="lapsed")
        elif _reminder_due(review, setting):
            chased = replace(review, reminded_at=setting.now)
            events.append(ReviewerReminded(review.id, review.reviewer))
        reviews.append(chased)
    return replace(case, reviews=tuple(reviews))


def _climb(case: Case, missing: int, setting: Setting, events: list[Event]) -> Case:
    """Take the next step of the ladder for reviews that nobody is working on."""
    answer = case.answer
    for stage, wanted in _steps(case, missing):
        asked = ask(_at_stage(case, stage), wanted, setting, events)
        if asked.reviews != case.reviews:
            return asked
    if any(review.status == "asked" for review in case.reviews):
        return case
    if answer.stage < SELF_REVIEW:
        # Two who review one another are better than an author who waits in vain.
        asked = ask(_at_stage(case, WIDEN), missing, setting, events, apart=False)
        if asked.reviews != case.reviews:
            return asked
    have = sum(review.status == "rated" for review in case.reviews)
    step_at = answer.due_at or setting.now
    if answer.stage < SELF_REVIEW:
        # Whoever could be asked was: the organiser is told, and the author need not wait for them.
        events.append(OrganiserNeeded(have, setting.rules.reviewers))
        events.append(SelfReviewOffered(have, setting.rules.reviewers))
        return _patient(_at_stage(case, SELF_REVIEW), setting)
    if setting.now < step_at and answer.self_score is None:
        return case
    return _finish(case, events)


def _steps(case: Case, missing: int) -> Iterator[tuple[int, int]]:
    """Yield at which stages to look for reviewers, and how many are wanted at each."""
    stage = case.answer.stage
    if stage <= WIDEN and handing.only_handed_back(case.reviews, stage):
        yield stage, missing
    if stage <= WIDEN:
        # Every further round is as large as all before it together, so it soon ends.
        more = max(missing + WIDEN_BY, len(case.reviews))
        yield min(stage + 1, WIDEN), missing if stage < REASSIGN else more
    if stage <= MENTORS:
        yield MENTORS, missing


def _finish(case: Case, events: list[Event]) -> Case:
    reviews = []
    for review in case.reviews:
        if review.status == "asked":
            events.append(ReviewEnded(review.id, review.reviewer))
            reviews.append(replace(review, status="released"))
        else:
            reviews.append(review)
    events.append(ResultReady())
    return Case(replace(case.answer, status="done"), tuple(reviews))


def _next(case: Case, setting: Setting) -> datetime | None:
    """Return when something is to be decided next, or `None` when nothing ever is."""
    answer, rules = case.answer, setting.rules
    if answer.status == "collecting":
        return setting.considerate(collected_at(case, rules))
    if answer.status != "in_review":
        return None
    rated = sorted(_settled_at(r, setting) for r in case.reviews if r.status == "rated")
    if len(rated) >= rules.reviewers:
        return rated[rules.reviewers - 1]
    moments = [review.due_at for review in case.reviews if review.status == "asked"]
    moments += [
        _remind_at(review, setting)
        for review in case.reviews
        if review.status == "asked" and review.reminded_at is None
    ]
    if not moments:
        return answer.due_at or setting.now
    return min(moments)


def _settled_at(review: Review, setting: Setting) -> datetime:
    """Return when a rating counts: a form at once, taps when no more have followed.

    One lease past the lease nothing more is waited for: whoever taps for ever must not keep an
    author waiting.
    """
    rated_at = review.rated_at or setting.now
    by_form = review.sheet is not None and review.sheet.at == rated_at
    at_last = review.due_at + setting.rules.lease
    return setting.considerate(
        rated_at if by_form else min(rated_at + setting.rules.settle, at_last)
    )


def _reminder_due(review: Review, setting: Setting) -> bool:
    if review.status != "asked" or review.reminded_at is not None:
        return False
    return setting.now >= _remind_at(review, setting)


def _remind_at(review: Review, setting: Setting) -> datetime:
    """Return when the one reminder is due: never with less than a quarter of the lease left."""
    after = min(setting.rules.remind_after, setting.rules.lease * 3 / 4)
    return setting.considerate(review.asked_at + after)


def _at_stage(case: Case, stage: int) -> Case:
    return replace(case, answer=replace(case.answer, stage=stage))


def _patient(case: Case, setting: Setting) -> Case:
    due_at = setting.considerate(setting.now + PATIENCE)
    return replace(case, answer=replace(case.answer, due_at=due_at))
