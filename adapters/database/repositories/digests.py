"""What waits for somebody's next digest."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam

from adapters.database.codec import Codec
from adapters.database.statements import Values, one, several, write
from adapters.database.tables import deferred
from bot.domain.digests import Deferred
from bot.ids import UserId, WorkspaceId
from bot.messages import Message

MESSAGE = Codec[Message](Message)
_GET = deferred.select().where(deferred.c.id == bindparam("id"))
_THEIRS = (deferred.c.workspace == bindparam("in_workspace"), deferred.c.user == bindparam("whom"))
_OF = deferred.select().where(*_THEIRS).order_by(deferred.c.at, deferred.c.id)
_CLEAR = deferred.delete().where(*_THEIRS)
_DEFER = deferred.insert()


class SqlDigests:
    """See bot.ports.Digests."""

    __slots__ = ("_connection",)

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def defer(self, deferred: Deferred) -> None:
        """See bot.ports.Digests."""
        if one(self._connection, _GET, {"id": deferred.id}) is None:
            write(self._connection, _DEFER, _row(deferred))

    def of(self, workspace: WorkspaceId, user: UserId) -> tuple[Deferred, ...]:
        """See bot.ports.Digests."""
        rows = several(self._connection, _OF, {"in_workspace": workspace, "whom": user})
        return tuple(_deferred(row) for row in rows)

    def clear(self, workspace: WorkspaceId, user: UserId) -> None:
        """See bot.ports.Digests."""
        write(self._connection, _CLEAR, {"in_workspace": workspace, "whom": user})


def _deferred(row: Any) -> Deferred:
    return Deferred(
        id=row.id,
        workspace=row.workspace,
        user=row.user,
        cohort=row.cohort,
        message=MESSAGE.read(row.message),
        at=row.at,
        subject=row.subject,
    )


def _row(deferred: Deferred) -> Values:
    return {
        "id": deferred.id,
        "workspace": deferred.workspace,
        "user": deferred.user,
        "cohort": deferred.cohort,
        "message": MESSAGE.write(deferred.message),
        "at": deferred.at,
        "subject": deferred.subject,
    }
