"""The command line: `loopmates rehearse | run | guide | slack | discord | db | letters | doctor`.

Rule: results go to standard output, everything else to standard error.  Exit codes: 0 well,
1 a fault (each told with place, problem and cure), 2 a wrong call, 130 interrupted.
Everything heavy is imported by the command that needs it, so that `--help` is quick.
"""

from __future__ import annotations

import asyncio
import gc
import math
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app import faults
from app.databases_cli import db
from app.letters_cli import letters
from app.platforms_cli import checked, discord, slack
from app.starting import settings as _settings

if TYPE_CHECKING:
    from app.settings import Settings
    from content.schema import Guide

_DEFAULT_GUIDE = "coursera-senior-em"
_BROKEN_PIPE = 141
_INTERRUPTED = 130


class Commands(click.Group):
    """A group that tells faults apart from bugs."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; turn faults into lines on standard error and an exit code."""
        if os.environ.get("NO_COLOR"):
            ctx.color = False
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            ctx.exit(_INTERRUPTED)
        except BrokenPipeError:
            _quiet_exit(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            lines = faults.lines(error)
            if lines is None:
                raise
            for line in lines:
                click.echo(click.style("error: ", fg="red") + line, err=True)
            ctx.exit(1)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="loopmates", message="loopmates %(version)s")
def cli() -> None:
    """Coach people who prepare for a job interview together.

    Try `loopmates rehearse` first: it needs no account and nobody else.
    """


@cli.command()
@click.option(
    "--guide",
    "key",
    default=_DEFAULT_GUIDE,
    show_default=True,
    metavar="KEY|PATH",
    help="Which guide to play: its key, or a file.",
)
@click.option("--members", default=12, show_default=True, type=click.IntRange(2, 200))
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same cohort.")
@click.option(
    "--start",
    default="2026-12-07",
    show_default=True,
    metavar="YYYY-MM-DD",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The first day of week 1.",
)
@click.option(
    "--timezone",
    "zone",
    default="America/Los_Angeles",
    show_default=True,
    metavar="ZONE",
    help="The cohort's time zone.",
)
@click.option(
    "--silent",
    default=0.3,
    show_default=True,
    type=click.FloatRange(0, 1),
    help="The share of members who never review.",
)
@click.option("--database", metavar="URL", help="Keep the cohort; otherwise it is thrown away.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def rehearse(
    *,
    key: str,
    members: int,
    seed: int,
    start: datetime,
    zone: str,
    silent: float,
    database: str | None,
    as_json: bool,
) -> None:
    """Play a whole cohort, in seconds, and print what everybody would see."""
    from app import values  # noqa: PLC0415

    settings = _settings(quiet=True)
    url = checked("--database", values.database_url, database) if database else None
    zone = checked("--timezone", values.timezone, zone)
    chosen = _guide(settings, key, None)
    from app import rehearsal  # noqa: PLC0415

    options = rehearsal.Options(
        guide=chosen,
        members=members,
        seed=seed,
        start=start.date(),
        zone=zone,
        silent=_share(silent),
        database=url,
    )
    # It is short and keeps little: looking for garbage often would only make it slower.
    gc.freeze()
    gc.set_threshold(100_000)
    sys.exit(rehearsal.run(options, _emit, as_json=as_json, progress=progress()))


@cli.command()
@click.option("--live", is_flag=True, help="In the terminal, let time pass by itself.")
@click.option("--roles", metavar="ROLES", help="What this process does; wins over LOOPMATES_ROLES.")
def run(*, live: bool, roles: str | None) -> None:
    """Run the coach: in Slack or Discord if their tokens are set, otherwise in this terminal.

    In Slack it listens over Socket Mode if SLACK_APP_TOKEN is set, otherwise for web requests on
    PORT.  It stops cleanly on SIGTERM.
    """
    with _loading():
        from app import roles as those  # noqa: PLC0415

        given = None if roles is None else checked(those.OPTION, those.read, roles)
        settings = _settings(roles=given)
        from app import wiring  # noqa: PLC0415

        roles_by = those.SETTING if given is None else those.OPTION
    sys.exit(wiring.run(settings, live=live, roles_by=roles_by))


@cli.group()
def guide() -> None:
    """Look at interview guides, and check your own."""


@guide.command("list")
def guide_list() -> None:
    """List the guides there are."""
    from app import guides  # noqa: PLC0415

    guides.print_list(guides.known(_settings().guides))


@guide.command("show")
@click.argument("key", required=False)
@click.option("--guide", "path", type=click.Path(path_type=Path), help="A file instead of a key.")
@click.option("--json", "as_json", is_flag=True, help="Everything, as one JSON object.")
def guide_show(key: str | None, path: Path | None, *, as_json: bool) -> None:
    """Show what is in a guide."""
    from app import guides  # noqa: PLC0415

    guides.print_guide(_guide(_settings(), key, path), as_json=as_json)


@guide.command("check")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
def guide_check(paths: tuple[Path, ...]) -> None:
    """List everything that is wrong with guide files or folders of them."""
    from app import guides  # noqa: PLC0415

    sys.exit(guides.print_problems(paths))


@guide.command("preview")
@click.argument("key", required=False)
@click.option("--guide", "path", type=click.Path(path_type=Path), help="A file instead of a key.")
def guide_preview(key: str | None, path: Path | None) -> None:
    """Print every weekly focus and question as members will see it."""
    from app import preview  # noqa: PLC0415

    for line in preview.lines(_guide(_settings(), key, path)):
        click.echo(line)


cli.add_command(slack)
cli.add_command(discord)
cli.add_command(db)
cli.add_command(letters)


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for issue reports.")
@click.option("--offline", is_flag=True, help="Leave out what asks another host.")
@click.option("--roles", metavar="ROLES", help="Look at a process run with the same option.")
def doctor(*, as_json: bool, offline: bool, roles: str | None) -> None:
    """Check everything the coach needs, and say how to put right what is wrong."""
    from app import doctor as doctors  # noqa: PLC0415
    from app import roles as those  # noqa: PLC0415
    from app import wiring  # noqa: PLC0415

    given = None if roles is None else checked(those.OPTION, those.read, roles)
    outside = None if offline else doctors.Outside(wiring.now, asyncio.sleep)
    code = doctors.print_report(
        os.environ, Path(".env"), as_json=as_json, outside=outside, roles=given
    )
    sys.exit(code)


def progress() -> Callable[[int, int], None]:
    """Return what to call with (done, total): a counter on a terminal, otherwise nothing."""
    if not sys.stderr.isatty():
        return _hide
    return _show


def main() -> None:
    """Run the command line and exit."""
    try:
        try:
            cli.main(prog_name="loopmates")
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        _no_more_output()
        sys.exit(_BROKEN_PIPE)
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)


@contextmanager
def _loading() -> Iterator[None]:
    """Load what stays for good: looking through it for garbage takes a fifth of a start."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _guide(settings: Settings, key: str | None, path: Path | None) -> Guide:
    from app import guides  # noqa: PLC0415

    try:
        return guides.choose(settings.guides, key, path)
    except guides.NoGuideError as error:
        raise click.UsageError(str(error)) from None


def _emit(line: str) -> None:
    # `click.echo` looks at the terminal and flushes each time, for thousands of lines.
    sys.stdout.write(f"{line}\n")


def _share(silent: float) -> float:
    if math.isnan(silent):
        raise click.BadParameter("Give a number from 0 to 1.", param_hint="--silent")
    return silent


def _hide(done: int, total: int) -> None:
    del done, total


def _show(done: int, total: int) -> None:
    percent = 100 * done // max(total, 1)
    end = "\r\033[K" if done >= total else ""
    click.echo(f"\r{percent:3d} %{end}", nl=False, err=True)


def _quiet_exit(ctx: click.Context) -> None:
    _no_more_output()
    ctx.exit(_BROKEN_PIPE)


def _no_more_output() -> None:
    """Let what is still buffered go nowhere: the reader, `head` perhaps, has left."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
