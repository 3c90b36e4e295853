"""How the door keeps connected, and what stops it."""

from __future__ import annotations

import gc
import logging

import discord
import pytest

from adapters.discord.client import Shards
from adapters.discord.client_addresses import Addresses, pointed
from adapters.discord.client_faults import DiscordConnectionError
from adapters.discord.client_granted import Given
from adapters.discord.door import open_door
from adapters.discord.invite import INTENTS
from bot.inbound import MessageSaid
from bot.messages import Button
from tests.discord.doors import (
    FakeEngine,
    made,
    message,
    no_wait,
    says,
    served,
    speaking,
    stage,
)
from tests.discord.server_stages import Clock
from tests.servers.discord.events import Intent

ASKING = message("Who joins?", Button("Join", "join:k1"))


async def test_a_resumed_connection_hears_what_it_missed_and_reads_nothing_up():
    async with stage() as it:
        assert it.engine.hellos == 1
        root = await it.post(ASKING)
        it.guild.start_thread("U2", "C1", root)
        await it.settled()
        await it.server.cut()
        it.guild.say("U1", root, "Meanwhile")
        it.server.mend()
        await it.server.connected()
        await it.settled()

        assert [each.text for each in it.engine.of(MessageSaid)] == ["Meanwhile"]
        assert it.engine.hellos == 1


@pytest.mark.parametrize("shards", [None, Shards((0,), 1)])
async def test_a_session_is_resumed_where_we_are_told_to_be_and_nowhere_else(
    shards: Shards | None,
):
    async with served(Clock()) as server, speaking(server, shards) as client:
        # As a proxy does that passes on Discord's own address; nobody listens there.
        server.gateway.resume_url = "ws://127.0.0.1:1/"
        engine = FakeEngine()
        async with open_door(made(client, engine, Clock()), no_wait):
            await server.connected()
            await server.drop()
            await server.until(lambda: server.gateway.resumes)
            server.forget_sessions()
            await server.drop()
            await engine.greetings(2)

            assert len(server.gateway.identifies) == 2
    assert "gateway" not in vars(discord.gateway.DiscordWebSocket)


async def test_a_session_that_begins_anew_reads_up():
    async with stage() as it:
        it.server.invalidate()
        await it.engine.greetings(2)

        assert it.connection.missing is None
        assert len(it.server.gateway.identifies) == 2


async def test_without_message_content_empty_answers_are_none_and_buttons_still_work(
    caplog: pytest.LogCaptureFixture,
):
    engine = FakeEngine(says("You are in."))
    async with stage(engine, privileged=int(Intent.GUILD_MEMBERS)) as it:
        root = await it.post(ASKING)
        it.guild.start_thread("U2", "C1", root)
        said = it.guild.say("U1", root, "My answer", files=1)
        it.guild.edit("U1", root, said, "Changed")
        await it.settled()
        assert engine.events == []
        done = await it.guild.press("U1", "C1", root, "join:k1")

        assert done.text == "You are in."
        assert not it.client.reads
    told = [each for each in caplog.records if "button and form" in each.getMessage()]
    assert len(told) == 1
    assert "Message Content Intent" in vars(told[0])["cure"]


def test_privileged_intents_are_asked_for_only_if_they_were_given():
    least = Given(content=False, members=False).intents()

    assert least == discord.Intents(
        guilds=True, guild_messages=True, guild_reactions=True, dm_messages=True, dm_reactions=True
    )
    assert Given(content=True, members=False).intents().message_content
    assert Given(content=False, members=True).intents().members


def test_what_it_asks_for_is_what_an_administrator_is_told():
    names = {"GUILD_MESSAGE_REACTIONS": "guild_reactions", "DIRECT_MESSAGES": "dm_messages"}
    names |= {"DIRECT_MESSAGE_REACTIONS": "dm_reactions", "GUILD_MEMBERS": "members"}
    told = {names.get(each, each.lower()): True for each in INTENTS}

    assert Given(content=True, members=True).intents() == discord.Intents(**told)


async def test_the_client_remembers_no_messages_and_no_members():
    async with stage() as it:
        root = await it.post(ASKING)
        it.guild.say("U1", "C1", "Good morning")
        await it.settled()

        assert list(it.client.cached_messages) == []
        guild = it.client.get_guild(int(it.guild.id))
        assert guild is not None
        assert [each.id for each in guild.members if not each.bot] == []
        assert root


async def test_a_token_that_discord_does_not_know_stops_the_start_with_a_cure():
    async with served(Clock()) as server:
        server.token = "another.token"
        with pytest.raises(DiscordConnectionError, match="Reset Token"):
            async with speaking(server):
                raise AssertionError

    assert discord.http.Route.BASE == "https://discord.com/api/v10"


@pytest.mark.parametrize(
    ("code", "cure"), [(4004, "Reset Token"), (4013, "Update"), (4014, "Message Content Intent")]
)
async def test_a_line_that_is_closed_for_good_says_why_and_what_to_do(
    code: int, cure: str, caplog: pytest.LogCaptureFixture
):
    async with stage() as it:
        await it.server.drop(code)
        fault = await it.connection.over()

        assert cure in fault.cure
        assert it.connection.missing == fault.problem
    told = [each for each in caplog.records if each.levelno >= logging.ERROR]
    assert [vars(each)["cure"] for each in told] == [fault.cure]


async def test_an_intent_taken_back_before_the_start_stops_it_with_a_cure():
    async with served(Clock()) as server, speaking(server) as client:
        server.world.privileged = 0
        door = made(client, FakeEngine(), Clock())
        with pytest.raises(DiscordConnectionError, match="Message Content Intent"):
            async with open_door(door, no_wait):
                raise AssertionError


@pytest.mark.parametrize("code", [4000, 4008, 4009, 1001])
async def test_a_line_that_is_closed_for_now_comes_back(code: int):
    async with stage() as it:
        root = await it.post(ASKING)
        it.guild.start_thread("U2", "C1", root)
        await it.settled()
        await it.server.drop(code)
        await it.server.connected()
        it.guild.say("U1", root, "Back again")
        await it.settled()

        assert [each.text for each in it.engine.of(MessageSaid)] == ["Back again"]


@pytest.mark.parametrize("shards", [None, Shards((0,), 1)])
async def test_a_frame_that_discord_py_cannot_read_does_not_end_it(
    shards: Shards | None, caplog: pytest.LogCaptureFixture
):
    async with stage(shards=shards) as it:
        session = next(iter(it.server.sessions.all.values()))
        session.tell("MESSAGE_CREATE", {"id": "7", "channel_id": it.server.id_of("C1")})
        await it.engine.greetings(2)
        await it.server.connected()

        assert it.connection.missing is None
    told = [each.getMessage() for each in caplog.records if each.levelno >= logging.ERROR]
    assert told == ["the connection to Discord broke"]


@pytest.mark.filterwarnings("ignore:Exception ignored in. .function Connection.__del__")
async def test_a_page_in_place_of_the_very_first_frame_does_not_end_it():
    async with served(Clock()) as server, speaking(server) as client:
        server.gateway.garbled = 2
        async with open_door(made(client, FakeEngine(), Clock()), no_wait) as connection:
            assert connection.missing is None
            assert server.gateway.ready == 1

    # A line on which nothing can be read discord.py leaves to whoever collects garbage.
    gc.collect()


async def test_a_connection_that_is_over_without_a_fault_says_so():
    async with served(Clock()) as server, speaking(server) as client:
        async with open_door(made(client, FakeEngine(), Clock()), no_wait) as connection:
            pass

        assert (await connection.over()).cure == "Restart"


async def test_each_shard_has_its_connection_and_hears_its_servers():
    async with stage(FakeEngine(says("Hello")), shards=Shards((0, 1), 2)) as it:
        root = await it.post(ASKING)
        it.guild.start_thread("U2", "C1", root)
        it.guild.say("U1", root, "My answer")
        await it.settled()

        assert it.server.gateway.ready == 2
        assert [each.text for each in it.engine.of(MessageSaid)] == ["My answer"]


@pytest.mark.parametrize(("ids", "count"), [((), 1), ((1,), 1), ((-1,), 2)])
def test_shards_that_cannot_be_are_refused(ids: tuple[int, ...], count: int):
    with pytest.raises(ValueError, match="shards"):
        Shards(ids, count)


def test_two_discords_in_one_process_are_refused_and_the_public_one_comes_back():
    first = Addresses("http://127.0.0.1:1/api/v10", "ws://127.0.0.1:1/")
    with pointed(first), pointed(first):
        assert first.api_url == discord.http.Route.BASE
        with pytest.raises(DiscordConnectionError), pointed(Addresses()):
            raise AssertionError
        assert str(discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY) == first.gateway_url

    assert discord.http.Route.BASE == "https://discord.com/api/v10"


async def test_the_end_handles_what_was_heard_before_it():
    engine = FakeEngine()
    async with stage(engine) as it:
        root = await it.post(ASKING)
        it.guild.start_thread("U2", "C1", root)
        await it.settled()
        it.guild.say("U1", root, "At the last moment")
        await it.server.settled()

    assert [each.text for each in engine.of(MessageSaid)] == ["At the last moment"]
