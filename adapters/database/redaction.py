"""Takes a person out of messages that were meant for others.

Only what readers see is touched, and nothing gets longer, so a message stays sendable.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from bot.ids import UserId
from bot.messages import Mention

T = TypeVar("T")

GONE = "…"

_SHOWN = frozenset(
    {"text", "summary", "label", "header", "rows", "name", "title", "subtitle", "note"}
)
"""The fields of messages and their parts that hold words; all others hold keys."""


class Redaction:
    """Replaces a user's id, names and texts, where they stand as whole words, by `GONE`."""

    def __init__(self, user: UserId, alias: UserId, words: Iterable[str]) -> None:
        self._user = user
        self._alias = alias
        longest_first = sorted({word for word in words if word.strip()}, key=len, reverse=True)
        self._words = _whole([*longest_first, user])

    def act(self, act: T) -> T:
        """Return an act that says nothing of the user."""
        redacted: T = self._value(act)
        return redacted

    def _value(self, value: Any, *, shown: bool = False) -> Any:
        if isinstance(value, Mention) and value.user == self._user:
            return Mention(self._alias, GONE)
        if isinstance(value, str):
            return self._words.sub(GONE, value) if shown else value
        if isinstance(value, tuple):
            return tuple(self._value(item, shown=shown) for item in value)
        if is_dataclass(value) and not isinstance(value, type):
            changes = {
                field.name: self._value(getattr(value, field.name), shown=field.name in _SHOWN)
                for field in fields(value)
            }
            return replace(value, **changes)
        return value


def _whole(words: Iterable[str]) -> re.Pattern[str]:
    anyone = "|".join(re.escape(word) for word in words)
    return re.compile(rf"(?<!\w)(?:{anyone})(?!\w)")
