"""How every test runs: nothing in it may depend on how fast this machine is today.

The PostgreSQL server of the tests starts with the first test that asks for it, and is the same
for all the others of this process; each test has a database of its own on it, or leaves a shared
one empty.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests import examples

if TYPE_CHECKING:
    from tests.servers.postgres import PostgresServer

examples.load()


def pytest_collection_finish() -> None:
    """Leave what was loaded out of every later search for garbage.

    Thousands of tests stay loaded to the end; going through all of them again and again took a
    quarter of the time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000)


@pytest.fixture(scope="session")
def server() -> Iterator[PostgresServer]:
    """Return a PostgreSQL server."""
    # Most tests need none, and its driver takes a while to load.
    from tests.servers.postgres import postgres  # noqa: PLC0415

    with postgres() as running:
        yield running


@pytest.fixture(scope="session")
def template(server: PostgresServer) -> Iterator[str]:
    """Return the name of an empty database of the newest schema, to be copied."""
    from sqlalchemy import make_url  # noqa: PLC0415  (as above)

    from adapters.database.connect import open_store  # noqa: PLC0415

    with server.database() as url:
        open_store(url).close()
        yield str(make_url(url).database)


@pytest.fixture(scope="session")
def tables(server: PostgresServer, template: str) -> Iterator[str]:
    """Return the URL of a database that all tests of this process share: leave it empty."""
    with server.database(template) as url:
        yield url
