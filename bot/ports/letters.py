"""The outbox as seen by whoever looks after it: how much waits, what arrived, what is dead.

Nothing here is needed to send anything.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.ids import CohortId, PostKey, UserId
from bot.ports.outgoing import Outgoing


@dataclass(frozen=True, slots=True)
class Depth:
    """How many rows are unsettled or dead, by state, and since when the oldest could be sent.

    A row whose night is not over, or that is wanted later, could not be sent yet.
    """

    states: Mapping[str, int]
    oldest: datetime | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """A dead letter: what it was to be, why it is dead and since when.

    `attempts` is how often it was tried, `passed` how many later ones of its lane were sent.
    """

    outgoing: Outgoing
    error: str
    died_at: datetime
    attempts: int
    passed: int


@dataclass(frozen=True, slots=True)
class Record:
    """What became of a cohort's posts of some time.

    `sent` have arrived; `late` of those long after their time, and `elsewhere` in a thread
    because a direct message is closed.  `dead` never will; `waiting` are on their way.
    """

    sent: int = 0
    late: int = 0
    elsewhere: int = 0
    dead: int = 0
    waiting: int = 0

    @property
    def all(self) -> int:
        """How many there are."""
        return self.sent + self.dead + self.waiting


class Letters(Protocol):
    """The outbox as seen by whoever looks after it."""

    def depth(self, now: datetime) -> Depth:
        """Return how much waits; what was sent is not looked at, however much there is."""

    def record(
        self,
        cohort: CohortId,
        since: datetime,
        until: datetime,
        late: timedelta,
        without: Container[UserId] = (),
    ) -> Record:
        """Return what became of the posts wanted in `since < at <= until`.

        One is late if it came more than `late` after it could be sent.  Dead letters to those
        `without` do not count: nobody is told that they cannot be told.
        """

    def dead(self, limit: int) -> tuple[Letter, ...]:
        """Return dead letters, newest first."""

    def get(self, key: PostKey) -> Letter | None:
        """Return one dead letter."""

    def retry(self, key: PostKey, now: datetime) -> bool:
        """Have a dead letter sent after all; false if there is none of this key.

        It goes before everything of its lane that is not sent yet.  Where it was tried, it is
        *unsure*: looked for before it is sent.
        """

    def drop(self, key: PostKey) -> bool:
        """Forget the words of a dead letter, for good; its key stays and is never used again."""
