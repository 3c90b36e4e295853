"""Threads, forums, direct messages and servers of the local Discord, with an unmodified client."""

from __future__ import annotations

from collections.abc import AsyncIterator

import discord
import pytest
import pytest_asyncio

from tests.discord.server_stages import Listener, Stage, staged
from tests.servers.discord.permissions import Permission


@pytest_asyncio.fixture
async def stage() -> AsyncIterator[Stage]:
    async with staged() as stage:
        yield stage


@pytest_asyncio.fixture
async def client(stage: Stage) -> Listener:
    return await stage.listener()


def code_of(error: pytest.ExceptionInfo[discord.HTTPException]) -> int:
    return error.value.code


async def test_a_thread_on_a_message_has_its_id_and_begins_with_a_pointer_to_it(
    stage: Stage, client: Listener
) -> None:
    root = await stage.text(client).send("question")
    thread = await root.create_thread(name="Question 1")
    await thread.send("first")
    stage.guild.say("U1", str(thread.id), "answer")

    history = [message async for message in thread.history(oldest_first=True)]

    assert thread.id == root.id
    assert history[0].type is discord.MessageType.thread_starter_message
    assert [message.content for message in stage.guild.thread(str(root.id))] == ["first", "answer"]
    assert [each.id for each in stage.guild.threads("C1")] == [str(root.id)]
    with pytest.raises(discord.HTTPException) as error:
        await root.create_thread(name="again")
    assert code_of(error) == 160004


async def test_a_forum_post_and_its_first_message_have_one_id(
    stage: Stage, client: Listener
) -> None:
    forum = await client.fetch_channel(int(stage.guild.add_channel("F1", kind="forum", tags=["q"])))
    assert isinstance(forum, discord.ForumChannel)
    tag = forum.available_tags[0]

    post = await forum.create_thread(name="Question 1", content="text", applied_tags=[tag])

    assert post.thread.id == post.message.id
    assert [message.content for message in stage.guild.messages(str(post.thread.id))] == ["text"]
    assert (await stage.call("POST", f"/channels/{forum.id}/messages", {"content": "x"}))[1][
        "code"
    ] == 50008


async def test_an_archived_thread_refuses_changes_until_it_is_opened_again(
    stage: Stage, client: Listener
) -> None:
    root = await stage.text(client).send("question")
    thread = await root.create_thread(name="Question 1")
    message = await thread.send("first")
    stage.guild.archive(str(thread.id))

    for attempt in (message.edit(content="x"), message.add_reaction("👍"), message.delete()):
        with pytest.raises(discord.HTTPException) as error:
            await attempt
        assert code_of(error) == 50083
    await thread.edit(archived=False)
    await message.add_reaction("👍")

    assert stage.guild.message(str(thread.id), str(message.id)).reactions


async def test_a_message_opens_an_archived_thread_unless_it_is_locked(
    stage: Stage, client: Listener
) -> None:
    stage.guild.deny("C1", Permission.MANAGE_THREADS)
    root = await stage.text(client).send("question")
    thread = await root.create_thread(name="Question 1")
    stage.guild.archive(str(thread.id))
    await thread.send("awake")
    opened = not stage.server.world.channel(str(thread.id)).archived
    stage.guild.archive(str(thread.id), locked=True)

    with pytest.raises(discord.HTTPException) as error:
        await thread.send("locked")

    assert opened
    assert code_of(error) == 160005


async def test_direct_messages_come_through_unless_they_are_closed_or_no_server_is_shared(
    stage: Stage, client: Listener
) -> None:
    user = await client.fetch_user(int(stage.server.id_of("U1")))
    await user.send("hello")
    stage.guild.say("U1", stage.guild.dm("U1"), "hi")
    await stage.server.settled()
    stage.guild.close_dms("U1")

    with pytest.raises(discord.Forbidden) as closed:
        await user.send("again")
    stage.guild.open_dms("U1")
    stage.guild.leave("U1")
    with pytest.raises(discord.Forbidden) as left:
        await user.send("again")

    assert [each.content for each in stage.guild.messages(stage.guild.dm("U1"))] == ["hello", "hi"]
    assert client.said() == ["hi"]
    assert (code_of(closed), code_of(left)) == (50007, 50007)


async def test_a_bot_that_was_removed_hears_nothing_and_has_no_access(
    stage: Stage, client: Listener
) -> None:
    channel = stage.text(client)
    stage.guild.kick_bot()
    stage.guild.say("U1", "C1", "unheard")
    await stage.server.settled()

    with pytest.raises(discord.Forbidden) as error:
        await channel.send("x")

    assert client.heard[1:] == [("removed", "G1")]
    assert code_of(error) == 50001


async def test_what_is_asked_for_is_found(stage: Stage, client: Listener) -> None:
    guild, channel = client.guilds[0], stage.text(client)
    message = await channel.send("x")
    await message.add_reaction("👍")
    thread = await message.create_thread(name="t")
    old = await channel.create_thread(name="old", type=discord.ChannelType.public_thread)
    secret = await channel.create_thread(name="one member", invitable=False)
    await secret.add_user(discord.Object(int(stage.server.id_of("U1"))))
    stage.guild.archive(str(old.id))

    fetched = await channel.fetch_message(message.id)

    assert {each.name for each in await guild.active_threads()} == {"t", "one member"}
    assert [each.name async for each in channel.archived_threads()] == ["old"]
    assert {each.name async for each in guild.fetch_members()} == {"owner", "coach", "ana", "bo"}
    assert (await guild.fetch_member(int(stage.server.id_of("U1")))).name == "ana"
    assert [each.name for each in await guild.query_members("an")] == ["ana"]
    assert [each.name async for each in client.fetch_guilds()] == ["G1"]
    assert (await client.fetch_guild(guild.id)).name == "G1"
    assert [each.name for each in await guild.fetch_channels()] == ["prep"]
    assert [each.name async for each in fetched.reactions[0].users()] == ["coach"]
    assert fetched.thread is not None
    assert (fetched.reactions[0].me, fetched.thread.id) == (True, thread.id)
    assert len(await secret.fetch_members()) == 2
    assert not stage.server.world.sees(
        stage.server.id_of("U2"), stage.server.world.channel(str(secret.id))
    )
    async with channel.typing():
        assert [each async for each in channel.pins()] == []


async def test_two_servers_do_not_hear_of_each_other_but_share_people(
    stage: Stage, client: Listener
) -> None:
    other = stage.server.guild("G2")
    other.add_member("U1")
    other.add_channel("C9", "elsewhere")
    await stage.server.settled()

    other.say("U1", "C9", "over here")
    await stage.server.settled()

    assert client.said() == ["over here"]
    assert {guild.name for guild in client.guilds} == {"G1", "G2"}
    with pytest.raises(AssertionError, match="does not see"):
        other.say("U2", "C9", "not in")
