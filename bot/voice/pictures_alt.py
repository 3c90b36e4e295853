"""The same as pictures show, in words, for whoever listens to a chat instead of seeing it.

Rule: everything that is drawn is said, in at most `ALT_LIMIT` characters.  Names are cut only
where they would not fit, and never below what the picture shows of most.
"""

from __future__ import annotations

from bot.pictures import (
    CRITERIA_AT_MOST,
    PARTS,
    Criterion,
    Leaderboard,
    Progress,
    Row,
    Score,
)
from bot.voice.pictures_lettering import cut, plain
from bot.voice.words import count, listing

ALT_LIMIT = 1_000
"""Slack takes as many characters for a file, Discord 1,024."""
_LENGTHS = (60, 40, 30, 24, 20, 16, 12)


def leaderboard(board: Leaderboard) -> str:
    """Say a leaderboard."""
    return next(
        (said for length in _LENGTHS if len(said := _leaderboard(board, length)) <= ALT_LIMIT),
        cut(_leaderboard(board, _LENGTHS[-1]), ALT_LIMIT),
    )


def progress(own: Progress) -> str:
    """Say a member's progress."""
    return next(
        (said for length in _LENGTHS if len(said := _progress(own, length)) <= ALT_LIMIT),
        cut(_progress(own, _LENGTHS[-1]), ALT_LIMIT),
    )


def _leaderboard(board: Leaderboard, length: int) -> str:
    rows = board.shown()
    used = [place for place in range(len(PARTS)) if any(row.points.parts()[place] for row in rows)]
    said = [_sentence(board.title, length), _sentence(board.subtitle, length)]
    if used:
        order = ", in this order" if len(used) > 1 else ""
        said.append(f"Points come from {listing([PARTS[place] for place in used])}{order}.")
    if not rows:
        said.append("Nobody has points yet.")
    said += [_row(row, used, length) for row in rows]
    if board.left():
        said.append(f"And {board.left()} more.")
    if board.note:
        said.append(_sentence(board.note, 2 * length))
    return " ".join(said)


def _row(row: Row, used: list[int], length: int) -> str:
    said = f"{row.place}. {cut(plain(row.name), length)}: {row.total()}"
    if row.whole is not None or len(used) == 1:
        return f"{said}."
    parts = "+".join(str(row.points.parts()[place]) for place in used)
    return f"{said} ({parts})."


def _progress(own: Progress, length: int) -> str:
    said = [_sentence(own.title, length), _sentence(own.subtitle, length)]
    latest = own.latest()
    if latest is None or latest.mean is None:
        said.append("No score yet.")
    else:
        sure = f"; {cut(plain(own.sureness), 2 * length)}" if own.sureness else ""
        said.append(f"Score {latest.mean:.1f} of 5 from {count(latest.n, 'review')}{sure}.")
    best = f", best {own.best_streak}" if own.best_streak else ""
    said.append(f"Streak {count(own.streak, 'day')}{best}.")
    if own.weeks():
        said.append(f"By week: {', '.join(_week(week, length) for week in own.weeks())}.")
    if own.criteria:
        shown = own.criteria[:CRITERIA_AT_MOST]
        said.append(f"Criteria seen by peers: {', '.join(_criterion(c, length) for c in shown)}.")
        if len(own.criteria) > len(shown):
            said.append(f"And {len(own.criteria) - len(shown)} more.")
    if own.note:
        said.append(_sentence(own.note, 2 * length))
    return " ".join(said)


def _week(week: Score, length: int) -> str:
    name = cut(plain(week.week), length)
    if week.mean is None:
        return f"{name} none"
    return f"{name} {week.mean:.1f} (between {week.low():.1f} and {week.high():.1f})"


def _criterion(one: Criterion, length: int) -> str:
    return f"{cut(plain(one.name), length)} {one.seen} of {one.seen + one.missed}"


def _sentence(words: str, length: int) -> str:
    said = cut(plain(words), length)
    return said if said.endswith((".", "!", "?", "…")) else f"{said}."
