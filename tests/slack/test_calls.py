"""One call of the Web API: what every kind of answer means, and when nothing is asked at all."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial

import aiohttp
import pytest
from aiohttp import web

from adapters.slack.calls import UNSAID, Calls
from adapters.slack.gates import MANY, Gates
from adapters.slack.workspaces import client_for
from bot.ports.platforms import SendError, TryLater
from tests.scheduler.fakes import Watch
from tests.slack.couriers import IMPATIENT, PREP, T1, scene

POST = "chat.postMessage"
READ = "conversations.history"


def _meaning(error: SendError) -> tuple[str, str, bool]:
    reason = getattr(error, "reason", "")
    return type(error).__name__, reason, isinstance(error, TryLater) and error.workspace


async def _asked(calls: Calls, method: str) -> tuple[str, str, bool]:
    """Return what an answer to a post, or to a question, was taken for."""
    post_it = partial(calls.write, POST, per_channel=PREP, channel=PREP, text="hello")
    call = post_it() if method == POST else calls.read(READ, channel=PREP)
    with pytest.raises(SendError) as error:
        await call
    return _meaning(error.value)


# --- codes -----------------------------------------------------------------------------------

FOR_GOOD = (
    "as_user_not_supported",
    "cannot_reply_to_message",
    "cant_update_message",
    "channel_not_found",
    "edit_window_closed",
    "invalid_arguments",
    "invalid_blocks",
    "is_archived",
    "message_not_found",
    "metadata_too_large",
    "msg_blocks_too_long",
    "msg_too_long",
    "no_permission",
    "no_text",
    "not_in_channel",
    "restricted_action",
    "restricted_action_read_only_channel",
    "restricted_action_thread_only_channel",
    "thread_not_found",
    "too_many_reactions",
    "user_not_found",
    "a_code_of_the_year_2031",
)
FOR_THE_OPERATOR = (
    "account_inactive",
    "accesslimited",
    "ekm_access_denied",
    "enterprise_is_restricted",
    "invalid_auth",
    "missing_scope",
    "not_allowed_token_type",
    "not_authed",
    "org_login_required",
    "team_access_not_granted",
    "token_expired",
    "token_revoked",
)
DOUBTFUL = ("internal_error", "fatal_error", "service_unavailable", "unknown_error")
LIMITS = ("ratelimited", "rate_limited", "message_limit_exceeded")


@pytest.mark.parametrize("method", [POST, READ])
@pytest.mark.parametrize(
    ("code", "kind", "workspace"),
    [
        *((code, "Refused", False) for code in FOR_GOOD),
        *((code, "TryLater", True) for code in FOR_THE_OPERATOR),
        *((code, "in doubt", False) for code in DOUBTFUL),
        *((code, "TryLater", False) for code in (*LIMITS, "request_timeout")),
        ("messages_tab_disabled", "TryLater", False),
    ],
)
async def test_an_error_code_means(method: str, code: str, kind: str, workspace: bool) -> None:
    async with scene() as stage:
        courier = await stage.courier()
        stage.slack.faults.fail(method, code)

        expected = ("Unknown" if method == POST else "TryLater") if kind == "in doubt" else kind
        assert await _asked(courier.calls, method) == (expected, code, workspace)


# --- connections -----------------------------------------------------------------------------


@pytest.mark.parametrize("method", [POST, READ])
@pytest.mark.parametrize(
    ("fault", "reason"),
    [("reset", "connection_lost"), ("lose_reply", "connection_lost"), ("stall", "no_answer")],
)
async def test_an_answer_that_never_comes_is_doubtful_only_where_something_changes(
    method: str, fault: str, reason: str
) -> None:
    async with scene(IMPATIENT) as stage:
        courier = await stage.courier()
        getattr(stage.slack.faults, fault)(method, times=5)

        expected = "Unknown" if method == POST else "TryLater"
        assert await _asked(courier.calls, method) == (expected, reason, False)


async def test_what_did_not_even_connect_has_changed_nothing() -> None:
    async with aiohttp.ClientSession() as session:
        client = client_for("xoxb-odd", "http://127.0.0.1:1/api/", session)
        calls = Calls(T1, client, Gates(Watch(), _no_wait))

        assert await _asked(calls, POST) == ("TryLater", "unreachable", True)
        assert await _asked(calls, READ) == ("TryLater", "unreachable", True)


# --- bodies ----------------------------------------------------------------------------------

JSON = "application/json"
HTML = "text/html"
PLAIN = "text/plain"
DOUBT = ("Unknown", "unreadable", False)

ANSWERS = [
    (200, HTML, b"<html>Please log in</html>", DOUBT),
    (200, PLAIN, b'{"ok": true}', DOUBT),
    (200, PLAIN, b"", DOUBT),
    (200, JSON, b"", DOUBT),
    (200, JSON, b'{"ok": tr', DOUBT),
    (200, JSON, b"\xff\xfe", DOUBT),
    (200, JSON, b"[]", DOUBT),
    (200, JSON, b"[1]", DOUBT),
    (200, JSON, b"7", DOUBT),
    (200, JSON, b"null", DOUBT),
    (200, JSON, b'"ok"', DOUBT),
    (200, JSON, b"{}", DOUBT),
    (200, JSON, b'{"ok": false}', DOUBT),
    (200, JSON, b'{"ok": false, "error": 7}', DOUBT),
    (200, JSON, b'{"ok": false, "error": null}', DOUBT),
    (200, JSON, b'{"ok": false, "error": "two words <b>"}', DOUBT),
    (200, JSON, b'{"ok": false, "error": "' + b"x" * 99 + b'"}', DOUBT),
    (200, JSON, b"[" * 100_000, DOUBT),
    (200, "application/gzip", b"\x1f\x8b", DOUBT),
    (204, JSON, b"", ("Unknown", "unreadable", False)),
    (302, HTML, b"", ("Unknown", "http_302", False)),
    (400, HTML, b"<html>", ("TryLater", "http_400", True)),
    (403, HTML, b"<html>blocked by the proxy</html>", ("TryLater", "http_403", True)),
    (404, JSON, b"{}", ("TryLater", "http_404", True)),
    (407, PLAIN, b"proxy", ("TryLater", "http_407", True)),
    (408, HTML, b"", ("Unknown", "http_408", False)),
    (413, HTML, b"", ("Refused", "http_413", False)),
    (429, HTML, b"<html>", ("TryLater", "ratelimited", False)),
    (500, HTML, b"<html>", ("Unknown", "http_500", False)),
    (500, JSON, b'{"ok": false, "error": "odd"}', ("Unknown", "odd", False)),
    (502, PLAIN, b"bad gateway", ("Unknown", "http_502", False)),
    (503, JSON, b'{"ok": false, "error": "service_unavailable"}',
     ("Unknown", "service_unavailable", False)),
    (504, HTML, b"", ("Unknown", "http_504", False)),
]  # fmt: skip


@pytest.mark.parametrize(("status", "kind", "body", "meaning"), ANSWERS)
async def test_an_answer_that_is_no_answer_means(
    status: int, kind: str, body: bytes, meaning: tuple[str, str, bool]
) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status, body=body, headers={"Content-Type": kind})

    async with _odd_server(answer) as calls:
        posted = await _asked(calls, POST)
        read = await _asked(calls, READ)

    assert posted == meaning
    expected = "TryLater" if meaning[0] == "Unknown" else meaning[0]
    assert read == (expected, *meaning[1:])


async def test_a_body_cut_off_on_the_way_is_doubtful() -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "100", "Content-Type": JSON})
        await response.prepare(request)
        await response.write(b'{"ok": true, "ts"')
        assert request.transport is not None
        request.transport.close()
        return response

    async with _odd_server(answer) as calls:
        assert await _asked(calls, POST) == ("Unknown", "connection_lost", False)


@pytest.mark.parametrize(
    ("header", "after"),
    [
        ("7", timedelta(seconds=7)),
        ("0.2", timedelta(seconds=1)),
        ("-5", timedelta(seconds=1)),
        ("9" * 30, UNSAID),
        ("200000", timedelta(days=1)),
        ("nan", UNSAID),
        ("inf", UNSAID),
        ("Wed, 21 Oct 2026 07:28:00 GMT", UNSAID),
        (None, UNSAID),
    ],
)
async def test_a_limit_says_how_long(header: str | None, after: timedelta) -> None:
    async def answer(_: web.Request) -> web.Response:
        headers = {} if header is None else {"Retry-After": header}
        body = json.dumps({"ok": False, "error": "ratelimited"})
        return web.Response(status=429, text=body, content_type=JSON, headers=headers)

    async with _odd_server(answer) as calls:
        with pytest.raises(TryLater) as later:
            await calls.write(POST, per_channel=PREP, channel=PREP)

    assert later.value.after == after


@asynccontextmanager
async def _odd_server(answer: object) -> AsyncIterator[Calls]:
    app = web.Application()
    app.router.add_route("*", "/api/{method}", answer)  # type: ignore[arg-type]
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    try:
        async with aiohttp.ClientSession() as session:
            client = client_for("xoxb-odd", f"http://{host}:{port}/api/", session)
            yield Calls(T1, client, Gates(Watch(), _no_wait))
    finally:
        await runner.cleanup()


async def _no_wait(_: float) -> None:
    raise AssertionError("nobody waits here")


# --- what the operator hears -----------------------------------------------------------------


def _told(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.__dict__["cure"] for record in caplog.records if record.levelname == "ERROR"]


async def test_the_operator_is_told_once_for_each_reason_and_again_when_it_comes_back(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with scene() as stage:
        courier = await stage.courier()
        stage.slack.faults.fail(POST, "token_revoked", times=3)
        stage.slack.faults.fail(READ, "invalid_auth", times=3)

        for _ in range(3):
            await _asked(courier.calls, POST)
            await _asked(courier.calls, READ)
        assert len(_told(caplog)) == 2
        await courier.calls.read(READ, channel=PREP)
        stage.slack.faults.fail(POST, "token_revoked")
        await _asked(courier.calls, POST)

        assert len(_told(caplog)) == 3


async def test_a_missing_scope_is_named(caplog: pytest.LogCaptureFixture) -> None:
    async with scene() as stage:
        courier = await stage.courier()
        stage.team.scopes.discard("channels:history")

        await _asked(courier.calls, READ)
        await courier.calls.write(POST, channel=PREP, text="fine")
        await _asked(courier.calls, READ)

        (cure,) = _told(caplog)
        assert "channels:history" in cure


async def test_nothing_that_was_said_or_answered_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG", "adapters")

    async def answer(_: web.Request) -> web.Response:
        body = {"ok": False, "error": "invalid_auth", "needed": "Ana said so!", "warning": "Ana"}
        return web.json_response(body)

    async with _odd_server(answer) as calls:
        await _asked(calls, POST)

    said = [str(vars(record)) for record in caplog.records if record.name.startswith("adapters")]
    assert said
    assert not any(word in line for line in said for word in ("Ana", "hello", "xoxb"))


# --- gates -----------------------------------------------------------------------------------


async def test_a_closed_gate_is_not_asked_until_its_time_is_over() -> None:
    async with scene() as stage:
        courier = await stage.courier()
        stage.slack.faults.rate_limit(READ, retry_after=60)

        await _asked(courier.calls, READ)
        stage.clock.pass_(timedelta(seconds=59))
        assert await _asked(courier.calls, READ) == ("TryLater", "ratelimited", False)
        assert len(stage.asked(READ)) == 1
        stage.clock.pass_(timedelta(seconds=1))
        await courier.calls.read(READ, channel=PREP)

        assert len(stage.asked(READ)) == 2


async def test_a_limit_on_one_channel_leaves_the_others_open() -> None:
    async with scene() as stage:
        courier = await stage.courier()
        stage.team.add_channel("C2", "other")
        stage.slack.faults.rate_limit(POST, retry_after=60, channel=PREP)

        await _asked(courier.calls, POST)
        await courier.calls.write(POST, per_channel="C2", channel="C2", text="hello")

        assert [shown.text for shown in stage.team.messages("C2")] == ["hello"]


async def test_a_shorter_wait_never_opens_a_gate_sooner() -> None:
    watch = Watch()
    gates = Gates(watch, _no_wait)
    gates.close(POST, "", timedelta(seconds=60))

    gates.close(POST, "", timedelta(seconds=5))
    watch.pass_(timedelta(seconds=30))

    with pytest.raises(TryLater) as later:
        gates.check(POST, "C1")
    assert later.value.after == timedelta(seconds=30)


async def test_turns_in_a_channel_are_a_second_apart_however_many_ask_at_once() -> None:
    waits: list[float] = []

    async def wait(seconds: float) -> None:
        waits.append(seconds)

    watch = Watch()
    gates = Gates(watch, wait)
    for _ in range(3):
        await gates.turn("C1")
    await gates.turn("C2")
    watch.pass_(timedelta(seconds=10))
    await gates.turn("C1")

    assert waits == [1.0, 2.0]


async def test_gates_that_are_open_again_are_forgotten() -> None:
    watch = Watch()
    gates = Gates(watch, _no_wait)
    for number in range(3 * MANY):
        gates.close(POST, f"C{number}", timedelta(seconds=1))
        await gates.turn(f"C{number}")
        watch.pass_(timedelta(seconds=1))

    assert len(gates._closed) <= MANY
    assert len(gates._next) <= MANY
