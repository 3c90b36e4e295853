"""Where a running coach can be measured, and what stands there while nobody measures.

    store      how long transactions take
    couriers   what platforms answer to what is sent
    handle     what comes in, and how long until it is committed

Rule: measuring changes nothing.  Whatever is measured behaves as if nobody looked.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.inbound import Inbound
from bot.messages import Reply
from bot.ports.platforms import Couriers
from bot.ports.work import Store

Handle = Callable[[Inbound], Awaitable[Reply]]


class Meter:
    """Measures nothing."""

    def store(self, store: Store, name: str) -> Store:
        """Return the same store, measured under a name."""
        del name
        return store

    def couriers(self, couriers: Couriers) -> Couriers:
        """Return the same couriers, measured."""
        return couriers

    def handle(self, handle: Handle) -> Handle:
        """Return the same handler, measured."""
        return handle
