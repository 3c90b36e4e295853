"""How what happened reaches the app: envelopes, repeated until acknowledged or given up.

Events go out in the order they happened, several at once under way.  Everything that is not
finished is in `pending`, so whoever waits for quiet can say what it waits for.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from tests.servers.slack import events
from tests.servers.slack.spaces import Space
from tests.servers.slack.state import Json

_ROUNDS = 20
"""Turns of the event loop without anything going on that count as quiet."""

EnvelopeKind = Literal["events_api", "slash_commands", "interactive"]


@dataclass(frozen=True)
class Envelope:
    """One delivery of one event, command or interaction."""

    id: str
    kind: EnvelopeKind
    payload: Json
    attempt: int = 0
    reason: str = ""


@dataclass(frozen=True)
class Outcome:
    """What became of one delivery; `final` means that repeating it is of no use."""

    acked: bool
    ack: Json = field(default_factory=dict)
    reason: str = ""
    final: bool = False


class Carrier(Protocol):
    """Socket Mode or signed requests."""

    async def carry(self, envelope: Envelope) -> Outcome:
        """Deliver once and return what came back; never raise."""


class UnsettledError(AssertionError):
    """It did not become quiet in time; says what was still going on."""


class Deliveries:
    """Everything on its way to the app."""

    def __init__(self, clock: Callable[[], datetime], app_id: str, carrier: Carrier) -> None:
        self.carrier = carrier
        self.copies = 1
        self.shuffle: random.Random | None = None
        self.redeliveries = 3
        self.subscribed: set[str] | None = None
        self.lost: list[Json] = []
        """Events nobody acknowledged."""
        self.pending: dict[int, str] = {}
        self._clock, self._app_id = clock, app_id
        self._held: list[tuple[str, Envelope]] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._number = 0
        self._changed = asyncio.Event()

    # --- events ---------------------------------------------------------------------------

    def event(self, space: Space, event: Json) -> None:
        """Send an event that the app asked for and may see, in as many copies as wanted."""
        needed = events.scope(event)
        asked = self.subscribed is None or events.subscription(event) in self.subscribed
        if not asked or (needed and needed not in space.scopes) or space.refusal:
            return
        label = f"{event['type']} {event.get('subtype', '')} {event.get('event_ts')}"
        made = [(label, self._enveloped(space, event)) for _ in range(self.copies)]
        if self.shuffle is not None:
            self._held += made
            return
        for each in made:
            self._start(*each)

    def body(self, space: Space, event: Json) -> Json:
        """Return the body of an `event_callback` with a new event id."""
        authorization = {
            "enterprise_id": None,
            "team_id": space.id,
            "user_id": space.bot_user,
            "is_bot": True,
            "is_enterprise_install": False,
        }
        return {
            "token": "verification",
            "team_id": space.id,
            "context_team_id": space.id,
            "context_enterprise_id": None,
            "api_app_id": self._app_id,
            "event": event,
            "type": "event_callback",
            "event_id": f"Ev{self._next():08d}",
            "event_time": int(self._clock().timestamp()),
            "authorizations": [authorization],
            "is_ext_shared_channel": False,
            "event_context": f"4-{self._next()}",
        }

    def _enveloped(self, space: Space, event: Json) -> Envelope:
        return Envelope(f"env-{self._next()}", "events_api", self.body(space, event))

    def _start(self, label: str, envelope: Envelope) -> None:
        number = self._next()
        self.pending[number] = label
        task = asyncio.get_running_loop().create_task(self._deliver(number, envelope))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, number: int, envelope: Envelope) -> None:
        try:
            outcome = await self.carrier.carry(envelope)
            while not outcome.acked and not outcome.final and envelope.attempt < self.redeliveries:
                again = envelope.attempt + 1
                envelope = Envelope(
                    f"env-{self._next()}", envelope.kind, envelope.payload, again, outcome.reason
                )
                outcome = await self.carrier.carry(envelope)
            if not outcome.acked:
                self.lost.append(envelope.payload)
        finally:
            self.done(number)

    # --- commands and interactions --------------------------------------------------------

    async def ask(self, kind: EnvelopeKind, payload: Json) -> Outcome:
        """Deliver a command or an interaction once and return what the app answered."""
        number = self.begin(f"{kind} {payload.get('type', payload.get('command'))}")
        try:
            return await self.carrier.carry(Envelope(f"env-{self._next()}", kind, payload))
        finally:
            self.done(number)

    # --- quiet ----------------------------------------------------------------------------

    def begin(self, label: str) -> int:
        """Note that something is going on."""
        number = self._next()
        self.pending[number] = label
        return number

    def done(self, number: int) -> None:
        """Note that it is over."""
        self.pending.pop(number, None)
        self.changed()

    def changed(self) -> None:
        """Wake everybody who waits for something to be so."""
        self._changed.set()
        self._changed = asyncio.Event()

    def flush(self) -> None:
        """Send what a shuffle held back, in an order that the dice decide."""
        held, self._held = self._held, []
        if self.shuffle is not None:
            self.shuffle.shuffle(held)
        for each in held:
            self._start(*each)

    async def settled(self, seconds: float) -> None:
        """Wait until nothing is on its way; raise `UnsettledError` after so many real seconds."""
        await self._waited(self._calm(), seconds)

    async def until(self, condition: Callable[[], object], seconds: float) -> None:
        """Wait until `condition` holds; it is asked again whenever something has happened."""
        await self._waited(self._so(condition), seconds)

    async def _calm(self) -> None:
        quiet = 0
        while quiet < _ROUNDS:
            await self._so(self._quiet)
            # What an acknowledgement sets off reaches us a few turns of the loop later.
            await asyncio.sleep(0)
            quiet = quiet + 1 if self._quiet() else 0

    async def _so(self, condition: Callable[[], object]) -> None:
        while not condition():
            await self._changed.wait()

    async def _waited(self, waiting: Coroutine[None, None, None], seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await waiting
        except TimeoutError:
            going_on = ", ".join(self.pending.values()) or "nothing"
            raise UnsettledError(f"not so after {seconds} s; still going on: {going_on}") from None

    def _quiet(self) -> bool:
        if self._held:
            self.flush()
        return not self.pending

    async def close(self) -> None:
        """Stop everything."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _next(self) -> int:
        self._number += 1
        return self._number
