"""Delivery to Discord when answers are lost: every post is there once, whole, and in its order."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.ids import ChannelId, PostKey
from bot.messages import Direct, InChannel, InThread
from bot.ports.outgoing import Edit, Post
from bot.ports.platforms import Refused, TryLater, Unknown
from tests.discord.couriers import (
    IMPATIENT,
    KEY,
    Scene,
    at,
    essay,
    marked,
    note,
    posted,
    question,
    scene,
    words,
)
from tests.servers.discord.faults import Scope
from tests.servers.discord.permissions import Permission

LONG = question(extra=words("long", 3))
KINDS = {
    "note": ("prep", note("hello")),
    "essay": ("prep", essay("long", 3)),
    "question": ("prep", question()),
    "long question": ("prep", LONG),
    "forum question": ("forum", question()),
    "long forum question": ("forum", LONG),
    "direct": ("to_ana", note("hello")),
    "long direct": ("to_ana", essay("long", 3)),
}
CALLS = {
    "note": ["create_message"],
    "essay": ["create_message"],
    "question": ["create_message", "create_thread"],
    "long question": ["create_message", "create_thread"],
    "forum question": ["create_post"],
    "long forum question": ["create_post", "create_message"],
    "direct": ["open_dm", "create_message"],
    "long direct": ["open_dm", "create_message"],
}
"""By which calls a post is made."""
PRIVATE = ["open_dm", "create_message", "create_post", "add_thread_member"]
"""By which calls one is made in a private thread, where the direct message is refused."""
EACH_CALL = [(kind, name) for kind, names in CALLS.items() for name in names]

_whole: dict[tuple[str, bool], list[list[str]]] = {}


async def _expected(kind: str, *, closed: bool = False) -> list[list[str]]:
    """Return what a post of a kind shows when nothing is lost."""
    if (kind, closed) not in _whole:
        async with scene() as stage:
            if closed:
                stage.guild.close_dms("U1")
            place, message = KINDS[kind]
            await (await stage.courier()).post(getattr(stage, place), message, KEY, None)
            _whole[kind, closed] = _everything(stage)
    return _whole[kind, closed]


def _everything(stage: Scene) -> list[list[str]]:
    """Return all texts in all channels that have any."""
    places = sorted(stage.server.world.channels.values(), key=lambda place: int(place.id))
    every = [[shown.text for shown in stage.messages(place.id)] for place in places]
    return [texts for texts in every if texts]


@pytest.mark.parametrize(("kind", "name"), EACH_CALL)
@pytest.mark.parametrize("fault", ["lose_reply", "reset", "cut_short", "http"])
@pytest.mark.parametrize("times", [1, 3])
async def test_a_post_is_there_once_whatever_is_lost(
    kind: str, name: str, fault: str, times: int
) -> None:
    async with scene() as stage:
        place, message = KINDS[kind]
        stage.put("k1", getattr(stage, place), Post(message))
        faults = stage.server.faults
        if fault == "http":
            faults.http(name, 502, "<html>", times=times)
        else:
            getattr(faults, fault)(name, times=times)

        await stage.live_on(stage.relay(await stage.couriers()))

        assert stage.asked(name)
        assert _everything(stage) == await _expected(kind)
        assert stage.deaths == []


@pytest.mark.parametrize("kind", ["direct", "long direct"])
@pytest.mark.parametrize("name", PRIVATE)
@pytest.mark.parametrize("fault", ["lose_reply", "reset"])
async def test_a_private_thread_is_opened_once_whatever_is_lost(
    kind: str, name: str, fault: str
) -> None:
    async with scene() as stage:
        stage.guild.close_dms("U1")
        place, message = KINDS[kind]
        stage.put("k1", getattr(stage, place), Post(message))
        getattr(stage.server.faults, fault)(name, times=2)

        await stage.live_on(stage.relay(await stage.couriers()))

        assert stage.asked(name)
        assert _everything(stage) == await _expected(kind, closed=True)
        assert len(stage.guild.threads("C1")) == 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("nth", [1, 2, 3, 4])
async def test_another_process_goes_on_hours_after_a_kill_between_any_two_calls(
    kind: str, nth: int
) -> None:
    async with scene() as stage:
        place, message = KINDS[kind]
        stage.put("k1", getattr(stage, place), Post(message))
        relay = stage.relay(await stage.couriers())
        draining = asyncio.create_task(relay.drain())
        writes = ("create_message", "create_thread", "create_post")
        begun = asyncio.create_task(stage.until(lambda: len(stage.asked(*writes)) >= nth))
        await asyncio.wait({draining, begun}, return_when=asyncio.FIRST_COMPLETED)
        draining.cancel()
        begun.cancel()
        await asyncio.gather(draining, begun, return_exceptions=True)
        await stage.server.settled()
        stage.clock.pass_(timedelta(hours=3))

        await stage.live_on(stage.relay(await stage.couriers()))

        assert _everything(stage) == await _expected(kind)


@pytest.mark.parametrize("kind", KINDS)
async def test_what_arrived_is_found_by_another_process_long_after(kind: str) -> None:
    async with scene() as stage:
        place, message = KINDS[kind]
        began = stage.clock()
        receipt = await (await stage.courier()).post(getattr(stage, place), message, KEY, None)
        stage.clock.pass_(timedelta(days=2))
        courier = await stage.courier()

        assert await courier.find(getattr(stage, place), KEY, began, None) == receipt
        assert await courier.find(getattr(stage, place), PostKey("k2"), began, None) is None


async def test_a_post_is_found_among_hundreds_of_others() -> None:
    async with scene() as stage:
        began = stage.clock()
        receipt = await (await stage.courier()).post(stage.prep, question(), KEY, None)
        for number in range(250):
            stage.guild.say("U1", "C1", f"chatter {number}")
        courier = await stage.courier()

        assert await courier.find(stage.prep, KEY, began, None) == receipt
        later = stage.clock() + timedelta(hours=26)
        assert await courier.find(stage.prep, KEY, later, None) is None


async def test_a_copy_of_our_numbers_by_somebody_else_is_not_our_post() -> None:
    async with scene() as stage:
        began = stage.clock()
        receipt = await (await stage.courier()).post(stage.prep, note("a"), KEY, None)
        shown = stage.guild.message("C1", receipt.message)
        copy = stage.guild.say("U2", "C1", "a")
        stage.guild.message("C1", copy).components = shown.components
        stage.guild.delete("C1", receipt.message)

        assert await (await stage.courier()).find(stage.prep, KEY, began, None) is None


async def test_where_history_is_hidden_nothing_counts_as_not_there() -> None:
    async with scene() as stage:
        began = stage.clock()
        courier = await stage.courier()
        await courier.post(stage.prep, note("a"), KEY, None)
        stage.guild.deny("C1", Permission.READ_MESSAGE_HISTORY)

        with pytest.raises(Refused, match="missing_permissions"):
            await courier.find(stage.prep, KEY, began, None)


async def test_a_question_is_not_given_a_second_thread_after_a_lost_reply() -> None:
    async with scene() as stage:
        courier = await stage.courier()
        stage.server.faults.lose_reply("create_thread", times=2)

        with pytest.raises(Unknown):
            await courier.post(stage.prep, question(), KEY, None)
        assert await courier.find(stage.prep, KEY, stage.clock(), None) is not None

        assert len(stage.guild.threads("C1")) == 1


async def test_an_edit_and_a_mark_whose_replies_are_lost_are_done_once() -> None:
    async with scene() as stage:
        relay = stage.relay(await stage.couriers())
        stage.put("k1", stage.prep, posted("old"))
        await relay.drain()
        (shown,) = stage.messages()
        receipt = at(stage.prep.channel, shown.id)
        stage.server.faults.lose_reply("edit_message", times=3)
        stage.server.faults.lose_reply("add_reaction", times=3)
        stage.put("k2", stage.prep, Edit(KEY, note("new")))
        stage.put("k3", stage.prep, marked(receipt))

        await stage.live_on(relay)

        assert (shown.text, list(shown.reactions)) == ("new", ["✅"])


async def test_silence_is_not_waited_out_and_leaves_one_post() -> None:
    async with scene(IMPATIENT) as stage:
        stage.server.faults.stall("create_message", times=2)
        stage.put("k1", stage.prep, posted("a"))

        await stage.live_on(stage.relay(await stage.couriers()))

        assert stage.shown() == ["a"]


# --- limits ------------------------------------------------------------------------------------


@pytest.mark.parametrize("scope", ["user", "global", "shared"])
@pytest.mark.parametrize("after", [0, 1, 3600])
async def test_order_is_kept_over_limits_of_every_kind(scope: Scope, after: int) -> None:
    async with scene() as stage:
        stage.server.faults.rate_limit("create_message", after, times=3, scope=scope)
        for number in range(6):
            stage.put(f"k{number}", stage.prep, posted(f"note {number}"))

        await stage.live_on(stage.relay(await stage.couriers()), rounds=400)

        assert stage.shown() == [f"note {number}" for number in range(6)]
        assert stage.server.limits.invalid_requests <= 3


async def test_order_is_kept_when_cloudflare_limits_without_saying_for_how_long() -> None:
    async with scene() as stage:
        stage.server.faults.rate_limit("create_message", None, times=2, via=False)
        for number in range(3):
            stage.put(f"k{number}", stage.prep, posted(f"note {number}"))

        await stage.live_on(stage.relay(await stage.couriers()))

        assert stage.shown() == ["note 0", "note 1", "note 2"]


async def test_a_limit_on_one_channel_delays_no_other_and_one_on_all_delays_all() -> None:
    async with scene() as stage:
        stage.guild.add_channel("C2", "other")
        other = InChannel(ChannelId(stage.id("C2")))
        courier = await stage.courier()
        stage.server.faults.rate_limit("create_message", 30)
        with pytest.raises(TryLater) as limited:
            await courier.post(stage.prep, note("a"), PostKey("a"), None)
        assert (limited.value.after, limited.value.workspace) == (timedelta(seconds=30), False)

        await courier.post(other, note("b"), PostKey("b"), None)
        stage.server.faults.rate_limit("create_message", 30, scope="global")
        with pytest.raises(TryLater) as limited:
            await courier.post(other, note("c"), PostKey("c"), None)
        assert limited.value.workspace
        asked = len(stage.server.calls)
        with pytest.raises(TryLater):
            await courier.mark(at(other.channel, "1"), "✅", on=True)

        assert len(stage.server.calls) == asked


async def test_a_cancelled_call_over_a_global_limit_does_not_stop_the_others_for_ever() -> None:
    async with scene() as stage:
        courier = await stage.courier()
        stage.server.faults.rate_limit("create_message", 3600, scope="global")
        posting = asyncio.create_task(courier.post(stage.prep, note("a"), PostKey("a"), None))
        await stage.until(lambda: "create_message" in stage.asked())
        posting.cancel()
        await asyncio.gather(posting, return_exceptions=True)
        stage.clock.pass_(timedelta(hours=2))

        async with asyncio.timeout(5):
            await courier.post(stage.prep, note("b"), PostKey("b"), None)

        assert "b" in stage.shown()


async def test_a_limit_in_the_middle_of_a_long_post_leaves_it_whole_and_single() -> None:
    async with scene() as stage:
        whole = await _expected("essay")
        stage.put("k1", stage.prep, Post(essay("long", 3)))
        relay = stage.relay(await stage.couriers())
        stage.server.limits.route("create_message", 1, 0.2)
        stage.server.faults.rate_limit("create_message", 3, times=1)

        await stage.live_on(relay)

        assert _everything(stage) == whole


# --- what fails for good -----------------------------------------------------------------------


async def test_a_deleted_channel_and_a_deleted_thread_fail_once_and_the_rest_goes_on() -> None:
    async with scene() as stage:
        stage.guild.add_channel("C2", "doomed")
        doomed = InChannel(ChannelId(stage.id("C2")))
        relay = stage.relay(await stage.couriers())
        stage.put("k1", stage.prep, Post(question()))
        await relay.drain()
        stage.guild.delete_channel(stage.messages()[0].id)
        stage.guild.delete_channel("C2")
        stage.put("k2", InThread(stage.prep.channel, KEY), posted("reply"))
        stage.put("k3", doomed, posted("lost"))
        stage.put("k4", stage.prep, posted("next"))

        await stage.live_on(relay)

        assert sorted(stage.deaths) == [("k2", "unknown_channel"), ("k3", "unknown_channel")]
        assert stage.shown()[-1] == "next"


async def test_two_servers_get_their_own_posts_and_nothing_of_each_other() -> None:
    async with scene() as stage:
        other = stage.server.guild("G2")
        other.add_member("U1")
        other.add_channel("C2", "prep")
        elsewhere = InChannel(ChannelId(stage.id("C2")))
        stage.server.faults.lose_reply("create_message", times=3)
        stage.put("k1", stage.prep, posted("one"))
        stage.put("k2", elsewhere, posted("two"), guild="G2")

        await stage.live_on(stage.relay(await stage.couriers()))

        assert stage.shown() == ["one"]
        assert [shown.text for shown in other.messages("C2")] == ["two"]


async def test_a_member_with_closed_messages_holds_nobody_else_up() -> None:
    async with scene() as stage:
        stage.guild.close_dms("U1")
        stage.put("k1", Direct(stage.to_ana.user), posted("unreachable"))
        stage.put("k2", stage.to_ana, posted("alone"))
        stage.put("k3", stage.prep, posted("all"))

        await stage.live_on(stage.relay(await stage.couriers()))

        assert stage.deaths == [("k1", "direct_messages_closed")]
        (thread,) = stage.guild.threads("C1")
        assert (stage.shown(thread.id), stage.shown()) == (["alone"], ["all"])
