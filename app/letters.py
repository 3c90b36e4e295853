"""The `letters` commands: dead letters, which no platform took, listed, retried and dropped.

Rule: what a letter says may be a member's words, and is shown only where that is asked for; the
rest is ids, moments and codes.  A list is read beside a running coach.  To change one, a
SQLite file must be free, for it has one owner; PostgreSQL is changed beside running processes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TypeVar

import click

from adapters.console.render import render
from adapters.database import address
from adapters.database.connect import open_store
from adapters.database.looking import looking, require_current
from adapters.database.unit_of_work import UnitOfWork
from app.settings import Settings
from bot.ids import PostKey
from bot.messages import Direct, InThread
from bot.ports.letters import Letter
from bot.ports.outgoing import Mark
from bot.ports.work import Work

T = TypeVar("T")


class NoLetterError(Exception):
    """There is no dead letter of this id: `str(error)` is for the operator, with the cure."""

    def __init__(self, key: str) -> None:
        super().__init__(
            f"There is no dead letter {key}. Run `loopmates letters list`; "
            "what was sent, retried or dropped is none any more."
        )


def print_list(settings: Settings, limit: int) -> None:
    """Print dead letters, newest first, one a line."""
    letters = _read(settings, lambda work: work.letters.dead(limit))
    for letter in letters:
        click.echo(_line(letter))
    if not letters:
        click.echo("There are no dead letters.")


def show(settings: Settings, key: str, *, words: bool) -> None:
    """Print all that is known of one; what it says only if `words` are asked for."""
    letter = _read(settings, lambda work: _found(work, key))
    for line in _lines(letter, words=words):
        click.echo(line)


def retry(settings: Settings, key: str, now: datetime) -> None:
    """Have one sent after all."""

    def again(work: Work) -> Letter:
        letter = _found(work, key)
        work.letters.retry(letter.outgoing.key, now)
        return letter

    letter = _change(settings, again)
    click.echo(f"{key} is to be sent again, before all that waits in the same place.")
    if letter.passed:
        click.echo(f"{_passed(letter)}: it will stand below.")
    if letter.attempts:
        click.echo("It is looked for first, so that it does not appear twice.")


def drop(settings: Settings, key: str) -> None:
    """Forget one for good."""

    def forget(work: Work) -> bool:
        return work.letters.drop(_found(work, key).outgoing.key)

    _change(settings, forget)
    click.echo(f"{key} is dropped; what it said is gone.")


def _found(work: Work, key: str) -> Letter:
    letter = work.letters.get(PostKey(key))
    if letter is None:
        raise NoLetterError(key)
    return letter


# --- how they are shown ------------------------------------------------------------------------


def _line(letter: Letter) -> str:
    outgoing = letter.outgoing
    where = f"{outgoing.workspace} {_where(letter)}"
    parts = (outgoing.key, _moment(letter.died_at), where, _kind(letter), letter.error)
    return "  ".join(parts)


def _lines(letter: Letter, *, words: bool) -> Iterator[str]:
    outgoing = letter.outgoing
    yield f"id         {outgoing.key}"
    yield f"what       {_kind(letter)}"
    yield f"where      {outgoing.workspace}, {_where(letter)}"
    yield f"cohort     {outgoing.cohort or '-'}"
    yield f"wanted     {_moment(outgoing.at)}"
    yield f"dead since {_moment(letter.died_at)}, tried {_times(letter.attempts)}"
    yield f"why        {letter.error}"
    if letter.passed:
        yield f"order      {_passed(letter)}"
    if not words:
        yield "words      not shown: add --words (they may be a member's)"
    elif isinstance(outgoing.act, Mark):
        yield f"words      {outgoing.act.emoji}"
    else:
        yield "words"
        yield from (f"    {line}" for line in render(outgoing.act.message))


def _kind(letter: Letter) -> str:
    act, subject = letter.outgoing.act, letter.outgoing.subject.partition(":")[0]
    if isinstance(act, Mark):
        return "reaction"
    return f"{act.kind} ({subject or act.message.topic})"


def _where(letter: Letter) -> str:
    place = letter.outgoing.place
    if isinstance(place, Direct):
        return f"direct {place.user}"
    thread = f" thread {place.of}" if isinstance(place, InThread) else ""
    return f"channel {place.channel}{thread}"


def _passed(letter: Letter) -> str:
    later = "one later post was" if letter.passed == 1 else f"{letter.passed} later ones were"
    return f"{later} sent to the same place already"


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


# --- the database ------------------------------------------------------------------------------


def _read(settings: Settings, call: Callable[[Work], T]) -> T:
    """Ask what is stored, for reading only and whoever works with it at the moment."""
    with looking(settings.database_url) as connection:
        require_current(connection, address.parse(settings.database_url).shown)
        return call(UnitOfWork(connection))


def _change(settings: Settings, call: Callable[[Work], T]) -> T:
    with open_store(settings.database_url, upgrade=False) as store:
        return store.call(call)
