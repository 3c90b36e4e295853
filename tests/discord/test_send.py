"""Delivery to Discord when nothing is lost: what is posted, changed and marked, and what is not."""

from __future__ import annotations

import pytest

from adapters.discord.receive_ours import DIRECT
from bot.ids import ChannelId, PostKey, UserId
from bot.messages import InChannel, Mention, Message, Paragraph, Said
from bot.ports.platforms import Refused, TryLater
from tests.discord.couriers import KEY, at, essay, note, question, scene, words
from tests.servers.discord.permissions import Permission


async def test_a_note_stands_in_its_channel_without_a_thread() -> None:
    async with scene() as stage:
        courier = await stage.courier()

        receipt = await courier.post(stage.prep, note("hello"), KEY, None)

        (shown,) = stage.messages()
        assert (receipt, shown.text) == (at(stage.id("C1"), shown.id), "hello")
        assert stage.guild.threads("C1") == []


async def test_a_question_in_a_text_channel_has_a_thread_with_its_id_and_name() -> None:
    async with scene() as stage:
        courier = await stage.courier()

        receipt = await courier.post(stage.prep, question("Why us?"), KEY, None)

        (shown,) = stage.messages()
        (thread,) = stage.guild.threads("C1")
        assert receipt == at(shown.id, shown.id) == at(thread.id, thread.id)
        assert (thread.name, thread.auto_archive) == ("Question 1 of 9: Why us?", 10_080)


async def test_a_long_question_names_its_thread_within_a_hundred_characters() -> None:
    async with scene() as stage:
        courier = await stage.courier()

        await courier.post(stage.prep, question("Why " * 60), KEY, None)

        (thread,) = stage.guild.threads("C1")
        assert 90 < len(thread.name) <= 100


@pytest.mark.parametrize("message", [question("Why us?"), note("hello")])
async def test_every_post_in_a_forum_is_a_forum_post(message: Message) -> None:
    async with scene() as stage:
        courier = await stage.courier()

        receipt = await courier.post(stage.forum, message, KEY, None)

        (thread,) = stage.guild.threads("F1")
        assert receipt == at(thread.id, thread.id)
        assert message.summary in stage.messages(thread.id)[0].text


async def test_a_forum_that_wants_a_tag_gets_the_first_that_anybody_may_give() -> None:
    async with scene() as stage:
        stage.guild.add_channel("F2", kind="forum", moderated=["staff"], tags=["daily", "x"])
        forum = stage.server.world.channels[stage.id("F2")]
        forum.needs_tag = True
        courier = await stage.courier()

        await courier.post(InChannel(ChannelId(forum.id)), question(), KEY, None)

        (thread,) = stage.guild.threads("F2")
        assert thread.applied_tags == [forum.tags[1]["id"]]


async def test_a_forum_that_wants_a_tag_of_moderators_alone_is_told() -> None:
    async with scene() as stage:
        stage.guild.add_channel("F2", kind="forum", moderated=["staff"], needs_tag=True)
        courier = await stage.courier()

        with pytest.raises(Refused, match="forum_needs_tag"):
            await courier.post(InChannel(ChannelId(stage.id("F2"))), question(), KEY, None)

        assert stage.guild.threads("F2") == []


@pytest.mark.parametrize("place", ["prep", "forum"])
async def test_a_reply_stands_in_the_thread_of_a_question(place: str) -> None:
    async with scene() as stage:
        courier = await stage.courier()
        root = await courier.post(getattr(stage, place), question(), KEY, None)

        receipt = await courier.post(stage.under(root), note("reply"), PostKey("k2"), root)

        assert receipt.channel == root.channel
        assert [shown.text for shown in stage.guild.thread(root.channel)] == ["reply"]


async def test_a_reply_to_a_post_without_a_thread_points_to_it() -> None:
    async with scene() as stage:
        courier = await stage.courier()
        root = await courier.post(stage.to_ana, note("root"), KEY, None)

        await courier.post(stage.under(root), note("reply"), PostKey("k2"), root)

        reference = stage.messages(root.channel)[1].reference
        assert reference is not None
        assert reference["message_id"] == root.message


async def test_a_long_post_goes_on_below_its_first_part() -> None:
    async with scene() as stage:
        courier = await stage.courier()

        receipt = await courier.post(stage.prep, essay("long", 3), KEY, None)

        shown = stage.messages()
        assert len(shown) >= 3
        assert receipt == at(stage.id("C1"), shown[0].id)
        assert all(
            f"Continued, {number} of {len(shown)}" in part.text
            for number, part in enumerate(shown[1:], 2)
        )


@pytest.mark.parametrize("place", ["prep", "forum"])
async def test_a_long_question_goes_on_in_its_thread(place: str) -> None:
    async with scene() as stage:
        courier = await stage.courier()

        long = question(extra=words("long", 3))
        root = await courier.post(getattr(stage, place), long, KEY, None)

        assert len(stage.guild.thread(root.channel)) >= 2
        assert len(stage.messages("C1")) == (place == "prep")


async def test_only_those_meant_are_notified() -> None:
    async with scene() as stage:
        courier = await stage.courier()
        ana, bo = UserId(stage.id("U1")), stage.id("U2")
        text = (Mention(ana, "Ana"), Said(f" <@{bo}> @everyone"))

        await courier.post(stage.prep, Message("notice", "x", (Paragraph(text),)), KEY, None)

        (shown,) = stage.messages()
        assert ([user.id for user in shown.mentions], shown.mention_everyone) == ([ana], False)


async def test_a_direct_message_is_opened_once() -> None:
    async with scene() as stage:
        courier = await stage.courier()

        first = await courier.post(stage.to_ana, note("a"), PostKey("a"), None)
        await courier.post(stage.to_ana, note("b"), PostKey("b"), None)

        assert first.channel == stage.guild.dm("U1")
        assert stage.shown(first.channel) == ["a", "b"]
        assert stage.asked("open_dm") == ["open_dm"]


# --- what Discord refuses ----------------------------------------------------------------------


async def test_a_post_without_permission_is_refused() -> None:
    async with scene() as stage:
        courier = await stage.courier()
        stage.guild.deny("C1", Permission.SEND_MESSAGES)

        with pytest.raises(Refused) as refused:
            await courier.post(stage.prep, note("a"), KEY, None)

        assert (refused.value.reason, refused.value.closed) == ("missing_permissions", False)


async def test_a_question_that_cannot_have_its_thread_is_taken_back() -> None:
    async with scene() as stage:
        courier = await stage.courier()
        stage.guild.deny("C1", Permission.CREATE_PUBLIC_THREADS)

        with pytest.raises(Refused) as refused:
            await courier.post(stage.prep, question(), KEY, None)

        assert (refused.value.reason, stage.shown()) == ("missing_permissions", [])


async def test_posts_in_deleted_channels_and_threads_are_refused() -> None:
    async with scene() as stage:
        courier = await stage.courier()
        root = await courier.post(stage.prep, question(), KEY, None)
        stage.guild.delete_channel(root.channel)

        with pytest.raises(Refused, match="unknown_channel"):
            await courier.post(stage.under(root), note("a"), PostKey("k2"), root)
        stage.guild.delete_channel("C1")
        with pytest.raises(Refused, match="unknown_channel"):
            await courier.post(stage.prep, note("a"), PostKey("k3"), None)


async def test_a_reply_in_a_locked_thread_is_refused_and_in_an_archived_one_reopens_it() -> None:
    async with scene() as stage:
        courier = await stage.courier()
        root = await courier.post(stage.prep, question(), KEY, None)
        stage.guild.archive(root.channel)

        await courier.post(stage.under(root), note("a"), PostKey("k2"), root)

        assert stage.shown(root.channel) == ["a"]
        stage.guild.archive(root.channel, locked=True)
        stage.guild.deny("C1", Permission.MANAGE_THREADS)
        with pytest.raises(Refused, match="thread_locked"):
            await courier.post(stage.under(root), note("b"), PostKey("k3"), root)


# --- servers -----------------------------------------------------------------------------------


async def test_a_courier_posts_in_no_channel_of_another_server() -> None:
    async with scene() as stage:
        other = stage.server.guild("G2")
        other.add_channel("C2", "elsewhere")
        courier = await stage.courier()

        with pytest.raises(Refused, match="channel_of_another_server"):
            await courier.post(InChannel(ChannelId(stage.id("C2"))), note("a"), KEY, None)

        assert other.messages("C2") == []


async def test_couriers_are_there_for_servers_that_are_served_and_for_no_others() -> None:
    async with scene() as stage:
        couriers = await stage.couriers()

        assert couriers.platforms == {"discord"}
        assert couriers.of(stage.workspace()) is couriers.of(stage.workspace())
        direct = couriers.of(DIRECT)
        assert direct is not None
        assert direct.workspace == DIRECT
        for stranger in ("discord:1", f"slack:{stage.id('G1')}", "discord"):
            assert couriers.of(type(stage.workspace())(stranger)) is None


async def test_what_one_server_may_not_is_counted_against_it_alone() -> None:
    async with scene() as stage:
        other = stage.server.guild("G2")
        other.add_channel("C2", "elsewhere")
        stage.guild.deny("C1", Permission.SEND_MESSAGES)
        couriers = await stage.couriers()
        ill, well = couriers.of(stage.workspace()), couriers.of(stage.workspace("G2"))
        assert ill
        assert well

        reasons = set()
        for number in range(150):
            with pytest.raises((Refused, TryLater)) as error:
                await ill.post(stage.prep, note("a"), PostKey(f"a{number}"), None)
            reasons.add(str(error.value))
        await well.post(InChannel(ChannelId(stage.id("C2"))), note("b"), KEY, None)

        assert reasons == {"missing_permissions", "too_many_bad_requests"}
        assert stage.server.limits.invalid_requests == 100
        assert len(other.messages("C2")) == 1
