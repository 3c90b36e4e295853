"""The outbox in memory, as one list of rows in the order in which they were put."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.ids import ChannelId, MessageId, PostKey, UserId, WorkspaceId
from bot.messages import Direct, InThread
from bot.ports.delivery import Claimed
from bot.ports.outgoing import Edit, Outgoing, Post, Posted, Receipt

SETTLED = ("sent", "dead", "retracted")


@dataclass(slots=True)
class Row:
    """One row, and what became of it."""

    outgoing: Outgoing
    claim_at: datetime
    state: str = "ready"
    token: int = 0
    attempts: int = 0
    since: datetime | None = None
    error: str = ""
    settled_at: datetime | None = None
    receipt: Receipt | None = None

    @property
    def lane(self) -> tuple[WorkspaceId, str]:
        place = self.outgoing.place
        name = f"@{place.user}" if isinstance(place, Direct) else f"#{place.channel}"
        return self.outgoing.workspace, name

    def asleep(self, now: datetime) -> bool:
        night = self.outgoing.night
        return night is not None and night[0] <= now < night[1]


@dataclass(slots=True)
class Rows:
    """All rows by key, oldest first, and what is held until when."""

    rows: dict[PostKey, Row] = field(default_factory=dict)
    held: dict[object, datetime] = field(default_factory=dict)
    dropped: set[PostKey] = field(default_factory=set)
    """Dead letters whose words are forgotten."""

    def copy(self) -> Rows:
        rows = {key: replace(row) for key, row in self.rows.items()}
        return Rows(rows, dict(self.held), set(self.dropped))

    def heads(self) -> Iterator[Row]:
        """Yield the oldest unsettled row of each lane, if what it refers to is decided."""
        wanted: dict[object, datetime] = {}
        edited: set[object] = set()
        for row in self.rows.values():
            if row.state in SETTLED:
                continue
            at, act = row.outgoing.at, row.outgoing.act
            free = row.lane not in wanted or at < wanted[row.lane]
            if isinstance(act, Edit):
                free = free and (row.lane, act.of) not in edited
                edited.add((row.lane, act.of))
            if free and all(self._decided(row, key) for key in needs(row.outgoing)):
                yield row
            wanted[row.lane] = min(at, wanted.get(row.lane, at))

    def free_at(self, row: Row) -> datetime:
        """Return when a head can be claimed."""
        holds = (self.held.get(key) for key in (row.lane, row.outgoing.workspace))
        return max(row.claim_at, *(hold for hold in holds if hold), row.claim_at)

    def find(self, workspace: WorkspaceId, key: PostKey) -> Row | None:
        row = self.rows.get(key)
        return row if row and row.outgoing.workspace == workspace else None

    def _decided(self, row: Row, key: PostKey) -> bool:
        need = self.find(row.outgoing.workspace, key)
        if need is None or need.state in SETTLED:
            return True
        order = list(self.rows)
        return need.lane == row.lane and order.index(key) >= order.index(row.outgoing.key)


class FakeOutbox:
    """See bot.ports.Outbox."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows.rows

    def put(self, outgoing: Outgoing) -> None:
        if outgoing.key in self._rows:
            return
        new = Row(outgoing, outgoing.at)
        for row in self._rows.values():
            if _superseded(row, new):
                row.state, row.settled_at = "retracted", row.outgoing.at
        self._rows[outgoing.key] = new

    def posted(
        self, workspace: WorkspaceId, channel: ChannelId, message: MessageId
    ) -> Posted | None:
        for key, row in self._rows.items():
            here = (row.outgoing.workspace, row.receipt) == (workspace, Receipt(channel, message))
            if here and row.receipt and row.settled_at and row.outgoing.act.kind == "post":
                return Posted(key, row.outgoing.subject, row.receipt, row.settled_at)
        return None

    def receipt(self, key: PostKey) -> Receipt | None:
        row = self._rows.get(key)
        return row.receipt if row else None

    def told(self, workspace: WorkspaceId, user: UserId, since: datetime) -> int:
        return sum(
            isinstance(row.outgoing.place, Direct)
            and (row.outgoing.workspace, row.outgoing.place.user) == (workspace, user)
            and isinstance(row.outgoing.act, Post)
            and row.outgoing.cohort is not None
            and row.outgoing.at >= since
            and row.state != "retracted"
            for row in self._rows.values()
        )

    def lately(
        self, workspace: WorkspaceId, user: UserId, limit: int
    ) -> tuple[tuple[datetime, str], ...]:
        arrived = [
            (row.settled_at, row.outgoing.subject)
            for row in reversed(self._rows.values())
            if isinstance(row.outgoing.place, Direct)
            and (row.outgoing.workspace, row.outgoing.place.user) == (workspace, user)
            and isinstance(row.outgoing.act, Post)
            and row.state == "sent"
            and row.settled_at is not None
        ]
        return tuple(arrived[:limit])

    def retract(self, key: PostKey) -> bool:
        row = self._rows.get(key)
        if row is None or row.state != "ready" or row.attempts:
            return False
        row.state = "retracted"
        return True


class FakeRelay:
    """See bot.ports.Relay."""

    singly = False

    def __init__(self, rows: Rows) -> None:
        self._all = rows

    def claim(
        self,
        now: datetime,
        lease: timedelta,
        limit: int,
        platforms: frozenset[str] | None = None,
    ) -> tuple[Claimed, ...]:
        while rows := self._claimable(now, platforms)[:limit]:
            orphans = [row for row in rows if None in self._receipts(row).values()]
            asleep = [row for row in rows if row.asleep(now)]
            if not orphans and not asleep:
                break
            for row in asleep:
                assert row.outgoing.night
                row.claim_at = row.outgoing.night[1]
            for row in orphans:
                self._follow(row, now)
        return tuple(_lease(row, now, now + lease, self._receipts(row)) for row in rows)

    def sent(self, claimed: Claimed, receipt: Receipt | None, now: datetime) -> bool:
        row = self._mine(claimed)
        if row:
            row.state, row.receipt, row.settled_at = "sent", receipt, now
        return row is not None

    def retry(self, claimed: Claimed, at: datetime, error: str, *, unsure: bool) -> bool:
        row = self._mine(claimed)
        if row:
            row.state, row.claim_at, row.error = "unsure" if unsure else "ready", at, error
        return row is not None

    def hold(self, claimed: Claimed, until: datetime, *, workspace: bool = False) -> bool:
        row = self._mine(claimed)
        if row:
            row.state = "unsure" if claimed.unsure else "ready"
            row.claim_at, row.attempts = row.outgoing.at, row.attempts - 1
            key: object = row.outgoing.workspace if workspace else row.lane
            self._all.held[key] = max(self._all.held.get(key, until), until)
        return row is not None

    def dead(self, claimed: Claimed, error: str, now: datetime) -> bool:
        row = self._mine(claimed)
        if row:
            row.state, row.error, row.settled_at = "dead", error, now
        return row is not None

    def next_at(self, platforms: frozenset[str] | None = None) -> datetime | None:
        heads = (row for row in self._all.heads() if _is_for(row, platforms))
        return min((self._all.free_at(row) for row in heads), default=None)

    def counts(self) -> dict[str, int]:
        return dict(Counter(row.state for row in self._all.rows.values()))

    def _claimable(self, now: datetime, platforms: frozenset[str] | None) -> list[Row]:
        heads = [row for row in self._all.heads() if _is_for(row, platforms)]
        free = [row for row in heads if self._all.free_at(row) <= now]
        return sorted(free, key=lambda row: row.claim_at)

    def _receipts(self, row: Row) -> dict[PostKey, Receipt | None]:
        workspace = row.outgoing.workspace
        found = {key: self._all.find(workspace, key) for key in needs(row.outgoing)}
        return {key: need.receipt if need else None for key, need in found.items()}

    def _follow(self, row: Row, now: datetime) -> None:
        """Let a row share the fate of the post it refers to."""
        workspace = row.outgoing.workspace
        found = (self._all.find(workspace, key) for key in needs(row.outgoing))
        retracted = any(need and need.state == "retracted" for need in found)
        row.state = "retracted" if retracted else "dead"
        row.error, row.settled_at = "what it belongs to never arrived", now

    def _mine(self, claimed: Claimed) -> Row | None:
        row = self._all.rows.get(claimed.outgoing.key)
        mine = row is not None and row.state == "leased" and row.token == claimed.token
        return row if mine else None


def needs(outgoing: Outgoing) -> Iterator[PostKey]:
    """Yield the posts that must have arrived before this one can be sent."""
    if isinstance(outgoing.place, InThread):
        yield outgoing.place.of
    if isinstance(outgoing.act, Edit):
        yield outgoing.act.of


def _lease(
    row: Row, now: datetime, until: datetime, receipts: dict[PostKey, Receipt | None]
) -> Claimed:
    unsure, abandoned = row.state != "ready", row.state == "leased"
    row.since = row.since if unsure and row.since else now
    row.state, row.claim_at = "leased", until
    row.token += 1
    row.attempts += 1
    place, act = row.outgoing.place, row.outgoing.act
    return Claimed(
        outgoing=row.outgoing,
        token=row.token,
        attempts=row.attempts,
        unsure=unsure,
        since=row.since,
        thread=receipts[place.of] if isinstance(place, InThread) else None,
        target=receipts[act.of] if isinstance(act, Edit) else None,
        abandoned=abandoned,
    )


def _superseded(row: Row, by: Row) -> bool:
    old, new = row.outgoing.act, by.outgoing.act
    same = isinstance(old, Edit) and isinstance(new, Edit) and old.of == new.of
    return same and row.lane == by.lane and row.state == "ready" and not row.attempts


def _is_for(row: Row, platforms: frozenset[str] | None) -> bool:
    workspace = row.outgoing.workspace
    return platforms is None or not platforms.isdisjoint({workspace, workspace.partition(":")[0]})
