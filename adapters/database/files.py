"""Looks into a database file without ever writing to it, whoever owns it at the moment."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import StaticPool


@contextmanager
def reading(path: Path) -> Iterator[Connection]:
    """Give a connection that can only read."""
    engine = create_engine("sqlite://", creator=lambda: read_only(path), poolclass=StaticPool)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def read_only(path: Path) -> sqlite3.Connection:
    """Open a file for reading; a connection that cannot write takes no checkpoints either."""
    return sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=10)


def is_sound(path: Path) -> bool:
    """Tell whether SQLite finds nothing wrong with a file."""
    try:
        with closing(read_only(path)) as connection:
            (verdict,) = connection.execute("PRAGMA integrity_check").fetchone()
    except sqlite3.DatabaseError:
        return False
    return bool(verdict == "ok")
