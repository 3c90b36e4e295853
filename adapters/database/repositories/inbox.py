"""Delivery keys of what arrived.

Kept as digests: a key may name people, and only whether it was seen matters.
"""

from __future__ import annotations

from datetime import datetime
from hashlib import blake2b

from sqlalchemy import Connection, bindparam

from adapters.database.statements import Saving, write
from adapters.database.tables import inbox
from bot.ids import DeliveryKey, WorkspaceId

_REMEMBER = Saving(inbox)
_FORGET = inbox.delete().where(inbox.c.arrived_at < bindparam("before"))


class SqlInbox:
    """See bot.ports.Inbox."""

    __slots__ = ("_connection",)

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def first(self, workspace: WorkspaceId, key: DeliveryKey, now: datetime) -> bool:
        """See bot.ports.Inbox."""
        digest = blake2b(key.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
        row = {"workspace": workspace, "digest": digest, "arrived_at": now}
        return _REMEMBER.new(self._connection, row)

    def forget(self, before: datetime) -> int:
        """See bot.ports.Inbox."""
        return write(self._connection, _FORGET, {"before": before})
