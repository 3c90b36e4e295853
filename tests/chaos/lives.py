"""One life: a week with a schedule of faults, and what was displayed at its end."""

from __future__ import annotations

import logging
import tempfile
import traceback
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.turns import VirtualClock
from tests.chaos.faults import Faults
from tests.chaos.mortals import owned_tasks
from tests.chaos.outages import Outages, PostgresOutages, SqliteOutages
from tests.chaos.sides import Side
from tests.chaos.week import START, Week
from tests.chaos.world import NeverDisplayed, World

LINES = 12
"""So many lines of a traceback tell where a life broke."""


@dataclass(frozen=True)
class Setting:
    """Where lives are lived."""

    platform: str
    database: str
    workers: int = 1


@dataclass(frozen=True)
class Life:
    """What became of one."""

    dump: dict[str, Any]
    struck: Counter[str] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    fault: str = ""


async def lived(
    setting: Setting, seed: int, schedule: Mapping[str, frozenset[int]], url: str = ""
) -> Life:
    """Live a week whose acts `seed` decides, with the faults of a schedule."""
    owned_tasks()
    faults, clock = Faults(schedule), VirtualClock(START)
    with _silence():
        return await _lived(setting, seed, faults, clock, url)


async def _lived(
    setting: Setting, seed: int, faults: Faults, clock: VirtualClock, url: str
) -> Life:
    fault = ""
    async with _side(setting.platform, clock, faults) as side:
        with tempfile.TemporaryDirectory() as folder:
            where, outages = _database(setting, Path(folder), url)
            world = World(side, where, outages, faults, setting.workers)
            await world.start()
            try:
                await Week(world, seed).live()
            except NeverDisplayed as error:
                fault = f"never displayed: {error}"
            except Exception as error:  # noqa: BLE001  (whatever it is, it is a finding)
                fault = f"it broke: {told(error)}"
            finally:
                await world.stop()
        return Life(side.dump(), faults.struck, faults.seen, faults.states, fault)


def told(error: Exception) -> str:
    """Return where something broke, and how."""
    return "".join(traceback.format_exception(error)[-LINES:])


@contextmanager
def _silence() -> Iterator[None]:
    """Let nobody read of what fails on purpose."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)


@asynccontextmanager
async def _side(platform: str, clock: VirtualClock, faults: Faults) -> AsyncIterator[Side]:
    if platform == "slack":
        from tests.chaos.slack_side import slack_side  # noqa: PLC0415

        async with slack_side(clock, faults) as slack:
            yield slack
        return
    from tests.chaos.discord_side import discord_side  # noqa: PLC0415

    async with discord_side(clock, faults) as discord:
        yield discord


def _database(setting: Setting, folder: Path, url: str) -> tuple[str, Outages]:
    if setting.database == "postgres":
        return url, PostgresOutages(url)
    path = folder / "chaos.db"
    return f"sqlite:///{path}", SqliteOutages(str(path))
