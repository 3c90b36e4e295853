"""How a database server is: for whoever looks after it, on a connection that only reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

OLDEST = 15
"""The oldest PostgreSQL that is tested, and still looked after by its makers."""
_ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Vitals:
    """What was found of a server.

    `ahead` is how far its clock is before this machine's; `round_trip` how long one short question
    takes, at best; `free` how many more connections it would take, of `most`.
    """

    version: str
    supported: bool
    ahead: timedelta
    round_trip: timedelta
    free: int
    most: int


def look(connection: Connection, clock: Callable[[], datetime]) -> Vitals:
    """Ask a server how it is."""
    version, number = _one(
        connection,
        "SELECT current_setting('server_version'), current_setting('server_version_num')",
    )
    rounds = [_round(connection, clock) for _ in range(_ROUNDS)]
    # The quickest says most of the clock: its answer is the least old.
    round_trip, ahead = min(rounds)
    used, most, reserved = _one(
        connection,
        "SELECT (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'),"
        " current_setting('max_connections'), current_setting('superuser_reserved_connections')",
    )
    return Vitals(
        version=str(version).split()[0],
        supported=int(number) >= OLDEST * 10_000,
        ahead=ahead,
        round_trip=round_trip,
        free=max(int(most) - int(reserved) - int(used), 0),
        most=int(most),
    )


def _round(connection: Connection, clock: Callable[[], datetime]) -> tuple[timedelta, timedelta]:
    before = clock()
    (there,) = _one(connection, "SELECT clock_timestamp()")
    after = clock()
    return after - before, there.astimezone(UTC) - (before + (after - before) / 2)


def _one(connection: Connection, query: str) -> tuple[Any, ...]:
    return tuple(connection.exec_driver_sql(query).one())
