"""The world as a running coach meets it: its clock, ids, dice and how to wait, handed down."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.ports.outside import Clock, Draw, NewId


@dataclass(frozen=True, slots=True)
class Outside:
    """What `app.wiring` owns.

    `dice` makes dice for a purpose named; `wait` takes seconds; `passed` tells the seconds since
    some moment, whatever happens to the machine's clock.  Without `draw` nothing has pictures.
    """

    clock: Clock
    new_id: NewId
    dice: Callable[[str], random.Random]
    wait: Callable[[float], Awaitable[object]]
    passed: Callable[[], float]
    draw: Draw | None = None
