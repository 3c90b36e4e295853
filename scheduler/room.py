"""How many posts one drain has under way, and when it may claim more.

    claimed --attempt--> ended --settled--> done
       ^ takes a place     ^ gives it back

Rule: an attempt takes a place, its settling none, so the platform need not wait for the database.
More are claimed by whoever is settled, in the same call to the store: while there is plenty, once a
quarter of the places is free, so that one claim serves some and nobody waits for the slowest of a
batch; else by the last one.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field


@dataclass(slots=True)
class Room:
    """The places of one drain.

    `attempts` are those under way, `flying` all that are not settled yet; `looking` is whether
    somebody is claiming, `plenty` whether there was more than was claimed, and `over` whether the
    last one found nothing more.
    """

    limit: int
    attempts: int = 0
    flying: int = 0
    looking: bool = False
    plenty: bool = False
    over: bool = False
    tasks: set[asyncio.Task[bool]] = field(default_factory=set)

    def taken(self, task: asyncio.Task[bool]) -> None:
        """Take a place for an attempt."""
        self.attempts += 1
        self.flying += 1
        self.tasks.add(task)

    def free(self, *, any_: bool = False) -> int:
        """Return how many may be claimed now; where not `any_` will do, a quarter at least."""
        free = max(self.limit - self.attempts, 0)
        enough = any_ or (self.plenty and 4 * free >= self.limit)
        return free if enough and not self.looking else 0

    def ended(self) -> int:
        """Forget what has ended, and return how much of it was settled."""
        ended = {task for task in self.tasks if task.done()}
        self.tasks -= ended
        return sum(task.result() for task in ended)
