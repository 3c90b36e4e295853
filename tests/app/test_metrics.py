"""What Prometheus is told, and what it is never told."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import aiohttp
import pytest

from adapters.database.errors import DatabaseLocked
from app.metrics import CACHED, Metrics
from app.pulse import FAULTY, STILL, Pulse
from bot.ids import DeliveryKey, PostKey, WorkspaceId
from bot.inbound import Author, Inbound, MessageSaid
from bot.messages import NOTHING, Direct, Reply
from bot.ports.outgoing import Receipt
from bot.ports.platforms import Refused, SendError, TryLater, Unknown
from bot.ports.storage import Due
from bot.ports.work import Work
from scheduler.switchboard import for_all
from tests.app.coaches import coach
from tests.app.slack_processes import RUNNING, free_port, settings_for, slack_with
from tests.factories import ANA, CHANNEL, COHORT, NOW, WORKSPACE, a_post, after, words
from tests.fakes import MemoryStore
from tests.scheduler.fakes import Watch

T = TypeVar("T")

ROOT = Path(__file__).parents[2]
KEY = PostKey("post-1")
CANARY = "Thessaloniki"
RECEIPT = Receipt(CHANNEL, ANA)  # type: ignore[arg-type]


class Courier:
    """A platform that answers as it is told."""

    def __init__(self, answer: Exception | None = None) -> None:
        self._answer = answer

    async def post(self, *_: object, **__: object) -> Receipt:
        if self._answer is not None:
            raise self._answer
        return RECEIPT

    edit = mark = find = thread = since = reactions = people = post


def figure(page: bytes, name: str) -> float | None:
    """Return what a page says of a figure, with its labels."""
    found = re.search(rf"^{re.escape(name)} (\S+)$", page.decode(), re.MULTILINE)
    return float(found[1]) if found else None


def said() -> MessageSaid:
    return MessageSaid(
        workspace=WORKSPACE,
        by=Author(ANA, CANARY),
        at=after(seconds=-3),
        key=DeliveryKey("m:1"),
        channel=CHANNEL,
        message="m1",  # type: ignore[arg-type]
        text=CANARY,
    )


async def taken(event: Inbound) -> Reply:
    del event
    return NOTHING


async def test_what_stands_in_the_database_is_told() -> None:
    store, watch = MemoryStore(), Watch(NOW)

    def fill(work: Work) -> None:
        work.outbox.put(a_post("old"))
        work.outbox.put(a_post("dead", place=Direct(ANA)))
        work.agenda.set(Due(WORKSPACE, "cohort", COHORT, after(seconds=10)))
        claimed = work.relay.claim(NOW, timedelta(minutes=1), 9)[1]
        work.relay.dead(claimed, "gone", NOW)

    store.call(fill)
    watch.pass_(timedelta(seconds=40))

    page = await Metrics(watch).page(store)

    assert figure(page, 'loopmates_outbox_rows{state="leased"}') == 1
    assert figure(page, 'loopmates_outbox_rows{state="dead"}') == 1
    assert figure(page, 'loopmates_outbox_rows{state="ready"}') == 0
    assert figure(page, "loopmates_outbox_oldest_seconds") == 40
    assert figure(page, "loopmates_due_lag_seconds") == 30
    assert figure(page, "loopmates_database_up") == 1
    assert figure(page, "process_resident_memory_bytes")


async def test_the_database_is_asked_every_few_seconds_at_most() -> None:
    store, watch = MemoryStore(), Watch(NOW)
    metrics = Metrics(watch)
    await metrics.page(store)
    store.call(lambda work: work.outbox.put(a_post()))

    soon = await metrics.page(store)
    watch.pass_(CACHED)
    later = await metrics.page(store)

    assert figure(soon, 'loopmates_outbox_rows{state="ready"}') == 0
    assert figure(later, 'loopmates_outbox_rows{state="ready"}') == 1


class Slow(MemoryStore):
    """A database that takes a moment, and counts how often it is asked."""

    asked = 0

    async def run(self, call: Callable[[Work], T]) -> T:
        self.asked += 1
        for _ in range(5):
            await asyncio.sleep(0)
        return await super().run(call)


async def test_of_two_who_ask_at_the_same_time_the_second_is_told_what_the_first_finds() -> None:
    store, watch = Slow(), Watch(NOW)
    metrics = Metrics(watch)
    await metrics.page(store)
    watch.pass_(CACHED)

    pages = await asyncio.gather(metrics.page(store), metrics.page(store))

    assert [figure(page, "loopmates_database_up") for page in pages] == [1, 1]
    assert store.asked == 2


class Away:
    """A database that does not answer, and whose faults quote what was stored."""

    async def run(self, call: Callable[[Work], object]) -> object:
        del call
        raise LookupError(CANARY)


async def test_a_database_that_is_away_leaves_the_other_figures(
    caplog: pytest.LogCaptureFixture,
) -> None:
    watch = Watch(NOW)
    metrics = Metrics(watch)
    await metrics.handle(taken)(said())
    before = await metrics.page(MemoryStore())
    watch.pass_(CACHED)

    page = await metrics.page(Away())  # type: ignore[arg-type]

    assert figure(before, "loopmates_due_lag_seconds") == 0
    assert figure(page, "loopmates_database_up") == 0
    for unknown in ("outbox_rows", "outbox_oldest_seconds", "due_lag_seconds"):
        assert f"loopmates_{unknown}" not in page.decode()
    name = 'loopmates_events_total{kind="MessageSaid",outcome="committed",platform="slack"}'
    assert figure(page, name.replace("slack", WORKSPACE.partition(":")[0])) == 1
    assert CANARY not in page.decode()
    assert CANARY not in caplog.text


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (None, "done"),
        (Refused("is_archived"), "refused"),
        (TryLater("ratelimited"), "later"),
        (Unknown("no answer"), "unsure"),
        (SendError("oh"), "unsure"),
        (TimeoutError(), "unsure"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value),
)
async def test_what_a_platform_answers_is_counted_and_passed_on(
    answer: Exception | None, outcome: str
) -> None:
    metrics = Metrics(Watch(NOW))
    couriers = metrics.couriers(for_all("slack", Courier(answer)))  # type: ignore[arg-type]
    courier = couriers.of(WorkspaceId("slack:T1"))
    assert courier is not None

    calls: list[Awaitable[object]] = [
        courier.post(Direct(ANA), words(), KEY, None),
        courier.edit(RECEIPT, words()),
        courier.mark(RECEIPT, "✅", on=True),
        courier.find(Direct(ANA), KEY, NOW, None),
    ]
    for call in calls:
        if answer is None:
            await call
        else:
            with pytest.raises(type(answer)):
                await call

    page = await metrics.page(MemoryStore())
    for kind in ("post", "edit", "mark", "find"):
        labels = f'{{kind="{kind}",outcome="{outcome}",platform="slack"}}'
        assert figure(page, f"loopmates_send_seconds_count{labels}") == 1


def test_who_this_process_is_not_connected_to_has_no_courier_when_measured_either() -> None:
    couriers = Metrics(Watch(NOW)).couriers(for_all("slack", Courier()))  # type: ignore[arg-type]

    assert couriers.of(WorkspaceId("discord:1")) is None
    assert couriers.platforms == {"slack"}


async def test_how_long_ago_something_happened_is_told_when_it_is_committed() -> None:
    metrics = Metrics(Watch(NOW))

    await metrics.handle(taken)(said())

    page = await metrics.page(MemoryStore())
    platform = WORKSPACE.partition(":")[0]
    assert figure(page, f'loopmates_inbound_lag_seconds_sum{{platform="{platform}"}}') == 3
    assert figure(page, f'loopmates_acknowledge_seconds_count{{platform="{platform}"}}') == 1


async def test_what_could_not_be_committed_is_counted_as_failed() -> None:
    async def broken(event: Inbound) -> Reply:
        del event
        raise LookupError

    metrics = Metrics(Watch(NOW))

    with pytest.raises(LookupError):
        await metrics.handle(broken)(said())

    page = await metrics.page(MemoryStore())
    platform = WORKSPACE.partition(":")[0]
    labels = f'{{kind="MessageSaid",outcome="failed",platform="{platform}"}}'
    assert figure(page, f"loopmates_events_total{labels}") == 1


async def test_transactions_are_timed_and_their_results_passed_on() -> None:
    metrics = Metrics(Watch(NOW))
    store = metrics.store(MemoryStore(), "engine")

    assert await store.run(lambda work: work.relay.counts()) == {}
    with pytest.raises(LookupError):
        await store.run(_fail)

    page = await metrics.page(MemoryStore())
    for outcome in ("committed", "failed"):
        labels = f'{{outcome="{outcome}",store="engine"}}'
        assert figure(page, f"loopmates_database_seconds_count{labels}") == 1


def _fail(work: Work) -> None:
    del work
    raise LookupError


async def test_every_figure_is_explained_to_operators() -> None:
    page = (await Metrics(Watch(NOW)).page(MemoryStore())).decode()
    explained = (ROOT / "docs/operations.md").read_text("utf-8")

    names = re.findall(r"^# HELP (loopmates_\w+)", page, re.MULTILINE)

    assert len(names) >= 10
    assert [name for name in names if f"`{name}`" not in explained] == []
    told = set(re.findall(r"`(loopmates_[a-z_]+)`", explained))
    assert told - set(names) == set()


async def test_figures_have_a_port_of_their_own_and_none_unless_it_is_set(tmp_path: Path) -> None:
    async with slack_with() as (slack, _):
        settings = settings_for(slack, "http")
        figures = {"LOOPMATES_METRICS_PORT": str(free_port())}
        async with coach(tmp_path, settings | figures) as here:
            await here.until(RUNNING)
            url = f"http://127.0.0.1:{figures['LOOPMATES_METRICS_PORT']}/metrics"
            page = await _get(url)

            assert figure(page.encode(), "loopmates_database_up") == 1
            assert "loopmates_send_seconds" in page
            assert await _get(f"http://127.0.0.1:{settings['PORT']}/metrics") == "Not Found"


async def test_a_port_for_figures_that_is_taken_ends_the_start_with_its_cure(
    tmp_path: Path,
) -> None:
    async with slack_with() as (slack, _):
        settings = settings_for(slack, "http")
        async with coach(tmp_path, settings | {"LOOPMATES_METRICS_PORT": settings["PORT"]}) as here:
            assert await here.ended() == 1
            assert "error: " in here.log
            assert settings["PORT"] in here.log


async def _get(url: str) -> str:
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return await answer.text()


# --- the pulse -------------------------------------------------------------------------------


class Passing:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


async def test_a_job_that_turns_has_a_pulse() -> None:
    passed = Passing()
    pulse = Pulse(passed)
    job = pulse.turning("sweep", lambda: asyncio.sleep(0))

    for _ in range(5):
        passed.seconds += STILL.total_seconds()
        await job()

    assert pulse.missing is None


async def test_a_job_that_fails_again_and_again_is_missed() -> None:
    async def broken() -> None:
        raise LookupError

    passed = Passing()
    pulse = Pulse(passed)
    job = pulse.turning("sweep", broken)
    passed.seconds = STILL.total_seconds() + 1

    with pytest.raises(LookupError):
        await job()

    assert pulse.missing == "nothing that is due has been decided for minutes"


def test_what_works_for_long_has_a_pulse_meanwhile() -> None:
    passed = Passing()
    pulse = Pulse(passed)
    pulse.turning("sweep", lambda: asyncio.sleep(0))
    decide = pulse.noting("sweep", lambda at: at)
    passed.seconds = STILL.total_seconds() + 1

    before = pulse.missing
    assert decide(NOW) == NOW

    assert before is not None
    assert pulse.missing is None


def test_whoever_looks_for_something_to_send_has_a_pulse_though_no_platform_takes_it() -> None:
    passed = Passing()
    pulse = Pulse(passed)
    pulse.turning("delivery", lambda: asyncio.sleep(0))
    couriers = pulse.couriers(for_all("slack", Courier()))  # type: ignore[arg-type]
    passed.seconds = STILL.total_seconds() + 1

    before = pulse.missing
    assert couriers.platforms == {"slack"}

    assert before == "nothing has been looked for to send for minutes"
    assert pulse.missing is None
    assert couriers.of(WorkspaceId("slack:T1")) is not None


async def test_a_database_that_does_not_keep_what_it_is_given_is_told_for_a_while() -> None:
    passed = Passing()
    pulse = Pulse(passed)
    full, fine = pulse.store(Full()), pulse.store(MemoryStore())  # type: ignore[arg-type]

    with pytest.raises(DatabaseLocked):
        await full.run(lambda work: work.relay.counts())
    assert await fine.run(lambda work: work.relay.counts()) == {}

    assert pulse.missing == "the database does not keep what it is given"
    passed.seconds = FAULTY.total_seconds()
    assert pulse.missing is None


async def test_the_log_tells_once_that_the_database_is_away_and_once_that_it_is_back(
    caplog: pytest.LogCaptureFixture,
) -> None:
    passed = Passing()
    pulse = Pulse(passed)
    full, fine = pulse.store(Full()), pulse.store(MemoryStore())  # type: ignore[arg-type]

    with caplog.at_level(logging.INFO, "app.pulse"):
        for seconds in (0, 10, 20):
            passed.seconds = float(seconds)
            with pytest.raises(DatabaseLocked):
                await full.run(lambda work: work.relay.counts())
            # A disk that is full lets everybody read.
            await fine.run(lambda work: work.relay.counts())
        passed.seconds += FAULTY.total_seconds()
        for _ in range(2):
            await fine.run(lambda work: work.relay.counts())

    away, back = caplog.records
    assert away.message == "the database does not work"
    assert "locked" in vars(away)["problem"]
    assert (back.message, vars(back)["seconds"]) == ("the database is back", 20)


class Full:
    """A database that lets nobody in."""

    async def run(self, call: Callable[[Work], object]) -> object:
        del call
        raise DatabaseLocked("somewhere")


def test_what_this_process_does_not_do_is_not_missed() -> None:
    passed = Passing()
    pulse = Pulse(passed)
    passed.seconds = 1e9

    assert pulse.missing is None
