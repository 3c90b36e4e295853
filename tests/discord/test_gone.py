"""Which servers count as lost: those the bot was removed from, and no others."""

from __future__ import annotations

from adapters.discord.client import Shards
from adapters.discord.send import DiscordCouriers, workspace_id
from tests.discord.doors import Stage, no_wait, served, speaking, stage
from tests.discord.lives import ANA, BO, Life
from tests.discord.server_stages import Clock
from tests.discord.towns import town


def couriers_of(it: Stage) -> DiscordCouriers:
    return DiscordCouriers(it.client, it.clock, no_wait)


async def test_only_a_server_that_the_bot_was_removed_from_is_lost():
    async with stage() as it:
        couriers, here = couriers_of(it), workspace_id(it.guild.id)
        assert not couriers.lost(here)

        it.guild.fall_silent()
        await it.settled()
        assert not couriers.lost(here)
        assert couriers.of(here) is not None
        it.guild.recover()
        it.guild.kick_bot()
        await it.settled()

        assert couriers.lost(here)
        assert couriers.of(here) is None
        it.guild.invite_bot()
        await it.settled()
        assert not couriers.lost(here)


async def test_a_server_that_has_an_outage_at_the_start_is_not_lost():
    async with stage() as it:
        it.guild.fall_silent()
        it.server.invalidate()
        await it.engine.greetings(2)

        assert not couriers_of(it).lost(workspace_id(it.guild.id))


async def test_what_was_missed_is_read_up_for_a_server_that_comes_after_the_others():
    async with stage() as it:
        it.guild.fall_silent()
        it.server.invalidate()
        await it.engine.greetings(2)

        it.guild.recover()
        await it.settled()
        await it.engine.greetings(3)


async def test_a_server_left_while_there_was_no_session_is_lost_with_the_next_one():
    async with stage() as it:
        del it.guild.town.members[it.server.world.me]
        it.server.invalidate()
        await it.engine.greetings(2)

        assert couriers_of(it).lost(workspace_id(it.guild.id))


async def test_nothing_is_lost_before_there_is_a_session():
    async with served(Clock()) as server, speaking(server) as client:
        couriers = DiscordCouriers(client, Clock(), no_wait)

        assert not couriers.lost(workspace_id(server.guilds["G1"].id))
        assert not couriers.lost(workspace_id("direct"))


async def test_the_servers_of_other_shards_are_not_lost_and_direct_messages_are_sent_by_all():
    async with stage(shards=Shards((1,), 2)) as it:
        couriers = couriers_of(it)
        other, own = str(2 << 22), str(3 << 22)

        assert not couriers.lost(workspace_id(other))
        assert couriers.lost(workspace_id(own))
        assert couriers.of(workspace_id("direct")) is not None


async def test_with_shards_only_what_is_for_their_own_servers_is_delivered():
    async with stage(shards=Shards((0, 1), 2)) as it:
        here, direct = workspace_id(it.guild.id), workspace_id("direct")
        assert couriers_of(it).platforms == {here, direct}

        it.guild.kick_bot()
        await it.settled()

        assert couriers_of(it).platforms == {direct}


async def test_what_waits_for_a_server_is_posted_once_the_bot_is_in_it_again():
    async with town() as here:
        life = await Life(here, here.guild).begin(ANA, BO)
        here.guild.kick_bot()
        await life.wait(30)
        prompt = life.prompt.post
        assert here.call(lambda work: work.outbox.receipt(prompt)) is None
        assert here.call(lambda work: work.relay.counts()).get("dead", 0) == 0

        here.guild.invite_bot()
        await life.wait(20)

        life.say(ANA, "Late, and yet.")
        await here.settle()
        assert life.text_of(ANA) == "Late, and yet."
