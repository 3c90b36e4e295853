"""The clock that follows a database's, on a machine whose seconds and clock are moved by hand."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
from datetime import UTC, datetime, timedelta

import pytest

from app.clocks import ServerClock, first, follow
from app.wiring import stopwatch

NOW = datetime(2026, 12, 7, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Machine:
    """Steady seconds, and a database elsewhere whose clock can be set."""

    def __init__(self) -> None:
        self.seconds = 5_000.0
        self.set_by = timedelta()
        self.takes = 0.0
        self.broken = False

    def passed(self) -> float:
        return self.seconds

    def server_time(self) -> datetime:
        if self.broken:
            raise OSError
        self.seconds += self.takes / 2
        told = self.true()
        self.seconds += self.takes / 2
        return told

    def true(self) -> datetime:
        """Return what the database's clock shows."""
        return NOW + timedelta(seconds=self.seconds - 5_000) + self.set_by


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
async def clock(machine: Machine) -> ServerClock:
    return await first(machine.passed, machine.server_time)


async def again(machine: Machine, clock: ServerClock, times: int = 1) -> None:
    """Let the clock measure so often, as it does by itself once a minute."""
    waits = 0

    async def wait(seconds: float) -> None:
        nonlocal waits
        waits += 1
        if waits > times:
            raise asyncio.CancelledError
        machine.seconds += seconds

    with contextlib.suppress(asyncio.CancelledError):
        await follow(clock, machine.passed, machine.server_time, wait)


class Laptop:
    """A machine's clocks, as the module `time` tells them."""

    CLOCK_BOOTTIME = 7

    def __init__(self) -> None:
        self.awake, self.asleep = 100.0, 0.0

    def monotonic(self) -> float:
        return self.awake

    def clock_gettime(self, which: int) -> float:
        assert which == self.CLOCK_BOOTTIME
        return self.awake + self.asleep


class Older(Laptop):
    """One that does not tell for how long it slept."""

    def __getattribute__(self, name: str) -> object:
        if name == "CLOCK_BOOTTIME":
            raise AttributeError(name)
        return super().__getattribute__(name)


def test_seconds_in_which_the_machine_slept_have_passed_where_it_tells_them() -> None:
    laptop, older = Laptop(), Older()
    watches = [stopwatch(laptop), stopwatch(older)]
    for each in (laptop, older):
        each.awake += 2.0
        each.asleep += 3600.0

    assert [each() for each in watches] == [3602.0, 2.0]


async def test_it_shows_the_databases_time_whatever_the_machines_clock_shows(
    machine: Machine, clock: ServerClock
) -> None:
    machine.seconds += 90

    assert clock() == machine.true() == NOW + timedelta(seconds=90)


async def test_the_way_to_the_database_and_back_is_taken_into_account(machine: Machine) -> None:
    machine.takes = 0.8

    clock = await first(machine.passed, machine.server_time)

    assert abs(clock() - machine.true()) < timedelta(milliseconds=1)


async def test_it_follows_a_database_that_is_set_forward_and_says_so(
    machine: Machine, clock: ServerClock, caplog: pytest.LogCaptureFixture
) -> None:
    machine.set_by = HOUR

    with caplog.at_level(logging.WARNING, "app.clocks"):
        await again(machine, clock)

    assert clock() == machine.true()
    assert [each.getMessage() for each in caplog.records] == ["the database's clock has jumped"]


async def test_set_back_it_never_goes_back_nor_stands_still_and_is_right_in_the_end(
    machine: Machine, clock: ServerClock
) -> None:
    before = clock()
    machine.set_by = -HOUR
    await again(machine, clock)
    seen = [before]
    for _ in range(130):
        machine.seconds += 60
        seen.append(clock())

    assert all(one < other for one, other in itertools.pairwise(seen))
    assert seen[10] - seen[9] == timedelta(seconds=30)
    assert seen[-1] == machine.true()


async def test_an_answer_that_took_long_changes_nothing(
    machine: Machine, clock: ServerClock
) -> None:
    machine.set_by, machine.takes = HOUR, 3.0

    await again(machine, clock)

    assert clock() == machine.true() - HOUR


async def test_a_database_that_is_away_is_asked_again(machine: Machine, clock: ServerClock) -> None:
    machine.set_by, machine.broken = HOUR, True
    await again(machine, clock)
    assert clock() == machine.true() - HOUR
    machine.broken = False

    await again(machine, clock)

    assert clock() == machine.true()


async def test_a_machine_that_slept_is_right_at_once(machine: Machine, clock: ServerClock) -> None:
    """Some machines' steady seconds stand still while they sleep."""
    clock()
    machine.set_by = HOUR

    await again(machine, clock)

    assert clock() == machine.true()
