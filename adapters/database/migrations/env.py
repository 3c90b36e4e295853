"""Alembic's entrance: run by `adapters.database.migrate`, on the connection it gives."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection

from adapters.database import outbox_tables, tables
from adapters.database.columns import UtcDateTime

assert outbox_tables.outbox.metadata is tables.cohorts.metadata, "both files describe one database"


def _render_item(kind: str, item: Any, _: Any) -> str | Literal[False]:
    """Spell our own types out, so that an old step does not change when the type does."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def _run(connection: Connection) -> None:
    # SQLite can change a table only by copying it, which `batch` does.
    context.configure(
        connection=connection,
        target_metadata=tables.cohorts.metadata,
        render_as_batch=True,
        render_item=_render_item,
    )
    context.run_migrations()


_run(context.config.attributes["connection"])
