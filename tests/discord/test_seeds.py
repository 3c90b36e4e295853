"""Reactions to tap: soon there in a burst, in order, and never at the cost of posts."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta

from adapters.discord.seeds import LANES, PACE_SECONDS, Seeds
from bot.ids import ChannelId, MessageId, WorkspaceId
from bot.ports.outgoing import Receipt
from bot.ports.platforms import Refused, TryLater

TAPS = ("1️⃣", "2️⃣", "3️⃣", "4️⃣", "5️⃣", "💬", "🔥", "🌱")
HERE = WorkspaceId("discord:1")


def post(channel: str, message: str = "m") -> Receipt:
    return Receipt(ChannelId(channel), MessageId(message))


class Reactions:
    """Stands for Discord: keeps what is put where, how many at a time, and how long it takes.

    All who wait at one moment wait together.
    """

    def __init__(self) -> None:
        self.put: list[tuple[Receipt, str]] = []
        self.refusals: list[Exception] = []
        self.channels: Counter[ChannelId] = Counter()
        self.most_in_a_channel = self.most = 0
        self.seconds = 0.0
        self._tick: asyncio.Future[None] | None = None

    async def react(self, at: Receipt, emoji: str) -> None:
        self.channels[at.channel] += 1
        self.most = max(self.most, self.channels.total())
        self.most_in_a_channel = max(self.most_in_a_channel, *self.channels.values())
        await asyncio.sleep(0)
        self.channels[at.channel] -= 1
        if self.refusals:
            raise self.refusals.pop(0)
        self.put.append((at, emoji))

    async def wait(self, seconds: float) -> None:
        if self._tick is None:
            self._tick = asyncio.get_running_loop().create_future()
            for _ in range(20):
                await asyncio.sleep(0)
            self.seconds += seconds
            tick, self._tick = self._tick, None
            tick.set_result(None)
        else:
            await self._tick

    def on(self, at: Receipt) -> list[str]:
        return [emoji for where, emoji in self.put if where == at]


async def test_a_burst_of_sixty_requests_has_its_reactions_within_a_minute():
    discord = Reactions()
    seeds = Seeds(HERE, discord.react, discord.wait)
    posts = [post(f"d{number}") for number in range(60)]

    for each in posts:
        seeds.add(each, TAPS)
    await seeds.settled()

    assert all(discord.on(each) == list(TAPS) for each in posts)
    assert discord.seconds < 60
    assert discord.most == LANES


async def test_a_channel_gets_one_reaction_at_a_time_post_after_post():
    discord = Reactions()
    seeds = Seeds(HERE, discord.react, discord.wait)
    posts = [post("c", f"m{number}") for number in range(3)]

    for each in posts:
        seeds.add(each, TAPS)
    await seeds.settled()

    assert discord.most_in_a_channel == 1
    assert discord.put == [(each, tap) for each in posts for tap in TAPS]
    assert discord.seconds >= PACE_SECONDS * len(TAPS) * 3 * 0.99


async def test_servers_share_the_lanes():
    discord, lanes = Reactions(), asyncio.Semaphore(LANES)
    servers = [Seeds(WorkspaceId(f"discord:{n}"), discord.react, discord.wait, lanes) for n in "12"]

    for number, seeds in enumerate(servers * 10):
        seeds.add(post(f"d{number}"), TAPS[:2])
    for seeds in servers:
        await seeds.settled()

    assert (discord.most, len(discord.put)) == (LANES, 40)


async def test_a_limit_for_everything_drops_what_waits_and_later_posts_are_seeded_again():
    discord = Reactions()
    discord.refusals = [TryLater("rate_limited", timedelta(seconds=5), workspace=True)]
    seeds = Seeds(HERE, discord.react, discord.wait)

    for number in range(9):
        seeds.add(post("c", f"m{number}"), TAPS)
    await seeds.settled()
    assert discord.put == []

    seeds.add(post("c", "later"), TAPS)
    await seeds.settled()
    assert discord.on(post("c", "later")) == list(TAPS)


async def test_a_post_that_is_refused_keeps_no_other_of_its_channel_from_its_reactions():
    discord = Reactions()
    discord.refusals = [Refused("missing_permissions")]
    seeds = Seeds(HERE, discord.react, discord.wait)

    seeds.add(post("c", "one"), TAPS)
    seeds.add(post("c", "two"), TAPS)
    await seeds.settled()

    assert (discord.on(post("c", "one")), discord.on(post("c", "two"))) == ([], list(TAPS))


async def test_the_end_waits_for_no_reaction():
    discord = Reactions()
    seeds = Seeds(HERE, discord.react, discord.wait)
    for number in range(30):
        seeds.add(post(f"d{number}"), TAPS)
    await asyncio.sleep(0)

    await seeds.close()

    assert len(discord.put) < 30
