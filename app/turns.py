"""A coach whose time moves only when told to: from one thing due to the next.

Nothing is ever early or late by accident, so the same acts always have the same consequences.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from bot.ports.platforms import Couriers
from bot.ports.storage import Due
from bot.ports.work import Store, Work
from scheduler.delivery import Delivery
from scheduler.reconcile import Reconciler, Settler
from scheduler.sweep import sweep

_ROUNDS = 1_000
"""So often something may be due again at the same instant before it is called a bug."""

Next = tuple[datetime | None, datetime | None]
"""When something is to be decided next, and when something is to be sent."""


class Decider(Settler, Protocol):
    """The part of the coach that turns need; see `bot.services.coach.Coach`."""

    def decide(self, work: Work, due: Due, now: datetime) -> None:
        """Decide what is due."""


class VirtualClock:
    """A clock that shows what it was set to.  See bot.ports.Clock."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def __call__(self) -> datetime:
        """See bot.ports.Clock."""
        return self._now

    def move(self, to: datetime) -> None:
        """Set the clock; it never goes back."""
        if to < self._now:
            raise ValueError("a clock does not go back")
        self._now = to

    def tick(self) -> None:
        """Let the least time pass, so that of two things done one is the later."""
        self._now += timedelta(microseconds=1)


class StuckError(Exception):
    """Something stays due for ever: a decision neither moved it nor took it off."""


class Turns:
    """Decides and delivers what is due, whenever time is moved."""

    def __init__(
        self,
        store: Store,
        coach: Decider,
        delivery: Delivery,
        clock: VirtualClock,
        couriers: Couriers,
    ) -> None:
        self.awake = True
        self._store = store
        self._coach = coach
        self._delivery = delivery
        self._clock = clock
        self._couriers = couriers
        self._reconciler = Reconciler(store, couriers, coach, clock)
        self._next: Next | None = None

    def expect(self, following: Next | None) -> None:
        """Take over what is due next from whoever has just asked; `None` if it may have changed."""
        self._next = following

    def next_of(self, work: Work) -> Next:
        """Return what is due next, asked in somebody else's transaction."""
        return work.agenda.next_at(), work.relay.next_at(self._couriers.platforms)

    async def settle(self) -> None:
        """Decide and deliver everything due at this moment."""
        for _ in range(_ROUNDS):
            decide_at, send_at = await self._due()
            now = self._clock()
            if not self.awake or not (_over(decide_at, now) or _over(send_at, now)):
                return
            self._next = None
            if _over(decide_at, now):
                await sweep(self._store, self._coach.decide, self._clock)
            await self._delivery.drain()
        raise StuckError(f"something is due at {self._clock().isoformat()} again and again")

    async def next_at(self) -> datetime | None:
        """Return when the coach is to do something next; `None` if never."""
        return min((at for at in await self._due() if at is not None), default=None)

    async def advance(self, until: datetime) -> None:
        """Let time pass, stopping wherever something is due."""
        await self.settle()
        while self.awake:
            at = await self.next_at()
            if at is None or at > until:
                break
            self._clock.move(max(at, self._clock()))
            await self.settle()
        self._clock.move(max(until, self._clock()))

    async def sleep(self) -> None:
        """Stop the coach: people go on, it hears and does nothing."""
        await self.settle()
        self.awake = False

    async def wake(self) -> None:
        """Start the coach again: it reads what it missed on the platform."""
        self.awake = True
        await self.read_up()
        await self.settle()

    async def read_up(self) -> None:
        """Read again everything that the platforms show."""
        self._next = None
        await self._reconciler.everything()
        self._next = None

    async def _due(self) -> Next:
        if self._next is None:
            self._next = await self._store.run(self.next_of)
        return self._next


def _over(at: datetime | None, now: datetime) -> bool:
    return at is not None and at <= now
