"""Delivery to Slack when nothing is lost: what is posted, changed and marked, and what is not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.ids import ChannelId, PostKey, UserId
from bot.messages import Direct, InChannel, InThread, Message, Table
from bot.ports.platforms import Refused, SendError, TryLater
from tests.slack.couriers import ANA, IN_PREP, PREP, TO_ANA, at, essay, note, scene

KEY = PostKey("k1")


async def test_a_post_stands_in_its_channel_with_its_key_and_as_plain_words() -> None:
    async with scene() as stage:
        courier = await stage.courier()

        receipt = await courier.post(IN_PREP, note("hello"), KEY, None)

        (shown,) = stage.team.messages(PREP)
        assert (receipt.channel, receipt.message) == (PREP, shown.ts)
        payload = {"key": "k1", "part": 1, "parts": 1}
        assert shown.metadata == {"event_type": "loopmates_post", "event_payload": payload}
        (call,) = stage.slack.calls
        off = ("mrkdwn", "link_names", "unfurl_links", "unfurl_media")
        assert [call.args[name] for name in off] == [False] * 4


async def test_a_reply_stands_in_the_thread() -> None:
    async with scene() as stage:
        courier = await stage.courier()
        root = await courier.post(IN_PREP, note("root"), KEY, None)

        receipt = await courier.post(InThread(PREP, KEY), note("reply"), PostKey("k2"), root)

        assert [shown.ts for shown in stage.team.thread(PREP, root.message)] == [receipt.message]
        assert stage.shown() == ["root"]


async def test_a_long_post_goes_on_in_the_thread_of_its_first_part() -> None:
    async with scene() as stage:
        courier = await stage.courier()

        receipt = await courier.post(IN_PREP, essay("long", 3), KEY, None)

        (first,) = stage.team.messages(PREP)
        count = stage.count(first.ts)
        assert count >= 3
        assert receipt.message == first.ts
        assert stage.parts(PREP, first.ts) == list(range(2, count + 1))


async def test_a_long_reply_goes_on_in_the_same_thread() -> None:
    async with scene() as stage:
        courier = await stage.courier()
        root = await courier.post(IN_PREP, note("root"), KEY, None)

        await courier.post(InThread(PREP, KEY), essay("long", 2), PostKey("k2"), root)

        assert stage.parts(PREP, root.message)[:2] == [1, 2]


async def test_posts_in_one_channel_are_a_second_apart_and_the_first_is_at_once() -> None:
    async with scene() as stage:
        courier = await stage.courier()

        await courier.post(IN_PREP, note("a"), PostKey("a"), None)
        assert stage.waits == []
        await courier.post(IN_PREP, note("b"), PostKey("b"), None)
        await courier.post(TO_ANA, note("c"), PostKey("c"), None)

        assert stage.waits == [1.0]


async def test_a_direct_message_is_opened_once() -> None:
    async with scene() as stage:
        courier = await stage.courier()

        first = await courier.post(TO_ANA, note("a"), PostKey("a"), None)
        await courier.post(TO_ANA, note("b"), PostKey("b"), None)

        assert first.channel == stage.team.dm(ANA)
        assert stage.shown(first.channel) == ["a", "b"]
        assert stage.asked("conversations.open") == ["conversations.open"]


async def test_a_closed_account_gets_nothing_although_slack_would_take_it() -> None:
    async with scene() as stage:
        courier = await stage.courier()
        stage.team.deactivate("U1")

        with pytest.raises(Refused) as refused:
            await courier.post(TO_ANA, note("a"), KEY, None)

        assert (refused.value.reason, refused.value.closed) == ("account_closed", True)
        assert stage.asked("chat.postMessage") == []


async def test_an_account_closed_later_is_noticed_within_ten_minutes() -> None:
    async with scene() as stage:
        courier = await stage.courier()
        await courier.post(TO_ANA, note("a"), PostKey("a"), None)
        stage.team.deactivate("U1")

        stage.clock.pass_(timedelta(minutes=10))
        with pytest.raises(Refused):
            await courier.post(TO_ANA, note("b"), PostKey("b"), None)


async def test_nobody_by_that_name_is_a_person_who_cannot_be_reached() -> None:
    async with scene() as stage:
        courier = await stage.courier()

        with pytest.raises(Refused) as refused:
            await courier.post(Direct(UserId("U404")), note("a"), KEY, None)

        assert (refused.value.reason, refused.value.closed) == ("user_not_found", True)


async def test_a_direct_message_needs_no_directory() -> None:
    async with scene() as stage:
        courier = await stage.courier()
        stage.team.scopes.discard("users:read")

        receipt = await courier.post(TO_ANA, note("a"), KEY, None)

        assert stage.shown(receipt.channel) == ["a"]


@pytest.mark.parametrize("where", ["C404", "C9", "C8"])
async def test_a_channel_that_is_not_there_archived_or_left_refuses(where: str) -> None:
    async with scene() as stage:
        courier = await stage.courier()
        stage.team.add_channel("C9", "old")
        stage.team.archive("C9")
        stage.team.add_channel("C8", "gone")
        stage.team.kick_bot("C8")

        with pytest.raises(Refused) as refused:
            await courier.post(InChannel(ChannelId(where)), note("a"), KEY, None)

        expected = {"C404": "channel_not_found", "C9": "is_archived", "C8": "not_in_channel"}
        assert refused.value.reason == expected[where]


async def test_a_revoked_token_holds_the_workspace_and_is_told_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with scene() as stage:
        courier = await stage.courier()
        stage.team.revoke()

        for key in ("a", "b"):
            with pytest.raises(TryLater) as later:
                await courier.post(IN_PREP, note("words"), PostKey(key), None)
            assert later.value.workspace

        (told,) = [record for record in caplog.records if record.levelname == "ERROR"]
        assert "Install the app" in told.__dict__["cure"]
        assert "words" not in caplog.text
        assert stage.team.bot_token not in caplog.text


async def test_a_limit_is_told_with_its_wait_and_nothing_is_asked_before_it_is_over() -> None:
    async with scene() as stage:
        courier = await stage.courier()
        stage.slack.faults.rate_limit("chat.postMessage", retry_after=30, channel=PREP)

        waits = []
        for _ in range(2):
            with pytest.raises(TryLater) as later:
                await courier.post(IN_PREP, note("a"), KEY, None)
            waits.append(later.value.after)
            stage.clock.pass_(timedelta(seconds=10))
        await courier.post(TO_ANA, note("another channel"), PostKey("b"), None)
        stage.clock.pass_(timedelta(seconds=10))
        await courier.post(IN_PREP, note("a"), KEY, None)

        assert waits == [timedelta(seconds=30), timedelta(seconds=20)]
        assert len(stage.asked("chat.postMessage")) == 3
        assert stage.shown() == ["a"]


async def test_even_a_short_limit_is_left_to_delivery_while_nothing_is_posted() -> None:
    async with scene() as stage:
        courier = await stage.courier()
        stage.slack.faults.rate_limit("chat.postMessage", retry_after=2)

        with pytest.raises(TryLater):
            await courier.post(IN_PREP, essay("long", 3), KEY, None)

        assert stage.waits == []


async def test_a_short_limit_between_two_parts_is_waited_out() -> None:
    async with scene() as stage:
        courier = await stage.courier()
        stage.slack.limits.posting(per_second=1 / 4)

        receipt = await courier.post(IN_PREP, essay("long", 3), KEY, None)

        count = stage.count(receipt.message)
        assert stage.parts(PREP, receipt.message) == list(range(2, count + 1))


async def test_a_table_that_slack_refuses_is_set_in_columns() -> None:
    async with scene() as stage:
        courier = await stage.courier()
        table = Table(("who", "points"), (("Ana", "12"),))
        board = Message("leaderboard", "Leaderboard", (table,))
        stage.slack.faults.fail("chat.postMessage", "invalid_blocks")

        await courier.post(IN_PREP, board, KEY, None)

        (shown,) = stage.team.messages(PREP)
        assert [block["type"] for block in shown.blocks] == ["rich_text"]


# --- edits -----------------------------------------------------------------------------------


async def test_an_edit_replaces_a_post_and_is_harmless_twice() -> None:
    async with scene() as stage:
        courier = await stage.courier()
        receipt = await courier.post(IN_PREP, note("old"), KEY, None)

        await courier.edit(receipt, note("new"))
        await courier.edit(receipt, note("new"))

        (shown,) = stage.team.messages(PREP)
        assert (shown.text, shown.ts) == ("new", receipt.message)
        assert shown.metadata
        assert shown.metadata["event_payload"]["key"] == "k1"
        assert stage.asked()[1:] == ["chat.update"] * 2


async def test_an_edit_after_a_restart_keeps_the_key() -> None:
    async with scene() as stage:
        receipt = await (await stage.courier()).post(IN_PREP, note("old"), KEY, None)
        courier = await stage.courier()

        await courier.edit(receipt, note("new"))
        await courier.edit(receipt, note("newer"))

        (shown,) = stage.team.messages(PREP)
        assert shown.metadata
        assert (shown.text, shown.metadata["event_payload"]["key"]) == ("newer", "k1")
        assert stage.asked() == ["conversations.replies", "chat.update", "chat.update"]


@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize(("before", "after"), [(1, 3), (3, 1), (2, 4), (4, 2), (3, 3)])
@pytest.mark.parametrize("threaded", [False, True])
async def test_an_edit_makes_the_parts_in_the_thread_fit(
    before: int, after: int, restarted: bool, threaded: bool
) -> None:
    async with scene() as stage:
        courier = await stage.courier()
        root = None
        place = IN_PREP if not threaded else InThread(PREP, PostKey("k0"))
        if threaded:
            root = await courier.post(IN_PREP, note("root"), PostKey("k0"), None)
        old = essay("old", before) if before > 1 else note("old")
        new = essay("new", after) if after > 1 else note("new")
        receipt = await courier.post(place, old, KEY, root)
        thread = root.message if root else receipt.message
        stage.team.say("U1", PREP, "my answer", thread=thread)

        if restarted:
            courier = await stage.courier()
        await courier.edit(receipt, new)

        numbers, texts = stage.parts(PREP, thread), stage.team.thread(PREP, thread)
        count = stage.count(receipt.message)
        first = 1 if threaded else 2
        assert sorted(numbers) == list(range(first, count + 1))
        assert sum("old" in shown.text for shown in texts) == 0
        assert any(shown.text == "my answer" for shown in texts)


async def test_an_interrupted_edit_is_finished_when_asked_again() -> None:
    async with scene() as stage:
        courier = await stage.courier()
        receipt = await courier.post(IN_PREP, note("old"), KEY, None)
        stage.slack.faults.lose_reply("chat.postMessage", times=1)

        with pytest.raises(SendError):
            await courier.edit(receipt, essay("new", 3))
        await courier.edit(receipt, essay("new", 3))

        count = stage.count(receipt.message)
        assert stage.parts(PREP, receipt.message) == list(range(2, count + 1))


async def test_an_edit_given_up_half_way_leaves_nothing_behind_the_next() -> None:
    async with scene() as stage:
        courier = await stage.courier()
        receipt = await courier.post(IN_PREP, note("old"), KEY, None)
        stage.slack.faults.lose_reply("chat.postMessage", times=1)

        with pytest.raises(SendError):
            await courier.edit(receipt, essay("new", 3))
        stage.slack.faults.clear()
        await courier.edit(receipt, note("short again"))

        assert stage.shown() == ["short again"]
        assert stage.parts(PREP, receipt.message) == []


async def test_an_edit_interrupted_while_it_takes_parts_away_is_finished_later() -> None:
    async with scene() as stage:
        courier = await stage.courier()
        receipt = await courier.post(IN_PREP, essay("old", 3), KEY, None)
        stage.slack.faults.fail("chat.delete", "internal_error")

        with pytest.raises(TryLater):
            await courier.edit(receipt, note("new"))
        courier = await stage.courier()
        await courier.edit(receipt, note("new"))

        assert stage.shown() == ["new"]
        assert stage.parts(PREP, receipt.message) == []


@pytest.mark.parametrize("restarted", [False, True])
async def test_editing_what_is_gone_or_not_ours_is_refused(restarted: bool) -> None:
    async with scene() as stage:
        courier = await stage.courier()
        receipt = await courier.post(IN_PREP, note("old"), KEY, None)
        stage.team.delete(PREP, receipt.message)
        theirs = stage.team.say("U1", PREP, "mine")
        courier = await stage.courier() if restarted else courier

        with pytest.raises(Refused):
            await courier.edit(receipt, note("new"))
        with pytest.raises(Refused, match="cant_update_message"):
            await courier.edit(at(PREP, theirs), note("new"))


# --- marks -----------------------------------------------------------------------------------


async def test_a_mark_is_put_on_and_taken_off_and_already_so_is_success() -> None:
    async with scene() as stage:
        courier = await stage.courier()
        ts = stage.team.say("U1", PREP, "answer")

        await courier.mark(at(PREP, ts), "✅", on=True)
        await courier.mark(at(PREP, ts), "✅", on=True)
        assert list(stage.team.message(PREP, ts).reactions) == ["white_check_mark"]
        await courier.mark(at(PREP, ts), "✅", on=False)
        await courier.mark(at(PREP, ts), "✅", on=False)

        assert not stage.team.message(PREP, ts).reactions


@pytest.mark.parametrize(
    ("fault", "emoji", "reason"),
    [
        ("too_many_reactions", "✅", "too_many_reactions"),
        ("message_not_found", "✅", "message_not_found"),
        ("", "no emoji", "invalid_name"),
    ],
)
async def test_a_mark_that_slack_does_not_take_is_refused(
    fault: str, emoji: str, reason: str
) -> None:
    async with scene() as stage:
        courier = await stage.courier()
        ts = stage.team.say("U1", PREP, "answer")
        if fault:
            stage.slack.faults.fail("reactions.add", fault)

        with pytest.raises(Refused, match=reason):
            await courier.mark(at(PREP, ts), emoji, on=True)


# --- seeds -----------------------------------------------------------------------------------


async def test_taps_are_seeded_in_order_behind_a_post_that_does_not_wait_for_them() -> None:
    async with scene() as stage:
        courier = await stage.courier()

        receipt = await courier.post(IN_PREP, note("rate", ("1️⃣", "2️⃣", "✅")), KEY, None)
        assert not stage.team.messages(PREP)[0].reactions
        await courier.seeds.settled()

        shown = stage.team.message(PREP, receipt.message)
        assert list(shown.reactions) == ["one", "two", "white_check_mark"]
        assert stage.waits == [1.2] * 3


async def test_seeding_waits_as_long_as_slack_says_and_gives_up_on_a_post_that_is_gone() -> None:
    async with scene() as stage:
        courier = await stage.courier()
        stage.slack.faults.rate_limit("reactions.add", retry_after=7)
        await courier.post(IN_PREP, note("a", ("1️⃣", "2️⃣")), PostKey("a"), None)
        gone = await courier.post(TO_ANA, note("b", ("1️⃣", "2️⃣")), PostKey("b"), None)
        stage.team.delete(gone.channel, gone.message)

        await courier.seeds.settled()

        assert 7.0 in stage.waits
        assert list(stage.team.messages(PREP)[0].reactions) == ["one", "two"]
        assert len(stage.asked("reactions.add")) == 4


async def test_closing_drops_what_is_not_seeded_yet() -> None:
    async with scene() as stage:
        courier = await stage.courier()
        await courier.post(IN_PREP, note("a", ("1️⃣",)), KEY, None)

        await courier.close()
        await courier.close()

        assert not stage.team.messages(PREP)[0].reactions
