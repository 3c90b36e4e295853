"""What one of several processes has at a time, on a database and seconds moved by hand."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from app.leases import Leases
from app.sole import Sole
from tests.app.lending import Away, Lender, Machine

NAMES = ("discord 0/2", "discord 1/2")
HOURS = timedelta(hours=12)


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def lender(machine: Machine) -> Lender:
    return Lender(machine)


class Line:
    """A connection that is there until it is told that it is over."""

    def __init__(self) -> None:
        self.fault: asyncio.Future[Exception] = asyncio.get_running_loop().create_future()

    @property
    def missing(self) -> str | None:
        return str(self.fault.result()) if self.fault.done() else None

    async def over(self) -> Exception:
        return await asyncio.shield(self.fault)


class Process:
    """One process, and who of all is connected."""

    def __init__(self, name: str, lender: Lender, machine: Machine, there: list[str]) -> None:
        self.closing: Callable[[], Awaitable[object]] | None = None
        self.leases = Leases(lender, name, machine.passed, machine.wait)
        self.sole = Sole(self._connected, self.leases, NAMES)
        self.lines: list[Line] = []
        self.refused: Exception | None = None
        self._name = name
        self._there = there

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[Line]:
        if self.refused is not None:
            raise self.refused
        self._there.append(self._name)
        self.lines.append(Line())
        try:
            yield self.lines[-1]
        finally:
            if self.closing is not None:
                await self.closing()
            self._there.remove(self._name)


@pytest.fixture
def there() -> list[str]:
    return []


@pytest.fixture
async def two(
    machine: Machine, lender: Lender, there: list[str]
) -> AsyncIterator[tuple[Process, Process]]:
    """Yield two processes: the first is connected, the second stands by."""
    a, b = (Process(name, lender, machine, there) for name in "ab")
    async with a.sole, b.sole:
        yield a, b


async def test_only_one_is_connected_and_the_other_is_well(
    two: tuple[Process, Process], machine: Machine, there: list[str]
) -> None:
    await machine.run(600)

    assert there == ["a"]
    assert [each.sole.missing for each in two] == [None, None]


@pytest.mark.usefixtures("two")
async def test_one_that_cannot_renew_ends_before_the_next_begins(
    machine: Machine, lender: Lender, there: list[str]
) -> None:
    await machine.run(3)
    lender.fault = Away("away")
    await machine.run(24)
    assert there == []
    assert lender.holder(NAMES[0]) == "a"

    lender.fault = None
    await machine.run(10)

    assert len(there) == 1


async def test_a_short_outage_of_the_database_costs_nobody_the_connection(
    two: tuple[Process, Process], machine: Machine, lender: Lender, there: list[str]
) -> None:
    lender.fault = Away("away")
    await machine.run(20)
    lender.fault = None
    await machine.run(60)

    assert there == ["a"]
    assert len(two[0].lines) == 1


async def test_one_whose_lease_was_taken_over_says_nothing_more_and_waits_again(
    two: tuple[Process, Process], machine: Machine, lender: Lender, there: list[str]
) -> None:
    # As if it had stood still for long enough.
    lender.held = dict.fromkeys(NAMES, ("b", machine.seconds + 30))

    await machine.run(12)

    assert there == ["b"]
    assert two[0].sole.missing is None


async def test_a_stop_lets_the_next_begin_within_a_second(
    machine: Machine, lender: Lender, there: list[str]
) -> None:
    a, b = (Process(name, lender, machine, there) for name in "ab")
    async with a.sole:
        await b.sole.__aenter__()
    await machine.run(1)

    assert there == ["b"]
    await b.sole.__aexit__(None, None, None)
    assert lender.held == {}


async def test_a_database_that_is_away_is_waited_for_and_told_of_once(
    machine: Machine, lender: Lender, there: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    a = Process("a", lender, machine, there)
    lender.fault = Away("away")
    with caplog.at_level(logging.WARNING, "app.leases"):
        entering = asyncio.create_task(a.sole.__aenter__())
        await machine.run(60)
        before = (entering.done(), a.sole.missing)
        lender.fault = None
        await machine.run(2)

    assert before == (False, "it is not connected yet")
    assert there == ["a"]
    assert len(caplog.records) == 1
    await a.sole.__aexit__(None, None, None)


async def test_whoever_gets_a_part_only_holds_nothing(
    machine: Machine, lender: Lender, there: list[str]
) -> None:
    lender.held = {NAMES[1]: ("c", machine.seconds + 600)}
    a = Process("a", lender, machine, there)

    async with a.sole:
        await machine.run(5)

        assert (there, lender.holder(NAMES[0])) == ([], None)


async def test_what_can_never_work_ends_the_start(
    machine: Machine, lender: Lender, there: list[str]
) -> None:
    a = Process("a", lender, machine, there)
    a.refused = ValueError("token")

    with pytest.raises(ValueError, match="token"):
        async with a.sole:
            raise AssertionError

    assert lender.held == {}


async def test_what_can_never_work_later_is_told_and_leaves_the_lease_to_others(
    two: tuple[Process, Process], machine: Machine, there: list[str]
) -> None:
    a, _ = two
    gone = ValueError("gone")
    a.lines[0].fault.set_result(gone)

    assert await a.sole.over() is gone
    await machine.run(1)

    assert there == ["b"]
    assert a.sole.missing == "gone"


async def test_a_job_of_the_night_is_done_by_one_and_not_again_that_night(
    machine: Machine, lender: Lender
) -> None:
    a, b = (Leases(lender, name, machine.passed, machine.wait) for name in "ab")

    tonight = [await each.mine("tidy", HOURS) for each in (a, b)]
    machine.seconds += 13 * 3600
    tomorrow = [await each.mine("tidy", HOURS) for each in (b, a)]

    assert (tonight, tomorrow) == ([True, False], [True, False])


@pytest.mark.parametrize("ahead", [31.0, 3600.0])
async def test_a_database_clock_set_forward_lets_nobody_in_beside_who_is_connected(
    two: tuple[Process, Process],
    machine: Machine,
    lender: Lender,
    there: list[str],
    ahead: float,
) -> None:
    await machine.run(4)
    lender.ahead = ahead

    for _ in range(60):
        await machine.run(1)
        assert there == ["a"]
    assert len(two[0].lines) == 1


async def test_a_process_that_died_is_followed_half_a_minute_after_its_last_word(
    machine: Machine, lender: Lender
) -> None:
    await machine.run(1)
    lender.held = dict.fromkeys(NAMES, ("dead", machine.seconds + 30))
    b = Process("b", lender, machine, [])
    async with b.sole:
        await machine.run(29)
        before = lender.holder(NAMES[0])
        await machine.run(4)
        after = lender.holder(NAMES[0])

    assert before == "dead"
    assert after == "b"


async def test_a_lease_is_kept_while_its_connection_closes_however_long_that_takes(
    machine: Machine, lender: Lender, there: list[str]
) -> None:
    a, b = (Process(name, lender, machine, there) for name in "ab")
    a.closing = lambda: machine.wait(90)
    await a.sole.__aenter__()
    await b.sole.__aenter__()
    leaving = asyncio.create_task(a.sole.__aexit__(None, None, None))

    await machine.run(89)
    before = list(there)
    await machine.run(3)

    assert (before, there) == (["a"], ["b"])
    await leaving
    await b.sole.__aexit__(None, None, None)


async def test_a_lease_whose_connection_was_not_closed_to_the_end_runs_out_by_itself(
    machine: Machine, lender: Lender, there: list[str]
) -> None:
    a = Process("a", lender, machine, there)
    a.closing = asyncio.Event().wait
    await a.sole.__aenter__()
    leaving = asyncio.create_task(a.sole.__aexit__(None, None, None))
    await machine.run(2)
    # As `left_within` does once its patience is over.
    leaving.cancel()
    await asyncio.gather(leaving, return_exceptions=True)
    await machine.run(1)

    assert lender.holder(NAMES[0]) == "a"
    await machine.run(120)
    assert lender.holder(NAMES[0]) is None


async def test_a_machine_that_slept_notices_within_a_second_that_its_lease_is_over(
    two: tuple[Process, Process], machine: Machine, lender: Lender, there: list[str]
) -> None:
    await machine.run(3)
    lender.fault = Away("away")
    # Its waits do not know that it slept.
    machine.sleep(60)
    await machine.run(1)

    assert there == []
    assert len(two[0].lines) == 1


async def test_a_machine_that_sleeps_while_it_waits_for_an_answer_notices_that_as_soon(
    two: tuple[Process, Process], machine: Machine, lender: Lender, there: list[str]
) -> None:
    lender.hangs = True
    await machine.run(11)
    before = list(there)
    machine.sleep(60)
    await machine.run(1)

    assert (before, there) == (["a"], [])
    assert len(two[0].lines) == 1


@pytest.mark.parametrize("back", [31.0, 3 * 3600.0])
async def test_a_process_that_died_is_followed_as_soon_though_the_clock_was_set_back(
    machine: Machine, lender: Lender, back: float
) -> None:
    lender.held = dict.fromkeys(NAMES, ("dead", machine.seconds + 30))
    lender.ahead = -back
    b = Process("b", lender, machine, [])
    async with b.sole:
        await machine.run(29)
        before = lender.holder(NAMES[0])
        await machine.run(4)
        after = lender.holder(NAMES[0])

    assert (before, after) == ("dead", "b")


async def test_whoever_renews_keeps_the_lease_though_the_clock_was_set_back(
    two: tuple[Process, Process], machine: Machine, lender: Lender, there: list[str]
) -> None:
    await machine.run(4)
    lender.ahead = -3 * 3600.0

    for _ in range(60):
        await machine.run(1)
        assert there == ["a"]
    assert len(two[0].lines) == 1
