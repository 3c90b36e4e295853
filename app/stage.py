"""The real engine on a virtual clock: the console, rehearsals and conversations stand on it.

Time moves only when told to, and then from one thing due to the next, so nothing is ever
early or late by accident: the same acts always give the same entries.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from adapters.console import happenings
from adapters.console.entries import Entry, acted, answered, displayed
from adapters.console.moments import shown
from adapters.console.receive import Received, receive
from adapters.console.steps import Act, Scene, ScriptError, Send, Step, Switch, Until, Wait
from adapters.console.world import Whispered, World
from app.turns import Decider, Next, Turns, VirtualClock
from bot.ids import ChannelId, UserId
from bot.inbound import Inbound
from bot.messages import Reply
from bot.ports.platforms import Couriers
from bot.ports.work import Store, Work
from scheduler.delivery import Delivery


class Engine(Decider, Protocol):
    """The part of the coach that a stage needs; see `bot.services.coach.Coach`."""

    def handle(self, work: Work, event: Inbound, now: datetime) -> Reply:
        """Handle what somebody did."""


class Stage:
    """People, the coach and time, together.

    `record` is told every entry as it becomes visible; without it they are kept in `entries`.
    `couriers` are what settling reads from.
    """

    def __init__(
        self,
        *,
        store: Store,
        coach: Engine,
        world: World,
        delivery: Delivery,
        clock: VirtualClock,
        zone: str,
        couriers: Couriers,
        record: Callable[[Entry], None] | None = None,
    ) -> None:
        self.store = store
        self.world = world
        self.clock = clock
        self.zone = zone
        self.entries: list[Entry] = []
        self._acted_at: datetime | None = None
        self._coach = coach
        self._turns = Turns(store, coach, delivery, clock, couriers)
        self._record = record or self.entries.append
        world.listen(self._display)

    @property
    def now(self) -> datetime:
        """The present moment on this stage."""
        return self.clock()

    def record_to(self, record: Callable[[Entry], None]) -> None:
        """Tell entries to somebody else from now on."""
        self._record = record

    def set_up(self, scene: Scene) -> None:
        """Bring a scene's people into its channels, where they are not there from before."""
        for channel in map(ChannelId, scene.channels):
            if channel not in self.world.channels:
                self.world.record(happenings.Opened(at=self.now, channel=channel))
        for who, name in ((UserId(who), name) for who, name in scene.people):
            if who in self.world.people:
                continue
            self.world.record(happenings.Arrived(at=self.now, who=who, name=name))
            for channel in map(ChannelId, scene.channels):
                self.world.record(happenings.Entered(at=self.now, who=who, channel=channel))

    async def step(self, step: Step) -> None:
        """Take one step of a script: somebody does something, or time passes."""
        if isinstance(step, Wait | Until):
            await self.advance(self.moment(step))
        elif isinstance(step, Switch):
            await (self.wake() if step.on else self.sleep())
        else:
            await self.act(step)

    def moment(self, step: Wait | Until) -> datetime:
        """Return the moment up to which a step lets time pass."""
        if isinstance(step, Wait):
            return step.span.after(self.now, self.zone)
        at = step.moment.after(self.now, self.zone)
        if at < self.now and not step.may_be_past:
            raise ScriptError(
                step.line,
                f"It is later than that already: {shown(self.now, self.zone)}.",
                "Give a moment still to come.",
            )
        return max(at, self.now)

    async def act(self, act: Act) -> None:
        """Let a person do something, and everything that follows from it at this moment."""
        await self.settle()
        if self.now == self._acted_at:
            self.clock.tick()
        self._acted_at = self.now
        received = receive(self.world, act, self.now)
        self._show(acted(self.world, act, received, self.now))
        if received.event is not None and self.awake:
            await self._handle(act, received, received.event)
        await self.settle()

    @property
    def awake(self) -> bool:
        """Whether the coach is running."""
        return self._turns.awake

    async def settle(self) -> None:
        """Decide and deliver everything due at this moment."""
        await self._turns.settle()

    async def next_at(self) -> datetime | None:
        """Return when the coach is to do something next; `None` if never."""
        return await self._turns.next_at()

    async def advance(self, until: datetime) -> None:
        """Let time pass, stopping wherever something is due."""
        await self._turns.advance(until)

    async def sleep(self) -> None:
        """Stop the coach: people go on, it hears and does nothing."""
        await self._turns.sleep()

    async def wake(self) -> None:
        """Start the coach again: it reads what it missed on the platform."""
        await self._turns.wake()

    async def _handle(self, act: Act, received: Received, event: Inbound) -> None:
        now = self.now

        def handle(work: Work) -> tuple[Reply, Next]:
            # What is due next is asked along with it: a transaction costs more than a question.
            return self._coach.handle(work, event, now), self._turns.next_of(work)

        self._turns.expect(None)
        reply, following = await self.store.run(handle)
        self._turns.expect(following)
        who = UserId(act.who)
        if isinstance(act, Send) and not reply.errors:
            self.world.whispers.pop(who, None)
        if reply.messages or reply.form is not None:
            self._whisper(who, received, reply)
        for entry in answered(who, received, reply, now):
            self._show(entry)

    def _whisper(self, who: UserId, received: Received, reply: Reply) -> None:
        before = self.world.whispers.get(who)
        open_form = before.form if before and not reply.form else None
        self.world.whispers[who] = Whispered(
            channel=received.place if not open_form or not before else before.channel,
            messages=reply.messages,
            form=reply.form or open_form,
            about=before.about if open_form and before else received.about,
            question=before.question if open_form and before else received.question,
        )

    def _show(self, entry: Entry) -> None:
        """Pass on what became visible, by the second: finer moments only keep things in order."""
        at = entry.at
        self._record(replace(entry, at=at.replace(microsecond=0)) if at.microsecond else entry)

    def _display(self, happening: happenings.Happening) -> None:
        entry = displayed(self.world, happening)
        if entry is not None:
            self._show(entry)
