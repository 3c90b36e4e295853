"""Looks at everything the coach needs and says what to do about what is wrong.

Rule: it changes nothing, shows no secret, and asks no host but those that the coach itself
talks to; without an `Outside` it asks none at all.
"""

from __future__ import annotations

import asyncio
import json
import platform
import shutil
import sqlite3
import sys
import zoneinfo
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

import click

from adapters.database import vitals
from adapters.database.address import parse
from adapters.database.errors import DatabaseFault
from adapters.database.looking import looking
from adapters.database.migrate import state_of
from adapters.database.unit_of_work import UnitOfWork
from app import databases, doctor_roles, doctor_server
from app import guides as shelf
from app.doctor_server import Check
from app.settings import Settings
from app.settings_problems import SettingsError
from app.settings_reading import environment, read, with_roles
from bot.domain.cohorts import Cohort
from bot.ports.work import Work
from content.problems import ContentError, Problem
from content.schema import Guide

_PYTHON = (3, 11)
_FREE_BYTES = 200 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Outside:
    """How other hosts are asked: `clock` is compared with theirs, `wait` sleeps for seconds."""

    clock: Callable[[], datetime]
    wait: Callable[[float], Awaitable[None]]


def print_report(
    env: Mapping[str, str],
    file: Path,
    *,
    as_json: bool,
    outside: Outside | None = None,
    roles: str | None = None,
) -> int:
    """Print all checks, one a line, and return the exit code: 1 if anything is wrong."""
    checks = examine(env, file, outside, roles)
    if as_json:
        report = {"version": version("loopmates"), "checks": [asdict(check) for check in checks]}
        click.echo(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        for check in checks:
            click.echo(_line(check))
    return 0 if all(check.ok for check in checks) else 1


def examine(
    env: Mapping[str, str], file: Path, outside: Outside | None = None, roles: str | None = None
) -> tuple[Check, ...]:
    """Look at everything; what depends on settings is left out where they cannot be read.

    With `outside`, the platforms whose tokens are set are asked as well.  With `roles`, those
    count in place of what is set.
    """
    found = [_python(), _sqlite(), _zones()]
    try:
        settings = read(with_roles(environment(env, file), roles))
    except SettingsError as error:
        return (*found, *(Check(p.name, False, p.problem, p.cure) for p in error.problems))
    found += [Check("settings", True, "all can be read")]
    guides, about_guides = _guides(settings)
    cohorts, about_database = _database(settings, guides, outside)
    found += [*about_guides, *about_database, *_disk(settings), *_platforms(settings)]
    found += doctor_roles.checks(settings, roles is not None)
    if outside is not None and settings.slack_bot_token is not None:
        found += _slack(settings, cohorts, outside)
    if outside is not None and settings.discord_token is not None:
        found += _discord(settings, cohorts, outside)
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


def _guides(settings: Settings) -> tuple[dict[str, Guide] | None, list[Check]]:
    """Return the guides with what is to be said of them; `None` where they cannot be used."""
    try:
        guides = shelf.known(settings.guides)
    except ContentError as error:
        return None, [Check("guides", False, _where(p), p.cure) for p in error.problems]
    return guides, [Check("guides", True, ", ".join(guides))]


def _where(problem: Problem) -> str:
    place = problem.file if problem.line is None else f"{problem.file}:{problem.line}"
    return f"{place}: {problem.problem}"


def _database(
    settings: Settings, guides: dict[str, Guide] | None, outside: Outside | None
) -> tuple[tuple[Cohort, ...], list[Check]]:
    """Return the cohorts there are, with what is to be said of where they are kept."""
    where = parse(settings.database_url)
    if where.server is not None and outside is None:
        return (), [Check("database", True, "on a server, which is not asked")]
    try:
        found = databases.prospects(settings)
        checks = [Check("database", found.ok, found.found, found.cure)]
        if not found.ok or not (where.server or (where.path and where.path.exists())):
            return (), checks
        with looking(settings.database_url) as connection:
            if where.server is not None and outside is not None:
                checks += doctor_server.checks(vitals.look(connection, outside.clock))
            if state_of(connection).standing == "missing":
                return (), checks
            work = UnitOfWork(connection)
            cohorts = work.cohorts.alive()
            return cohorts, [*checks, *_needed(work, guides)]
    except DatabaseFault as fault:
        # What an operator reads on one line elsewhere: problem and cure in one.
        problem = str(fault).rstrip(".")
        return (), [Check("database", False, problem, "Then run loopmates doctor again")]


def _needed(work: Work, guides: dict[str, Guide] | None) -> Iterator[Check]:
    """Look whether the guides that cohorts follow are there."""
    if guides is None:
        return
    try:
        shelf.require(work, guides)
    except shelf.GuideGoneError as error:
        problem, _, cure = str(error).rstrip(".").rpartition(". ")
        yield Check("guides", False, problem, cure)


def _disk(settings: Settings) -> Iterator[Check]:
    if parse(settings.database_url).server is not None:
        return
    folder = databases.folder(settings)
    free = shutil.disk_usage(folder).free
    ok = free >= _FREE_BYTES
    cure = "" if ok else "Make room: without it nothing can be stored"
    yield Check("disk", ok, f"{free // 1024**2:,} MB free for the database", cure)


def _platforms(settings: Settings) -> Iterator[Check]:
    yield Check("slack", True, _way(settings))
    yield Check("discord", True, _shards(settings))


def _shards(settings: Settings) -> str:
    """Say whether Discord is connected, and how much of it."""
    if settings.discord_token is None:
        return "not connected: no token"
    ids, count = settings.discord_shard_ids, settings.discord_shard_count
    if ids is None:
        return "token *** set"
    one = "shard" if len(ids) == 1 else "shards"
    # Discord sends direct messages to the first shard alone.
    direct = "" if 0 in ids else "; direct messages arrive elsewhere, where shard 0 is"
    return f"token *** set, {one} {', '.join(map(str, ids))} of {count}{direct}"


def _way(settings: Settings) -> str:
    """Say whether and how Slack is connected."""
    count = len(settings.slack_bot_tokens)
    if not count:
        return "not connected: no token"
    tokens = "token *** set" if count == 1 else f"{count} tokens *** set"
    if not settings.slack_app_tokens:
        return f"{tokens}, web requests on port {settings.port}"
    unused = ", signing secret not used" if settings.slack_signing_secrets else ""
    return f"{tokens}, Socket Mode{unused}"


def _slack(settings: Settings, cohorts: Sequence[Cohort], outside: Outside) -> list[Check]:
    # Heavy, and only for those who are in Slack.
    from adapters.slack import checkup  # noqa: PLC0415

    access = checkup.Access(
        bot_tokens=[token.get_secret_value() for token in settings.slack_bot_tokens],
        app_tokens=[token.get_secret_value() for token in settings.slack_app_tokens],
        url=settings.slack_api_url,
    )
    places = [checkup.Place(cohort.workspace, cohort.channel) for cohort in cohorts]
    found = asyncio.run(checkup.look(access, places, outside.clock, outside.wait))
    return [Check(one.about, one.ok, one.found, one.cure) for one in found]


def _discord(settings: Settings, cohorts: Sequence[Cohort], outside: Outside) -> list[Check]:
    # Only for those who are in Discord, as above.
    from adapters.discord import checkup  # noqa: PLC0415

    assert settings.discord_token is not None
    access = checkup.Access(
        token=settings.discord_token.get_secret_value(),
        url=settings.discord_api_url,
        application=settings.discord_application_id,
        shards=settings.discord_shard_count or 1,
    )
    places = [checkup.Place(cohort.workspace, cohort.channel) for cohort in cohorts]
    found = asyncio.run(checkup.look(access, places, outside.clock, outside.wait))
    return [Check(one.about, one.ok, one.found, one.cure) for one in found]


def _line(check: Check) -> str:
    mark = click.style("ok     ", fg="green") if check.ok else click.style("problem", fg="red")
    return f"{mark} {check.name}: {check.found}" + (f". {check.cure}." if check.cure else "")
