"""The leaderboard, everybody's own line beside it, and one's own progress.

Rule: one's own progress comes before any rank, and a leaderboard has no bottom: it shows those in
front and says how many more have points.  Beside a pen name stands nothing that could be counted
in the channel.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot import pictures
from bot.domain import standings as rules
from bot.domain.members import Member
from bot.domain.standings import Standing, Week
from bot.messages import Block, Bullets, Heading, Message, Note, Table, Text
from bot.pictures import PARTS, Criterion, Points, Row, Score
from bot.voice import words
from bot.voice.words import command, note, paragraph, row, strong, text
from content.schema import Guide

_HEADER = ("", "Member", "Points", "Answers", "Reviews", "Helpful", "Streak")
_VEILED = "–"

OPTIONS = {
    "in": "I appear on it",
    "anonymous": "I appear under a made-up name",
    "out": "I do not appear on it",
}
_HOW = {
    "in": "you are on the leaderboard",
    "anonymous": "you are on the leaderboard, under a made-up name",
    "out": "you are not on it",
}


@dataclass(frozen=True, slots=True)
class Own:
    """One's own progress: since the last leaderboard, in all, and season by season.

    `seasons` are phases with the points of each, the one that runs now last; `strong` and `weak`
    are what reviewers saw and missed most.
    """

    week: Week
    total: Week
    seasons: Sequence[tuple[str, int]] = ()
    strong: Sequence[str] = ()
    weak: Sequence[str] = ()
    scores: Sequence[Score] = ()
    best_streak: int = 0
    criteria: Sequence[Criterion] = ()


def leaderboard(guide: Guide, standings: Sequence[Standing], week: int, *, last: bool) -> Message:
    """Show the leaderboard of a week of the plan; `last` when the plan is through."""
    title = f"Leaderboard: week {min(max(week, 1), guide.weeks)} of {guide.weeks}"
    blocks: list[Block] = [Heading(title)]
    drawn = _drawn(title, guide, standings)
    if standings:
        shown = standings[: len(drawn.rows)]
        blocks.append(Table(_HEADER, tuple(_standing_row(standing) for standing in shown)))
        if drawn.more:
            more = words.count(drawn.more, "more member has points", "more members have points")
            blocks.append(note(f"{more}."))
        blocks.append(Note(words.marked(_NOTE)))
    else:
        quiet = "Nobody has answered or reviewed so far this week. One answer is enough to lead."
        blocks.append(paragraph("Nobody answered or reviewed this week." if last else quiet))
    if last:
        blocks.append(
            paragraph(
                f"That was the whole plan for {guide.title}. Well done, all of you! Reviews still "
                "on their way will arrive, and ",
                words.command("practice"),
                " stays yours for as long as you like.",
            )
        )
    summary = "This week's leaderboard"
    if standings:
        top = words.listing([s.week.name for s in standings if s.place == 1])
        summary += f": {top} in front with {words.count(standings[0].points, 'point')}"
    message = words.message("leaderboard", summary, *blocks)
    return replace(message, picture=drawn) if standings else message


def _drawn(title: str, guide: Guide, standings: Sequence[Standing]) -> pictures.Leaderboard:
    """Return the leaderboard as it is drawn: only who is shown, and how many more there are."""
    rows = tuple(_drawn_row(standing) for standing in standings)
    whole = pictures.Leaderboard(title, guide.title, rows)
    return replace(whole, rows=whole.shown(), more=whole.left())


def _drawn_row(standing: Standing) -> Row:
    week = standing.week
    if week.hidden:
        return Row(standing.place, week.name, Points(), whole=standing.points)
    return Row(standing.place, week.name, rules.parts(week))


def own_line(week: Week) -> Message:
    """Tell a member their own week, whether or not they are listed."""
    average = rules.mean(week.scores)
    quality = f"; results: {words.score(average)} of 5" if average is not None else ""
    if not week.answers and not week.reviews and average is None and not week.gains:
        return words.remark(
            "No answers and no reviews of yours this week. You are welcome any time."
        )
    earned = rules.parts(week)
    return words.remark(
        f"Your week: {_done(week)}{quality}. That makes "
        f"{words.count(earned.total(), 'point')}{_made_of(earned)}{_streak(week)}."
    )


def progress(own: Own, practised: Bullets | None, guide: Guide) -> Message:
    """Show one's own progress: self first, rank never."""
    total = own.total
    blocks: list[Block] = [
        paragraph(strong("So far"), f": {_done(total)}{_helpful(total)}{_streak(total)}."),
        paragraph(strong("Since the last leaderboard"), f": {_done(own.week)}."),
    ]
    average = rules.mean(total.scores)
    if average is not None:
        over = words.count(len(total.scores), "answer")
        said = f": {words.score(average)} of 5, over {over}."
        blocks.append(paragraph(strong("Your results"), said))
    if any(points for _, points in own.seasons):
        blocks.append(paragraph(strong("Your points"), f": {_seasons(own.seasons)}."))
    if own.strong:
        blocks.append(paragraph(strong("Seen most"), f": {words.listing(own.strong)}."))
    if own.weak:
        blocks.append(
            paragraph(
                strong("Missed most"),
                f": {words.listing(own.weak)}. Try ",
                command("practice weakest"),
                ".",
            )
        )
        blocks.append(row(("Practise the weakest", "say:practice weakest")))
    if practised:
        blocks += [paragraph(strong("Solo practice, weakest first")), practised]
    message = words.remark("Your progress", *blocks)
    return replace(message, picture=_drawn_progress(own, guide)) if total.scores else message


def _drawn_progress(own: Own, guide: Guide) -> pictures.Progress:
    """Return one's own progress as it is drawn."""
    scores = tuple(own.scores)
    latest = next((one for one in reversed(scores) if one.mean is not None), None)
    sure = f"give or take {words.score(latest.margin)}" if latest and latest.margin else ""
    return pictures.Progress(
        title="Your progress",
        subtitle=guide.title,
        scores=scores,
        sureness=sure,
        streak=own.total.streak,
        best_streak=own.best_streak,
        criteria=tuple(own.criteria),
    )


def setting(member: Member) -> Text:
    """Return how a member stands on the leaderboard, as it is typed and in words."""
    return text(command(f"leaderboard {member.shown}"), f": {_HOW[member.shown]}")


def chosen(member: Member, penname: str) -> Message:
    """Confirm how a member stands on the leaderboard."""
    if not member.on_board:
        return words.remark(
            "You are off the leaderboard. Your own week still comes to you alone. "
            "`leaderboard in` puts you back."
        )
    if member.anonymous:
        return words.remark(
            f"On the leaderboard you are {penname} from now on; nobody else is told. Your points "
            "stand there as they are. `leaderboard in` shows your own name again."
        )
    return words.remark(
        "You are on the leaderboard. `leaderboard anonymous` puts a made-up name in place of "
        "yours, `leaderboard out` takes you off it."
    )


_NOTE = (
    "Points: answers, reviews, how helpful these were, results, improvement and streak, each up "
    "to a limit. Rather not be named, or listed? Say `leaderboard anonymous` or `leaderboard out`."
)


def _standing_row(standing: Standing) -> tuple[str, ...]:
    week = standing.week
    counts = (week.answers, week.reviews, week.helpful, week.streak)
    told = [_VEILED if week.hidden else str(count) for count in counts]
    return (f"{standing.place}.", week.name, str(standing.points), *told)


def _seasons(seasons: Sequence[tuple[str, int]]) -> str:
    name, points = seasons[-1]
    now = f"{words.count(points, 'point')} in this season ({name})"
    earlier = [f"{points} in {name}" for name, points in seasons[:-1] if points]
    return f"{now}; before it {words.listing(earlier)}" if earlier else now


def _made_of(earned: Points) -> str:
    made = [
        f"{part} {points}" for part, points in zip(PARTS, earned.parts(), strict=True) if points
    ]
    return f" ({', '.join(made)})" if len(made) > 1 else ""


def _done(week: Week) -> str:
    answers = words.count(week.answers, "answer")
    return f"{answers} and {words.count(week.reviews, 'review')} given"


def _streak(week: Week) -> str:
    return f", with a streak of {words.count(week.streak, 'posting day')}" if week.streak else ""


def _helpful(week: Week) -> str:
    return f" ({week.helpful} found helpful)" if week.helpful else ""
