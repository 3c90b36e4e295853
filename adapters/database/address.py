"""Where the database is: the only file that reads a database URL."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from adapters.database.errors import DatabaseUnusable, UnknownDatabase

_EMBEDDED = ("sqlite", "sqlite+pysqlite")
_SERVERS = ("postgres", "postgresql", "postgresql+psycopg")
"""The first is how hosting platforms call it."""


@dataclass(frozen=True, slots=True)
class Address:
    """A `server`; otherwise an embedded database: a file, or memory where `path` is `None`."""

    path: Path | None = None
    server: URL | None = None

    @property
    def shown(self) -> str:
        """How the database is called in front of an operator: never with its password."""
        if self.server is not None:
            at = self.server.host or "the local socket"
            port = f":{self.server.port}" if self.server.port else ""
            return f"the database “{self.server.database or ''}” at {at}{port}"
        return "the database in memory" if self.path is None else str(self.path)


def parse(url: str) -> Address:
    """Read a database URL; raise `UnknownDatabase` if there is nothing to store it in."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise UnknownDatabase(url.partition(":")[0][:20]) from error
    if parsed.drivername in _SERVERS:
        return Address(server=parsed.set(drivername="postgresql+psycopg"))
    if parsed.drivername not in _EMBEDDED or parsed.host:
        raise UnknownDatabase(parsed.drivername)
    if parsed.database in (None, "", ":memory:"):
        return Address()
    return Address(Path(str(parsed.database)).expanduser().resolve())


def existing(url: str, given_by: str = "DATABASE_URL") -> Path:
    """Return the file of a URL; raise `DatabaseUnusable` if there is none.

    `given_by` is what an operator has to look at then: the setting, or an argument.
    """
    address = parse(url)
    if address.server is not None:
        raise DatabaseUnusable(
            address.shown, "this is a server, not a file", "Use the server's own tools for it."
        )
    if address.path is None or not address.path.is_file():
        # A coach that is started makes the file the setting names, and no other.
        instead = ", or start the coach first" if given_by == "DATABASE_URL" else ""
        raise DatabaseUnusable(
            address.shown, "there is no such file", f"Check {given_by}{instead}."
        )
    return address.path
