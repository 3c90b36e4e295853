"""The pieces pictures are made of, as SVG text: a card, words, bars, and the colours of a theme.

Rule: nobody's words enter a picture but through `words`, which escapes them; everything else is
ours.  A card brings its own ground, so that it can be read on whatever the chat has behind it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

from bot.pictures import Theme
from bot.voice.pictures_lettering import BOLD, Letters, Line, line

WIDTH, EDGE = 440, 20
"""Of a card; the second is what is left free at each side."""
RIGHT = WIDTH - EDGE
Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True)
class Colours:
    """A theme's colours; `parts` in the order of what points come from."""

    card: str
    border: str
    text: str
    quiet: str
    track: str
    accent: str
    missed: str
    parts: tuple[str, ...]


COLOURS: dict[Theme, Colours] = {
    "light": Colours(
        card="#ffffff",
        border="#d8dce2",
        text="#1d2129",
        quiet="#59616e",
        track="#eef0f4",
        accent="#2563c9",
        missed="#b9c0cb",
        parts=("#2563c9", "#0e9384", "#8a5bd6", "#d97706", "#c43d7b", "#7a8391"),
    ),
    "dark": Colours(
        card="#1f2228",
        border="#3b414b",
        text="#f1f3f5",
        quiet="#a8b0bc",
        track="#2d3139",
        accent="#6aa3ff",
        missed="#555d6a",
        parts=("#6aa3ff", "#2ec4b0", "#b794f6", "#f5a83c", "#f272a8", "#aab3bf"),
    ),
}


@dataclass(frozen=True, slots=True)
class Pen:
    """What one writes with: letters and colours."""

    letters: Letters
    colours: Colours

    def fit(self, said: str, size: float, room: float, *, bold: bool = False) -> Line:
        """Set words so that they are at most `room` wide."""
        return line(said, self.letters, room / size / (BOLD if bold else 1))

    def words(
        self,
        x: float,
        y: float,
        said: str | Line,
        *,
        size: float = 13,
        fill: str = "",
        anchor: Anchor = "start",
        bold: bool = False,
    ) -> str:
        """Return words that stand at a place."""
        drawn = line(said, self.letters) if isinstance(said, str) else said
        runs = "".join(
            f'<tspan font-family="{escape(run.family)}">{escape(run.text)}</tspan>'
            for run in drawn.runs
        )
        weight = ' font-weight="600"' if bold else ""
        return (
            f'<text x="{x:.5g}" y="{y:.5g}" font-size="{size:.5g}"{weight} text-anchor="{anchor}" '
            f'fill="{fill or self.colours.text}" xml:space="preserve">{runs}</text>'
        )

    def head(self, title: str, subtitle: str) -> str:
        """Return a card's title and what stands below it."""
        room = RIGHT - EDGE
        return self.words(
            EDGE, 36, self.fit(title, 18, room, bold=True), size=18, bold=True
        ) + self.words(EDGE, 56, self.fit(subtitle, 13, room), fill=self.colours.quiet)

    def legend(self, y: float, items: Sequence[tuple[str, str]]) -> tuple[str, float]:
        """Return coloured squares with their words, three a row, and where the last row stands."""
        drawn = []
        for place, (colour, said) in enumerate(items):
            row, column = divmod(place, 3)
            x, at = EDGE + column * (RIGHT - EDGE) / 3, y + 20 * row
            drawn.append(box(x, at - 9, 10, 10, colour, 2.5))
            drawn.append(self.words(x + 15, at, said, size=12, fill=self.colours.quiet))
        return "".join(drawn), y + 20 * ((len(items) - 1) // 3)

    def note(self, y: float, said: str) -> tuple[str, float]:
        """Return small print in up to three rows from `y` on, and where the last one stands."""
        rows: list[str] = []
        left = said.split()
        while left and len(rows) < 3:
            row = [left.pop(0)]
            while left and line(" ".join((*row, left[0])), self.letters).width * 12 <= RIGHT - EDGE:
                row.append(left.pop(0))
            rows.append(" ".join(row if len(rows) < 2 else (*row, *left)))
        drawn = [
            self.words(
                EDGE,
                y + 18 * place,
                self.fit(row, 12, RIGHT - EDGE),
                size=12,
                fill=self.colours.quiet,
            )
            for place, row in enumerate(rows)
        ]
        return "".join(drawn), y + 18 * (len(rows) - 1)


def box(x: float, y: float, width: float, height: float, fill: str, round_by: float = 0) -> str:
    """Return a rectangle."""
    return (
        f'<rect x="{x:.5g}" y="{y:.5g}" width="{width:.5g}" height="{height:.5g}" '
        f'rx="{round_by:.5g}" fill="{fill}"/>'
    )


def bar(
    at: tuple[float, float],
    length: float,
    pieces: Sequence[tuple[float, str]],
    height: float = 10,
) -> str:
    """Return a bar of pieces, each a share of `length` and a colour."""
    x, y = at
    drawn = []
    for place, (share, colour) in enumerate(pieces):
        # A hair of ground between two pieces tells them apart without their colours.  Corners are
        # rounded piece by piece: to clip a bar takes longer than to draw all the rest.
        gap = 1.5 if place < len(pieces) - 1 else 0
        drawn.append(box(x, y, max(length * share - gap, 1), height, colour, 2))
        x += length * share
    return f"<g>{''.join(drawn)}</g>"


def card(height: float, body: str, colours: Colours) -> str:
    """Return the whole picture."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height:.0f}" '
        f'viewBox="0 0 {WIDTH} {height:.0f}">'
        f'<rect x="0.75" y="0.75" width="{WIDTH - 1.5}" height="{height - 1.5:.5g}" rx="14" '
        f'fill="{colours.card}" stroke="{colours.border}" stroke-width="1.5"/>{body}</svg>'
    )
