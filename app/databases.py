"""The `db` commands: what the database is asked, and what came of it in words.

Rule: how it is done is known to `adapters.database` alone; faults pass through to the edge.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from adapters.database import address, files, looking, moving, restoring
from adapters.database import backup as backups
from adapters.database.connect import open_store
from adapters.database.copying import Copied, read_back
from adapters.database.migrate import State, state_of
from app.settings import Settings

_WORDS = {
    "current": ("is up to date", ""),
    "missing": ("holds no tables yet", "Run: loopmates db upgrade"),
    "behind": ("is behind this version", "Run: loopmates db upgrade"),
    "newer": ("was written by a newer version", "Install that version again"),
}
_SHOWN_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of the database; `cure`, without its full stop, is empty if all is well."""

    ok: bool
    found: str
    cure: str = ""


def upgrade(settings: Settings) -> None:
    """Bring the tables up to date and say what was done; make the database if there is none."""
    where = address.parse(settings.database_url)
    is_new = where.server is None and not _file(settings).is_file()
    before = "missing" if is_new else looking.standing(settings.database_url).standing
    open_store(settings.database_url).close()
    done = {"current": "was up to date already", "missing": "has been made"}
    click.echo(f"{_begin(where.shown)} {done.get(before, 'has been brought up to date')}.")


def check(settings: Settings) -> int:
    """Print what is found of the database, and return the exit code."""
    finding = examine(settings, thoroughly=True)
    if finding.ok:
        click.echo(finding.found)
        return 0
    click.echo(f"error: {finding.found}. {finding.cure}.", err=True)
    return 1


def backup(settings: Settings, path: Path) -> None:
    """Copy the database to the new file `path`, and say where it is."""
    target = backups.backup(settings.database_url, path)
    click.echo(f"{target} holds the backup, {target.stat().st_size:,} bytes.")


def restore(settings: Settings, path: Path) -> None:
    """Put a backup back, and say where what was there before is."""
    before = restoring.restore(settings.database_url, path)
    shown = address.parse(settings.database_url).shown
    click.echo(f"{_begin(shown)} is as it was in {path}.")
    if before is not None:
        click.echo(f"What was there before is in {before}.")


def move(source: str, target: str) -> None:
    """Copy a file into an empty server, and print what is there now."""
    copied = moving.move(source, target)
    for line in _table(copied):
        click.echo(line)
    shown = address.parse(target).shown
    click.echo(f"{_begin(shown)} holds all of it, read back value by value.")
    click.echo(f"Set DATABASE_URL to the server; {address.existing(source)} stays as it was.")


def examine(settings: Settings, *, thoroughly: bool = False) -> Finding:
    """Look at the database without changing anything; `thoroughly`, at every row of a server.

    Raises:
        DatabaseFault: If it is there and cannot be read.
    """
    where = address.parse(settings.database_url)
    if where.server is not None:
        return _examine_server(settings.database_url, where.shown, thoroughly=thoroughly)
    file = _file(settings)
    if not file.exists():
        return Finding(False, f"There is no file {file} yet", "Run: loopmates db upgrade")
    state = looking.standing(settings.database_url)
    if state.standing == "current" and not files.is_sound(file):
        return Finding(False, f"{file} is damaged", "Restore a backup")
    return _finding(str(file), state, "is sound and")


def prospects(settings: Settings) -> Finding:
    """Look at the database, or at where it would be made: none yet is fine if one can be."""
    file, where = _file(settings), address.parse(settings.database_url)
    if where.server is not None and looking.standing(settings.database_url).standing == "missing":
        return Finding(True, f"{_begin(where.shown)} gets its tables at the first start")
    if where.server is not None or file.exists():
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


def _examine_server(url: str, shown: str, *, thoroughly: bool) -> Finding:
    with looking.looking(url) as connection:
        state = state_of(connection)
        rows = None
        if thoroughly and state.standing == "current":
            rows = sum(each.rows for each in read_back(connection))
    read = "" if rows is None else f"lets all its {rows:,} rows be read and"
    return _finding(_begin(shown), state, read)


def _finding(shown: str, state: State, fine: str) -> Finding:
    words, cure = _WORDS[state.standing]
    if cure:
        return Finding(False, f"{shown} {words}", cure)
    return Finding(True, " ".join(f"{shown} {fine} {words} (schema {state.revision})".split()))


def _table(copied: Sequence[Copied]) -> list[str]:
    width = max(len(each.table) for each in copied)
    head = f"{'table':<{width}}  {'rows':>10}  checksum of every value"
    lines = [
        f"{each.table:<{width}}  {each.rows:>10,}  {each.digest[:_SHOWN_DIGITS]}" for each in copied
    ]
    return [head, *lines]


def _begin(shown: str) -> str:
    return shown[:1].upper() + shown[1:] if shown.startswith("the ") else shown


def _file(settings: Settings) -> Path:
    # A setting never names a database in memory: see app.values.database_url.
    return address.parse(settings.database_url).path or Path.cwd() / "server"
