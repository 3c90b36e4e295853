"""Discord asks to be left alone, and is; everything is said later, in order, and nothing is lost.

What Discord takes for an invalid request (401, 403, 429) is counted: ten thousand in ten minutes
ban the address, and never are there more than a few dozen.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from adapters.discord.calls import Line
from adapters.discord.calls_answers import BANNED, UNSAID
from adapters.discord.send import DiscordCouriers
from bot.ids import ChannelId
from bot.messages import InChannel
from tests.discord.couriers import IMPATIENT, posted, scene
from tests.discord.lives import ANA, BO, CY, Life, ours, private
from tests.discord.stories import CREATING, Told, dead, first_day, once, told
from tests.discord.towns import Town, town
from tests.servers.discord.faults import Fault, Faults
from tests.servers.discord.permissions import Permission

ANSWER = "Ana's answer."
OFTEN = 10**6
SHORT, LONG = 5, 150
"""Minutes that people wait until something is there."""
HANDFUL = 30
"""Invalid requests in ten minutes that are few, of ten thousand that are too many."""
_UNGATED = frozenset({"answer", "follow_up", "get_answer", "edit_answer", "delete_answer"})
"""Answers to interactions have limits of their own."""


def limit(retry_after: float | None, scope: Any = "user", *, via: bool = True) -> Fault:
    """Return a 429."""
    return Fault("rate_limit", "", 1, retry_after=retry_after, scope=scope, via=via)


class Meeting(Faults):
    """The first `times` calls of every kind in every channel meet a fault."""

    def __init__(self, fault: Fault, times: int = 2, names: tuple[str, ...] = CREATING) -> None:
        super().__init__()
        self._fault, self._times, self._names = fault, times, names
        self._met: dict[tuple[str, str | None], int] = {}

    def take(self, name: str, channel: str | None) -> Fault | None:
        """See `Faults`."""
        met = self._met.setdefault((name, channel), 0)
        if met >= self._times or name not in self._names:
            return super().take(name, channel)
        self._met[name, channel] += 1
        return replace(self._fault, name=name)


def sooner_than_asked(here: Town, asked: timedelta, *, everywhere: bool) -> Iterator[str]:
    """Yield what was asked again before the time was over that Discord asked for."""
    met: dict[tuple[str, str | None], datetime] = {}
    for call in here.discord.calls:
        gate = ("", None) if everywhere else (call.name, call.params.get("channel"))
        if call.name in _UNGATED:
            continue
        # What was on its way already when Discord asked is no breach.
        if gate in met and met[gate] < call.at < met[gate] + asked:
            yield f"{call.name} at {call.at}"
        if call.status == 429:
            met[gate] = call.at


def most_invalid(here: Town) -> int:
    """Return how many invalid requests there were in any ten minutes, at most."""
    young: deque[datetime] = deque()
    most = 0
    for call in here.discord.calls:
        shared = call.headers.get("X-RateLimit-Scope") == "shared"
        if call.status in {401, 403} or (call.status == 429 and not shared):
            young.append(call.at)
        while young and call.at - young[0] > timedelta(minutes=10):
            young.popleft()
        most = max(most, len(young))
    return most


LIMITS = {
    "a second": (limit(1), timedelta(seconds=1)),
    "half a minute, shared": (limit(30, "shared"), timedelta(seconds=30)),
    "half a minute, for everything": (limit(30, "global"), timedelta(seconds=30)),
    "an hour": (limit(3600), timedelta(hours=1)),
    "who knows how long": (limit(None), UNSAID),
    "by Cloudflare, in HTML": (limit(None, via=False), BANNED),
}


@pytest.fixture(scope="module")
def quiet() -> dict[float, Told]:
    """Return what a day displays in which all goes well, by how patient people are."""

    async def lived(patience: float) -> Told:
        async with town() as here:
            await first_day(Life(here, here.guild), patience, ANSWER)
            return told(here)

    return {patience: asyncio.run(lived(patience)) for patience in (SHORT, LONG)}


@pytest.mark.parametrize("how", LIMITS)
async def test_what_meets_a_limit_is_said_later_in_order_and_in_full(
    quiet: dict[float, Told], how: str
) -> None:
    fault, asked = LIMITS[how]
    everywhere = fault.scope == "global" or not fault.via
    lasting = asked >= timedelta(hours=1)
    patience = SHORT if asked < timedelta(minutes=1) else LONG
    async with town() as here:
        here.discord.faults = Meeting(fault, 1 if lasting else 2)
        await first_day(Life(here, here.guild), patience, ANSWER)
        once(here)

        assert told(here) == quiet[patience]
        assert list(sooner_than_asked(here, asked, everywhere=everywhere)) == []
        assert dead(here) == 0
        assert most_invalid(here) <= HANDFUL


READING = ("history", "message", "reactions", "members", "channel", "guild")


@pytest.mark.parametrize("how", ["by Cloudflare, in HTML", "an hour"])
async def test_what_is_read_again_meets_a_limit_and_is_read_in_the_end(how: str) -> None:
    async with town() as here:
        life = await Life(here, here.guild).begin(ANA, BO, CY)
        await life.wait(15)
        life.say(ANA, ANSWER)
        await life.wait(15)
        hellos = here.hellos
        await here.discord.cut()
        life.say(BO, "Bo's answer.")
        life.rate(ANA, BO, "4️⃣")
        life.guild.leave(CY)
        for name in READING:
            here.discord.faults.waiting.append(replace(LIMITS[how][0], name=name))
        here.discord.forget_sessions()
        here.discord.mend()
        await here.greeted(hellos + 1)
        for _ in READING:
            # So long nobody waits for: the next reading tries again.
            await life.wait(61)
            await here.read_up()

        assert here.discord.faults.waiting == []
        cohort = life.cohort.id
        members = here.call(lambda work: work.members.of(cohort))
        assert life.text_of(BO) == "Bo's answer."
        assert life.reviews_of(ANA)[BO].status == "rated"
        assert [member.user for member in members if member.left] == [life.id(CY)]


async def test_a_limit_in_one_channel_keeps_nobody_else_waiting() -> None:
    async with town() as here:
        life = await Life(here, here.guild).begin(ANA, BO, CY)
        here.discord.faults.rate_limit("create_message", 3600, channel=here.guild.dm(BO))
        life.write(BO, "practice")
        life.write(CY, "practice")
        await here.settle()
        before = [len(private(here, user)) for user in (BO, CY)]
        await life.wait(61)

        assert before == [0, 1]
        assert len(private(here, BO)) == 1


async def test_a_flood_over_narrow_limits_keeps_its_order_and_breaks_hardly_any() -> None:
    async with scene() as stage:
        channels = [InChannel(ChannelId(stage.guild.add_channel(f"N{n}"))) for n in range(4)]
        stage.server.limits.route("create_message", 5, 0.1)
        stage.server.limits.every(40, 0.1)
        for number in range(80):
            stage.put(f"k{number}", channels[number % 4], posted(f"note {number}"))

        await stage.live_on(stage.relay(await stage.couriers()))

        for n, channel in enumerate(channels):
            assert stage.shown(channel.channel) == [f"note {number}" for number in range(n, 80, 4)]
        assert stage.server.limits.invalid_requests <= 5


# --- other refusals that Discord counts -----------------------------------------------------------


async def test_hours_without_a_valid_token_makes_few_invalid_requests() -> None:
    async with town() as here:
        life = await Life(here, here.guild).begin(ANA, BO, CY)
        body = '{"message": "401: Unauthorized", "code": 0}'
        here.discord.faults.http("*", 401, body, OFTEN, content_type="application/json")
        await life.wait(3 * 60)
        await here.read_up()
        assert 0 < most_invalid(here) <= HANDFUL
        here.discord.faults.clear()
        await life.wait(60)

        assert sum("Question" in each.text for each in ours(here)) == 1
        assert dead(here) == 0


async def test_a_week_in_which_all_is_forbidden_makes_few_invalid_requests() -> None:
    async with town() as here:
        life = await Life(here, here.guild).begin(ANA, BO, CY)
        life.guild.deny(life.channel, Permission.VIEW_CHANNEL)
        for user in (ANA, BO, CY):
            life.guild.close_dms(user)
        for _ in range(5):
            await life.wait(24 * 60)
            await here.read_up()

        assert 0 < most_invalid(here) <= HANDFUL


# --- Discord has trouble --------------------------------------------------------------------------


class Impatient(DiscordCouriers):
    """Couriers that wait for an answer for less than a second."""

    def __init__(self, client: Any, clock: Any, wait: Any, draw: Any = None) -> None:
        line = Line(client, clock, IMPATIENT)
        super().__init__(client, clock, wait, line=line, draw=draw)


async def test_what_is_not_answered_at_all_is_said_later_in_order_and_in_full(
    quiet: dict[float, Told],
) -> None:
    async with town(speaking=Impatient) as here:
        here.discord.faults = Meeting(Fault("stall", "", 1), 1)
        await first_day(Life(here, here.guild), SHORT, ANSWER)
        once(here)

        assert told(here) == quiet[SHORT]
        assert dead(here) == 0
