"""Leases: one holder at a time, a higher token for each new one."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, timedelta
from pathlib import Path

import psycopg
import pytest

from adapters.database.connect import open_store
from adapters.database.store import DatabaseStore

MINUTE = timedelta(minutes=1)
OVER = timedelta(seconds=-1)


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> Iterator[DatabaseStore]:
    if request.param == "sqlite":
        url = f"sqlite:///{request.getfixturevalue('path')}"
    else:
        url = request.getfixturevalue("url")
    with open_store(url) as store:
        yield store


def test_a_lease_keeps_its_token_while_it_is_renewed(database: DatabaseStore) -> None:
    assert [database.lease("night", "one", MINUTE) for _ in range(3)] == [1, 1, 1]


def test_a_lease_that_was_given_back_goes_to_the_next_with_a_higher_token(
    database: DatabaseStore,
) -> None:
    first = database.lease("night", "one", MINUTE)
    database.give_back("night", "one")

    assert (first, database.lease("night", "two", MINUTE)) == (1, 2)


def test_taking_again_what_was_given_back_gets_a_new_token(database: DatabaseStore) -> None:
    database.lease("night", "one", MINUTE)
    database.give_back("night", "one")

    assert database.lease("night", "one", MINUTE) == 2


def test_leases_of_other_names_are_others(database: DatabaseStore) -> None:
    database.lease("night", "one", MINUTE)
    database.give_back("day", "one")

    assert database.lease("day", "two", MINUTE) == 1


def test_a_lease_of_somebody_else_is_not_given(url: str) -> None:
    with open_store(url) as one, open_store(url) as two:
        one.lease("night", "one", MINUTE)

        assert two.lease("night", "two", MINUTE) is None


def test_nobody_gives_back_a_lease_of_somebody_else(url: str) -> None:
    with open_store(url) as one, open_store(url) as two:
        one.lease("night", "one", MINUTE)
        two.give_back("night", "two")

        assert two.lease("night", "two", MINUTE) is None


def test_a_lease_that_has_run_out_goes_to_whoever_asks_first(url: str) -> None:
    with open_store(url) as one, open_store(url) as two:
        one.lease("night", "one", OVER)

        assert two.lease("night", "two", MINUTE) == 2
        assert one.lease("night", "one", MINUTE) is None


def test_a_lease_runs_on_the_clock_of_the_server(url: str) -> None:
    with open_store(url) as store:
        before = store.server_time()
        told = store.direct(lambda c: c.exec_driver_sql("SELECT now()").scalar_one())
        after = store.server_time()

    assert before is not None
    assert after is not None
    assert before < told < after
    assert before.tzinfo is UTC


def test_whoever_waits_sees_a_lease_being_renewed_and_given_back(url: str) -> None:
    with open_store(url) as one, open_store(url) as two:
        seen = [two.lent("night", "two")]
        for lasts in (MINUTE, MINUTE, OVER):
            one.lease("night", "one", lasts)
            seen.append(two.lent("night", "two"))
        assert one.lent("night", "one") is None
        one.give_back("night", "one")
        seen.append(two.lent("night", "two"))

    first, *between, last = seen
    assert (first, last) == (None, None)
    assert len(set(between)) == 3
    assert None not in between


def _set_clock_back(url: str) -> None:
    """Do to the leases what a server's clock does that is set back by three hours."""
    with psycopg.connect(url) as connection:
        connection.execute("UPDATE leases SET until = until + interval '3 hours'")


def test_what_stood_still_is_taken_though_the_clock_was_set_back_and_what_was_renewed_is_not(
    url: str,
) -> None:
    with open_store(url) as one, open_store(url) as two:
        one.lease("night", "one", MINUTE)
        _set_clock_back(url)
        before = two.lent("night", "two")
        one.lease("night", "one", MINUTE)
        assert two.lease("night", "two", MINUTE, before) is None

        _set_clock_back(url)
        stale = two.lent("night", "two")
        assert stale is not None
        assert stale.holder == "one"
        assert two.lease("night", "two", MINUTE) is None
        assert two.lease("night", "two", MINUTE, stale) == 2
        assert one.lease("night", "one", MINUTE, stale) is None


def test_what_was_given_back_is_free_though_the_clock_was_set_back(url: str) -> None:
    with open_store(url) as one, open_store(url) as two:
        one.lease("night", "one", MINUTE)
        one.give_back("night", "one")
        _set_clock_back(url)

        assert two.lease("night", "two", MINUTE) == 2


def test_in_a_file_nobody_else_has_anything(path: Path) -> None:
    with open_store(f"sqlite:///{path}") as store:
        store.lease("night", "one", MINUTE)

        assert store.lent("night", "two") is None


def test_one_of_many_who_ask_at_the_same_time_gets_it(url: str) -> None:
    with open_store(url) as one, open_store(url) as two, ThreadPoolExecutor(8) as asking:
        jobs = [
            asking.submit([one, two][n % 2].lease, "night", f"holder {n}", MINUTE)
            for n in range(24)
        ]
        got = [job.result() for job in jobs]

    assert [token for token in got if token is not None] == [1]


async def test_a_lease_can_be_taken_from_the_event_loop(database: DatabaseStore) -> None:
    assert await database.leased("night", "one", MINUTE) == 1
    await database.given_back("night", "one")

    assert await database.leased("night", "two", MINUTE) == 2


def test_in_a_file_whoever_had_a_lease_before_is_dead(path: Path) -> None:
    with open_store(f"sqlite:///{path}") as before:
        before.lease("night", "one", MINUTE)

    with open_store(f"sqlite:///{path}") as now:
        assert now.lease("night", "two", MINUTE) == 2
        assert now.server_time() is None
        assert not now.shared
