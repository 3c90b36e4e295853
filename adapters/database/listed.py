"""Many numbers bound as one value, so that a statement stays the same however many there are."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import BindParameter, String, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import FunctionElement


class _Numbers(FunctionElement[int]):
    """The numbers of a list, as a query."""

    inherit_cache = True


def among(column: Any, name: str) -> Any:
    """Return the condition that `column` is one of the numbers that are bound to `name`."""
    given: BindParameter[str] = bindparam(name, type_=String)
    return column.op("IN", is_comparison=True)(_Numbers(given))


def numbers(these: Iterable[int]) -> str:
    """Return what is to be bound for these numbers."""
    return json.dumps(list(these))


@compiles(_Numbers, "sqlite")
def _in_sqlite(element: _Numbers, compiler: SQLCompiler, **given: Any) -> str:
    return f"(SELECT value FROM json_each({compiler.process(element.clauses, **given)}))"  # noqa: S608


@compiles(_Numbers, "postgresql")
def _in_postgresql(element: _Numbers, compiler: SQLCompiler, **given: Any) -> str:
    each = f"json_array_elements_text(CAST({compiler.process(element.clauses, **given)} AS json))"
    return f"(SELECT CAST({each} AS bigint))"
