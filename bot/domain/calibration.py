"""Calibration: how a member rates a model answer whose reference scores the guide gives.

Rule: only the first rating of a model answer counts, since afterwards its reference is known.
Until then nothing tells how strong an answer is: neither its name nor its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from statistics import fmean
from typing import Final

from bot.domain.scoring import ENOUGH, SUSPICIOUS, Reviewer, suspicion
from bot.ids import CohortId, UserId, WorkspaceId
from content.schema import Criterion, Guide, ModelAnswer, Phase, Round

SLIGHT: Final = 0.25
"""Whoever is less points off than this rates like the others."""
FLAT: Final = 0.5
"""Whoever gives less points more than this for an answer that is a point better hardly tells
answers apart."""

_SCORES: Final = {str(score): score for score in range(1, 6)}


@dataclass(frozen=True, slots=True)
class Calibration:
    """One member's rating of one model answer: scores 1 to 5 by criterion key.

    `model` names the answer within the guide.
    """

    cohort: CohortId
    workspace: WorkspaceId
    user: UserId
    model: str
    scores: dict[str, int]
    at: datetime


@dataclass(frozen=True, slots=True)
class Compared:
    """One criterion: what the member gave, what the guide gives, and its reason if it has one."""

    criterion: Criterion
    own: int
    reference: int
    reason: str | None

    @property
    def by(self) -> int:
        """How many points more than the guide the member gave."""
        return self.own - self.reference


@dataclass(frozen=True, slots=True)
class Bar:
    """How a member's ratings lie to the guide's: points more on average, and points apart.

    `own_range` is how many points apart the best and the worst answer are by the member's
    ratings, `guide_range` by the guide's.
    """

    bias: float
    distance: float
    own_range: float
    guide_range: float

    @property
    def flat(self) -> bool:
        """Whether the member hardly told answers apart that differ."""
        return self.own_range < FLAT * self.guide_range


@dataclass(frozen=True, slots=True)
class Leaning:
    """What somebody is like as a reviewer, as far as there is something to say of it.

    `bias` is in points; `flat` says that their numbers hardly differ between answers, `wavering`
    that they often follow none of what others see.  `n` is how many ratings say so.
    """

    bias: float
    flat: bool
    wavering: bool
    n: int


# --- which model answer is next ----------------------------------------------------------------


def alias(cohort: CohortId, user: UserId, model: str) -> str:
    """Return a name for a model answer that tells nothing of it, another one for each member."""
    return sha256(f"{cohort}\n{user}\n{model}".encode()).hexdigest()[:16]


def sets(guide: Guide, phase: Phase) -> tuple[tuple[ModelAnswer, ...], ...]:
    """Return the model answers of a phase, those of one round together, in the rounds' order."""
    found = (guide.models(phase.key, round_.key) for round_ in guide.rounds)
    return tuple(answers for answers in found if answers)


def opens(guide: Guide, phase: Phase, week: int) -> bool:
    """Tell whether plan week `week` begins a phase that has model answers."""
    return week == phase.weeks[0] and bool(sets(guide, phase))


def next_of(
    guide: Guide, phase: Phase, cohort: CohortId, user: UserId, rated: Iterable[str]
) -> ModelAnswer | None:
    """Return what a member rates next in a phase, round by round; `None` if all is rated.

    The order within a round is each member's own, and always the same.
    """
    known = set(rated)
    for answers in sets(guide, phase):
        for answer in sorted(answers, key=lambda each: alias(cohort, user, each.key)):
            if answer.key not in known:
                return answer
    return None


def named(guide: Guide, cohort: CohortId, user: UserId, name: str) -> ModelAnswer | None:
    """Return the model answer of the guide that a member knows by an alias."""
    for answer in guide.model_answers:
        if alias(cohort, user, answer.key) == name:
            return answer
    return None


def siblings(guide: Guide, answer: ModelAnswer) -> tuple[ModelAnswer, ...]:
    """Return the model answers of the same phase and round, this one among them."""
    question = guide.question(answer.question)
    return guide.models(question.phase, question.round)


# --- what a rating says ------------------------------------------------------------------------


def scores_in(fields: Mapping[str, str], rubric: Round) -> tuple[dict[str, int], tuple[str, ...]]:
    """Return the scores that a form's fields give, and the criteria without a proper one."""
    given = {each.key: fields.get(each.key, "").strip() for each in rubric.criteria}
    scores = {key: _SCORES[value] for key, value in given.items() if value in _SCORES}
    return scores, tuple(key for key in given if key not in scores)


def compare(scores: Mapping[str, int], answer: ModelAnswer, rubric: Round) -> tuple[Compared, ...]:
    """Compare scores with the guide's, criterion by criterion."""
    return tuple(
        Compared(
            criterion,
            scores[criterion.key],
            answer.scores[criterion.key],
            answer.reasons.get(criterion.key),
        )
        for criterion in rubric.criteria
        if criterion.key in scores and criterion.key in answer.scores
    )


def bar(rated: Sequence[tuple[Mapping[str, int], ModelAnswer]]) -> Bar | None:
    """Return how ratings lie to the guide's, over all of them; `None` if there are none.

    Scores of criteria that the guide does not have any more say nothing.
    """
    pairs = [
        [(scores[key], answer.scores[key]) for key in answer.scores if key in scores]
        for scores, answer in rated
    ]
    pairs = [each for each in pairs if each]
    if not pairs:
        return None
    own = [fmean(score for score, _ in each) for each in pairs]
    reference = [fmean(score for _, score in each) for each in pairs]
    return Bar(
        bias=fmean(own) - fmean(reference),
        distance=fmean(abs(score - right) for each in pairs for score, right in each),
        own_range=max(own) - min(own),
        guide_range=max(reference) - min(reference),
    )


def leaning(reviewer: Reviewer | None) -> Leaning | None:
    """Return what to tell somebody of themselves as a reviewer; `None` while it is too early."""
    if reviewer is None or reviewer.n < ENOUGH:
        return None
    flat = reviewer.gain < FLAT
    return Leaning(reviewer.bias, flat, not flat and suspicion(reviewer) >= SUSPICIOUS, reviewer.n)
