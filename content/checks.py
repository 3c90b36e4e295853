"""Rules across a whole guide: what must agree, resolve, be unique or be short enough.

Rule: pure functions over a `Guide` whose values may be blank where the file was broken; a
blank has been reported already (see `content.tables`) and is passed over.  Places name the
author's file, `rounds[2].criteria[0].emoji`; the loader adds the file and the line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sized

from content import emojis, limits, plans, texts
from content.problems import Problem, closest, shown
from content.schema import COMMON, Guide, Round

_KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*+")


def check(guide: Guide) -> tuple[Problem, ...]:
    """Return everything that is wrong across the guide; notes are marked as such."""
    return tuple(_check(guide))


def _check(guide: Guide) -> Iterator[Problem]:
    yield from _guide_key(guide)
    for scope in _key_scopes(guide):
        yield from _keys(scope)
    yield from _minutes(guide)
    yield from _steps(guide)
    yield from _question_rounds(guide)
    yield from _counts(guide)
    for at, round_ in enumerate(guide.rounds):
        yield from _rubric(f"rounds[{at}]", round_)
        yield from emojis.check(round_, f"rounds[{at}]")
    yield from plans.check(guide)
    yield from texts.check(guide)


def _guide_key(guide: Guide) -> Iterator[Problem]:
    fault = _key_fault(guide.key)
    if fault:
        problem = f"The file is called {shown(guide.key)}, which cannot be a key: {fault}"
        yield _error("", problem, "Rename it, like acme-backend.toml")


def _key_scopes(guide: Guide) -> Iterator[list[tuple[str, str]]]:
    """Yield places and keys, one list for each set in which keys must differ."""
    yield [(f"phases[{at}].key", phase.key) for at, phase in enumerate(guide.phases)]
    yield [(f"rounds[{at}].key", round_.key) for at, round_ in enumerate(guide.rounds)]
    yield [(f"locations[{at}].key", place.key) for at, place in enumerate(guide.locations)]
    places = texts.question_places(guide)
    yield [
        (f"{place}.key", question.key)
        for place, question in zip(places, guide.questions, strict=True)
    ]
    for at, round_ in enumerate(guide.rounds):
        yield [(f"rounds[{at}].criteria[{n}].key", c.key) for n, c in enumerate(round_.criteria)]
        yield [(f"rounds[{at}].red_flags[{n}].key", f.key) for n, f in enumerate(round_.red_flags)]


def _keys(scope: Iterable[tuple[str, str]]) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for place, key in scope:
        if not key:
            continue
        fault = _key_fault(key)
        if fault:
            cure = "Write a few small letters, digits and single hyphens, like system-design"
            yield _error(place, f"{shown(key)} cannot be a key: {fault}", cure)
        elif key in seen:
            yield _error(
                place,
                f"{shown(key)} is taken already, by {seen[key]}",
                "Give one of them a new key",
            )
        seen.setdefault(key, place)


def _key_fault(key: str) -> str | None:
    if len(key) > limits.KEY:
        return f"it has {len(key)} characters, {limits.KEY} are allowed"
    if not _KEY.fullmatch(key):
        return "only a-z, 0-9 and single hyphens between them are allowed"
    return None


def _minutes(guide: Guide) -> Iterator[Problem]:
    parts = [round_.minutes for round_ in guide.rounds]
    if not guide.total_minutes or not all(parts) or not parts:
        return
    if sum(parts) != guide.total_minutes:
        problem = f"The total is {guide.total_minutes} minutes, but the rounds make {sum(parts)}"
        cure = f"Write total_minutes = {sum(parts)}, or correct the minutes of a round"
        yield _error("total_minutes", problem, cure)


def _steps(guide: Guide) -> Iterator[Problem]:
    """Yield steps of the timeline that are not the rounds, in the same order."""
    if len(guide.timeline) != len(guide.rounds):
        if not _blank(guide):
            problem = f"There are {len(guide.timeline)} steps for {len(guide.rounds)} rounds"
            yield _error(
                "timeline", problem, "Write one step for each round, or leave them all out"
            )
        return
    for at, (step, round_) in enumerate(zip(guide.timeline, guide.rounds, strict=True)):
        if step.name and round_.name and step.name != round_.name:
            problem = f"The step is {shown(step.name)}, but round {at + 1} is {shown(round_.name)}"
            yield _error(f"timeline[{at}].name", problem, f"Write {shown(round_.name)} in both")
        if step.minutes and round_.minutes and step.minutes != round_.minutes:
            problem = f"The step takes {step.minutes} minutes, but its round {round_.minutes}"
            cure = "Write the same number of minutes in both"
            yield _error(f"timeline[{at}].minutes", problem, cure)


def _blank(guide: Guide) -> bool:
    names = [step.name for step in guide.timeline] + [round_.name for round_ in guide.rounds]
    return not all(names)


def _question_rounds(guide: Guide) -> Iterator[Problem]:
    known = [round_.key for round_ in guide.rounds]
    for place, question in zip(texts.question_places(guide), guide.questions, strict=True):
        if not question.source.startswith("round:"):
            yield from _resolve(f"{place}.round", question.round, known, "The guide has no round")


def _resolve(place: str, key: str, known: Iterable[str], missing: str) -> Iterator[Problem]:
    known = tuple(known)
    if not key or not all(known) or key in known:
        return
    meant = closest(key, known)
    cure = f"Write {shown(meant)}" if meant else f"Write one of {', '.join(known)}"
    yield _error(place, f"{missing} called {shown(key)}", cure)


def _counts(guide: Guide) -> Iterator[Problem]:
    yield from _count("rounds", guide.rounds, limits.OPTIONS, least=1)
    yield from _count("phases", guide.phases, limits.PHASES, least=1)
    yield from _count("locations", guide.locations, limits.OPTIONS)
    yield from _count("tips", guide.tips, limits.TIPS)
    yield from _count("evaluation", guide.evaluation, limits.LABELS)
    for at, group in enumerate(guide.evaluation):
        yield from _count(f"evaluation[{at}].criteria", group.criteria, limits.LABELS, least=1)
    for at, phase in enumerate(guide.phases):
        yield from _count(f"phases[{at}].activities", phase.activities, limits.ACTIVITIES, least=1)
        yield from _count(f"phases[{at}].questions", phase.questions, limits.PHASE_QUESTIONS)
    for at, location in enumerate(guide.locations):
        yield from _count(f"locations[{at}].focus", location.focus, limits.LABELS)
        yield from _count(f"locations[{at}].questions", location.questions, limits.OPTIONS)
        yield from _count(f"locations[{at}].tips", location.tips, limits.TIPS)
    common = [question for question in guide.questions if question.source == COMMON]
    yield from _count("common_questions", common, limits.COMMON_QUESTIONS)
    for place, question in zip(texts.question_places(guide), guide.questions, strict=True):
        yield from _count(f"{place}.tags", question.tags, limits.TAGS)


def _count(place: str, items: Sized, most: int, least: int = 0) -> Iterator[Problem]:
    if len(items) < least:
        yield _error(place, "The list is empty", "Add at least one")
    elif len(items) > most:
        problem = f"There are {len(items)}, {most} are allowed"
        yield _error(place, problem, f"Take out {len(items) - most}, or join some")


def _rubric(place: str, round_: Round) -> Iterator[Problem]:
    """Yield what is wrong with how the round's answers are judged."""
    yield from _count(f"{place}.questions", round_.questions, limits.OPTIONS)
    yield from _count(f"{place}.signals", round_.signals, limits.LABELS)
    yield from _count(f"{place}.tips", round_.tips, limits.TIPS)
    yield from _count(f"{place}.red_flags", round_.red_flags, limits.OPTIONS)
    yield from _count(f"{place}.criteria", round_.criteria, limits.CRITERIA_MOST, least=1)
    known = [criterion.key for criterion in round_.criteria]
    least, most = limits.CRITERIA_EXPECTED
    if all(known) and 0 < len(known) <= limits.CRITERIA_MOST and not least <= len(known) <= most:
        problem = f"Reviewers judge {least} to {most} criteria best, the round has {len(known)}"
        yield _note(f"{place}.criteria", problem, "Add some, or join those that are alike")
    if not round_.signals:
        problem = "The round does not say what interviewers look for"
        yield _note(f"{place}.signals", problem, 'Add signals = ["…", "…"]')
    if not round_.red_flags:
        problem = "The round names no reason for rejection"
        yield _note(f"{place}.red_flags", problem, "Add [[rounds.red_flags]] below the round")
    for at, flag in enumerate(round_.red_flags):
        here = f"{place}.red_flags[{at}].criterion"
        yield from _resolve(here, flag.criterion, known, "The round has no criterion")


def _error(place: str, problem: str, cure: str) -> Problem:
    return Problem("", None, place, problem, cure)


def _note(place: str, problem: str, cure: str) -> Problem:
    return Problem("", None, place, problem, cure, "note")
