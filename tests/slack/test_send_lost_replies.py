"""Delivery to Slack when answers are lost: with delivery's own logic, everything arrives once."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta

import pytest

from bot.ids import PostKey
from bot.messages import InThread, Place
from bot.ports.outgoing import Edit, Post
from bot.ports.platforms import TryLater, Unknown
from tests.slack.couriers import (
    ANA,
    IMPATIENT,
    IN_PREP,
    PREP,
    TO_ANA,
    Scene,
    essay,
    marked,
    note,
    posted,
    scene,
)

PLACES = ["channel", "thread", "direct"]


def _place(kind: str) -> Place:
    if kind == "direct":
        return TO_ANA
    return IN_PREP if kind == "channel" else InThread(PREP, PostKey("root"))


def _keys(stage: Scene, kind: str) -> list[tuple[str, int]]:
    """Return the key and part of every post of ours where posts of a kind stand."""
    channel = stage.team.dm(ANA) if kind == "direct" else PREP
    found = []
    for shown in stage.team.messages(channel):
        for each in (shown, *stage.team.thread(channel, shown.ts)):
            if each.metadata:
                payload = each.metadata["event_payload"]
                found.append((payload["key"], payload["part"]))
    return [each for each in found if each[0] != "root"]


async def _rooted(stage: Scene, kind: str) -> None:
    if kind == "thread":
        stage.put("root", IN_PREP, posted("root"))


def _noise(stage: Scene, kind: str, messages: int = 40) -> None:
    """Let members write, so that what is looked for is pages away."""
    channel = stage.team.dm(ANA) if kind == "direct" else PREP
    root = stage.team.messages(PREP)[0].ts if kind == "thread" else None
    for number in range(messages):
        stage.team.say("U1", channel, f"noise {number}", thread=root)


@pytest.mark.parametrize("kind", PLACES)
@pytest.mark.parametrize("strict", [False, True])
async def test_a_post_whose_answer_was_lost_stands_there_once(kind: str, strict: bool) -> None:
    async with scene() as stage:
        delivery = stage.relay(await stage.courier())
        await _rooted(stage, kind)
        await delivery.drain()
        if strict:
            stage.slack.limits.history(items=15, per_minute=1)
        stage.slack.faults.lose_reply("chat.postMessage")
        stage.put("a", _place(kind), posted("hello"))
        stage.put("b", _place(kind), posted("and then"))

        await delivery.drain()
        _noise(stage, kind)
        await stage.live_on(delivery)

        assert _keys(stage, kind) == [("a", 1), ("b", 1)]
        assert stage.store.settled()
        assert stage.deaths == []
        assert len(stage.asked("chat.postMessage")) == 2 + (kind == "thread")


@pytest.mark.parametrize("kind", PLACES)
@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("lost", [1, 2, 3])
@pytest.mark.parametrize("killed", [False, True])
async def test_no_part_of_a_long_post_is_doubled_or_left_out(
    kind: str, strict: bool, lost: int, killed: bool
) -> None:
    async with scene() as stage:
        delivery = stage.relay(await stage.courier())
        await _rooted(stage, kind)
        await delivery.drain()
        if strict:
            stage.slack.limits.history(items=15, per_minute=1)
        for _ in range(lost):
            # Answers are lost for each of the first parts, one attempt after the other.
            stage.slack.faults.lose_reply("chat.postMessage")
        stage.put("a", _place(kind), Post(essay("long", 4)))

        await delivery.drain()
        _noise(stage, kind)
        if killed:
            # A new process knows nothing of what the old one saw.
            delivery = stage.relay(await stage.courier())
        await stage.live_on(delivery)

        numbers = [part for _, part in _keys(stage, kind)]
        assert sorted(numbers) == list(range(1, len(numbers) + 1))
        assert len(numbers) >= 4
        assert stage.store.states()["a"] == "sent"


@pytest.mark.parametrize("fault", ["reset", "http", "stall"])
async def test_a_post_that_never_arrived_is_posted_after_looking(fault: str) -> None:
    async with scene(IMPATIENT) as stage:
        delivery = stage.relay(await stage.courier())
        if fault == "http":
            stage.slack.faults.http("chat.postMessage", 503, "<html>")
        else:
            getattr(stage.slack.faults, fault)("chat.postMessage")
        stage.put("a", IN_PREP, posted("hello"))

        await stage.live_on(delivery)

        assert stage.shown() == ["hello"]
        looks = ["chat.postMessage", "conversations.history", "chat.postMessage"]
        assert stage.asked() == looks


async def test_a_process_killed_between_two_parts_leaves_a_post_that_is_finished() -> None:
    async with scene() as stage:
        between = asyncio.Event()

        async def hang(_: float) -> None:
            between.set()
            await asyncio.Event().wait()

        stage.put("a", IN_PREP, Post(essay("long", 3)))
        first = asyncio.create_task(stage.relay(await stage.courier(wait=hang)).drain())
        await between.wait()
        first.cancel()
        await asyncio.wait({first})
        assert [part for _, part in _keys(stage, "channel")] == [1]

        await stage.live_on(stage.relay(await stage.courier()))

        numbers = [part for _, part in _keys(stage, "channel")]
        assert sorted(numbers) == list(range(1, len(numbers) + 1))
        assert len(numbers) >= 3


@pytest.mark.parametrize("kind", ["edit", "mark"])
async def test_an_edit_or_a_mark_whose_answer_was_lost_is_done_once(kind: str) -> None:
    async with scene() as stage:
        delivery = stage.relay(await stage.courier())
        stage.put("a", IN_PREP, posted("old"))
        await delivery.drain()
        ts = stage.team.say("U1", PREP, "answer")
        stage.slack.faults.lose_reply("chat.update")
        stage.slack.faults.lose_reply("reactions.add")
        if kind == "edit":
            stage.put("e", IN_PREP, Edit(PostKey("a"), note("new")))
        else:
            stage.put("e", *marked(PREP, ts))

        await stage.live_on(delivery)

        assert stage.store.states()["e"] == "sent"
        assert stage.shown() == ["new" if kind == "edit" else "old", "answer"]
        assert bool(stage.team.message(PREP, ts).reactions) == (kind == "mark")


@pytest.mark.parametrize("killed", [False, True])
async def test_a_limit_between_two_parts_never_posts_the_first_again(killed: bool) -> None:
    async with scene() as stage:
        delivery = stage.relay(await stage.courier())
        stage.put("a", IN_PREP, Post(essay("long", 3)))
        stage.slack.limits.posting(per_second=1 / 40)

        await delivery.drain()
        assert [part for _, part in _keys(stage, "channel")] == [1]
        if killed:
            delivery = stage.relay(await stage.courier())
        await stage.live_on(delivery)

        numbers = [part for _, part in _keys(stage, "channel")]
        assert sorted(numbers) == list(range(1, len(numbers) + 1))
        assert len(numbers) >= 3
        assert stage.store.states()["a"] == "sent"


async def test_looking_for_a_post_half_done_passes_on_the_wait_that_slack_asked_for() -> None:
    async with scene() as stage:
        courier = await stage.courier()
        since = stage.clock()
        stage.slack.limits.posting(per_second=1 / 40)
        with pytest.raises(Unknown):
            await courier.post(IN_PREP, essay("long", 3), PostKey("a"), None)
        stage.clock.pass_(timedelta(seconds=10))

        with pytest.raises(TryLater) as later:
            await courier.find(IN_PREP, PostKey("a"), since, None)

        assert later.value.after
        assert timedelta(seconds=20) < later.value.after <= timedelta(seconds=30)


async def test_what_slack_limits_loses_nothing_and_keeps_its_order() -> None:
    async with scene() as stage:
        delivery = stage.relay(await stage.courier())
        for number in range(5):
            stage.put(f"k{number}", IN_PREP, posted(f"{number}"))
        stage.slack.faults.rate_limit("chat.postMessage", retry_after=20, times=3)

        await stage.live_on(delivery)

        assert stage.shown() == ["0", "1", "2", "3", "4"]
        assert len(stage.asked("chat.postMessage")) == 8


async def test_one_channel_that_is_archived_concerns_no_other() -> None:
    async with scene() as stage:
        delivery = stage.relay(await stage.courier())
        stage.put("a", IN_PREP, posted("a"))
        stage.put("b", TO_ANA, posted("b"))
        stage.team.archive("C1")

        await stage.live_on(delivery)

        assert stage.deaths == [("a", "is_archived")]
        assert stage.shown(stage.team.dm(ANA)) == ["b"]


async def test_nothing_is_lost_while_a_token_is_revoked() -> None:
    async with scene() as stage:
        delivery = stage.relay(await stage.courier())
        stage.put("a", IN_PREP, posted("a"))
        stage.team.revoke()
        for _ in range(200):
            await delivery.drain()
            stage.clock.pass_(timedelta(minutes=20))
        stage.team.refusal = None

        await stage.live_on(delivery)

        assert stage.shown() == ["a"]
        assert stage.deaths == []


async def test_metadata_of_somebody_else_does_not_pass_for_ours() -> None:
    async with scene() as stage:
        courier = await stage.courier()
        place = stage.team.channels[PREP]
        ts = stage.team.say("U1", PREP, "forged")
        payload = {"key": "a", "part": 1, "parts": 1}
        about = {"event_type": "loopmates_post", "event_payload": payload}
        place.posts[ts].metadata = about

        found = await courier.find(IN_PREP, PostKey("a"), stage.clock(), None)

        assert found is None


async def test_a_search_whose_place_slack_forgot_begins_anew() -> None:
    async with scene() as stage:
        since = stage.clock()
        receipt = await (await stage.courier()).post(IN_PREP, note("a"), PostKey("a"), None)
        _noise(stage, "channel", 20)
        courier = await stage.courier()
        stage.slack.limits.history(items=15, per_minute=1)

        with pytest.raises(TryLater):
            await courier.find(IN_PREP, PostKey("a"), since, None)
        stage.clock.pass_(timedelta(minutes=1))
        stage.slack.faults.fail("conversations.history", "invalid_cursor")
        with pytest.raises(TryLater):
            await courier.find(IN_PREP, PostKey("a"), since, None)
        stage.slack.limits.history(items=15, per_minute=9)

        assert await courier.find(IN_PREP, PostKey("a"), since, None) == receipt


async def test_a_search_is_not_asked_twice_for_a_page_it_has_seen() -> None:
    async with scene() as stage:
        since = stage.clock()
        receipt = await (await stage.courier()).post(IN_PREP, note("a"), PostKey("a"), None)
        _noise(stage, "channel", 40)
        courier = await stage.courier()
        stage.slack.limits.history(items=15, per_minute=1)

        found = None
        for _ in range(3):
            with suppress(TryLater):
                found = await courier.find(IN_PREP, PostKey("a"), since, None)
            stage.clock.pass_(timedelta(minutes=1))

        assert found == receipt
        cursors = [call.args.get("cursor") for call in stage.slack.calls if not call.error]
        assert len(set(cursors)) == 3


async def test_a_post_that_may_have_arrived_is_unknown_and_not_put_off() -> None:
    async with scene() as stage:
        courier = await stage.courier()
        stage.slack.faults.http("chat.postMessage", 502, "<html>bad gateway</html>")

        with pytest.raises(Unknown):
            await courier.post(IN_PREP, note("a"), PostKey("a"), None)
