"""No statement reads more of the database than it needs, however large that has become."""

from __future__ import annotations

import importlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pytest
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql import Delete, Insert, Select, Update

from adapters.database import repositories
from adapters.database.statements import Saving

MODULES = [
    *(
        f"adapters.database.repositories.{each.name}"
        for each in iter_modules(repositories.__path__)
    ),
    "adapters.database.outbox",
    "adapters.database.relay",
    "adapters.database.erasure",
]

NO_TABLES = ("USING", "CONSTANT", "json_each VIRTUAL TABLE")
"""An index, values, or a list that is given."""
WHOLE_TABLES = {"adapters.database.relay._COUNTS": "is asked for by operators only"}


def _statements() -> Iterator[Any]:
    for module in MODULES:
        for name, value in vars(importlib.import_module(module)).items():
            label = f"{module}.{name}"
            if isinstance(value, Saving):
                yield pytest.param(value.save, label, id=f"{label}.save")
                yield pytest.param(value.add, label, id=f"{label}.add")
            for number, each in enumerate(value if isinstance(value, tuple) else [value]):
                if isinstance(each, Select | Update | Delete | Insert):
                    yield pytest.param(each, label, id=f"{label}.{number}")


STATEMENTS = list(_statements())


def _plan(path: Path, statement: Any) -> list[str]:
    compiled = statement.compile(dialect=sqlite.dialect(paramstyle="named"))
    with closing(sqlite3.connect(path)) as connection:
        plan = connection.execute(f"EXPLAIN QUERY PLAN {compiled}", dict.fromkeys(compiled.params))
        return [step for *_, step in plan]


@pytest.mark.parametrize(("statement", "label"), STATEMENTS)
def test_a_statement_reads_no_whole_table(path: Path, statement: Any, label: str) -> None:
    scans = [step for step in _plan(path, statement) if step.startswith("SCAN")]

    if label not in WHOLE_TABLES:
        assert [step for step in scans if not any(each in step for each in NO_TABLES)] == []


@pytest.mark.parametrize(("statement", "label"), STATEMENTS)
def test_a_statement_can_be_said_in_postgresql(statement: Any, label: str) -> None:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]

    assert str(statement.compile(dialect=dialect)), label
