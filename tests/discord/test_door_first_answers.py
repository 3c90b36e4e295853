"""Whoever waits is answered once, also where the line to Discord breaks meanwhile."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta

import pytest

from adapters.discord.answers import A_MOMENT, PARTLY, TOO_LATE
from adapters.discord.door_asking import Patience
from bot.inbound import MessageDeleted
from bot.messages import Button, Reply
from tests.discord.doors import FakeEngine, Stage, form, message, says, shows, stage
from tests.servers.discord.desk import Interaction
from tests.servers.discord.faults import Faults

HASTE = Patience(timedelta(milliseconds=50), timedelta(milliseconds=50), timedelta(seconds=5))
ASKING = message("Who reviews?", Button("Review", "review:r1"))


def _lost(faults: Faults) -> None:
    """Let an answer arrive and nobody know of it, however often it is given."""
    faults.lose_reply("answer")
    faults.reset("answer")


BROKEN: dict[str, Callable[[Faults], object]] = {
    "reset": lambda faults: faults.reset("answer"),
    "lost": lambda faults: faults.lose_reply("answer"),
    "cut short": lambda faults: faults.cut_short("answer"),
    "a page": lambda faults: faults.http("answer", 200, "<html>"),
    "refused by a proxy": lambda faults: faults.http("answer", 403, "<html>"),
}


async def _asked(it: Stage, hold: asyncio.Event | None = None) -> Interaction:
    done = await it.guild.command("U1", "C1", "coach join")
    if hold is not None:
        hold.set()
    await it.settled()
    return done


@pytest.mark.parametrize("fault", BROKEN)
async def test_an_answer_on_a_line_that_breaks_is_shown_once_with_all_that_follows(fault: str):
    async with stage(FakeEngine(says("One", "Two"))) as it:
        BROKEN[fault](it.server.faults)
        await _asked(it)

        assert it.whispers() == ["One", "Two"]


@pytest.mark.parametrize("fault", BROKEN)
async def test_a_window_on_a_line_that_breaks_is_opened_once(fault: str):
    async with stage(FakeEngine(shows(Reply(form=form())))) as it:
        root = await it.post(ASKING)
        BROKEN[fault](it.server.faults)
        await it.guild.press("U1", "C1", root, "review:r1")
        await it.settled()

        assert it.guild.modal("U1") is not None
        assert it.whispers() == []


@pytest.mark.parametrize("fault", [*BROKEN.values(), _lost])
@pytest.mark.parametrize("words", [(), ("You are in.", "Welcome.")])
async def test_thinking_ends_though_the_line_broke_when_it_was_told(
    fault: Callable[[Faults], object], words: tuple[str, ...]
):
    hold = asyncio.Event()
    async with stage(FakeEngine(says(*words), hold=hold), HASTE) as it:
        fault(it.server.faults)
        done = await _asked(it, hold)

        assert done.answer == 5
        assert it.whispers() == list(words)


@pytest.mark.parametrize("fault", [*BROKEN.values(), _lost])
async def test_a_form_that_comes_too_late_is_offered_though_the_line_broke_before(
    fault: Callable[[Faults], object],
):
    hold = asyncio.Event()
    async with stage(FakeEngine(shows(Reply(form=form())), hold=hold), HASTE) as it:
        root = await it.post(ASKING)
        fault(it.server.faults)
        await it.guild.press("U1", "C1", root, "review:r1")
        hold.set()
        await it.settled()

        assert it.whispers() == [A_MOMENT, TOO_LATE]


async def test_a_window_that_is_refused_is_not_said_to_be_done():
    async with stage(FakeEngine(shows(Reply(form=form())))) as it:
        it.server.desk.answer_seconds = 0.2
        it.server.faults.fail("answer", 50035)
        done = await _asked(it)

        assert not done.acked


async def test_an_answer_that_somebody_else_gave_is_left_alone(
    caplog: pytest.LogCaptureFixture,
):
    async with stage(FakeEngine(says("Hello", "Welcome"))) as it:
        it.server.desk.answer_seconds = 0.2
        it.server.faults.fail("answer", 40060, 2)
        await _asked(it)

        assert [each.name for each in it.server.calls].count("answer") == 1
    assert [each for each in caplog.records if each.levelno >= logging.WARNING] == []


async def test_a_part_that_cannot_be_shown_takes_nothing_else_with_it():
    async with stage(FakeEngine(says("One", "Two", "Three"))) as it:
        it.server.faults.reset("follow_up")
        await _asked(it)

        assert it.whispers() == ["One", "Three", PARTLY]


async def test_a_look_up_that_discord_does_not_answer_goes_back_behind_the_others():
    async with stage() as it, asyncio.timeout(5):
        it.client.recipient_seconds = 0.02
        it.server.faults.stall("channel")
        gone = {"id": "100000000000000007", "channel_id": it.guild.dm("U2")}
        it.door.heard({"op": 0, "t": "MESSAGE_DELETE", "d": gone})
        await it.settled()

        assert [each.by.id for each in it.engine.of(MessageDeleted)] == [it.server.id_of("U2")]
