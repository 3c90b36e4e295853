from __future__ import annotations

import asyncio
import json
import signal
import socket
from collections.abc import AsyncIterator, Mapping
from urllib.parse import urlencode, urlsplit

import aiohttp
import pytest
from slack_sdk.signature import Clock as SlackClock

from adapters.slack.web import BODY_LIMIT, PortTakenError, make_web, serve
from bot.inbound import CommandGiven
from tests.servers.slack.state import Json
from tests.slack.doors import Door, Engine, door, says

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
async def it() -> AsyncIterator[Door]:
    async with door("http", Engine(says("Today is Monday."))) as made:
        yield made


async def test_a_signed_command_is_handled(it: Door):
    status, answer = await _send(it, _command(it), it.slack.sign(_command(it)))

    assert status == 200
    assert json.loads(answer)["text"] == "Today is Monday."
    assert [type(each) for each in it.engine.events] == [CommandGiven]


async def test_an_unsigned_request_is_refused_and_changes_nothing(it: Door):
    status, _ = await _send(it, _command(it), {})

    assert status == 401
    assert it.engine.events == []


async def test_a_request_signed_with_another_secret_is_refused_and_changes_nothing(it: Door):
    body = _command(it)
    forged = it.slack.sign(body) | {"X-Slack-Signature": "v0=" + "0" * 64}
    status, _ = await _send(it, body, forged)

    assert status == 401
    assert it.engine.events == []


async def test_a_signature_of_another_body_is_refused_and_changes_nothing(it: Door):
    status, _ = await _send(it, _command(it, text="forgetme"), it.slack.sign(_command(it)))

    assert status == 401
    assert it.engine.events == []


@pytest.mark.parametrize("seconds", [-310, 310])
async def test_a_request_over_five_minutes_away_is_refused_and_changes_nothing(
    it: Door, seconds: int
):
    body = _command(it)
    status, _ = await _send(it, body, it.slack.sign(body, at=SlackClock().now() + seconds))

    assert status == 401
    assert it.engine.events == []


async def test_a_request_four_minutes_old_is_handled(it: Door):
    body = _command(it)
    status, _ = await _send(it, body, it.slack.sign(body, at=SlackClock().now() - 240))

    assert status == 200
    assert len(it.engine.events) == 1


@pytest.mark.parametrize("at", ["", "soon", "1e9", "9" * 400, "-1", "٣"])
async def test_a_timestamp_that_is_none_is_refused(it: Door, at: str):
    body = _command(it)
    headers = it.slack.sign(body) | {"X-Slack-Request-Timestamp": at}
    status, _ = await _send(it, body, headers)

    assert status == 401
    assert it.engine.events == []


async def test_a_signature_of_strange_letters_is_refused(it: Door):
    body = _command(it)
    status, _ = await _send(it, body, it.slack.sign(body) | {"X-Slack-Signature": "v0=ü"})

    assert status == 401


async def test_a_question_for_the_address_is_answered_only_if_it_is_signed(it: Door):
    body = json.dumps({"type": "url_verification", "challenge": "abc"}).encode()
    signed = await _send(it, body, it.slack.sign(body), "application/json")
    unsigned = await _send(it, body, {}, "application/json")

    assert signed == (200, '{"challenge": "abc"}')
    assert unsigned[0] == 401


@pytest.mark.parametrize("other", [{"team_id": "T2"}, {"api_app_id": "A999"}, {"team_id": ""}])
async def test_something_signed_for_others_is_acknowledged_and_changes_nothing(
    it: Door, other: Mapping[str, str]
):
    body = _command(it, **other)
    answer = await _send(it, body, it.slack.sign(body))

    assert answer == (200, "")
    assert it.engine.events == []


@pytest.mark.parametrize(
    "junk",
    [
        b'{"authorizations":{"a":1}}',
        b"",
        b"{",
        b"[1]",
        b'"text"',
        b"null",
        b"\xff\xfe",
        b"payload=%5B1%5D",
        b"[" * 100_000,
    ],
)
async def test_what_nobody_can_read_is_refused_whoever_signs_it(it: Door, junk: bytes):
    for headers in ({}, _signed(it, junk)):
        for kind in ("application/json", FORM):
            status, _ = await _send(it, junk, headers, kind)
            assert status in {200, 400, 401}

    assert it.engine.events == []


async def test_a_body_over_the_limit_is_refused_before_it_is_sent(it: Door):
    address = urlsplit(it.url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    head = (
        f"POST {address.path} HTTP/1.1\r\nHost: coach\r\nContent-Length: {BODY_LIMIT + 1}\r\n\r\n"
    )
    writer.write(head.encode())
    async with asyncio.timeout(5):
        answer = await reader.readline()
    writer.close()

    assert b" 413 " in answer


async def test_a_body_that_never_says_how_long_it_is_is_limited_too(it: Door):
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b"x" * 50_000

    status, _ = await _send(it, endless(), {})

    assert status == 413


async def test_only_posts_reach_the_app(it: Door):
    async with aiohttp.ClientSession() as session, session.get(it.url) as answer:
        assert answer.status == 405


async def test_a_failed_event_is_answered_with_an_error_so_that_slack_sends_it_again(it: Door):
    it.engine.failures = 1
    root = it.team.say("U2", "C1", "Question")
    it.team.say("U1", "C1", "My answer", thread=root)
    await it.settled()

    assert len(it.engine.events) == 1
    assert not it.slack.deliveries.lost


async def test_the_bot_says_whether_it_lives_and_what_it_lacks():
    missing: list[str] = ["the database"]

    async def ready() -> str | None:
        return missing[0] if missing else None

    async with serve(make_web(None, ready), 0, "127.0.0.1") as port:
        alive = await _get(port, "/healthz")
        unready = await _get(port, "/readyz")
        missing.clear()
        then = await _get(port, "/readyz")
        nothing = await _get(port, "/slack/events")

    assert alive == (200, "ok")
    assert unready == (503, "the database")
    assert then == (200, "ready")
    assert nothing[0] == 404


async def test_a_request_is_answered_although_the_server_is_already_stopping():
    busy, go_on = asyncio.Event(), asyncio.Event()

    async def ready() -> str | None:
        busy.set()
        await go_on.wait()
        return None

    async with serve(make_web(None, ready), 0, "127.0.0.1") as port:
        asking = asyncio.create_task(_get(port, "/readyz"))
        await busy.wait()
        stopping = asyncio.create_task(_once_closed(port, go_on))
    await stopping

    assert await asking == (200, "ready")


async def test_a_taken_port_is_said_with_a_cure():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(PortTakenError) as caught:
            async with serve(make_web(None, _ready), port, "127.0.0.1"):
                pass

    assert caught.value.place == "PORT"
    assert str(port) in caught.value.problem


async def test_signals_stay_with_the_program():
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)

    async with serve(make_web(None, _ready), 0, "127.0.0.1") as port:
        await _get(port, "/healthz")
        during = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)

    assert during == before


def _command(it: Door, **other: str) -> bytes:
    body: Json = {
        "command": "/coach",
        "text": "today",
        "team_id": "T1",
        "channel_id": "C1",
        "channel_name": "prep",
        "user_id": "U1",
        "user_name": "ana",
        "api_app_id": it.slack.app_id,
        "trigger_id": "1.2.3",
    }
    return urlencode(body | other).encode()


def _signed(it: Door, body: bytes) -> dict[str, str]:
    return it.slack.sign(body)


async def _send(
    it: Door,
    body: bytes | AsyncIterator[bytes],
    headers: Mapping[str, str],
    kind: str = FORM,
) -> tuple[int, str]:
    async with (
        aiohttp.ClientSession() as session,
        session.post(it.url, data=body, headers={**headers, "Content-Type": kind}) as answer,
    ):
        return answer.status, await answer.text()


async def _get(port: int, path: str) -> tuple[int, str]:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{port}{path}") as answer,
    ):
        return answer.status, await answer.text()


async def _once_closed(port: int, then: asyncio.Event) -> None:
    """Set `then` as soon as nobody new is let in."""
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            break
        writer.close()
        await writer.wait_closed()
    then.set()


async def _ready() -> str | None:
    return None
