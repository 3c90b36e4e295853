"""A coach in this process, beside platforms on loopback; it starts in a fraction of a second.

It hears, logs and ends as a process does, and is asked in the same words (`slack_processes`).
Only what no other than a process has is left to processes: signals, kills and what Python loads.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from app import faults, logs, service, wiring
from app.outside import Outside
from app.settings_reading import read
from tests.app.slack_processes import PATIENCE

_HURRY = 100
"""So many times faster than a process it waits before it tries again."""


class Coach(logging.Handler):
    """One coach, and what it has logged so far."""

    def __init__(self, env: Mapping[str, str]) -> None:
        super().__init__()
        self.setFormatter(logs.TextLines())
        self.log = ""
        self._loop = asyncio.get_running_loop()
        self._more = asyncio.Event()
        self._stop = asyncio.Event()
        self._running = asyncio.create_task(self._run(env))
        self._running.add_done_callback(lambda _: self._more.set())

    def emit(self, record: logging.LogRecord) -> None:
        self.log += f"{self.format(record)}\n"
        self._loop.call_soon_threadsafe(self._more.set)

    async def until(self, words: str, times: int = 1) -> str:
        """Wait until `words` have been logged so often, and return the whole log."""
        async with asyncio.timeout(PATIENCE):
            while self.log.count(words) < times:
                assert not self._running.done(), f"it never said {words!r}:\n{self.log}"
                self._more.clear()
                await self._more.wait()
        return self.log

    async def ended(self) -> int:
        """Wait for the end, and return the exit code."""
        async with asyncio.timeout(PATIENCE):
            return await asyncio.shield(self._running)

    async def told(self) -> int:
        """Tell it to stop, as a signal does, and return the exit code."""
        self._stop.set()
        return await self.ended()

    async def _run(self, env: Mapping[str, str]) -> int:
        outside = Outside(wiring.now, wiring.new_id, random.Random, _hurry, wiring.stopwatch())
        try:
            await service.run(read(env), outside, self._stop)
        except Exception as error:
            lines = faults.lines(error)
            if lines is None:
                raise
            self.log += "".join(f"error: {line}\n" for line in lines)
            return 1
        return 0


@asynccontextmanager
async def coach(folder: Path, settings: Mapping[str, str]) -> AsyncIterator[Coach]:
    """Run a coach on a database in `folder`; at the end it is told to stop."""
    here = Coach({"DATABASE_URL": f"sqlite:///{folder}/loopmates.db", **settings})
    rooms = [logging.getLogger(room) for room in logs.ROOMS]
    before = [room.level for room in rooms]
    for room in rooms:
        room.setLevel(logging.INFO)
        room.addHandler(here)
    try:
        yield here
    finally:
        await here.told()
        for room, level in zip(rooms, before, strict=True):
            room.removeHandler(here)
            room.setLevel(level)


async def refused(folder: Path, settings: Mapping[str, str]) -> str:
    """Start a coach that is to fail, and return what it says."""
    async with coach(folder, settings) as here:
        assert await here.ended() == 1
        return here.log


async def _hurry(seconds: float) -> None:
    await asyncio.sleep(seconds / _HURRY)
