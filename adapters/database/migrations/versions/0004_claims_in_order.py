"""What is to be sent stands in the order in which it is claimed, so that a claim reads no more."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _index("claim_at", "id")


def downgrade() -> None:
    _index("claim_at")


def _index(*columns: str) -> None:
    op.drop_index("ix_outbox_claim_at", table_name="outbox")
    op.create_index(
        "ix_outbox_claim_at",
        "outbox",
        list(columns),
        unique=False,
        sqlite_where=sa.text("settled_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL"),
    )
