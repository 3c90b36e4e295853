"""Whether the study plan adds up: its weeks, and every planned question exactly once.

Rule: blanks have been reported already (see `content.tables`) and are passed over.
"""

from __future__ import annotations

from collections.abc import Iterator

from content import limits
from content.problems import Problem, closest, shown
from content.schema import Guide, Phase
from content.texts import question_places


def check(guide: Guide) -> Iterator[Problem]:
    """Yield what is wrong with the guide's phases."""
    yield from _weeks(guide)
    yield from _phase_questions(guide)
    yield from _unplanned(guide)
    for at, phase in enumerate(guide.phases):
        yield from _slots(f"phases[{at}]", phase)


def _weeks(guide: Guide) -> Iterator[Problem]:
    """Yield phases that do not begin in the week after the phase before."""
    expected = 1
    for at, phase in enumerate(guide.phases):
        first, last = phase.weeks
        if not first:
            return
        if first != expected:
            fault = "overlaps with the phase before" if first < expected else "leaves a gap before"
            yield Problem(
                "",
                None,
                f"phases[{at}].weeks",
                f"The phase begins in week {first}, which {fault}"
                if at
                else f"The plan begins in week {first}",
                f"Write weeks = [{expected}, {expected + last - first}]",
            )
        expected = last + 1


def _phase_questions(guide: Guide) -> Iterator[Problem]:
    """Yield phase questions that are unknown, asked before or reserved for a location."""
    sources = {question.key: question.source for question in guide.questions}
    seen: dict[str, str] = {}
    for at, phase in enumerate(guide.phases):
        for n, key in enumerate(phase.questions):
            place = f"phases[{at}].questions[{n}]"
            if not key:
                continue
            if key in seen:
                yield Problem(
                    "",
                    None,
                    place,
                    f"{shown(key)} is planned already, at {seen[key]}",
                    "Keep one of the two; the plan asks each question once",
                )
            elif key not in sources:
                if "" not in sources:
                    yield _unknown(place, key, sources)
            elif sources[key].startswith("location:"):
                yield Problem(
                    "",
                    None,
                    place,
                    f"{shown(key)} is a location question",
                    "Take it out; only members on that track are asked it",
                )
            seen.setdefault(key, place)


def _unknown(place: str, key: str, known: dict[str, str]) -> Problem:
    planned = [key for key, source in known.items() if not source.startswith("location:")]
    meant = closest(key, planned)
    cure = f"Write {shown(meant)}" if meant else "Write the key of a question, or add the question"
    return Problem("", None, place, f"The guide has no question called {shown(key)}", cure)


def _unplanned(guide: Guide) -> Iterator[Problem]:
    """Yield questions that no phase asks."""
    planned = {key for phase in guide.phases for key in phase.questions}
    if "" in planned:
        return
    for place, question in zip(question_places(guide), guide.questions, strict=True):
        if question.source.startswith("location:") or not question.key:
            continue
        if question.key not in planned:
            yield Problem(
                "",
                None,
                f"{place}.key",
                f"No phase asks {shown(question.key)}",
                "Add it to the questions of a phase, or take the question out",
            )


def _slots(place: str, phase: Phase) -> Iterator[Problem]:
    """Yield a note if the phase has not one question for each weekday of its weeks."""
    first, last = phase.weeks
    if not first or "" in phase.questions:
        return
    slots = (last - first + 1) * limits.WEEKDAYS
    count = len(phase.questions)
    if count < slots:
        effect = f"{slots - count} days will have no question of their own"
        cure = "Add questions, or give the phase fewer weeks"
    elif count > slots:
        effect = f"the last {count - slots} will not fit"
        cure = "Move questions to another phase, or give this one more weeks"
    else:
        return
    problem = f"There are {count} questions for {slots} weekdays, so {effect}"
    yield Problem("", None, f"{place}.questions", problem, cure, "note")
