"""What a person looks up: today, the plan, the guide, progress, settings, help."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.commands import COMMANDS, CommandHelp
from bot.domain.cadence import Occurrence
from bot.domain.cohorts import Cohort
from bot.domain.members import Member
from bot.domain.standings import Week
from bot.messages import (
    Block,
    Bullets,
    Heading,
    Message,
    Paragraph,
    Text,
)
from bot.voice import posts, words
from bot.voice.words import command, note, paragraph, row, strong, text
from content.schema import Guide, Phase

ORGANISER_COMMANDS = "organiser"


def today(
    asked: Text | None,
    mine: Sequence[tuple[str, Text]],
    reviewed: Sequence[str],
    owed: Sequence[str],
) -> Message:
    """Show today's question, where one's answers are, what came of some, and reviews owed."""
    blocks: list[Block] = [
        paragraph(strong("Open question"), ": ", *(asked or text("none right now."))),
    ]
    if mine:
        items = tuple(text(f"“{prompt}” – ", *where) for prompt, where in mine)
        blocks += [paragraph(strong("Your answers on their way")), Bullets(items)]
    if reviewed:
        blocks.append(paragraph(strong("Reviewed"), f": {words.reviewed(reviewed)}"))
    if owed:
        blocks += [
            paragraph(strong(f"{words.count(len(owed), 'review')} to give")),
            Bullets(tuple(text(f"“{prompt}”") for prompt in owed)),
            note("I have sent you the requests in private. One tap each is enough."),
        ]
    else:
        blocks.append(paragraph(strong("Reviews to give"), ": none."))
    return words.remark("Today", *blocks)


def focus(guide: Guide, phase: Phase, week: int) -> Message:
    """Show a week's focus again."""
    return words.remark(
        f"Week {week}: {phase.name}",
        Heading(f"Week {week} of {guide.weeks}: {phase.name}"),
        paragraph(phase.summary),
        Bullets(tuple(text(activity) for activity in phase.activities), style="check"),
    )


def plan(
    guide: Guide, cohort: Cohort, week: int, ahead: Sequence[Occurrence], left: int
) -> Message:
    """Show the whole plan, and what is posted next."""
    phases = tuple(
        text(
            f"{_weeks(phase)}: ",
            strong(phase.name),
            " (now)" if phase.weeks[0] <= week <= phase.weeks[1] else "",
            f". {phase.summary}",
        )
        for phase in guide.phases
    )
    blocks: list[Block] = [words.heading(f"The plan for {guide.title}"), Bullets(phases)]
    if not left:
        blocks.append(paragraph("All questions have been asked."))
    elif cohort.status == "paused" or not ahead:
        paused_ = " We pause until an organiser says `resume`." if cohort.status == "paused" else ""
        said = f"{words.count(left, 'question')} still to come.{paused_}"
        blocks.append(Paragraph(words.marked(said)))
    else:
        blocks.append(paragraph(f"{words.count(left, 'question')} still to come. Next:"))
        blocks.append(posts.upcoming(cohort, ahead))
    return words.remark("The plan", *blocks)


def timeline(guide: Guide) -> Message:
    """Show the company's interview process."""
    steps = tuple(text(f"{step.name}, {step.minutes} minutes") for step in guide.timeline)
    return words.remark(
        "How the interviews go",
        Heading(
            f"{guide.company}: {words.count(len(guide.rounds), 'round')} in "
            f"about {words.count(guide.timeline_days, 'day')}"
        ),
        Bullets(steps, style="number"),
        note(f"{words.count(guide.total_minutes, 'minute')} of interviews in all."),
    )


def guide(shown: Guide) -> Message:
    """Show what the guide knows of role and rounds."""
    low, high = shown.salary_usd
    rounds = tuple(
        text(
            strong(round_.name),
            f" ({round_.minutes} min, {round_.difficulty}; {round_.interviewer}): {round_.summary}",
        )
        for round_ in shown.rounds
    )
    return words.remark(
        shown.title,
        words.heading(shown.title),
        paragraph(shown.summary),
        note(
            f"{shown.track} · {shown.level} · {shown.difficulty} · "
            f"{shown.experience_years[0]}–{shown.experience_years[1]} years · "
            f"US${low:,}–{high:,}"
        ),
        Bullets(rounds, style="number"),
        paragraph(strong("How to prepare")),
        Bullets(tuple(text(tip) for tip in shown.tips)),
    )


def progress(
    week: Week,
    total: Week,
    average: float | None,
    strong_in: Sequence[str],
    weak_in: Sequence[str],
    practised: Bullets | None,
) -> Message:
    """Show one's own progress: self first, rank never."""
    blocks: list[Block] = [
        paragraph(
            strong("So far"),
            f": {_done(total)}{_helpful(total)}{_streak(total)}.",
        ),
        paragraph(strong("Since the last leaderboard"), f": {_done(week)}."),
    ]
    if average is not None:
        blocks.append(
            paragraph(
                strong("Your results"),
                f": {words.score(average)} of 5, over {words.count(len(total.scores), 'answer')}.",
            )
        )
    if strong_in:
        blocks.append(paragraph(strong("Seen most"), f": {words.listing(strong_in)}."))
    if weak_in:
        blocks.append(
            paragraph(
                strong("Missed most"),
                f": {words.listing(weak_in)}. Try ",
                command("practice weakest"),
                ".",
            )
        )
        blocks.append(row(("Practise the weakest", "say:practice weakest")))
    if practised:
        blocks += [paragraph(strong("Solo practice, weakest first")), practised]
    return words.remark("Your progress", *blocks)


def own_line(week: Week, points: int, average: float | None) -> Message:
    """Tell a member their own week, whether or not they are listed."""
    quality = f"; results: {words.score(average)} of 5" if average is not None else ""
    if not week.answers and not week.reviews and average is None:
        return words.remark(
            "A quiet week: no answers and no reviews of yours. You are welcome back any time."
        )
    return words.remark(
        f"Your week: {_done(week)}{quality}. That makes {words.count(points, 'point')}"
        f"{_streak(week)}."
    )


def settings(cohort: Cohort | None, member: Member | None, *, led: bool = False) -> Message:
    """Show settings as they are written, with what they mean and how to change them.

    `led` is true for an organiser, who can change all of them.
    """
    if cohort is None and member is None:
        return words.remark("Nothing is set up here. Start a cohort with `setup`.")
    blocks: list[Block] = []
    if cohort is not None:
        blocks += [paragraph(strong("This cohort")), Bullets(_cohort_settings(cohort))]
        example = command("settings time=18:00 days=mon,wed,fri")
        blocks.append(note("Organisers change these like this: ", example, "."))
    if member is not None:
        listed = "you are on the leaderboard" if member.on_board else "you are not on it"
        own = (
            text(command(f"track={member.track or 'none'}"), ": the location you interview for"),
            text(command(f"leaderboard {'in' if member.on_board else 'out'}"), f": {listed}"),
        )
        blocks += [paragraph(strong("You")), Bullets(own)]
    if cohort is not None and (led or member is not None):
        blocks.append(row(("Change", f"{'settings' if led else 'mine'}:{cohort.id}")))
    return words.remark("Settings", *blocks)


def help_(topic: str | None, *, organiser: bool, free: bool = False) -> Message:
    """List what can be said; in a channel still `free` for a cohort, offer to start one."""
    shown = [c for c in COMMANDS if topic in (None, c.name)]
    items = tuple(
        text(*_usage(entry), ": ", *words.marked(entry.what), _for_whom(entry, topic))
        for entry in shown
        if topic or organiser or entry.who != ORGANISER_COMMANDS
    )
    begin = [("Start a cohort", "say:setup")] if free else []
    if topic:
        offered = (row(*begin),) if begin and topic == "setup" else ()
        return words.remark(f"How to say {topic}", Bullets(items), *offered)
    return words.remark(
        "What I can do",
        paragraph(
            "Each posting day I ask a question, collect the answers in its thread and send each "
            "to peers for review. You can tell me, in the channel or in our direct message:"
        ),
        Bullets(items),
        note("What stands in [brackets] may be left out; | means one or the other."),
        row(
            ("My overview", "say:me"),
            ("Today", "say:today"),
            ("Practise", "say:practice"),
            *begin,
        ),
    )


def _usage(entry: CommandHelp) -> Text:
    """Return how a command is written; ways to write it that stand apart are set apart."""
    ways = [entry.usage] if "[" in entry.usage else entry.usage.split(" | ")
    spans = [span for way in ways for span in (" or ", command(way))]
    return text(*spans[1:])


def _for_whom(entry: CommandHelp, topic: str | None) -> str:
    return " Only for organisers." if topic and entry.who == ORGANISER_COMMANDS else ""


def _done(week: Week) -> str:
    answers = words.count(week.answers, "answer")
    return f"{answers} and {words.count(week.reviews, 'review')} given"


def _streak(week: Week) -> str:
    return f", with a streak of {words.count(week.streak, 'posting day')}" if week.streak else ""


def _helpful(week: Week) -> str:
    return f" ({week.helpful} found helpful)" if week.helpful else ""


def _cohort_settings(cohort: Cohort) -> tuple[Text, ...]:
    """Return a cohort's settings, each as it is typed and what it means."""
    plan_, rules = cohort.plan, cohort.rules
    seen = "not told" if rules.hide_authors else "told"
    items = [
        (f"zone={plan_.zone}", "whose times these are"),
        (f"time={plan_.post_at:%H:%M}", "when a question is posted"),
        (f"days={words.day_names(plan_.days)}", "on which days"),
        (f"board={plan_.board_at:%H:%M}", "when the leaderboard is posted, on a week's last day"),
        (f"quiet={plan_.quiet_from:%H:%M}-{plan_.quiet_to:%H:%M}", "when nobody is written to"),
        (f"reviewers={rules.reviewers}", "how many reviews an answer gets"),
        (
            f"authors={'hidden' if rules.hide_authors else 'shown'}",
            f"reviewers are {seen} whose answer they read",
        ),
        (f"lease={_hours(rules.lease)}", "how long a review is waited for"),
        (f"grace={_hours(rules.grace)}", "how late a missed post is still posted"),
        (f"report={'on' if rules.report else 'off'}", "organisers hear how messages arrived"),
    ]
    said = [text(command(setting), f": {what}") for setting, what in items]
    if plan_.skips:
        coming = words.listing([words.day(day) for day in sorted(plan_.skips)][-10:])
        said.append(text(f"no posts on {coming}"))
    return tuple(said)


def _hours(span: timedelta) -> str:
    return f"{span // timedelta(hours=1)}h"


def _weeks(phase: Phase) -> str:
    first, last = phase.weeks
    return f"Week {first}" if first == last else f"Weeks {first}–{last}"
