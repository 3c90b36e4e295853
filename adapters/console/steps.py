"""What a person can tell the console to do, each as one value.

A step is what somebody meant, not yet what happens: it may name a message that is not
there.  `line` is where it stands in its script, 0 where it came from elsewhere; it does
not tell two steps apart.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from adapters.console.moments import Reading, Span


class ScriptError(Exception):
    """A script cannot be read or played: where, what is wrong, and what to write instead."""

    def __init__(self, line: int, problem: str, cure: str) -> None:
        self.line = line
        self.problem = problem
        self.cure = cure
        place = f"Line {line}: " if line else ""
        super().__init__(f"{place}{problem} {cure}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Act(_Step):
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Say(_Act):
    """Write a message: `where` is `#channel`, a label (in its thread) or `coach` (directly).

    Words that begin with `/coach` give a command; so do words to everybody that begin with
    `@coach`.
    """

    where: str
    text: str
    files: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tap(_Act):
    """Put a reaction on a message (`added`), or take it off."""

    on: str
    emoji: str
    added: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Press(_Act):
    """Press a button: on a message, or (`on` empty) on what the person saw last."""

    button: str
    on: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Send(_Act):
    """Send the form the person was shown last, filled in."""

    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change(_Act):
    """Edit a message of one's own."""

    on: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Remove(_Act):
    """Delete a message of one's own."""

    on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Use(_Act):
    """Use a shortcut of the coach's on a message: `practise` or `second-take`."""

    on: str
    name: Literal["practise", "second-take"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Move(_Act):
    """Enter a channel, or leave it; who enters need not be known."""

    channel: str
    enters: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Block(_Act):
    """Take no direct messages from the coach any more (`on`), or again."""

    on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait(_Step):
    """Let time pass."""

    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Until(_Step):
    """Let time pass until a moment; one that `may_be_past` is then no mistake."""

    moment: Reading
    may_be_past: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch(_Step):
    """Start the coach, or stop it: people go on meanwhile."""

    on: bool


Act = Say | Tap | Press | Send | Change | Remove | Use | Move | Block
Step = Act | Wait | Until | Switch


@dataclass(frozen=True, slots=True)
class Scene:
    """Where and when a script begins; `people` are (name, display name), all in every channel."""

    start: datetime
    zone: str
    channels: tuple[str, ...]
    people: tuple[tuple[str, str], ...]
    guide: str | None = None
    seed: int = 1
