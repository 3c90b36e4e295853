"""Sessions of the gateway: what each was told, numbered, so that it can be told again.

A session outlives its line.  Whatever happens meanwhile is kept and told after RESUME,
until the session is too old or was invalidated.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from tests.servers.discord.errors import Json
from tests.servers.discord.events import Event, as_heard
from tests.servers.discord.world import World


class Teller(Protocol):
    """A line that a session is connected to."""

    def tell(self, text: str) -> None:
        """Send one frame, behind all others."""


@dataclass
class Session:
    """One session of one shard."""

    id: str
    shard: int
    shards: int
    intents: int
    sequence: int = 0
    told: list[tuple[int, str]] = field(default_factory=list)
    line: Teller | None = None
    left_at: datetime | None = None

    def tell(self, name: str, data: Json) -> None:
        """Number an event, keep it, and send it if somebody listens."""
        self.sequence += 1
        frame = {"op": 0, "t": name, "s": self.sequence, "d": data}
        text = json.dumps(frame, ensure_ascii=False)
        self.told.append((self.sequence, text))
        if self.line is not None:
            self.line.tell(text)

    def told_after(self, sequence: int) -> list[str]:
        """Return what was told after a number."""
        return [text for number, text in self.told if number > sequence]

    def concerned(self, guild: str | None) -> bool:
        """Whether it is this shard that hears of a server, or of direct messages (the first)."""
        return (int(guild or 0) >> 22) % self.shards == self.shard


class Sessions:
    """All sessions that can be resumed."""

    def __init__(self, world: World, clock: Callable[[], datetime]) -> None:
        self.copies = 1
        self.shuffle: random.Random | None = None
        self.copy_interactions = False
        self.life = timedelta(minutes=3)
        """How long a session without a line can be resumed."""
        self.all: dict[str, Session] = {}
        self.lost: list[Event] = []
        """What happened while no session was there to hear it."""
        self._world, self._clock = world, clock
        self._held: list[tuple[Session, str, Json]] = []
        self._number = 0

    def new(self, shard: int, shards: int, intents: int) -> Session:
        """Begin a session; an older one of the same shard stays until it is too old."""
        self._number += 1
        session = Session(f"session{self._number:04d}", shard, shards, intents)
        self.all[session.id] = session
        return session

    def resumable(self, id: str) -> Session | None:  # noqa: A002
        """Return a session that may go on."""
        self._bury()
        return self.all.get(id)

    def _bury(self) -> None:
        now = self._clock()
        for session in tuple(self.all.values()):
            if session.left_at is not None and now - session.left_at > self.life:
                del self.all[session.id]

    def left(self, session: Session, line: Teller) -> None:
        """Note that a line has ended; its session waits."""
        if session.line is line:
            session.line, session.left_at = None, self._clock()

    def forget(self, session: Session) -> None:
        """End a session for good."""
        self.all.pop(session.id, None)
        session.line = None

    def forget_all(self) -> None:
        """End all sessions for good."""
        for session in tuple(self.all.values()):
            self.forget(session)

    def dispatch(self, event: Event) -> None:
        """Tell every session that asked for it and may hear it."""
        world = self._world
        town = world.towns.get(event.guild or "")
        silent = town is not None and (town.unavailable or world.me not in town.members)
        if (silent and event.name != "GUILD_DELETE") or not world.hears(event.channel):
            return
        self._bury()
        concerned = [each for each in self.all.values() if each.concerned(event.guild)]
        if not concerned:
            self.lost.append(event)
        for session in concerned:
            if not event.intent or event.intent & session.intents:
                self._tell(session, event)

    def _tell(self, session: Session, event: Event) -> None:
        data = as_heard(event, session.intents, self._world.me)
        interaction = event.name == "INTERACTION_CREATE"
        repeated = self.copy_interactions if interaction else event.held
        for _ in range(self.copies if repeated else 1):
            if self.shuffle is not None and event.held and not interaction:
                self._held.append((session, event.name, data))
            else:
                session.tell(event.name, data)

    def flush(self) -> bool:
        """Tell what a shuffle held back, in an order that the dice decide."""
        held, self._held = self._held, []
        if self.shuffle is not None:
            self.shuffle.shuffle(held)
        for session, name, data in held:
            session.tell(name, data)
        return bool(held)
