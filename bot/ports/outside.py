"""The outside's own time and dice, given by `app/`."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the present moment."""

    def __call__(self) -> datetime:
        """Return now, aware, in UTC."""


class NewId(Protocol):
    """Makes ids that are never repeated."""

    def __call__(self) -> str:
        """Return a new opaque id of at most 22 characters, of letters, digits, `-` and `_`."""
