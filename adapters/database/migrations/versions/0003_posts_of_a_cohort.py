"""An index of what a cohort was to be told when, for the line about how it arrived."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_outbox_cohort",
        "outbox",
        ["cohort", "at"],
        unique=False,
        sqlite_where=sa.text("kind = 'post' AND cohort IS NOT NULL"),
        postgresql_where=sa.text("kind = 'post' AND cohort IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_outbox_cohort", table_name="outbox")
