"""Takes down what Discord tells, so that it can be told later, often and in any order."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from tests.servers.discord.events import Event
from tests.servers.discord.server import DiscordServer


class Tape:
    """Between Discord and its gateway.  While it is `rolling` nothing is told, nobody is answered.

    Whoever uses a command or a button meanwhile sees that the application did not respond.
    """

    def __init__(self, discord: DiscordServer) -> None:
        self.taken: list[Event] = []
        self._discord = discord
        self._patience = discord.desk.answer_seconds
        self._tell = discord.world.emit
        self._rolling = False
        discord.world.emit = self._emit

    @property
    def rolling(self) -> bool:
        """Whether what happens is taken down."""
        return self._rolling

    @rolling.setter
    def rolling(self, rolling: bool) -> None:
        self._rolling = rolling
        self._discord.desk.answer_seconds = 0.0 if rolling else self._patience

    def play(self, times: int = 1, dice: Random | None = None) -> None:
        """Tell everything `times` over under new numbers: each in its turn, or as the dice fall."""
        events = [each for each in self.taken for _ in range(times)]
        if dice is not None:
            dice.shuffle(events)
        for event in events:
            self._tell(event)

    def _emit(self, event: Event) -> None:
        if self._rolling:
            self.taken.append(event)
        else:
            self._tell(event)

    def kinds(self) -> set[str]:
        """Return what was taken down: names of events, and `interaction` with its number."""
        return {kind for each in self.taken for kind in _kinds(each)}


def _kinds(event: Event) -> Iterator[str]:
    yield event.name
    if event.name == "INTERACTION_CREATE":
        yield f"interaction {event.data['type']}"
        yield f"menu {event.data['data'].get('name')}"
