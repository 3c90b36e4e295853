"""The tables of what is to be sent, and of which process may do what; see `tables`."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from adapters.database.columns import BigId, UtcDateTime, metadata

# A channel, or the direct message with one user: what is said there keeps its order.
lanes = Table(
    "lanes",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("workspace", String, nullable=False),
    Column("name", String, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("held_until", UtcDateTime),
    UniqueConstraint("workspace", "name"),
)

holds = Table(
    "holds",
    metadata,
    Column("workspace", String, primary_key=True),
    Column("until", UtcDateTime, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("key", String, nullable=False, unique=True),
    Column("workspace", String, nullable=False),
    Column("lane", BigId, ForeignKey("lanes.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("place", Text, nullable=False),
    Column("kind", String, nullable=False),
    Column("act", Text),
    Column("thread_of", String),
    Column("target", String),
    Column("at", UtcDateTime, nullable=False),
    Column("subject", String, nullable=False),
    Column("cohort", String),
    Column("night_from", UtcDateTime),
    Column("night_to", UtcDateTime),
    Column("state", String, nullable=False),
    Column("claim_at", UtcDateTime, nullable=False),
    Column("token", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("began_at", UtcDateTime),
    Column("error", String),
    Column("settled_at", UtcDateTime),
    Column("receipt_channel", String),
    Column("receipt_message", String),
    UniqueConstraint("lane", "seq"),
    Index("ix_outbox_receipt", "workspace", "receipt_channel", "receipt_message"),
)
_UNSETTLED = text("settled_at IS NULL")
Index(
    "ix_outbox_unsettled",
    outbox.c.lane,
    outbox.c.seq,
    sqlite_where=_UNSETTLED,
    postgresql_where=_UNSETTLED,
)
Index(
    "ix_outbox_claim_at",
    outbox.c.claim_at,
    outbox.c.id,
    sqlite_where=_UNSETTLED,
    postgresql_where=_UNSETTLED,
)
# A question's lane holds all that was ever said in its channel; a change looks only for those
# of the same post that have not left yet.
_CHANGE = text("target IS NOT NULL AND settled_at IS NULL")
Index(
    "ix_outbox_target",
    outbox.c.target,
    sqlite_where=_CHANGE,
    postgresql_where=_CHANGE,
)
_DEAD = text("state = 'dead'")
Index(
    "ix_outbox_dead",
    outbox.c.settled_at,
    sqlite_where=_DEAD,
    postgresql_where=_DEAD,
)
# What became of a cohort's posts of one day.
_OF_A_COHORT = text("kind = 'post' AND cohort IS NOT NULL")
Index(
    "ix_outbox_cohort",
    outbox.c.cohort,
    outbox.c.at,
    sqlite_where=_OF_A_COHORT,
    postgresql_where=_OF_A_COHORT,
)

# Who may do what only one process at a time may do; see leases.
leases = Table(
    "leases",
    metadata,
    Column("name", String, primary_key=True),
    Column("holder", String, nullable=False),
    Column("token", Integer, nullable=False),
    Column("until", UtcDateTime, nullable=False),
)
