"""Brings a database from any older schema to this version's, and says where it stands.

A migration is one transaction: killed half-way, the database is as it was before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol, TypeVar

from sqlalchemy import Connection, inspect, text

from adapters.database.address import existing
from adapters.database.errors import DatabaseNotMigrated, DatabaseTooNew
from adapters.database.faults import ERRORS, fault_of
from adapters.database.files import reading

if TYPE_CHECKING:
    from alembic.config import Config

T = TypeVar("T")

REVISIONS = ("0001", "0002", "0003", "0004", "0005")
"""Every schema there has been, oldest first; known here so that a start needs no Alembic."""
NEWEST = REVISIONS[-1]

_LOCK = 7_307_521
"""Any number, as long as all versions use the same."""
_MIGRATIONS = Path(__file__).with_name("migrations")


class Database(Protocol):
    """Whatever runs a call on a connection in one transaction."""

    def direct(self, call: Callable[[Connection], T]) -> T:
        """Run `call` in a transaction."""


@dataclass(frozen=True, slots=True)
class State:
    """Where a database stands: `revision` is its schema, `None` while it has none."""

    revision: str | None

    @property
    def newest(self) -> str:
        """The schema of this version."""
        return NEWEST

    @property
    def standing(self) -> Literal["missing", "behind", "current", "newer"]:
        """How the schema compares to this version's."""
        if self.revision is None:
            return "missing"
        if self.revision not in REVISIONS:
            return "newer"
        return "current" if self.revision == NEWEST else "behind"


def check(url: str) -> State:
    """Say where a database file stands, also while the bot is running; change nothing."""
    path = existing(url)
    try:
        with reading(path) as connection:
            return state_of(connection)
    except ERRORS as error:
        raise fault_of(error, str(path)) or error from error


def prepare(database: Database, shown: str, *, upgrade: bool) -> State:
    """Make sure that this version can work with a database; return where it stood before.

    Raises:
        DatabaseTooNew: If a newer version has changed it.
        DatabaseNotMigrated: If it is older and must not be upgraded.
    """
    before = database.direct(state_of)
    if before.standing == "current":
        return before
    if before.standing == "newer":
        raise DatabaseTooNew(shown, str(before.revision))
    if not upgrade:
        raise DatabaseNotMigrated(shown, before.revision)
    database.direct(migrate)
    return before


def state_of(connection: Connection) -> State:
    """Say where the database behind a connection stands."""
    if not inspect(connection).has_table("alembic_version"):
        return State(None)
    return State(connection.execute(text("SELECT version_num FROM alembic_version")).scalar())


def migrate(connection: Connection) -> None:
    """Run every migration that is missing, within the connection's transaction."""
    if connection.dialect.name == "postgresql":
        begin_alone(connection)
    take_steps(connection)


def begin_alone(connection: Connection) -> None:
    """Wait until no other process changes a server's tables, and see then what it has done."""
    connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")


def take_steps(connection: Connection) -> None:
    """Do the same as `migrate` where nobody else is at it."""
    # Alembic takes longer to load than everything else, and most starts do without it.
    from alembic import command  # noqa: PLC0415

    config = alembic_config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def alembic_config() -> Config:
    """Return Alembic's settings, which need no file."""
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
