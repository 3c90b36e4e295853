"""Many lives: each with a schedule of its own, compared with the quiet life of the same acts.

Lives of one block share a process, their quiet life and, on PostgreSQL, a server; blocks run
beside each other.  Whoever stops a campaign (`Stopped`) keeps what was found until then.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from multiprocessing import active_children, get_context
from typing import Any, NoReturn

from sqlalchemy import make_url

from adapters.database.connect import open_store
from tests.chaos.checker import differences
from tests.chaos.faults import kinds_for, scheduled
from tests.chaos.lives import Life, Setting, lived, told
from tests.servers.postgres import PostgresServer, postgres

WEEKS = 4
"""So many different weeks are lived."""
WORKERS = (1, 2, 4)
"""On a server that is shared, by turns."""
FAULTS = 25
BLOCK = 7
"""So many lives at most are lost if a campaign is stopped."""


class Stopped(BaseException):
    """Somebody wants it to end now: by a signal, or because it took too long."""


@dataclass(frozen=True)
class Order:
    """Lives to be lived: which, where, with how many faults each; perhaps of some kinds only."""

    platform: str
    database: str
    seeds: tuple[int, ...]
    faults: int = FAULTS
    only: tuple[str, ...] = ()
    mutation: str = ""

    def setting(self, seed: int) -> Setting:
        """Return where a seed's life is lived."""
        workers = WORKERS[seed % len(WORKERS)] if self.database == "postgres" else 1
        return Setting(self.platform, self.database, workers)

    def quiet(self, seed: int) -> tuple[int, int]:
        """Return which quiet life a seed's is compared with: the week, and how many workers."""
        return seed % WEEKS, self.setting(seed).workers

    def blocks(self) -> Iterator[Order]:
        """Yield the same lives as orders for one block each: those with the same quiet life."""
        alike: dict[tuple[int, int], list[int]] = {}
        for seed in self.seeds:
            alike.setdefault(self.quiet(seed), []).append(seed)
        for seeds in alike.values():
            for begin in range(0, len(seeds), BLOCK):
                yield replace(self, seeds=tuple(seeds[begin : begin + BLOCK]))


@dataclass
class Findings:
    """What came of a block; `wrong` says for each seed what differed."""

    order: Order
    lives: int = 0
    struck: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    wrong: dict[int, list[str]] = field(default_factory=dict)


class Block:
    """The lives of one order, one after the other."""

    def __init__(
        self, order: Order, server: PostgresServer | None = None, template: str = ""
    ) -> None:
        self._order = order
        self._template = template
        self._server = server
        self._quiet: dict[tuple[int, int], Life] = {}

    def live(self) -> Findings:
        """Live all of them."""
        found = Findings(self._order)
        for seed in self._order.seeds:
            wrong, life = self.one(seed)
            found.lives += 1
            found.struck += life.struck
            found.states += life.states
            if wrong:
                found.wrong[seed] = wrong
        return found

    def one(self, seed: int) -> tuple[list[str], Life]:
        """Live one, and say what differs from its quiet life."""
        order, setting = self._order, self._order.setting(seed)
        quiet = self._quiet_life(seed, setting)
        if quiet.fault:
            return [f"without faults: {quiet.fault}"], quiet
        kinds = order.only or kinds_for(setting.database, setting.workers, setting.platform)
        schedule = scheduled(seed, kinds, order.faults)
        try:
            life = self._life(setting, seed % WEEKS, schedule)
        except Exception as error:  # noqa: BLE001  (whatever it is, it is a finding)
            return [f"it broke: {told(error)}"], Life({})
        wrong = [life.fault] if life.fault else []
        return wrong + differences(quiet.dump, life.dump), life

    def quiet(self, seed: int) -> dict[str, Any]:
        """Return what is displayed after a seed's quiet life."""
        return self._quiet_life(seed, self._order.setting(seed)).dump

    def _quiet_life(self, seed: int, setting: Setting) -> Life:
        name = self._order.quiet(seed)
        if name not in self._quiet:
            self._quiet[name] = self._life(setting, seed % WEEKS, {})
        return self._quiet[name]

    def _life(self, setting: Setting, week: int, schedule: dict[str, frozenset[int]]) -> Life:
        from tests.chaos.mutations import mutated  # noqa: PLC0415

        with mutated(self._order.mutation if schedule else ""):
            if self._server is None:
                return asyncio.run(lived(setting, week, schedule))
            with self._server.database(self._template) as url:
                return asyncio.run(lived(setting, week, schedule, url))


@contextmanager
def block(order: Order) -> Iterator[Block]:
    """Make what an order needs: for PostgreSQL a server of its own, which may crash."""
    with ExitStack() as stack:
        if order.database != "postgres":
            yield Block(order)
            return
        # A crash must not lose what was committed.
        server = stack.enter_context(postgres(synchronous_commit="on"))
        url = stack.enter_context(server.database())
        open_store(url).close()
        yield Block(order, server, str(make_url(url).database))


def lived_block(order: Order) -> Findings:
    """Live a whole block."""
    with block(order) as here:
        return here.live()


def campaign(orders: Sequence[Order], jobs: int) -> Iterator[Findings]:
    """Live all orders, so many beside each other, and yield what came of each."""
    if jobs == 1:
        yield from map(lived_block, orders)
        return
    pool = ProcessPoolExecutor(jobs, get_context("spawn"), initializer=_may_be_stopped)
    try:
        for done in as_completed([pool.submit(_in_a_worker, order) for order in orders]):
            yield done.result()
    except BaseException:
        for worker in active_children():
            worker.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def stop(number: int, _frame: object) -> NoReturn:
    """End what is going on, as the handler of a signal."""
    raise Stopped(signal.Signals(number).name)


def _may_be_stopped() -> None:
    """Let a worker close its database server when it is told to end, and only then."""
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _in_a_worker(order: Order) -> Findings:
    try:
        return lived_block(order)
    except Stopped:
        # The pool would go on with the next one.
        os._exit(1)
