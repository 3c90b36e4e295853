"""How a payload is checked: small checks, put together, that say where something is wrong.

A check takes a value and its JSON pointer and returns nothing or raises `Wrong`.  A field that
is not listed is wrong, as it is for Slack.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from tests.servers.slack.state import Json

Check = Callable[[Any, str], None]


class WrongError(Exception):
    """What is wrong and where, in the words of Slack's `response_metadata.messages`."""

    def __init__(self, message: str, at: str) -> None:
        self.at = at
        super().__init__(f"[ERROR] {message} [json-pointer:{at}]")


def fields(
    value: Any, at: str, required: Mapping[str, Check], optional: Mapping[str, Check]
) -> Json:
    """Check an object: `type` aside, all the required fields and no others than listed."""
    if not isinstance(value, dict):
        raise WrongError("must be an object", at)
    checks = {**optional, **required}
    for name in required:
        if name not in value:
            raise WrongError(f"missing required field: {name}", at)
    for name, each in value.items():
        if name != "type":
            if name not in checks:
                raise WrongError(f"invalid additional property: {name}", at)
            checks[name](each, f"{at}/{name}")
    return value


def anything(value: Any, at: str) -> None:
    """Accept every value."""


def boolean(value: Any, at: str) -> None:
    """Accept true and false."""
    if not isinstance(value, bool):
        raise WrongError("must be a boolean", at)


def string(most: int, least: int = 1) -> Check:
    """Accept a string of `least` to `most` characters."""

    def check(value: Any, at: str) -> None:
        if not isinstance(value, str):
            raise WrongError("must be a string", at)
        if len(value) > most:
            raise WrongError(f"must be less than {most + 1} characters", at)
        if len(value) < least:
            raise WrongError(f"must be more than {least - 1} characters", at)

    return check


def matching(pattern: str) -> Check:
    """Accept a string that is described by `pattern`."""

    def check(value: Any, at: str) -> None:
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            raise WrongError(f"must match {pattern}", at)

    return check


def whole(least: int, most: int) -> Check:
    """Accept a whole number."""

    def check(value: Any, at: str) -> None:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise WrongError(f"must be a whole number from {least} to {most}", at)

    return check


def one_of(*allowed: str) -> Check:
    """Accept one of some strings."""

    def check(value: Any, at: str) -> None:
        if value not in allowed:
            raise WrongError(f"must be one of {', '.join(allowed)}", at)

    return check


def items(each: Check, most: int, least: int = 1) -> Check:
    """Accept an array of `least` to `most` values that each pass."""

    def check(value: Any, at: str) -> None:
        if not isinstance(value, list):
            raise WrongError("must be an array", at)
        if len(value) > most:
            raise WrongError(f"no more than {most} items allowed", at)
        if len(value) < least:
            raise WrongError(f"no fewer than {least} items allowed", at)
        for number, item in enumerate(value):
            each(item, f"{at}/{number}")

    return check


def by_type(kinds: Mapping[str, Check]) -> Check:
    """Accept an object whose `type` is one of `kinds` and that passes its check."""

    def check(value: Any, at: str) -> None:
        if not isinstance(value, dict) or "type" not in value:
            raise WrongError("must be an object with a type", at)
        if value["type"] not in kinds:
            raise WrongError(f"unsupported type: {value['type']}", f"{at}/type")
        kinds[value["type"]](value, at)

    return check


def made_of(required: Mapping[str, Check], optional: Mapping[str, Check]) -> Check:
    """Accept an object with such fields."""

    def check(value: Any, at: str) -> None:
        fields(value, at, required, optional)

    return check


def plain(most: int) -> Check:
    """Accept a `plain_text` object."""
    text = made_of({"text": string(most)}, {"emoji": boolean})
    return by_type({"plain_text": text})


def written(most: int) -> Check:
    """Accept a `plain_text` or a `mrkdwn` object."""
    mrkdwn = made_of({"text": string(most)}, {"verbatim": boolean})
    text = made_of({"text": string(most)}, {"emoji": boolean})
    return by_type({"plain_text": text, "mrkdwn": mrkdwn})
