"""The gateway of the local Discord: sessions, resuming, and every code it closes with."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import discord
import pytest
import pytest_asyncio

from tests.discord.server_stages import USUAL, Listener, Stage, staged


@pytest_asyncio.fixture
async def stage() -> AsyncIterator[Stage]:
    async with staged() as stage:
        yield stage


@pytest.mark.parametrize("compression", ["", "&compress=zlib-stream"])
async def test_a_line_is_greeted_made_ready_and_told_of_its_servers(
    stage: Stage, compression: str
) -> None:
    async with stage.line("?v=10&encoding=json" + compression) as line:
        hello = await line.hear()
        await line.say(1, None)
        beat = await line.hear()
        await line.say(2, {"token": line.token, "properties": {}, "intents": 1})
        ready, guild = await line.hear(), await line.hear()

    assert (hello["op"], hello["d"]["heartbeat_interval"], beat["op"]) == (10, 41_250, 11)
    assert (ready["t"], ready["s"], guild["t"], guild["s"]) == ("READY", 1, "GUILD_CREATE", 2)
    assert ready["d"]["resume_gateway_url"].endswith("/resume/")
    assert [member["user"]["username"] for member in guild["d"]["members"]] == ["coach"]


CLOSED: list[tuple[dict[str, Any], int]] = [
    ({"token": "wrong"}, 4004),
    ({"properties": None}, 4002),
    ({"shard": [1, 1]}, 4010),
    ({"intents": 1 << 26}, 4013),
    ({"intents": 1 << 17}, 4013),
    ({"intents": 1 << 8}, 4014),
]


@pytest.mark.parametrize(("more", "code"), CLOSED)
async def test_an_identify_that_is_no_good_closes_the_line(
    stage: Stage, more: dict[str, Any], code: int
) -> None:
    stage.server.world.privileged &= ~(1 << 8)
    async with stage.line() as line:
        await line.identify(**more)
        assert await line.closed() == code


async def test_what_does_not_belong_on_a_line_closes_it(stage: Stage) -> None:
    codes = []
    wrong: list[tuple[int, object, bool]]
    wrong = [(42, None, True), (8, {}, False), (2, {}, True), (2, [], False)]
    for op, data, ready in wrong:
        async with stage.line() as line:
            if ready:
                await line.identify()
            await line.say(op, data)
            codes.append(await line.closed())
    async with stage.line("?v=6") as line:
        codes.append(await line.closed())
    async with stage.line() as line:
        await line.socket.send_str("{")
        codes.append(await line.closed())
    stage.server.gateway.sends_per_minute = 3
    async with stage.line() as line:
        for _ in range(4):
            await line.say(1, None)
        codes.append(await line.closed())

    assert codes == [4001, 4003, 4005, 4002, 4012, 4002, 4008]


async def test_a_resumed_line_is_told_all_it_missed_in_order_and_once(stage: Stage) -> None:
    async with stage.line() as line:
        await line.identify()
        session = (await line.hear())["d"]["session_id"]
    await stage.server.until(lambda: stage.server.gateway.ready == 0)
    for number in range(3):
        stage.guild.say("U1", "C1", str(number))

    async with stage.line() as line:
        await line.hear()
        await line.say(6, {"token": line.token, "session_id": session, "seq": 2})
        frames = [await line.hear() for _ in range(4)]

    assert [frame["s"] for frame in frames] == [3, 4, 5, 6]
    assert [frame["d"].get("content") for frame in frames] == ["0", "1", "2", None]
    assert frames[-1]["t"] == "RESUMED"


async def test_a_sequence_that_was_never_told_closes_the_line(stage: Stage) -> None:
    async with stage.line() as line:
        await line.identify()
        session = (await line.hear())["d"]["session_id"]
    async with stage.line() as line:
        await line.hear()
        await line.say(6, {"token": line.token, "session_id": session, "seq": 99})
        assert await line.closed() == 4007


async def test_an_old_or_unknown_session_cannot_be_resumed(stage: Stage) -> None:
    async with stage.line() as line:
        await line.identify()
        session = (await line.hear())["d"]["session_id"]
    await stage.server.until(lambda: stage.server.gateway.ready == 0)
    stage.clock.forward(minutes=10)

    for each in (session, "unknown"):
        async with stage.line() as line:
            await line.hear()
            await line.say(6, {"token": line.token, "session_id": each, "seq": 2})
            assert await line.hear() == {"op": 9, "d": False, "s": None, "t": None}


@pytest.mark.parametrize("code", [None, 1000, 4000, 4009])
async def test_a_client_that_was_dropped_resumes_and_misses_nothing(
    stage: Stage, code: int | None
) -> None:
    client = await stage.listener()
    for number in range(5):
        stage.guild.say("U1", "C1", str(number))
        if number == 2:
            await stage.server.drop(code)
    await stage.server.connected()
    await stage.server.settled()

    assert client.said() == ["0", "1", "2", "3", "4"]
    assert ("resumed",) in client.heard
    assert len(stage.server.gateway.identifies) == 1
    assert stage.server.gateway.resumes


async def test_a_client_is_told_after_a_cut_what_happened_meanwhile(stage: Stage) -> None:
    client = await stage.listener()
    await stage.server.cut()
    first = stage.guild.say("U1", "C1", "meanwhile")
    stage.guild.react("U1", "C1", first, "👍")
    stage.server.mend()
    await stage.server.connected()
    await stage.server.settled()

    assert client.heard[1:] == [("said", "meanwhile"), ("reacted", "👍"), ("resumed",)]


async def test_a_client_that_is_asked_to_reconnect_resumes(stage: Stage) -> None:
    client = await stage.listener()
    stage.server.reconnect()
    stage.guild.say("U1", "C1", "meanwhile")
    await stage.server.until(lambda: stage.server.gateway.resumes)
    await stage.server.settled()

    assert client.said() == ["meanwhile"]


@pytest.mark.parametrize("dropped", [False, True])
async def test_a_client_whose_session_is_invalid_identifies_again_at_the_local_gateway(
    stage: Stage, *, dropped: bool
) -> None:
    client = await stage.listener()
    if dropped:
        stage.server.forget_sessions()
        await stage.server.drop()
    else:
        stage.server.invalidate()
    stage.guild.say("U1", "C1", "lost")
    await stage.server.until(lambda: len(stage.server.gateway.identifies) == 2)
    await stage.server.connected()

    stage.guild.say("U1", "C1", "heard")
    await stage.server.settled()

    assert client.said() == ["heard"]
    assert len(stage.server.gateway.resumes) == int(dropped)


async def test_only_the_line_is_invalid_if_the_session_may_be_resumed(stage: Stage) -> None:
    client = await stage.listener()
    stage.server.invalidate(resumable=True)
    stage.guild.say("U1", "C1", "heard")
    await stage.server.until(lambda: stage.server.gateway.resumes)
    await stage.server.settled()

    assert client.said() == ["heard"]
    assert len(stage.server.gateway.identifies) == 1


@pytest.mark.parametrize("code", [4004, 4010, 4011, 4012, 4013, 4014])
async def test_a_client_gives_up_after_a_code_that_is_final(stage: Stage, code: int) -> None:
    await stage.listener()
    await stage.server.drop(code)

    if code == 4014:
        with pytest.raises(discord.PrivilegedIntentsRequired):
            await stage.tasks[0]
    else:
        with pytest.raises(discord.ConnectionClosed):
            await stage.tasks[0]


async def test_what_a_mute_line_missed_comes_with_resuming(stage: Stage) -> None:
    client = await stage.listener()
    stage.server.mute = True
    stage.guild.say("U1", "C1", "late")
    await stage.server.settled()
    before = client.said()
    stage.server.mute = False
    await stage.server.drop()
    await stage.server.connected()
    await stage.server.settled()

    assert (before, client.said()) == ([], ["late"])


async def test_one_line_is_too_few_where_shards_are_required(stage: Stage) -> None:
    stage.server.gateway.sharding_required = True
    async with stage.line() as line:
        await line.identify()
        assert await line.closed() == 4011


@pytest.mark.parametrize("options", [{}, {"shard_count": 2, "shard_ids": [0, 1]}])
async def test_every_shard_hears_of_its_own_servers_and_the_first_of_direct_messages(
    stage: Stage, options: dict[str, Any]
) -> None:
    class Sharded(Listener, discord.AutoShardedClient):
        pass

    stage.server.shards = 2
    client = Sharded(**options)
    stage.clock.forward(milliseconds=1)
    stage.server.guild("G2").add_member("U1")
    stage.server.guilds["G2"].add_channel("C2")
    await stage.start(client, lines=2)
    stage.guild.say("U1", "C1", "one")
    stage.server.guilds["G2"].say("U1", "C2", "two")
    stage.guild.say("U1", stage.guild.dm("U1"), "direct")
    await stage.server.settled()

    assert sorted(client.said()) == ["direct", "one", "two"]
    shards = {session.shard: session.told for session in stage.server.sessions.all.values()}
    heard = [
        {word for word in ("one", "two", "direct") if any(f'"{word}"' in text for _, text in told)}
        for _, told in sorted(shards.items())
    ]
    assert heard in ([{"one", "direct"}, {"two"}], [{"two", "direct"}, {"one"}])


async def test_only_what_was_asked_for_is_told(stage: Stage) -> None:
    client = await stage.listener(discord.Intents(guilds=True, guild_reactions=True))
    first = stage.guild.say("U1", "C1", "unheard")
    stage.guild.react("U1", "C1", first, "👍")
    stage.guild.leave("U2")
    await stage.server.settled()

    assert client.heard == [("ready",), ("reacted", "👍")]
    assert USUAL.members
