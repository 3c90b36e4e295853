"""Whatever is done to the outbox, in whatever order, all stores answer alike.

A machine makes up the steps; each is taken on the fake and on SQLite.  At the end everything
is sent, and what a platform would show is checked without asking any store: every post once,
in the order of its lane, and nothing after what it belongs to has died.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from adapters.database.connect import open_store
from adapters.database.outbox_tables import holds, lanes, outbox
from adapters.database.store import DatabaseStore
from bot.ids import ChannelId, MessageId, PostKey, UserId, WorkspaceId
from bot.messages import Direct, InChannel, InThread, Place
from bot.ports.delivery import Claimed
from bot.ports.outgoing import Act, Edit, Outgoing, Post, Receipt
from bot.ports.work import Work
from tests.examples import cases
from tests.factories import ELSEWHERE, NOW, WORKSPACE, a_post, words
from tests.fakes import MemoryStore

T = TypeVar("T")

LEASE = timedelta(minutes=1)
workspaces = st.sampled_from([WORKSPACE, WORKSPACE, ELSEWHERE])
places = st.sampled_from(
    [InChannel(ChannelId("1")), InChannel(ChannelId("2")), Direct(UserId("a")), Direct(UserId("b"))]
)
spans = st.integers(0, 180).map(lambda seconds: timedelta(seconds=seconds))
indexes = st.integers(0, 30)


class Outboxes(RuleBasedStateMachine):
    """One outbox twice."""

    def __init__(self, database: DatabaseStore) -> None:
        super().__init__()
        self.database = database
        self.memory = MemoryStore()
        self.now = NOW
        self.puts = 0
        self.leased: list[Claimed] = []
        self.shown: list[Outgoing] = []

    def both(self, call: Callable[[Work], T]) -> T:
        """Do the same to both and return the answer, which must be the same."""
        expected, found = self.memory.call(call), self.database.call(call)
        assert found == expected
        return found

    @initialize()
    def empty(self) -> None:
        tables = (outbox, lanes, holds)
        self.database.direct(lambda work: [work.execute(table.delete()) for table in tables])

    @rule(
        workspace=workspaces,
        place=places,
        delay=st.one_of(st.just(timedelta()), spans),
        night=st.one_of(st.none(), st.tuples(spans, spans)),
    )
    def put(
        self,
        workspace: WorkspaceId,
        place: Place,
        delay: timedelta,
        night: tuple[timedelta, timedelta] | None,
    ) -> None:
        begins = self.now + night[0] if night else self.now
        hours = (begins, begins + night[1]) if night else None
        self._put(workspace, place, Post(words("post")), delay, hours)

    @rule(workspace=workspaces, place=places, of=indexes, edit=st.booleans())
    def refer(self, workspace: WorkspaceId, place: Place, of: int, edit: bool) -> None:
        key = PostKey(f"{of % (self.puts + 1)}")
        act: Act = Edit(key, words("edit")) if edit else Post(words("reply"))
        where = place if edit or isinstance(place, Direct) else InThread(place.channel, key)
        self._put(workspace, where, act, timedelta())

    def _put(
        self,
        workspace: WorkspaceId,
        place: Place,
        act: Act,
        delay: timedelta,
        night: tuple[datetime, datetime] | None = None,
    ) -> None:
        at = self.now + delay
        key = f"{self.puts}"
        post = a_post(key, workspace=workspace, place=place, act=act, at=at, night=night)
        self.puts += 1
        self.both(lambda work: work.outbox.put(post))

    @rule(of=indexes)
    def put_again(self, of: int) -> None:
        post = a_post(f"{of % (self.puts + 1)}", workspace=WorkspaceId("console:void"))
        if of < self.puts:
            self.both(lambda work: work.outbox.put(post))

    @rule(of=indexes)
    def retract(self, of: int) -> None:
        self.both(lambda work: work.outbox.retract(PostKey(f"{of}")))

    @rule(limit=st.integers(1, 4))
    def claim(self, limit: int) -> None:
        claimed = self.both(lambda work: work.relay.claim(self.now, LEASE, limit))
        nights = [each.outgoing.night for each in claimed if each.outgoing.night]
        assert not any(begins <= self.now < ends for begins, ends in nights)
        self.leased += claimed

    @rule(of=indexes)
    def send(self, of: int) -> None:
        if self.leased:
            self._send(self.leased[of % len(self.leased)])

    def _send(self, claimed: Claimed) -> None:
        outgoing = claimed.outgoing
        is_post = outgoing.act.kind == "post"
        receipt = Receipt(ChannelId("x"), MessageId(outgoing.key)) if is_post else None
        if self.both(lambda work: work.relay.sent(claimed, receipt, self.now)):
            self.shown.append(outgoing)

    @rule(of=indexes, span=spans, unsure=st.booleans())
    def retry(self, of: int, span: timedelta, unsure: bool) -> None:
        self._settle(of, lambda work, c: work.relay.retry(c, self.now + span, "e", unsure=unsure))

    @rule(of=indexes, span=spans, workspace=st.booleans())
    def hold(self, of: int, span: timedelta, workspace: bool) -> None:
        until = self.now + span
        self._settle(of, lambda work, c: work.relay.hold(c, until, workspace=workspace))

    @rule(of=indexes)
    def die(self, of: int) -> None:
        self._settle(of, lambda work, c: work.relay.dead(c, "e", self.now))

    def _settle(self, of: int, call: Callable[[Work, Claimed], bool]) -> None:
        if self.leased:
            claimed = self.leased[of % len(self.leased)]
            self.both(lambda work: call(work, claimed))

    @rule(span=spans)
    def wait(self, span: timedelta) -> None:
        self.now += span

    @invariant()
    def knows_the_same(self) -> None:
        self.both(lambda work: work.relay.next_at())
        self.both(lambda work: work.relay.counts())
        self.both(lambda work: work.letters.dead(99))

    def teardown(self) -> None:
        """Send all that is left: nothing may be stuck, doubled or out of order."""
        for _ in range(3 * self.puts + 2):
            next_at = self.both(lambda work: work.relay.next_at())
            if next_at is None:
                break
            self.now = max(self.now, next_at)
            for claimed in self.both(lambda work: work.relay.claim(self.now, LEASE, 99)):
                self._send(claimed)
        counts = self.both(lambda work: work.relay.counts())
        assert set(counts) <= {"sent", "dead", "retracted"}
        self._judge()

    def _judge(self) -> None:
        keys = [post.key for post in self.shown]
        assert len(keys) == len(set(keys))
        for place, post in enumerate(self.shown):
            assert not any(_belongs_before(later, post) for later in self.shown[place + 1 :])
        for number, post in enumerate(self.shown):
            needed = {getattr(post.place, "of", None), getattr(post.act, "of", None)} - {None}
            assert needed <= set(keys[:number])


def _belongs_before(one: Outgoing, other: Outgoing) -> bool:
    """Tell whether `one` was put first and not wanted later, or changes the same post."""
    same = _lane(one) == _lane(other)
    together = one.at <= other.at or _changes(one, other)
    return same and int(one.key) < int(other.key) and together


def _changes(one: Outgoing, other: Outgoing) -> bool:
    of = getattr(one.act, "of", None)
    return of is not None and of == getattr(other.act, "of", None)


def _lane(post: Outgoing) -> tuple[Any, ...]:
    place = post.place
    name = ("@", place.user) if isinstance(place, Direct) else ("#", place.channel)
    return (post.workspace, *name)


def test_all_outboxes_answer_alike_and_nothing_is_lost_doubled_or_stuck(path: Path) -> None:
    with open_store(f"sqlite:///{path}", durable=False) as database:

        class OnThisFile(Outboxes):
            def __init__(self) -> None:
                super().__init__(database)

        run_state_machine_as_test(
            OnThisFile,
            settings=cases(
                30,
                stateful_step_count=25,
                suppress_health_check=list(HealthCheck),
                database=None,
                phases=[Phase.generate, Phase.shrink],
            ),
        )
