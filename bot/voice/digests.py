"""The morning's digest, and why somebody was sent what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from bot.domain import budget
from bot.domain.budget import LIMIT
from bot.messages import Block, Bullets, Heading, Message, Moment, Text
from bot.voice import words
from bot.voice.words import command, note, paragraph, row, text

TITLE = "Yesterday's leftovers"
ALSO = "Also for you"

REASONS = {
    "review": "asks you for a review",
    "remind": "reminds you of a review that still waits for you",
    "result": "brings what your reviewers saw in an answer of yours",
    "self": "lets you judge your own answer, since nobody was left to ask",
    "line": "tells your own week, when the leaderboard is posted",
    "organiser": "comes to you because you organise the cohort",
    "digest": "brings together what was too much for one day",
    "practice": "is a practice question you asked for, or your track's bonus",
    "rate": "asks how good your practice answer was",
    "nudge": "tells that practice questions are due again",
    "returned": "tells what became of an answer of yours that a reviewer returned",
    "mentor": "comes to you because you are a mentor",
}
"""Why there was a message, by the first word of its subject; see `bot.ports.outgoing.Outgoing`."""
OTHERWISE = "follows from something you did"


def leftovers(waiting: Sequence[Message]) -> Message:
    """Return what had to wait as one message; what fills one by itself goes as it is."""
    blocks = [block for message in waiting for block in message.blocks]
    if len(blocks) > budget.ROOM:
        return waiting[0]
    summaries = "; ".join(message.summary.rstrip(".") for message in waiting)
    return words.message("notice", f"{TITLE}: {summaries}", Heading(TITLE), *blocks, _closing())


def along(message: Message, riders: Sequence[Message]) -> Message:
    """Return a message with others below it, each as it would have come by itself."""
    blocks = [block for rider in riders for block in rider.blocks]
    return replace(message, blocks=(*message.blocks, Heading(ALSO), *blocks))


def also_waits(request: Message, waiting: int) -> Message:
    """Return a request that reminds of so many others."""
    more = words.count(waiting, "more answer still waits", "more answers still wait")
    which = "its request" if waiting == 1 else "each request"
    line = note(f"{more} for your review: one tap on {which}, further up, is enough.")
    return replace(request, blocks=(*request.blocks, line))


def why(
    told: Sequence[tuple[datetime, str, str]],
    zone: str,
    left: int,
    waiting: int,
    member: bool,
    muted_until: date | None,
) -> Message:
    """Explain the last private messages: when, the subject, and a reason that is better known.

    `left` of today's may still come, `waiting` wait; only a `member` can be muted.
    """
    items = tuple(_reason(at, zone, subject, reason) for at, subject, reason in told)
    blocks: list[Block] = []
    if items:
        blocks += [paragraph("What I sent you last, and why each of them:"), Bullets(items)]
    else:
        blocks.append(paragraph("I have sent you nothing in private so far."))
    rest = (
        f" {words.count(waiting, 'message waits', 'messages wait')} for the morning."
        if waiting
        else ""
    )
    are = "is" if left == 1 else "are"
    blocks.append(
        paragraph(
            f"I send you at most {LIMIT} messages a day, requests for a review first; the rest "
            f"comes together the next morning. Today {left} of {LIMIT} {are} left.{rest}"
        )
    )
    if muted_until is not None:
        blocks.append(note(f"You are muted until {words.full_day(muted_until)}."))
        blocks.append(row(("Unmute", "say:mute off")))
    elif member:
        blocks += [_quieter(), row(("Mute for a week", "say:mute 1 week"))]
    return words.remark("Why I wrote to you", *blocks)


def muted(until: date) -> Message:
    """Confirm a mute in words, so that a misread date is seen."""
    return words.remark(
        f"You are muted until {words.full_day(until)}: until then I send you results of your "
        "answers and nothing else, and ask you for no reviews. You can answer all the same, and "
        "your streak goes on counting. `mute off` ends it earlier."
    )


def unmuted() -> Message:
    """Confirm the end of a mute."""
    return words.remark("You are not muted: I write to you again, and your turn to review comes.")


def _closing() -> Block:
    return note(
        f"I send you at most {LIMIT} messages a day, so these waited. ",
        command("why"),
        " tells more, ",
        command("mute"),
        " makes it quieter.",
    )


def _reason(at: datetime, zone: str, subject: str, reason: str) -> Text:
    known = REASONS.get(subject.partition(":")[0], OTHERWISE)
    better = f". {reason}" if reason else "."
    return text(Moment(at, zone), f" – {known}{better}")


def _quieter() -> Block:
    return note(
        "Too much? ",
        command("mute until friday"),
        " leaves only results, ",
        command("away 3 days"),
        " takes days off, and ",
        command("settings"),
        " holds your own time zone, whose nights I keep.",
    )
