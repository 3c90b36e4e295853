"""What somebody sees of everything that is theirs, at one look: the App Home, and `me`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.cadence import Occurrence
from bot.domain.cohorts import Cohort
from bot.domain.members import Member
from bot.domain.standings import Week
from bot.messages import Block, Bullets, Channel, Message, Text
from bot.voice import words
from bot.voice.words import command, moment, note, paragraph, row, strong, text
from content.schema import Guide

PROMPTS_SHOWN = 5
"""Answers and reviews listed of each cohort; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Mine:
    """One cohort as one person sees it: `member` is `None` for who only organises it.

    `today` is the cohort's date, `own_day` the member's.
    """

    cohort: Cohort
    guide: Guide
    member: Member | None
    today: date
    own_day: date
    open_question: str | None
    closes_at: datetime | None
    answers: Sequence[tuple[str, Text]]
    reviewed: Sequence[str]
    owed: Sequence[str]
    total: Week | None
    ahead: Sequence[Occurrence]


@dataclass(frozen=True, slots=True)
class Solo:
    """Somebody's solo practice: whether a question is open, how many are due, the next date."""

    open_question: str | None
    due: int
    next_on: date | None


def me(cohorts: Sequence[Mine], solo: Solo) -> Message:
    """Show everything that concerns one person."""
    blocks: list[Block] = []
    for mine in cohorts:
        blocks += _cohort(mine)
    if not cohorts:
        blocks += _stranger()
    blocks += _solo(solo)
    more = (("Help", "say:help"), ("My data", "say:mydata"), ("Forget me", "say:forgetme"))
    asked = ("Why messages came", "say:why")
    blocks.append(row(("Practise", "say:practice"), *more, asked))
    return words.remark("Your overview", *blocks)


def leaving(cohort: Cohort, guide: Guide) -> Message:
    """Ask before somebody leaves."""
    return words.remark(
        "Shall I take you off the list?",
        paragraph(
            "You would leave ", words.strong(words.clip(guide.title, 150)), " in ",
            Channel(cohort.channel), ". Answers whose "
            "result is not in yet are withdrawn, and your reviews go to others. You can join again "
            "at any time."
        ),
        row(("Leave", f"in:{cohort.id}:leave yes")),
    )  # fmt: skip


def pausing(cohort: Cohort, guide: Guide) -> Message:
    """Ask before an organiser stops the posts for everybody."""
    return words.remark(
        "Shall I stop posting for everybody?",
        paragraph(
            "I would post nothing more for ", words.strong(words.clip(guide.title, 150)), " in ",
            Channel(cohort.channel), " until somebody who organises it resumes it, and tell the "
            "channel. Reviews under way go on."
        ),
        row(("Pause", f"in:{cohort.id}:pause")),
    )  # fmt: skip


def _stranger() -> list[Block]:
    return [
        words.heading("Prepare for your interview, together"),
        paragraph(
            "In a channel I ask one interview question on each posting day, collect the answers "
            "in its thread, and send each to peers who rate it by the interviewers' own rubric."
        ),
        paragraph(
            "Start a cohort with ",
            command("setup"),
            " in a channel, or join one there. Practising alone works at once, right here.",
        ),
    ]


def _cohort(mine: Mine) -> list[Block]:
    blocks: list[Block] = [words.heading(mine.guide.title), *_state(mine)]
    if mine.member is None or mine.total is None:
        blocks.append(paragraph("You organise this cohort without taking part in it."))
    else:
        blocks += _today(mine)
        # One block for both: a message has room for no more.
        blocks.append(paragraph(*_reviewed(mine), strong("So far"), f": {_done(mine.total)}."))
    rows = (_own_buttons(mine), _look_buttons(mine.cohort), _organiser_buttons(mine))
    return [*blocks, *(row(*buttons) for buttons in rows if buttons)]


def _state(mine: Mine) -> list[Block]:
    here = text("In ", Channel(mine.cohort.channel), ". ")
    role = " You organise it." if mine.member is not None and _leads(mine) else ""
    if mine.member is not None and mine.member.back_on and mine.member.away(mine.today):
        role += f" You are away, and back on {words.day(mine.member.back_on)}."
    if mine.member is not None:
        role += _own_ways(mine.member, mine.own_day)
    if mine.cohort.status == "ended":
        return [paragraph(*here, f"This cohort has ended.{role}")]
    if mine.cohort.status == "paused":
        pausing = words.marked(f"We pause until an organiser says `resume`.{role}")
        return [paragraph(*here, *pausing)]
    if not mine.ahead:
        return [paragraph(*here, f"Nothing more is planned.{role}")]
    following = mine.ahead[0]
    when = moment(following.at, mine.cohort)
    return [paragraph(*here, f"Next {following.kind}: ", when, f".{role}")]


def _own_ways(member: Member, today: date) -> str:
    """Tell how a member lives differently: by another clock, or muted."""
    said = f" You live by the clock of {member.zone}." if member.zone else ""
    if member.muted_until is not None and member.muted(today):
        said += f" You are muted until {words.day(member.muted_until)}."
    return said


def _today(mine: Mine) -> list[Block]:
    blocks: list[Block] = []
    if mine.open_question is not None and mine.closes_at is not None:
        asked = words.asked(words.clip(mine.open_question, 300))
        until = moment(mine.closes_at, mine.cohort)
        blocks.append(
            paragraph(strong("Open question"), ": ", asked, " On time until ", until, ".")
        )
    if mine.answers:
        blocks += [paragraph(strong("Your answers on their way")), _listed_answers(mine)]
    owed = words.count(len(mine.owed), "review")
    if mine.owed:
        shown = [text(words.asked(words.clip(each, 150))) for each in mine.owed[:PROMPTS_SHOWN]]
        blocks += [paragraph(strong(f"{owed} to give")), Bullets(tuple(shown))]
        blocks.append(note("I have sent you the requests in private. One tap each is enough."))
    else:
        blocks.append(paragraph(strong("Reviews to give"), ": none."))
    return blocks


def _reviewed(mine: Mine) -> Text:
    if not mine.reviewed:
        return ()
    return text(strong("Reviewed"), f": {words.reviewed(mine.reviewed)}\n")


def _listed_answers(mine: Mine) -> Bullets:
    shown = mine.answers[:PROMPTS_SHOWN]
    return Bullets(tuple(text(f"“{words.clip(asked, 150)}” – ", *state) for asked, state in shown))


def _own_buttons(mine: Mine) -> list[tuple[str, str]]:
    key, ended = mine.cohort.id, mine.cohort.status == "ended"
    if mine.member is None:
        return [] if ended else [("Join", f"join:{key}")]
    looks = [("Progress", f"in:{key}:progress"), ("Leaderboard", f"in:{key}:leaderboard")]
    if ended:
        return looks
    if mine.member.away(mine.today):
        absence = ("I am back", f"in:{key}:back")
    else:
        absence = ("Take days off", f"away:{key}")
    own = [] if _leads(mine) else [("Settings", f"mine:{key}")]
    return [*looks, absence, *own, ("Leave", f"leave:{key}")]


def _look_buttons(cohort: Cohort) -> list[tuple[str, str]]:
    looks = {"focus": "This week", "plan": "The plan", "guide": "The guide"}
    looks |= {"timeline": "Timeline", "review": "Review one more"}
    return [(label, f"in:{cohort.id}:{name}") for name, label in looks.items()]


def _organiser_buttons(mine: Mine) -> list[tuple[str, str]]:
    key, status = mine.cohort.id, mine.cohort.status
    if status == "ended" or (mine.member is not None and not _leads(mine)):
        return []
    on = ("Resume", f"in:{key}:resume") if status == "paused" else ("Pause", f"pause:{key}")
    moves = [("Skip a day", f"skip:{key}"), ("Move the plan", f"shift:{key}")]
    mentors = ("Mentors", f"in:{key}:mentor")
    return [("Settings", f"settings:{key}"), on, *moves, mentors]


def _solo(solo: Solo) -> list[Block]:
    if solo.open_question is not None:
        asked = words.asked(words.clip(solo.open_question, 300))
        return [paragraph(strong("Solo practice"), ": ", asked, " waits for you, in private.")]
    if solo.due:
        due = words.count(solo.due, "question is", "questions are")
        return [paragraph(strong("Solo practice"), f": {due} due.")]
    if solo.next_on is not None:
        return [paragraph(strong("Solo practice"), f": next on {words.day(solo.next_on)}.")]
    return [paragraph(strong("Solo practice"), ": nothing yet. Nobody but you sees it.")]


def _leads(mine: Mine) -> bool:
    return mine.member is not None and mine.cohort.led_by(mine.member.user)


def _done(week: Week) -> str:
    answers = words.count(week.answers, "answer")
    streak = f", a streak of {words.count(week.streak, 'posting day')}" if week.streak else ""
    return f"{answers} and {words.count(week.reviews, 'review')} given{streak}"
