r"""The outbox as seen by whoever sends.

    ready --claim--> leased --sent--> sent
      ^                | \--dead--> dead
      |--retry, hold---|
                       \--retry unsure--> unsure --claim--> leased ...

A row taken back before anybody tried to send it is *retracted*, and so is what refers to it.

A row is unsettled until `settled_at` is set.  `claim_at` is when it may be claimed next: the
end of the lease while it is leased, so that a relay that died needs no other care.  Every
lease counts the fencing `token` up, and settling asks for the token it was given.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Connection,
    Dialect,
    and_,
    bindparam,
    case,
    exists,
    func,
    insert,
    or_,
    select,
)

from adapters.database.claimed import UNREADABLE_FOR, asleep, fate, orphaned, read
from adapters.database.columns import UtcDateTime
from adapters.database.listed import among, numbers
from adapters.database.outbox import ELSEWHERE
from adapters.database.outbox_tables import holds, lanes, outbox
from adapters.database.served import apart, listed, only
from adapters.database.statements import (
    AnyRow,
    Values,
    one,
    several,
    together,
    write,
    write_all,
)
from bot.ports.delivery import Claimed
from bot.ports.outgoing import Receipt

_thread = outbox.alias("thread")
_target = outbox.alias("target_post")
_earlier = outbox.alias("earlier")

_ROWS = (
    outbox.join(lanes, lanes.c.id == outbox.c.lane)
    .outerjoin(holds, holds.c.workspace == outbox.c.workspace)
    .outerjoin(
        _thread,
        and_(_thread.c.key == outbox.c.thread_of, _thread.c.workspace == outbox.c.workspace),
    )
    .outerjoin(
        _target,
        and_(_target.c.key == outbox.c.target, _target.c.workspace == outbox.c.workspace),
    )
)


def _decided(post: Any) -> Any:
    """What a row refers to has arrived or never will: it is settled, unknown, or behind it."""
    return or_(
        post.c.id.is_(None),
        post.c.settled_at.is_not(None),
        and_(post.c.lane == outbox.c.lane, post.c.seq >= outbox.c.seq),
    )


_BEFORE_IT = (
    select(_earlier.c.id)
    .where(
        _earlier.c.lane == outbox.c.lane,
        _earlier.c.seq < outbox.c.seq,
        # Two edits of one post stay in order also where the clock was put back between them.
        or_(_earlier.c.at <= outbox.c.at, _earlier.c.target == outbox.c.target),
        _earlier.c.settled_at.is_(None),
    )
    # The order leads a server to the index of lanes.  One that has not counted yet how much is
    # to be sent takes any index of that for as good, and reads all of it for each row.
    .order_by(_earlier.c.seq)
    .limit(1)
    .scalar_subquery()
)
_HEAD = and_(
    outbox.c.settled_at.is_(None),
    _BEFORE_IT.is_(None),
    _decided(_thread),
    _decided(_target),
)
_NOW = bindparam("now", type_=UtcDateTime())
_CLAIMABLE = (
    select(
        outbox,
        _thread.c.receipt_channel.label("thread_channel"),
        _thread.c.receipt_message.label("thread_message"),
        _thread.c.state.label("thread_state"),
        _target.c.receipt_channel.label("target_channel"),
        _target.c.receipt_message.label("target_message"),
        _target.c.state.label("target_state"),
    )
    .select_from(_ROWS)
    .where(
        _HEAD,
        outbox.c.claim_at <= _NOW,
        or_(lanes.c.held_until.is_(None), lanes.c.held_until <= _NOW),
        or_(holds.c.until.is_(None), holds.c.until <= _NOW),
    )
    .order_by(outbox.c.claim_at, outbox.c.id)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True, of=outbox)
)


def _later(one: Any, other: Any) -> Any:
    return case((or_(other.is_(None), one >= other), one), else_=other)


_NEXT_AT = (
    select(func.min(_later(_later(outbox.c.claim_at, lanes.c.held_until), holds.c.until)))
    .select_from(_ROWS)
    .where(_HEAD)
)


@lru_cache(maxsize=16)
def _claimable(platforms: frozenset[str], listing: Dialect | None) -> Any:
    return only(_CLAIMABLE, platforms, listing)


@lru_cache(maxsize=16)
def _next_at(platforms: frozenset[str], listing: Dialect | None) -> Any:
    return only(_NEXT_AT, platforms, listing)


_LEASE = (
    outbox.update()
    .where(among(outbox.c.id, "these"))
    .values(
        state="leased",
        token=outbox.c.token + 1,
        attempts=outbox.c.attempts + 1,
        claim_at=bindparam("until", type_=UtcDateTime()),
        began_at=case((outbox.c.state == "ready", _NOW), else_=outbox.c.began_at),
    )
)
_FOLLOW = (
    outbox.update()
    .where(outbox.c.id == bindparam("this"))
    .values(
        state=bindparam("then"),
        # A dead one may be tried again by hand; the words of the others were never to be said.
        act=case((bindparam("then") == "dead", outbox.c.act), else_=None),
        settled_at=bindparam("now"),
        error="what it belongs to never arrived",
    )
)

_PUT_OFF = (
    outbox.update()
    .where(outbox.c.id == bindparam("this"))
    .values(claim_at=bindparam("until", type_=UtcDateTime()))
)

_MINE = outbox.update().where(
    outbox.c.key == bindparam("this_key"),
    outbox.c.token == bindparam("my_token"),
    outbox.c.state == "leased",
)
# What was said is on the platform now; here it would only be one more copy of members' words.
_SENT = _MINE.values(
    state="sent",
    act=None,
    error=bindparam("note"),
    settled_at=bindparam("now"),
    receipt_channel=bindparam("channel"),
    receipt_message=bindparam("message"),
)
_RETRY = _MINE.values(
    state=bindparam("then"), claim_at=bindparam("again_at"), error=bindparam("reason")
)
_GIVE_BACK = _MINE.values(
    state=bindparam("then"), claim_at=outbox.c.at, attempts=outbox.c.attempts - 1
)
_DEAD = _MINE.values(state="dead", settled_at=bindparam("now"), error=bindparam("reason"))

_SETTLED = select(outbox.c.id).where(
    outbox.c.key == bindparam("this_key"), outbox.c.token == bindparam("my_token")
)

_UNTIL = bindparam("held_until_then", type_=UtcDateTime())
_HOLD_LANE = (
    lanes.update()
    .where(
        lanes.c.id
        == select(outbox.c.lane).where(outbox.c.key == bindparam("this_key")).scalar_subquery(),
        or_(lanes.c.held_until.is_(None), lanes.c.held_until < _UNTIL),
    )
    .values(held_until=_UNTIL)
)
_HOLD_WORKSPACE = (
    holds.update()
    .where(holds.c.workspace == bindparam("in_workspace"), holds.c.until < _UNTIL)
    .values(until=_UNTIL)
)
_NEW_HOLD = insert(holds).from_select(
    ["workspace", "until"],
    select(bindparam("in_workspace", type_=holds.c.workspace.type), _UNTIL).where(
        ~exists().where(holds.c.workspace == bindparam("in_workspace"))
    ),
)
_COUNTS = select(outbox.c.state, func.count().label("rows")).group_by(outbox.c.state)


class SqlRelay:
    """See bot.ports.Relay."""

    __slots__ = ("_again", "_connection")

    def __init__(self, connection: Connection, *, again: bool = False) -> None:
        self._connection = connection
        self._again = again

    def claim(
        self,
        now: datetime,
        lease: timedelta,
        limit: int,
        platforms: frozenset[str] | None = None,
    ) -> tuple[Claimed, ...]:
        """See bot.ports.Relay."""
        claimable, served = self._served(_CLAIMABLE, _claimable, platforms)
        with together(self._connection):
            rows = self._heads(claimable, {"now": now, "limit": limit, **served})
            claimed, unreadable = read(rows, now)
            put_off = [{"this": row.id, "until": now + UNREADABLE_FOR} for row in unreadable]
            write_all(self._connection, _PUT_OFF, put_off)
            if claimed:
                these = numbers(row.id for row, _ in claimed)
                lease_them = {"these": these, "now": now, "until": now + lease}
                write(self._connection, _LEASE, lease_them)
        return tuple(each for _, each in claimed)

    def _heads(self, claimable: Any, values: Values) -> list[AnyRow]:
        """Return what is to be sent now; settle or put off what stands before it and is not."""
        now = values["now"]
        while rows := several(self._connection, claimable, values):
            orphans = [row for row in rows if orphaned(row)]
            sleeping = [row for row in rows if asleep(row, now)]
            if not orphans and not sleeping:
                break
            put_off = [{"this": row.id, "until": row.night_to} for row in sleeping]
            write_all(self._connection, _PUT_OFF, put_off)
            # Those behind them are heads from now on.
            fates = [{"this": row.id, "then": fate(row), "now": now} for row in orphans]
            write_all(self._connection, _FOLLOW, fates)
        return rows

    @property
    def singly(self) -> bool:
        """See bot.ports.Relay."""
        return not self._connection.in_transaction()

    def sent(self, claimed: Claimed, receipt: Receipt | None, now: datetime) -> bool:
        """See bot.ports.Relay."""
        where = (None, None) if receipt is None else (receipt.channel, receipt.message)
        note = ELSEWHERE if receipt is not None and receipt.elsewhere else None
        values = {"now": now, "channel": where[0], "message": where[1], "note": note}
        return self._settle(_SENT, claimed, values)

    def retry(self, claimed: Claimed, at: datetime, error: str, *, unsure: bool) -> bool:
        """See bot.ports.Relay."""
        values = {"then": _state(unsure=unsure), "again_at": at, "reason": error}
        return self._settle(_RETRY, claimed, values)

    def hold(self, claimed: Claimed, until: datetime, *, workspace: bool = False) -> bool:
        """See bot.ports.Relay."""
        with together(self._connection):
            if not self._settle(_GIVE_BACK, claimed, {"then": _state(unsure=claimed.unsure)}):
                return False
            self._hold(claimed, until, workspace=workspace)
        return True

    def _hold(self, claimed: Claimed, until: datetime, *, workspace: bool) -> None:
        if not workspace:
            values = {"this_key": claimed.outgoing.key, "held_until_then": until}
            write(self._connection, _HOLD_LANE, values)
            return
        hold = {"in_workspace": claimed.outgoing.workspace, "held_until_then": until}
        if not write(self._connection, _HOLD_WORKSPACE, hold):
            write(self._connection, _NEW_HOLD, hold)

    def dead(self, claimed: Claimed, error: str, now: datetime) -> bool:
        """See bot.ports.Relay."""
        return self._settle(_DEAD, claimed, {"now": now, "reason": error})

    def next_at(self, platforms: frozenset[str] | None = None) -> datetime | None:
        """See bot.ports.Relay."""
        query, served = self._served(_NEXT_AT, _next_at, platforms)
        row = one(self._connection, query, served)
        return None if row is None else row[0]

    def counts(self) -> dict[str, int]:
        """See bot.ports.Relay."""
        return {row.state: row.rows for row in several(self._connection, _COUNTS, {})}

    def _served(
        self, everything: Any, of: Callable[..., Any], served: frozenset[str] | None
    ) -> tuple[Any, Values]:
        """Return the query for what is served, and what is to be bound for it."""
        if served is None:
            return everything, {}
        platforms, workspaces = apart(served)
        listing = self._connection.dialect if workspaces else None
        return of(platforms, listing), listed(workspaces)

    def _settle(self, statement: Any, claimed: Claimed, values: Values) -> bool:
        fence = {"this_key": claimed.outgoing.key, "my_token": claimed.token}
        if write(self._connection, statement, {**values, **fence}):
            return True
        # The token is still ours: then it was us who settled it, and the answer got lost.
        return self._again and one(self._connection, _SETTLED, fence) is not None


def _state(*, unsure: bool) -> str:
    return "unsure" if unsure else "ready"
