"""The leaderboard as a picture: a row for each standing, and below it what points come from.

Rule: names, bars and points have columns of their own, and whatever is too wide is cut.  The bar of
whoever is anonymous is in one piece.
"""

from __future__ import annotations

from bot.pictures import PARTS, Leaderboard, Row, Theme
from bot.voice.pictures_lettering import Letters
from bot.voice.pictures_svg import COLOURS, EDGE, RIGHT, Pen, bar, box, card

_FIRST, _STEP = 92, 32
"""Where the first row's words stand, and how far below the next one's do."""
_PLACE, _NAME, _NAME_END = 40, 52, 226
_BAR, _BAR_END = 236, 366


def svg(board: Leaderboard, letters: Letters, theme: Theme) -> str:
    """Draw it."""
    pen = Pen(letters, COLOURS[theme])
    rows = board.shown()
    most = max((row.total() for row in rows), default=0)
    drawn = [pen.head(board.title, board.subtitle)]
    for position, row in enumerate(rows):
        drawn.append(_row(pen, row, position, most))
    y: float = _FIRST + _STEP * len(rows)
    if not rows:
        drawn.append(pen.words(EDGE, y, "Nobody has points yet.", fill=pen.colours.quiet))
        y += _STEP
    if board.left():
        more = f"and {board.left()} more"
        drawn.append(pen.words(_NAME, y - 4, more, fill=pen.colours.quiet))
        y += 26
    legend, y = _legend(pen, rows, y)
    drawn.append(legend)
    if board.note:
        note, y = pen.note(y + 26, board.note)
        drawn.append(note)
    return card(y + 20, "".join(drawn), pen.colours)


def _row(pen: Pen, row: Row, position: int, most: int) -> str:
    y = _FIRST + _STEP * position
    first, total = row.place == 1, row.total()
    name = pen.fit(row.name, 15, _NAME_END - _NAME)
    pieces = [
        (points / max(most, 1), colour)
        for points, colour in zip(row.points.parts(), pen.colours.parts, strict=True)
        if points > 0
    ]
    if row.whole:
        pieces = [(row.whole / max(most, 1), pen.colours.missed)]
    return "".join(
        (
            pen.words(
                _PLACE,
                y,
                str(row.place),
                size=14,
                anchor="end",
                bold=first,
                fill=pen.colours.text if first else pen.colours.quiet,
            ),
            pen.words(_NAME, y, name, size=15),
            box(_BAR, y - 10.5, _BAR_END - _BAR, 11, pen.colours.track, 2),
            bar((_BAR, y - 10.5), _BAR_END - _BAR, pieces, 11),
            pen.words(RIGHT, y, str(total), size=15, anchor="end", bold=True),
        )
    )


def _legend(pen: Pen, rows: tuple[Row, ...], y: float) -> tuple[str, float]:
    used = [any(row.points.parts()[place] for row in rows) for place in range(len(PARTS))]
    items = [
        (colour, part)
        for part, colour, is_used in zip(PARTS, pen.colours.parts, used, strict=True)
        if is_used
    ]
    if not items:
        return "", y - _STEP
    rule = box(EDGE, y - 12, RIGHT - EDGE, 1, pen.colours.track)
    drawn, y = pen.legend(y + 13, items)
    return rule + drawn, y
