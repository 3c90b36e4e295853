"""Which question comes next, and what belongs to the phase it comes from.

The guide's order is the order; no question is asked twice.  What was missed in its own
phase is asked later rather than never.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from itertools import chain

from bot.domain.cohorts import Plan
from content.schema import Guide, Phase, Question


def phase_of(guide: Guide, week: int) -> Phase:
    """Return the phase that plan week `week`, from 1, belongs to; past the plan, the last."""
    for phase in guide.phases:
        if week <= phase.weeks[1]:
            return phase
    return guide.phases[-1]


def next_question(guide: Guide, week: int, asked: Set[str]) -> Question | None:
    """Return what to ask in plan week `week` when the keys in `asked` were asked before.

    The week's own phase comes first, then what earlier phases left over, then later ones;
    `None` when nothing is left.
    """
    own = phase_of(guide, week)
    keys = chain(own.questions, chain.from_iterable(phase.questions for phase in guide.phases))
    left = next((key for key in keys if key not in asked), None)
    return None if left is None else guide.question(left)


def wanted(guide: Guide, plan: Plan) -> int:
    """Return how many questions the plan asks: one a posting day, as far as the guide has them."""
    planned = sum(len(phase.questions) for phase in guide.phases)
    return min(planned, plan.weeks * len(plan.days))


def finished(guide: Guide, plan: Plan, asked: Set[str]) -> bool:
    """Tell whether the plan has asked all it wants to."""
    return len(asked) >= wanted(guide, plan)


def tips_for(guide: Guide, phase: Phase) -> tuple[tuple[str, str], ...]:
    """Return (round name, tip) for each round that the phase prepares for, in the rounds' order.

    A tip that several rounds share is told once, for the first of them.
    """
    prepared = {guide.question(key).round for key in phase.questions}
    tips: dict[str, str] = {}
    for round_ in guide.rounds:
        if round_.key in prepared:
            for tip in round_.tips:
                tips.setdefault(tip, round_.name)
    return tuple((name, tip) for tip, name in tips.items())


def practice_pool(guide: Guide, track: str | None, round: str | None) -> tuple[str, ...]:  # noqa: A002
    """Return the keys of the questions that a member can practise alone, in the guide's order.

    These are the planned ones and those of the member's location track, if the guide knows
    it; `round` narrows them to those judged by that round's rubric.
    """
    keys = dict.fromkeys(chain((question.key for question in guide.planned()), _own(guide, track)))
    return tuple(key for key in keys if round is None or guide.question(key).round == round)


def _own(guide: Guide, track: str | None) -> Iterator[str]:
    for location in guide.locations:
        if location.key == track:
            yield from location.questions
