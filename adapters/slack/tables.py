"""Tables: Slack's own block where it takes it, columns of equal letters where it does not.

The block is younger than many a workspace's plan and fits messages only, at most one in each,
so every table can be set in columns as well, from the block itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from wcwidth import wcswidth

from adapters.slack.richtext import Json, isolated, one_line, preformatted
from adapters.slack.splitting import weight
from bot.messages import Table

ROWS_MOST = 100
COLUMNS_MOST = 20
ROOM = 9_000
"""Slack takes 10,000 characters in all cells, but the message has to hold more than a table."""
_WIDEST = 40
"""Columns of one cell up to which later cells stay in line: wider ones would push all aside."""


def native(table: Table) -> Json | None:
    """Return the table as Slack's block; `None` if it is larger than that may be, or empty."""
    rows = _rows(table)
    width = len(rows[0])
    if not 0 < width <= COLUMNS_MOST or len(rows) > ROWS_MOST:
        return None
    # Columns without a word are no block at all.
    if not any(any(row) for row in rows):
        return None
    # A cell without a character is refused: a space is an empty cell.
    cells = [[{"type": "raw_text", "text": cell or " "} for cell in row] for row in rows]
    settings = [
        {"align": "right" if right else "left", "is_wrapped": True} for right in _sides(rows)
    ]
    block: Json = {"type": "table", "rows": cells, "column_settings": settings}
    return block if room(block) <= ROOM else None


def room(block: Json) -> int:
    """Return the room that has to be left for a table, whichever way it is shown."""
    return max(weight(block), weight(in_columns(block)))


def columns(table: Table) -> str:
    """Return the table as lines whose cells stand below each other."""
    return _aligned(_rows(table))


def in_columns(block: Json) -> Json:
    """Return the block that shows the same where Slack refuses a table block."""
    rows = cast("list[list[dict[str, str]]]", block["rows"])
    return preformatted(_aligned([[cell["text"].strip() for cell in row] for row in rows]))


def _rows(table: Table) -> list[list[str]]:
    rows = [[one_line(cell).strip() for cell in row] for row in (table.header, *table.rows)]
    width = max(len(row) for row in rows)
    return [row + [""] * (width - len(row)) for row in rows]


def _aligned(rows: Sequence[Sequence[str]]) -> str:
    sides = _sides(rows)
    widths = [
        max((width for row in rows if (width := _width(row[place])) <= _WIDEST), default=0)
        for place in range(len(sides))
    ]
    return "\n".join(
        "  ".join(
            _padded(cell, width, right=right)
            for cell, width, right in zip(row, widths, sides, strict=True)
        ).rstrip()
        for row in rows
    )


def _sides(rows: Sequence[Sequence[str]]) -> list[bool]:
    """Return for each column whether it stands right: numbers do."""
    return [_numeric([row[place] for row in rows[1:]]) for place in range(len(rows[0]))]


def _numeric(cells: Sequence[str]) -> bool:
    return bool(cells) and all(cell[:1].isdigit() or cell in ("", "–", "-") for cell in cells)


def _padded(cell: str, width: int, *, right: bool) -> str:
    space = " " * (width - _width(cell))
    return space + isolated(cell) if right else isolated(cell) + space


def _width(text: str) -> int:
    width = wcswidth(isolated(text))
    return len(text) if width < 0 else width
