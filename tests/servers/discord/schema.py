"""Checks of single values, in Discord's words; each notes what is wrong at its spot."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from tests.servers.discord.errors import Json, Spot

Check = Callable[[Spot, Any], None]
_SNOWFLAKE = re.compile(r"\d{1,20}")


def anything(_at: Spot, _value: Any) -> None:
    """Take everything."""


def text(most: int, least: int = 1) -> Check:
    """Take a text of so many characters."""

    def check(at: Spot, value: Any) -> None:
        if not isinstance(value, str):
            at.wrong("STRING_TYPE_CONVERT", f"Could not interpret {value!r} as string.")
        elif not value.strip() and least:
            at.wrong("BASE_TYPE_REQUIRED", "This field is required")
        elif not least <= len(value) <= most:
            _length(at, least, most, len(value))

    return check


def _length(at: Spot, least: int, most: int, length: int) -> None:
    if least:
        at.wrong("BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")
    elif length > most:
        at.wrong("BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")


def optional(check: Check) -> Check:
    """Take null too."""
    return lambda at, value: None if value is None else check(at, value)


def integer(least: int, most: int) -> Check:
    """Take a whole number."""

    def check(at: Spot, value: Any) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            at.wrong("NUMBER_TYPE_COERCE", f"Value {value!r} is not int.")
        elif value < least:
            at.wrong("NUMBER_TYPE_MIN", f"int value should be greater than or equal to {least}.")
        elif value > most:
            at.wrong("NUMBER_TYPE_MAX", f"int value should be less than or equal to {most}.")

    return check


def boolean(at: Spot, value: Any) -> None:
    """Take a truth value."""
    if not isinstance(value, bool):
        at.wrong("BOOLEAN_TYPE_CONVERT", "Must be either true or false.")


def snowflake(at: Spot, value: Any) -> None:
    """Take an id, which may come as a number."""
    if isinstance(value, bool) or not _SNOWFLAKE.fullmatch(str(value)):
        at.wrong("NUMBER_TYPE_COERCE", f"Value {value!r} is not snowflake.")


def one_of(*values: Any) -> Check:
    """Take one of these."""

    def check(at: Spot, value: Any) -> None:
        if value not in values or isinstance(value, bool):
            listed = ", ".join(repr(each) for each in values)
            at.wrong("BASE_TYPE_CHOICES", f"Value must be one of ({listed}).")

    return check


def many(most: int, check: Check, least: int = 0) -> Check:
    """Take a list."""

    def listed(at: Spot, value: Any) -> None:
        if not isinstance(value, list):
            at.wrong("LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
            return
        if not least <= len(value) <= most:
            at.wrong("BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")
        for index, each in enumerate(value):
            check(at / index, each)

    return listed


def thing(required: Mapping[str, Check], others: Mapping[str, Check] | None = None) -> Check:
    """Take an object with these fields and, stricter than Discord, no other."""

    def check(at: Spot, value: Any) -> None:
        fields(at, value, required, others or {})

    return check


def fields(
    at: Spot, value: Any, required: Mapping[str, Check], others: Mapping[str, Check]
) -> bool:
    """Check the fields of an object, and return whether it is one."""
    if not isinstance(value, dict):
        at.wrong("MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType")
        return False
    for name in required:
        if value.get(name) is None:
            (at / name).wrong("BASE_TYPE_REQUIRED", "This field is required")
    for name, each in value.items():
        check = required.get(name) or others.get(name)
        if check is None:
            (at / name).wrong("UNKNOWN_FIELD", "There is no such field (the local server minds).")
        elif name in others or each is not None:
            check(at / name, each)
    return True


emoji: Check = thing(
    {"name": text(100)}, {"id": optional(snowflake), "animated": boolean, "available": boolean}
)


def unique(at: Spot, things: Iterable[Json], key: str, code: str, message: str) -> None:
    """Mind that no two have the same value of `key`."""
    seen: set[Any] = set()
    for index, each in enumerate(things):
        value = each.get(key)
        if value is not None and value in seen:
            (at / index / key).wrong(code, message)
        seen.add(value)
