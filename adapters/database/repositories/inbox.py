"""Delivery keys of what arrived.

Kept as digests: a key may name people, and only whether it was seen matters.
"""

from __future__ import annotations

from datetime import datetime
from hashlib import blake2b

from sqlalchemy import Connection, bindparam, exists, insert, select

from adapters.database.columns import UtcDateTime
from adapters.database.statements import write
from adapters.database.tables import inbox
from bot.ids import DeliveryKey, WorkspaceId

_KNOWN = exists().where(
    inbox.c.workspace == bindparam("workspace"), inbox.c.digest == bindparam("digest")
)
_REMEMBER = insert(inbox).from_select(
    ["workspace", "digest", "arrived_at"],
    select(
        bindparam("workspace", type_=inbox.c.workspace.type),
        bindparam("digest", type_=inbox.c.digest.type),
        bindparam("now", type_=UtcDateTime()),
    ).where(~_KNOWN),
)
_FORGET = inbox.delete().where(inbox.c.arrived_at < bindparam("before"))


class SqlInbox:
    """See bot.ports.Inbox."""

    __slots__ = ("_connection",)

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def first(self, workspace: WorkspaceId, key: DeliveryKey, now: datetime) -> bool:
        """See bot.ports.Inbox."""
        digest = blake2b(key.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
        values = {"workspace": workspace, "digest": digest, "now": now}
        return write(self._connection, _REMEMBER, values) == 1

    def forget(self, before: datetime) -> int:
        """See bot.ports.Inbox."""
        return write(self._connection, _FORGET, {"before": before})
