"""A Slack in which a question has just been asked in many channels, and replies to it.

Members are put down in the database as if they had joined; the questions are posted by the coach.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import time, timedelta
from itertools import cycle
from zoneinfo import ZoneInfo

from app.turns import VirtualClock
from app.wiring import now
from benchmarks.burst import GUIDE, burst, cohort
from benchmarks.clients import client_of
from benchmarks.cohorts import answer, at_noon
from benchmarks.platforms import TEAM, There
from bot.domain.cohorts import Cohort, Plan
from bot.domain.members import Member
from bot.ids import UserId
from bot.ports.work import Work
from tests.servers.slack.delivery import Envelope, Outcome
from tests.servers.slack.interactions import Team
from tests.servers.slack.server import SlackServer

COHORTS, MEMBERS = 40, 50


@dataclass
class Threads:
    """The questions' threads; nobody is told of what is said there but who asks."""

    slack: SlackServer
    team: Team
    writers: Iterator[tuple[str, str, str]]
    """Who writes, in which channel and thread; for ever."""
    made: list[Envelope]

    async def carry(self, envelope: Envelope) -> Outcome:
        """See `delivery.Carrier`."""
        event = envelope.payload["event"]
        ours = "subtype" in event or event.get("user") == self.team.bot_user
        if event["type"] == "message" and not ours:
            self.made.append(envelope)
        return Outcome(acked=True)

    async def replies(self, number: int) -> list[Envelope]:
        """Let somebody reply, so often; return how Slack tells of it."""
        self.made.clear()
        for _ in range(number):
            user, channel, root = next(self.writers)
            self.team.say(user, channel, answer(), thread=root)
            await asyncio.sleep(0)
        await self.slack.until(lambda: len(self.made) == number)
        return list(self.made)


@asynccontextmanager
async def asked(url: str, secret: str) -> AsyncIterator[Threads]:
    """Open a Slack and let a coach, which `url` is for, ask in it."""
    async with SlackServer(now, signing_secret=secret) as slack:
        team = slack.team(TEAM)
        threads = Threads(slack, team, iter(()), [])
        slack.deliveries.carrier = threads
        people = {f"C{number:02d}": _people(team, number) for number in range(COHORTS)}
        where = tuple((f"slack:{TEAM}", channel) for channel in people)
        await _ask(url, There("slack", slack.base_url, team.bot_token, where), people)
        roots = {channel: team.messages(channel)[-1].ts for channel in people}
        everybody = [(user, channel) for channel in people for user in people[channel]]
        threads.writers = cycle((user, channel, roots[channel]) for user, channel in everybody)
        yield threads


def _people(team: Team, number: int) -> list[str]:
    users = [f"U{number:02d}{each:03d}" for each in range(MEMBERS)]
    for user in users:
        team.add_user(user, user.casefold(), display=f"Member {user}")
    team.add_channel(f"C{number:02d}", f"prep-{number}", users)
    return users


async def _ask(url: str, there: There, people: Mapping[str, Sequence[str]]) -> None:
    clock = VirtualClock(now())
    zone, at = at_noon(clock())
    day = clock().astimezone(ZoneInfo(zone)).date() - timedelta(days=1)
    plan = Plan(zone, day, GUIDE.weeks, frozenset(range(1, 8)), time.fromisoformat(at))
    cohorts = [cohort(*each, plan, clock() - timedelta(minutes=5)) for each in there.channels]
    async with client_of(there) as client, burst(url, client, cohorts, clock) as coach:
        await coach.store.run(lambda work: _join(work, cohorts, people))
        await coach.decide()
        await coach.deliver()


def _join(work: Work, cohorts: Sequence[Cohort], people: Mapping[str, Sequence[str]]) -> None:
    for each in cohorts:
        for user in people[each.channel]:
            name = f"Member {user}"
            work.members.save(Member(each.id, each.workspace, UserId(user), name, each.started_at))
