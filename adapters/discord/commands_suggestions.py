"""What is suggested while somebody types an option: guides, rounds, questions, zones, days.

Rule: at most 25, those that begin with what was typed before those that only hold it; what is
typed needs not be one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from typing import Final
from zoneinfo import available_timezones

from adapters.discord.commands import OPTIONS, Option, chosen
from adapters.discord.markup import one_line
from adapters.discord.receive_values import Body, Malformed, name, parts, words
from adapters.discord.splitting import clip
from bot.domain.cadence import zones_like
from bot.manual import COMMANDS
from content.schema import Guide

MOST: Final = 25
LABEL_LIMIT: Final = 100

Choice = tuple[str, str]
"""A value, and its label."""

_NOW: Final = (
    ("weakest", "Your weakest round"),
    ("hint", "A hint for the open question"),
    ("done", "Done with the open question"),
    ("stop", "Stop practising"),
)
_SPANS: Final = ("1 day", "2 days", "3 days", "1 week", "2 weeks")
_YEAR: Final = 365
_USUAL_ZONES: Final = (
    "Europe/London", "Europe/Berlin", "Europe/Kyiv", "Africa/Lagos", "Africa/Johannesburg",
    "Asia/Dubai", "Asia/Kolkata", "Asia/Singapore", "Asia/Shanghai", "Asia/Tokyo",
    "Australia/Sydney", "America/Sao_Paulo", "America/New_York", "America/Chicago",
    "America/Denver", "America/Los_Angeles", "America/Toronto", "America/Mexico_City", "UTC",
)  # fmt: skip


def suggestions(data: Body, guides: Mapping[str, Guide], today: date) -> list[Choice]:
    """Return what fits what somebody is typing; nothing if that cannot be read.

    `today` may be a day off where somebody lives: so that day and the next go by their names.
    """
    try:
        option, typed = _typing(data)
    except Malformed:
        return []
    if option is None:
        return []
    match option.suggests:
        case "zone":
            return _zones(typed)
        case "guide":
            found: Iterable[Choice] = ((key, each.title) for key, each in guides.items())
        case "track":
            found = ((each.key, each.name) for guide in guides.values() for each in guide.locations)
        case "practice":
            found = _practice(guides.values())
        case "command":
            found = ((each.name, each.name) for each in COMMANDS)
        case "day" | "back" as which:
            found = [*([("today", "Today")] if which == "day" else _spans()), *_days(today)]
        case "span":
            found = _spans()
        case _:
            return []
    return _fitting(found, typed)


def _typing(data: Body) -> tuple[Option | None, str]:
    """Return the option somebody is typing into, and what they have typed."""
    command = chosen(data)
    if command is None:
        return None, ""
    for each in parts(command, "options"):
        if each.get("focused") is True:
            known = OPTIONS.get(name(command, "name"), ())
            option = next((one for one in known if one.name == name(each, "name")), None)
            return option, words(each, "value").strip()
    return None, ""


def _spans() -> list[Choice]:
    return [(each, each) for each in _SPANS]


def _days(today: date) -> Iterator[Choice]:
    yield ("tomorrow", "Tomorrow")
    for days in range(2, _YEAR):
        day = today + timedelta(days=days)
        yield (day.isoformat(), f"{day:%a} {day.day} {day:%b %Y}")


def _practice(guides: Iterable[Guide]) -> Iterator[Choice]:
    yield from _NOW
    several = list(guides)
    for guide in several:
        yield from ((each.key, each.name) for each in guide.rounds)
    for guide in several:
        yield from ((each.key, each.prompt) for each in guide.questions)


def _fitting(found: Iterable[Choice], typed: str) -> list[Choice]:
    wanted = typed.casefold()
    first: dict[str, str] = {}
    later: dict[str, str] = {}
    for value, label in found:
        texts = (value.casefold(), label.casefold())
        if any(each.startswith(wanted) for each in texts):
            first.setdefault(value, label)
        elif any(wanted in each for each in texts):
            later.setdefault(value, label)
    both = [*first.items(), *((v, label) for v, label in later.items() if v not in first)]
    shown = [(value, clip(one_line(label).strip(), LABEL_LIMIT) or value) for value, label in both]
    return [each for each in shown if 1 <= len(each[0]) <= LABEL_LIMIT][:MOST]


def _zones(typed: str) -> list[Choice]:
    if not typed:
        return [(zone, zone) for zone in _USUAL_ZONES]
    wanted = "_".join(typed.casefold().split())
    found = [zone for zone in _all_zones() if wanted in zone.casefold()]
    # The place counts more than the continent: "den" is Denver before it is Aden.
    found.sort(key=lambda zone: not zone.rpartition("/")[2].casefold().startswith(wanted))
    return [(zone, zone) for zone in dict.fromkeys([*found, *zones_like(typed)])][:MOST]


@cache
def _all_zones() -> tuple[str, ...]:
    names = available_timezones()
    return tuple(sorted(each for each in names if "/" in each and not each.startswith("Etc/")))
