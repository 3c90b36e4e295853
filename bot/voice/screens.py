"""What a person looks up: today, the plan, the guide, settings, help."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from bot.commands import COMMANDS, CommandHelp
from bot.domain.cadence import Occurrence
from bot.domain.cohorts import Cohort
from bot.domain.members import Member
from bot.messages import (
    Block,
    Bullets,
    Heading,
    Message,
    Paragraph,
    Text,
)
from bot.voice import boards, posts, words
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


def settings(
    cohort: Cohort | None,
    member: Member | None,
    today: date,
    *,
    led: bool = False,
    changed: bool = False,
) -> Message:
    """Show settings as they are written, with what they mean and how to change them.

    `today` is the member's own date; `led` is true for an organiser, who can change all of them;
    `changed` where somebody has just changed any.
    """
    if cohort is None and member is None:
        return words.remark("Nothing is set up here. Start a cohort with `setup`.")
    blocks: list[Block] = [paragraph("Done. These settings hold now:")] if changed else []
    if cohort is not None:
        blocks += [paragraph(strong("This cohort")), Bullets(_cohort_settings(cohort))]
        example = command("settings time=18:00 days=mon,wed,fri")
        blocks.append(note("Organisers change these like this: ", example, "."))
    if member is not None:
        own = (
            text(command(f"track={member.track or 'none'}"), ": the location you interview for"),
            boards.setting(member),
            text(command(f"my_zone={member.zone or 'none'}"), f": {_own_clock(member)}"),
            text(command(_mute(member, today)), f": {_heard(member, today)}"),
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


def _own_clock(member: Member) -> str:
    if member.zone is None:
        return "you live by the cohort's clock"
    return "your own clock, whose nights I keep"


def _mute(member: Member, today: date) -> str:
    if member.muted_until is None or not member.muted(today):
        return "mute off"
    return f"mute until {member.muted_until.isoformat()}"


def _heard(member: Member, today: date) -> str:
    if member.muted(today):
        return "you get nothing but your results"
    return "I write to you when there is something"


def _hours(span: timedelta) -> str:
    return f"{span // timedelta(hours=1)}h"


def _weeks(phase: Phase) -> str:
    first, last = phase.weeks
    return f"Week {first}" if first == last else f"Weeks {first}–{last}"
