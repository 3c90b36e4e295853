"""The stores that every contract is held against."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol, TypeVar

import pytest

from adapters.database.connect import open_store
from bot.ports.work import Store, Work
from tests.fakes import MemoryStore
from tests.servers.postgres import empty

T = TypeVar("T")


class AnyStore(Store, Protocol):
    """A store that can also be called without an event loop."""

    def call(self, call: Callable[[Work], T]) -> T: ...

    def close(self) -> None: ...


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an empty database of the newest schema, to be copied."""
    path = tmp_path_factory.mktemp("template") / "empty.db"
    open_store(f"sqlite:///{path}", durable=False).close()
    return path


@pytest.fixture
def path(migrated: Path, tmp_path: Path) -> Path:
    """Return a database file of the test's own."""
    return Path(shutil.copy(migrated, tmp_path / "loopmates.db"))


@pytest.fixture
def url(tables: str) -> Iterator[str]:
    """Return the URL of a database of the newest schema that holds nothing yet."""
    yield tables
    empty(tables)


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def store(request: pytest.FixtureRequest) -> Iterator[AnyStore]:
    if request.param == "memory":
        yield MemoryStore()
        return
    if request.param == "postgres":
        url = request.getfixturevalue("url")
    else:
        url = f"sqlite:///{request.getfixturevalue('path')}"
    with open_store(url, durable=False) as opened:
        yield opened
