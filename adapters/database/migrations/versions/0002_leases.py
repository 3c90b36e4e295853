"""Leases, and one order of ids on every server, whatever language it speaks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# As it was with this step: whatever column of words there is.
_WORDS = """
    SELECT table_name, column_name, data_type FROM information_schema.columns
    WHERE table_schema = current_schema() AND table_name <> 'alembic_version'
    AND data_type IN ('character varying', 'text')
    ORDER BY table_name, ordinal_position
"""
_MEMBERS_WORDS = (
    ("answers", "heard"),
    ("answers", "read"),
    ("members", "name"),
    ("members", "past"),
    ("outbox", "act"),
    ("practices", "said"),
    ("reviews", "sheet"),
)


def upgrade() -> None:
    op.create_table(
        "leases",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("token", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )
    if op.get_context().dialect.name == "postgresql":
        _order_bytewise(op.get_bind())
        _keep_no_samples()


def _order_bytewise(connection: sa.Connection) -> None:
    """Compare words byte by byte, as SQLite does; on most servers a language would decide."""
    changes: dict[str, list[str]] = {}
    for table, column, kind in connection.exec_driver_sql(_WORDS):
        change = f'ALTER "{column}" TYPE {kind} COLLATE "C"'
        changes.setdefault(table, []).append(change)
    for table, those in changes.items():
        op.execute(f'ALTER TABLE "{table}" {", ".join(those)}')


def _keep_no_samples() -> None:
    """Keep members' words out of the server's statistics, where nobody could erase them."""
    for table, column in _MEMBERS_WORDS:
        op.execute(f'ALTER TABLE "{table}" ALTER "{column}" SET STATISTICS 0')


def downgrade() -> None:
    op.drop_table("leases")
