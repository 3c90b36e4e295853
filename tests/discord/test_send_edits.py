"""Posts changed, marked and seeded in Discord."""

from __future__ import annotations

import contextlib
from datetime import timedelta

import pytest

from bot.ids import PostKey
from bot.ports.platforms import Refused, SendError
from tests.discord.couriers import KEY, at, essay, note, question, scene, words


@pytest.mark.parametrize("place", ["prep", "forum", "to_ana"])
@pytest.mark.parametrize("restarted", [False, True])
async def test_an_edit_replaces_a_post_and_twice_is_harmless(place: str, restarted: bool) -> None:
    async with scene() as stage:
        courier = await stage.courier()
        receipt = await courier.post(getattr(stage, place), question("old"), KEY, None)
        if restarted:
            courier = await stage.courier()

        await courier.edit(receipt, question("new"))
        await courier.edit(receipt, question("new"))

        (shown,) = stage.messages("C1" if place == "prep" else receipt.channel)
        assert "new" in shown.text
        assert "old" not in shown.text


async def test_an_edited_post_is_still_found() -> None:
    async with scene() as stage:
        began = stage.clock()
        courier = await stage.courier()
        receipt = await courier.post(stage.prep, question("old"), KEY, None)
        await courier.edit(receipt, question(extra=words("long", 3)))
        await (await stage.courier()).edit(receipt, question("new"))

        assert await (await stage.courier()).find(stage.prep, KEY, began, None) == receipt


@pytest.mark.parametrize(("before", "after"), [(1, 3), (3, 1), (2, 4), (4, 2)])
@pytest.mark.parametrize("restarted", [False, True])
async def test_parts_of_an_edited_post_are_brought_in_line(
    before: int, after: int, restarted: bool
) -> None:
    async with scene() as stage:
        courier = await stage.courier()
        receipt = await courier.post(stage.prep, essay("old", before), KEY, None)
        other = await courier.post(stage.prep, note("between"), PostKey("k2"), None)
        if restarted:
            courier = await stage.courier()

        await courier.edit(receipt, essay("new", after))
        await courier.edit(receipt, essay("new", after))

        mine = [shown.text for shown in stage.messages() if shown.id != other.message]
        expected = await courier.post(stage.to_ana, essay("new", after), PostKey("k3"), None)
        assert mine == [shown.text for shown in stage.messages(expected.channel)]


@pytest.mark.parametrize("name", ["edit_message", "create_message", "delete_message", "message"])
@pytest.mark.parametrize(("before", "after"), [(2, 4), (4, 2)])
@pytest.mark.parametrize("nth", [1, 2, 3])
async def test_an_edit_that_is_interrupted_is_finished_by_the_next(
    name: str, before: int, after: int, nth: int
) -> None:
    async with scene() as stage:
        courier = await stage.courier()
        receipt = await courier.post(stage.prep, essay("old", before), KEY, None)
        stage.server.limits.route(name, nth, 600.0)

        with contextlib.suppress(SendError):
            await courier.edit(receipt, essay("new", after))
        stage.server.limits.route(name, 1_000, 1.0)
        await (await stage.courier()).edit(receipt, essay("new", after))

        mine = [shown.text for shown in stage.messages()]
        expected = await (await stage.courier()).post(
            stage.to_ana, essay("new", after), PostKey("k3"), None
        )
        assert mine == [shown.text for shown in stage.messages(expected.channel)]


async def test_parts_that_go_and_come_back_within_minutes_are_there() -> None:
    async with scene() as stage:
        courier = await stage.courier()
        receipt = await courier.post(stage.prep, essay("long", 3), KEY, None)
        before = [shown.text for shown in stage.messages()]

        for message in (note("short"), essay("long", 3)) * 2:
            await courier.edit(receipt, message)
            stage.clock.pass_(timedelta(seconds=1))

        assert [shown.text for shown in stage.messages()] == before


async def test_a_long_question_is_edited_in_its_thread_among_what_others_say() -> None:
    async with scene() as stage:
        courier = await stage.courier()
        root = await courier.post(stage.prep, question(extra=words("old", 3)), KEY, None)
        stage.guild.say("U1", root.channel, "my answer")

        await courier.edit(root, question(extra="short"))

        assert [shown.text for shown in stage.guild.thread(root.channel)] == ["my answer"]


async def test_an_edit_in_an_archived_thread_reopens_it() -> None:
    async with scene() as stage:
        courier = await stage.courier()
        root = await courier.post(stage.prep, question(), KEY, None)
        reply = await courier.post(stage.under(root), note("old"), PostKey("k2"), root)
        stage.guild.archive(root.channel)

        await courier.edit(reply, note("new"))

        assert stage.shown(root.channel) == ["new"]


async def test_an_edit_of_a_deleted_post_is_refused() -> None:
    async with scene() as stage:
        courier = await stage.courier()
        receipt = await courier.post(stage.prep, note("a"), KEY, None)
        stage.guild.delete("C1", receipt.message)

        with pytest.raises(Refused, match="unknown_message"):
            await courier.edit(receipt, note("b"))


# --- marks and reactions to tap ------------------------------------------------------------------


async def test_a_mark_is_put_once_and_taken_off_once() -> None:
    async with scene() as stage:
        courier = await stage.courier()
        said = at(stage.id("C1"), stage.guild.say("U1", "C1", "hi"))

        await courier.mark(said, "✅", on=True)
        await courier.mark(said, "✅", on=True)
        assert stage.messages()[0].reactions == {"✅": [stage.server.world.me]}
        await courier.mark(said, "✅", on=False)
        await courier.mark(said, "✅", on=False)

        assert stage.messages()[0].reactions == {}


async def test_a_mark_on_an_answer_in_an_archived_thread_reopens_it() -> None:
    async with scene() as stage:
        courier = await stage.courier()
        root = await courier.post(stage.prep, question(), KEY, None)
        answer = stage.guild.say("U1", root.channel, "my answer")
        stage.guild.archive(root.channel)

        await courier.mark(at(root.channel, answer), "✅", on=True)

        assert stage.guild.message(root.channel, answer).reactions


@pytest.mark.parametrize("place", ["prep", "forum"])
async def test_a_mark_on_a_question_is_put_where_its_message_stands(place: str) -> None:
    async with scene() as stage:
        root = await (await stage.courier()).post(getattr(stage, place), question(), KEY, None)
        courier = await stage.courier()

        await courier.mark(root, "🎉", on=True)

        (shown,) = stage.messages("C1" if place == "prep" else root.channel)
        assert "🎉" in shown.reactions


async def test_a_mark_that_discord_does_not_know_is_refused_without_asking() -> None:
    async with scene() as stage:
        courier = await stage.courier()

        with pytest.raises(Refused, match="unknown_emoji"):
            await courier.mark(at(stage.id("C1"), "1"), ":our-logo:", on=True)

        assert stage.server.calls == []


async def test_reactions_to_tap_are_put_on_a_post_in_order_and_paced() -> None:
    async with scene() as stage:
        courier = await stage.courier()

        await courier.post(stage.to_ana, note("rate", ("1️⃣", "2️⃣", "3️⃣")), KEY, None)
        await courier.seeds.settled()

        (shown,) = stage.messages(stage.guild.dm("U1"))
        assert list(shown.reactions) == ["1️⃣", "2️⃣", "3️⃣"]
        assert stage.waits == [0.35] * 3


async def test_a_limit_on_reactions_delays_them_and_no_post() -> None:
    async with scene() as stage:
        courier = await stage.courier()
        stage.server.faults.rate_limit("add_reaction", 3)

        await courier.post(stage.prep, note("rate", ("1️⃣", "2️⃣")), KEY, None)
        await courier.post(stage.prep, note("next"), PostKey("k2"), None)
        await courier.seeds.settled()

        assert list(stage.messages()[0].reactions) == ["1️⃣", "2️⃣"]
        assert 3.0 in stage.waits


async def test_reactions_that_are_refused_are_dropped_and_the_next_post_has_its_own() -> None:
    async with scene() as stage:
        courier = await stage.courier()
        stage.server.faults.fail("add_reaction", 50013)

        await courier.post(stage.prep, note("one", ("1️⃣", "2️⃣")), KEY, None)
        await courier.post(stage.prep, note("two", ("1️⃣", "2️⃣")), PostKey("k2"), None)
        await courier.seeds.settled()

        assert [list(shown.reactions) for shown in stage.messages()] == [[], ["1️⃣", "2️⃣"]]
