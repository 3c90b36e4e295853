"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


TABLES = (
    "agenda",
    "answers",
    "buried",
    "cards",
    "cohorts",
    "holds",
    "inbox",
    "lanes",
    "ledger",
    "members",
    "practices",
    "prompts",
    "reviews",
    "heard",
    "outbox",
)


def upgrade() -> None:
    op.create_table(
        "agenda",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "kind", "subject", name=op.f("pk_agenda")),
    )
    op.create_index(op.f("ix_agenda_at"), "agenda", ["at"], unique=False)

    op.create_table(
        "answers",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("cohort", sa.String(), nullable=False),
        sa.Column("prompt", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("heard", sa.Text(), nullable=False),
        sa.Column("first_said_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("read", sa.Text(), nullable=True),
        sa.Column("edited", sa.Boolean(), nullable=False),
        sa.Column("stage", sa.Integer(), nullable=False),
        sa.Column("allocated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("self_score", sa.Integer(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answers")),
        sa.UniqueConstraint("prompt", "author", name=op.f("uq_answers_prompt_author")),
    )
    op.create_index(
        "ix_answers_cohort_first_said_at", "answers", ["cohort", "first_said_at"], unique=False
    )
    op.create_index("ix_answers_workspace_author", "answers", ["workspace", "author"], unique=False)

    op.create_table(
        "buried",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "channel", "message", name=op.f("pk_buried")),
    )
    op.create_table(
        "cards",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("guide", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stability", sa.Float(), nullable=True),
        sa.Column("difficulty", sa.Float(), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.Integer(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "user", "guide", "question", name=op.f("pk_cards")),
    )
    op.create_table(
        "cohorts",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("guide", sa.String(), nullable=False),
        sa.Column("organisers", sa.Text(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reckoned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cohorts")),
    )
    op.create_index(
        "ix_cohorts_workspace_channel", "cohorts", ["workspace", "channel"], unique=False
    )
    op.create_index(
        "uq_cohorts_alive",
        "cohorts",
        ["workspace", "channel"],
        unique=True,
        sqlite_where=sa.text("status <> 'ended'"),
        postgresql_where=sa.text("status <> 'ended'"),
    )

    op.create_table(
        "holds",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("workspace", name=op.f("pk_holds")),
    )
    op.create_table(
        "inbox",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("digest", sa.String(length=32), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "digest", name=op.f("pk_inbox")),
    )
    op.create_index(op.f("ix_inbox_arrived_at"), "inbox", ["arrived_at"], unique=False)

    op.create_table(
        "lanes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lanes")),
        sa.UniqueConstraint("workspace", "name", name=op.f("uq_lanes_workspace_name")),
    )
    op.create_table(
        "ledger",
        sa.Column("cohort", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("cohort", "kind", "day", name=op.f("pk_ledger")),
    )
    op.create_table(
        "members",
        sa.Column("cohort", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("back_on", sa.Date(), nullable=True),
        sa.Column("away_from", sa.Date(), nullable=True),
        sa.Column("away_set_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("past", sa.Text(), nullable=False),
        sa.Column("on_board", sa.Boolean(), nullable=False),
        sa.Column("track", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("cohort", "user", name=op.f("pk_members")),
    )
    op.create_index("ix_members_user_workspace", "members", ["user", "workspace"], unique=False)

    op.create_table(
        "practices",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("guide", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("post", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("hinted", sa.Boolean(), nullable=False),
        sa.Column("rate_post", sa.String(), nullable=True),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practices")),
    )
    op.create_index(
        "ix_practices_workspace_user_asked_at",
        "practices",
        ["workspace", "user", "asked_at"],
        unique=False,
    )
    op.create_index(
        "uq_practices_open",
        "practices",
        ["workspace", "user"],
        unique=True,
        sqlite_where=sa.text("status IN ('asked', 'answered')"),
        postgresql_where=sa.text("status IN ('asked', 'answered')"),
    )

    op.create_table(
        "prompts",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("cohort", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("post", sa.String(), nullable=False),
        sa.Column("missed", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prompts")),
        sa.UniqueConstraint("cohort", "day", name=op.f("uq_prompts_cohort_day")),
        sa.UniqueConstraint("cohort", "question", name=op.f("uq_prompts_cohort_question")),
    )
    op.create_index("ix_prompts_closes_at", "prompts", ["closes_at"], unique=False)
    op.create_table(
        "reviews",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("cohort", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("reviewer", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("post", sa.String(), nullable=False),
        sa.Column("stage", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("taps", sa.Text(), nullable=False),
        sa.Column("sheet", sa.Text(), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("helpful", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
        sa.UniqueConstraint("answer", "reviewer", name=op.f("uq_reviews_answer_reviewer")),
    )
    op.create_index("ix_reviews_cohort_author", "reviews", ["cohort", "author"], unique=False)
    op.create_index("ix_reviews_cohort_rated_at", "reviews", ["cohort", "rated_at"], unique=False)
    op.create_index("ix_reviews_cohort_reviewer", "reviews", ["cohort", "reviewer"], unique=False)
    op.create_index(
        "ix_reviews_workspace_reviewer_status",
        "reviews",
        ["workspace", "reviewer", "status"],
        unique=False,
    )

    op.create_table(
        "heard",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["answer"], ["answers.id"], name=op.f("fk_heard_answer_answers"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("workspace", "channel", "message", name=op.f("pk_heard")),
    )
    op.create_index(op.f("ix_heard_answer"), "heard", ["answer"], unique=False)

    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("lane", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("act", sa.Text(), nullable=True),
        sa.Column("thread_of", sa.String(), nullable=True),
        sa.Column("target", sa.String(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("cohort", sa.String(), nullable=True),
        sa.Column("night_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("night_to", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("claim_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("token", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("receipt_channel", sa.String(), nullable=True),
        sa.Column("receipt_message", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["lane"], ["lanes.id"], name=op.f("fk_outbox_lane_lanes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
        sa.UniqueConstraint("lane", "seq", name=op.f("uq_outbox_lane_seq")),
    )
    op.create_index(
        "ix_outbox_claim_at",
        "outbox",
        ["claim_at"],
        unique=False,
        sqlite_where=sa.text("settled_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL"),
    )
    op.create_index(
        "ix_outbox_dead",
        "outbox",
        ["settled_at"],
        unique=False,
        sqlite_where=sa.text("state = 'dead'"),
        postgresql_where=sa.text("state = 'dead'"),
    )
    op.create_index(
        "ix_outbox_receipt",
        "outbox",
        ["workspace", "receipt_channel", "receipt_message"],
        unique=False,
    )
    op.create_index(
        "ix_outbox_target",
        "outbox",
        ["target"],
        unique=False,
        sqlite_where=sa.text("target IS NOT NULL AND settled_at IS NULL"),
        postgresql_where=sa.text("target IS NOT NULL AND settled_at IS NULL"),
    )
    op.create_index(
        "ix_outbox_unsettled",
        "outbox",
        ["lane", "seq"],
        unique=False,
        sqlite_where=sa.text("settled_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL"),
    )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
