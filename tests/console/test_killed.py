"""A process killed anywhere in a delivery: on the console every post is there once, in order."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import TypeVar

from adapters.console.grammar import read
from adapters.console.journal import Journal
from adapters.console.send import ConsoleCourier
from adapters.console.world import WORKSPACE, World
from adapters.database.connect import open_store
from adapters.database.store import DatabaseStore
from app.turns import VirtualClock
from bot.ids import ChannelId, PostKey
from bot.messages import InChannel, InThread, Message, Place
from bot.ports.outgoing import Mark, Outgoing, Post, Receipt
from bot.ports.work import Work
from scheduler.delivery import Delivery
from scheduler.switchboard import for_all
from tests.console.fakes import QUESTION, START, FakeCoach, message, theatre

T = TypeVar("T")
PREP = ChannelId("#prep")
KEYS = ["k1", "k2", "k3"]


class Killed(BaseException):
    """The process ended here."""


class Fuse:
    """Kills at the step it was set to."""

    def __init__(self, steps: int | None) -> None:
        self._left = steps

    def step(self) -> None:
        if self._left is not None:
            self._left -= 1
            if self._left < 0:
                raise Killed


class MortalStore:
    """A real store in a process that may be killed before and after each transaction."""

    def __init__(self, store: DatabaseStore, fuse: Fuse) -> None:
        self._store = store
        self._fuse = fuse

    async def run(self, call: Callable[[Work], T]) -> T:
        self._fuse.step()
        result = await self._store.run(call)
        self._fuse.step()
        return result


class MortalCourier(ConsoleCourier):
    """The console in a process that may be killed before and after each act."""

    fuse = Fuse(None)

    async def post(
        self, place: Place, message: Message, key: PostKey, thread: Receipt | None
    ) -> Receipt:
        self.fuse.step()
        receipt = await super().post(place, message, key, thread)
        self.fuse.step()
        return receipt

    async def mark(self, at: Receipt, emoji: str, *, on: bool) -> None:
        self.fuse.step()
        await super().mark(at, emoji, on=on)
        self.fuse.step()


def enqueue(work: Work, at: Receipt) -> None:
    """Put down a question, a word in its thread, another post, and a mark."""
    thread = InThread(PREP, PostKey("k1"))
    for key, place, act in (
        ("k1", InChannel(PREP), Post(QUESTION)),
        ("k2", thread, Post(message("In the thread."))),
        ("k3", InChannel(PREP), Post(message("Another."))),
        ("k4", InChannel(PREP), Mark(PREP, at.message, "✅")),
    ):
        work.outbox.put(Outgoing(PostKey(key), WORKSPACE, place, act, START))


async def life(store: DatabaseStore, path: Path, clock: VirtualClock, fuse: Fuse) -> list[str]:
    """Live as one process until all is sent or the fuse is out; return the keys displayed."""
    with closing(Journal(path)) as journal:
        world = World(journal)
        courier = MortalCourier(world, clock)
        courier.fuse = fuse
        delivery = Delivery(
            MortalStore(store, fuse),
            for_all("console", courier),
            clock,
            Random(1),
            FakeCoach().undelivered,
        )
        await delivery.drain()
        marks = [emoji for shown in world.displayed() for _, emoji in shown.taps]
        return [*[str(shown.key) for shown in world.displayed() if shown.key], *marks]


async def killed_after(steps: int, folder: Path) -> tuple[bool, list[str]]:
    """Return whether a process was killed after so many steps, and what its heir displayed."""
    path, clock, killed = folder / f"journal-{steps}", VirtualClock(START), False
    with closing(Journal(path)) as journal:
        scene = theatre(journal)
        said = scene.world.next_message()
        await scene.stage.act(read("ana in #prep: hello"))
    with closing(open_store("sqlite://")) as store:
        await store.run(lambda work: enqueue(work, Receipt(PREP, said)))
        try:
            await life(store, path, clock, Fuse(steps))
        except Killed:
            killed = True
        clock.move(START + timedelta(minutes=2))
        return killed, await life(store, path, clock, Fuse(None))


async def test_a_kill_between_any_two_steps_leaves_every_post_once_and_in_order(
    tmp_path: Path,
) -> None:
    steps, killed = 0, True
    while killed:
        killed, displayed = await killed_after(steps, tmp_path)
        steps += 1

        assert displayed == [*KEYS, "✅"]
    assert steps > 4 * 4
