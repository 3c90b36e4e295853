"""Moments as the script language writes and reads them.

They are written in one way, `Mon 7 Dec 2026, 09:00`, in English whatever the machine's
language, and read in a few more.  A wall-clock time that a change of the clocks leaves out
is moved forward; one that comes twice means the first that is still to come.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

FIRST_YEAR, LAST_YEAR = 1971, 2199

EXAMPLE = "Mon 7 Dec 2026, 09:00"

_MOMENT = re.compile(
    rf"(?:(?P<weekday>{'|'.join(DAYS)})[a-z]*,?\s*)?"
    rf"(?:(?P<iso>\d{{4}}-\d\d-\d\d)|(?P<day>\d{{1,2}}) (?P<month>{'|'.join(MONTHS)})[a-z]* "
    r"(?P<year>\d{4}))?,?\s*"
    r"(?P<time>\d{1,2}:\d\d(?::\d\d)?)",
    re.IGNORECASE | re.ASCII,
)
_SPAN = re.compile(r"(\d+|an?|one) (second|minute|hour|day|week)s?", re.IGNORECASE | re.ASCII)
_SPANS = re.compile(rf"{_SPAN.pattern}(?:,? (?:and )?{_SPAN.pattern})*", re.IGNORECASE | re.ASCII)
_LONGEST = 10_000


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time: `days` keep the wall-clock time, `exact` is what a stopwatch shows."""

    days: int = 0
    exact: timedelta = timedelta(0)

    def after(self, now: datetime, zone: str) -> datetime:
        """Return the moment this long after `now`, in UTC."""
        local = now.astimezone(ZoneInfo(zone))
        return (local + timedelta(days=self.days)).astimezone(UTC) + self.exact


@dataclass(frozen=True, slots=True)
class Reading:
    """A moment as read: a time of day, perhaps on a date, perhaps on a weekday."""

    time: time
    day: date | None = None
    weekday: int | None = None

    def after(self, now: datetime, zone: str) -> datetime:
        """Return the moment meant, in UTC: with no date, the next one after `now`.

        A moment with a date may lie before `now`.
        """
        if self.day is not None:
            return min(self._meant(self.day, zone), key=lambda at: (at < now, at))
        today = now.astimezone(ZoneInfo(zone)).date()
        for ahead in range(9):
            day = today + timedelta(days=ahead)
            later = [at for at in self._meant(day, zone) if at > now]
            if later and self.weekday in (None, day.weekday()):
                return min(later)
        raise ValueError("no such time within a week")

    def _meant(self, day: date, zone: str) -> tuple[datetime, ...]:
        local = datetime.combine(day, self.time, ZoneInfo(zone))
        first, second = (local.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
        # In a gap the second reading would lie before it.
        return (first,) if second <= first else (first, second)


def shown(at: datetime, zone: str, style: Literal["date", "time", "both"] = "both") -> str:
    """Return `at` in its zone; seconds only where there are any."""
    local = at.astimezone(ZoneInfo(zone))
    clock = f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"
    if style == "time":
        return clock
    day = f"{DAYS[local.weekday()]} {local.day} {MONTHS[local.month - 1]} {local.year}"
    return day if style == "date" else f"{day}, {clock}"


def read(text: str) -> Reading:
    """Read a moment; `ValueError`, saying what is wrong, if it is none."""
    match = _MOMENT.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"“{text.strip()[:40]}” is not a moment")
    moment = Reading(_time(match["time"]), _date(match), _weekday(match["weekday"]))
    if moment.day and not FIRST_YEAR <= moment.day.year <= LAST_YEAR:
        raise ValueError(f"only the years {FIRST_YEAR} to {LAST_YEAR} can be played")
    if moment.day and moment.weekday not in (None, moment.day.weekday()):
        raise ValueError(f"{moment.day} is a {DAYS[moment.day.weekday()]}")
    return moment


def read_span(text: str) -> Span:
    """Read a length of time such as `2 days and 20 minutes`; `ValueError` if it is none."""
    if _SPANS.fullmatch(text.strip()) is None:
        raise ValueError(f"“{text.strip()[:40]}” is not a length of time")
    days, exact = 0, timedelta(0)
    for amount, unit in _SPAN.findall(text):
        number = int(amount) if amount[:6].isdecimal() and len(amount) < 6 else _one(amount)
        if unit.lower() in ("day", "week"):
            days += number * (7 if unit.lower() == "week" else 1)
        else:
            exact += timedelta(**{f"{unit.lower()}s": number})
    if days > _LONGEST or exact > timedelta(days=_LONGEST):
        raise ValueError("that is too long")
    return Span(days, exact)


def _one(amount: str) -> int:
    if amount.isdecimal():
        raise ValueError("that is too long")
    return 1


def _time(text: str) -> time:
    hour, minute, second = (*map(int, text.split(":")), 0)[:3]
    try:
        return time(hour, minute, second)
    except ValueError:
        raise ValueError(f"{text} is not a time of day") from None


def _weekday(text: str | None) -> int | None:
    return None if text is None else DAYS.index(text.capitalize())


def _date(match: re.Match[str]) -> date | None:
    try:
        if match["iso"]:
            return date.fromisoformat(match["iso"])
        if match["day"]:
            month = MONTHS.index(match["month"].capitalize()) + 1
            return date(int(match["year"]), month, int(match["day"]))
    except ValueError:
        raise ValueError("there is no such date") from None
    return None
