"""Members' words as they can be drawn: cleaned, cut to their room, and set in letters we have.

Rule: whatever has a shape and cannot be drawn becomes `UNDRAWN`, so that it is seen to be missing.
What has no shape (marks of direction, invisible spaces) is left out, for it could only mislead.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Protocol

from wcwidth import iter_graphemes

UNDRAWN = "\ufffd"
"""What replacement characters are for; Noto Sans has it, so no further font is needed."""
_ELLIPSIS = "…"
_RIGHT_TO_LEFT_MARK = "\u200f"
_JOINERS = frozenset("\u200c\u200d\ufe0e\ufe0f")
"""They mean something within a grapheme only."""
_FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters by their category, and nothing to the eye."""
_MARKS_AT_MOST, _PIECES_AT_MOST = 4, 12
"""Of one grapheme: more marks climb into the rows above, and no emoji has more pieces."""
_READ_AT_MOST = 400
"""Characters of a name that are looked at; nobody's name has more."""
BOLD = 1.07
"""How much wider bold letters are, at most."""


class Letters(Protocol):
    """Which letters there are."""

    def find(self, grapheme: str) -> tuple[str, float] | None:
        """Return the family that draws it whole, and its width in ems (rather too much)."""


@dataclass(frozen=True, slots=True)
class Run:
    """Graphemes in a row of one family."""

    text: str
    family: str


@dataclass(frozen=True, slots=True)
class Line:
    """Words as they are drawn, and their width in ems."""

    runs: tuple[Run, ...]
    width: float


def plain(words: str) -> str:
    """Return words on one line without anything invisible; what is left of nothing is `UNDRAWN`."""
    spaced = " ".join(words[:_READ_AT_MOST].split())
    kept = "".join(_visible(character) for character in spaced)
    kept = "".join(one for one in iter_graphemes(kept) if one.strip("".join(_JOINERS)))
    return " ".join(kept.split()) or UNDRAWN


def cut(words: str, limit: int) -> str:
    """Return clean words in at most `limit` characters, cut between graphemes."""
    if len(words) <= limit:
        return words
    kept = ""
    for grapheme in iter_graphemes(words):
        if len(kept) + len(grapheme) > limit - 1:
            break
        kept += grapheme
    return kept.rstrip() + _ELLIPSIS


def line(words: str, letters: Letters, room: float | None = None) -> Line:
    """Set words in letters, cut where they are wider than `room` ems."""
    pieces = tuple(_set(grapheme, letters) for grapheme in iter_graphemes(plain(words)))
    width = sum(piece[2] for piece in pieces)
    if room is None or width <= room:
        return Line(_runs(pieces), width)
    end = _set(_ELLIPSIS, letters)
    if any(_leftwards(text) for text, _, _ in pieces[:1]):
        end = (_ELLIPSIS + _RIGHT_TO_LEFT_MARK, end[1], end[2])
    width = end[2]
    kept = []
    for piece in pieces:
        if width + piece[2] > room:
            break
        kept.append(piece)
        width += piece[2]
    while kept and kept[-1][0].isspace():
        width -= kept.pop()[2]
    return Line(_runs((*kept, end)), width)


def _visible(character: str) -> str:
    kind = unicodedata.category(character)
    if kind in {"Cc", "Cs"}:
        return UNDRAWN
    tag = 0xE0020 <= ord(character) <= 0xE007F
    if character in _FILLERS or (kind == "Cf" and character not in _JOINERS and not tag):
        return ""
    return character


def _set(grapheme: str, letters: Letters) -> tuple[str, str, float]:
    marks = sum(unicodedata.category(one) in {"Mn", "Me"} for one in grapheme)
    crowded = marks > _MARKS_AT_MOST or len(grapheme) > _PIECES_AT_MOST
    for text in (grapheme, unicodedata.normalize("NFC", grapheme), UNDRAWN):
        found = None if crowded and text != UNDRAWN else letters.find(text)
        if found is not None:
            return text, found[0], found[1]
    raise AssertionError


def _runs(pieces: tuple[tuple[str, str, float], ...]) -> tuple[Run, ...]:
    runs: list[Run] = []
    for text, family, _ in pieces:
        if runs and runs[-1].family == family:
            runs[-1] = Run(runs[-1].text + text, family)
        else:
            runs.append(Run(text, family))
    return tuple(runs)


def _leftwards(text: str) -> bool:
    return any(unicodedata.bidirectional(one) in {"R", "AL"} for one in text)
