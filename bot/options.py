"""Settings written as `key=value`, in any order, for `setup` and `settings`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from typing import Any, Final, TypedDict, cast

from bot.arguments import Words, find_guide, find_track
from bot.errors import BadArgument
from bot.words import (
    echo,
    listed,
    nearest,
    read_date,
    read_days,
    read_hours,
    read_number,
    read_quiet,
    read_time,
    read_zone,
)


class Setup(TypedDict, total=False):
    """What `setup` names; the rest is left to the defaults.  `guide` is a guide's key."""

    guide: str
    start: date
    zone: str
    time: time
    days: frozenset[int]
    reviewers: int
    hide_authors: bool


class Changes(TypedDict, total=False):
    """Settings to change; those not named stay as they are.

    `track` and `my_zone` may become `None`.
    """

    zone: str
    post_at: time
    board_at: time
    quiet: tuple[time, time]
    days: frozenset[int]
    reviewers: int
    hide_authors: bool
    lease: timedelta
    grace: timedelta
    report: bool
    track: str | None
    my_zone: str | None


OWN_SETTINGS: Final = frozenset({"track", "my_zone"})
"""The settings that are a member's own; all others are the cohort's, for its organisers."""


# --- from words to values ------------------------------------------------------------------


def setup(words: Words) -> Setup:
    """Return what a new cohort is to be like."""
    free, values = _pairs(words, _SETUP)
    named = " ".join(free).removeprefix("for ")
    if named and "guide" in values:
        raise BadArgument(f"I cannot use {echo(named)}.", "Name one guide, like `guide=KEY`.")
    if named:
        values["guide"] = find_guide(named, words)
    return cast("Setup", values)


def changes(words: Words) -> Changes:
    """Return the settings to change."""
    free, values = _pairs(words, _SETTINGS)
    if free:
        cure = "Write it like `settings time=18:00 days=mon,wed,fri`."
        raise BadArgument(f"I cannot read {echo(' '.join(free))} as a setting.", cure)
    return cast("Changes", values)


def setup_field(name: str, value: str, words: Words) -> tuple[str, object]:
    """Return what one field of a form says of a new cohort: its name in `Setup`, and its value."""
    setting = _SETUP[_known(name, _SETUP)]
    return setting.field, setting.read(value, words)


def settings_field(name: str, value: str, words: Words) -> tuple[str, object]:
    """Return what one field of a form changes: its name in `Changes`, and its value."""
    setting = _SETTINGS[_known(name, _SETTINGS)]
    return setting.field, setting.read(value, words)


# --- private -----------------------------------------------------------------------------------

_LONGEST_VALUE: Final = 8
"""Words of the longest value that makes sense: "mon tue wed thu fri and sat"."""


@dataclass(frozen=True, slots=True)
class _Setting:
    """How a setting is read: the field it becomes, its reader, and an example of its value."""

    field: str
    read: Callable[[str, Words], object]
    example: str


def _pairs(words: Words, table: Mapping[str, _Setting]) -> tuple[list[str], dict[str, Any]]:
    """Read "key=value" pairs in any order; return the words outside of pairs, and the values.

    "key:value" will do as well, as it stands in commands on Discord.  A value takes as many of
    the words after it as can be read: "time=9:00 am coursera" is a time and a guide.
    """
    colons = "|".join(map(re.escape, [*table, *_OTHER_KEYS]))
    rest = re.sub(rf"(?<!\S)({colons}):(?=\S)", r"\1=", words.rest)
    said = rest.replace("=", " = ").split()
    signs = [place for place, word in enumerate(said) if word == "="]
    ends = [*(sign - 1 for sign in signs[1:]), len(said)]
    free = said[: signs[0] - 1] if signs else said
    values: dict[str, Any] = {}
    for sign, end in zip(signs, ends, strict=False):
        key = _known(said[sign - 1] if sign else "", table)
        setting = table[key]
        if setting.field in values:
            raise BadArgument(
                f"`{key}` is there twice.", f"Once will do: `{key}={setting.example}`."
            )
        values[setting.field], left = _value(said[sign + 1 : end], key, setting, words)
        free = [*free, *left]
    return free, values


def _value(said: list[str], key: str, setting: _Setting, words: Words) -> tuple[object, list[str]]:
    """Read the value at the beginning of `said`; return it and the words it did not need."""
    if not said:
        raise BadArgument(f"`{key}` has no value.", f"Write it like `{key}={setting.example}`.")
    for count in range(min(len(said), _LONGEST_VALUE), 1, -1):
        with suppress(BadArgument):
            return setting.read(" ".join(said[:count]).strip(",;"), words), said[count:]
    return setting.read(said[0].strip(",;"), words), said[1:]


def _known(word: str, table: Mapping[str, _Setting]) -> str:
    """Return the setting that `word` names."""
    key = _OTHER_KEYS.get(word.lstrip("-"), word.lstrip("-"))
    if key in table:
        return key
    near = nearest(key, table)
    cure = f"Did you mean `{near}`?" if near else f"Choose from {listed(table)}."
    problem = f"There is no setting {echo(word)}." if word else "A setting needs a name."
    raise BadArgument(problem, cure)


def _start(text: str, words: Words) -> date:
    return read_date(text, words.today, "start=")


def _hidden(text: str, _: Words) -> bool:
    for hidden, said in _AUTHORS.items():
        if text in said:
            return hidden
    raise BadArgument(f"{echo(text)} does not fit.", "Say `authors=hidden` or `authors=shown`.")


def _report(text: str, _: Words) -> bool:
    if text in _YES or text in _NO:
        return text in _YES
    raise BadArgument(f"{echo(text)} does not fit.", "Say `report=on` or `report=off`.")


def _own_zone(text: str) -> str | None:
    return None if text in ("none", "cohort") else read_zone(text, "my_zone")


_SETUP: Final = {
    "guide": _Setting("guide", find_guide, "coursera"),
    "start": _Setting("start", _start, "2026-12-07"),
    "zone": _Setting("zone", lambda text, _: read_zone(text), "Europe/Berlin"),
    "time": _Setting("time", lambda text, _: read_time(text), "09:00"),
    "days": _Setting("days", lambda text, _: read_days(text), "mon-fri"),
    "reviewers": _Setting("reviewers", lambda text, _: read_number(text, 1, 5, "reviewers=2"), "2"),
    "authors": _Setting("hide_authors", _hidden, "hidden"),
}

_SETTINGS: Final = {
    **{key: _SETUP[key] for key in ("zone", "days", "reviewers", "authors")},
    "time": replace(_SETUP["time"], field="post_at"),
    "board": _Setting("board_at", lambda text, _: read_time(text), "17:00"),
    "quiet": _Setting("quiet", lambda text, _: read_quiet(text), "21:00-08:00"),
    "lease": _Setting("lease", lambda text, _: read_hours(text, 2, 168, "lease=24h"), "24h"),
    "grace": _Setting("grace", lambda text, _: read_hours(text, 0, 24, "grace=6h"), "6h"),
    "report": _Setting("report", _report, "on"),
    "track": _Setting(
        "track", lambda text, words: None if text == "none" else find_track(text, words), "remote"
    ),
    "my_zone": _Setting("my_zone", lambda text, _: _own_zone(text), "Europe/Berlin"),
}

_OTHER_KEYS: Final = {
    other: key
    for key, others in {
        "start": "date from begin",
        "zone": "timezone tz",
        "time": "at hour post",
        "days": "day weekdays",
        "reviewers": "reviews reviewer",
        "authors": "author names",
        "board": "leaderboard",
        "quiet": "night",
        "track": "location",
        "my_zone": "myzone my-zone own_zone mytimezone",
    }.items()
    for other in others.split()
}

_YES: Final = ("on", "yes", "true")
_NO: Final = ("off", "no", "none", "false")

_AUTHORS: Final = {
    True: ("hidden", "hide", "anonymous", "secret"),
    False: ("shown", "show", "visible", "named", "open"),
}
