"""A member's own progress as a picture: scores week by week, the streak, criteria seen and missed.

Rule: a score never stands without how sure it is; a week without one is a gap, not a zero.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.pictures import CRITERIA_AT_MOST, Criterion, Progress, Score, Theme
from bot.voice.pictures_lettering import Letters
from bot.voice.pictures_svg import COLOURS, EDGE, RIGHT, Pen, bar, box, card
from bot.voice.words import count

_FIGURES_BOTTOM = 108
_CHART_TOP, _CHART_BOTTOM, _CHART_LEFT = 152, 272, EDGE + 20
_BAR, _BAR_END = 232, 348
Spots = list[tuple[float, Score]]


def svg(progress: Progress, letters: Letters, theme: Theme) -> str:
    """Draw it."""
    pen = Pen(letters, COLOURS[theme])
    drawn = [pen.head(progress.title, progress.subtitle), _figures(pen, progress)]
    y = float(_FIGURES_BOTTOM)
    if progress.weeks():
        drawn.append(_chart(pen, progress.weeks()))
        y = _CHART_BOTTOM + 26
    if progress.criteria:
        y += 24
        drawn.append(_criteria(pen, progress.criteria[:CRITERIA_AT_MOST], y))
        y += 26 * min(len(progress.criteria), CRITERIA_AT_MOST) + 14
        left = len(progress.criteria) - CRITERIA_AT_MOST
        if left > 0:
            drawn.append(pen.words(EDGE, y - 14, f"and {left} more", fill=pen.colours.quiet))
            y += 22
        legend, y = pen.legend(
            y - 8, ((pen.colours.accent, "seen by peers"), (pen.colours.missed, "missed"))
        )
        drawn.append(legend)
    if progress.note:
        note, y = pen.note(y + 26, progress.note)
        drawn.append(note)
    return card(y + 20, "".join(drawn), pen.colours)


def _figures(pen: Pen, progress: Progress) -> str:
    latest = progress.latest()
    score = f"{latest.mean:.1f}" if latest and latest.mean is not None else "–"
    said = f"score, {count(latest.n, 'review')}" if latest else "no score yet"
    days = count(progress.streak, "day")
    best = f"streak, best {progress.best_streak}" if progress.best_streak else "streak"
    sure = pen.fit(progress.sureness, 12, 250)
    return "".join(
        (
            pen.words(EDGE, 102, score, size=30, bold=True),
            pen.words(EDGE + 52, 88, said, size=12, fill=pen.colours.quiet),
            pen.words(EDGE + 52, 103, sure, size=12, fill=pen.colours.quiet)
            if progress.sureness
            else "",
            pen.words(RIGHT, 92, days, size=16, bold=True, anchor="end"),
            pen.words(RIGHT, 108, best, size=12, fill=pen.colours.quiet, anchor="end"),
        )
    )


def _chart(pen: Pen, weeks: Sequence[Score]) -> str:
    drawn = [
        pen.words(EDGE, 136, "Score by week; the band is how far off it may be", size=12,
                  fill=pen.colours.quiet)
    ]  # fmt: skip
    for mark in range(1, 6):
        y = _height(mark)
        drawn.append(box(_CHART_LEFT, y - 0.5, RIGHT - _CHART_LEFT, 1, pen.colours.track))
        drawn.append(
            pen.words(_CHART_LEFT - 9, y + 4, str(mark), size=11, anchor="end",
                      fill=pen.colours.quiet)
        )  # fmt: skip
    step = (RIGHT - _CHART_LEFT) / max(len(weeks), 1)
    spots = [(_CHART_LEFT + step * (place + 0.5), week) for place, week in enumerate(weeks)]
    drawn.extend(_stretch(pen, stretch) for stretch in _stretches(spots))
    for x, week in spots:
        said = pen.fit(week.week, 11, step - 2)
        drawn.append(
            pen.words(x, _CHART_BOTTOM + 18, said, size=11, anchor="middle", fill=pen.colours.quiet)
        )
    return "".join(drawn)


def _stretches(spots: Spots) -> Iterator[Spots]:
    """Return weeks with scores, divided where a week has none."""
    stretch: Spots = []
    for spot in spots:
        if spot[1].mean is not None:
            stretch.append(spot)
        elif stretch:
            yield stretch
            stretch = []
    if stretch:
        yield stretch


def _stretch(pen: Pen, spots: Spots) -> str:
    accent = pen.colours.accent
    if len(spots) == 1:
        # One week has no band to lie in; a bar says as much.
        x, only = spots[0]
        edges = [
            (x - 5, only.high()),
            (x + 5, only.high()),
            (x + 5, only.low()),
            (x - 5, only.low()),
        ]
    else:
        edges = [(x, week.high()) for x, week in spots]
        edges += [(x, week.low()) for x, week in reversed(spots)]
    band = " ".join(f"{x:.5g},{_height(value):.5g}" for x, value in edges)
    line = " ".join(f"{x:.5g},{_height(week.mean or 1):.5g}" for x, week in spots)
    dots = "".join(
        f'<circle cx="{x:.5g}" cy="{_height(week.mean or 1):.5g}" r="4" fill="{accent}" '
        f'stroke="{pen.colours.card}" stroke-width="1.5"/>'
        for x, week in spots
    )
    return (
        f'<polygon points="{band}" fill="{accent}" fill-opacity="0.18"/>'
        f'<polyline points="{line}" fill="none" stroke="{accent}" stroke-width="2.5" '
        f'stroke-linejoin="round" stroke-linecap="round"/>{dots}'
    )


def _height(score: float) -> float:
    share = (min(max(score, 1), 5) - 1) / 4
    return _CHART_BOTTOM - share * (_CHART_BOTTOM - _CHART_TOP)


def _criteria(pen: Pen, criteria: Sequence[Criterion], y: float) -> str:
    drawn = []
    for place, one in enumerate(criteria):
        at, whole = y + 26 * place, one.seen + one.missed
        shares = ((one.seen, pen.colours.accent), (one.missed, pen.colours.missed))
        pieces = [(share / whole, colour) for share, colour in shares if share > 0]
        said = f"{one.seen} of {whole}" if whole else "–"
        drawn += [
            pen.words(EDGE, at, pen.fit(one.name, 13.5, _BAR - EDGE - 10), size=13.5),
            box(_BAR, at - 9.5, _BAR_END - _BAR, 10, pen.colours.track, 2),
            bar((_BAR, at - 9.5), _BAR_END - _BAR, pieces) if pieces else "",
            pen.words(RIGHT, at, said, anchor="end"),
        ]
    return "".join(drawn)
