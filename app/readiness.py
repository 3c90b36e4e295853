"""Whether the coach can work: it has started, and has its database and what it hears by.

Rule: what it says is for the operator of a container, so it names a part and never a fault's words.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from adapters.database.errors import DatabaseFault
from adapters.database.faults import ERRORS
from bot.ports.work import Store

log = logging.getLogger(__name__)

PATIENCE = timedelta(seconds=5)
"""Whoever asks gives up after a few seconds; a database that takes longer is no database."""


class Heard(Protocol):
    """Something that a platform is heard by."""

    @property
    def missing(self) -> str | None:
        """What keeps it from being open; `None` while it is."""


@dataclass(slots=True)
class Starting:
    """Something that is missing until it is there."""

    missing: str | None = "the coach has not started yet"


async def missing(store: Store, doors: Iterable[Heard]) -> str | None:
    """Tell what keeps the coach from working; `None` if nothing does."""
    try:
        async with asyncio.timeout(PATIENCE.total_seconds()):
            await store.run(lambda work: work.agenda.next_at())
    except (DatabaseFault, TimeoutError, *ERRORS) as error:
        log.warning("not ready", extra={"error": type(error).__name__})
        return "the database cannot be reached"
    return next((door.missing for door in doors if door.missing), None)
