"""A conversation as plain text: what people do, what time it is, what the coach says.

    # Anything after a hash is for the reader.
    Start: Mon 7 Dec 2026, 08:55 in America/Los_Angeles
    Channel: #prep
    People: ana, bo, cy (Cyril Núñez)

    ana in #prep: /coach join
    coach to ana (only ana sees this):
        You are in.
    --- 20 minutes later ---
    [Mon 7 Dec 2026, 09:00]
    coach in #prep, q1:
        Question 1
    bo in q1: my answer,
        in two lines

What people do (`adapters.console.grammar`) and the time are input.  What the coach says is
output: it is passed over when a script is read, and written anew when it is played.  A
moment in brackets is both: the clock moves on to it, unless it is there already.  The coach
itself can be away: `--- the coach is stopped ---`, `--- the coach is started again ---`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from adapters.console import grammar, moments
from adapters.console.steps import Scene, ScriptError, Step, Switch, Until, Wait

_HEADER = re.compile(r"(Start|Channels?|People|Guide|Seed): *(.*)")
_PASSING = re.compile(r"-{2,} *(.*?) *-{2,}")
_SWITCH = re.compile(r"(?:the )?coach is (stopped|started(?: again)?)")
_STAMP = re.compile(r"\[(.*)\]")
_PERSON = re.compile(rf"({grammar.NAME})(?: \(([^()]{{1,80}})\))?")

_HEADER_CURE = (
    f"Begin with `Start: {moments.EXAMPLE} in Europe/Berlin`, `Channel: #prep` and "
    "`People: ana, bo`."
)


@dataclass(frozen=True, slots=True)
class Item:
    """One step, with the lines it was written in and the comments and blank lines before it.

    A bracketed moment has no lines: whoever plays the script writes it again where needed.
    """

    step: Step
    before: tuple[str, ...]
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Script:
    """A whole script: its header and what follows, in order; `head` and `tail` are lines."""

    scene: Scene
    head: tuple[str, ...]
    items: tuple[Item, ...]
    tail: tuple[str, ...]


def parse(text: str) -> Script:
    """Read a script; `ScriptError` at the first line that cannot be understood."""
    chunks = list(_chunks(text))
    size = _header_size(chunks)
    head = tuple(line for chunk in chunks[:size] for line in chunk.lines)
    scene = _scene(chunks[:size])
    items, tail = _items(chunks[size:])
    return Script(scene, head, items, tail)


def read_line(text: str, line: int = 0) -> Step | None:
    """Read one action or passing of time; `None` for what the coach says, and comments."""
    if not text.strip() or text.startswith(("#", "coach ")):
        return None
    passing, stamp = _PASSING.fullmatch(text.rstrip()), _STAMP.fullmatch(text.rstrip())
    if passing is not None:
        return read_passing(passing[1], line)
    if stamp is not None:
        return Until(moment=_moment(stamp[1], line), may_be_past=True, line=line)
    return grammar.read(text, line)


def read_passing(words: str, line: int = 0) -> Step:
    """Read `20 minutes later`, `until Mon 7 Dec 2026, 09:00`, `until 09:00` or a stop."""
    switch = _SWITCH.fullmatch(words)
    if switch is not None:
        return Switch(on=switch[1].startswith("start"), line=line)
    if words.startswith("until "):
        return Until(moment=_moment(words.removeprefix("until "), line), line=line)
    try:
        return Wait(span=moments.read_span(words.removesuffix("later")), line=line)
    except ValueError as error:
        raise ScriptError(
            line,
            f"How much time passes is not clear: {error}.",
            "Write for example `20 minutes later` or `until 09:00`.",
        ) from error


# --- lines that belong together ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Chunk:
    """A line and the indented lines that belong to it."""

    line: int
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def is_trivia(self) -> bool:
        return not self.lines[0].strip() or self.lines[0].startswith("#")

    @property
    def is_output(self) -> bool:
        return self.lines[0].startswith("coach ")


def _chunks(text: str) -> Iterator[_Chunk]:
    lines = [line.rstrip() for line in text.removeprefix("\ufeff").split("\n")]
    number = 0
    while number < len(lines):
        size = _chunk_size(lines, number)
        chunk = _Chunk(number + 1, tuple(lines[number : number + size]))
        if chunk.lines[0][:1] in (" ", "\t"):
            raise ScriptError(
                number + 1,
                "An indented line belongs to the line above it, but there is none.",
                "Begin the line at the margin.",
            )
        yield chunk
        number += size


def _chunk_size(lines: list[str], start: int) -> int:
    """Count the lines of a chunk: blank ones belong to it where an indented one follows."""
    if not lines[start] or lines[start].startswith("#"):
        return 1
    end = start + 1
    for number in range(start + 1, len(lines)):
        if lines[number][:1] in (" ", "\t"):
            end = number + 1
        elif lines[number]:
            break
    return end - start


def _items(chunks: list[_Chunk]) -> tuple[tuple[Item, ...], tuple[str, ...]]:
    items: list[Item] = []
    before: list[str] = []
    for chunk in chunks:
        if chunk.is_trivia:
            before.extend(chunk.lines)
        elif chunk.is_output:
            # Blank lines around what the coach says are the writer's, not the author's.
            before = [line for line in before if line]
        else:
            step = _step(chunk)
            stamped = isinstance(step, Until) and step.may_be_past
            if stamped:
                items.append(Item(step, (), ()))
                continue
            items.append(Item(step, tuple(before), chunk.lines))
            before = []
    while before and not before[-1]:
        before.pop()
    return tuple(items), tuple(before)


def _step(chunk: _Chunk) -> Step:
    header = _HEADER.fullmatch(chunk.lines[0])
    if header is not None:
        raise ScriptError(
            chunk.line, f"`{header[1]}:` stands too late.", "Move it up, before the first action."
        )
    step = read_line(chunk.text, chunk.line)
    if step is None:
        raise ScriptError(chunk.line, "This line says nothing.", grammar.CURE)
    return step


# --- the header ------------------------------------------------------------------------------


def _header_size(chunks: list[_Chunk]) -> int:
    """Return how many chunks the header has, with the comments before and within it."""
    size = 0
    for number, chunk in enumerate(chunks):
        if _HEADER.fullmatch(chunk.lines[0]):
            size = number + 1
        elif not chunk.is_trivia:
            break
    return size


def _scene(chunks: list[_Chunk]) -> Scene:
    values: dict[str, tuple[str, int]] = {}
    for chunk in chunks:
        header = _HEADER.fullmatch(chunk.text)
        if header is not None:
            name = header[1].removesuffix("s")
            if name in values:
                raise ScriptError(chunk.line, f"`{name}:` stands twice.", "Leave one of them out.")
            values[name] = (header[2], chunk.line)
        elif not chunk.is_trivia:
            raise ScriptError(chunk.line, "A header is one line.", _HEADER_CURE)
    for name in ("Start", "Channel", "People"):
        if name not in values:
            raise ScriptError(1, f"The script has no line `{name}:`.", _HEADER_CURE)
    start, zone = _start(*values["Start"])
    return Scene(
        start=start,
        zone=zone,
        channels=_channels(*values["Channel"]),
        people=_people(*values["People"]),
        guide=values["Guide"][0] if "Guide" in values else None,
        seed=_seed(*values["Seed"]) if "Seed" in values else 1,
    )


def _start(text: str, line: int) -> tuple[datetime, str]:
    moment, _, zone = text.partition(" in ")
    reading = _moment(moment, line)
    try:
        ZoneInfo(zone.strip())
    except (ValueError, OSError, ZoneInfoNotFoundError):
        raise ScriptError(line, "`Start:` names no time zone I know.", _HEADER_CURE) from None
    if reading.day is None:
        raise ScriptError(line, "`Start:` names no date.", _HEADER_CURE)
    return reading.after(_LONG_AGO, zone.strip()), zone.strip()


def _channels(text: str, line: int) -> tuple[str, ...]:
    channels = tuple(part.strip() for part in text.split(","))
    for channel in channels:
        if re.fullmatch(grammar.CHANNEL, channel) is None:
            raise ScriptError(
                line, f"“{channel[:40]}” is not a channel.", "Write for example #prep."
            )
    return channels


def _people(text: str, line: int) -> tuple[tuple[str, str], ...]:
    people: dict[str, str] = {}
    for part in text.split(","):
        person = _PERSON.fullmatch(part.strip())
        if person is None or person[1].lower() == "coach" or person[1] in people:
            raise ScriptError(
                line,
                f"“{part.strip()[:40]}” cannot be the name of a person here.",
                "Write each once, as one word, perhaps with a longer name: ana, bo (Bo Berg).",
            )
        people[person[1]] = person[2] or person[1]
    return tuple(people.items())


def _seed(text: str, line: int) -> int:
    if not re.fullmatch("[0-9]{1,9}", text):
        raise ScriptError(line, "`Seed:` is not a number.", "Write for example `Seed: 1`.")
    return int(text)


def _moment(text: str, line: int) -> moments.Reading:
    try:
        return moments.read(text)
    except ValueError as error:
        raise ScriptError(
            line, f"The time is not clear: {error}.", f"Write for example `{moments.EXAMPLE}`."
        ) from error


_LONG_AGO = datetime(moments.FIRST_YEAR, 1, 1, tzinfo=UTC)
