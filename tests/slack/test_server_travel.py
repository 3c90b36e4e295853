"""How events of the local Slack travel: repeated, shuffled, lost, signed."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio

from tests.servers.slack.delivery import UnsettledError
from tests.slack.server_stages import (
    AppStage,
    app_stage,
)


@pytest_asyncio.fixture(params=["socket", "http"])
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[AppStage]:
    async with app_stage(request.param) as stage:
        yield stage


@pytest_asyncio.fixture
async def socket() -> AsyncIterator[AppStage]:
    async with app_stage("socket") as stage:
        yield stage


@pytest_asyncio.fixture
async def http() -> AsyncIterator[AppStage]:
    async with app_stage("http") as stage:
        yield stage


async def test_every_event_comes_so_many_times_in_any_order_with_other_ids(stage: AppStage) -> None:
    stage.slack.copies, stage.slack.shuffle = 11, random.Random(1)

    said = [stage.team.say("U1", "C1", f"{number}") for number in range(3)]
    await stage.slack.settled()

    order = [event["ts"] for event in stage.events]
    assert sorted(order) == sorted(said * 11)
    assert order != sorted(order)
    assert len({body["event_id"] for body in stage.bodies}) == 33


async def test_what_is_not_acknowledged_comes_again_three_times_and_is_then_given_up(
    stage: AppStage,
) -> None:
    stage.slack.sockets.ack_seconds = 0.2
    stage.refusals = 3
    stage.team.say("U1", "C1", "patience")
    await stage.slack.settled()
    heard = stage.kinds()

    stage.refusals = 4
    stage.team.say("U1", "C1", "in vain")
    await stage.slack.settled()

    assert heard == stage.kinds() == ["message"]
    assert [body["event"]["text"] for body in stage.slack.deliveries.lost] == ["in vain"]


async def test_what_happens_while_the_socket_is_cut_is_lost_and_the_app_comes_back(
    socket: AppStage,
) -> None:
    await socket.slack.cut()
    socket.team.say("U1", "C1", "unheard")
    await socket.slack.settled()
    socket.slack.mend()
    await socket.slack.connected()

    socket.team.say("U1", "C1", "heard")
    await socket.slack.settled()

    assert [event["text"] for event in socket.events] == ["heard"]
    assert len(socket.slack.deliveries.lost) == 1


async def test_a_refreshed_socket_loses_nothing_that_comes_afterwards(socket: AppStage) -> None:
    await socket.slack.refresh()
    await socket.slack.until(lambda: socket.slack.sockets.opened == 2)

    socket.team.say("U1", "C1", "heard")
    await socket.slack.settled()

    assert socket.kinds() == ["message"]


async def test_a_mute_socket_stays_open_and_says_nothing(socket: AppStage) -> None:
    socket.slack.mute = True

    socket.team.say("U1", "C1", "unheard")
    await socket.slack.settled()

    assert socket.events == []
    assert socket.slack.sockets.connections == 1


async def test_waiting_in_vain_ends_and_says_what_is_still_going_on(socket: AppStage) -> None:
    socket.refusals = 1
    socket.team.say("U1", "C1", "patience")

    with pytest.raises(UnsettledError, match="message"):
        await socket.slack.settled(seconds=0.05)


@pytest.mark.parametrize("age", [0, 301])
async def test_only_a_fresh_signature_lets_a_request_in(http: AppStage, age: int) -> None:
    body = b'{"type": "event_callback", "team_id": "T1", "event": {"type": "message"}}'
    at = http.slack.posting.signed_at() - age
    headers = http.slack.sign(body, at) | {"Content-Type": "application/json"}

    async with (
        aiohttp.ClientSession() as session,
        session.post(http.url, data=body, headers=headers) as response,
    ):
        status = response.status

    assert (status, len(http.events)) == ((200, 1) if age == 0 else (401, 0))
