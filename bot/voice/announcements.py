"""What changes in a cohort's plan, told to its channel or its organisers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.domain.cadence import Occurrence
from bot.domain.cohorts import Cohort
from bot.messages import Block, Message
from bot.voice import posts, words
from bot.voice.words import moment, paragraph


def pausing() -> Message:
    """Tell the channel of a pause."""
    return words.remark("We pause: no new questions until further notice.")


def going_on(cohort: Cohort, ahead: Sequence[Occurrence]) -> Message:
    """Tell the channel that a pause is over."""
    blocks: list[Block] = [paragraph("We go on.")]
    if ahead:
        blocks = [paragraph("We go on. Next post: ", moment(ahead[0].at, cohort), ".")]
    return words.remark("We go on", *blocks)


def changed(cohort: Cohort, ahead: Sequence[Occurrence]) -> Message:
    """Tell the channel that days or times have changed, by what comes next."""
    days = words.days(cohort.plan.days)
    return words.remark(
        "The plan has changed",
        paragraph(f"The plan has changed: questions on {days}. Next:"),
        posts.upcoming(cohort, ahead),
    )


def skipped(day: date, *, undo: bool) -> Message:
    """Tell that a date is left out, or is not any more."""
    if undo:
        return words.remark(f"There are posts again on {words.full_day(day)}.")
    return words.remark(
        f"No posts on {words.full_day(day)}; its question comes at the end of the plan."
    )


def skipped_already(day: date, *, undo: bool) -> Message:
    """Tell that there was nothing to change."""
    if undo:
        return words.remark(f"{words.full_day(day)} was not skipped, so nothing changes.")
    return words.remark(f"{words.full_day(day)} is skipped already, so nothing changes.")


def shifted(days: int) -> Message:
    """Tell that everything still to come moves."""
    return words.remark(f"Everything still to come moves by {words.count(days, 'day')}.")


def taken_over() -> Message:
    """Tell somebody that they organise a cohort now."""
    return words.remark(
        "The organiser of your cohort is gone. You are the member who has been here longest, "
        "so you organise it from now on: `help` lists what you can change."
    )


def delivered(sent: int, of: int, *, late: int, elsewhere: int, waiting: int, dead: int) -> Message:
    """Tell the organisers, in one line, how a day's messages arrived where not all is well."""
    said = [f"{sent} of {words.count(of, 'message')} arrived."]
    for number, one, more in (
        (late, "One of them was late.", "{} of them were late."),
        (
            elsewhere,
            "One direct message was closed to me, so I used a private thread.",
            "{} direct messages were closed to me, so I used private threads.",
        ),
        (waiting, "One is still on its way.", "{} are still on their way."),
        (dead, "One could not be delivered.", "{} could not be delivered."),
    ):
        if number:
            said.append(one if number == 1 else more.format(number))
    if dead:
        said.append("Whoever runs me sees them with `loopmates letters list`.")
    return words.remark(" ".join(said))


def week_delivered(sent: int, of: int) -> Message:
    """Tell the organisers how a whole week's messages arrived."""
    counted = words.count(of, "message")
    said = f"All {counted}" if sent == of else f"{sent} of {counted}"
    return words.remark(
        f"{said} of the last seven days arrived. "
        "(Of a day I tell you only what went wrong; `settings report=off` ends this.)"
    )


def gap(missed: Sequence[date], late: int) -> Message:
    """Tell the organisers, in one line, what became of posts while the coach was not running."""
    said = "I was not running for a while."
    if late:
        said += f" {words.count(late, 'post')} came late."
    if missed:
        said += f" I left out what was due on {words.dates(missed)}; its"
        said += " questions are asked later, one a day."
    return words.remark(said)
