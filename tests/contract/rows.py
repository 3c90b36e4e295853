"""Rows for every table there is, with a value in every column, made from the columns alone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Boolean, Column, Connection, Date, Float, Integer, Table

from adapters.database.columns import UtcDateTime
from adapters.database.copying import TABLES
from tests.factories import NOW

ROWS = 7


def fill(connection: Connection) -> None:
    """Put `ROWS` rows into every table."""
    for table in TABLES:
        connection.execute(table.insert(), [_row(table, number) for number in range(1, ROWS + 1)])


def _row(table: Table, number: int) -> dict[str, Any]:
    # Every third is as empty as it may be.
    return {
        each.name: None if each.nullable and number % 3 == 0 else _value(each, number)
        for each in table.columns
    }


def _value(column: Column[Any], number: int) -> Any:
    for key in column.foreign_keys:
        return _value(key.column, number)
    if isinstance(column.type, Boolean):
        return bool(number % 2)
    if isinstance(column.type, Integer):
        return number
    if isinstance(column.type, Float):
        return number / 7 * 10 ** (number - 4)
    if isinstance(column.type, Date):
        return date(2026, 2, 26) + timedelta(days=number)
    if isinstance(column.type, UtcDateTime):
        return NOW + timedelta(days=number, microseconds=number % 2)
    return f"Ä’{column.name[:9]}🙂\\u0000\n{number}"
