"""What is read again: posts of ours, threads, direct messages, reactions and who is there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

import pytest

from bot.ids import ChannelId, PostKey, UserId
from bot.messages import InThread, Place
from bot.ports.outgoing import Receipt
from bot.ports.platforms import Refused, SeenReaction, TryLater
from tests.slack.couriers import ANA, IN_PREP, PREP, TO_ANA, Scene, at, essay, note, scene

T = TypeVar("T")
KEY = PostKey("k1")


async def _patiently(stage: Scene, read: Callable[[], Awaitable[T]]) -> T:
    """Read as settling does: wait as long as asked, and ask again."""
    for _ in range(12):
        try:
            return await read()
        except TryLater as later:
            stage.clock.pass_(later.after or timedelta(days=1))
    raise AssertionError("it never ends")


# --- posts -----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["channel", "thread", "direct"])
@pytest.mark.parametrize("long", [False, True])
async def test_a_post_is_found_by_its_key_wherever_it_stands(kind: str, long: bool) -> None:
    async with scene() as stage:
        courier = await stage.courier()
        since = stage.clock()
        root = await courier.post(IN_PREP, note("root"), PostKey("root"), None)
        thread = root if kind == "thread" else None
        threaded = InThread(PREP, PostKey("root"))
        places: dict[str, Place] = {"channel": IN_PREP, "direct": TO_ANA, "thread": threaded}
        place = places[kind]
        message = essay("long", 3) if long else note("hello")
        receipt = await courier.post(place, message, KEY, thread)
        courier = await stage.courier()

        assert await courier.find(place, KEY, since, thread) == receipt
        assert await courier.find(place, PostKey("k2"), since, thread) is None


async def test_a_post_of_which_a_part_is_missing_is_not_found() -> None:
    async with scene() as stage:
        courier = await stage.courier()
        receipt = await courier.post(IN_PREP, essay("long", 3), KEY, None)
        last = stage.team.thread(PREP, receipt.message)[-1]
        stage.team.delete(PREP, last.ts)
        courier = await stage.courier()

        assert await courier.find(IN_PREP, KEY, stage.clock() - timedelta(hours=1), None) is None
        await courier.post(IN_PREP, essay("long", 3), KEY, None)

        assert len(stage.shown()) == 1
        assert stage.parts(PREP, receipt.message) == list(
            range(2, stage.count(receipt.message) + 1)
        )


async def test_a_post_is_found_although_our_clock_was_hours_ahead() -> None:
    async with scene() as stage:
        courier = await stage.courier()
        receipt = await courier.post(IN_PREP, note("a"), KEY, None)
        courier = await stage.courier()
        since = stage.clock() + timedelta(hours=14)

        assert await courier.find(IN_PREP, KEY, since, None) == receipt


async def test_nothing_is_found_in_a_thread_that_is_gone() -> None:
    async with scene() as stage:
        courier = await stage.courier()
        root = await courier.post(IN_PREP, note("root"), KEY, None)
        stage.team.delete(PREP, root.message)

        found = await courier.find(InThread(PREP, KEY), PostKey("k2"), stage.clock(), root)

        assert found is None


async def test_a_post_is_not_searched_for_in_a_channel_that_cannot_be_read() -> None:
    async with scene() as stage:
        courier = await stage.courier()
        stage.team.kick_bot("C1")

        with pytest.raises(Refused, match="not_in_channel"):
            await courier.find(IN_PREP, KEY, stage.clock(), None)


# --- threads ---------------------------------------------------------------------------------


async def _question(stage: Scene) -> tuple[Receipt, str]:
    courier = await stage.courier()
    receipt = await courier.post(IN_PREP, note("question"), KEY, None)
    return receipt, receipt.message


async def test_a_thread_shows_who_said_what_and_when_oldest_first() -> None:
    async with scene() as stage:
        root, ts = await _question(stage)
        said_at = stage.clock()
        stage.team.say("U2", PREP, "second? no, first", thread=ts)
        stage.clock.pass_(timedelta(minutes=5))
        stage.team.say("U1", PREP, "Tom &amp; <@U2> &lt;3", thread=ts, files=2)
        courier = await stage.courier()

        first, second = await courier.thread(root)

        assert (first.user, first.name, first.is_bot) == (UserId("U2"), "Bo Lund", False)
        assert first.said_at - said_at < timedelta(seconds=1)
        assert second.said_at - first.said_at >= timedelta(minutes=4)
        assert (second.text.count("@Bo Lund"), second.files) == (1, 2)


async def test_our_own_question_is_not_part_of_its_thread_and_our_words_are_a_bots() -> None:
    async with scene() as stage:
        courier = await stage.courier()
        root = await courier.post(IN_PREP, note("question"), KEY, None)
        await courier.post(InThread(PREP, KEY), note("a reminder"), PostKey("k2"), root)

        (seen,) = await courier.thread(root)

        assert (seen.is_bot, seen.text) == (True, "a reminder")


async def test_an_edited_message_shows_its_text_and_is_newer_than_what_an_event_told() -> None:
    async with scene() as stage:
        root, ts = await _question(stage)
        stage.clock.pass_(timedelta(seconds=0.4))
        answer = stage.team.say("U1", PREP, "old", thread=ts)
        stage.clock.pass_(timedelta(seconds=0.4))
        stage.team.edit("U1", PREP, answer, "new")
        courier = await stage.courier()

        (seen,) = await courier.thread(root)

        assert seen.text == "new"
        assert stage.clock() <= seen.revised_at < stage.clock() + timedelta(seconds=1)


async def test_what_was_deleted_and_what_is_a_command_is_not_there() -> None:
    async with scene() as stage:
        root, ts = await _question(stage)
        gone = stage.team.say("U1", PREP, "gone", thread=ts)
        stage.team.say("U1", PREP, f"<@{stage.team.bot_user}> today", thread=ts)
        stage.team.say("U2", PREP, "here", thread=ts, broadcast=True)
        stage.team.delete(PREP, gone)
        courier = await stage.courier()

        assert [seen.text for seen in await courier.thread(root)] == ["here"]


@pytest.mark.parametrize("words", ["today, as I said", ""])
async def test_an_answer_into_which_our_mention_was_written_is_still_there(words: str) -> None:
    async with scene() as stage:
        root, ts = await _question(stage)
        answer = stage.team.say("U1", PREP, "as I said", thread=ts)
        stage.team.edit("U1", PREP, answer, f"<@{stage.team.bot_user}> {words}")
        courier = await stage.courier()

        (seen,) = await courier.thread(root)

        assert seen.message == answer
        assert seen.text.strip()
        assert not words or seen.text == words


async def test_a_thread_whose_question_is_gone_is_refused_and_never_empty() -> None:
    async with scene() as stage:
        root, ts = await _question(stage)
        stage.team.delete(PREP, ts)
        courier = await stage.courier()

        with pytest.raises(Refused, match="thread_not_found"):
            await courier.thread(root)


@pytest.mark.parametrize("strict", [False, True])
async def test_a_thread_of_many_pages_is_read_to_its_end(strict: bool) -> None:
    async with scene() as stage:
        root, ts = await _question(stage)
        for number in range(70):
            stage.team.say("U1", PREP, f"{number}", thread=ts)
        courier = await stage.courier()
        stage.slack.limits.history(items=15, per_minute=1 if strict else 100)

        seen = await _patiently(stage, lambda: courier.thread(root))

        assert [each.text for each in seen] == [f"{number}" for number in range(70)]
        assert sum(not call.error for call in stage.slack.calls if "replies" in call.method) == 5


async def test_pages_read_too_long_ago_are_read_again() -> None:
    async with scene() as stage:
        root, ts = await _question(stage)
        answers = [stage.team.say("U1", PREP, f"{n}", thread=ts) for n in range(20)]
        courier = await stage.courier()
        stage.slack.limits.history(items=15, per_minute=1)
        with pytest.raises(TryLater):
            await courier.thread(root)
        stage.clock.pass_(timedelta(hours=1))
        stage.team.edit("U1", PREP, answers[0], "changed")

        seen = await _patiently(stage, lambda: courier.thread(root))

        assert seen[0].text == "changed"
        assert len(seen) == 20


async def test_a_page_without_a_list_is_no_empty_thread() -> None:
    async with scene() as stage:
        root, _ = await _question(stage)
        courier = await stage.courier()
        stage.slack.faults.http("conversations.replies", 200, '{"ok": true}')

        with pytest.raises(TryLater):
            await courier.thread(root)


async def test_names_that_cannot_be_looked_up_are_empty() -> None:
    async with scene() as stage:
        root, ts = await _question(stage)
        stage.team.say("U1", PREP, "hi <@U2>", thread=ts)
        stage.team.scopes.discard("users:read")
        courier = await stage.courier()

        (seen,) = await courier.thread(root)

        assert (seen.name, seen.text) == ("", "hi @U2")


# --- direct messages -------------------------------------------------------------------------


@pytest.mark.parametrize("strict", [False, True])
async def test_everything_in_a_direct_message_after_a_post_is_seen_in_threads_too(
    strict: bool,
) -> None:
    async with scene() as stage:
        courier = await stage.courier()
        dm = stage.team.dm(ANA)
        stage.team.say("U1", dm, "before")
        post = await courier.post(TO_ANA, note("question"), KEY, None)
        stage.team.say("U1", dm, "in its thread", thread=post.message)
        mine = stage.team.say("U1", dm, "after")
        stage.team.say("U1", dm, "below that", thread=mine)
        if strict:
            stage.slack.limits.history(items=15, per_minute=1)

        seen = await _patiently(stage, lambda: courier.since(post))

        assert [each.text for each in seen] == ["in its thread", "after", "below that"]
        again = await _patiently(stage, lambda: courier.since(post))
        assert again == seen


async def test_a_reading_of_a_direct_message_sees_what_was_written_after_the_last_one() -> None:
    async with scene() as stage:
        courier = await stage.courier()
        post = await courier.post(TO_ANA, note("question"), KEY, None)
        stage.team.say("U1", post.channel, "one", thread=post.message)
        await courier.since(post)
        stage.team.say("U1", post.channel, "two", thread=post.message)
        stage.team.say("U1", post.channel, "three")

        assert [each.text for each in await courier.since(post)] == ["one", "two", "three"]


# --- reactions and people --------------------------------------------------------------------


async def test_reactions_are_emoji_without_tones_and_without_ours() -> None:
    async with scene() as stage:
        courier = await stage.courier()
        post = await courier.post(IN_PREP, note("rate"), KEY, None)
        await courier.mark(post, "4️⃣", on=True)
        for user in ("U1", "U2"):
            stage.team.react(user, PREP, post.message, "four")
        stage.team.react("U1", PREP, post.message, "clap::skin-tone-4")
        stage.team.react("U1", PREP, post.message, "clap")

        seen = await courier.reactions(post)

        expected = [("U1", "4️⃣"), ("U2", "4️⃣"), ("U1", "👏")]
        assert sorted((each.user, each.emoji) for each in seen) == sorted(expected)
        assert SeenReaction(UserId("U1"), "👏") in seen


async def test_everybody_who_reacted_is_seen_however_many() -> None:
    async with scene() as stage:
        courier = await stage.courier()
        post = await courier.post(IN_PREP, note("rate"), KEY, None)
        for number in range(10, 40):
            stage.team.add_user(f"U{number}", f"u{number}")
            stage.team.channels["C1"].members.append(f"U{number}")
            stage.team.react(f"U{number}", PREP, post.message, "four")

        assert len(await courier.reactions(post)) == 30


async def test_reactions_on_what_is_gone_are_refused() -> None:
    async with scene() as stage:
        courier = await stage.courier()

        with pytest.raises(Refused, match="message_not_found"):
            await courier.reactions(at(PREP, "1700000000.000001"))


async def test_people_are_who_is_there_without_bots_and_closed_accounts() -> None:
    async with scene() as stage:
        courier = await stage.courier()
        stage.team.add_user("U9", "robot", bot=True)
        stage.team.channels["C1"].members.append("U9")
        stage.team.deactivate("U2")

        assert list(await courier.people(PREP)) == [ANA, UserId("U3")]


async def test_all_pages_of_people_are_read_and_those_not_looked_up_count_as_there() -> None:
    async with scene() as stage:
        courier = await stage.courier()
        for number in range(10, 460):
            stage.team.add_user(f"U{number}", f"u{number}")
            stage.team.channels["C1"].members.append(f"U{number}")
        stage.team.scopes.discard("users:read")

        people = await courier.people(PREP)

        assert len(people) == 453
        assert stage.asked("conversations.members") == ["conversations.members"] * 3


@pytest.mark.parametrize("fault", ["fail", "reset"])
async def test_who_is_there_is_an_error_rather_than_incomplete(fault: str) -> None:
    async with scene() as stage:
        courier = await stage.courier()
        for number in range(10, 460):
            stage.team.add_user(f"U{number}", f"u{number}")
            stage.team.channels["C1"].members.append(f"U{number}")
        stage.slack.limits.history()
        with pytest.raises(Refused):
            await courier.people(ChannelId("C404"))
        if fault == "fail":
            stage.slack.faults.fail("conversations.members", "internal_error")
        else:
            stage.slack.faults.reset("conversations.members", times=2)

        with pytest.raises(TryLater):
            await courier.people(PREP)

        assert len(await courier.people(PREP)) == 453
