"""What members did, read again from Discord: all of it or an error."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adapters.discord.send import DiscordCourier
from bot.ids import ChannelId, PostKey
from bot.ports.outgoing import Receipt
from bot.ports.platforms import Refused, SeenReaction, TryLater
from tests.discord.couriers import KEY, Scene, at, note, question, scene
from tests.servers.discord.permissions import Permission


async def asked(stage: Scene, place: str = "prep") -> tuple[DiscordCourier, Receipt]:
    """Post a question, and return a courier of a process started later."""
    root = await (await stage.courier()).post(getattr(stage, place), question(), KEY, None)
    return await stage.courier(), root


# --- threads -----------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["prep", "forum"])
async def test_a_thread_is_read_whole_oldest_first_and_without_its_root(place: str) -> None:
    async with scene() as stage:
        courier, root = await asked(stage, place)
        for number in range(250):
            stage.guild.say("U1", root.channel, f"answer {number}")

        seen = await courier.thread(root)

        assert [each.text for each in seen] == [f"answer {number}" for number in range(250)]


async def test_a_message_tells_who_said_it_when_and_what_was_changed() -> None:
    async with scene() as stage:
        courier, root = await asked(stage)
        stage.guild.rename("U1", "Nana")
        stage.clock.pass_(timedelta(minutes=1))
        said_at = stage.clock()
        message = stage.guild.say("U1", root.channel, "old", files=2)
        stage.clock.pass_(timedelta(minutes=1))
        bo = stage.id("U2")
        stage.guild.edit("U1", root.channel, message, f"**new** <@{bo}>")

        (seen,) = await courier.thread(root)

        assert (seen.message, seen.user, seen.name) == (message, stage.id("U1"), "Nana")
        assert (seen.text, seen.files, seen.is_bot) == ("**new** @Bo Lund", 2, False)
        assert (seen.said_at, seen.revised_at) == (said_at, stage.clock())


async def test_who_left_is_called_as_discord_calls_them_and_asked_about_once() -> None:
    async with scene() as stage:
        courier, root = await asked(stage)
        stage.guild.say("U1", root.channel, "bye")
        stage.guild.leave("U1")

        assert [each.name for each in await courier.thread(root)] == ["Ana Ito"]
        await courier.thread(root)

        assert stage.asked("member") == ["member"]


async def test_commands_to_the_coach_in_a_thread_are_no_answers() -> None:
    async with scene() as stage:
        courier, root = await asked(stage)
        stage.guild.say("U1", root.channel, f"<@{stage.server.world.me}> me")
        stage.guild.say("U1", root.channel, "an answer")

        assert [each.text for each in await courier.thread(root)] == ["an answer"]


async def test_an_archived_thread_can_be_read() -> None:
    async with scene() as stage:
        courier, root = await asked(stage)
        stage.guild.say("U1", root.channel, "an answer")
        stage.guild.archive(root.channel)

        assert len(await courier.thread(root)) == 1


async def test_a_thread_whose_history_is_hidden_is_not_empty_but_refused() -> None:
    async with scene() as stage:
        courier, root = await asked(stage)
        stage.guild.say("U1", root.channel, "an answer")
        stage.guild.deny("C1", Permission.READ_MESSAGE_HISTORY)

        with pytest.raises(Refused, match="missing_permissions"):
            await courier.thread(root)


async def test_without_the_intent_for_content_no_thread_is_read() -> None:
    async with scene() as stage:
        stage.server.world.privileged = 0
        courier, root = await asked(stage)
        stage.guild.say("U1", root.channel, "an answer")

        with pytest.raises(Refused, match="content_intent_missing"):
            await courier.thread(root)


async def test_a_deleted_thread_is_refused() -> None:
    async with scene() as stage:
        courier, root = await asked(stage)
        stage.guild.delete_channel(root.channel)

        with pytest.raises(Refused, match="unknown_channel"):
            await courier.thread(root)


@pytest.mark.parametrize("body", ["{}", "[1]", '[{"id": "x"}]', '[{"id": 5}]', "<html>"])
async def test_pages_that_cannot_be_read_are_not_taken_for_empty_ones(body: str) -> None:
    async with scene() as stage:
        courier, root = await asked(stage)
        stage.server.faults.http("history", 200, body, content_type="application/json")

        with pytest.raises(TryLater, match="unreadable"):
            await courier.thread(root)


async def test_direct_messages_after_a_post_are_read_even_without_the_intent() -> None:
    async with scene() as stage:
        stage.server.world.privileged = 0
        courier = await stage.courier()
        before = await courier.post(stage.to_ana, note("before"), PostKey("a"), None)
        stage.guild.say("U1", before.channel, "too early")
        post = await courier.post(stage.to_ana, note("question"), KEY, None)
        assert await courier.since(post) == []
        for number in range(120):
            stage.guild.say("U1", post.channel, f"answer {number}")

        seen = await courier.since(post)

        assert [each.text for each in seen] == [f"answer {number}" for number in range(120)]


async def test_a_private_thread_is_read_like_a_direct_message() -> None:
    async with scene() as stage:
        courier = await stage.courier()
        stage.guild.close_dms("U1")
        post = await courier.post(stage.to_ana, note("question"), KEY, None)
        stage.guild.say("U1", post.channel, "an answer")

        assert [each.text for each in await courier.since(post)] == ["an answer"]


# --- reactions ---------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["prep", "forum", "to_ana"])
async def test_all_reactions_are_read_but_our_own(place: str) -> None:
    async with scene() as stage:
        courier, post = await asked(stage, place)
        where = "C1" if place == "prep" else post.channel
        stage.guild.react("U1", where, post.message, "4️⃣")
        stage.guild.react("U1", where, post.message, "🚩")
        await courier.mark(post, "4️⃣", on=True)

        seen = await courier.reactions(post)

        ana = stage.to_ana.user
        assert set(seen) == {SeenReaction(ana, "4️⃣"), SeenReaction(ana, "🚩")}


async def test_hundreds_of_reactions_with_one_emoji_are_read() -> None:
    async with scene() as stage:
        courier, post = await asked(stage)
        for number in range(230):
            stage.guild.add_member(f"M{number}")
            stage.guild.react(f"M{number}", "C1", post.message, "👍")

        assert len({each.user for each in await courier.reactions(post)}) == 230


async def test_one_person_with_an_emoji_in_two_skin_tones_reacted_once() -> None:
    async with scene() as stage:
        courier, post = await asked(stage)
        stage.guild.react("U1", "C1", post.message, "👍")
        stage.guild.react("U1", "C1", post.message, "👍🏽")

        assert await courier.reactions(post) == [SeenReaction(stage.to_ana.user, "👍")]


async def test_reactions_of_a_deleted_post_are_refused_and_not_empty() -> None:
    async with scene() as stage:
        courier = await stage.courier()
        post = await courier.post(stage.prep, note("a"), KEY, None)
        stage.guild.delete("C1", post.message)

        with pytest.raises(Refused, match="unknown_message"):
            await courier.reactions(post)


# --- people ------------------------------------------------------------------------------------


async def test_people_are_those_who_see_the_channel_without_bots() -> None:
    async with scene() as stage:
        stage.guild.add_role("prep", handle="R1")
        stage.guild.add_channel("C2", "hidden", private=True)
        stage.guild.add_member("U4", roles=("R1",))
        stage.guild.add_member("B1", bot=True, roles=("R1",))
        stage.guild.add_member("U5", roles=(stage.guild.add_role("boss", 1 << 3),))
        stage.guild.allow("C2", Permission.VIEW_CHANNEL, who="R1")
        stage.guild.allow("C2", Permission.VIEW_CHANNEL, who="U1")
        stage.guild.allow("C2", Permission.VIEW_CHANNEL)
        courier = await stage.courier()

        people = await courier.people(ChannelId(stage.id("C2")))

        owner = stage.guild.town.owner
        assert set(people) == {owner, *map(stage.id, ("U1", "U4", "U5"))}


async def test_somebody_shut_out_of_an_open_channel_is_not_in_it() -> None:
    async with scene() as stage:
        stage.guild.deny("C1", Permission.VIEW_CHANNEL, who="U2")

        people = await (await stage.courier()).people(stage.prep.channel)

        assert set(people) == {stage.guild.town.owner, stage.id("U1"), stage.id("U3")}


async def test_without_the_intent_for_members_nobody_can_tell_who_is_there() -> None:
    async with scene() as stage:
        stage.server.world.privileged = 1 << 15

        with pytest.raises(Refused, match="members_intent_missing"):
            await (await stage.courier()).people(stage.prep.channel)


async def test_thousands_of_members_are_read_page_by_page() -> None:
    async with scene() as stage:
        for number in range(1_100):
            stage.guild.add_member(f"M{number}")

        people = await (await stage.courier()).people(stage.prep.channel)

        assert len(people) == 1_104
        assert stage.asked("members") == ["members"] * 2


async def test_ids_that_discord_cannot_have_given_are_refused_without_asking() -> None:
    async with scene() as stage:
        courier = await stage.courier()

        for call in (
            courier.thread(at("../users", "1")),
            courier.reactions(at("C1", "@me")),
            courier.mark(at("1", "2/../3"), "✅", on=True),
        ):
            with pytest.raises(Refused, match="not_an_id"):
                await call

        assert stage.server.calls == []
