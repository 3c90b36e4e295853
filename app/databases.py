"""The `db` commands: what the database is asked, and what came of it in words.

Rule: how it is done is known to `adapters.database` alone; faults pass through to the edge.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import click

from adapters.database import address, files, migrate
from adapters.database import backup as backups
from adapters.database.connect import open_store
from app.settings import Settings

_WORDS = {
    "current": ("is up to date", ""),
    "missing": ("holds no tables yet", "Run: loopmates db upgrade"),
    "behind": ("is behind this version", "Run: loopmates db upgrade"),
    "newer": ("was written by a newer version", "Install that version again"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of the database; `cure`, without its full stop, is empty if all is well."""

    ok: bool
    found: str
    cure: str = ""


def upgrade(settings: Settings) -> None:
    """Bring the tables up to date and say what was done; make the database if there is none."""
    file = _file(settings)
    before = migrate.check(settings.database_url).standing if file.is_file() else "missing"
    open_store(settings.database_url).close()
    done = {"current": "was up to date already", "missing": "has been made"}
    click.echo(f"{file} {done.get(before, 'has been brought up to date')}.")


def check(settings: Settings) -> int:
    """Print what is found of the database, and return the exit code."""
    finding = examine(settings)
    if finding.ok:
        click.echo(finding.found)
        return 0
    click.echo(f"error: {finding.found}. {finding.cure}.", err=True)
    return 1


def backup(settings: Settings, path: Path) -> None:
    """Copy the database to the new file `path`, and say where it is."""
    target = backups.backup(settings.database_url, path)
    click.echo(f"{target} holds the backup, {target.stat().st_size:,} bytes.")


def examine(settings: Settings) -> Finding:
    """Look at the database without changing anything.

    Raises:
        DatabaseFault: If it is there and cannot be read.
    """
    file = _file(settings)
    if not file.exists():
        return Finding(False, f"There is no file {file} yet", "Run: loopmates db upgrade")
    state = migrate.check(settings.database_url)
    words, cure = _WORDS[state.standing]
    if cure:
        return Finding(False, f"{file} {words}", cure)
    if not files.is_sound(file):
        return Finding(False, f"{file} is damaged", "Restore a backup")
    return Finding(True, f"{file} is sound and {words} (schema {state.revision})")


def prospects(settings: Settings) -> Finding:
    """Look at the database, or at where it would be made: none yet is fine if one can be."""
    file = _file(settings)
    if file.exists():
        return examine(settings)
    folder = file.parent
    if not folder.is_dir():
        return Finding(False, f"There is no folder {folder}", "Create it, or change DATABASE_URL")
    if not os.access(folder, os.W_OK):
        return Finding(False, f"{folder} cannot be written to", "Let this user write there")
    return Finding(True, f"{file} will be made at the first start")


def folder(settings: Settings) -> Path:
    """Return the nearest folder there is to where the database is or will be."""
    return next(parent for parent in _file(settings).parents if parent.is_dir())


def _file(settings: Settings) -> Path:
    # A setting never names a database in memory: see app.values.database_url.
    return address.parse(settings.database_url).path or Path.cwd()
