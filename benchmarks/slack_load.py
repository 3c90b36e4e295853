"""Events at an even pace, and how long each took until it was acknowledged.

The pace does not wait for answers, so one that is late delays none of those behind it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter

from tests.servers.slack.delivery import Carrier, Envelope, Outcome


@dataclass
class Timed:
    """A carrier that notes how long each delivery took.  See `delivery.Carrier`.

    What `bot` did itself, its reactions and edits, is delivered as well and answered sooner: it is
    load, but not counted.
    """

    carrier: Carrier
    bot: str
    seconds: list[float] = field(default_factory=list)
    missed: int = 0
    """Deliveries that were not acknowledged; each is repeated."""
    others: int = 0

    async def carry(self, envelope: Envelope) -> Outcome:
        """See `delivery.Carrier`."""
        started = perf_counter()
        outcome = await self.carrier.carry(envelope)
        event = envelope.payload.get("event", {})
        if self.bot in {event.get("user"), event.get("message", {}).get("user")}:
            self.others += 1
        elif outcome.acked:
            self.seconds.append(perf_counter() - started)
        else:
            self.missed += 1
        return outcome


async def paced(act: Callable[[int], None], rate: int, seconds: int) -> float:
    """Do `act(number)` so often a second for so many seconds; return the longest delay of one."""
    loop = asyncio.get_running_loop()
    started, latest = loop.time(), 0.0
    for number in range(rate * seconds):
        ahead = started + number / rate - loop.time()
        if ahead > 0:
            await asyncio.sleep(ahead)
        else:
            latest = max(latest, -ahead)
        act(number)
    return latest


def percentile(values: list[float], share: float) -> float:
    """Return the smallest value that so large a share, from 0 to 1, of all does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-int(share * 1000) * len(ordered) // 1000) - 1)]
