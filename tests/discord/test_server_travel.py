"""How calls and events of the local Discord travel: limited, lost, repeated, shuffled."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator

import aiohttp
import discord
import pytest
import pytest_asyncio

from tests.discord.server_stages import Listener, Stage, staged
from tests.servers.discord.quiet import UnsettledError


@pytest_asyncio.fixture
async def stage() -> AsyncIterator[Stage]:
    async with staged() as stage:
        yield stage


@pytest_asyncio.fixture
async def client(stage: Stage) -> Listener:
    return await stage.listener()


async def test_every_event_comes_so_many_times_in_any_order(stage: Stage, client: Listener) -> None:
    stage.server.copies, stage.server.shuffle = 3, random.Random(1)
    for number in range(4):
        stage.guild.say("U1", "C1", str(number))
    await stage.server.settled()

    assert sorted(client.said()) == sorted("0123" * 3)
    assert client.said() != sorted(client.said())


async def test_a_full_bucket_is_waited_for_and_never_overrun(
    stage: Stage, client: Listener
) -> None:
    stage.server.limits.route("create_message", 2, 0.1)
    for number in range(5):
        await stage.text(client).send(str(number))

    assert [each.content for each in stage.guild.messages("C1")] == list("01234")
    assert stage.server.limits.refused == 0
    headers = stage.server.calls[-1].headers
    assert headers["X-RateLimit-Bucket"] == "bucket-create_message"
    assert headers["Via"]
    assert (headers["X-RateLimit-Limit"], headers["X-RateLimit-Remaining"]) == ("2", "1")


async def test_the_limit_for_everything_refuses_until_it_is_over(
    stage: Stage, client: Listener
) -> None:
    stage.server.limits.every(2, 0.1)
    for number in range(4):
        await stage.text(client).send(str(number))

    refused = [call for call in stage.server.calls if call.status == 429]
    assert refused
    assert refused[0].headers["X-RateLimit-Global"] == "true"
    assert refused[0].headers["X-RateLimit-Scope"] == "global"
    assert refused[0].headers["Retry-After"] == "1"
    assert stage.server.limits.invalid_requests == len(refused)
    assert len(stage.guild.messages("C1")) == 4


async def test_a_429_is_tried_again_after_its_time_unless_cloudflare_sent_it(
    stage: Stage, client: Listener
) -> None:
    channel = stage.text(client)
    stage.server.faults.rate_limit("create_message", 0.05)
    await channel.send("patient")
    stage.server.faults.rate_limit("create_message", 0.05, via=False)
    with pytest.raises(discord.HTTPException) as error:
        await channel.send("banned")

    assert (error.value.status, error.value.code) == (429, 0)
    assert [each.content for each in stage.guild.messages("C1")] == ["patient"]


async def test_a_shared_limit_is_no_invalid_request(stage: Stage) -> None:
    stage.server.faults.rate_limit("me", 0.01, scope="shared")
    shared = await stage.call("GET", "/users/@me")
    after_shared = stage.server.limits.invalid_requests
    stage.server.faults.rate_limit("me", 0.01)
    await stage.call("GET", "/users/@me")

    assert (shared[0], after_shared, stage.server.limits.invalid_requests) == (429, 0, 1)


async def test_ten_thousand_invalid_requests_ban_everything_for_ten_minutes(stage: Stage) -> None:
    stage.server.limits.invalid.extend([stage.clock()] * 9_999)
    await stage.call("GET", "/users/@me", token="wrong")

    async with stage.http.get(stage.server.api_url + "/users/@me") as response:
        banned = response.status, response.headers.get("Via"), response.content_type
    stage.clock.forward(minutes=11)

    assert banned == (429, None, "text/html")
    assert (await stage.call("GET", "/users/@me"))[0] == 200


async def test_a_lost_reply_was_done_and_the_nonce_finds_it_again(
    stage: Stage, client: Listener
) -> None:
    channel = stage.text(client)
    for fault in (stage.server.faults.lose_reply, stage.server.faults.cut_short):
        fault("create_message")
        with pytest.raises(aiohttp.ClientError):
            await channel.send("once", nonce=fault.__name__)
        found = await channel.send("once", nonce=fault.__name__)
        assert found.content == "once"

    assert len(stage.guild.messages("C1")) == 2


async def test_a_reset_call_was_not_done(stage: Stage, client: Listener) -> None:
    stage.server.faults.reset("create_message", channel=stage.server.id_of("C1"))
    with pytest.raises((aiohttp.ClientError, OSError)):
        await stage.text(client).send("lost")

    assert stage.guild.messages("C1") == []


async def test_faults_answer_with_any_code_status_and_body(stage: Stage, client: Listener) -> None:
    channel = stage.text(client)
    stage.server.faults.fail("create_message", 50013)
    stage.server.faults.http("create_message", 503, "<html>")
    with pytest.raises(discord.Forbidden):
        await channel.send("x")
    with pytest.raises(discord.DiscordServerError) as error:
        await channel.send("x")

    assert error.value.text == "<html>"
    stage.server.faults.http("create_message", 200, "[]", content_type="application/json")
    with pytest.raises(TypeError):
        await channel.send("x")
    assert stage.guild.messages("C1") == []


async def test_a_stalled_call_is_never_answered_and_keeps_nobody_from_quiet(stage: Stage) -> None:
    stage.server.faults.stall("me")
    timeout = aiohttp.ClientTimeout(total=0.05)
    with pytest.raises(TimeoutError):
        async with stage.http.get(stage.server.api_url + "/users/@me", timeout=timeout):
            pass

    await stage.server.settled()
    assert stage.server.calls[0].status == 0


async def test_quiet_is_after_what_the_client_did_about_what_it_heard(stage: Stage) -> None:
    class Echo(Listener):
        async def on_message(self, message: discord.Message) -> None:
            if message.author != self.user and message.content == "ping":
                await message.channel.send("pong")
                await message.add_reaction("👍")

    await stage.start(Echo())
    first = stage.guild.say("U1", "C1", "ping")
    await stage.server.settled()

    assert stage.guild.messages("C1")[-1].content == "pong"
    assert list(stage.guild.message("C1", first).reactions) == ["👍"]


async def test_waiting_in_vain_ends_and_says_what_is_still_going_on(stage: Stage) -> None:
    with (
        stage.server.quiet.going_on("patience"),
        pytest.raises(UnsettledError, match="patience"),
    ):
        await stage.server.settled(seconds=0.01)


async def test_a_client_that_is_refused_comes_back(stage: Stage) -> None:
    client = await stage.listener()
    await stage.server.cut(refused=True)
    stage.guild.say("U1", "C1", "meanwhile")
    stage.server.mend()
    await stage.server.connected()
    await stage.server.settled()

    assert client.said() == ["meanwhile"]


async def test_an_unknown_place_is_404(stage: Stage) -> None:
    assert await stage.call("GET", "/nowhere") == (404, {"message": "404: Not Found", "code": 0})
