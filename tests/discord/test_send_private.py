"""How members are reached whose direct messages are closed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.ids import PostKey, UserId
from bot.messages import Direct
from bot.ports.platforms import Refused
from tests.discord.couriers import KEY, note, scene
from tests.servers.discord.permissions import Permission


async def test_without_a_channel_near_they_are_out_of_reach() -> None:
    async with scene() as stage:
        courier = await stage.courier()
        stage.guild.close_dms("U1")

        with pytest.raises(Refused) as refused:
            await courier.post(Direct(UserId(stage.id("U1"))), note("a"), KEY, None)

        assert (refused.value.reason, refused.value.closed) == ("direct_messages_closed", True)


async def test_they_are_spoken_to_in_a_private_thread_with_nobody_else_in_it() -> None:
    async with scene() as stage:
        courier = await stage.courier()
        stage.guild.close_dms("U1")

        receipt = await courier.post(stage.to_ana, note("a"), KEY, None)

        (thread,) = stage.guild.threads("C1")
        assert receipt.channel == thread.id
        (opened,) = [call.body for call in stage.server.calls if call.name == "create_post"]
        assert (thread.kind, opened["invitable"]) == (12, False)
        assert set(thread.members) == {stage.id("U1"), stage.server.world.me}
        assert thread.name.startswith("Just Ana Ito and the coach")
        assert stage.shown() == []


@pytest.mark.parametrize("archived", [False, True])
async def test_a_private_thread_is_used_again_after_a_restart(archived: bool) -> None:
    async with scene() as stage:
        courier = await stage.courier()
        to_bo = Direct(UserId(stage.id("U2")), stage.prep.channel)
        stage.guild.close_dms("U1")
        stage.guild.close_dms("U2")
        first = await courier.post(stage.to_ana, note("a"), PostKey("a"), None)
        await courier.post(to_bo, note("x"), KEY, None)
        if archived:
            stage.guild.archive(first.channel)

        courier = await stage.courier()
        await courier.post(stage.to_ana, note("b"), PostKey("b"), None)

        assert stage.shown(first.channel) == ["a", "b"]
        assert len(stage.guild.threads("C1")) == 2


async def test_a_private_thread_that_somebody_deleted_is_opened_anew() -> None:
    async with scene() as stage:
        courier = await stage.courier()
        stage.guild.close_dms("U1")
        first = await courier.post(stage.to_ana, note("a"), PostKey("a"), None)
        stage.guild.delete_channel(first.channel)

        second = await courier.post(stage.to_ana, note("b"), PostKey("b"), None)

        assert stage.shown(second.channel) == ["b"]


async def test_a_thread_of_the_same_name_that_a_member_opened_is_not_used() -> None:
    async with scene() as stage:
        courier = await stage.courier()
        stage.guild.close_dms("U1")
        first = await courier.post(stage.to_ana, note("a"), PostKey("a"), None)
        name = stage.guild.threads("C1")[0].name
        stage.guild.delete_channel(first.channel)
        trap = stage.guild.start_thread("U2", "C1", name=name, private=True)

        second = await (await stage.courier()).post(stage.to_ana, note("b"), PostKey("b"), None)

        assert second.channel != trap
        assert stage.shown(trap) == []


async def test_closed_direct_messages_are_not_tried_again_within_the_hour() -> None:
    async with scene() as stage:
        courier = await stage.courier()
        stage.guild.close_dms("U1")

        for key in ("a", "b", "c"):
            await courier.post(stage.to_ana, note(key), PostKey(key), None)
        assert stage.server.limits.invalid_requests == 1
        stage.guild.open_dms("U1")
        stage.clock.pass_(timedelta(hours=1))
        receipt = await courier.post(stage.to_ana, note("d"), PostKey("d"), None)

        assert receipt.channel == stage.guild.dm("U1")


async def test_who_cannot_have_a_private_thread_either_is_out_of_reach() -> None:
    async with scene() as stage:
        courier = await stage.courier()
        stage.guild.close_dms("U1")
        stage.guild.deny("C1", Permission.CREATE_PRIVATE_THREADS)

        with pytest.raises(Refused) as refused:
            await courier.post(stage.to_ana, note("a"), KEY, None)

        assert (refused.value.reason, refused.value.closed) == ("missing_permissions", True)


async def test_there_are_no_private_threads_below_a_forum() -> None:
    async with scene() as stage:
        courier = await stage.courier()
        stage.guild.close_dms("U1")

        with pytest.raises(Refused) as refused:
            await courier.post(Direct(stage.to_ana.user, stage.forum.channel), note("a"), KEY, None)

        assert (refused.value.reason, refused.value.closed) == ("no_private_threads", True)


async def test_another_channel_of_theirs_is_used_if_the_first_has_no_private_threads() -> None:
    async with scene() as stage:
        courier = await stage.courier()
        to_ana = Direct(stage.to_ana.user, stage.forum.channel, (stage.prep.channel,))
        stage.guild.close_dms("U1")

        receipt = await courier.post(to_ana, note("a"), KEY, None)

        assert [each.id for each in stage.guild.threads("C1")] == [receipt.channel]
        later = await stage.courier()
        assert await later.find(to_ana, KEY, stage.clock.now, None) == receipt


async def test_who_left_gets_no_empty_thread() -> None:
    async with scene() as stage:
        courier = await stage.courier()
        stage.guild.leave("U1")

        with pytest.raises(Refused) as refused:
            await courier.post(stage.to_ana, note("a"), KEY, None)

        assert refused.value.closed
        assert stage.guild.threads("C1") == []


async def test_who_left_the_private_thread_is_let_in_again() -> None:
    async with scene() as stage:
        courier = await stage.courier()
        stage.guild.close_dms("U1")
        await courier.post(stage.to_ana, note("a"), PostKey("a"), None)
        (thread,) = stage.guild.threads("C1")
        thread.members.remove(stage.id("U1"))

        await courier.post(stage.to_ana, note("b"), PostKey("b"), None)

        assert stage.id("U1") in thread.members
