"""Single values out of what Discord sends, typed, whatever it holds.

Rule: a value that is missing or `null` is empty; one of a wrong type or an absurd size is
`Malformed`, and nothing else is ever raised.  What is read is never looked through as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from bot.inbound import clean

Body = Mapping[str, object]

TEXT_LIMIT = 20_000
"""Characters of one text; Discord takes 4,000 in a message and in a field."""
NAME_LIMIT = 300

_ID = re.compile(r"[0-9]{1,20}", re.ASCII)
_EPOCH = datetime(2015, 1, 1, tzinfo=UTC)
_NOTHING: Body = {}
_IDS_END = 1 << 64


class Malformed(ValueError):
    """A value is not what Discord sends there; `path` says which."""

    def __init__(self, path: Sequence[str]) -> None:
        self.path = tuple(path)
        super().__init__(".".join(path))


def part(body: Body, *path: str) -> Body:
    """Return an object inside the body; an empty one if there is none."""
    value = _value(body, path)
    if value is None:
        return _NOTHING
    if not isinstance(value, dict):
        raise Malformed(path)
    return value


def items(body: Body, *path: str) -> Sequence[object]:
    """Return a list inside the body; an empty one if there is none."""
    value = _value(body, path)
    if value is None:
        return ()
    if not isinstance(value, list):
        raise Malformed(path)
    return value


def parts(body: Body, *path: str) -> list[Body]:
    """Return a list of objects inside the body; an empty one if there is none."""
    found = items(body, *path)
    if not all(isinstance(each, dict) for each in found):
        raise Malformed(path)
    return [each for each in found if isinstance(each, dict)]


def words(body: Body, *path: str) -> str:
    """Return somebody's words, at most `TEXT_LIMIT` characters; "" if there are none."""
    return _string(body, path, TEXT_LIMIT)


def name(body: Body, *path: str) -> str:
    """Return a name, at most `NAME_LIMIT` characters; "" if there is none."""
    return _string(body, path, NAME_LIMIT)


def flag(body: Body, *path: str) -> bool:
    """Tell whether something is so; not, if nothing is said."""
    value = _value(body, path)
    if value is None:
        return False
    if not isinstance(value, bool):
        raise Malformed(path)
    return value


def number(body: Body, *path: str) -> int:
    """Return a whole number, 0 if nothing is said."""
    value = _value(body, path)
    if value is None:
        return 0
    if not isinstance(value, int) or isinstance(value, bool):
        raise Malformed(path)
    return value


def ident(body: Body, *path: str) -> str:
    """Return an id, which must be there."""
    return _checked(_value(body, path), path)


def maybe(body: Body, *path: str) -> str:
    """Return an id, "" if there is none."""
    value = _value(body, path)
    return "" if value is None else _checked(value, path)


def idents(body: Body, *path: str) -> list[str]:
    """Return a list of ids."""
    return [_checked(each, path) for each in items(body, *path)]


def said_at(message: str) -> datetime:
    """Return when something with such an id was made, exact to the millisecond."""
    return _EPOCH + timedelta(milliseconds=int(message) >> 22)


def moment(body: Body, *path: str) -> datetime | None:
    """Return a moment; `None` if there is none."""
    written = name(body, *path)
    if not written:
        return None
    try:
        return datetime.fromisoformat(written).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Malformed(path) from None


def _checked(value: object, path: Sequence[str]) -> str:
    if not isinstance(value, str) or not _ID.fullmatch(value) or int(value) >= _IDS_END:
        raise Malformed(path)
    return value


def _string(body: Body, path: Sequence[str], limit: int) -> str:
    value = _value(body, path)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > limit:
        raise Malformed(path)
    return value if value.isascii() and "\0" not in value else clean(value)


def _value(body: Body, path: Sequence[str]) -> object:
    value: object = body
    for step in path:
        if isinstance(value, dict):
            value = value.get(step)
        elif value is None:
            return None
        else:
            raise Malformed(path)
    return value
