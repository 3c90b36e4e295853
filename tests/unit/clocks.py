"""Plans to reckon with, and every change of any clock from 2026 to 2030."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import strategies as st

from bot.domain import cadence
from bot.domain.cadence import Occurrence
from bot.domain.cohorts import Plan

EVERY_DAY = frozenset(range(1, 8))
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
NAMED = (
    "America/Los_Angeles",
    "Europe/Berlin",
    "Australia/Lord_Howe",
    "America/Santiago",
    "Africa/Casablanca",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "America/Scoresbysund",
    "America/Nuuk",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
    "Africa/Cairo",
    "Asia/Beirut",
    "Europe/Dublin",
    "Antarctica/Troll",
)


def offset(zone: str, at: datetime) -> timedelta:
    return at.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()


def changes_between(zone: str, first: datetime, last: datetime) -> list[datetime]:
    """Return the instants, to the second, at which the zone's offset changes."""
    found = []
    at = first
    while at < last:
        low, high = at, at + 7 * DAY
        if offset(zone, low) != offset(zone, high):
            while high - low > timedelta(seconds=1):
                middle = low + (high - low) // 2
                middle = middle.replace(microsecond=0)
                same = offset(zone, middle) == offset(zone, low)
                low, high = (middle, high) if same else (low, middle)
            found.append(high)
        at += 7 * DAY
    return found


@cache
def clock_changes() -> tuple[tuple[str, datetime], ...]:
    """Return every change of any zone from 2026 to 2030, one zone for each set of changes."""
    first, last = datetime(2026, 1, 1, tzinfo=UTC), datetime(2031, 1, 1, tzinfo=UTC)
    alike: dict[tuple[object, ...], str] = {}
    for zone in sorted(available_timezones() - {"localtime"}):
        changes = tuple(changes_between(zone, first, last))
        if changes:
            alike.setdefault((changes, offset(zone, first), offset(zone, last)), zone)
    return tuple(
        (zone, change)
        for (changes, *_), zone in alike.items()
        if isinstance(changes, tuple)
        for change in changes
    )


def plan(zone: str, start: date = date(2026, 12, 7), **changes: object) -> Plan:
    return Plan(zone, start, 7, **changes)  # type: ignore[arg-type]


def everything(plan: Plan, weeks: int = 7) -> tuple[Occurrence, ...]:
    begin = cadence.instant(plan.zone, plan.start, time.min)
    end = cadence.instant(plan.zone, plan.start + timedelta(weeks=weeks), time.min)
    second = timedelta(seconds=1)
    return cadence.occurrences(plan, begin - second, end - second)


walls = st.times().map(lambda at: at.replace(second=0, microsecond=0))  # with folds, too
near_changes = st.deferred(lambda: st.sampled_from(clock_changes()))
