"""Refuses application commands that Discord refuses."""

from __future__ import annotations

import re
from typing import Any

from tests.servers.discord.errors import Json, Spot
from tests.servers.discord.schema import (
    Check,
    anything,
    boolean,
    fields,
    integer,
    many,
    one_of,
    optional,
    snowflake,
    text,
    unique,
)

SLASH, ON_USER, ON_MESSAGE = 1, 2, 3
SUB, GROUP, STRING, WHOLE, YES_NO, PERSON, NUMBER = 1, 2, 3, 4, 5, 6, 10
MOST_OPTIONS, MOST_CHOICES, MOST_SIZE = 25, 25, 8_000
MOST_COMMANDS = {SLASH: 100, ON_USER: 15, ON_MESSAGE: 15}
_LOCALES = """
    id da de en-GB en-US es-ES es-419 fr hr it lt hu nl no pl pt-BR ro fi sv-SE vi tr cs el bg ru
    uk hi th zh-CN ja zh-TW ko
"""
LOCALES = frozenset(_LOCALES.split())
_NAME = re.compile(r"[-_'\w]{1,32}")
_KINDS = tuple(range(1, 12))


def check_commands(at: Spot, commands: Any) -> None:
    """Refuse a list that replaces all commands."""
    many(sum(MOST_COMMANDS.values()), check_command)(at, commands)
    at.refuse()
    for kind, most in MOST_COMMANDS.items():
        same = [each for each in commands if each.get("type", SLASH) == kind]
        if len(same) > most:
            at.wrong("APPLICATION_COMMAND_TOO_MANY", f"Maximum number of commands reached ({most})")
        message = "Application command names must be unique"
        unique(at, same, "name", "APPLICATION_COMMANDS_DUPLICATE_NAME", message)
    at.refuse()


def check_command(at: Spot, command: Any) -> None:
    """Note what is wrong with one command."""
    slash = not isinstance(command, dict) or command.get("type", SLASH) == SLASH
    required: dict[str, Check] = {"name": _name if slash else text(32)}
    if slash:
        required["description"] = text(100)
    others: dict[str, Check] = {
        "type": one_of(SLASH, ON_USER, ON_MESSAGE),
        "id": snowflake,
        "name_localizations": optional(_localized(_name if slash else text(32))),
        "description_localizations": optional(_localized(text(100))),
        "options": optional(many(MOST_OPTIONS, _option)),
        "default_member_permissions": optional(snowflake),
        "dm_permission": optional(boolean),
        "nsfw": boolean,
        "contexts": optional(many(3, one_of(0, 1, 2))),
        "integration_types": optional(many(2, one_of(0, 1))),
    }
    if not slash:
        others["description"] = _nothing
    if fields(at, command, required, others) and not at.problems:
        options = command.get("options") or []
        _check_options(at / "options", options)
        if size(command) > MOST_SIZE:
            at.wrong("APPLICATION_COMMAND_TOO_LARGE", f"Command exceeds maximum size ({MOST_SIZE})")


def _name(at: Spot, value: Any) -> None:
    if not isinstance(value, str) or not _NAME.fullmatch(value) or value != value.lower():
        at.wrong("APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")


def _nothing(at: Spot, value: Any) -> None:
    if value:
        at.wrong("APPLICATION_COMMAND_DESCRIPTION_CANNOT_BE_SET", "A menu has no description")


def _localized(check: Check) -> Check:
    def checked(at: Spot, value: Any) -> None:
        if not isinstance(value, dict):
            at.wrong("DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
            return
        for locale, each in value.items():
            if locale not in LOCALES:
                (at / locale).wrong("ENUM_TYPE_COERCE", f"Value {locale!r} is not a valid locale.")
            check(at / locale, each)

    return checked


def _option(at: Spot, option: Any) -> None:
    required: dict[str, Check] = {
        "type": one_of(*_KINDS),
        "name": _name,
        "description": text(100),
    }
    others: dict[str, Check] = {
        "name_localizations": optional(_localized(_name)),
        "description_localizations": optional(_localized(text(100))),
        "required": boolean,
        "autocomplete": boolean,
        "choices": many(MOST_CHOICES, _choice(option)),
        "options": many(MOST_OPTIONS, _option),
        "channel_types": many(20, integer(0, 20)),
        "min_value": anything,
        "max_value": anything,
        "min_length": integer(0, 6000),
        "max_length": integer(1, 6000),
    }
    if fields(at, option, required, others) and not at.problems:
        _check_option(at, option)


def _choice(option: Any) -> Check:
    kind = option.get("type") if isinstance(option, dict) else None

    def check(at: Spot, choice: Any) -> None:
        value = value_of(kind)
        localized = {"name_localizations": optional(_localized(text(100)))}
        fields(at, choice, {"name": text(100), "value": value}, localized)

    return check


def value_of(kind: Any) -> Check:
    """Return the check for a choice of an option of this kind."""
    return integer(-(2**53), 2**53) if kind == WHOLE else anything if kind == NUMBER else text(100)


def _check_option(at: Spot, option: Json) -> None:
    kind = option["type"]
    if kind in {SUB, GROUP}:
        inner = option.get("options", [])
        _check_options(at / "options", inner)
        # A command holds groups and sub-commands, a group sub-commands, and these only options.
        if any((each["type"] == SUB) != (kind == GROUP) or each["type"] == GROUP for each in inner):
            (at / "options").wrong("APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Not at this depth")
        if kind == GROUP and not option.get("options"):
            (at / "options").wrong("BASE_TYPE_REQUIRED", "This field is required")
    elif option.get("options"):
        (at / "options").wrong("APPLICATION_COMMAND_OPTIONS_NOT_ALLOWED", "Options have none")
    suggests = option.get("autocomplete", False)
    if (suggests or option.get("choices")) and kind not in {STRING, WHOLE, NUMBER}:
        (at / "choices").wrong("APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Not with this type")
    if suggests and option.get("choices"):
        (at / "autocomplete").wrong(
            "APPLICATION_COMMAND_AUTOCOMPLETE_AND_CHOICES",
            "Autocomplete and choices cannot go together",
        )
    names = option.get("choices", [])
    code = "APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_ALREADY_EXISTS"
    unique(at / "choices", names, "name", code, "Choice names must be unique")


def _check_options(at: Spot, options: list[Json]) -> None:
    if at.problems:
        return
    kinds = {option["type"] in {SUB, GROUP} for option in options}
    if len(kinds) > 1:
        at.wrong("APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Sub-commands and options do not mix")
    code = "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS"
    unique(at, options, "name", code, "Option names must be unique")
    optional_before = False
    for index, option in enumerate(options):
        if option.get("required") and optional_before:
            (at / index).wrong(
                "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
                "Required options must be placed before non-required options",
            )
        optional_before |= not option.get("required", False)


def size(thing: Json) -> int:
    """Return by how many characters a command counts, with all that is in it."""
    own = (
        _longest(thing, "name") + _longest(thing, "description") + len(str(thing.get("value", "")))
    )
    inner = [*(thing.get("options") or []), *(thing.get("choices") or [])]
    return own + sum(map(size, inner))


def _longest(thing: Json, name: str) -> int:
    """Of a text in several languages the longest counts."""
    others = (thing.get(f"{name}_localizations") or {}).values()
    return max(len(each) for each in (thing.get(name) or "", *others))
