"""Values to JSON and back, for what is only ever read whole: messages, plans, sheets.

Readers and writers are built once, when first needed, from the annotations of the dataclasses,
and what is written reads back equal.  A union of dataclasses is told apart by `kind`.  A field
that a stored value does not have yet takes its default, so fields can be added without a migration.
(pydantic reads the same unions ten times slower, because it tries one member after another.)
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from types import NoneType, UnionType
from typing import Any, Generic, Literal, NewType, TypeVar, Union, get_args, get_origin
from typing import get_type_hints as annotations_of

T = TypeVar("T")
Step = Callable[[Any], Any]

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_MICROSECOND = timedelta(microseconds=1)


class Codec(Generic[T]):
    """Writes values of one type as JSON text and reads them back.

    The `recent` texts written last are known again without reading them: of a type whose
    values never change, what is written is what would be read.
    """

    def __init__(self, hint: object, recent: int = 0) -> None:
        self._hint = hint
        self._most = recent
        self._recent: dict[str, T] = {}

    @cached_property
    def _steps(self) -> tuple[Step, Step]:
        return _steps(self._hint)

    def write(self, value: T) -> str:
        """Return `value` as JSON text."""
        text = _ENCODER.encode(self._steps[0](value))
        if self._most:
            self._recent[text] = value
            if len(self._recent) > self._most:
                # Another thread may be at it, too; whoever comes next forgets one more.
                with suppress(RuntimeError, StopIteration):
                    self._recent.pop(next(iter(self._recent)), None)
        return text

    def read(self, text: str) -> T:
        """Return the value that was written as `text`."""
        known = self._recent.get(text)
        if known is not None:
            return known
        value: T = self._steps[1](json.loads(text))
        return value


def _same(value: Any) -> Any:
    return value


def _isoformat(value: Any) -> Any:
    return value.isoformat()


_SCALARS: dict[object, tuple[Step, Step]] = {
    str: (_same, _same),
    int: (_same, _same),
    float: (_same, _same),
    bool: (_same, _same),
    NoneType: (_same, _same),
    datetime: (_isoformat, datetime.fromisoformat),
    date: (_isoformat, date.fromisoformat),
    time: (_isoformat, time.fromisoformat),
    timedelta: (lambda span: span // _MICROSECOND, lambda count: count * _MICROSECOND),
}


def _steps(hint: Any) -> tuple[Step, Step]:
    """Return how a value of this type is written and how it is read."""
    if isinstance(hint, NewType):
        return _steps(hint.__supertype__)
    if hint in _SCALARS:
        return _SCALARS[hint]
    if is_dataclass(hint):
        return _of_dataclass(hint)
    return _of_composite(hint)


def _of_composite(hint: Any) -> tuple[Step, Step]:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Literal:
        return _same, _same
    if origin in (Union, UnionType):
        return _of_union(arguments)
    if origin is tuple and arguments[-1] is not Ellipsis:
        return _of_record(arguments)
    if origin is tuple:
        return _of_series(arguments[0], tuple, list)
    if origin is frozenset:
        return _of_series(arguments[0], frozenset, sorted)
    if origin is dict and arguments[0] is str:
        write, read = _steps(arguments[1])
        return (
            lambda value: {key: write(item) for key, item in value.items()},
            lambda value: {key: read(item) for key, item in value.items()},
        )
    raise TypeError(f"no way is known to store {hint!r}")


def _of_series(item: Any, make: Step, order: Step) -> tuple[Step, Step]:
    write, read = _steps(item)
    if write is _same and read is _same:
        return order, make
    return (
        lambda value: [write(one) for one in order(value)],
        lambda value: make([read(one) for one in value]),
    )


def _of_record(items: tuple[Any, ...]) -> tuple[Step, Step]:
    writes, reads = zip(*(_steps(item) for item in items), strict=True)
    return (
        lambda value: [write(one) for write, one in zip(writes, value, strict=True)],
        lambda value: tuple(read(one) for read, one in zip(reads, value, strict=True)),
    )


def _of_union(members: tuple[Any, ...]) -> tuple[Step, Step]:
    """Join the members' steps: one type, or dataclasses with a `kind`; any may be missing."""
    kinds = [member for member in members if member is not NoneType]
    if len(kinds) == 1:
        write, read = _steps(kinds[0])
        return (
            lambda value: None if value is None else write(value),
            lambda value: None if value is None else read(value),
        )
    writes: dict[Any, Step] = {member: _steps(member)[0] for member in kinds}
    reads: dict[Any, Step] = {_kind(member): _steps(member)[1] for member in kinds}
    if len(kinds) == len(members):
        return (
            lambda value: writes[type(value)](value),
            lambda value: reads[value["kind"]](value),
        )
    return (
        lambda value: None if value is None else writes[type(value)](value),
        lambda value: None if value is None else reads[value["kind"]](value),
    )


def _kind(member: Any) -> object:
    return next(field.default for field in fields(member) if field.name == "kind")


def _of_dataclass(cls: Any) -> tuple[Step, Step]:
    hints = annotations_of(cls)
    steps = {field.name: _steps(hints[field.name]) for field in fields(cls)}
    writes = [(name, write) for name, (write, _) in steps.items()]
    reads = {name: read for name, (_, read) in steps.items() if read is not _same}

    def write(value: Any) -> Any:
        return {name: step(getattr(value, name)) for name, step in writes}

    def read(value: Any) -> Any:
        for name, step in reads.items():
            if name in value:
                value[name] = step(value[name])
        return cls(**value)

    return write, read
