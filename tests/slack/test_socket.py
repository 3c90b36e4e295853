from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import aiohttp
import pytest

from adapters.slack.socket import SlackConnectionError, SocketDoor
from adapters.slack.underway import Underway
from bot.inbound import Reacted
from tests.servers.slack.server import SlackServer
from tests.slack.doors import SECRET, Clock, Engine, Waits, made


class Settling:
    """Counts how often what was missed was settled; `hold` keeps it busy."""

    def __init__(self) -> None:
        self.times = 0
        self.under_way = 0
        self.most = 0
        self.changed = asyncio.Event()
        self.hold: asyncio.Event | None = None

    async def __call__(self) -> None:
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        self.times += 1
        self.changed.set()
        if self.hold is not None:
            await self.hold.wait()
        self.under_way -= 1

    async def reached(self, times: int) -> None:
        while self.times < times:
            self.changed.clear()
            async with asyncio.timeout(5):
                await self.changed.wait()


class Stage:
    """A socket door that is not entered yet, and all it stands on."""

    def __init__(self, slack: SlackServer, clock: Clock, engine: Engine) -> None:
        self.slack = slack
        self.clock = clock
        self.engine = engine
        self.waits = Waits()
        self.settling = Settling()
        self.door: SocketDoor

    def say_something(self, number: int = 0) -> None:
        """Let something happen that the engine is to hear of."""
        team = self.slack.teams["T1"]
        ts = team.say("U1", "C1", f"Message {number}")
        team.react("U1", "C1", ts, "four")


@asynccontextmanager
async def stage(token: str = "") -> AsyncIterator[Stage]:
    clock, engine = Clock(), Engine()
    async with SlackServer(clock) as slack, aiohttp.ClientSession() as session:
        team = slack.team("T1")
        team.add_user("U1", "ana")
        team.add_channel("C1", "prep", ["U1"])
        it = Stage(slack, clock, engine)
        app = await made(slack, session, engine, clock, Underway())
        it.door = SocketDoor(app, token or slack.app_token, it.settling, clock, it.waits)
        yield it


async def test_what_was_missed_is_settled_after_the_first_hello():
    async with stage() as it, it.door:
        await it.settling.reached(1)

        assert it.slack.sockets.opened == 1
        assert it.door.missing is None


async def test_a_token_slack_does_not_know_stops_the_start_with_place_problem_and_cure():
    async with stage("xapp-1-A1-wrong") as it:
        with pytest.raises(SlackConnectionError) as caught:
            await it.door.__aenter__()

        assert caught.value.place == "SLACK_APP_TOKEN"
        assert "connections:write" in caught.value.cure
        assert "xapp-1-A1-wrong" not in str(caught.value)


async def test_a_bot_token_instead_of_an_app_token_stops_the_start():
    async with stage("xoxb-something") as it:
        with pytest.raises(SlackConnectionError, match="not an app-level token"):
            await it.door.__aenter__()


async def test_slack_being_away_at_the_start_does_not_stop_the_start():
    async with stage() as it:
        it.slack.faults.http("apps.connections.open", 503, times=3)
        async with it.door:
            assert it.door.missing
            await _let_waits_end(it, 3)
            await it.settling.reached(1)

            assert it.door.missing is None


async def test_waits_grow_while_slack_cannot_be_reached():
    async with stage() as it:
        it.slack.faults.http("apps.connections.open", 503, times=5)
        async with it.door:
            await _let_waits_end(it, 4)
            await it.settling.reached(1)

        opening = [each for each in it.waits.asked if each != 10]
        assert opening == [2, 4, 8, 16]


async def test_slack_is_left_alone_for_as_long_as_it_asks():
    async with stage() as it, it.door:
        await it.settling.reached(1)
        it.slack.faults.rate_limit("apps.connections.open", retry_after=30)
        await it.slack.sockets.close()
        await _asked(it, 30.0)
        it.waits.over()
        await it.settling.reached(2)

        assert 30.0 in it.waits.asked


async def test_a_cut_connection_is_made_anew_and_what_was_missed_settled():
    async with stage() as it, it.door:
        await it.settling.reached(1)
        await it.slack.cut()
        it.say_something()
        it.slack.mend()
        await _until_settled(it, 2)
        it.say_something(1)
        await it.slack.settled()

        assert it.door.missing is None
        assert [type(each) for each in it.engine.events] == [Reacted]


async def test_a_connection_slack_wants_replaced_is_closed_only_after_the_next_one_is_open():
    async with stage() as it, it.door:
        await it.settling.reached(1)
        it.slack.faults.http("apps.connections.open", 503)
        await it.slack.refresh()
        await _asked(it, 2.0)
        it.say_something(1)
        await it.slack.settled()
        heard_meanwhile = len(it.engine.events)
        it.waits.over()
        await it.settling.reached(2)
        await it.slack.until(lambda: it.slack.sockets.connections == 1)
        it.say_something(2)
        await it.slack.settled()

        assert heard_meanwhile == 1
        assert it.slack.sockets.opened == 2
        assert len(it.engine.events) == 2


async def test_a_socket_that_is_silent_for_a_minute_is_replaced():
    async with stage() as it, it.door:
        await it.settling.reached(1)
        it.slack.mute = True
        it.clock.pass_(timedelta(seconds=61))
        it.waits.over()
        it.slack.mute = False
        await it.settling.reached(2)
        it.say_something()
        await it.slack.settled()

        assert it.slack.sockets.opened == 2
        assert len(it.engine.events) == 1


async def test_a_socket_that_only_answers_pings_is_kept():
    async with stage() as it, it.door:
        await it.settling.reached(1)
        for _ in range(20):
            it.clock.pass_(timedelta(seconds=10))
            heard = it.door.heard_at
            asked = len(it.waits.asked)
            it.waits.over()
            await _asked_again(it, asked)
            async with asyncio.timeout(5):
                while it.door.heard_at == heard:  # noqa: ASYNC110 (a pong has no event of its own)
                    await asyncio.sleep(0)

        assert it.slack.sockets.opened == 1
        assert it.settling.times == 1


@pytest.mark.parametrize(
    "frame",
    [
        "[" * 100_000,
        "7",
        "{",
        '{"type":"interactive","envelope_id":"1","payload":null}',
        '{"type":"interactive","envelope_id":"1","payload":7}',
        '{"type":"interactive","envelope_id":"1","payload":[7]}',
        '{"type":[],"envelope_id":"1","payload":{"authorizations":[]}}',
    ],
)
async def test_an_odd_frame_does_not_make_the_connection_deaf(frame: str):
    async with stage() as it, it.door:
        await it.settling.reached(1)
        await it.slack.sockets._open[-1].send_str(frame)
        it.say_something()
        await it.slack.settled()

        assert len(it.engine.events) == 1
        assert it.slack.sockets.opened == 1


async def test_a_connection_that_cannot_be_read_any_more_is_replaced(
    caplog: pytest.LogCaptureFixture,
):
    class Stuck(Clock):
        failing = False

        def __call__(self) -> datetime:
            if self.failing:
                self.failing = False
                raise ValueError(SECRET)
            return super().__call__()

    clock = Stuck()
    async with stage() as it:
        it.door._clock = clock
        async with it.door:
            await it.settling.reached(1)
            clock.failing = True
            await it.slack.sockets._open[-1].send_str("{}")
            await it.settling.reached(2)
            it.say_something()
            await it.slack.settled()

            assert len(it.engine.events) == 1

    assert "a connection to Slack cannot be read" in caplog.text
    assert SECRET not in caplog.text


async def test_an_event_that_could_not_be_handled_is_sent_again():
    async with stage() as it, it.door:
        await it.settling.reached(1)
        it.slack.sockets.ack_seconds = 0.2
        it.engine.failures = 1
        it.say_something()
        await it.slack.settled()

        assert len(it.engine.events) == 1
        assert not it.slack.deliveries.lost


async def test_what_is_under_way_at_the_end_is_finished_and_acknowledged():
    async with stage() as it:
        it.engine.hold = asyncio.Event()
        async with it.door:
            await it.settling.reached(1)
            it.say_something()
            await it.engine.begun.wait()
            closing = asyncio.create_task(_close(it.door))
            closed_early, _ = await asyncio.wait({closing}, timeout=0.1)
            it.engine.hold.set()
            await closing
        await it.slack.settled()

        assert not closed_early
        assert len(it.engine.events) == 1
        assert not it.slack.deliveries.lost


async def test_settling_runs_once_at_a_time_and_once_for_every_hello():
    async with stage() as it, it.door:
        it.settling.hold = asyncio.Event()
        await it.settling.reached(1)
        await it.slack.refresh()
        await it.slack.until(lambda: it.slack.sockets.opened == 2)
        it.say_something()
        await it.slack.settled()  # what comes after the second hello has arrived
        it.settling.hold.set()
        await it.settling.reached(2)

        assert it.settling.most == 1


async def test_settling_that_fails_does_not_end_the_connection(caplog: pytest.LogCaptureFixture):
    async def fail() -> None:
        raise ValueError("words of a member")

    async with stage() as it:
        it.door._on_hello = fail
        async with it.door:
            await it.slack.connected()
            await it.slack.until(lambda: "work for Slack failed" in caplog.text or _poke(it))
            await it.slack.settled()

            assert it.door.missing is None


async def test_two_apps_have_a_connection_each():
    async with stage() as it:
        settling = Settling()
        other = SocketDoor(it.door._app, it.slack.app_token, settling, it.clock, Waits())
        async with it.door, other:
            await it.settling.reached(1)
            await settling.reached(1)

            assert it.slack.sockets.connections == 2


async def test_the_operator_is_told_once_what_to_do_while_a_token_stays_revoked(
    caplog: pytest.LogCaptureFixture,
):
    async with stage() as it, it.door:
        await it.settling.reached(1)
        it.slack.faults.fail("apps.connections.open", "token_revoked", times=5)
        await it.slack.sockets.close()
        await _until_settled(it, 2)

    told = [each for each in caplog.records if each.levelno == logging.ERROR]
    assert [vars(each)["problem"] for each in told] == ["this app-level token was revoked"]


async def test_an_answer_nobody_can_read_does_not_end_the_attempts():
    async with stage() as it, it.door:
        await it.settling.reached(1)
        it.slack.faults.http("apps.connections.open", 200, body='["?"]')
        it.slack.faults.http("apps.connections.open", 200, body='{"ok": true}')
        it.slack.faults.http("apps.connections.open", 200, body='{"ok": true, "url": "?"}')
        it.slack.faults.lose_reply("apps.connections.open")
        await it.slack.sockets.close()
        await _until_settled(it, 2)

        assert it.door.missing is None


async def test_no_token_is_ever_logged(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.INFO)
    async with stage() as it, it.door:
        await it.settling.reached(1)
        it.slack.faults.fail("apps.connections.open", "token_revoked")
        await it.slack.sockets.close()
        await _until_settled(it, 2)

        assert it.slack.app_token not in caplog.text
        assert "could not be opened" in caplog.text


async def _close(door: SocketDoor) -> None:
    await door.__aexit__(None, None, None)


def _poke(it: Stage) -> bool:
    it.say_something()
    return False


async def _asked(it: Stage, seconds: float) -> None:
    async with asyncio.timeout(5):
        while seconds not in it.waits.asked:
            await it.waits.more()


async def _asked_again(it: Stage, before: int) -> None:
    async with asyncio.timeout(5):
        while len(it.waits.asked) <= before:
            await it.waits.more()


async def _let_waits_end(it: Stage, times: int) -> None:
    """End so many waits between attempts to connect."""
    for _ in range(times):
        async with asyncio.timeout(5):
            while not it.waits.waiting:
                await it.waits.more()
        it.waits.over()


async def _until_settled(it: Stage, times: int) -> None:
    """Let every wait end at once until it was settled so often."""
    async with asyncio.timeout(5):
        while it.settling.times < times:
            it.waits.over()
            await asyncio.sleep(0)
