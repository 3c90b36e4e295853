"""What is to be decided when."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, exists, func, insert, select

from adapters.database.statements import Saving, Values, one, several, write
from adapters.database.tables import agenda
from bot.ids import WorkspaceId
from bot.ports.storage import Due, DueKind

_SET = Saving(agenda)
_THIS = (
    agenda.c.workspace == bindparam("workspace"),
    agenda.c.kind == bindparam("kind"),
    agenda.c.subject == bindparam("subject"),
)
_COLUMNS = ("workspace", "kind", "subject", "at")
# It asks whether there is one, so that the server knows that this was read: `ON CONFLICT` alone
# would not notice that another transaction is taking the entry off.
_ADD = insert(agenda).from_select(
    _COLUMNS,
    select(*(bindparam(name, type_=agenda.c[name].type) for name in _COLUMNS)).where(
        ~exists().where(*_THIS)
    ),
)
_CLEAR = agenda.delete().where(*_THIS)
_DUE = (
    agenda.select()
    .where(agenda.c.at <= bindparam("now"))
    .order_by(agenda.c.at, agenda.c.workspace, agenda.c.kind, agenda.c.subject)
    .limit(bindparam("limit"))
    # Ignored on SQLite, where there is one writer.
    .with_for_update(skip_locked=True)
)
_NEXT_AT = select(func.min(agenda.c.at))


class SqlAgenda:
    """See bot.ports.Agenda."""

    __slots__ = ("_added", "_connection")

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        # Replies that are taken in together are mostly to the same question.
        self._added: set[tuple[WorkspaceId, DueKind, str]] = set()

    def set(self, due: Due) -> None:
        """See bot.ports.Agenda."""
        _SET(self._connection, _row(due))

    def add(self, due: Due) -> None:
        """See bot.ports.Agenda."""
        key = due.workspace, due.kind, due.subject
        if key not in self._added:
            write(self._connection, _ADD, _row(due))
            self._added.add(key)

    def clear(self, workspace: WorkspaceId, kind: DueKind, subject: str) -> None:
        """See bot.ports.Agenda."""
        self._added.discard((workspace, kind, subject))
        write(self._connection, _CLEAR, {"workspace": workspace, "kind": kind, "subject": subject})

    def due(self, now: datetime, limit: int) -> tuple[Due, ...]:
        """See bot.ports.Agenda."""
        rows = several(self._connection, _DUE, {"now": now, "limit": limit})
        return tuple(Due(row.workspace, row.kind, row.subject, row.at) for row in rows)

    def next_at(self) -> datetime | None:
        """See bot.ports.Agenda."""
        row = one(self._connection, _NEXT_AT, {})
        return None if row is None else row[0]


def _row(due: Due) -> Values:
    return {"workspace": due.workspace, "kind": due.kind, "subject": due.subject, "at": due.at}
