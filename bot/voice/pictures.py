"""The pictures the coach draws: one way to draw each, and the same in words.

A picture is SVG text with the same said in words.  Rule: whatever stands in the picture stands in
the words too, and names that no letters can draw are whole there.  Nothing here reads a font:
what can be drawn, and how wide it is, comes in as `Letters`.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.pictures import Leaderboard, Picture, Theme
from bot.voice import pictures_alt, pictures_leaderboard, pictures_progress
from bot.voice.pictures_lettering import Letters


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture as SVG text, and in words for whoever cannot see it."""

    svg: str
    alt: str


def draw(picture: Picture, letters: Letters, theme: Theme = "light") -> Drawing:
    """Draw a picture for readers of a light or a dark chat; either looks right on the other."""
    if isinstance(picture, Leaderboard):
        svg = pictures_leaderboard.svg(picture, letters, theme)
    else:
        svg = pictures_progress.svg(picture, letters, theme)
    return Drawing(svg, said(picture))


def said(picture: Picture) -> str:
    """Return what a picture shows, in words alone; at most `pictures_alt.ALT_LIMIT` characters."""
    if isinstance(picture, Leaderboard):
        return pictures_alt.leaderboard(picture)
    return pictures_alt.progress(picture)
