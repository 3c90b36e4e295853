"""What a claim costs a server: a few rows from the front of an index, however many are due."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import Connection, make_url

from adapters.database.connect import open_store
from adapters.database.postgres import PostgresStore
from adapters.database.unit_of_work import UnitOfWork
from bot.ids import UserId
from bot.messages import Direct
from bot.ports.work import Work
from tests.factories import NOW, a_post
from tests.servers.postgres import PostgresServer

BURST = 1_000
LIMIT = 20
READ = (
    "SELECT seq_tup_read + coalesce(idx_tup_fetch, 0) FROM pg_stat_xact_user_tables "
    "WHERE relname = 'outbox'"
)
"""Rows that the server has read for this connection and has not yet told anybody else of."""


_NOT_BY_ITSELF = "ALTER TABLE outbox SET (autovacuum_enabled = false)"


def _burst(work: Work, name: str = "") -> None:
    for number in range(BURST):
        work.outbox.put(a_post(f"{name}{number}", place=Direct(UserId(f"U{number}"))))


def _read_by_a_claim(connection: Connection) -> int:
    # In one transaction, because what was read is told on after it.
    connection.exec_driver_sql("BEGIN")
    before = connection.exec_driver_sql(READ).scalar() or 0
    claimed = UnitOfWork(connection).relay.claim(NOW, timedelta(minutes=1), LIMIT)
    after = connection.exec_driver_sql(READ).scalar() or 0
    connection.exec_driver_sql("COMMIT")
    assert len(claimed) == LIMIT
    return int(after - before)


def _all_said(connection: Connection) -> None:
    """Let nothing wait any more."""
    connection.exec_driver_sql("UPDATE outbox SET state = 'sent', settled_at = at, act = NULL")


@pytest.mark.parametrize(
    "counted", ["never", "when empty", "when nothing waited", "when all waited"]
)
def test_a_claim_from_a_burst_reads_few_of_it_whenever_the_server_counted(
    server: PostgresServer, template: str, counted: str
) -> None:
    with server.database(template) as url, open_store(url) as store:
        assert isinstance(store, PostgresStore)
        # Only what the test does is counted.
        store.loosely(lambda c: c.exec_driver_sql(_NOT_BY_ITSELF))
        if counted == "when empty":
            store.loosely(lambda c: c.exec_driver_sql("VACUUM ANALYZE outbox"))
        if counted == "when nothing waited":
            store.call(lambda work: _burst(work, "old"))
            store.loosely(_all_said)
            store.loosely(lambda c: c.exec_driver_sql("ANALYZE outbox"))
        store.call(_burst)
        if counted == "when all waited":
            store.loosely(lambda c: c.exec_driver_sql("ANALYZE outbox"))

        read = [store.loosely(_read_by_a_claim) for _ in range(8)]

    assert max(read) < 15 * LIMIT, read


def test_a_delivery_sees_what_others_commit_whatever_the_server_does_by_itself(
    server: PostgresServer, template: str
) -> None:
    with server.database(template) as url:
        strict = f'ALTER DATABASE "{make_url(url).database}" SET default_transaction_isolation = '
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"{strict} 'serializable'".encode())
        with open_store(url) as store:
            assert isinstance(store, PostgresStore)
            how = store.loosely(lambda c: c.exec_driver_sql("SHOW transaction_isolation").scalar())

    assert how == "read committed"
