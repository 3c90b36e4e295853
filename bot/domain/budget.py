"""How many private messages somebody gets on one day, and what waits when that is used up.

    request (asks for a review)   always goes; who has none left is not asked if others are there
    urgent  (an organiser's)      always goes
    result                        goes while more is left than requests are expected today, else
                                  the next morning; what waits rides along with it
    aside   (reminder, own line)  goes while more is left than requests and a result are expected,
                                  else rides along with what comes, or into a digest
    other                         goes while something is left, else rides along, or into a digest

What found no ride is a digest of its own the next morning; asides wait for one more morning where
that day already expects all it may bring.

All of them count.  A day is the reader's own: midnight to midnight by their clock.  Whoever is
muted gets results and what is urgent only; the rest is dropped, not kept: a pile of old
messages at the end would be worse than any of them.  What invites taps cannot be merged, so it
is never put off.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Final, Literal

from bot.domain import cadence
from bot.domain.cohorts import Plan
from bot.domain.digests import Deferred
from bot.messages import BLOCK_LIMIT, Message

LIMIT: Final = 3
"""Private messages to one person on one day, over everything we do."""
LONGEST_MOVE: Final = timedelta(hours=12)
"""A lease ends at most so much later because its reviewer sleeps: authors wait, too."""
ROOM: Final = BLOCK_LIMIT - 2
"""Blocks that a digest has room for, besides its title and its last line."""
RESULT: Final = "result:"
"""How the subject of a result begins: it may be corrected later, so it is in no digest."""
REMINDER: Final = "remind:"
"""How the subject of a reminder begins; the rest is the review's id."""
ASIDES: Final = (REMINDER, "line:", "nudge:")
"""How the subjects begin of what can as well be said along with something else."""

Kind = Literal["request", "urgent", "result", "aside", "other"]
Fate = Literal["now", "later", "never"]

_MORNING: Final = time(8, 0)
"""When the morning is where there is no night to tell it by."""
_DAY: Final = timedelta(days=1)
_PRACTICE: Final = "practice:"


def kind_of(message: Message, subject: str, *, urgent: bool = False) -> Kind:
    """Return what kind of private message this is."""
    if urgent:
        return "urgent"
    if message.topic in ("review_request", "reassigned") or subject.startswith(_PRACTICE):
        return "request"
    if message.topic == "result" or subject.startswith(RESULT):
        return "result"
    return "aside" if subject.startswith(ASIDES) else "other"


def left(told: int) -> int:
    """Return how many messages are left on a day on which `told` were sent."""
    return max(LIMIT - told, 0)


@dataclass(frozen=True, slots=True)
class Expected:
    """What is still to come for somebody today, and better than what may wait."""

    requests: int = 0
    results: int = 0

    def before(self, kind: Kind) -> int:
        """Return how many messages are kept free for what goes before this kind.

        Never all of them for requests: or no result would come on the day it is ready.
        """
        if kind == "result":
            return min(self.requests, LIMIT - 1)
        return self.requests + self.results if kind == "aside" else 0


def requests_to_come(reviewers: int, asked: int, day_before: int) -> int:
    """Return how many requests a day with a question still brings who was `asked` so often.

    As many as an answer gets reviewers, or as many as the day before, where some do not review.
    """
    return max(reviewers - asked, day_before - asked, 0)


def fate(
    kind: Kind, remaining: int, *, muted: bool, taps: bool = False, expected: Expected = Expected()
) -> Fate:
    """Return what becomes of a message while `remaining` are left and others are `expected`."""
    if kind in ("request", "urgent"):
        return "now"
    if muted and kind != "result":
        return "never"
    return "now" if remaining > expected.before(kind) or taps else "later"


def in_time(waiting: Sequence[Deferred], now: datetime, spare: int) -> bool:
    """Tell whether what waits and found no ride goes as a digest this morning.

    Asides wait one day longer where nothing is to `spare`: what is expected may carry them.
    """
    others = any(not each.subject.startswith(ASIDES) for each in waiting)
    return spare > 0 or others or any(now - each.at > _DAY for each in waiting)


def aboard(message: Message, riders: Sequence[Deferred]) -> tuple[Deferred, ...]:
    """Return the first of `riders` that have room in a message of ours, below a heading."""
    room = ROOM - len(message.blocks)
    found = []
    for rider in riders:
        room -= len(rider.message.blocks)
        if room < 0:
            break
        found.append(rider)
    return tuple(found)


def parted(waiting: Sequence[Deferred]) -> tuple[tuple[Deferred, ...], ...]:
    """Return what is merged in as many parts as it takes; no message is ever parted."""
    parts: list[list[Deferred]] = []
    room = 0
    for each in waiting:
        size = len(each.message.blocks)
        if not parts or size > room:
            parts.append([])
            room = ROOM
        parts[-1].append(each)
        room -= size
    return tuple(tuple(part) for part in parts)


# --- the reader's own clock ------------------------------------------------------------------


def own_plan(plan: Plan, zone: str | None) -> Plan:
    """Return the plan by a member's own clock: the same hours are quiet, in their zone."""
    return plan if zone in (None, plan.zone) else replace(plan, zone=zone)


def day_begins(zone: str, at: datetime) -> datetime:
    """Return when the zone's day began in which `at` lies."""
    return cadence.instant(zone, cadence.local_day(zone, at), time.min)


def digest_at(plan: Plan, after: datetime) -> datetime:
    """Return the first morning on a later day than `after`, by the plan's clock."""
    today, night = cadence.local_day(plan.zone, after), cadence.next_night(plan, after)
    # Where the quiet hours are at noon, their first end is on the same day.
    for _ in range(3):
        if night is None:
            break
        if cadence.local_day(plan.zone, night[1]) > today:
            return night[1]
        night = cadence.next_night(plan, night[1])
    return cadence.considerate(plan, cadence.instant(plan.zone, today + _DAY, _MORNING))


def lease_end(plan: Plan, asked_at: datetime, lease: timedelta) -> datetime:
    """Return when a lease ends for a reviewer who lives by `plan`.

    It begins when the request is read, in the morning, and does not end at night; but never
    later by more than `LONGEST_MOVE` than it would for somebody awake.
    """
    ends = cadence.considerate(plan, cadence.considerate(plan, asked_at) + lease)
    return min(ends, asked_at + lease + LONGEST_MOVE)
