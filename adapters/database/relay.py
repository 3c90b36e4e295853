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

from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Connection,
    and_,
    bindparam,
    case,
    exists,
    false,
    func,
    insert,
    or_,
    select,
    text,
)

from adapters.database.columns import UtcDateTime
from adapters.database.outbox import outgoing_of
from adapters.database.statements import AnyRow, Values, one, several, write, write_all
from adapters.database.tables import holds, lanes, outbox
from bot.ports.delivery import Claimed
from bot.ports.outgoing import Outgoing, Receipt

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


_HEAD = and_(
    outbox.c.settled_at.is_(None),
    ~exists().where(
        _earlier.c.lane == outbox.c.lane,
        _earlier.c.seq < outbox.c.seq,
        _earlier.c.at <= outbox.c.at,
        _earlier.c.settled_at.is_(None),
    ),
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
def _claimable(platforms: frozenset[str] | None) -> Any:
    return _of(_CLAIMABLE, platforms)


@lru_cache(maxsize=16)
def _next_at(platforms: frozenset[str] | None) -> Any:
    return _of(_NEXT_AT, platforms)


def _of(query: Any, platforms: frozenset[str] | None) -> Any:
    if platforms is None:
        return query
    mine = (outbox.c.workspace.startswith(f"{each}:", autoescape=True) for each in platforms)
    return query.where(or_(false(), *mine))


_LEASE = (
    outbox.update()
    .where(outbox.c.id == bindparam("this"))
    .values(
        state="leased",
        token=outbox.c.token + 1,
        attempts=outbox.c.attempts + 1,
        claim_at=bindparam("until", type_=UtcDateTime()),
        began_at=bindparam("since", type_=UtcDateTime()),
    )
)
_FOLLOW = (
    outbox.update()
    .where(outbox.c.id == bindparam("this"))
    .values(
        state=bindparam("then"),
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
    error=None,
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
_DEAD_LETTERS = (
    outbox.select()
    .where(text("state = 'dead'"), outbox.c.act.is_not(None))
    .order_by(outbox.c.settled_at.desc(), outbox.c.id.desc())
    .limit(bindparam("limit"))
)


class SqlRelay:
    """See bot.ports.Relay."""

    __slots__ = ("_connection",)

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def claim(
        self,
        now: datetime,
        lease: timedelta,
        limit: int,
        platforms: frozenset[str] | None = None,
    ) -> tuple[Claimed, ...]:
        """See bot.ports.Relay."""
        claimable = _claimable(platforms)
        while rows := several(self._connection, claimable, {"now": now, "limit": limit}):
            orphans = [row for row in rows if _orphaned(row)]
            asleep = [row for row in rows if _asleep(row, now)]
            if not orphans and not asleep:
                break
            write_all(
                self._connection, _PUT_OFF, [{"this": r.id, "until": r.night_to} for r in asleep]
            )
            # Those behind them are heads from now on.
            fates = [{"this": row.id, "then": _fate(row), "now": now} for row in orphans]
            write_all(self._connection, _FOLLOW, fates)
        claimed = tuple(_claimed(row, now) for row in rows)
        until = now + lease
        leases = [
            {"this": row.id, "until": until, "since": each.since}
            for row, each in zip(rows, claimed, strict=True)
        ]
        write_all(self._connection, _LEASE, leases)
        return claimed

    def sent(self, claimed: Claimed, receipt: Receipt | None, now: datetime) -> bool:
        """See bot.ports.Relay."""
        where = (None, None) if receipt is None else (receipt.channel, receipt.message)
        values = {"now": now, "channel": where[0], "message": where[1]}
        return self._settle(_SENT, claimed, values)

    def retry(self, claimed: Claimed, at: datetime, error: str, *, unsure: bool) -> bool:
        """See bot.ports.Relay."""
        values = {"then": _state(unsure=unsure), "again_at": at, "reason": error}
        return self._settle(_RETRY, claimed, values)

    def hold(self, claimed: Claimed, until: datetime, *, workspace: bool = False) -> bool:
        """See bot.ports.Relay."""
        if not self._settle(_GIVE_BACK, claimed, {"then": _state(unsure=claimed.unsure)}):
            return False
        if not workspace:
            values = {"this_key": claimed.outgoing.key, "held_until_then": until}
            write(self._connection, _HOLD_LANE, values)
            return True
        hold = {"in_workspace": claimed.outgoing.workspace, "held_until_then": until}
        if not write(self._connection, _HOLD_WORKSPACE, hold):
            write(self._connection, _NEW_HOLD, hold)
        return True

    def dead(self, claimed: Claimed, error: str, now: datetime) -> bool:
        """See bot.ports.Relay."""
        return self._settle(_DEAD, claimed, {"now": now, "reason": error})

    def next_at(self, platforms: frozenset[str] | None = None) -> datetime | None:
        """See bot.ports.Relay."""
        row = one(self._connection, _next_at(platforms), {})
        return None if row is None else row[0]

    def counts(self) -> dict[str, int]:
        """See bot.ports.Relay."""
        return {row.state: row.rows for row in several(self._connection, _COUNTS, {})}

    def dead_letters(self, limit: int) -> tuple[tuple[Outgoing, str], ...]:
        """See bot.ports.Relay."""
        rows = several(self._connection, _DEAD_LETTERS, {"limit": limit})
        return tuple((outgoing_of(row), row.error) for row in rows)

    def _settle(self, statement: Any, claimed: Claimed, values: Values) -> bool:
        fence = {"this_key": claimed.outgoing.key, "my_token": claimed.token}
        return write(self._connection, statement, {**values, **fence}) == 1


def _claimed(row: AnyRow, now: datetime) -> Claimed:
    """Return the row as it is once leased at `now`."""
    unsure = row.state != "ready"
    return Claimed(
        outgoing=outgoing_of(row),
        token=row.token + 1,
        attempts=row.attempts + 1,
        unsure=unsure,
        since=row.began_at if unsure else now,
        thread=_receipt(row.thread_channel, row.thread_message),
        target=_receipt(row.target_channel, row.target_message),
    )


def _receipt(channel: Any, message: Any) -> Receipt | None:
    return None if message is None else Receipt(channel, message)


def _orphaned(row: AnyRow) -> bool:
    """Tell whether the row refers to a post that has no place on the platform."""
    no_thread = row.thread_of is not None and row.thread_message is None
    no_target = row.target is not None and row.target_message is None
    return no_thread or no_target


def _asleep(row: AnyRow, now: datetime) -> bool:
    """Tell whether the row is not to be sent at this time of the night."""
    return row.night_from is not None and bool(row.night_from <= now < row.night_to)


def _fate(row: AnyRow) -> str:
    """Return what becomes of an orphan: a post that was taken back takes it along in silence."""
    return "retracted" if "retracted" in (row.thread_state, row.target_state) else "dead"


def _state(*, unsure: bool) -> str:
    return "unsure" if unsure else "ready"
