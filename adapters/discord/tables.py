"""Tables: columns of equal letters in a block of code, since Discord has no tables."""

from __future__ import annotations

from collections.abc import Sequence

from wcwidth import wcswidth

from adapters.discord.markup import isolated, one_line
from bot.messages import Table

_WIDEST = 40
"""Columns of one cell up to which later cells stay in line: wider ones would push all aside."""


def columns(table: Table) -> str:
    """Return the table as lines whose cells stand below each other, numbers on the right."""
    rows = [[one_line(cell).strip() for cell in row] for row in (table.header, *table.rows)]
    count = max(len(row) for row in rows)
    rows = [row + [""] * (count - len(row)) for row in rows]
    sides = [_numeric([row[place] for row in rows[1:]]) for place in range(count)]
    widths = [_widest([row[place] for row in rows]) for place in range(count)]
    return "\n".join(_line(row, widths, sides) for row in rows)


def _line(row: Sequence[str], widths: Sequence[int], sides: Sequence[bool]) -> str:
    cells = zip(row, widths, sides, strict=True)
    return "  ".join(_padded(cell, width, right=right) for cell, width, right in cells).rstrip()


def _widest(cells: Sequence[str]) -> int:
    return max((width for cell in cells if (width := _width(cell)) <= _WIDEST), default=0)


def _numeric(cells: Sequence[str]) -> bool:
    return bool(cells) and all(cell[:1].isdigit() or cell in ("", "–", "-") for cell in cells)


def _padded(cell: str, width: int, *, right: bool) -> str:
    space = " " * (width - _width(cell))
    return space + isolated(cell) if right else isolated(cell) + space


def _width(text: str) -> int:
    width = wcswidth(isolated(text))
    return len(text) if width < 0 else width
