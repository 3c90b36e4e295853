"""What a transaction has already read by its id, so that it is read once.

The store runs transactions as if one after the other, so a value stays true until this
transaction saves another.  Only look-ups by id are remembered.
"""

from __future__ import annotations

from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class Seen(Generic[Key, Value]):
    """Values by id; `None` says that there is no such row."""

    __slots__ = ("_values",)

    def __init__(self) -> None:
        self._values: dict[Key, Value | None] = {}

    def __contains__(self, key: Key) -> bool:
        return key in self._values

    def __getitem__(self, key: Key) -> Value | None:
        return self._values[key]

    def __setitem__(self, key: Key, value: Value | None) -> None:
        self._values[key] = value

    def get(self, key: Key) -> Value | None:
        """Return what is known by this id; `None` also if nothing is."""
        return self._values.get(key)

    def clear(self) -> None:
        """Forget everything: rows were changed behind the repository's back."""
        self._values.clear()
