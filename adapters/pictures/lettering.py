"""Which letters the bundled fonts have, and how wide they are, without opening a font.

`fonts/letters.txt` has a line for each family: its name, its files and its characters with their
widths in thousandths of an em, in the order in which families are asked.  `python -m
tests.pictures.fonts` writes it from the fonts.  It is read when the first picture is drawn.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

FONTS = Path(__file__).parent / "fonts"
_EMOJI = "Noto Emoji"
_SIGNS_OF_EMOJI = frozenset("\ufe0f\u20e3")
_SILENT = frozenset("\u200b\u200c\u200d\u200e\u200f\ufe0e\ufe0f")

_REMEMBERED = 4_096
_JOINED = {"Noto Sans Arabic": 1.25}
"""How much wider letters may be where they join than alone, which is what the table tells."""


@dataclass(frozen=True, slots=True)
class Family:
    """The characters of one family: ranges of code points with one width each, in order."""

    name: str
    files: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    widths: tuple[int, ...]

    def width(self, grapheme: str) -> float | None:
        """Return the width in ems, or `None` if one of its characters is missing."""
        total = 0
        for character in grapheme:
            code = ord(character)
            if character in _SILENT or 0xE0020 <= code <= 0xE007F:
                continue
            place = bisect_right(self.starts, code) - 1
            if place < 0 or code > self.ends[place]:
                return None
            total += self.widths[place]
        return total / 1000


class BundledLetters:
    """See `bot.voice.pictures_lettering.Letters`."""

    def __init__(self, table: Path = FONTS / "letters.txt") -> None:
        self._table = table
        self._found: dict[str, tuple[str, float] | None] = {}

    @cached_property
    def families(self) -> tuple[Family, ...]:
        """Return the families in the order in which they are asked."""
        lines = self._table.read_text(encoding="utf-8").splitlines()
        return tuple(_family(line) for line in lines if line)

    def find(self, grapheme: str) -> tuple[str, float] | None:
        if grapheme not in self._found:
            if len(self._found) >= _REMEMBERED:
                self._found.clear()
            self._found[grapheme] = self._find(grapheme)
        return self._found[grapheme]

    def files(self, family: str) -> tuple[str, ...]:
        """Return the paths of a family's fonts."""
        found = next(one for one in self.families if one.name == family)
        return tuple(str(FONTS / name) for name in found.files)

    def _find(self, grapheme: str) -> tuple[str, float] | None:
        asked = self.families
        if not _SIGNS_OF_EMOJI.isdisjoint(grapheme):
            asked = tuple(sorted(asked, key=lambda one: one.name != _EMOJI))
        for family in asked:
            width = family.width(grapheme)
            if width is not None:
                return family.name, width * _JOINED.get(family.name, 1)
        return None


def _family(line: str) -> Family:
    name, files, ranges = line.split("\t")
    starts, ends, widths = [], [], []
    for one in ranges.split(","):
        span, width = one.split("=")
        first, _, last = span.partition("-")
        starts.append(int(first, 16))
        ends.append(int(last or first, 16))
        widths.append(int(width))
    return Family(name, tuple(files.split(" ")), tuple(starts), tuple(ends), tuple(widths))
