"""Rights that one process has at a time, such as holding a connection or doing a nightly job.

A lease is taken or renewed by one statement, on the database's own clock; a process that dies
gives its leases back by not renewing them.  Every new holder gets a higher token than all
before it, by which a late word of an old one can be told.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, Interval, and_, bindparam, case, cast, func, insert, or_, select
from sqlalchemy.dialects import postgresql

from adapters.database.columns import UtcDateTime
from adapters.database.outbox_tables import leases


class Lent(NamedTuple):
    """Whom a lease is lent to, and until when."""

    holder: str
    until: datetime


_NOBODY = ""
_THIS = leases.c.name == bindparam("this_name")
_MINE = leases.c.holder == bindparam("this_holder")
_TOKEN = case((_MINE, leases.c.token), else_=leases.c.token + 1)

_FIRST = insert(leases).values(
    name=bindparam("this_name"), holder=bindparam("this_holder"), token=1, until=func.now()
)
# The file belongs to this process, so whoever else is named in it is dead.  A lease in it is
# over at once, should the file be moved to a server.
_TAKE = (
    leases.update()
    .where(_THIS)
    .values(holder=bindparam("this_holder"), token=_TOKEN, until=func.now())
)
_READ = select(leases.c.token).where(_THIS)
_LENT = select(leases.c.holder, leases.c.until).where(_THIS, ~_MINE, leases.c.holder != _NOBODY)
_GIVE_BACK = leases.update().where(_THIS, _MINE).values(holder=_NOBODY, until=func.now())


# The server's clock may have been set back since it was lent.
_STALE = and_(leases.c.holder == bindparam("seen"), leases.c.until == bindparam("seen_until"))


def _shared() -> Any:
    until = func.now() + cast(bindparam("lasts"), Interval)
    given = postgresql.insert(leases).values(
        name=bindparam("this_name"), holder=bindparam("this_holder"), token=1, until=until
    )
    return given.on_conflict_do_update(
        index_elements=["name"],
        set_={"holder": given.excluded.holder, "token": _TOKEN, "until": given.excluded.until},
        where=or_(_MINE, leases.c.holder == _NOBODY, leases.c.until <= func.now(), _STALE),
    ).returning(leases.c.token)


_TAKE_SHARED = _shared()
_CLOCK = select(func.clock_timestamp(type_=UtcDateTime()))


def take(connection: Connection, name: str, holder: str) -> int:
    """Take a lease in a database that nobody else has, and return its token."""
    names = {"this_name": name, "this_holder": holder}
    if not connection.execute(_TAKE, names).rowcount:
        connection.execute(_FIRST, names)
    token: int = connection.execute(_READ, {"this_name": name}).scalar_one()
    return token


def take_shared(
    connection: Connection, name: str, holder: str, lasts: timedelta, stale: Lent | None = None
) -> int | None:
    """Take or renew a lease and return its token; `None` if another holds it.

    One that is still as in `stale` may be taken, whatever the clock shows.
    """
    seen, seen_until = stale or (None, None)
    values = {"this_name": name, "this_holder": holder, "lasts": lasts}
    values |= {"seen": seen, "seen_until": seen_until}
    token: int | None = connection.execute(_TAKE_SHARED, values).scalar_one_or_none()
    return token


def lent(connection: Connection, name: str, holder: str) -> Lent | None:
    """Return whom a lease is lent to, or was, until when; `None` if to nobody else."""
    values = {"this_name": name, "this_holder": holder}
    row = connection.execute(_LENT, values).one_or_none()
    return None if row is None else Lent(*row)


def give_back(connection: Connection, name: str, holder: str) -> None:
    """Give a lease back, if it is still the holder's."""
    connection.execute(_GIVE_BACK, {"this_name": name, "this_holder": holder})


def clock(connection: Connection) -> datetime:
    """Return what time it is for a server."""
    now: datetime = connection.execute(_CLOCK).scalar_one()
    return now
