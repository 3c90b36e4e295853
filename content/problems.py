"""What can be wrong with a guide, told so that its author can put it right.

Rule: a problem always has a place and a cure.  "Invalid value" helps nobody.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import fuzz, process

Severity = Literal["error", "note"]

_LIKE_ENOUGH = 75
"""Of 100: `critera` and `criterion` are like `criteria`, `notes` is not like `name`."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to put right in one file.

    `file` is the path as the caller gave it; `line` counts from 1 and is None where none can
    be named; `place` is written the way an author finds it, `rounds[2].criteria[0].emoji`,
    counted from 0, and is empty for the file as a whole.  `problem` and `cure` are sentences
    without their full stop.  A "note" does not keep the guide from being used.
    """

    file: str
    line: int | None
    place: str
    problem: str
    cure: str
    severity: Severity = "error"

    def __str__(self) -> str:
        """Return the problem on one line: `path:LINE: place: problem. cure.`."""
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        parts = [where] if where else []
        if self.severity == "note":
            parts.append("note")
        if self.place:
            parts.append(self.place)
        parts.append(f"{self.problem}. {self.cure}.")
        return ": ".join(parts)


class ContentError(Exception):
    """One or more guides cannot be used; `problems` holds every reason found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep the problems; the message has one line for each."""
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def shown(value: str, width: int = 60) -> str:
    """Return `value` between quotation marks, shortened and made visible, for a problem."""
    short = value if len(value) <= width else value[: width - 1] + "…"
    visible = "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in short
    )
    return f"“{visible}”"


def closest(word: str, words: Iterable[str]) -> str | None:
    """Return the one of `words` that was probably meant by `word`, if any is like it."""
    found = process.extractOne(word, tuple(words), scorer=fuzz.ratio, score_cutoff=_LIKE_ENOUGH)
    return found[0] if found else None
