"""Second takes, reasons, mentors, model answers rated, and what waits for a digest."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("members") as members:
        members.add_column(sa.Column("zone", _words(), nullable=True))
        members.add_column(_flag("mentor"))
        members.add_column(_flag("anonymous"))
        members.add_column(sa.Column("muted_until", sa.Date(), nullable=True))
    with op.batch_alter_table("answers") as answers:
        answers.add_column(sa.Column("take", sa.Integer(), nullable=False, server_default="1"))
        answers.add_column(sa.Column("first", _words(), nullable=True))
        answers.drop_constraint("uq_answers_prompt_author", type_="unique")
        answers.create_unique_constraint(
            op.f("uq_answers_prompt_author_take"), ["prompt", "author", "take"]
        )
    with op.batch_alter_table("reviews") as reviews:
        reviews.add_column(sa.Column("reason", _words(), nullable=False, server_default=""))
        reviews.add_column(sa.Column("because", _words(), nullable=False, server_default=""))
    _calibrations()
    _deferred()


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())


def _calibrations() -> None:
    op.create_table(
        "calibrations",
        sa.Column("cohort", _words(), nullable=False),
        sa.Column("workspace", _words(), nullable=False),
        sa.Column("user", _words(), nullable=False),
        sa.Column("model", _words(), nullable=False),
        sa.Column("scores", _text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("cohort", "user", "model", name=op.f("pk_calibrations")),
    )
    op.create_index(
        "ix_calibrations_workspace_user", "calibrations", ["workspace", "user"], unique=False
    )


def _deferred() -> None:
    op.create_table(
        "deferred",
        sa.Column("id", _words(), nullable=False),
        sa.Column("workspace", _words(), nullable=False),
        sa.Column("user", _words(), nullable=False),
        sa.Column("cohort", _words(), nullable=False),
        sa.Column("message", _text(), nullable=False),
        sa.Column("subject", _words(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deferred")),
    )
    op.create_index("ix_deferred_workspace_user", "deferred", ["workspace", "user"], unique=False)
    if op.get_context().dialect.name == "postgresql":
        # Members' words stay out of the server's statistics, where nobody could erase them.
        op.execute('ALTER TABLE "deferred" ALTER "message" SET STATISTICS 0')


def _words() -> sa.String:
    """Return words that are compared byte by byte everywhere, as since step 0002."""
    return sa.String().with_variant(sa.String(collation="C"), "postgresql")


def _text() -> sa.Text:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def downgrade() -> None:
    op.drop_table("deferred")
    op.drop_table("calibrations")
    with op.batch_alter_table("reviews") as reviews:
        reviews.drop_column("because")
        reviews.drop_column("reason")
    with op.batch_alter_table("answers") as answers:
        answers.drop_constraint("uq_answers_prompt_author_take", type_="unique")
        answers.create_unique_constraint(op.f("uq_answers_prompt_author"), ["prompt", "author"])
        answers.drop_column("first")
        answers.drop_column("take")
    with op.batch_alter_table("members") as members:
        for name in ("muted_until", "anonymous", "mentor", "zone"):
            members.drop_column(name)
