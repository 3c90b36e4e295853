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
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from functools import partial
from typing import Any

from adapters.pictures.drawing import Pictures
from app import roles
from app.outside import Outside
from app.settings import Settings

_ID_BYTES = 12


def now() -> datetime:
    """Return the present moment.  See bot.ports.Clock."""
    return datetime.now(UTC)


def new_id() -> str:
    """Return an id nobody can guess.  See bot.ports.NewId."""
    return secrets.token_urlsafe(_ID_BYTES)


def stopwatch(clocks: Any = time) -> Callable[[], float]:
    """Return what tells the seconds since now, whatever is done to the machine's clock.

    Those in which the machine slept count, too, where it tells them: Linux's monotonic clock
    stands still meanwhile, and a lease that others wait for does not.
    """
    steady: Callable[[], float] = clocks.monotonic
    if hasattr(clocks, "CLOCK_BOOTTIME"):
        steady = partial(clocks.clock_gettime, clocks.CLOCK_BOOTTIME)
    started = steady()
    return lambda: steady() - started


def seeded_ids(seed: int) -> Callable[[], str]:
    """Return ids that are the same for the same seed: for rehearsals and tests only."""
    dice = random.Random(f"ids {seed}")
    return lambda: f"{dice.getrandbits(72):018x}"


def run(settings: Settings, *, live: bool = False, roles_by: str = roles.SETTING) -> int:
    """Run the coach where its tokens say; without any, in this terminal.

    In the terminal time passes when told to; `live`, it passes by itself.  `roles_by` is where
    its roles come from, for whoever reads of a fault in them.
    """
    if not roles.plays(settings):
        roles.check(settings, roles_by)
        return _run(_served(settings))
    roles.check_terminal(settings)
    from app import console  # noqa: PLC0415  (on a platform none of it is needed)

    return asyncio.run(console.run(settings, live=live))


def _run(serving: Coroutine[Any, Any, int]) -> int:
    if sys.platform == "win32":
        return asyncio.run(serving)
    # Under load Python's own loop answers Slack too late.
    import uvloop  # noqa: PLC0415

    return uvloop.run(serving)


def outside() -> Outside:
    """Return the real world."""
    return Outside(
        now,
        new_id,
        lambda purpose: random.Random(_seed(purpose)),
        asyncio.sleep,
        stopwatch(),
        Pictures().aside,
    )


def any_seed() -> int:
    """Return a seed nobody has chosen."""
    return secrets.randbits(32)


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
