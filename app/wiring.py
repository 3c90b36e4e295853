"""Puts everything together by hand; the one place that owns clock, ids and dice.

Nothing else in the project reads the time, makes ids or rolls dice: they are handed down
from here (docs/adr/0003-time-is-an-argument.md).
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import random
import secrets
import signal
import sys
import time
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from adapters.console.journal import Journal
from adapters.console.send import ConsoleCourier
from adapters.console.steps import ScriptError
from adapters.console.world import World
from adapters.database.connect import DatabaseStore, open_store
from app import guides as shelf
from app import play
from app.outside import Outside
from app.settings import Settings
from app.stage import Stage
from app.turns import VirtualClock
from bot.services.coach import Coach
from content.schema import Guide
from scheduler.delivery import Delivery, Limits
from scheduler.reconcile import Reconciler, tidy
from scheduler.sweep import sweep
from scheduler.switchboard import for_all
from scheduler.timetable import Job, timetable

_ID_BYTES = 12


def now() -> datetime:
    """Return the present moment.  See bot.ports.Clock."""
    return datetime.now(UTC)


def new_id() -> str:
    """Return an id nobody can guess.  See bot.ports.NewId."""
    return secrets.token_urlsafe(_ID_BYTES)


def stopwatch() -> Callable[[], float]:
    """Return what tells the seconds since now."""
    started = time.monotonic()
    return lambda: time.monotonic() - started


def seeded_ids(seed: int) -> Callable[[], str]:
    """Return ids that are the same for the same seed: for rehearsals and tests only."""
    dice = random.Random(f"ids {seed}")
    return lambda: f"{dice.getrandbits(72):018x}"


class RealClock(VirtualClock):
    """The world's time on a stage: it passes by itself and cannot be told to."""

    def __init__(self) -> None:
        super().__init__(now())

    def __call__(self) -> datetime:
        """See bot.ports.Clock."""
        return now()

    def move(self, to: datetime) -> None:
        """Refuse to go anywhere but where time is."""
        if to > now():
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
    coach = Coach(guides, ids or seeded_ids(seed), random.Random(f"coach {seed}"), zone)
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
        closed=reconciler.closed,
        sweep=lambda: sweep(store, coach.decide, clock),
        delivery=delivery.drain,
        tidy=lambda: tidy(store, coach, clock),
    )
    return Company(stage, store, coach, the_world, jobs)


def run(settings: Settings, *, live: bool = False) -> int:
    """Run the coach where its tokens say; without any, in this terminal.

    In the terminal time passes when told to; `live`, it passes by itself.
    """
    if settings.slack_bot_token or settings.discord_token:
        return _run(_served(settings))
    return asyncio.run(_console(settings, live=live))


def _run(serving: Coroutine[Any, Any, int]) -> int:
    if sys.platform == "win32":
        return asyncio.run(serving)
    # Under load Python's own loop answers Slack too late.
    import uvloop  # noqa: PLC0415

    return uvloop.run(serving)


def outside() -> Outside:
    """Return the real world."""
    return Outside(now, new_id, lambda purpose: random.Random(_seed(purpose)), asyncio.sleep)


def _seed(purpose: str) -> str:
    return f"{purpose} {secrets.token_hex(16)}"


async def _served(settings: Settings) -> int:
    """Coach on real platforms until the system asks the process to stop."""
    from app import service  # noqa: PLC0415  (a console needs none of it)

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    with contextlib.suppress(NotImplementedError):
        for asked in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(asked, stop.set)
    await service.run(settings, outside(), stop, lambda _: _keep_for_good())
    return 0


def _keep_for_good() -> None:
    """Let the collector of garbage pass over what was made at the start.

    Looking through it again and again takes a third of a second, in which nobody is answered.
    """
    gc.collect()
    gc.freeze()


async def _console(settings: Settings, *, live: bool) -> int:
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
            seed=secrets.randbits(32),
            world=world,
            ids=new_id,
        )
        # Whatever happened while nobody was running, or just before a kill, counts.
        await together.stage.wake()
        async with _ticks(together.jobs) if live else contextlib.nullcontext():
            return await _until_told(
                play.play(together.stage, sys.stdin, sys.stdout, colours=sys.stdout.isatty())
            )
    finally:
        store.close()


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
    start = max(now(), latest or now())
    return start.replace(second=0, microsecond=0) + timedelta(minutes=1)
