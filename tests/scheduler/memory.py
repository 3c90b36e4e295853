"""The store in memory, as the scheduler meets it: others run before and after a transaction.

It can fail, and it tells what became of the outbox's rows.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

from bot.ids import PostKey
from bot.ports.outgoing import Outgoing
from bot.ports.storage import Due
from bot.ports.work import Work
from tests.fake_outbox import SETTLED, FakeOutbox, Row
from tests.fakes import FakeAgenda, MemoryStore

T = TypeVar("T")

START = datetime(2026, 12, 7, 17, 0, tzinfo=UTC)


class FailingStore(MemoryStore):
    """See bot.ports.Store.  The next transactions raise what stands in `failures`."""

    def __init__(self) -> None:
        super().__init__()
        self.failures: deque[Exception] = deque()
        self.failed = asyncio.Event()

    async def run(self, call: Callable[[Work], T]) -> T:
        await asyncio.sleep(0)
        if self.failures:
            self.failed.set()
            raise self.failures.popleft()
        result = await super().run(call)
        await asyncio.sleep(0)
        return result

    def put(self, *outgoing: Outgoing) -> None:
        """Enqueue outside of any transaction."""
        for each in outgoing:
            FakeOutbox(self.tables.outbox).put(each)

    def plan(self, *entries: Due) -> None:
        """Put down what is due outside of any transaction."""
        for entry in entries:
            FakeAgenda(self.tables).set(entry)

    def agenda(self) -> dict[str, datetime]:
        """Return when each subject is due."""
        return {entry.subject: entry.at for entry in self.tables.agenda.values()}

    def row(self, key: str) -> Row:
        """Return a row as it is stored now."""
        return self.tables.outbox.rows[PostKey(key)]

    def states(self) -> dict[str, str]:
        """Return the state of every row, by key."""
        return {key: row.state for key, row in self.tables.outbox.rows.items()}

    def settled(self) -> bool:
        """Tell whether nothing is left to send."""
        return all(state in SETTLED for state in self.states().values())
