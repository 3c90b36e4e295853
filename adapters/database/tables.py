"""The tables, and the unique keys behind every promise.

A table holds what its repository needs and nothing is computed here.  Values that are only
read whole (a plan, a message, the parts of an answer) are JSON text; whatever is looked up,
compared or counted has a column of its own.  References exist only between tables of one
repository: the ports promise nothing about the order in which different nouns are saved.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from adapters.database.columns import UtcDateTime, metadata

inbox = Table(
    "inbox",
    metadata,
    Column("workspace", String, nullable=False),
    Column("digest", String(32), nullable=False),
    Column("arrived_at", UtcDateTime, nullable=False, index=True),
    PrimaryKeyConstraint("workspace", "digest"),
)

cohorts = Table(
    "cohorts",
    metadata,
    Column("id", String, primary_key=True),
    Column("workspace", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("guide", String, nullable=False),
    Column("organisers", Text, nullable=False),
    Column("plan", Text, nullable=False),
    Column("rules", Text, nullable=False),
    Column("status", String, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("reckoned_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Index("ix_cohorts_workspace_channel", "workspace", "channel"),
)
_ALIVE = text("status <> 'ended'")
Index(
    "uq_cohorts_alive",
    cohorts.c.workspace,
    cohorts.c.channel,
    unique=True,
    sqlite_where=_ALIVE,
    postgresql_where=_ALIVE,
)

members = Table(
    "members",
    metadata,
    Column("cohort", String, nullable=False),
    Column("workspace", String, nullable=False),
    Column("user", String, nullable=False),
    Column("name", String, nullable=False),
    Column("joined_at", UtcDateTime, nullable=False),
    Column("left_at", UtcDateTime),
    Column("back_on", Date),
    Column("away_from", Date),
    Column("away_set_at", UtcDateTime),
    Column("past", Text, nullable=False),
    Column("on_board", Boolean, nullable=False),
    Column("track", String),
    Column("zone", String),
    Column("mentor", Boolean, nullable=False),
    Column("anonymous", Boolean, nullable=False),
    Column("muted_until", Date),
    PrimaryKeyConstraint("cohort", "user"),
    Index("ix_members_user_workspace", "user", "workspace"),
)

prompts = Table(
    "prompts",
    metadata,
    Column("id", String, primary_key=True),
    Column("workspace", String, nullable=False),
    Column("cohort", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("question", String, nullable=False),
    Column("day", Date, nullable=False),
    Column("number", Integer, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("closes_at", UtcDateTime, nullable=False),
    Column("post", String, nullable=False),
    Column("missed", Text, nullable=False),
    UniqueConstraint("cohort", "day"),
    UniqueConstraint("cohort", "question"),
    Index("ix_prompts_closes_at", "closes_at"),
)

answers = Table(
    "answers",
    metadata,
    Column("id", String, primary_key=True),
    Column("workspace", String, nullable=False),
    Column("cohort", String, nullable=False),
    Column("prompt", String, nullable=False),
    Column("question", String, nullable=False),
    Column("author", String, nullable=False),
    Column("heard", Text, nullable=False),
    Column("first_said_at", UtcDateTime),
    Column("status", String, nullable=False),
    Column("private", Boolean, nullable=False),
    Column("late", Boolean, nullable=False),
    Column("read", Text),
    Column("edited", Boolean, nullable=False),
    Column("stage", Integer, nullable=False),
    Column("allocated_at", UtcDateTime),
    Column("result_at", UtcDateTime),
    Column("self_score", Integer),
    Column("due_at", UtcDateTime),
    Column("take", Integer, nullable=False),
    Column("first", String),
    UniqueConstraint("prompt", "author", "take"),
    Index("ix_answers_cohort_first_said_at", "cohort", "first_said_at"),
    Index("ix_answers_workspace_author", "workspace", "author"),
)

# Which answer a message belongs to; what it says is in answers.heard.
heard = Table(
    "heard",
    metadata,
    Column("workspace", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("message", String, nullable=False),
    Column(
        "answer", String, ForeignKey("answers.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    PrimaryKeyConstraint("workspace", "channel", "message"),
)

buried = Table(
    "buried",
    metadata,
    Column("workspace", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("message", String, nullable=False),
    Column("deleted_at", UtcDateTime, nullable=False),
    PrimaryKeyConstraint("workspace", "channel", "message"),
)

reviews = Table(
    "reviews",
    metadata,
    Column("id", String, primary_key=True),
    Column("workspace", String, nullable=False),
    Column("cohort", String, nullable=False),
    Column("answer", String, nullable=False),
    Column("author", String, nullable=False),
    Column("reviewer", String, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("post", String, nullable=False),
    Column("stage", Integer, nullable=False),
    Column("status", String, nullable=False),
    Column("taps", Text, nullable=False),
    Column("sheet", Text),
    Column("reminded_at", UtcDateTime),
    Column("rated_at", UtcDateTime),
    Column("helpful", Boolean),
    Column("reason", String, nullable=False),
    Column("because", String, nullable=False),
    UniqueConstraint("answer", "reviewer"),
    Index("ix_reviews_workspace_reviewer_status", "workspace", "reviewer", "status"),
    Index("ix_reviews_cohort_author", "cohort", "author"),
    Index("ix_reviews_cohort_reviewer", "cohort", "reviewer"),
    Index("ix_reviews_cohort_rated_at", "cohort", "rated_at"),
)

practices = Table(
    "practices",
    metadata,
    Column("id", String, primary_key=True),
    Column("workspace", String, nullable=False),
    Column("user", String, nullable=False),
    Column("guide", String, nullable=False),
    Column("question", String, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("post", String, nullable=False),
    Column("status", String, nullable=False),
    Column("said", Text, nullable=False),
    Column("hinted", Boolean, nullable=False),
    Column("rate_post", String),
    Column("heard_at", UtcDateTime),
    Column("score", Integer),
    Column("ended_at", UtcDateTime),
    Index("ix_practices_workspace_user_asked_at", "workspace", "user", "asked_at"),
)
_OPEN = text("status IN ('asked', 'answered')")
Index(
    "uq_practices_open",
    practices.c.workspace,
    practices.c.user,
    unique=True,
    sqlite_where=_OPEN,
    postgresql_where=_OPEN,
)

cards = Table(
    "cards",
    metadata,
    Column("workspace", String, nullable=False),
    Column("user", String, nullable=False),
    Column("guide", String, nullable=False),
    Column("question", String, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("stability", Float),
    Column("difficulty", Float),
    Column("reviewed_at", UtcDateTime),
    Column("state", Integer, nullable=False),
    Column("score", Float, nullable=False),
    PrimaryKeyConstraint("workspace", "user", "guide", "question"),
)

ledger = Table(
    "ledger",
    metadata,
    Column("cohort", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("day", Date, nullable=False),
    Column("outcome", String, nullable=False),
    Column("entered_at", UtcDateTime, nullable=False),
    PrimaryKeyConstraint("cohort", "kind", "day"),
)

agenda = Table(
    "agenda",
    metadata,
    Column("workspace", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("at", UtcDateTime, nullable=False, index=True),
    PrimaryKeyConstraint("workspace", "kind", "subject"),
)

# How a member rated a model answer.
calibrations = Table(
    "calibrations",
    metadata,
    Column("cohort", String, nullable=False),
    Column("workspace", String, nullable=False),
    Column("user", String, nullable=False),
    Column("model", String, nullable=False),
    Column("scores", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    PrimaryKeyConstraint("cohort", "user", "model"),
    Index("ix_calibrations_workspace_user", "workspace", "user"),
)

# What is not said yet, because enough was said to somebody that day.
deferred = Table(
    "deferred",
    metadata,
    Column("id", String, primary_key=True),
    Column("workspace", String, nullable=False),
    Column("user", String, nullable=False),
    Column("cohort", String, nullable=False),
    Column("message", Text, nullable=False),
    Column("subject", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index("ix_deferred_workspace_user", "workspace", "user"),
)
