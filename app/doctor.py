"""Looks at everything the coach needs and says what to do about what is wrong.

Rule: it changes nothing, contacts no other host, and shows no secret.
"""

from __future__ import annotations

import json
import platform
import shutil
import sqlite3
import sys
import zoneinfo
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

import click

from adapters.database.errors import DatabaseFault
from app import databases
from app.settings import Settings, SettingsError, environment, read
from content import loader
from content.problems import ContentError

_PYTHON = (3, 11)
_FREE_BYTES = 200 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at; `cure` is empty where all is well."""

    name: str
    ok: bool
    found: str
    cure: str = ""


def print_report(env: Mapping[str, str], file: Path, *, as_json: bool) -> int:
    """Print all checks, one a line, and return the exit code: 1 if anything is wrong."""
    checks = examine(env, file)
    if as_json:
        report = {"version": version("loopmates"), "checks": [asdict(check) for check in checks]}
        click.echo(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        for check in checks:
            click.echo(_line(check))
    return 0 if all(check.ok for check in checks) else 1


def examine(env: Mapping[str, str], file: Path) -> tuple[Check, ...]:
    """Look at everything; what depends on settings is left out where they cannot be read."""
    found = [_python(), _sqlite(), _zones()]
    try:
        settings = read(environment(env, file))
    except SettingsError as error:
        return (*found, *(Check(p.name, False, p.problem, p.cure) for p in error.problems))
    found += [Check("settings", True, "all can be read"), *_guides(settings)]
    found += [_database(settings), _disk(settings), *_platforms(settings)]
    return tuple(found)


def _python() -> Check:
    wanted = ".".join(map(str, _PYTHON))
    ok = sys.version_info >= _PYTHON
    return Check("python", ok, platform.python_version(), "" if ok else f"Install Python {wanted}")


def _sqlite() -> Check:
    """RETURNING, which the outbox needs, came with 3.35."""
    ok = sqlite3.sqlite_version_info >= (3, 35)
    cure = "" if ok else "Use a Python that brings SQLite 3.35 or newer"
    return Check("sqlite", ok, sqlite3.sqlite_version, cure)


def _zones() -> Check:
    """Look at a zone's winter and summer, for data can be there and be empty."""
    try:
        zone = zoneinfo.ZoneInfo("Europe/Berlin")
        winter = datetime(2026, 1, 1, tzinfo=UTC).astimezone(zone).utcoffset()
        summer = datetime(2026, 7, 1, tzinfo=UTC).astimezone(zone).utcoffset()
    except zoneinfo.ZoneInfoNotFoundError:
        winter = summer = None
    ok = (winter, summer) == (timedelta(hours=1), timedelta(hours=2))
    found = f"{len(zoneinfo.available_timezones())} zones" if ok else "No usable zone data"
    return Check("time zones", ok, found, "" if ok else "Run: pip install --upgrade tzdata")


def _guides(settings: Settings) -> Iterator[Check]:
    try:
        guides = loader.load_all(*([settings.guides] if settings.guides else []))
    except ContentError as error:
        for problem in error.problems:
            where = problem.file if problem.line is None else f"{problem.file}:{problem.line}"
            yield Check("guides", False, f"{where}: {problem.problem}", problem.cure)
    else:
        yield Check("guides", True, ", ".join(guides))


def _database(settings: Settings) -> Check:
    try:
        found = databases.prospects(settings)
    except DatabaseFault as fault:
        # What an operator reads on one line elsewhere: problem and cure in one.
        return Check("database", False, str(fault).rstrip("."), "Then run loopmates doctor again")
    return Check("database", found.ok, found.found, found.cure)


def _disk(settings: Settings) -> Check:
    folder = databases.folder(settings)
    free = shutil.disk_usage(folder).free
    ok = free >= _FREE_BYTES
    cure = "" if ok else "Make room: without it nothing can be stored"
    return Check("disk", ok, f"{free // 1024**2:,} MB free for the database", cure)


def _platforms(settings: Settings) -> Iterator[Check]:
    slack = settings.slack_bot_token is not None
    way = "Socket Mode" if settings.slack_app_token is not None else f"port {settings.port}"
    discord = settings.discord_token is not None
    yield Check("slack", True, f"token *** set, {way}" if slack else "not connected: no token")
    yield Check("discord", True, "token *** set" if discord else "not connected: no token")


def _line(check: Check) -> str:
    mark = click.style("ok     ", fg="green") if check.ok else click.style("problem", fg="red")
    return f"{mark} {check.name}: {check.found}" + (f". {check.cure}." if check.cure else "")
