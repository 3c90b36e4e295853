"""What `doctor` looks at of a PostgreSQL server.

Rule: a server is named by what it does, never by how one gets in; and what is only slow is told
with the figure, for whoever reads it to judge.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from adapters.database.vitals import OLDEST, Vitals

APART = timedelta(seconds=5)
"""The coach goes by the server's clock; members' own clocks and the log go by another one."""
SLOW = timedelta(milliseconds=20)
"""A member's tap takes about ten short questions, and is waited for."""
SPARE = 20
"""So many connections one process of the coach takes at most, with some for its operator."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at; `cure` is empty where all is well."""

    name: str
    ok: bool
    found: str
    cure: str = ""


def checks(found: Vitals) -> Iterator[Check]:
    """Say what is to be said of a server."""
    cure = "" if found.supported else f"Use PostgreSQL {OLDEST} or newer"
    yield Check("database server", found.supported, f"PostgreSQL {found.version}", cure)
    apart = abs(found.ahead)
    which = "ahead of" if found.ahead > timedelta() else "behind"
    words = f"{apart.total_seconds():.1f} s {which} this machine's"
    cure = "" if apart < APART else "Let both set their clocks by the network (NTP)"
    yield Check("database clock", apart < APART, words, cure)
    near = found.round_trip <= SLOW
    words = f"{found.round_trip / timedelta(milliseconds=1):.1f} ms for a short question"
    yield Check("database distance", near, words, "" if near else "Run the coach nearer to it")
    roomy = found.free >= SPARE
    words = f"{found.free} of {found.most} free"
    cure = "" if roomy else "Raise max_connections on the server, or run fewer processes"
    yield Check("database connections", roomy, words, cure)
