"""A server's database is given back in time, whoever else is in the way."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psycopg

from adapters.database.connect import open_store
from adapters.database.errors import DatabaseFault
from adapters.database.postgres import CLOSING, PostgresStore
from app.wiring import stopwatch
from bot.ids import UserId
from tests.factories import WORKSPACE, a_member, a_post

ENOUGH = 3.0
"""It takes one second, and this machine may be busy."""


@contextmanager
def locked(url: str, *tables: str) -> Iterator[None]:
    """Have somebody else keep everybody out of some tables."""
    with psycopg.connect(url) as connection:
        for each in tables:
            connection.execute(f"LOCK TABLE {each} IN ACCESS EXCLUSIVE MODE".encode())
        yield


def waited_for(url: str, locks: int) -> None:
    """Return once so many wait for a lock."""
    query = "SELECT count(*) FROM pg_locks WHERE NOT granted"
    with psycopg.connect(url, autocommit=True) as connection:
        while connection.execute(query).fetchone() != (locks,):
            pass


def closing(store: PostgresStore) -> float:
    passed = stopwatch()
    store.close()
    return passed()


def test_a_locked_table_keeps_nobody_from_closing_and_nothing_of_it_is_kept(url: str) -> None:
    store = open_store(url)
    assert isinstance(store, PostgresStore)
    calls: list[Callable[[], object]] = [
        lambda: store.call(lambda work: work.members.save(a_member(UserId("U1")))),
        lambda: store.call(lambda work: work.members.save(a_member(UserId("U2")))),
        lambda: store.loosely(lambda c: c.exec_driver_sql("SELECT * FROM members").all()),
        lambda: store.lease("night", "one", CLOSING),
    ]
    with ThreadPoolExecutor(len(calls)) as callers:
        with locked(url, "members", "leases"):
            futures = [callers.submit(each) for each in calls]
            waited_for(url, len(calls))
            took = closing(store)
        faults = [each.exception() for each in futures]

    assert took < ENOUGH
    assert all(isinstance(each, DatabaseFault) for each in faults)
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT count(*) FROM members").fetchone() == (0,)
    store.close()


def test_what_was_to_be_swept_out_keeps_nobody_from_closing(url: str) -> None:
    store = open_store(url)
    assert isinstance(store, PostgresStore)
    with locked(url, "practices", "cards"):
        store._sweeper.sweep()
        waited_for(url, 1)

        assert closing(store) < ENOUGH


def test_what_ends_in_time_is_kept_though_it_is_closed_meanwhile(url: str) -> None:
    store = open_store(url)
    begun, go = threading.Event(), threading.Event()

    def slow(work: object) -> None:
        del work
        begun.set()
        go.wait(5)

    def both() -> None:
        store.call(lambda work: (slow(work), work.outbox.put(a_post("1", workspace=WORKSPACE))))

    with ThreadPoolExecutor(2) as callers:
        put = callers.submit(both)
        begun.wait(5)
        closed = callers.submit(store.close)
        go.set()
        put.result()
        closed.result()

    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT count(*) FROM outbox").fetchone() == (1,)
