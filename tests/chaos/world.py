"""A world with a platform, a database and one process or several, whose time moves when told to.

quiet: everything arrives, is decided, sent and shown; whoever died meanwhile is replaced
until: time moves on to whatever is due next, until something is displayed
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import datetime, timedelta

from adapters.database.errors import DatabaseFault
from app.turns import VirtualClock
from tests.chaos.coaches import Process, abandoned, next_night, opened
from tests.chaos.faults import CLOCKS, LINES, Faults
from tests.chaos.mortals import Mortal
from tests.chaos.outages import Outages
from tests.chaos.sides import Side

MOST_TURNS = 400
"""In one `until`; more is a coach that runs in circles."""
PATIENCE = timedelta(hours=30)
FAR_AHEAD = timedelta(hours=2, minutes=30)
A_LITTLE_AHEAD = timedelta(minutes=9)
SOME_TURNS = 6
STOPPED = timedelta(minutes=3)
"""Three times as long as a lease."""
STARTING = timedelta(seconds=1)
"""A new process is there later than the old one was: their instants are never the same."""


class NeverDisplayed(Exception):
    """What people wait for was not displayed in time: something is lost."""


class World:
    """See the module."""

    def __init__(
        self, side: Side, url: str, outages: Outages, faults: Faults, workers: int = 1
    ) -> None:
        self.side = side
        self.faults = faults
        self.clock: VirtualClock = side.clock
        self.ahead = timedelta()
        self.processes: list[Process] = []
        self._url = url
        self._outages = outages
        self._workers = workers
        self._born = 0
        self._mending = 0
        self._put_back = 0
        self._stopped: list[tuple[Process, asyncio.Task[object], datetime]] = []

    def coach_clock(self) -> datetime:
        """What the coaches' machine takes for the time."""
        return self.clock() + self.ahead

    # --- processes ------------------------------------------------------------------------------

    async def start(self) -> None:
        """Start as many processes as there are to be."""
        while len(self.processes) < self._workers:
            self.processes.append(await self._begin())

    async def _begin(self) -> Process:
        while True:
            self._born += 1
            mortal, stack = Mortal(self.faults), AsyncExitStack()
            process = opened(self._url, self._born, mortal, self._outages, self.coach_clock)
            process.close = stack.aclose
            connecting = mortal.start(self.side.connect(process, stack))
            died = asyncio.create_task(mortal.died.wait())
            await asyncio.wait({connecting, died}, return_when=asyncio.FIRST_COMPLETED)
            died.cancel()
            if connecting.done() and not mortal.dead:
                await connecting
                return process
            # Something came in already, and killed it.
            await abandoned(process)
            self.faults.reached("process killed while it starts")

    async def stop(self) -> None:
        """End all processes as if they were killed: what is to be said was said."""
        for process in self.processes:
            process.mortal.kill()
            await abandoned(process)
        self.processes.clear()

    async def _replace_the_dead(self) -> bool:
        dead = [each for each in self.processes if each.mortal.dead]
        self._stopped = [each for each in self._stopped if each[0] not in dead]
        for process in dead:
            self.clock.move(self.clock() + STARTING)
            self.processes.remove(process)
            await abandoned(process)
            self.faults.reached("process replaced")
        await self.start()
        return bool(dead)

    # --- time -----------------------------------------------------------------------------------

    async def until(self, displayed: Callable[[], object], what: str) -> None:
        """Let time pass until something is displayed."""
        limit = self.clock() + PATIENCE
        for _ in range(MOST_TURNS):
            await self.quiet()
            if displayed():
                return
            if self.clock() >= limit:
                raise NeverDisplayed(what)
            await self._move(limit)
        raise NeverDisplayed(f"{what}, in {MOST_TURNS} turns")

    async def past(self, at: datetime) -> None:
        """Let time pass until an instant, stopping wherever something is due."""
        for _ in range(MOST_TURNS):
            await self.quiet()
            if self.clock() >= at:
                return
            await self._move(at)
        raise NeverDisplayed(f"{at}, in {MOST_TURNS} turns")

    async def quiet(self) -> None:
        """Let everything arrive, be decided, sent and shown at this moment."""
        for _ in range(3):
            await self._break_something()
            await self.side.settled()
            await self._all_settled()
            await self._turns()
            await self.side.settled()
            await self._all_settled()
            if not await self._replace_the_dead() and not self._to_do():
                return

    def _to_do(self) -> bool:
        stopped = [process for process, _, _ in self._stopped]
        return any(not each.idle for each in self.processes if each not in stopped)

    async def _turns(self) -> None:
        stopped = [process for process, _, _ in self._stopped]
        able = [each for each in self.processes if each not in stopped and not each.mortal.dead]
        for each in able:
            each.mortal.may_stop = len(able) > 1
        await asyncio.gather(*(self._together(each, each.turn()) for each in able))
        await self._woken()

    async def _woken(self) -> None:
        """Let those go on that were stopped, once their leases are long over."""
        now = self.clock()
        over = [each for each in self._stopped if each[2] <= now or each[0].mortal.overtaken]
        for each in over:
            self._stopped.remove(each)
            process, task, _ = each
            process.mortal.overtaken, process.mortal.waking = False, True
            process.mortal.going_on.set()
            self.faults.reached("stopped worker went on")
            await self._finished(process, task)
            process.mortal.waking = False
            process.mortal.going_on.clear()

    async def _all_settled(self) -> None:
        for process in self.processes:
            if not process.mortal.dead:
                await self._together(process, process.settled())

    async def _together(self, process: Process, work: object) -> None:
        """Let a process work until it is done, or dead."""
        task: asyncio.Task[object] = process.mortal.start(work)  # type: ignore[arg-type]
        await self._finished(process, task)

    async def _finished(self, process: Process, task: asyncio.Task[object]) -> None:
        mortal = process.mortal
        died = asyncio.create_task(mortal.died.wait())
        stands = asyncio.create_task(mortal.standing.wait())
        if mortal.going_on.is_set():
            stands.cancel()
            stands = died
        await asyncio.wait({task, died, stands}, return_when=asyncio.FIRST_COMPLETED)
        died.cancel()
        stands.cancel()
        if not task.done() and mortal.standing.is_set() and not mortal.dead:
            self._stopped.append((process, task, self.clock() + STOPPED))
            return
        if task.done() and not task.cancelled() and task.exception() is not None:
            if not isinstance(task.exception(), DatabaseFault):
                raise task.exception()  # type: ignore[misc]
            process.again = True
            self.faults.reached("job failed, run again")

    async def _move(self, limit: datetime) -> None:
        """Go to whatever is due next."""
        at = await self._next()
        now = self.clock()
        # What is due already and could not be done is tried again by the next tick.
        self.clock.move(max(min(at - self.ahead, limit), now + timedelta(seconds=1)))

    async def _next(self) -> datetime:
        found = [next_night(self.coach_clock()), *(at + self.ahead for _, _, at in self._stopped)]
        found += [each.gaps.at for each in self.processes if each.gaps.at is not None]
        if self._mending or self._put_back:
            # It lasts some turns: minutes, not until tomorrow.
            found.append(self.coach_clock() + timedelta(minutes=1))
        if self._to_do():
            found.append(self.coach_clock())
        store = self.processes[0].database
        while True:
            try:
                due: list[datetime | None] = await asyncio.to_thread(
                    store.call, lambda work: [work.agenda.next_at(), work.relay.next_at()]
                )
            except DatabaseFault:
                continue
            return min([*found, *(at for at in due if at is not None)])

    # --- what breaks ----------------------------------------------------------------------------

    async def _break_something(self) -> None:
        await self._mend()
        kind = self.faults.at("turn", *LINES, *CLOCKS)
        if kind in LINES and not self._mending:
            # A line that is down already cannot be cut, and nobody says anything on it.
            self.faults.strike(kind)
            await self.side.broken(kind)
            if kind == "cut socket for a while":
                self._mending = SOME_TURNS // 2
        elif kind == "clock jumps ahead" and self._may_jump():
            self.faults.strike(kind)
            self.clock.move(self.clock() + FAR_AHEAD)
        elif kind == "clock ahead and put back" and self._may_jump() and not self.ahead:
            self.faults.strike(kind)
            self.ahead, self._put_back = A_LITTLE_AHEAD, SOME_TURNS
        elif kind == "clock hours ahead and put back" and self._may_jump() and not self.ahead:
            self.faults.strike(kind)
            self.ahead, self._put_back = FAR_AHEAD, SOME_TURNS

    async def _mend(self) -> None:
        if self._mending:
            self._mending -= 1
            if not self._mending:
                await self.side.mended()
        if self._put_back:
            self._put_back -= 1
            if not self._put_back:
                self.ahead = timedelta()
                self.faults.reached("clock put back")

    def _may_jump(self) -> bool:
        """Tell whether a jump ends on the same working day: what is said at night differs."""
        return 6 <= self.clock().hour < 12
