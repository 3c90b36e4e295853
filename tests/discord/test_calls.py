"""One call: what every answer of Discord's means, and that too many bad ones end."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest

from adapters.discord.calls import Calls
from adapters.discord.calls_answers import UNSAID, Answer, sorted_out
from adapters.discord.calls_gates import SPAN, TOO_MANY, Breaker, Gates
from bot.ids import PostKey
from bot.ports.platforms import Refused, SendError, TryLater, Unknown
from tests.discord.couriers import IMPATIENT, KEY, Scene, note, scene
from tests.scheduler.fakes import Watch

VIA = {"via": "1.1 google"}
PAGE = "<html>sorry</html>"


def described(error: SendError) -> str:
    """Return an error in a few words."""
    if isinstance(error, TryLater):
        after = "" if error.after is None else f" {error.after.total_seconds():g}s"
        return f"later{after}{' all' if error.workspace else ''}: {error.reason}"
    if isinstance(error, Refused):
        return f"refused{' closed' if error.closed else ''}: {error.reason}"
    return f"unknown: {error}"


def limited(after: object = None, header: str = "", *, everywhere: bool = False) -> Answer:
    """Make an answer about a limit; `header` is one of its own, as `name: value`."""
    headers = dict([header.split(": ")]) if header else {}
    body = {"message": "x", "global": everywhere} | (
        {} if after is None else {"retry_after": after}
    )
    return Answer(429, body, VIA | headers)


def coded(status: int, code: int) -> Answer:
    """Make one of Discord's numbered errors."""
    return Answer(status, {"code": code, "message": "words"}, VIA)


TABLE = [
    (limited(0), "later 0s: rate_limited"),
    (limited(1), "later 1s: rate_limited"),
    (limited(0.25), "later 0.25s: rate_limited"),
    (limited(3600), "later 3600s: rate_limited"),
    (limited(10**9), "later 86400s: rate_limited"),
    (limited(-5), "later 0s: rate_limited"),
    (limited("soon", "retry-after: 7"), "later 7s: rate_limited"),
    (limited("soon", "retry-after: never"), "later 30s: rate_limited"),
    (limited(), "later 30s: rate_limited"),
    (limited(2, everywhere=True), "later 2s all: rate_limited"),
    (limited(2, "x-ratelimit-scope: global"), "later 2s all: rate_limited"),
    (limited(2, "x-ratelimit-scope: shared"), "later 2s: rate_limited"),
    (Answer(429, None, {"retry-after": "60"}), "later 60s all: rate_limited"),
    (Answer(429, None, {}), "later 300s all: rate_limited"),
    (coded(401, 0), "later all: token_refused"),
    (coded(401, 40001), "later all: token_refused"),
    (Answer(401), "later all: token_refused"),
    (coded(403, 50001), "refused: missing_access"),
    (coded(403, 50013), "refused: missing_permissions"),
    (coded(403, 50007), "refused closed: direct_messages_closed"),
    (coded(403, 50278), "refused closed: direct_messages_closed"),
    (coded(403, 50005), "refused: message_of_another"),
    (coded(404, 10003), "refused: unknown_channel"),
    (coded(404, 10008), "refused: unknown_message"),
    (coded(404, 10004), "refused: unknown_server"),
    (coded(404, 10013), "refused closed: unknown_user"),
    (coded(400, 10014), "refused: unknown_emoji"),
    (coded(400, 30010), "refused: too_many_reactions"),
    (coded(400, 30046), "later 60s: too_many_edits_of_old_message"),
    (coded(400, 30999), "refused: error_30999"),
    (coded(400, 50033), "refused closed: unknown_user"),
    (coded(400, 50035), "refused: invalid_message"),
    (coded(400, 50083), "refused: thread_archived"),
    (coded(400, 160004), "refused: thread_exists"),
    (coded(400, 160005), "refused: thread_locked"),
    (coded(400, 160006), "refused: too_many_threads"),
    (coded(400, 20016), "later 60s: slow_mode"),
    (coded(429, 20028), "later 30s: rate_limited"),
    (coded(400, 40003), "later 600s: direct_messages_opened_too_fast"),
    (coded(503, 130000), "later 60s: overloaded"),
    (coded(400, 987654), "refused: error_987654"),
    (coded(404, 0), "later all: http_404"),
    (Answer(403, None, VIA), "later all: http_403"),
    (Answer(404, [], VIA), "later all: http_404"),
    (Answer(400, {"code": "wrong type"}, VIA), "later all: http_400"),
    (Answer(413, None, {}), "refused: too_large"),
    (Answer(407, None, {}), "later all: http_407"),
    (Answer(500, None, {}), "unknown: http_500"),
    (Answer(502, None, {}), "unknown: http_502"),
    (Answer(503, {"message": "x", "code": 0}, VIA), "unknown: http_503"),
    (Answer(408, None, {}), "unknown: http_408"),
    (Answer(200, ["wrong type"], VIA), "unknown: unreadable"),
    (Answer(trouble="unreachable"), "later all: unreachable"),
    (Answer(trouble="no_answer"), "unknown: no_answer"),
    (Answer(trouble="connection_lost"), "unknown: connection_lost"),
    (Answer(200, None, VIA, "unreadable"), "unknown: unreadable"),
]


@pytest.mark.parametrize(("answer", "meaning"), TABLE)
def test_every_answer_has_a_meaning(answer: Answer, meaning: str) -> None:
    assert described(sorted_out(answer, lasting=True)) == meaning


@pytest.mark.parametrize(("answer", "meaning"), TABLE)
def test_what_may_be_done_twice_is_never_unknown(answer: Answer, meaning: str) -> None:
    again = meaning.replace("unknown:", "later:")

    assert described(sorted_out(answer, lasting=False)) == again


@pytest.mark.parametrize(
    ("answer", "counts"),
    [
        (coded(401, 0), True),
        (coded(403, 50013), True),
        (limited(1), True),
        (limited(1, everywhere=True), True),
        (limited(1, "x-ratelimit-scope: shared"), False),
        (Answer(429), True),
        (coded(404, 10003), False),
        (Answer(500), False),
    ],
)
def test_bad_requests_are_those_that_discord_counts(answer: Answer, counts: bool) -> None:
    assert answer.invalid is counts


def test_a_closed_gate_opens_by_itself_and_is_never_closed_for_less() -> None:
    clock = Watch()
    gates = Gates(clock)
    gates.close("POST /x", "C1", timedelta(seconds=30), "rate_limited")
    gates.close("POST /x", "C1", timedelta(seconds=1), "rate_limited")

    gates.check("POST /x", "C2")
    gates.check("GET /x", "C1")
    clock.pass_(timedelta(seconds=29))
    with pytest.raises(TryLater) as closed:
        gates.check("POST /x", "C1")
    assert (closed.value.after, closed.value.workspace) == (timedelta(seconds=1), False)
    clock.pass_(timedelta(seconds=1))
    gates.check("POST /x", "C1")


def test_the_breaker_lets_through_when_the_oldest_bad_request_is_ten_minutes_old() -> None:
    clock = Watch()
    breaker = Breaker(clock, 3)
    for _ in range(3):
        breaker.check()
        breaker.count()
        clock.pass_(timedelta(minutes=1))

    with pytest.raises(TryLater) as held:
        breaker.check()
    assert held.value.after == SPAN - timedelta(minutes=3)
    clock.pass_(SPAN - timedelta(minutes=3))
    breaker.check()


# --- through discord.py, at the local Discord ----------------------------------------------------


async def call(stage: Scene, verb: str = "GET") -> str:
    """Make a call and return what came of it, in a few words."""
    calls: Calls = (await stage.courier()).calls
    ids = {"channel_id": stage.id("C1")}
    try:
        await calls.one(verb, "/channels/{channel_id}/messages", ids, twice="shows", json={})
    except SendError as error:
        return described(error)
    return "done"


@pytest.mark.parametrize("after", [0, 1, 3600])
async def test_a_limit_is_told_at_once_and_not_slept_over(after: int) -> None:
    async with scene() as stage:
        stage.server.faults.rate_limit("create_message", after, times=5)

        assert await call(stage, "POST") == f"later {after}s: rate_limited"

        assert len(stage.server.calls) == 1


@pytest.mark.parametrize("status", [500, 502, 503, 504, 524])
async def test_what_may_have_been_done_is_not_repeated_behind_our_back(status: int) -> None:
    async with scene() as stage:
        stage.server.faults.http("create_message", status, PAGE, times=5)

        assert await call(stage, "POST") == f"unknown: http_{status}"

        assert len(stage.server.calls) == 1


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (PAGE, "text/html"),
        (PAGE, "application/json"),
        ('{"id": "1', "application/json"),
        ("[]", "application/json"),
        ('"id"', "application/json"),
        ("", "application/json"),
        ("\ud83d".encode("utf-8", "surrogatepass").decode("latin-1"), "application/json"),
    ],
)
async def test_an_answer_of_another_kind_is_no_success(body: str, content_type: str) -> None:
    async with scene() as stage:
        faults = stage.server.faults
        faults.http("create_message", 200, body, content_type=content_type)

        assert await call(stage, "POST") == "unknown: unreadable"


@pytest.mark.parametrize("fault", ["reset", "lose_reply", "cut_short"])
async def test_a_lost_connection_leaves_it_open_whether_it_was_done(fault: str) -> None:
    async with scene() as stage:
        getattr(stage.server.faults, fault)("create_message")

        assert await call(stage, "POST") == "unknown: connection_lost"

        assert len(stage.server.calls) == 1


async def test_what_never_answers_is_given_up() -> None:
    async with scene(IMPATIENT) as stage:
        stage.server.faults.stall("create_message")

        assert await call(stage, "POST") == "unknown: no_answer"


async def test_an_answer_is_not_held_back_until_the_bucket_is_full_again() -> None:
    async with scene(IMPATIENT) as stage:
        courier = await stage.courier()
        stage.server.limits.route("create_message", 1, 10.0)

        await courier.post(stage.prep, note("a"), PostKey("a"), None)

        assert stage.shown() == ["a"]


async def test_a_limit_that_lasts_long_costs_one_bad_request() -> None:
    async with scene() as stage:
        courier = await stage.courier()
        stage.server.limits.route("create_message", 1, 600.0)
        await courier.post(stage.prep, note("a"), PostKey("a"), None)

        for number in range(5):
            with pytest.raises(TryLater) as held:
                await courier.post(stage.prep, note("b"), PostKey(f"b{number}"), None)
            assert held.value.after is not None
            assert timedelta(seconds=590) < held.value.after <= timedelta(seconds=600)

        assert stage.server.limits.invalid_requests == 1


async def test_an_unreachable_discord_holds_back_all_of_it() -> None:
    async with scene() as stage:
        courier = await stage.courier()
        await stage.server.__aexit__(None, None, None)

        with pytest.raises(TryLater) as error:
            await courier.post(stage.prep, note("a"), KEY, None)

        assert (error.value.reason, error.value.workspace) == ("unreachable", True)


async def test_a_client_that_was_closed_sends_nothing_and_loses_nothing() -> None:
    async with scene() as stage:
        courier = await stage.courier()
        await stage.clients[-1].close()

        with pytest.raises(TryLater) as error:
            await courier.post(stage.prep, note("a"), KEY, None)

        assert (error.value.reason, error.value.workspace) == ("closed", True)
        assert stage.server.calls == []


async def test_a_refused_token_is_told_once_with_a_cure_and_asked_about_rarely(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with scene() as stage:
        couriers = await stage.couriers()
        courier = couriers.of(stage.workspace())
        assert courier
        stage.server.faults.http("*", 401, '{"message": "401: Unauthorized", "code": 0}', 10**6)

        with caplog.at_level(logging.ERROR):
            for _ in range(600):
                with pytest.raises(TryLater) as error:
                    await courier.post(stage.prep, note("a"), KEY, None)
                assert error.value.workspace
                stage.clock.pass_(timedelta(seconds=1))

        (told,) = [record for record in caplog.records if record.levelno == logging.ERROR]
        assert "token" in str(vars(told)["cure"])
        assert stage.server.limits.invalid_requests <= 11


async def test_bad_requests_end_long_before_a_ban_and_the_operator_is_told_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with scene() as stage:
        courier = await stage.courier()
        stage.server.faults.fail("create_message", 50013, times=10**6)

        with caplog.at_level(logging.ERROR):
            for number in range(1_000):
                with pytest.raises((Refused, TryLater)):
                    await courier.post(stage.prep, note("a"), PostKey(f"k{number}"), None)

        assert stage.server.limits.invalid_requests == 100
        errors = [vars(each) for each in caplog.records if each.levelno == logging.ERROR]
        assert [each["error"] for each in errors] == ["missing_permissions", TOO_MANY]


async def test_neither_words_nor_tokens_reach_the_log(caplog: pytest.LogCaptureFixture) -> None:
    async with scene() as stage:
        courier = await stage.courier()
        stage.server.faults.fail("create_message", 50013, times=2)
        stage.server.faults.http("history", 404, PAGE, times=2)

        with caplog.at_level(logging.INFO):
            with pytest.raises(Refused):
                await courier.post(stage.prep, note("secret words"), KEY, None)
            with pytest.raises(TryLater):
                await courier.find(stage.prep, KEY, stage.clock(), None)

        told = [str(vars(record)) for record in caplog.records]
        assert told
        assert not any(
            word in each for each in told for word in ("secret", "sorry", stage.server.token)
        )


def test_a_limit_without_a_time_lasts_half_a_minute() -> None:
    assert limited().after == UNSAID == timedelta(seconds=30)


def test_unknown_says_why() -> None:
    assert isinstance(sorted_out(Answer(trouble="no_answer"), lasting=True), Unknown)
