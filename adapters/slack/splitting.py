"""Where a long text may be parted, and how much room it takes.

A text is parted at the end of a paragraph, a line, a sentence or a word, in this order of
preference, and never inside of what a reader sees as one character.  The pieces put together
are the text again: nothing is left out, not even a space.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right

from wcwidth import grapheme_boundary_before

_JSON = json.JSONEncoder(ensure_ascii=False)
_ENDS = tuple(re.compile(end) for end in (r"\n[^\S\n]*\n+", r"\n", r"[.!?…。！？][\s]+", r"\s+"))


def weight(value: object) -> int:
    """Return the length of `value` as JSON in UTF-16 code units.

    Slack does not say whether it counts characters or code units, so this counts the more.
    """
    if isinstance(value, str) and value.isascii() and value.isprintable():
        return len(value) + 2 + value.count('"') + value.count("\\")
    written = _JSON.encode(value)
    return len(written) if written.isascii() else len(written.encode("utf-16-le")) // 2


def cut(text: str, room: int) -> tuple[str, str]:
    """Part `text` into a piece that weighs at most `room` and the rest, which may be empty.

    The piece is never empty, even if not one character fits.
    """
    if weight(text) <= room:
        return text, ""
    lengths = range(min(len(text), max(room, 1)) + 1)
    most = bisect_right(lengths, room, key=lambda length: weight(text[:length])) - 1
    end = _end(text, max(most, 1))
    return text[:end], text[end:]


def clip(text: str, limit: int) -> str:
    """Return `text` in at most `limit` characters, ending with “…” where something is missing."""
    if len(text) <= limit:
        return text
    return text[: _boundary(text, limit - 1)].rstrip() + "…"


def _end(text: str, most: int) -> int:
    """Return the best end of a piece of at most `most` characters."""
    for pattern in _ENDS:
        ends = [match.end() for match in pattern.finditer(text, most // 2, most)]
        if ends and ends[-1] == _boundary(text, ends[-1]):
            return ends[-1]
    return _boundary(text, most)


def _boundary(text: str, end: int) -> int:
    """Return the last end of a whole character at or before `end`."""
    if end >= len(text):
        return len(text)
    # Hundreds of accents on one letter are one character too, but it has to be parted somewhere.
    return grapheme_boundary_before(text, end + 1) or end
