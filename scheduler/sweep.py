"""Decides what is due, one subject after the other.

Each decision is one transaction that first takes the earliest due entry, so it never acts on
an entry that has changed since; and a subject that fails is put off, so it never delays others.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.ports.outside import Clock
from bot.ports.storage import Due
from bot.ports.work import Store, Work
from scheduler.faults import without_words

log = logging.getLogger(__name__)

Decide = Callable[[Work, Due, datetime], None]

PUT_OFF = timedelta(minutes=5)


class LeftDueError(Exception):
    """A decision neither moved its agenda entry nor cleared it."""


async def sweep(store: Store, decide: Decide, clock: Clock, limit: int = 100) -> int:
    """Decide all that is due, earliest first, until nothing is; return how many were decided.

    An entry that fails is logged, put off by `PUT_OFF` and not counted.  `limit` is how deep
    such an entry is searched for on the agenda.
    """
    count = 0
    last: Due | None = None
    while True:
        turn = _Turn(decide, clock(), last)
        try:
            taken = await store.run(turn)
        except Exception as error:
            failed = turn.taken
            # Anything but what the decision itself raised is the store's: that entry is fine.
            if failed is None or error is not turn.error:
                raise
            log.exception("decision failed", extra=_ids(failed), exc_info=without_words(error))
            await _put_off(store, failed, turn.now, limit)
            continue
        count += taken is not None
        if not turn.more:
            return count
        last = taken


class _Turn:
    """One transaction: take the earliest due entry and decide it."""

    def __init__(self, decide: Decide, now: datetime, last: Due | None) -> None:
        self._decide = decide
        self._last = last
        self.now = now
        self.taken: Due | None = None
        self.error: Exception | None = None
        self.more = False

    def __call__(self, work: Work) -> Due | None:
        # A transaction may be run again: it begins anew.
        self.more = False
        due = work.agenda.due(self.now, 1)
        if not due:
            return None
        self.taken = due[0]
        try:
            self._decide_on(work, self.taken)
        except Exception as error:
            self.error = error
            raise
        following = work.agenda.next_at()
        self.more = following is not None and following <= self.now
        return self.taken

    def _decide_on(self, work: Work, due: Due) -> None:
        if due == self._last:
            raise LeftDueError
        self._decide(work, due, self.now)


async def _put_off(store: Store, failed: Due, now: datetime, limit: int) -> None:
    def put_off(work: Work) -> None:
        # Whoever moved the entry in the meantime knows better.
        if failed in work.agenda.due(now, limit):
            work.agenda.set(replace(failed, at=now + PUT_OFF))

    await store.run(put_off)


def _ids(due: Due) -> dict[str, object]:
    return {"workspace": due.workspace, "due": due.kind, "subject": due.subject}
