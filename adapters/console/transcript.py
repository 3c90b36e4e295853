"""Entries as text of the script language.

What a transcript shows of people can be played again; what it shows of the coach is what
playing is compared with.  Nothing anybody wrote can look like a line of its own: it is
indented wherever it goes on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import assert_never

from adapters.console import grammar
from adapters.console.entries import Entry
from adapters.console.moments import shown
from adapters.console.render import WIDTH, harmless
from adapters.console.steps import Act, Change, Say, Scene, Send


class Transcript:
    """Writes entries in order; remembers what time the reader was told last."""

    def __init__(self, zone: str, now: datetime, width: int | None = WIDTH) -> None:
        self._zone = zone
        self._told = shown(now, zone)
        self._width = None if width is None else width - len(grammar.INDENT)
        self._last = ""
        self._after_words = False

    def given(self, lines: Sequence[str]) -> list[str]:
        """Pass on lines written by somebody else."""
        if not lines:
            return []
        blank = [""] if self._after_words and lines[0] else []
        self._last, self._after_words = lines[-1], False
        return [*blank, *lines]

    def passing(self, before: Sequence[str], lines: Sequence[str], until: datetime) -> list[str]:
        """Pass on lines by which time passes, with the comments before them."""
        if lines:
            self._told = shown(until, self._zone)
        return self.given([*before, *lines])

    def acting(self, before: Sequence[str], lines: Sequence[str], now: datetime) -> list[str]:
        """Pass on somebody's action, behind the present moment if the reader needs it."""
        stamp = self.stamp(now)
        while stamp and before and not before[0]:
            before = before[1:]
        return [*stamp, *self.given([*before, *lines])]

    def stamp(self, at: datetime) -> list[str]:
        """Return a bracketed moment if the reader was told another one last, else nothing."""
        if shown(at, self._zone) == self._told:
            return []
        self._told = shown(at, self._zone)
        blank = [""] if self._last and not self._last.startswith("--") else []
        self._last, self._after_words = f"[{self._told}]", False
        return [*blank, self._last]

    def entry(self, entry: Entry) -> list[str]:
        """Return an entry with all that goes before it."""
        lines = self.stamp(entry.at)
        text = entry_lines(entry, self._width)
        if not lines and self._after_words and (entry.act is not None or len(text) > 1):
            lines = [""]
        self._last, self._after_words = text[-1], entry.act is None and len(text) > 1
        return [*lines, *text]


def head(scene: Scene) -> list[str]:
    """Return a scene as the header of a script."""
    people = (name if name == show else f"{name} ({show})" for name, show in scene.people)
    lines = [
        f"Start: {shown(scene.start, scene.zone)} in {scene.zone}",
        f"Channel: {', '.join(scene.channels)}",
        f"People: {', '.join(people)}",
    ]
    if scene.guide is not None:
        lines.append(f"Guide: {scene.guide}")
    return [*lines, f"Seed: {scene.seed}", ""]


def entry_lines(entry: Entry, width: int | None) -> list[str]:
    """Return an entry's own lines; `width` is that of the indented ones."""
    if entry.act is not None:
        return grammar.write(_visible(entry.act)).split("\n")
    body = [grammar.INDENT + line if line else "" for line in entry.news(width)]
    return [_title(entry), *body]


def _title(entry: Entry) -> str:
    place = f"in {entry.place}" if entry.to[:3] != "dm:" else f"to {entry.place}"
    match entry.kind:
        case "post":
            return f"coach {place}, {entry.label}:"
        case "change":
            return f"coach changes {entry.label}:"
        case "mark":
            return f"coach on {entry.label}: {'+' if entry.on else '-'}{entry.emoji}"
        case "reply":
            return f"coach to {entry.place} (only {entry.place} sees this):"
        case "form":
            return f"coach to {entry.place} (a form, for {entry.place} alone):"
        case "errors":
            return f"coach to {entry.place} (the form comes back):"
        case "act":
            raise ValueError("an act has no title")
        case _:
            assert_never(entry.kind)


def _visible(act: Act) -> Act:
    """Return what somebody did with every character of theirs visible.

    Line ends of all kinds become ordinary ones, so that what follows them is indented and
    cannot pass for a line of ours.
    """
    if isinstance(act, Say | Change):
        return replace(act, text=grammar.tidy(harmless(act.text)))
    if isinstance(act, Send):
        return replace(act, fields=tuple((name, harmless(value)) for name, value in act.fields))
    return act
