"""The application commands: `/coach` with the engine's commands, and what hangs on messages.

    COMMANDS of the manual --payload--> Discord        what was chosen --command_text--> the engine

Rule: every command of the engine is one of `/coach`, and what its options say together is what
somebody could have typed.  Nothing is decided here; the engine reads the words again.  Discord
takes 25 within a command: those that only organisers may use stand together in a group.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from adapters.discord.receive_values import Body, Malformed, ident, name, parts
from bot.manual import COMMANDS, CommandHelp

Json = dict[str, Any]
Suggests = Literal["", "guide", "track", "practice", "zone", "day", "back", "span", "command"]

COACH: Final = "coach"
DESCRIPTION: Final = "Prepare for an interview together"
GROUP: Final = "organise"
GROUP_DESCRIPTION: Final = "What only organisers of a cohort can do"
GROUPED: Final = tuple(each.name for each in COMMANDS if each.who == "organiser")
"""The commands in that group: `/coach organise pause`."""
MENUS: Final[Mapping[str, Literal["practise", "second-take"]]] = {
    "Practise this": "practise",
    "Second take": "second-take",
}
"""The menu on messages: what it shows, and what it means to the engine."""

_SLASH, _ON_MESSAGE = 1, 3
_SUB, _GROUP, _STRING, _WHOLE, _YES_NO, _PERSON = 1, 2, 3, 4, 5, 6
_IN_SERVERS, _WITH_US = 0, 1
_DESCRIPTION_LIMIT = 100


@dataclass(frozen=True, slots=True)
class Option:
    """One option.

    `says` is how its value reads in a command: `{}` stands for the value, which is an id where
    a person is picked.  One that is either so or not says its words if it is so.  `choices` are
    (value, label) pairs.
    """

    name: str
    description: str
    says: str = "{}"
    kind: int = _STRING
    required: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    suggests: Suggests = ""
    least: int | None = None
    most: int | None = None

    @property
    def is_free(self) -> bool:
        """Tell whether its value is said without the option's name."""
        return self.says == "{}" or self.kind == _PERSON

    def words(self, value: object) -> str:
        """Return what a value of it says; "" if nothing."""
        if self.kind == _YES_NO:
            return self.says if value is True else ""
        if self.kind == _PERSON:
            return self.says.format(ident({self.name: value}, self.name))
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise Malformed((self.name,))
        said = " ".join(str(value).split())
        return self.says.format(said) if said else ""


_AUTHORS: Final = (("hidden", "Hidden from reviewers"), ("shown", "Shown"))
_ZONE: Final = Option("zone", "The time zone, such as Europe/Berlin", "zone={}", suggests="zone")
_TIME: Final = Option("time", "When to post, such as 09:00", "time={}")
_DAYS: Final = Option("days", "On which days, such as mon-fri or mon,wed,fri", "days={}")
_REVIEWERS: Final = Option(
    "reviewers", "How many review each answer", "reviewers={}", _WHOLE, least=1, most=5
)
_WHOSE: Final = Option(
    "authors", "Whether reviewers see whose it is", "authors={}", choices=_AUTHORS
)
_TRACK: Final = Option("track", "Your location track", suggests="track")

OPTIONS: Final[Mapping[str, tuple[Option, ...]]] = {
    "setup": (
        Option("guide", "The interview guide; leave it out to get a form", suggests="guide"),
        Option("start", "The first day, such as monday or 2026-12-07", "start={}", suggests="day"),
        _ZONE,
        _TIME,
        _DAYS,
        _REVIEWERS,
        _WHOSE,
    ),
    "join": (_TRACK,),
    "away": (
        Option(
            "until", "The day you are back, such as 14 Dec, or how long: 3 days", suggests="back"
        ),
    ),
    "mute": (
        Option(
            "until",
            "The day it ends, such as 14 Dec, how long: 3 days, or off",
            required=True,
            suggests="back",
        ),
    ),
    "focus": (Option("week", "Another week of the plan", kind=_WHOLE, least=1, most=52),),
    "practice": (Option("what", "A round, a question or what to do now", suggests="practice"),),
    "leaderboard": (
        Option(
            "me",
            "Whether you appear on it",
            choices=(
                ("in", "Show me on it"),
                ("anonymous", "Show me under a made-up name"),
                ("out", "Leave me out"),
            ),
        ),
    ),
    "skip": (
        Option("undo", "Post on that day after all", "undo", _YES_NO),
        Option("day", "The day, such as 24 Dec", required=True, suggests="day"),
    ),
    "shift": (Option("by", "How far, such as 3 days or 1 week", required=True, suggests="span"),),
    "mentor": (
        Option("remove", "They are no mentor any more", "remove", _YES_NO),
        Option("who", "A member; leave it out to see who they are", "<@{}>", _PERSON),
    ),
    "settings": (
        _TIME,
        _DAYS,
        _ZONE,
        _REVIEWERS,
        _WHOSE,
        Option("board", "When to post the leaderboard, such as 17:00", "board={}"),
        Option("quiet", "When not to disturb anybody, such as 21:00-08:00", "quiet={}"),
        Option("lease", "How long a reviewer has, such as 24h", "lease={}"),
        Option("grace", "How late a missed post is still posted, such as 6h", "grace={}"),
        Option(
            "report",
            "Whether organisers hear how messages arrived",
            "report={}",
            choices=(("on", "When there is something to say"), ("off", "Never")),
        ),
        Option("track", "Your own location track", "track={}", suggests="track"),
        Option("my_zone", "Your own time zone, or none", "my_zone={}", suggests="zone"),
    ),
    "forgetme": (Option("sure", "Erase it now, for good", "yes", _YES_NO),),
    "help": (
        # There are more of them than an option can have choices.
        Option("command", "One command", suggests="command"),
    ),
}
"""The options of those commands that take any, in the order they are said in."""

Language = Mapping[str, str]
LANGUAGES: Final[Mapping[str, Language]] = {}
"""Texts in other languages, by Discord's locale and then by key.

`setup` is a command's name and `setup:` what it does; `setup.zone` and `setup.zone:` are an
option's; `setup.authors=hidden` is a choice's label.
"""


def payload(languages: Mapping[str, Language] = LANGUAGES) -> list[Json]:
    """Return all commands as Discord takes them."""
    coach: Json = _told(COACH, COACH, DESCRIPTION, languages)
    alone = [_sub(each, languages) for each in COMMANDS if each.name not in GROUPED]
    group: Json = _told(GROUP, GROUP, GROUP_DESCRIPTION, languages) | {"type": _GROUP}
    group["options"] = [_sub(each, languages) for each in COMMANDS if each.name in GROUPED]
    coach |= {"type": _SLASH, "options": [*alone, group]}
    menus = [_menu(shown, languages) for shown in MENUS]
    return [each | _offered() for each in (coach, *menus)]


def fingerprint(commands: list[Json]) -> str:
    """Return what commands are the same by, ours or as Discord lists them."""
    kept = sorted((_kept(each) for each in commands), key=lambda each: (each["type"], each["name"]))
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()


def command_text(data: Body) -> str:
    """Return what a chosen command with its options says in words.

    Raises:
        Malformed: If it is not of the form Discord sends.
    """
    found = chosen(data)
    if found is None:
        return "help"
    command = name(found, "name")
    given = {name(each, "name"): each.get("value") for each in parts(found, "options")}
    options = OPTIONS.get(command, ())
    said = [each.words(given[each.name]) for each in options if given.get(each.name) is not None]
    return " ".join(words for words in (command, *said) if words)


def chosen(data: Body) -> Body | None:
    """Return the command that was chosen of `/coach`, out of its group; `None` if there is none.

    Raises:
        Malformed: If it is not of the form Discord sends.
    """
    found = next(iter(parts(data, "options")), None)
    if found is not None and name(found, "name") == GROUP:
        return next(iter(parts(found, "options")), None)
    return found


_WITHOUT_WORDS: Final = frozenset({"setup", "away"})
"""What opens a form if nothing more is said."""


def opens_form(data: Body) -> bool:
    """Tell whether a chosen command is likely to be answered with a form."""
    try:
        return command_text(data) in _WITHOUT_WORDS
    except Malformed:
        return False


# --- as Discord takes them ---------------------------------------------------------------


def _offered() -> Json:
    return {"contexts": [_IN_SERVERS, _WITH_US], "integration_types": [0]}


def _menu(shown: str, languages: Mapping[str, Language]) -> Json:
    menu: Json = {"type": _ON_MESSAGE, "name": shown}
    return menu | _translated("name_localizations", MENUS[shown], languages)


def _sub(command: CommandHelp, languages: Mapping[str, Language]) -> Json:
    what = command.what.replace("`", "")
    shown = _told(command.name, command.name, what, languages)
    options = sorted(OPTIONS.get(command.name, ()), key=lambda each: not each.required)
    made = [_option(each, f"{command.name}.{each.name}", languages) for each in options]
    return shown | {"type": _SUB, "options": made}


def _option(option: Option, key: str, languages: Mapping[str, Language]) -> Json:
    shown: Json = _told(key, option.name, option.description, languages)
    shown |= {"type": option.kind, "required": option.required}
    if option.suggests:
        shown["autocomplete"] = True
    if option.choices:
        shown["choices"] = [
            {"name": label, "value": value}
            | _translated("name_localizations", f"{key}={value}", languages)
            for value, label in option.choices
        ]
    limits = {"min_value": option.least, "max_value": option.most}
    return shown | {each: value for each, value in limits.items() if value is not None}


def _told(key: str, name_: str, description: str, languages: Mapping[str, Language]) -> Json:
    shown: Json = {"name": name_, "description": description[:_DESCRIPTION_LIMIT]}
    shown |= _translated("name_localizations", key, languages)
    return shown | _translated("description_localizations", f"{key}:", languages)


def _translated(field: str, key: str, languages: Mapping[str, Language]) -> Json:
    found = {locale: texts[key] for locale, texts in languages.items() if key in texts}
    return {field: found} if found else {}


_KEPT: Final = (
    *("name", "description", "type", "required", "autocomplete", "min_value", "max_value"),
    *("name_localizations", "description_localizations", "contexts", "integration_types", "value"),
)


def _kept(thing: Json) -> Json:
    """Return what we say of a command; Discord adds ids, and leaves out what is not so."""
    kept = {each: thing[each] for each in _KEPT if thing.get(each)}
    for inner in ("options", "choices"):
        if thing.get(inner):
            kept[inner] = [_kept(each) for each in thing[inner]]
    for listed in ("contexts", "integration_types"):
        if listed in kept:
            kept[listed] = sorted(kept[listed])
    return kept
