"""Settling: what the platform shows now reaches the engine, one thing at a time."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.ids import CohortId, MessageId, PostKey, PracticeId, PromptId, UserId, WorkspaceId
from bot.ports.outgoing import Outgoing, Receipt
from bot.ports.platforms import Refused, SeenMessage, SeenReaction, TryLater, Unknown, Watched
from bot.ports.work import Work
from scheduler.reconcile import PAGES, Reconciler, SettleReport, tidy
from scheduler.shares import Mine
from scheduler.switchboard import for_all
from tests.fakes import MemoryStore, MemoryWork
from tests.scheduler.fakes import GENERAL, HOME, RANDOM, WORDS, Platform, Watch, raising, said
from tests.scheduler.memory import START

ROOT = Receipt(GENERAL, MessageId("m1"))
ASKED = Receipt(RANDOM, MessageId("m4"))
OTHER_ROOT = Receipt(GENERAL, MessageId("m2"))
RATED = Receipt(RANDOM, MessageId("m3"))
SAID = SeenMessage(MessageId("m9"), UserId("ana"), "Ana", False, "Once", START, START)
TAP = SeenReaction(UserId("ben"), "4️⃣")


class Engine:
    """Keeps what it is told."""

    def __init__(self, watched: Watched, workspace: WorkspaceId = HOME) -> None:
        self._watched = watched
        self.workspace = workspace
        self.spans: list[tuple[datetime, datetime]] = []
        self.told: list[tuple[str, object, datetime]] = []
        self.tidied: list[datetime] = []
        self.broken: set[str] = set()

    def forget(self) -> None:
        """Watch nothing any more."""
        self._watched = Watched()

    def cohorts(self, work: Work) -> tuple[tuple[WorkspaceId, CohortId], ...]:
        assert isinstance(work, MemoryWork)
        return ((self.workspace, CohortId("c1")),)

    def watched(
        self, work: Work, workspace: WorkspaceId, cohort: CohortId, now: datetime
    ) -> Watched:
        assert isinstance(work, MemoryWork)
        assert (workspace, cohort, now) == (self.workspace, CohortId("c1"), START)
        return replace(self._watched, directs=())

    def practising(self, work: Work, now: datetime) -> Watched:
        assert isinstance(work, MemoryWork)
        assert now >= START
        return Watched(directs=self._watched.directs)

    def closing(self, work: Work, since: datetime, until: datetime) -> Watched:
        assert isinstance(work, MemoryWork)
        self.spans.append((since, until))
        return Watched(threads=self._watched.threads[:1])

    def found(self, work: Work, outgoing: Outgoing, now: datetime) -> Watched:
        assert isinstance(work, MemoryWork)
        assert (outgoing.workspace, now) == (self.workspace, START)
        return Watched(posts=self._watched.posts)

    def settle_practice(
        self,
        work: Work,
        workspace: WorkspaceId,
        practice: PracticeId,
        seen: Sequence[SeenMessage],
        now: datetime,
    ) -> None:
        self._hear(work, workspace, practice, seen, now)

    young = False

    def settle_thread(
        self,
        work: Work,
        workspace: WorkspaceId,
        prompt: PromptId,
        seen: Sequence[SeenMessage],
        now: datetime,
    ) -> bool:
        self._hear(work, workspace, prompt, seen, now)
        return self.young

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

    def __init__(self, workspace: WorkspaceId = HOME, mine: Mine | None = None) -> None:
        self.clock = Watch()
        self.platform = Platform(self.clock)
        self.platform.threads = {ROOT: (SAID,), OTHER_ROOT: (), ASKED: (SAID,)}
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
                directs=((workspace, PracticeId("d1"), ASKED),),
            ),
            workspace,
        )
        couriers = for_all("console", self.platform)
        self.reconciler = Reconciler(
            MemoryStore(), couriers, self.engine, self.clock, wait=Waiter(self.clock), mine=mine
        )

    async def settle(self) -> SettleReport:
        return await self.reconciler.everything()

    @property
    def heard(self) -> list[str]:
        return [what for what, _, _ in self.engine.told]


async def test_everything_watched_is_read_and_told() -> None:
    stage = Stage()

    report = await stage.settle()

    assert report == SettleReport(threads=2, posts=1, channels=1, directs=1)
    assert stage.engine.told == [
        ("c1", (UserId("ana"), UserId("ben")), START),
        ("p1", (SAID,), START),
        ("p2", (), START),
        ("k1", (TAP,), START),
        ("d1", (SAID,), START),
    ]


async def test_a_closed_question_is_read_again_once() -> None:
    stage = Stage()
    stage.clock.pass_(timedelta(minutes=1))

    first = await stage.reconciler.closed()
    stage.clock.pass_(timedelta(minutes=1))
    await stage.reconciler.closed()

    minute = timedelta(minutes=1)
    assert first == SettleReport(threads=1)
    assert stage.engine.spans == [
        (START, START + minute),
        (START + minute, START + 2 * minute),
    ]


async def test_a_post_whose_receipt_came_late_is_read_again() -> None:
    stage = Stage()

    report = await stage.reconciler.late(said("k1"))

    assert report == SettleReport(posts=1)
    assert stage.heard == ["k1"]


async def test_what_is_too_young_to_be_missing_is_told_so_that_it_is_read_again() -> None:
    stage = Stage()
    stage.engine.young = True

    report = await stage.settle()

    assert (report.again, report.skipped, report.left) == (2, 0, 2)


async def test_nothing_watched_is_nothing_to_settle() -> None:
    stage = Stage()
    stage.engine.forget()

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

    assert report == SettleReport(threads=1, posts=1, channels=1, directs=1, skipped=1)
    assert stage.heard == ["c1", "p2", "k1", "d1"]


async def test_an_engine_that_fails_on_one_thing_is_told_the_others(
    caplog: pytest.LogCaptureFixture,
) -> None:
    stage = Stage()
    stage.engine.broken = {"c1", "p1"}

    with caplog.at_level(logging.INFO):
        report = await stage.settle()

    assert report == SettleReport(threads=1, posts=1, directs=1, skipped=2)
    assert WORDS not in caplog.text
    assert "KeyError" in caplog.text


async def test_a_platform_that_hands_out_a_page_a_minute_is_read_to_the_end() -> None:
    stage = Stage()
    limited = raising(TryLater("rate", timedelta(minutes=1)))
    stage.platform.fails("thread", *[limited] * 10)

    report = await stage.settle()

    assert report == SettleReport(threads=2, posts=1, channels=1, directs=1)
    assert stage.clock.now == START + timedelta(minutes=10)


async def test_a_platform_that_asks_again_and_again_is_left_for_the_next_time() -> None:
    stage = Stage()
    limited = raising(TryLater("rate", timedelta(minutes=1)))
    stage.platform.fails("thread", *[limited] * (PAGES + 1))

    assert (await stage.settle()).skipped == 1


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


async def test_a_reading_that_was_interrupted_is_as_old_as_its_beginning() -> None:
    stage = Stage()
    stage.platform.fails("people", raising(TryLater("rate", timedelta(minutes=1))))

    await stage.settle()

    assert stage.engine.told[0][2] == START


async def test_a_platform_that_is_not_connected_is_left_to_whoever_is() -> None:
    stage = Stage(WorkspaceId("slack:T1"))

    assert await stage.settle() == SettleReport()
    assert stage.platform.calls == []


async def test_tidying_gives_the_engine_the_moment() -> None:
    stage = Stage()

    await tidy(MemoryStore(), stage.engine, stage.clock)

    assert stage.engine.tidied == [START]


class Shares:
    """Tells whose a job is, and notes who asked for which."""

    def __init__(self, *, ours: bool) -> None:
        self.ours = ours
        self.asked: list[str] = []

    async def __call__(self, name: str, lasts: timedelta) -> bool:
        assert lasts > timedelta(minutes=1)
        self.asked.append(name)
        return self.ours


async def test_what_another_process_reads_tonight_is_not_read_here() -> None:
    theirs, ours = Shares(ours=False), Shares(ours=True)
    passing, reading = Stage(mine=theirs), Stage(mine=ours)

    assert await passing.reconciler.nightly() == SettleReport()
    assert (await reading.reconciler.nightly()).threads == 2

    assert passing.heard == []
    assert theirs.asked == ours.asked == [f"settle {HOME}"]


async def test_a_question_that_closes_is_read_by_one_process() -> None:
    theirs, ours = Shares(ours=False), Shares(ours=True)
    passing, reading = Stage(mine=theirs), Stage(mine=ours)

    assert await passing.reconciler.closed() == SettleReport()
    assert (await reading.reconciler.closed()).threads == 1
    assert theirs.asked == ours.asked == [f"closed {HOME}"]


async def test_at_a_start_everybody_reads_everything() -> None:
    shares = Shares(ours=False)

    assert (await Stage(mine=shares).settle()).threads == 2
    assert shares.asked == []


async def test_what_closes_elsewhere_is_passed_over_without_a_word(
    caplog: pytest.LogCaptureFixture,
) -> None:
    stage = Stage(workspace=WorkspaceId("slack:T1"))

    assert await stage.reconciler.closed() == SettleReport()
    assert caplog.records == []
