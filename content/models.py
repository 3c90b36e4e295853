"""Model answers: read from the file beside a guide, and what must agree in them.

Rule: they are looked at once the guide itself is right, so every key of the guide resolves.
Phase and round are those of the question, and the names below `scores` and `reasons` are the
criteria of that round.  Blanks have been reported already (see `content.tables`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from content import texts
from content.problems import Problem, closest, shown
from content.schema import MODEL_SCORES, STRENGTHS, Guide, ModelAnswer
from content.tables import Report, Table

_SET = ("question", *STRENGTHS)
_ANSWER = ("text", "why", "scores", "reasons", "red_flags")

_BETWEEN_PARAGRAPHS = re.compile(r"\n\s*\n")

_HIGHEST_FLAGGED = 3
"""Whoever shows a reason for rejection is not good at what it counts against."""


def read(report: Report, values: dict[str, object], guide: Guide) -> tuple[ModelAnswer, ...]:
    """Read the sets of three from the values of a file; what is wrong goes to `report`."""
    answers: list[ModelAnswer] = []
    for table in Table(report, values, ("models",), ()).tables("models", _SET):
        question = table.text("question")
        criteria = _criteria(guide, question)
        answers += (
            _answer(table.table(strength, _ANSWER), question, strength, criteria)
            for strength in STRENGTHS
        )
    return tuple(answers)


def check(guide: Guide) -> Iterator[Problem]:
    """Yield what is wrong with the model answers of a guide that is right otherwise."""
    yield from _questions(guide)
    places = texts.model_places(guide)
    for place, answer in zip(places, guide.model_answers, strict=True):
        yield from _flags(guide, place, answer)
    for (_, low), (place, high) in pairwise(zip(places, guide.model_answers, strict=True)):
        if high.strength != STRENGTHS[0]:
            yield from _order(place, low, high)
    for text in texts.models(guide):
        yield from texts.faults(text)


def _criteria(guide: Guide, question: str) -> tuple[str, ...] | None:
    """Return the keys of the criteria that judge `question`; None if the guide has it not."""
    if question not in {known.key for known in guide.questions}:
        return None
    return tuple(criterion.key for criterion in guide.rubric(question).criteria)


def _answer(
    table: Table, question: str, strength: str, criteria: tuple[str, ...] | None
) -> ModelAnswer:
    scores: dict[str, int] = {}
    reasons: dict[str, str] = {}
    if criteria is not None:
        given = table.table("scores", criteria)
        scores = {key: given.whole(key, *MODEL_SCORES) for key in criteria}
        if table.has("reasons"):
            said = table.table("reasons", criteria)
            reasons = {key: _flowing(said.text(key)) for key in criteria if said.has(key)}
    return ModelAnswer(
        question=question,
        strength=strength,
        text=_flowing(table.text("text")),
        scores=scores,
        why=_flowing(table.text("why")),
        reasons=reasons,
        red_flags=table.texts("red_flags", optional=True),
    )


def _flowing(text: str) -> str:
    """Join the lines of each paragraph: authors break lines where the page ends."""
    paragraphs = _BETWEEN_PARAGRAPHS.split(text)
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def _questions(guide: Guide) -> Iterator[Problem]:
    """Yield questions that are unknown or unplanned, and second sets for a phase and round."""
    known = {question.key: question for question in guide.questions}
    taken: dict[tuple[str, str], str] = {}
    for at, answer in enumerate(guide.model_answers[:: len(STRENGTHS)]):
        place, key = f"models[{at}].question", answer.question
        if not key:
            continue
        if key not in known:
            meant = closest(key, known)
            cure = f"Write {shown(meant)}" if meant else "Write the key of a question of a phase"
            yield _error(place, f"The guide has no question called {shown(key)}", cure)
        elif not known[key].phase:
            yield _error(
                place,
                f"{shown(key)} is a location question, which no phase asks",
                "Write the key of a question of a phase",
            )
        else:
            where = known[key].phase, known[key].round
            if where in taken:
                problem = f"{taken[where]} is of the same phase and round, {' and '.join(where)}"
                yield _error(place, problem, "Keep one of the two; members rate one set of three")
            taken.setdefault(where, place)


def _flags(guide: Guide, place: str, answer: ModelAnswer) -> Iterator[Problem]:
    """Yield red flags that are not of the round, stand twice, or contradict the scores."""
    if not answer.scores:
        return
    round_ = guide.rubric(answer.question)
    flags = {flag.key: flag.criterion for flag in round_.red_flags}
    for at, key in enumerate(answer.red_flags):
        here = f"{place}.red_flags[{at}]"
        if not key:
            continue
        if key not in flags:
            meant = closest(key, flags)
            cure = f"Write {shown(meant)}" if meant else f"Write one of {', '.join(flags)}"
            problem = f"The round {shown(round_.key)} has no red flag called {shown(key)}"
            yield _error(here, problem, cure if flags else "Take it out; the round has none")
        elif key in answer.red_flags[:at]:
            yield _error(here, f"{shown(key)} stands here twice", "Take one of them out")
        elif answer.scores[flags[key]] > _HIGHEST_FLAGGED:
            problem = (
                f"The answer shows {shown(key)}, but has {answer.scores[flags[key]]} in "
                f"{shown(flags[key])}, which that counts against"
            )
            yield _error(here, problem, f"Give {_HIGHEST_FLAGGED} at most, or take the flag out")


def _order(place: str, low: ModelAnswer, high: ModelAnswer) -> Iterator[Problem]:
    """Yield an answer that is not better, on the whole, than the weaker one before it."""
    scores = [*low.scores.values(), *high.scores.values()]
    if scores and all(scores) and high.mean <= low.mean:
        yield _error(
            f"{place}.scores",
            f"Its mean is {high.mean:.1f}, that of the {low.strength} answer {low.mean:.1f}",
            "Correct the scores, or let the answers change places",
        )


def _error(place: str, problem: str, cure: str) -> Problem:
    return Problem("", None, place, problem, cure)
