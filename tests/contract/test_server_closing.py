"""A server's database is given back in time, whoever else is in the way."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psycopg
import pytest
from sqlalchemy import event
from sqlalchemy.exc import DataError

from adapters.database.address import parse
from adapters.database.connect import open_store
from adapters.database.connections import Connections
from adapters.database.errors import DatabaseFault, DatabaseUnusable
from adapters.database.postgres import CLOSING, THREADS, PostgresStore, engine_of
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


def test_who_is_connecting_when_all_are_cut_off_gets_a_fault_and_begins_nothing(url: str) -> None:
    store = open_store(url)
    assert isinstance(store, PostgresStore)
    connecting, there = threading.Semaphore(0), threading.Event()

    @event.listens_for(store._engine, "do_connect")
    def far_away(*_: object) -> None:
        connecting.release()
        there.wait(20)

    def save() -> None:
        store.call(lambda work: work.members.save(a_member(UserId("U1"))))

    with locked(url, "members"), ThreadPoolExecutor(5) as callers:
        futures = [callers.submit(save) for _ in range(4)]
        connecting.acquire(timeout=20)
        closed = callers.submit(closing, store)
        while not store._connections._over:
            pass
        there.set()
        faults = [each.exception() for each in futures]
        took = closed.result()

    assert took < ENOUGH
    assert [type(each) for each in faults] == [DatabaseUnusable] * 4


async def test_whoever_waits_for_a_turn_gets_a_fault_and_is_not_cancelled(url: str) -> None:
    store = open_store(url)
    assert isinstance(store, PostgresStore)
    with locked(url, "members", "leases"):
        saved = [
            store.run(lambda work: work.members.save(a_member(UserId("U1"))))
            for _ in range(THREADS + 2)
        ]
        leased = [store.leased("night", "one", CLOSING) for _ in range(2)]
        asking = asyncio.gather(*saved, *leased, return_exceptions=True)
        await asyncio.to_thread(waited_for, url, THREADS + 1)
        took = await asyncio.to_thread(closing, store)
        faults = await asking

    assert took < ENOUGH
    assert [each for each in faults if not isinstance(each, DatabaseFault)] == []


def test_a_connection_that_cannot_be_made_ready_is_closed(url: str) -> None:
    engine = engine_of(parse(url), busy_timeout_seconds=5)
    happened: list[str] = []
    for name in ("connect", "close"):
        event.listen(engine, name, lambda *_, name=name: happened.append(name))
    connections = Connections(parse(url), engine, "SELECT 1/0")

    with pytest.raises(DataError) as kept:
        connections.transact(lambda connection: connection)

    assert kept.value is not None
    # The first is SQLAlchemy's own look at the server.
    assert happened.count("connect") == happened.count("close") > 0


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
