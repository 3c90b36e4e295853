"""Words set in lines, as whoever watches a platform writes them down; and back from short forms.

Pure.  Nothing stays invisible: what a terminal would obey is shown as a picture of itself, and
of a long passage stand its beginning and its end, with how much there is between.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from typing import Any, Final

from adapters.console.render import columns, harmless

WIDTH: Final = 96

_LONG, _HEAD, _TAIL = 700, 240, 120
_LENGTH = re.compile(r"\[([\d,]+) characters\]")
_ISOLATES = dict.fromkeys((0x2068, 0x2069))


def wrap(text: str, first: str = "", rest: str = "") -> list[str]:
    """Set words between margins."""
    lines, line, empty = [], first, True
    for word in text.split(" "):
        if not empty and columns(line) + 1 + columns(word) > WIDTH:
            lines.append(line.rstrip())
            line, empty = rest, True
        line += word if empty else f" {word}"
        empty = False
    return [*lines, line.rstrip()]


def paragraphs(text: str, first: str = "", rest: str | None = None) -> Iterator[str]:
    """Set each line of a text between margins, shortened if it is very long."""
    for paragraph in text.split("\n"):
        yield from wrap(_abridged(paragraph), first, first if rest is None else rest)


def option(label: str, value: str, *, chosen: bool, several: bool) -> str:
    """Return one choice of a field; its value stands behind it where it is another word."""
    on, off = ("☑", "☐") if several else ("◉", "○")
    more = "" if value == label else f" ({value})"
    return f"{on if chosen else off} {visible(label)}{more}"


def field(
    name: str, label: str, content: Sequence[str], *, required: bool = True, hint: str = ""
) -> list[str]:
    """Return a field of a form: what it is called, what is in it, what is said about it."""
    lines = wrap(f"{name} · {label}{'' if required else ' (optional)'}")
    lines += wrap("  ".join(content), "    ", "    ")
    return lines + (wrap(f"({hint})", "    ", "    ") if hint else [])


def visible(text: str) -> str:
    """Return a text with all that is invisible made visible, but for what isolates a name."""
    return harmless(text.translate(_ISOLATES))


def news(before: Sequence[list[str]], after: Sequence[list[str]]) -> list[str]:
    """Return the lines of what stands only in `after`; failing that, of what is gone."""
    lines = [line for block in after if block not in before for line in block]
    gone = [line for block in before if block not in after for line in block]
    return lines or [f"no longer: {line}" for line in gone]


def filled_in(given: Iterable[tuple[str, str]], several: Container[str]) -> dict[str, Any]:
    """Return what is written into a form; the names in `several` take more than one choice."""
    return {
        name: [part.strip() for part in value.split(",")] if name in several else written_out(value)
        for name, value in given
    }


def written_out(text: str) -> str:
    """Return a text with each `[12,000 characters]` in it as so many characters of sentences."""
    return _LENGTH.sub(lambda match: _rambling(int(match[1].replace(",", ""))), text)


def _abridged(text: str) -> str:
    if len(text) <= _LONG:
        return text
    left = len(text) - _HEAD - _TAIL
    return f"{text[:_HEAD]} […{left:,} characters more…] {text[-_TAIL:]}"


def _rambling(length: int) -> str:
    """Return so many characters of sentences that tell how far one has read."""
    text, number = "", 0
    while len(text) < length:
        number += 1
        text += f"This is sentence {number} of what I have to say. "
    return text[: length - 1].rstrip() + "."
