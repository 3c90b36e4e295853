"""The commands for dead letters: `loopmates letters list | show | retry | drop`.

Rule: as in app.cli; how it is done is in app.letters.
"""

from __future__ import annotations

import click

from app.starting import settings as _settings


@click.group()
def letters() -> None:
    """Look after dead letters: posts that no platform took."""


@letters.command("list")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000))
def letters_list(*, limit: int) -> None:
    """List them, newest first: id, since when, where, what and why."""
    from app import letters as those  # noqa: PLC0415

    those.print_list(_settings(quiet=True), limit)


@letters.command("show")
@click.argument("key", metavar="ID")
@click.option("--words", is_flag=True, help="What it says, too: perhaps a member's words.")
def letters_show(key: str, *, words: bool) -> None:
    """Show one of them."""
    from app import letters as those  # noqa: PLC0415

    those.show(_settings(quiet=True), key, words=words)


@letters.command("retry")
@click.argument("key", metavar="ID")
def letters_retry(key: str) -> None:
    """Send one after all, once what kept it is mended; with SQLite, while the coach is stopped."""
    from app import letters as those  # noqa: PLC0415
    from app import wiring  # noqa: PLC0415

    those.retry(_settings(quiet=True), key, wiring.now())


@letters.command("drop")
@click.argument("key", metavar="ID")
def letters_drop(key: str) -> None:
    """Forget one for good; with SQLite, while the coach is stopped."""
    from app import letters as those  # noqa: PLC0415

    those.drop(_settings(quiet=True), key)
