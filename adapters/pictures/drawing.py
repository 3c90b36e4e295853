"""A picture's values to PNG.

Rule: only the bundled fonts are used, never the machine's, so that a picture is the same bytes
everywhere; and nothing is read from disk but those.  resvg and the fonts are loaded with the first
picture.  Drawing takes a processor for 0.1 to 0.2 s, so couriers have it done aside: in a thread,
one picture after the other.
"""

from __future__ import annotations

import asyncio
import logging
import re
from functools import cached_property

from adapters.pictures.lettering import BundledLetters
from bot.pictures import Image, Picture, Theme
from bot.voice import pictures

log = logging.getLogger(__name__)

SCALE = 2
"""Pixels for each unit of the drawing: chats show it smaller, and sharp."""
_FAMILIES = re.compile(r'font-family="([^"]+)"')


class Pictures:
    """Draws pictures; safe to use from several threads."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()

    @cached_property
    def _letters(self) -> BundledLetters:
        return BundledLetters()

    async def aside(self, picture: Picture) -> Image | None:
        """Draw in a thread, for either theme.  See bot.ports.outside.Draw."""
        try:
            async with self._turn:
                return await asyncio.to_thread(self.draw, picture)
        except Exception as error:  # noqa: BLE001 (what is said needs no picture)
            # Neither its words nor where it passed: both may quote what people are called.
            extra = {"kind": picture.kind, "error": type(error).__name__}
            log.error("a picture could not be drawn", extra=extra)  # noqa: TRY400
            return None

    def draw(self, picture: Picture, theme: Theme = "light") -> Image:
        """Draw a picture for readers of a light or a dark chat."""
        drawn = pictures.draw(picture, self._letters, theme)
        return Image(self.png(drawn.svg), drawn.alt)

    def png(self, svg: str) -> bytes:
        """Return an SVG made with these letters as PNG."""
        from resvg_py import svg_to_bytes  # noqa: PLC0415 (most processes never draw)

        families = sorted(set(_FAMILIES.findall(svg)))
        return bytes(
            svg_to_bytes(
                svg_string=svg,
                zoom=SCALE,
                skip_system_fonts=True,
                # Only what this picture needs: to parse a font takes longer than to draw with it.
                font_files=[path for family in families for path in self._letters.files(family)],
                languages=["en"],
            )
        )
