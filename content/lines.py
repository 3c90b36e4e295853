r"""Find the line on which each value of a TOML text stands.

`tomllib` gives values without positions, so this walks the text a second time and notes
where names, tables and list items begin.  Rule: it is only ever asked about texts that
`tomllib` has accepted, and it may be wrong about a line but never fail.

    [[rounds]]                    ("rounds", 0)                      line 1
    name = "Screen"               ("rounds", 0, "name")              line 2
    tips = [                      ("rounds", 0, "tips")              line 3
        "Sleep well",             ("rounds", 0, "tips", 0)           line 4
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from content.problems import shown

Trail = tuple[str | int, ...]
"""The names and list indexes that lead to a value, from the top of the file."""

_TOKEN = re.compile(
    r"""
      (?P<text>\"\"\"(?:\\.|[^\\])*?\"{3,5} | '''.*?'{3,5} | "(?:\\.|[^"\\\n])*+" | '[^'\n]*+')
    | (?P<comment>\#[^\n]*+)
    | (?P<newline>\n)
    | (?P<mark>[\[\]{},=])
    | (?P<space>[ \t\r]++)
    | (?P<word>[^\s\[\]{},=\#"']++)
    """,
    re.VERBOSE | re.DOTALL,
)

_STEP = re.compile(r"(\[?)([\w-]+)")
_BARE = re.compile(r"[A-Za-z0-9_-]{1,60}")


def locate(text: str) -> dict[Trail, int]:
    """Return the line, counted from 1, of every table, name and list item of `text`."""
    walk = _Walk()
    for token in _TOKEN.finditer(text):
        kind, value = token.lastgroup or "", token.group()
        if kind == "newline":
            walk.end_line()
        elif kind == "mark":
            walk.mark(value)
        elif kind in ("text", "word"):
            walk.word(kind, value)
        walk.line += value.count("\n")
    walk.end_line()
    return walk.found


def nearest(lines: dict[Trail, int], path: Trail) -> int | None:
    """Return the line of `path`, or of the nearest thing around it that has one."""
    for length in range(len(path), 0, -1):
        line = lines.get(path[:length])
        if line is not None:
            return line
    return None


def parse(place: str) -> Trail:
    """Return a place such as `rounds[2].criteria[0].emoji` as a path."""
    return tuple(
        int(part) if part.isdigit() and bracket else part for bracket, part in _STEP.findall(place)
    )


def written(path: Trail) -> str:
    """Return a path the way an author finds it, `rounds[2].criteria[0].emoji`."""
    place = ""
    for part in path:
        if isinstance(part, int):
            place += f"[{part}]"
        else:
            name = part if _BARE.fullmatch(part) else shown(part, 40)
            place += f".{name}" if place else name
    return place


@dataclass(slots=True)
class _Frame:
    """An open `[` or `{` of a value."""

    path: Trail
    is_list: bool
    at: int = 0


@dataclass(slots=True)
class _Walk:
    """The state of one walk over a text."""

    found: dict[Trail, int] = field(default_factory=dict)
    line: int = 1
    table: Trail = ()
    counts: dict[Trail, int] = field(default_factory=dict)
    frames: list[_Frame] = field(default_factory=list)
    name: list[str] = field(default_factory=list)
    value: Trail | None = None
    header: int = 0

    def end_line(self) -> None:
        if self.header:
            self._open_table(is_list=self.header > 1)
        if not self.frames:
            self.name, self.value, self.header = [], None, 0

    def word(self, kind: str, text: str) -> None:
        if self._expects_name():
            self.name += [text.strip("\"'")] if kind == "text" else filter(None, text.split("."))
        else:
            self._begin_value()

    def mark(self, mark: str) -> None:
        if mark in "[{":
            self._open(mark)
        elif mark in "]}":
            if self.frames:
                self.frames.pop()
                self.value = ()
        elif mark == "=" and self._expects_name():
            base = self.frames[-1].path if self.frames else self.table
            self.value = (*base, *self.name)
            for length in range(len(base) + 1, len(self.value) + 1):
                self.found.setdefault(self.value[:length], self.line)
            self.name = []
        elif mark == "," and self.frames:
            self.frames[-1].at += 1
            self.value = None

    def _open(self, mark: str) -> None:
        if not self.frames and self.value is None:
            self.header += 1
            return
        path = self._begin_value()
        self.frames.append(_Frame(path, is_list=mark == "["))
        self.value = None

    def _expects_name(self) -> bool:
        return self.value is None and not (self.frames and self.frames[-1].is_list)

    def _begin_value(self) -> Trail:
        """Note a list item that begins here; return the path of the value."""
        if self.frames and self.frames[-1].is_list:
            frame = self.frames[-1]
            path = (*frame.path, frame.at)
            self.found.setdefault(path, self.line)
            return path
        return self.value or ()

    def _open_table(self, *, is_list: bool) -> None:
        path: Trail = ()
        for place, part in enumerate(self.name):
            path = (*path, part)
            last = place == len(self.name) - 1
            if last and is_list:
                self.found.setdefault(path, self.line)
                self.counts[path] = self.counts.get(path, -1) + 1
            if path in self.counts:
                path = (*path, self.counts[path])
        self.found.setdefault(path, self.line)
        self.table = path
