"""The outbox as seen by whoever looks after it.

Rule: it looks at what is unsettled or dead, or at one cohort's posts of some time; each has an
index, so that what was sent long ago costs nothing.
"""

from __future__ import annotations

from collections.abc import Container
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, bindparam, case, func, or_, select, text

from adapters.database.columns import UtcDateTime
from adapters.database.outbox import ELSEWHERE, PLACE, outgoing_of
from adapters.database.outbox_tables import outbox
from adapters.database.statements import AnyRow, one, several, write
from bot.ids import CohortId, PostKey, UserId
from bot.messages import Direct
from bot.ports.letters import Depth, Letter, Record

_NOW = bindparam("now", type_=UtcDateTime())
_later = outbox.alias("later")

# The indexes hold these very words.
_UNSETTLED = text("outbox.settled_at IS NULL")
_DEAD = text("state = 'dead'")

_FROM = case(
    (and_(outbox.c.night_from <= _NOW, outbox.c.night_to > outbox.c.at), outbox.c.night_to),
    else_=outbox.c.at,
)
_WAITING = (
    select(
        outbox.c.state,
        func.count().label("rows"),
        func.min(case((_FROM <= _NOW, _FROM), else_=None)).label("oldest"),
    )
    .where(_UNSETTLED)
    .group_by(outbox.c.state)
)
_DEAD_ROWS = select(func.count().label("rows")).where(_DEAD, outbox.c.act.is_not(None))
_POSTS = select(
    outbox.c.state,
    outbox.c.place,
    outbox.c.at,
    outbox.c.night_from,
    outbox.c.night_to,
    outbox.c.settled_at,
    outbox.c.error,
).where(
    text("outbox.kind = 'post'"),
    outbox.c.cohort == bindparam("of_cohort"),
    outbox.c.at > bindparam("since", type_=UtcDateTime()),
    outbox.c.at <= bindparam("until", type_=UtcDateTime()),
)
_PASSED = (
    select(func.count())
    .where(_later.c.lane == outbox.c.lane, _later.c.seq > outbox.c.seq, _later.c.state == "sent")
    .scalar_subquery()
)
_LETTERS = select(outbox, _PASSED.label("passed")).where(outbox.c.act.is_not(None))
_NEWEST = (
    _LETTERS.where(text("outbox.state = 'dead'"))
    .order_by(outbox.c.settled_at.desc(), outbox.c.id.desc())
    .limit(bindparam("limit"))
)
_ONE = _LETTERS.where(outbox.c.key == bindparam("this_key"), outbox.c.state == "dead")
_THIS = outbox.update().where(
    outbox.c.key == bindparam("this_key"), outbox.c.state == "dead", outbox.c.act.is_not(None)
)
# What was tried may have arrived, whatever was said of it then: it is looked for first.
_RETRY = _THIS.values(
    state=case((or_(outbox.c.began_at.is_(None), outbox.c.attempts == 0), "ready"), else_="unsure"),
    settled_at=None,
    error=None,
    attempts=0,
    claim_at=bindparam("again_at", type_=UtcDateTime()),
)
_DROP = _THIS.values(act=None)


class SqlLetters:
    """See bot.ports.Letters."""

    __slots__ = ("_connection", "used")

    def __init__(self, connection: Connection) -> None:
        self.used = False
        """Whether there is anything to be said again."""
        self._connection = connection

    def depth(self, now: datetime) -> Depth:
        """See bot.ports.Letters."""
        rows = several(self._connection, _WAITING, {"now": now})
        states = {row.state: row.rows for row in rows}
        dead = one(self._connection, _DEAD_ROWS, {})
        if dead is not None and dead.rows:
            states["dead"] = dead.rows
        return Depth(states, min((row.oldest for row in rows if row.oldest), default=None))

    def record(
        self,
        cohort: CohortId,
        since: datetime,
        until: datetime,
        late: timedelta,
        without: Container[UserId] = (),
    ) -> Record:
        """See bot.ports.Letters."""
        span = {"of_cohort": cohort, "since": since, "until": until}
        rows = several(self._connection, _POSTS, span)
        sent = [row for row in rows if row.state == "sent"]
        return Record(
            sent=len(sent),
            late=sum(row.settled_at - _could_be_sent(row) > late for row in sent),
            elsewhere=sum(row.error == ELSEWHERE for row in sent),
            dead=sum(row.state == "dead" and not _is_to(row, without) for row in rows),
            waiting=sum(row.state in ("ready", "leased", "unsure") for row in rows),
        )

    def dead(self, limit: int) -> tuple[Letter, ...]:
        """See bot.ports.Letters."""
        return tuple(map(_letter, several(self._connection, _NEWEST, {"limit": limit})))

    def get(self, key: PostKey) -> Letter | None:
        """See bot.ports.Letters."""
        row = one(self._connection, _ONE, {"this_key": key})
        return None if row is None else _letter(row)

    def retry(self, key: PostKey, now: datetime) -> bool:
        """See bot.ports.Letters."""
        done = write(self._connection, _RETRY, {"this_key": key, "again_at": now}) == 1
        self.used = self.used or done
        return done

    def drop(self, key: PostKey) -> bool:
        """See bot.ports.Letters."""
        return write(self._connection, _DROP, {"this_key": key}) == 1


def _could_be_sent(row: AnyRow) -> Any:
    """Return when a row that was sent could have been: a night it waited through counts not."""
    slept = row.night_from is not None and row.settled_at >= row.night_to
    return max(row.at, row.night_to) if slept else row.at


def _is_to(row: AnyRow, people: Container[UserId]) -> bool:
    place = PLACE.read(row.place)
    return isinstance(place, Direct) and place.user in people


def _letter(row: AnyRow) -> Letter:
    return Letter(
        outgoing=outgoing_of(row),
        error=row.error or "",
        died_at=row.settled_at,
        attempts=row.attempts,
        passed=row.passed,
    )
