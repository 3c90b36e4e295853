"""From wall-clock intents in a time zone to the instants at which posts are due.

A plan says "09:00 on weekdays in Berlin"; an occurrence says when that is.  Where a clock
change skips a wall time, the occurrence moves forward by what was skipped; where it repeats
one, the first counts.  All reckoning happens on local dates or in UTC, never on aware local
times, whose arithmetic ignores clock changes.  The cost follows the span asked about, not
the plan: tens of microseconds for each week of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import islice
from typing import Final, Literal
from zoneinfo import ZoneInfo, available_timezones

from rapidfuzz import fuzz, process

from bot.domain.cohorts import Plan

Kind = Literal["focus", "question", "leaderboard"]

HORIZON: Final = timedelta(days=400)
"""How far to look for the next occurrence before concluding that there is none."""

_ORDER: Final[dict[Kind, int]] = {"focus": 0, "question": 1, "leaderboard": 2}
_DAY: Final = timedelta(days=1)
_EVENING: Final = time(20, 0)
"""When the evening is where there is no night to tell it by."""
_WEEK: Final = timedelta(days=7)
_MARGIN: Final = timedelta(days=2)
"""More than any clock change moves an occurrence away from its local date."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One post that is due.

    `day` is the local date it belongs to, `at` the instant it is due (UTC), `week` the plan
    week, from 1; weeks beyond the plan's make up for days without a post.
    """

    kind: Kind
    day: date
    at: datetime
    week: int


# --- wall time ---------------------------------------------------------------------------


def instant(zone: str, day: date, at: time) -> datetime:
    """Return the instant, in UTC, of the wall time `at` on `day`; see the module for gaps."""
    # With `fold=0` a time in a gap is read with the offset before it, which moves it forward
    # by the gap, and a repeated one is the first: https://peps.python.org/pep-0495/
    return datetime.combine(day, at.replace(fold=0), tzinfo=_zone(zone)).astimezone(UTC)


def local(zone: str, at: datetime) -> datetime:
    """Return the instant as an aware `datetime` of the zone."""
    return at.astimezone(_zone(zone))


def local_day(zone: str, at: datetime) -> date:
    """Return the zone's date at an instant."""
    return local(zone, at).date()


# --- what is due when --------------------------------------------------------------------


def plan_week(plan: Plan, day: date) -> int:
    """Return the plan week that `day` lies in, from 1; zero or less before the start."""
    return (day - plan.start).days // 7 + 1


def posting_days(plan: Plan, first: date, last: date) -> Iterator[date]:
    """Yield the dates from `first` to `last`, both included, on which a question is posted."""
    for ordinal in range(max(first, plan.start).toordinal(), last.toordinal() + 1):
        day = date.fromordinal(ordinal)
        if day.isoweekday() in plan.days and day not in plan.skips and _exists(plan.zone, day):
            yield day


def occurrences(plan: Plan, after: datetime, until: datetime) -> tuple[Occurrence, ...]:
    """Return what is due later than `after` and not later than `until`, in order of time.

    Adjacent spans together give what the whole span gives.  At the same instant the focus
    comes before the question, and that before the leaderboard.
    """
    after = max(after, instant(plan.zone, plan.start, time.min) - _MARGIN)
    if after >= until:
        return ()
    first = plan_week(plan, local_day(plan.zone, after) - _MARGIN)
    last = plan_week(plan, local_day(plan.zone, until) + _MARGIN)
    found = (due for week in range(max(first, 1), last + 1) for due in _of_week(plan, week))
    return tuple(sorted((due for due in found if after < due.at <= until), key=_order))


def next_occurrence(plan: Plan, after: datetime) -> Occurrence | None:
    """Return the first occurrence later than `after`; `None` if there is none in `HORIZON`."""
    return next(_coming(plan, after), None)


def preview(plan: Plan, after: datetime, count: int) -> tuple[Occurrence, ...]:
    """Return the next `count` occurrences later than `after`, fewer if no more are to come."""
    return tuple(islice(_coming(plan, after), count))


def closes(plan: Plan, day: date) -> datetime:
    """Return when the question of `day` closes: the instant the next one is due.

    If no other ever comes, it stays open for a week.
    """
    following = next(posting_days(plan, day + _DAY, day + HORIZON), day + _WEEK)
    return instant(plan.zone, following, plan.post_at)


def considerate(plan: Plan, at: datetime) -> datetime:
    """Return `at`, or the end of the night if it lies in the plan's quiet hours."""
    # A clock change can carry the end of one night into the next, but not of that one too.
    for _ in range(2):
        if _quiet(plan, local(plan.zone, at).time()):
            at = _night_end(plan, at)
    return at


def next_night(plan: Plan, at: datetime) -> tuple[datetime, datetime] | None:
    """Return the first quiet hours that begin later than `at`; `None` if the plan has none."""
    today = local_day(plan.zone, at)
    # Of two nights in a row one has begun by then, the other may be skipped by a clock change.
    for ordinal in range(3):
        begins = instant(plan.zone, today + ordinal * _DAY, plan.quiet_from)
        ends = considerate(plan, begins)
        if at < begins < ends:
            return begins, ends
    return None


def evening(plan: Plan, after: datetime) -> datetime:
    """Return the first evening's hour later than `after`: the last before the night begins."""
    today = local_day(plan.zone, after)
    if plan.quiet_from == plan.quiet_to:
        hour = _EVENING
    else:
        hour = plan.quiet_from.replace(hour=(plan.quiet_from.hour - 1) % 24)
    evenings = (
        considerate(plan, instant(plan.zone, today + ordinal * _DAY, hour)) for ordinal in range(4)
    )
    return next(at for at in evenings if at > after)


# --- changes of a plan -------------------------------------------------------------------


def shift(plan: Plan, days: int, today: date) -> Plan:
    """Return the plan with everything after `today` moved by `days`, at least 1.

    Raises:
        ValueError: If `days` is less than 1.
    """
    if days < 1:
        raise ValueError(f"a plan can only be shifted forward, not by {days} days")
    start = plan.start + timedelta(days=days)
    pause = {today + timedelta(days=n) for n in range(1, days + 1)}
    return replace(plan, start=start, skips=plan.skips | {day for day in pause if day >= start})


def resumed(plan: Plan, paused_on: date, today: date) -> Plan:
    """Return the plan after a pause: it moves by the whole weeks that the pause lasted.

    The odd days are lost and made up for at the end.  They become skip dates, so that the
    week's focus comes on the first day after the pause.  A pause before the start costs
    nothing.
    """
    began = max(paused_on, plan.start)
    lost = max((today - began).days, 0)
    moved = replace(plan, start=plan.start + lost // 7 * _WEEK)
    week_begins = moved.start + (plan_week(moved, today) - 1) * _WEEK
    first = max(week_begins, paused_on + _DAY, moved.start)
    odd = {first + timedelta(days=n) for n in range((today - first).days)}
    return replace(moved, skips=moved.skips | odd)


def skip(plan: Plan, day: date) -> Plan:
    """Return the plan without posts on `day`."""
    return replace(plan, skips=plan.skips | {day})


def unskip(plan: Plan, day: date) -> Plan:
    """Return the plan with posts on `day` again, if it is a posting day."""
    return replace(plan, skips=plan.skips - {day})


# --- names of zones ----------------------------------------------------------------------

_ABBREVIATIONS: Final = {
    "PST": "America/Los_Angeles",
    "PDT": "America/Los_Angeles",
    "PT": "America/Los_Angeles",
    "MST": "America/Denver",
    "MDT": "America/Denver",
    "CST": "America/Chicago",
    "CDT": "America/Chicago",
    "EST": "America/New_York",
    "EDT": "America/New_York",
    "ET": "America/New_York",
    "BST": "Europe/London",
    "CEST": "Europe/Berlin",
    "IST": "Asia/Kolkata",
    "JST": "Asia/Tokyo",
    "AEST": "Australia/Sydney",
    "AEDT": "Australia/Sydney",
    "SAN FRANCISCO": "America/Los_Angeles",
    "MOUNTAIN VIEW": "America/Los_Angeles",
    "BANGALORE": "Asia/Kolkata",
}
"""What people call their zone though the database does not, or means something else by it."""

_SUGGEST_FROM: Final = 70
"""rapidfuzz scores under this are a different word, not a slip of the pen."""


def valid_zone(name: str) -> bool:
    """Tell whether `name` is a zone, spelled as the zone database spells it.

    "EST" and "MST" are not: there they mean places that never change their clocks, which is
    not what people mean who write them.
    """
    return name in _zones().values()


def zone_named(name: str) -> str | None:
    """Return the zone's proper spelling, whatever case and spaces it was written with."""
    return _zones().get("_".join(name.casefold().split()))


def zones_like(name: str, n: int = 3) -> tuple[str, ...]:
    """Return up to `n` zones that may have been meant, likeliest first."""
    wanted = " ".join(name.replace("_", " ").upper().split())[:60]
    known = _ABBREVIATIONS.get(wanted)
    near = process.extract(
        wanted.rpartition("/")[2], _places(), scorer=fuzz.ratio, score_cutoff=_SUGGEST_FROM, limit=n
    )
    meant = [*([known] if known else []), *(zone for _, _, zone in near)]
    return tuple(dict.fromkeys(meant))[:n]


# --- private -----------------------------------------------------------------------------


@cache
def _zone(name: str) -> ZoneInfo:
    # ZoneInfo keeps only the eight zones used last and reads the others from disk again.
    return ZoneInfo(name)


@cache
def _zones() -> dict[str, str]:
    """Return every zone's name by its casefolded one."""
    odd = {"EST", "MST", "Factory", "localtime"}
    return {name.casefold(): name for name in sorted(available_timezones() - odd)}


@cache
def _places() -> dict[str, str]:
    """Return the place each zone is called after, in capitals, by the zone's name.

    Zones of continents come first: "Singapore" is a zone as well as "Asia/Singapore".
    """
    names = sorted(_zones().values(), key=lambda name: ("/" not in name, name))
    return {name: name.rpartition("/")[2].replace("_", " ").upper() for name in names}


def _exists(zone: str, day: date) -> bool:
    """Tell whether the zone has the date at all: Samoa went to bed on a Thursday, woke Saturday."""
    return instant(zone, day, time.min) < instant(zone, day + _DAY, time.min)


def _of_week(plan: Plan, week: int) -> Iterator[Occurrence]:
    """Yield the occurrences of one plan week, unsorted."""
    first = plan.start + (week - 1) * _WEEK
    days = list(posting_days(plan, first, first + _WEEK - _DAY))
    if not days:
        return
    if week <= plan.weeks:
        yield Occurrence("focus", days[0], instant(plan.zone, days[0], plan.post_at), week)
    for day in days:
        yield Occurrence("question", day, instant(plan.zone, day, plan.post_at), week)
    # Where questions come in the evening, the leaderboard waits for the week's last one.
    board_at = max(plan.board_at, plan.post_at)
    yield Occurrence("leaderboard", days[-1], instant(plan.zone, days[-1], board_at), week)


def _order(due: Occurrence) -> tuple[datetime, int]:
    return (due.at, _ORDER[due.kind])


def _coming(plan: Plan, after: datetime) -> Iterator[Occurrence]:
    """Yield what is due later than `after`, until nothing comes for as long as `HORIZON`."""
    after = max(after, instant(plan.zone, plan.start, time.min) - _MARGIN)
    quiet_since = after
    while after - quiet_since < HORIZON:
        found = occurrences(plan, after, after + _WEEK)
        yield from found
        after += _WEEK
        quiet_since = after if found else quiet_since


def _quiet(plan: Plan, at: time) -> bool:
    if plan.quiet_from <= plan.quiet_to:
        return plan.quiet_from <= at < plan.quiet_to
    return at >= plan.quiet_from or at < plan.quiet_to


def _night_end(plan: Plan, at: datetime) -> datetime:
    """Return the first instant after `at`, a quiet one, at which the clock shows `quiet_to`."""
    here = local(plan.zone, at)
    day = here.date() if here.time() < plan.quiet_to else here.date() + _DAY
    end = instant(plan.zone, day, plan.quiet_to)
    if end > at:
        return end
    # The clock was put back in between and will show this time once more.
    again = plan.quiet_to.replace(fold=1)
    return datetime.combine(day, again, tzinfo=_zone(plan.zone)).astimezone(UTC)
