"""The coach in this terminal: engine, database and delivery around a stage that is played on.

Rule: time passes here when told to; `live`, it passes by itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import shutil
import signal
import sys
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import click

from adapters.console.journal import Journal
from adapters.console.render import WIDTH
from adapters.console.send import ConsoleCourier
from adapters.console.steps import ScriptError
from adapters.console.world import World
from adapters.database.connect import open_store
from adapters.database.store import DatabaseStore
from app import guides as shelf
from app import play, wiring
from app.settings import Settings
from app.stage import Stage
from app.turns import VirtualClock
from bot.services.coach import Coach
from content.schema import Guide
from scheduler.delivery import Delivery
from scheduler.limits import Limits
from scheduler.reconcile import Reconciler, tidy
from scheduler.sweep import sweep
from scheduler.switchboard import for_all
from scheduler.timetable import Job, timetable


class RealClock(VirtualClock):
    """The world's time on a stage: it passes by itself and cannot be told to."""

    def __init__(self) -> None:
        super().__init__(wiring.now())

    def __call__(self) -> datetime:
        """See bot.ports.Clock."""
        return wiring.now()

    def move(self, to: datetime) -> None:
        """Refuse to go anywhere but where time is."""
        if to > wiring.now():
            raise ScriptError(
                0, "Time passes by itself here.", "Without `--live` it passes when you say so."
            )

    def tick(self) -> None:
        """Do nothing: it ticks by itself."""


@dataclass(frozen=True, slots=True)
class Company:
    """A stage with what stands behind it; `jobs` are what a running coach does by the clock."""

    stage: Stage
    store: DatabaseStore
    coach: Coach
    world: World
    jobs: tuple[Job, ...]


def company(
    store: DatabaseStore,
    guides: Mapping[str, Guide],
    clock: VirtualClock,
    zone: str,
    seed: int,
    *,
    world: World | None = None,
    ids: Callable[[], str] | None = None,
) -> Company:
    """Build the real engine, database and delivery around a clock and the console."""
    the_world = world or World()
    coach = Coach(guides, ids or wiring.seeded_ids(seed), random.Random(f"coach {seed}"), zone)
    couriers = for_all("console", ConsoleCourier(the_world, clock))
    delivery = Delivery(
        store=store,
        couriers=couriers,
        clock=clock,
        rng=random.Random(f"delivery {seed}"),
        on_dead=coach.undelivered,
        # The console answers at once; waiting by the wall clock would let it meddle.
        limits=Limits(slow_after=timedelta(hours=1)),
    )
    stage = Stage(
        store=store,
        coach=coach,
        world=the_world,
        delivery=delivery,
        clock=clock,
        zone=zone,
        couriers=couriers,
    )
    reconciler = Reconciler(store, couriers, coach, clock)
    jobs = timetable(
        settle=reconciler.everything,
        nightly=reconciler.everything,
        closed=reconciler.closed,
        sweep=lambda: sweep(store, coach.decide, clock),
        delivery=delivery.drain,
        tidy=lambda: tidy(store, coach, clock),
    )
    return Company(stage, store, coach, the_world, jobs)


async def run(settings: Settings, *, live: bool) -> int:
    """Play in the terminal, on the database and journal that the settings name."""
    store = open_store(settings.database_url)
    try:
        world = World(Journal(settings.console_journal))
        guides = shelf.known(settings.guides)
        await store.run(lambda work: shelf.require(work, guides))
        cohorts = await store.run(lambda work: work.cohorts.alive())
        zone = cohorts[0].plan.zone if cohorts else settings.timezone
        clock = RealClock() if live else VirtualClock(_next_minute(world.latest))
        together = company(
            store,
            guides,
            clock,
            zone,
            seed=wiring.any_seed(),
            world=world,
            ids=wiring.new_id,
        )
        # Whatever happened while nobody was running, or just before a kill, counts.
        await together.stage.wake()
        async with _ticks(together.jobs) if live else contextlib.nullcontext():
            playing = play.play(
                together.stage, sys.stdin, sys.stdout, colours=sys.stdout.isatty(), columns=_columns
            )
            return await _until_told(playing)
    finally:
        store.close()


def _columns() -> int:
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else WIDTH


async def _until_told(playing: Coroutine[Any, Any, int]) -> int:
    """Play to the end, or until the system asks the process to stop: that is no fault."""
    task = asyncio.create_task(playing)
    loop = asyncio.get_running_loop()
    with contextlib.suppress(NotImplementedError):
        loop.add_signal_handler(signal.SIGTERM, task.cancel)
    try:
        return await task
    except asyncio.CancelledError:
        if not task.cancelled() or asyncio.current_task().cancelling():  # type: ignore[union-attr]
            raise
        click.echo("\nStopped; everything is kept.")
        return 0


def _ticks(jobs: tuple[Job, ...]) -> contextlib.AbstractAsyncContextManager[object]:
    # Only what runs by the clock needs APScheduler; a rehearsal starts quicker without it.
    from scheduler.runner import ticking  # noqa: PLC0415

    return ticking(jobs)


def _next_minute(latest: datetime | None) -> datetime:
    """Return when play begins: the next full minute, but never before what happened last."""
    start = max(wiring.now(), latest or wiring.now())
    return start.replace(second=0, microsecond=0) + timedelta(minutes=1)
