"""All that is logged meanwhile: as the program writes it, and every record as it was made."""

from __future__ import annotations

import io
import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from app.logs import ROOMS, configure


class Keeping(logging.Handler):
    """Keeps every record."""

    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep it."""
        self.records.append(record)


@contextmanager
def listening() -> Iterator[tuple[io.StringIO, Keeping]]:
    """Log as the program does at DEBUG: into a text, and every record as it is."""
    root, rooms = logging.getLogger(), [logging.getLogger(room) for room in ROOMS]
    handlers, levels = root.handlers[:], [each.level for each in (root, *rooms)]
    text, keeping = io.StringIO(), Keeping()
    configure("DEBUG", "json", text)
    root.addHandler(keeping)
    try:
        yield text, keeping
    finally:
        root.handlers[:] = handlers
        for each, level in zip((root, *rooms), levels, strict=True):
            each.setLevel(level)


def raw(record: logging.LogRecord) -> str:
    """Return all that a record holds, as another formatter might write it."""
    held: list[Any] = [record.getMessage(), *map(repr, vars(record).values())]
    if record.exc_info and record.exc_info[1]:
        held += traceback.format_exception(record.exc_info[1])
    return "\n".join(map(str, held))
