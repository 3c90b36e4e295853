"""What goes wrong, when, and how often it really did.

A seed gives a schedule: for each kind of fault the numbers of the opportunities at which it
strikes.  Opportunities are counted while a week is lived, so the same seed means the same faults
as far as the machine lets things happen in the same order.
"""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

KILLS = (
    "kill before the transaction",
    "kill before commit",
    "kill after commit",
    "kill after claim",
    "kill before send",
    "kill after send",
    "kill after settle",
)
"""A process ends at these instants; of a message that came in, the commit is before its ack."""
CALLS = ("lost reply", "cut connection", "server error", "rate limit")
"""A call to the platform meets these."""
LINES = ("cut socket", "cut socket for a while", "new session asked for")
"""The line on which the platform tells what happens."""
CLOCKS = ("clock jumps ahead", "clock ahead and put back", "clock hours ahead and put back")
DATABASE = {
    "sqlite": ("database locked", "disk full", "commit unknown"),
    "postgres": ("connections ended", "server crashed", "database stalled", "commit unknown"),
}
STOPPED, OVERTAKEN = "worker stopped beyond its lease", "worker overtaken at its row"
WORKERS = (STOPPED, OVERTAKEN)
"""Only where another one goes on meanwhile.

Overtaken: stopped with a row leased; whoever sends that row next is stopped, too, before it can
say so; then the first goes on, and gives back what is not its own any more.
"""
OPPORTUNITY = {
    **{kind: kind.removeprefix("kill ") for kind in KILLS},
    **dict.fromkeys(CALLS, "call"),
    **dict.fromkeys((*LINES, *CLOCKS), "turn"),
    **{kind: "transaction" for kinds in DATABASE.values() for kind in kinds},
    STOPPED: "lease or send",
    OVERTAKEN: "lease",
}
"""What is counted for each kind."""

MOST = {
    "before the transaction": 360,
    "transaction": 360,
    "before commit": 360,
    "after commit": 280,
    "after claim": 40,
    "after settle": 50,
    "before send": 50,
    "after send": 50,
    "call": 120,
    "turn": 60,
    "lease or send": 80,
    "lease": 40,
}
"""About as many opportunities there are in a quiet week, or more: fixed, so that a seed is."""


@dataclass
class Faults:
    """The faults of one life; without a schedule none strikes, and opportunities are counted."""

    schedule: Mapping[str, frozenset[int]] = field(default_factory=dict)
    struck: Counter[str] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)
    """How many opportunities of each sort there were."""
    states: Counter[str] = field(default_factory=Counter)
    """What was reached: rows leased, found again, overtaken …"""
    calm: bool = False
    """Whether nothing strikes for now."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def at(self, opportunity: str, *kinds: str) -> str | None:
        """Count an opportunity, and return which of `kinds` strikes there, if one does.

        It is the caller who says that it did (`strike`): what was meant may turn out impossible.
        """
        with self._lock:
            self.seen[opportunity] += 1
            number = self.seen[opportunity]
        if self.calm:
            return None
        return next((each for each in kinds if number in self.schedule.get(each, ())), None)

    def strike(self, kind: str) -> None:
        """Note that a fault has struck."""
        with self._lock:
            self.struck[kind] += 1

    def reached(self, state: str) -> None:
        """Note a state."""
        with self._lock:
            self.states[state] += 1


def kinds_for(database: str, workers: int, platform: str = "slack") -> tuple[str, ...]:
    """Return what can go wrong there; all go by a server's clock, which is never put back.

    Discord does not tell when somebody tapped, so hours of a wrong clock change which tap counts.
    """
    clocks: tuple[str, ...] = CLOCKS[:1] if database == "postgres" else CLOCKS
    if platform == "discord":
        clocks = clocks[:2]
    found = (*KILLS, *CALLS, *LINES, *clocks)
    found = (*found, *DATABASE[database])
    return (*found, *WORKERS) if workers > 1 else found


def scheduled(
    seed: int, kinds: Sequence[str], count: int, most: Mapping[str, int] = MOST
) -> dict[str, frozenset[int]]:
    """Return a schedule of `count` faults, each kind as likely as any other."""
    dice = random.Random(f"faults {seed}")
    chosen: dict[str, set[int]] = {}
    for _ in range(count):
        kind = dice.choice(kinds)
        chosen.setdefault(kind, set()).add(dice.randint(1, most[OPPORTUNITY[kind]]))
    return {kind: frozenset(numbers) for kind, numbers in chosen.items()}
