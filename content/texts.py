"""Every text of a guide, with its place, and what a text must and must not be.

Rule: a text that reaches a platform is in `every`, so none escapes the checks.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from content import limits
from content.problems import Problem
from content.schema import COMMON, STRENGTHS, Guide, Location, Phase, Round

_LINE_SEPARATORS = frozenset("\u2028\u2029")
_BIDI_CONTROLS = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})


@dataclass(frozen=True, slots=True)
class Text:
    """One text of a guide; `most` is its longest length, `lines` whether it may have several."""

    place: str
    value: str
    most: int
    lines: bool = False


def check(guide: Guide) -> Iterator[Problem]:
    """Yield the texts that are too long or hold characters that upset a platform."""
    for text in every(guide):
        yield from faults(text)


def faults(text: Text) -> Iterator[Problem]:
    """Yield what is wrong with one text."""
    if len(text.value) > text.most:
        yield _problem(
            text,
            f"The text has {len(text.value):,} characters, {text.most:,} are allowed",
            f"Shorten it by {len(text.value) - text.most:,}",
        )
    yield from _characters(text)


def every(guide: Guide) -> Iterator[Text]:
    """Yield each text of the guide, in the order of the schema."""
    for name in ("company", "role", "track", "level", "difficulty"):
        yield Text(name, getattr(guide, name), limits.NAME)
    yield Text("summary", guide.summary, limits.TEXT, lines=True)
    for at, group in enumerate(guide.evaluation):
        yield Text(f"evaluation[{at}].name", group.name, limits.NAME)
        yield from _list(f"evaluation[{at}].criteria", group.criteria, limits.LABEL)
    yield from _list("tips", guide.tips, limits.TEXT)
    yield from _list("dsa_questions", guide.dsa_questions, limits.PROMPT)
    for at, phase in enumerate(guide.phases):
        yield from _phase(f"phases[{at}]", phase)
    for at, step in enumerate(guide.timeline):
        yield Text(f"timeline[{at}].name", step.name, limits.NAME)
    for at, round_ in enumerate(guide.rounds):
        yield from _round(f"rounds[{at}]", round_)
    for at, location in enumerate(guide.locations):
        yield from _location(f"locations[{at}]", location)
    for place, question in zip(question_places(guide), guide.questions, strict=True):
        yield Text(f"{place}.prompt", question.prompt, limits.PROMPT, lines=True)
        yield from _list(f"{place}.tags", question.tags, limits.TAG)
    yield from models(guide)


def models(guide: Guide) -> Iterator[Text]:
    """Yield the texts of the model answers, which stand in a file of their own."""
    for place, answer in zip(model_places(guide), guide.model_answers, strict=True):
        yield Text(f"{place}.text", answer.text, limits.MODEL, lines=True)
        yield Text(f"{place}.why", answer.why, limits.TEXT)
        for key, reason in answer.reasons.items():
            yield Text(f"{place}.reasons.{key}", reason, limits.REASON)


def model_places(guide: Guide) -> list[str]:
    """Return for each of the guide's model answers, in order, where its author finds it."""
    sets = enumerate(guide.model_answers)
    return [f"models[{at // len(STRENGTHS)}].{answer.strength}" for at, answer in sets]


def question_places(guide: Guide) -> list[str]:
    """Return for each of the guide's questions, in order, where its author finds it."""
    free: dict[str, Iterator[str]] = {COMMON: _counted("common_questions")}
    # Two rounds of one key are an error, but must not be mistaken for each other here.
    homes: dict[str, list[str]] = {}
    for at, round_ in enumerate(guide.rounds):
        places = [f"rounds[{at}].questions[{n}]" for n in range(len(round_.questions))]
        homes.setdefault(f"round:{round_.key}", []).extend(places)
    for at, location in enumerate(guide.locations):
        places = [f"locations[{at}].questions[{n}]" for n in range(len(location.questions))]
        homes.setdefault(f"location:{location.key}", []).extend(places)
    free |= {source: iter(places) for source, places in homes.items()}
    nowhere = _counted("questions")
    return [next(free.get(q.source, nowhere), "questions") for q in guide.questions]


def _counted(name: str) -> Iterator[str]:
    at = 0
    while True:
        yield f"{name}[{at}]"
        at += 1


def _phase(place: str, phase: Phase) -> Iterator[Text]:
    yield Text(f"{place}.name", phase.name, limits.NAME)
    yield Text(f"{place}.summary", phase.summary, limits.TEXT, lines=True)
    yield from _list(f"{place}.activities", phase.activities, limits.TEXT)


def _round(place: str, round_: Round) -> Iterator[Text]:
    for name in ("name", "difficulty", "format", "interviewer"):
        yield Text(f"{place}.{name}", getattr(round_, name), limits.NAME)
    yield Text(f"{place}.summary", round_.summary, limits.TEXT, lines=True)
    yield Text(f"{place}.description", round_.description, limits.DESCRIPTION, lines=True)
    yield from _list(f"{place}.signals", round_.signals, limits.LABEL)
    yield from _list(f"{place}.tips", round_.tips, limits.TEXT)
    for at, criterion in enumerate(round_.criteria):
        here = f"{place}.criteria[{at}]"
        yield Text(f"{here}.name", criterion.name, limits.CRITERION_NAME)
        for level, text in criterion.levels.items():
            yield Text(f"{here}.levels.{level}", text, limits.LEVEL)
    for at, flag in enumerate(round_.red_flags):
        yield Text(f"{place}.red_flags[{at}].text", flag.text, limits.TEXT)


def _location(place: str, location: Location) -> Iterator[Text]:
    yield Text(f"{place}.name", location.name, limits.NAME)
    yield from _list(f"{place}.focus", location.focus, limits.LABEL)
    yield from _list(f"{place}.tips", location.tips, limits.TEXT)


def _list(place: str, values: Sequence[str], most: int) -> Iterator[Text]:
    for at, value in enumerate(values):
        yield Text(f"{place}[{at}]", value, most)


def _characters(text: Text) -> Iterator[Problem]:
    """Yield one problem for the first character of the text that cannot be posted."""
    for character in text.value:
        code = f"U+{ord(character):04X}"
        if character == "\n":
            if not text.lines:
                yield _problem(text, "The text runs over several lines", "Write it on one line")
                return
        elif unicodedata.bidirectional(character) in _BIDI_CONTROLS:
            yield _problem(
                text,
                f"The text holds {code}, which turns the direction of what follows it",
                "Take the character out; letters know their direction themselves",
            )
            return
        elif character in _LINE_SEPARATORS or unicodedata.category(character) in ("Cc", "Cs"):
            yield _problem(
                text,
                f"The text holds {code}, a control character",
                "Take it out, or put a space in its place",
            )
            return


def _problem(text: Text, problem: str, cure: str) -> Problem:
    return Problem("", None, text.place, problem, cure)
