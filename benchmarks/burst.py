"""Cohorts that are all due at one instant, and the coach that decides and delivers for them.

The coach is put together as in `app.service`, on a clock that stands at the instant; what it
sends goes over the real client of a platform and is on record, to be sent again without it.
"""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from adapters.database.connect import open_store
from app.groups import Groups
from app.turns import VirtualClock
from app.wiring import new_id
from benchmarks.clients import Client
from bot.domain import cadence
from bot.domain.cohorts import Cohort, Plan
from bot.ids import ChannelId, CohortId, WorkspaceId
from bot.ports.storage import Due
from bot.ports.work import Store, Work
from bot.services.coach import Coach
from content import loader
from scheduler.delivery import Delivery
from scheduler.limits import Limits
from scheduler.sweep import sweep
from scheduler.switchboard import Switchboard

GUIDE = loader.load(Path("content/guides/coursera-senior-em.toml"))


@dataclass
class Burst:
    """A coach and its cohorts."""

    store: Store
    coach: Coach
    delivery: Delivery
    clock: VirtualClock

    async def decide(self) -> int:
        """Decide for all cohorts."""
        return await sweep(self.store, self.coach.decide, self.clock)

    async def deliver(self) -> int:
        """Send everything."""
        return await self.delivery.drain()


@asynccontextmanager
async def burst(
    url: str, client: Client, cohorts: Sequence[Cohort], clock: VirtualClock
) -> AsyncIterator[Burst]:
    """Keep the cohorts, and make the coach for them."""
    async with AsyncExitStack() as stack:
        database = open_store(url)
        stack.callback(database.close)
        database.call(lambda work: _keep(work, cohorts))
        store = Groups(database, side_by_side=database.shared)
        stack.push_async_callback(store.finish)
        couriers = client.couriers(clock)
        stack.push_async_callback(couriers.close)
        coach = Coach({GUIDE.key: GUIDE}, new_id, random.Random("coach"), "UTC")
        delivery = Delivery(
            database.deliveries if database.shared else store,
            Switchboard({client.platform: couriers.of}),
            clock,
            random.Random("delivery"),
            coach.undelivered,
            Limits(),
            engine=store,
        )
        yield Burst(store, coach, delivery, clock)


def cohort(workspace: str, channel: str, plan: Plan, begun: datetime) -> Cohort:
    """Return a cohort of which nothing before `begun` is due any more."""
    return Cohort(
        id=CohortId(f"of {channel}"),
        workspace=WorkspaceId(workspace),
        channel=ChannelId(channel),
        guide=GUIDE.key,
        organisers=frozenset(),  # who would be told in private how it goes, all of them one
        plan=plan,
        started_at=begun,
        reckoned_at=begun,
        changed_at=begun,
    )


def _keep(work: Work, cohorts: Sequence[Cohort]) -> None:
    for each in cohorts:
        following = cadence.next_occurrence(each.plan, each.reckoned_at)
        assert following is not None
        work.cohorts.save(each)
        work.agenda.set(Due(each.workspace, "cohort", each.id, following.at))
