"""What became of each occurrence."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection, bindparam, exists, func, insert, select

from adapters.database.statements import one, several, write
from adapters.database.tables import ledger
from bot.ids import CohortId

_COLUMNS = ("cohort", "kind", "day", "outcome", "entered_at")
_KNOWN = exists().where(
    ledger.c.cohort == bindparam("cohort"),
    ledger.c.kind == bindparam("kind"),
    ledger.c.day == bindparam("day"),
)
_ENTER = insert(ledger).from_select(
    _COLUMNS,
    select(*(bindparam(name, type_=ledger.c[name].type) for name in _COLUMNS)).where(~_KNOWN),
)
_OF = (
    select(ledger.c.kind, ledger.c.day, ledger.c.outcome)
    .where(ledger.c.cohort == bindparam("cohort"))
    .order_by(ledger.c.entered_at, ledger.c.day, ledger.c.kind)
)
_LAST = select(func.max(ledger.c.entered_at)).where(
    ledger.c.cohort == bindparam("cohort"),
    ledger.c.kind == bindparam("kind"),
    ledger.c.outcome != "missed",
)


class SqlLedger:
    """See bot.ports.Ledger."""

    __slots__ = ("_connection",)

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def enter(self, cohort: CohortId, kind: str, day: date, outcome: str, now: datetime) -> bool:
        """See bot.ports.Ledger."""
        row = (cohort, kind, day, outcome, now)
        return write(self._connection, _ENTER, dict(zip(_COLUMNS, row, strict=True))) == 1

    def of(self, cohort: CohortId) -> tuple[tuple[str, date, str], ...]:
        """See bot.ports.Ledger."""
        rows = several(self._connection, _OF, {"cohort": cohort})
        return tuple((row.kind, row.day, row.outcome) for row in rows)

    def last(self, cohort: CohortId, kind: str) -> datetime | None:
        """See bot.ports.Ledger."""
        row = one(self._connection, _LAST, {"cohort": cohort, "kind": kind})
        return None if row is None else row[0]
