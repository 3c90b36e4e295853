"""What a town's cohorts have come to, by names that do not depend on when things arrived."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace

from bot.domain.answers import Answer
from bot.domain.cohorts import Cohort
from bot.domain.reviews import Review
from bot.ids import UserId
from bot.ports.work import Work
from tests.services.towns import Town

State = dict[tuple[str, ...], object]

_MOMENTS = ("at", "rated_at", "revised_at", "deleted_at", "left_at", "asked_at", "due_at")


def state(town: Town, *, times: bool = True) -> State:
    """Return answers, reviews, members, practices and cohorts.

    Without `times` it is left out when the coach learned of something: what it reads again
    later it cannot date.
    """
    found = town.call(lambda work: dict(_all(work)))
    return found if times else {key: _undated(value) for key, value in found.items()}


def _all(work: Work) -> Iterator[tuple[tuple[str, ...], object]]:
    for cohort in work.cohorts.alive():
        yield ("cohort", cohort.workspace, cohort.channel), asdict(cohort)
        yield from _of_cohort(work, cohort)


def _of_cohort(work: Work, cohort: Cohort) -> Iterator[tuple[tuple[str, ...], object]]:
    for member in work.members.of(cohort.id):
        yield ("member", member.user), asdict(member)
        yield from _alone(work, cohort, member.user)
    for answer in work.answers.of(cohort.id):
        where = ("answer", answer.question, answer.author)
        yield where, _answer(answer, cohort)
        for review in work.reviews.of(answer.id):
            yield (*where, review.reviewer), _review(review)


def _alone(work: Work, cohort: Cohort, user: UserId) -> Iterator[tuple[tuple[str, ...], object]]:
    for practice in work.practices.of(cohort.workspace, user):
        said = [text for _, text in practice.said]
        yield ("practice", user, practice.question), (practice.status, practice.score, said)
    for card in work.practices.cards(cohort.workspace, user):
        yield ("card", user, card.question), asdict(card)


def _answer(answer: Answer, cohort: Cohort) -> dict[str, object]:
    """Return an answer without our own ids, and with what its messages say together."""
    shown = asdict(replace(answer, due_at=None, allocated_at=None, result_at=None))
    # A mark shows on what still stands; whether a message was marked before it went is the same.
    shown["heard"] = [
        {**part, "marked": part["marked"] and not part["deleted_at"]} for part in shown["heard"]
    ]
    shown["text"] = answer.text(cohort.rules.pause_between_parts)
    return {name: value for name, value in shown.items() if name != "id"}


def _review(review: Review) -> dict[str, object]:
    shown = asdict(review)
    return {name: value for name, value in shown.items() if name not in ("id", "answer", "post")}


def _undated(value: object) -> object:
    if isinstance(value, dict):
        return {n: bool(v) if n in _MOMENTS else _undated(v) for n, v in value.items()}
    if isinstance(value, tuple | list):
        return [_undated(each) for each in value]
    return value
