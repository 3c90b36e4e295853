"""The outbox in memory, as seen by whoever looks after it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container
from dataclasses import replace
from datetime import datetime, timedelta

from bot.ids import CohortId, PostKey, UserId
from bot.messages import Direct
from bot.ports.letters import Depth, Letter, Record
from tests.fake_outbox import SETTLED, Row, Rows


class FakeLetters:
    """See bot.ports.Letters."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows.rows
        self._dropped = rows.dropped

    def depth(self, now: datetime) -> Depth:
        waiting = [row for row in self._rows.values() if row.state not in SETTLED]
        states = Counter(row.state for row in waiting)
        states.update(row.state for row in self._rows.values() if self._is_letter(row))
        since = [at for row in waiting if (at := _free_from(row, now)) <= now]
        return Depth(dict(states), min(since, default=None))

    def record(
        self,
        cohort: CohortId,
        since: datetime,
        until: datetime,
        late: timedelta,
        without: Container[UserId] = (),
    ) -> Record:
        posts = [
            row
            for row in self._rows.values()
            if row.outgoing.cohort == cohort and row.outgoing.act.kind == "post"
        ]
        rows = [row for row in posts if since < row.outgoing.at <= until]
        sent = [row for row in rows if row.state == "sent"]
        return Record(
            sent=len(sent),
            late=sum(_took(row) > late for row in sent),
            elsewhere=sum(bool(row.receipt and row.receipt.elsewhere) for row in sent),
            dead=sum(row.state == "dead" and not _is_to(row, without) for row in rows),
            waiting=sum(row.state not in SETTLED for row in rows),
        )

    def dead(self, limit: int) -> tuple[Letter, ...]:
        rows = [row for row in self._rows.values() if self._is_letter(row)]
        letters = [self._letter(row) for row in reversed(rows)]
        return tuple(sorted(letters, key=lambda letter: letter.died_at, reverse=True)[:limit])

    def get(self, key: PostKey) -> Letter | None:
        row = self._rows.get(key)
        return self._letter(row) if row and self._is_letter(row) else None

    def retry(self, key: PostKey, now: datetime) -> bool:
        row = self._rows.get(key)
        if row is None or not self._is_letter(row):
            return False
        state = "unsure" if row.since and row.attempts else "ready"
        self._rows[key] = replace(
            row, state=state, settled_at=None, error="", attempts=0, claim_at=now
        )
        return True

    def drop(self, key: PostKey) -> bool:
        row = self._rows.get(key)
        if row is None or not self._is_letter(row):
            return False
        self._dropped.add(key)
        return True

    def _is_letter(self, row: Row) -> bool:
        return row.state == "dead" and row.outgoing.key not in self._dropped

    def _letter(self, row: Row) -> Letter:
        assert row.settled_at
        order = list(self._rows)
        place = order.index(row.outgoing.key)
        behind = [self._rows[key] for key in order[place + 1 :]]
        passed = sum(each.lane == row.lane and each.state == "sent" for each in behind)
        return Letter(row.outgoing, row.error, row.settled_at, row.attempts, passed)


def _is_to(row: Row, people: Container[UserId]) -> bool:
    place = row.outgoing.place
    return isinstance(place, Direct) and place.user in people


def _free_from(row: Row, now: datetime) -> datetime:
    night = row.outgoing.night
    return night[1] if night and night[0] <= now else row.outgoing.at


def _took(row: Row) -> timedelta:
    assert row.settled_at
    night = row.outgoing.night
    slept = night is not None and row.settled_at >= night[1]
    return row.settled_at - (night[1] if night and slept else row.outgoing.at)
