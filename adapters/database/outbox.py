"""What is to be said, put down in the transaction that decided it.

Order within a lane is the order of `lanes.seq`, counted up in the enqueuing transaction: a
number drawn from a sequence would follow the order of drawing, not that of the commits.
Whoever says more in a lane takes some numbers ahead, and drops those that are left.
What happens to a row afterwards is in `relay`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects.postgresql import insert

from adapters.database.codec import Codec
from adapters.database.outbox_tables import lanes, outbox
from adapters.database.seen import Seen
from adapters.database.statements import AnyRow, Values, one, several, write
from bot.ids import ChannelId, MessageId, PostKey, UserId, WorkspaceId
from bot.messages import Direct, InThread, Place
from bot.ports.outgoing import Act, Edit, Outgoing, Posted, Receipt

PLACE = Codec[Place](Place, recent=64)
ACT = Codec[Act](Act, recent=64)

ELSEWHERE = "in a thread, for the direct message is closed"
"""What is noted of a post that arrived, but not where it was meant to."""

_THIS_LANE = (
    lanes.c.workspace == bindparam("in_workspace"),
    lanes.c.name == bindparam("lane_name"),
)
_ADVANCE = (
    lanes.update()
    .where(*_THIS_LANE)
    .values(seq=lanes.c.seq + bindparam("by"))
    .returning(lanes.c.id, lanes.c.seq)
)
_NEW_LANE = lanes.insert().returning(lanes.c.id, lanes.c.seq)
_AHEAD = 16
"""So many numbers are taken together by whoever says more than one thing in a lane."""

_PUT = insert(outbox).inline().on_conflict_do_nothing(index_elements=["key"])
_POSTED = select(outbox.c.key, outbox.c.subject, outbox.c.settled_at).where(
    outbox.c.workspace == bindparam("workspace"),
    outbox.c.receipt_channel == bindparam("channel"),
    outbox.c.receipt_message == bindparam("message"),
    outbox.c.kind == "post",
)
_RECEIPT = select(outbox.c.receipt_channel, outbox.c.receipt_message).where(
    outbox.c.key == bindparam("key"), outbox.c.receipt_message.is_not(None)
)
# The row stays, without its words: its key must never be taken for a new one.
_RETRACT = (
    outbox.update()
    .where(outbox.c.key == bindparam("this_key"), outbox.c.state == "ready", outbox.c.attempts == 0)
    .values(state="retracted", settled_at=outbox.c.at, act=None)
)
_SUPERSEDE = (
    outbox.update()
    .where(
        outbox.c.lane == bindparam("this_lane"),
        outbox.c.target == bindparam("this_target"),
        outbox.c.settled_at.is_(None),
        outbox.c.state == "ready",
        outbox.c.attempts == 0,
        outbox.c.key != bindparam("this_key"),
    )
    .values(state="retracted", settled_at=outbox.c.at, act=None)
)


_NEWEST = 50
"""So many of a lane's rows are looked at to count those of one day."""
_TOLD = (
    select(outbox.c.kind, outbox.c.cohort, outbox.c.state, outbox.c.at)
    .where(outbox.c.lane == select(lanes.c.id).where(*_THIS_LANE).scalar_subquery())
    .order_by(outbox.c.seq.desc())
    .limit(bindparam("newest"))
)


_LATELY = (
    select(outbox.c.settled_at, outbox.c.subject)
    .where(
        outbox.c.lane == select(lanes.c.id).where(*_THIS_LANE).scalar_subquery(),
        outbox.c.kind == "post",
        outbox.c.state == "sent",
    )
    .order_by(outbox.c.seq.desc())
    .limit(bindparam("newest"))
)


@dataclass(slots=True)
class _Lane:
    """A lane, the number of what was last said in it, and the last one that was taken."""

    id: int
    said: int
    taken: int


class SqlOutbox:
    """See bot.ports.Outbox."""

    __slots__ = ("_connection", "_posted", "_posted_as", "lanes", "used")

    def __init__(self, connection: Connection) -> None:
        self.used = False
        """Whether there is anything new to be said."""
        self.lanes: Seen[tuple[WorkspaceId, str], _Lane] = Seen()
        """Where this transaction has said something; they are ours until the commit."""
        self._connection = connection
        self._posted: Posted | None = None
        self._posted_as: Values = {}

    def put(self, outgoing: Outgoing) -> None:
        """See bot.ports.Outbox."""
        lane = self._next(outgoing.workspace, lane_of(outgoing.place))
        row = {"lane": lane.id, "seq": lane.said, **_row(outgoing)}
        new = write(self._connection, _PUT, row)
        self.used = self.used or bool(new)
        if new and isinstance(outgoing.act, Edit):
            superseded = {"this_target": outgoing.act.of, "this_key": outgoing.key}
            write(self._connection, _SUPERSEDE, {"this_lane": lane.id, **superseded})

    def _next(self, workspace: WorkspaceId, name: str) -> _Lane:
        """Return the lane with the next number counted up."""
        lane = self.lanes.get((workspace, name))
        if lane is not None and lane.said < lane.taken:
            lane.said += 1
            return lane
        by = 1 if lane is None else _AHEAD
        values = {"in_workspace": workspace, "lane_name": name, "by": by}
        row = one(self._connection, _ADVANCE, values)
        if row is None:
            first = {"workspace": workspace, "name": name, "seq": by}
            row = one(self._connection, _NEW_LANE, first)
            assert row is not None, "it was just put down"
        lane = _Lane(row.id, row.seq - by + 1, row.seq)
        self.lanes[workspace, name] = lane
        return lane

    def posted(
        self, workspace: WorkspaceId, channel: ChannelId, message: MessageId
    ) -> Posted | None:
        """See bot.ports.Outbox."""
        values = {"workspace": workspace, "channel": channel, "message": message}
        # A service looks up the same post several times in one transaction.
        if self._posted is not None and self._posted_as == values:
            return self._posted
        row = one(self._connection, _POSTED, values)
        if row is None:
            return None
        self._posted_as = values
        self._posted = Posted(row.key, row.subject, Receipt(channel, message), row.settled_at)
        return self._posted

    def receipt(self, key: PostKey) -> Receipt | None:
        """See bot.ports.Outbox."""
        row = one(self._connection, _RECEIPT, {"key": key})
        return None if row is None else Receipt(*row)

    def told(self, workspace: WorkspaceId, user: UserId, since: datetime) -> int:
        """See bot.ports.Outbox."""
        values = {"in_workspace": workspace, "lane_name": lane_of(Direct(user)), "newest": _NEWEST}
        rows = several(self._connection, _TOLD, values)
        return sum(_counts(row, since) for row in rows)

    def lately(
        self, workspace: WorkspaceId, user: UserId, limit: int
    ) -> tuple[tuple[datetime, str], ...]:
        """See bot.ports.Outbox."""
        values = {"in_workspace": workspace, "lane_name": lane_of(Direct(user)), "newest": limit}
        rows = several(self._connection, _LATELY, values)
        return tuple((row.settled_at, row.subject) for row in rows)

    def retract(self, key: PostKey) -> bool:
        """See bot.ports.Outbox."""
        return write(self._connection, _RETRACT, {"this_key": key}) == 1


def _counts(row: AnyRow, since: datetime) -> bool:
    told = row.kind == "post" and row.cohort is not None and row.state != "retracted"
    return told and bool(row.at >= since)


def lane_of(place: Place) -> str:
    """Return the lane's name: a thread shares the lane of its channel."""
    return f"direct:{place.user}" if isinstance(place, Direct) else f"channel:{place.channel}"


def outgoing_of(row: AnyRow) -> Outgoing:
    """Return what a row of the outbox says is to be done; its act must still be there."""
    return Outgoing(
        key=row.key,
        workspace=row.workspace,
        place=PLACE.read(row.place),
        act=ACT.read(row.act),
        at=row.at,
        subject=row.subject,
        cohort=row.cohort,
        night=None if row.night_from is None else (row.night_from, row.night_to),
    )


def _row(outgoing: Outgoing) -> Values:
    place, act = outgoing.place, outgoing.act
    night_from, night_to = outgoing.night or (None, None)
    return {
        "key": outgoing.key,
        "workspace": outgoing.workspace,
        "place": PLACE.write(place),
        "kind": act.kind,
        "act": ACT.write(act),
        "thread_of": place.of if isinstance(place, InThread) else None,
        "target": act.of if isinstance(act, Edit) else None,
        "at": outgoing.at,
        "subject": outgoing.subject,
        "cohort": outgoing.cohort,
        "night_from": night_from,
        "night_to": night_to,
        "state": "ready",
        "claim_at": outgoing.at,
        "token": 0,
        "attempts": 0,
    }
