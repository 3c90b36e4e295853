"""Single words of members, read as dates, times, days and numbers.

Everything here either returns a value or raises `BadArgument` with a problem and a cure
that shows an example.  Nothing is guessed: "12/11" is December in one country and November
in the next, so it is refused.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, time, timedelta
from typing import Final

from rapidfuzz import fuzz, process

from bot.domain.cadence import zone_named, zones_like
from bot.errors import BadArgument, DateIsPast

LONGEST: Final = 300
"""Characters of a command that are read at all; no command comes near it."""

SUGGEST_FROM: Final = 70
"""rapidfuzz scores under this are another word, not a slip of the pen."""

FARTHEST: Final = timedelta(days=366)

_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS: Final = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_SHORTEST_DAY: Final = 2
_SHORTEST_MONTH: Final = 3
_NUMBERS: Final = {
    word: number
    for number, words in enumerate(
        ("a an one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), 1
    )
    for word in words.split()
}
_QUOTES: Final = str.maketrans(dict.fromkeys("\"'`“”„‟‘’‚‛«»‹›*", " "))
_DASHES: Final = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))


def tidy(text: str) -> str:
    """Return `text` in one case and width, without quotes, invisible characters or end marks."""
    wide = unicodedata.normalize("NFKC", text[:LONGEST])
    seen = "".join(sign for sign in wide if unicodedata.category(sign) != "Cf")
    plain = "".join(sign if sign.isprintable() else " " for sign in seen)
    plain = plain.translate(_QUOTES).translate(_DASHES).casefold()
    return " ".join(plain.split()).strip(" .,;:!?")[:LONGEST]


def echo(text: str) -> str:
    """Return a member's words as part of a sentence, cut short."""
    limit = 30
    return f"“{text}”" if len(text) <= limit else f"“{text[: limit - 1]}…”"


def listed(names: Iterable[str]) -> str:
    """Return names to choose from, as many as a short sentence holds."""
    limit = 90
    shown = ""
    for name in names:
        longer = f"{shown}, `{name}`" if shown else f"`{name}`"
        if len(longer) > limit:
            return f"{shown} …" if shown else f"`{name[:limit]}` …"
        shown = longer
    return shown


def nearest(word: str, names: Iterable[str]) -> str | None:
    """Return the name that `word` is probably a misspelling of, if any."""
    found = process.extractOne(word, list(names), scorer=fuzz.ratio, score_cutoff=SUGGEST_FROM)
    return None if found is None else str(found[0])


def pick(text: str, names: Sequence[tuple[str, str]], what: str) -> str:
    """Return the key of the thing called `text`, of (key, name) pairs; a unique part will do."""
    wanted = _loose(text)
    exact = [key for key, name in names if wanted in (_loose(key), _loose(name))]
    words = set(wanted.split())
    partly = [key for key, name in names if words <= {*_loose(key).split(), *_loose(name).split()}]
    fits = list(dict.fromkeys(exact[:1] or partly))
    if len(fits) == 1:
        return fits[0]
    if fits:
        raise BadArgument(f"{echo(text)} fits more than one {what}.", f"Say one of {listed(fits)}.")
    near = nearest(wanted, (_loose(key) for key, _ in names))
    meant = next((key for key, _ in names if _loose(key) == near), None)
    cure = (
        f"Did you mean `{meant}`?" if meant else f"Choose from {listed(key for key, _ in names)}."
    )
    raise BadArgument(f"There is no {what} called {echo(text)}.", cure)


# --- days and spans ------------------------------------------------------------------------


def read_date(text: str, today: date, before: str) -> date:
    """Return the date that `text` names, from today to a year ahead.

    `before` is what stands before the date in the example of how to say it right.
    """
    example = f"{before}{(today + timedelta(days=7)).isoformat()}"
    day = _named_day(text, today) or _iso(text) or _day_and_month(text, today)
    if day is None:
        raise BadArgument(f"I cannot read {echo(text)} as a date.", f"Write it like `{example}`.")
    if day < today:
        raise DateIsPast(day)
    if day > today + FARTHEST:
        raise BadArgument(
            f"{day.isoformat()} is more than a year ahead.",
            f"Give a date nearer to today, like `{example}`.",
        )
    return day


def read_span(text: str) -> int | None:
    """Return how many days "3 days", "a week" or "7" are; `None` if it is no span."""
    match text.split():
        case [number]:
            unit = "days"
        case [number, unit]:
            pass
        case _:
            return None
    count = _NUMBERS.get(number, int(number) if re.fullmatch(r"-?[0-9]{1,4}", number) else None)
    factor = {"d": 1, "day": 1, "days": 1, "w": 7, "week": 7, "weeks": 7}.get(unit)
    return None if count is None or factor is None else count * factor


def read_days(text: str) -> frozenset[int]:
    """Return the ISO weekdays that "mon-fri", "weekdays" or "mon, wed and fri" names."""
    joined = re.sub(r" ?(?:-|\bto\b) ?", "-", text)
    days: set[int] = set()
    for word in re.split(r"[ ,;+&/]+", joined):
        if word not in ("and", ""):
            days |= _weekdays(word, text)
    if not days:
        raise _bad_days(text)
    return frozenset(days)


# --- other values --------------------------------------------------------------------------


def read_time(text: str) -> time:
    """Return the wall time that "09:00", "9" or "6:30 pm" names."""
    found = re.fullmatch(r"([0-9]{1,2})(?:[:.h]([0-9]{2})|h)? ?(am|pm)?", text.replace(".m", "m"))
    if found is not None:
        hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
        if half is not None:
            hour = hour % 12 + (12 if half == "pm" else 0) if 1 <= hour <= 12 else 99
        if hour <= 23 and minute <= 59:
            return time(hour, minute)
    raise BadArgument(f"{echo(text)} is not a time of day.", "Write it like `time=09:00`.")


def read_quiet(text: str) -> tuple[time, time]:
    """Return the first and last wall time of "21:00-08:00"; "none" is a night without length."""
    if text in ("none", "off", "never"):
        return (time(0, 0), time(0, 0))
    ends = re.split(r" ?(?:-|\bto\b) ?", text)
    if len(ends) != 2:
        raise BadArgument(f"{echo(text)} is not a span.", "Write it like `quiet=21:00-08:00`.")
    return (read_time(ends[0]), read_time(ends[1]))


def read_zone(text: str, setting: str = "zone") -> str:
    """Return the name of a time zone, spelled properly; `setting` is what it is given for."""
    zone = zone_named(text)
    if zone is not None:
        return zone
    near = zones_like(text, 1)
    cure = f"Did you mean `{near[0]}`?" if near else f"Name a city, like `{setting}=Europe/Berlin`."
    raise BadArgument(f"{echo(text)} is not a time zone I know.", cure)


def read_number(text: str, least: int, most: int, example: str) -> int:
    """Return a whole number between two bounds; `example` shows how to say one."""
    if re.fullmatch(r"[0-9]{1,4}", text) and least <= int(text) <= most:
        return int(text)
    cure = f"Give a number from {least} to {most}, like `{example}`."
    raise BadArgument(f"I cannot use {echo(text)} here.", cure)


def read_hours(text: str, least: int, most: int, example: str) -> timedelta:
    """Return the span that "24", "24h" or "2 days" names, between two bounds in hours."""
    found = re.fullmatch(r"([0-9]{1,4}) ?(h|hours?|d|days?)?", text)
    if found is not None:
        hours = int(found[1]) * (24 if (found[2] or "h").startswith("d") else 1)
        if least <= hours <= most:
            return timedelta(hours=hours)
    cure = f"Give {least} to {most} hours, like `{example}`."
    raise BadArgument(f"I cannot use {echo(text)} here.", cure)


# --- private -------------------------------------------------------------------------------


def _loose(name: str) -> str:
    return " ".join(re.split(r"[\W_]+", name.casefold())).strip()


def _named_day(text: str, today: date) -> date | None:
    if text in ("today", "tomorrow"):
        return today + timedelta(days=text == "tomorrow")
    weekday = _number(text, _WEEKDAYS, _SHORTEST_DAY)
    if weekday is None:
        return None
    return today + timedelta(days=(weekday - today.isoweekday() - 1) % 7 + 1)


def _iso(text: str) -> date | None:
    found = re.fullmatch(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})", text)
    return None if found is None else _date(int(found[1]), int(found[2]), int(found[3]))


def _day_and_month(text: str, today: date) -> date | None:
    """Read "14 dec", "dec 14th", "14. december 2026"; without a year the next such date."""
    words = [word for word in text.replace(",", " ").split() if word not in ("the", "of")]
    months = [n for word in words if (n := _number(word.rstrip("."), _MONTHS, _SHORTEST_MONTH))]
    numbers = [found for word in words if (found := re.fullmatch(_ORDINAL, word))]
    if len(months) != 1 or len(months) + len(numbers) != len(words):
        return None
    values = [int(found[1]) for found in numbers]
    if len(values) == 1:
        years = range(today.year, today.year + 9)
        found_days = (_date(year, months[0], values[0]) for year in years)
        return next((day for day in found_days if day is not None and day >= today), None)
    return _date(values[1], months[0], values[0]) if len(values) == 2 and values[1] > 99 else None


_ORDINAL: Final = r"([0-9]{1,4})(?:st|nd|rd|th|\.)?"


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _number(word: str, names: Sequence[str], shortest: int) -> int | None:
    """Return the place, from 1, of the name that `word` abbreviates."""
    singular = word.removesuffix("s") if word.endswith("days") else word
    if len(singular) < shortest:
        return None
    return next((n for n, name in enumerate(names, 1) if name.startswith(singular)), None)


def _weekdays(word: str, text: str) -> set[int]:
    named = {"weekdays": "mon-fri", "daily": "mon-sun", "all": "mon-sun", "weekends": "sat-sun"}
    first, dash, last = named.get(word, word).partition("-")
    begin = _number(first, _WEEKDAYS, _SHORTEST_DAY)
    end = _number(last, _WEEKDAYS, _SHORTEST_DAY) if dash else begin
    if begin is None or end is None:
        raise _bad_days(text)
    return {(begin - 1 + n) % 7 + 1 for n in range((end - begin) % 7 + 1)}


def _bad_days(text: str) -> BadArgument:
    return BadArgument(
        f"I cannot read {echo(text)} as days.", "Write them like `days=mon-fri` or `days=mon,wed`."
    )
