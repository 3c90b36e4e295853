"""The commands for the database: `loopmates db upgrade | check | backup | restore | move`.

Rule: as in app.cli; how it is done is in app.databases.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from app.platforms_cli import checked
from app.starting import settings as _settings


@click.group()
def db() -> None:
    """Look after the database."""


@db.command("upgrade")
def db_upgrade() -> None:
    """Bring the database's tables up to date; harmless when they are."""
    from app import databases  # noqa: PLC0415

    databases.upgrade(_settings())


@db.command("check")
def db_check() -> None:
    """Tell whether the database is there, sound and up to date."""
    from app import databases  # noqa: PLC0415

    sys.exit(databases.check(_settings()))


@db.command("backup")
@click.argument("path", type=click.Path(path_type=Path))
def db_backup(path: Path) -> None:
    """Copy the database to a new file, also while the coach runs."""
    from app import databases  # noqa: PLC0415

    databases.backup(_settings(), path)


@db.command("restore")
@click.argument("path", type=click.Path(path_type=Path))
def db_restore(path: Path) -> None:
    """Put a backup back; what was there before is kept beside it."""
    from app import databases  # noqa: PLC0415

    databases.restore(_settings(), path)


@db.command("move")
@click.argument("source")
@click.argument("target", required=False)
def db_move(source: str, target: str | None) -> None:
    """Copy the file SOURCE (sqlite:///FILE) into an empty server, and compare.

    Without TARGET into the one that DATABASE_URL names, which keeps its password to itself.
    """
    from app import databases, values  # noqa: PLC0415

    given = target or _settings().database_url
    databases.move(*(checked("db move", values.database_url, url) for url in (source, given)))
