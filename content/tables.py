"""TOML tables, read name by name; whatever is wrong is noted and reading goes on.

Rule: a value that is missing or of the wrong kind is reported once, here, and replaced by a
blank: "" for a text, 0 for a number, one blank table for a list of tables.  Whoever looks at
the result afterwards passes over blanks, so one slip is never reported twice.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from content import limits, lines
from content.problems import Problem, closest, shown

_BOTH_ENDS = 2

_BLANK = object()
"""What stands for a value that has been reported already."""


@dataclass(slots=True)
class Report:
    """The problems of one file, as they are found."""

    file: str
    positions: dict[lines.Trail, int]
    problems: list[Problem] = field(default_factory=list)
    _renamed: dict[lines.Trail, str] = field(default_factory=dict)

    def add(self, path: lines.Trail, problem: str, cure: str) -> None:
        """Note a problem of the value at `path`."""
        place = lines.written(path)
        self.problems.append(Problem(self.file, self.line(path), place, problem, cure))

    def line(self, path: lines.Trail) -> int | None:
        """Return the line of what stands at `path`, or of what is around it."""
        actual: lines.Trail = ()
        for length, part in enumerate(path, 1):
            actual = (*actual, self._renamed.get(path[:length], part))
        return lines.nearest(self.positions, actual)

    def rename(self, path: lines.Trail, written: str) -> None:
        """Let what stands at `path` be found under the name its author wrote instead."""
        self._renamed[path] = written


class Table:
    """One table of a file, of which the `names` are known."""

    def __init__(
        self,
        report: Report,
        values: dict[str, object] | None,
        names: Iterable[str],
        path: lines.Trail,
    ) -> None:
        """Take the table's values, None if it is a blank; report names nobody knows."""
        self._report = report
        self._values = values
        self._names = tuple(names)
        self._path = path
        self._misspelt: dict[str, str] = {}
        self._report_unknown()

    def text(self, name: str, *, default: str | None = None) -> str:
        """Return the text called `name`, without the white space around it."""
        value = self._value(name, default)
        if value is _BLANK:
            return ""
        return self._text((*self._path, name), value)

    def texts(self, name: str, *, optional: bool = False) -> tuple[str, ...]:
        """Return the list of texts called `name`."""
        value = self._value(name, () if optional else None)
        path = (*self._path, name)
        if value is _BLANK:
            return ("",)
        if isinstance(value, str):
            self._report.add(
                path,
                f"A list of texts is wanted, but this is {_kind(value)}",
                f'Put square brackets round it, like {name} = ["first", "second"]',
            )
            return ("",)
        items = self._list(path, value, f'{name} = ["first", "second"]')
        return tuple(self._text((*path, at), item) for at, item in enumerate(items))

    def whole(self, name: str, least: int, most: int, *, default: int | None = None) -> int:
        """Return the whole number called `name`, 0 if it is not from `least` to `most`."""
        value = self._value(name, default)
        if value is _BLANK:
            return 0
        return self._whole((*self._path, name), value, least, most) or 0

    def span(self, name: str, least: int, most: int) -> tuple[int, int]:
        """Return the list of two numbers called `name`, the smaller first."""
        value = self._value(name, None)
        path = (*self._path, name)
        if value is _BLANK:
            return 0, 0
        if not isinstance(value, list) or len(value) != _BOTH_ENDS:
            self._report.add(
                path,
                f"Two numbers are wanted, the first and the last, but this is {_kind(value)}",
                f"Write them in square brackets, like {name} = [{least}, {least + 1}]",
            )
            return 0, 0
        first, last = (self._whole((*path, at), item, least, most) for at, item in enumerate(value))
        if first is None or last is None:
            return 0, 0
        if first > last:
            self._report.add(
                path,
                f"The range runs backwards, from {first} to {last}",
                f"Write the smaller number first: {name} = [{last}, {first}]",
            )
            return 0, 0
        return first, last

    def table(self, name: str, names: Iterable[str]) -> Table:
        """Return the table called `name`."""
        value = self._value(name, None)
        path = (*self._path, name)
        if value is _BLANK:
            return Table(self._report, None, names, path)
        return self._table(path, value, names)

    def tables(self, name: str, names: Iterable[str], *, optional: bool = False) -> list[Table]:
        """Return the list of tables called `name`, each of which has `names`."""
        names = tuple(names)
        path = (*self._path, name)
        value = self._value(name, () if optional else None, many=True)
        if value is _BLANK:
            return [Table(self._report, None, names, (*path, 0))]
        if not isinstance(value, list | tuple):
            self._report.add(
                path,
                f"A list of tables is wanted, but this is {_kind(value)}",
                f"Head each of them with [[{_header(path)}]] on a line of its own",
            )
            return [Table(self._report, None, names, (*path, 0))]
        if len(value) > limits.TABLES_READ:
            problem = f"There are {len(value):,}, far more than a guide has"
            self._report.add(path, problem, f"Keep {limits.TABLES_READ} at most")
            return [Table(self._report, None, names, (*path, 0))]
        return [self._table((*path, at), item, names) for at, item in enumerate(value)]

    def has(self, name: str) -> bool:
        """Say whether the author wrote `name`, or plainly meant to."""
        return self._values is None or name in self._values or name in self._misspelt

    def _report_unknown(self) -> None:
        """Report names nobody knows; read one that is like an absent name as if it were that."""
        written = self._values or {}
        for name in written:
            if name in self._names:
                continue
            meant = closest(name, self._names)
            if meant and meant not in written and meant not in self._misspelt:
                self._misspelt[meant] = name
                self._report.rename((*self._path, meant), name)
            cure = (
                f"Write {meant}, if that is what you mean"
                if meant
                else f"Take it out; what can stand here is {', '.join(self._names)}"
            )
            problem = f"Nothing called {shown(name, 40)} belongs here"
            self._report.add((*self._path, name), problem, cure)

    def _value(self, name: str, default: object, *, many: bool = False) -> object:
        """Return what was written, the default, or a blank when that has been reported."""
        if self._values is None:
            return _BLANK
        written = self._misspelt.get(name, name)
        if written in self._values:
            return self._values[written]
        if default is None:
            self._report.add((*self._path, name), "This is missing", self._addition(name, many))
            return _BLANK
        return default

    def _addition(self, name: str, many: bool) -> str:
        if many:
            return f"Add [[{_header((*self._path, name))}]] with its names and values below"
        if not self._path:
            return f"Add {name} = … at the top of the file, before the first heading in brackets"
        return f"Add {name} = … to {lines.written(self._path)}"

    def _table(self, path: lines.Trail, value: object, names: Iterable[str]) -> Table:
        if isinstance(value, dict):
            return Table(self._report, value, names, path)
        self._report.add(
            path,
            f"A table is wanted, but this is {_kind(value)}",
            f"Write names and values below a line of its own, [[{_header(path)}]]",
        )
        return Table(self._report, None, names, path)

    def _list(self, path: lines.Trail, value: object, example: str) -> list[object]:
        if isinstance(value, list | tuple):
            return list(value)
        self._report.add(
            path, f"A list is wanted, but this is {_kind(value)}", f"Write it like {example}"
        )
        return [_BLANK]

    def _text(self, path: lines.Trail, value: object) -> str:
        if value is _BLANK:
            return ""
        if not isinstance(value, str):
            self._report.add(
                path,
                f"A text is wanted, but this is {_kind(value)}",
                'Write the text between quotation marks, like "Medium"',
            )
            return ""
        if not any(_visible(character) for character in value):
            self._report.add(path, "The text is empty", "Write something, or take the line out")
            return ""
        return value.strip()

    def _whole(self, path: lines.Trail, value: object, least: int, most: int) -> int | None:
        example = f"Write a number from {least:,} to {most:,}, in digits only"
        if not isinstance(value, int) or isinstance(value, bool):
            self._report.add(path, f"A whole number is wanted, but this is {_kind(value)}", example)
            return None
        if not least <= value <= most:
            extreme = "small" if value < least else "large"
            self._report.add(path, f"The number is too {extreme}", example)
            return None
        return value


def _header(path: lines.Trail) -> str:
    return ".".join(part for part in path if isinstance(part, str))


def _visible(character: str) -> bool:
    # Not separators, control or format characters.  An unassigned one may be an emoji that is
    # newer than this Python.
    return unicodedata.category(character) not in ("Zs", "Zl", "Zp", "Cc", "Cf")


def _kind(value: object) -> str:
    """Return in plain words what sort of TOML value this is."""
    match value:
        case bool():
            return f"{str(value).lower()} (yes or no)"
        case str():
            return f"the text {shown(value, 30)}"
        case int():
            return "a whole number"
        case float():
            return "a number with a decimal point"
        case list() | tuple():
            return f"a list of {len(value)}"
        case dict():
            return "a table"
        case _:
            return "a date or time"
