"""The outside's own time, dice and drawing, given by `app/`."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.pictures import Image, Picture


class Clock(Protocol):
    """Tells the present moment."""

    def __call__(self) -> datetime:
        """Return now, aware, in UTC."""


class NewId(Protocol):
    """Makes ids that are never repeated."""

    def __call__(self) -> str:
        """Return a new opaque id of at most 22 characters, of letters, digits, `-` and `_`."""


class Draw(Protocol):
    """Draws pictures."""

    async def __call__(self, picture: Picture) -> Image | None:
        """Return a picture as a file; `None` where it cannot be drawn, and never an error."""
