"""The databases that are measured: both keep what they say, also when the power is cut."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from tests.servers.postgres import PostgresServer, postgres

KINDS = ("sqlite", "postgres")


@contextmanager
def database(kind: str) -> Iterator[str]:
    """Give the URL of a new one."""
    if kind == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{folder}/loopmates.db"
        return
    with server() as running, running.database() as url:
        yield url


@contextmanager
def server() -> Iterator[PostgresServer]:
    """Run a PostgreSQL that waits for the disk, as a real one does."""
    with postgres(fsync="on", synchronous_commit="on", full_page_writes="on") as running:
        yield running
