"""The doctor looks at a PostgreSQL server: each fault has its line and its cure."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import chdir
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.database.connect import open_store
from adapters.database.vitals import Vitals
from app import wiring
from app.doctor import Outside, examine
from app.doctor_server import checks
from tests.servers.postgres import PostgresServer

WELL = Vitals("17.2", True, timedelta(), timedelta(milliseconds=1), 90, 100)
OUTSIDE = Outside(wiring.now, asyncio.sleep)


def asked(url: str) -> dict[str, str]:
    """Return the settings of a process that needs nothing but a database."""
    return {"DATABASE_URL": url, "LOOPMATES_ROLES": "scheduler"}


@pytest.fixture(autouse=True)
def here(tmp_path: Path) -> Iterator[None]:
    with chdir(tmp_path):
        yield


def test_a_server_that_is_well_is_told_with_its_figures(server: PostgresServer) -> None:
    with server.database() as url:
        open_store(url).close()

        found = {each.name: each for each in examine(asked(url), Path(".env"), OUTSIDE)}

    assert "is up to date" in found["database"].found
    assert found["database server"].found.startswith("PostgreSQL 1")
    assert found["database clock"].ok
    assert "ms for a short question" in found["database distance"].found
    assert found["database connections"].ok
    assert "disk" not in found


def test_a_server_without_tables_is_fine_and_gets_them_at_the_first_start(
    server: PostgresServer,
) -> None:
    with server.database() as url:
        checked = examine(asked(url), Path(".env"), OUTSIDE)

    (found,) = [each for each in checked if each.name == "database"]
    assert all(each.ok for each in checked)
    assert "gets its tables at the first start" in found.found


def test_a_server_that_is_away_is_a_line_with_its_cure_and_without_its_password() -> None:
    url = "postgresql://somebody:canary@127.0.0.1:1/name"

    checked = examine(asked(url), Path(".env"), OUTSIDE)

    (wrong,) = [each for each in checked if not each.ok]
    assert wrong.name == "database"
    assert wrong.cure
    assert "canary" not in str(checked)


def test_offline_a_server_is_not_asked() -> None:
    url = "postgresql://somebody:canary@127.0.0.1:1/name"

    checked = examine(asked(url), Path(".env"))

    assert all(each.ok for each in checked)


@pytest.mark.parametrize(
    ("vitals", "name", "cure"),
    [
        (Vitals("14.9", False, timedelta(), timedelta(), 90, 100), "database server", "15 or"),
        (Vitals("17", True, timedelta(seconds=9), timedelta(), 90, 100), "database clock", "NTP"),
        (Vitals("17", True, -timedelta(seconds=9), timedelta(), 90, 100), "database clock", "NTP"),
        (
            Vitals("17", True, timedelta(), timedelta(seconds=1), 90, 100),
            "database distance",
            "near",
        ),
        (
            Vitals("17", True, timedelta(), timedelta(), 3, 100),
            "database connections",
            "max_connections",
        ),
    ],
)
def test_each_fault_of_a_server_has_its_line_and_its_cure(
    vitals: Vitals, name: str, cure: str
) -> None:
    assert all(each.ok and not each.cure for each in checks(WELL))

    (wrong,) = [each for each in checks(vitals) if not each.ok]

    assert wrong.name == name
    assert cure in wrong.cure
