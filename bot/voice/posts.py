"""What a whole channel reads: the kick-off, focus, questions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.cadence import Occurrence
from bot.domain.cohorts import Cohort
from bot.domain.prompts import Prompt
from bot.messages import Block, Bullets, Heading, Message
from bot.voice import calibrations, words
from bot.voice.words import moment, note, paragraph, row, strong, text
from content.schema import Guide, Phase, Question

COUNTED = "✅"
LATE = "⏰"

_TIPS_SHOWN = 3


def kickoff(cohort: Cohort, guide: Guide, first: datetime | None) -> Message:
    """Invite the channel to join."""
    starts = text("First post: ", moment(first, cohort), ".") if first else text()
    how = (
        text(strong("Answer"), " in the question's thread. Several messages are fine."),
        text(strong("Review"), " your peers' answers by tapping a number. It takes a minute."),
        text(strong("Learn"), " what your own reviewers saw, and what they missed."),
    )
    named = "without" if cohort.rules.hide_authors else "with"
    blocks: tuple[Block, ...] = (
        words.heading(f"Preparing for {guide.title}"),
        paragraph(
            f"Let us do it together: {words.count(guide.weeks, 'week')}, one question on each "
            f"posting day ({words.days(cohort.plan.days)}). ",
            *starts,
        ),
        Bullets(how),
        note(
            f"Scores are for practice only. Reviewers are sent your answers {named} your name. ",
            words.command("mydata"),
            " shows all I keep about you, ",
            words.command("forgetme"),
            " deletes it.",
        ),
        row(("Join", f"join:{cohort.id}")),
    )
    return words.message("notice", f"A cohort for {guide.title} starts here. Join in!", *blocks)


def focus(
    guide: Guide,
    phase: Phase,
    week: int,
    tips: Sequence[tuple[str, str]],
    weeks_left: int,
    *,
    bar: str | None = None,
) -> Message:
    """Tell what the week is about; `bar` is a cohort that is invited to rate model answers."""
    blocks: list[Block] = [
        Heading(f"Week {week} of {guide.weeks}: {phase.name}"),
        paragraph(phase.summary),
        Bullets(tuple(text(activity) for activity in phase.activities), style="check"),
    ]
    if tips:
        shown = _tips_of(tips, week - phase.weeks[0])
        blocks += [
            paragraph(strong("Tips for the interviews this prepares you for")),
            Bullets(tuple(text(strong(round_), f": {tip}") for round_, tip in shown)),
        ]
    blocks.append(note(_span(phase), _weeks_left(weeks_left)))
    if bar is not None:
        blocks.append(row((calibrations.INVITATION, f"bar:{bar}")))
    return words.message("focus", f"Week {week}: {phase.name}", *blocks)


def question(
    prompt: Prompt,
    asked: Question,
    guide: Guide,
    cohort: Cohort,
    total: int,
    *,
    answers: int = 0,
) -> Message:
    """Ask the question of the day; `answers` is how many have answered it so far."""
    round_ = guide.rubric(asked.key)
    tags = f" · {', '.join(asked.tags)}" if asked.tags else ""
    blocks: list[Block] = [
        Heading(f"Question {prompt.number} of {total}"),
        paragraph(strong(asked.prompt)),
        note(f"{round_.name} · speak for about {words.count(asked.minutes, 'minute')}{tags}"),
        paragraph(
            "Answer in this thread. ",
            words.count(cohort.rules.reviewers, "peer reviews it", "peers review it"),
            f" for {words.listing([words.inline(criterion.name) for criterion in round_.criteria])}"
            ". On time until ",
            moment(prompt.closes_at, cohort),
            "; later counts too.",
        ),
    ]
    if prompt.missed:
        gone = words.dates(prompt.missed)
        blocks.append(note(f"I was not running on {gone}; we go on where we stopped."))
    if answers:
        said = words.count(answers, "member has answered", "members have answered")
        blocks.append(note(f"{said} so far."))
    blocks.append(row(("Answer in private", f"answer:{prompt.id}"), _practise(guide, asked)))
    return Message("question", words.clip(asked.prompt, 300), tuple(blocks), question=asked.key)


def upcoming(cohort: Cohort, occurrences: Sequence[Occurrence]) -> Bullets:
    """List what is posted next, in every reader's own time and in UTC."""
    items = tuple(
        text(
            f"{occurrence.kind.capitalize()}: ",
            moment(occurrence.at, cohort),
            f" ({_in_utc(occurrence)})",
        )
        for occurrence in occurrences
    )
    return Bullets(items or (text("nothing is planned"),))


def _tips_of(tips: Sequence[tuple[str, str]], week: int) -> Sequence[tuple[str, str]]:
    """Return a few tips for the phase's week `week`, from 0: other ones each week, mixed."""
    rounds = [round_ for round_, _ in tips]
    place = {tip: rounds[:number].count(tip[0]) for number, tip in enumerate(tips)}
    mixed = sorted(tips, key=lambda tip: place[tip])
    first = week * _TIPS_SHOWN % len(mixed)
    return (mixed[first:] + mixed[:first])[:_TIPS_SHOWN]


def _span(phase: Phase) -> str:
    first, last = phase.weeks
    return "" if first == last else f"The focus of weeks {first} to {last}. "


def _weeks_left(weeks: int) -> str:
    if weeks == 0:
        return "The last week of the plan."
    return f"{words.count(weeks, 'week')} to go after this one."


def _in_utc(occurrence: Occurrence) -> str:
    """Return the time in UTC, with the weekday where it is another one there."""
    other = (
        "" if occurrence.at.date() == occurrence.day else f"{words.day(occurrence.at.date())[:3]} "
    )
    return f"{other}{occurrence.at:%H:%M} UTC"


def _practise(guide: Guide, asked: Question) -> tuple[str, str]:
    return "Practise alone", f"practise:{guide.key}:{asked.key}"
