"""Whether the coach can work: it needs its database, and what it hears by.

Rule: what it says is for the operator of a container, so it names a part and never a fault's words.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Protocol

from adapters.database.errors import DatabaseFault
from adapters.database.faults import ERRORS
from bot.ports.work import Store

log = logging.getLogger(__name__)


class Heard(Protocol):
    """Something that a platform is heard by."""

    @property
    def missing(self) -> str | None:
        """What keeps it from being open; `None` while it is."""


async def missing(store: Store, doors: Iterable[Heard]) -> str | None:
    """Tell what keeps the coach from working; `None` if nothing does."""
    try:
        await store.run(lambda work: work.agenda.next_at())
    except (DatabaseFault, *ERRORS) as error:
        log.warning("not ready", extra={"error": type(error).__name__})
        return "the database cannot be reached"
    return next((door.missing for door in doors if door.missing), None)
