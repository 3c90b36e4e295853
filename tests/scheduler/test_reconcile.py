"""Settling: what the platform shows now reaches the engine, one thing at a time."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from bot.ids import CohortId, MessageId, PostKey, PromptId, UserId, WorkspaceId
from bot.ports.outgoing import Receipt
from bot.ports.platforms import Refused, SeenMessage, SeenReaction, TryLater, Unknown, Watched
from bot.ports.work import Work
from scheduler.reconcile import SettleReport, settle, tidy
from tests.fakes import MemoryStore, MemoryWork
from tests.scheduler.fakes import GENERAL, HOME, RANDOM, WORDS, Platform, Watch, raising
from tests.scheduler.memory import START

ROOT = Receipt(GENERAL, MessageId("m1"))
OTHER_ROOT = Receipt(GENERAL, MessageId("m2"))
RATED = Receipt(RANDOM, MessageId("m3"))
SAID = SeenMessage(MessageId("m9"), UserId("ana"), "Ana", False, "Once", START, START)
TAP = SeenReaction(UserId("ben"), "4️⃣")


class Engine:
    """Keeps what it is told."""

    def __init__(self, watched: Watched) -> None:
        self._watched = watched
        self.told: list[tuple[str, object, datetime]] = []
        self.tidied: list[datetime] = []
        self.broken: set[str] = set()

    def watched(self, work: Work, now: datetime) -> Watched:
        assert isinstance(work, MemoryWork)
        assert now == START
        return self._watched

    def settle_thread(
        self,
        work: Work,
        workspace: WorkspaceId,
        prompt: PromptId,
        seen: Sequence[SeenMessage],
        now: datetime,
    ) -> None:
        self._hear(work, workspace, prompt, seen, now)

    def settle_reactions(
        self,
        work: Work,
        workspace: WorkspaceId,
        post: PostKey,
        seen: Sequence[SeenReaction],
        now: datetime,
    ) -> None:
        self._hear(work, workspace, post, seen, now)

    def settle_people(
        self,
        work: Work,
        workspace: WorkspaceId,
        cohort: CohortId,
        present: Sequence[UserId],
        now: datetime,
    ) -> None:
        self._hear(work, workspace, cohort, present, now)

    def tidy(self, work: Work, now: datetime) -> None:
        assert isinstance(work, MemoryWork)
        self.tidied.append(now)

    def _hear(
        self, work: Work, workspace: WorkspaceId, what: str, seen: object, now: datetime
    ) -> None:
        assert isinstance(work, MemoryWork)
        assert workspace == HOME
        if what in self.broken:
            raise KeyError(WORDS)
        self.told.append((what, seen, now))


class Waiter:
    """Waits by moving the clock."""

    def __init__(self, clock: Watch) -> None:
        self._clock = clock

    async def __call__(self, seconds: float) -> None:
        self._clock.pass_(timedelta(seconds=seconds))


class Stage:
    """A platform with two threads, a rated post and a channel, and an engine that watches."""

    def __init__(self, workspace: WorkspaceId = HOME) -> None:
        self.clock = Watch()
        self.platform = Platform(self.clock)
        self.platform.threads = {ROOT: (SAID,), OTHER_ROOT: ()}
        self.platform.seen = {RATED: (TAP,)}
        self.platform.present = {GENERAL: (UserId("ana"), UserId("ben"))}
        self.engine = Engine(
            Watched(
                threads=(
                    (workspace, PromptId("p1"), ROOT),
                    (workspace, PromptId("p2"), OTHER_ROOT),
                ),
                posts=((workspace, PostKey("k1"), RATED),),
                channels=((workspace, CohortId("c1"), GENERAL),),
            )
        )

    async def settle(self) -> SettleReport:
        couriers = {"console": self.platform}
        return await settle(
            MemoryStore(), couriers, self.engine, self.clock, wait=Waiter(self.clock)
        )

    @property
    def heard(self) -> list[str]:
        return [what for what, _, _ in self.engine.told]


async def test_everything_watched_is_read_and_told() -> None:
    stage = Stage()

    report = await stage.settle()

    assert report == SettleReport(threads=2, posts=1, channels=1)
    assert stage.engine.told == [
        ("c1", (UserId("ana"), UserId("ben")), START),
        ("p1", (SAID,), START),
        ("p2", (), START),
        ("k1", (TAP,), START),
    ]


async def test_nothing_watched_is_nothing_to_settle() -> None:
    stage = Stage()
    stage.engine = Engine(Watched((), (), ()))

    assert await stage.settle() == SettleReport()


@pytest.mark.parametrize(
    "error", [Refused("is_archived"), Unknown("reset"), TimeoutError(), TryLater("busy")]
)
async def test_one_thing_that_can_not_be_read_is_skipped_and_the_others_are_settled(
    error: Exception,
) -> None:
    stage = Stage()
    stage.platform.fails("thread", raising(error))

    report = await stage.settle()

    assert report == SettleReport(threads=1, posts=1, channels=1, skipped=1)
    assert stage.heard == ["c1", "p2", "k1"]


async def test_an_engine_that_fails_on_one_thing_is_told_the_others(
    caplog: pytest.LogCaptureFixture,
) -> None:
    stage = Stage()
    stage.engine.broken = {"c1", "p1"}

    with caplog.at_level(logging.INFO):
        report = await stage.settle()

    assert report == SettleReport(threads=1, posts=1, skipped=2)
    assert WORDS not in caplog.text
    assert "KeyError" in caplog.text


async def test_a_short_wait_that_a_platform_asks_for_is_waited_once() -> None:
    stage = Stage()
    limited = raising(TryLater("rate", timedelta(seconds=30)))
    stage.platform.fails("people", limited)
    stage.platform.fails("reactions", limited, limited)

    report = await stage.settle()

    assert report == SettleReport(threads=2, channels=1, skipped=1)
    assert stage.clock.now == START + timedelta(minutes=1)


async def test_a_long_wait_is_left_for_the_next_time() -> None:
    stage = Stage()
    stage.platform.fails("people", raising(TryLater("rate", timedelta(hours=1))))

    report = await stage.settle()

    assert report.skipped == 1
    assert stage.clock.now == START


async def test_the_engine_is_given_the_moment_before_reading() -> None:
    stage = Stage()

    async def slow() -> None:
        stage.clock.pass_(timedelta(seconds=50))

    stage.platform.fails("people", slow)
    await stage.settle()

    assert [now for _, _, now in stage.engine.told][:2] == [START, START + timedelta(seconds=50)]


async def test_a_platform_that_is_not_connected_is_skipped() -> None:
    stage = Stage(WorkspaceId("slack:T1"))

    assert await stage.settle() == SettleReport(skipped=4)
    assert stage.platform.calls == []


async def test_tidying_gives_the_engine_the_moment() -> None:
    stage = Stage()

    await tidy(MemoryStore(), stage.engine, stage.clock)

    assert stage.engine.tidied == [START]
