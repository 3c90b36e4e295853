"""Slack's own client works against the local Slack, which refuses what Slack refuses."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import aiohttp
import pytest
import pytest_asyncio
from slack_sdk.errors import SlackApiError

from tests.slack.server_stages import (
    ClientStage,
    Json,
    client_stage,
    refused,
    rich,
)


@pytest_asyncio.fixture
async def stage() -> AsyncIterator[ClientStage]:
    async with client_stage() as stage:
        yield stage


@pytest.mark.parametrize(
    ("token", "code"),
    [("xoxb-wrong", "invalid_auth"), ("", "not_authed"), ("xapp-1", "not_allowed_token_type")],
)
async def test_a_wrong_token_is_refused(stage: ClientStage, token: str, code: str) -> None:
    with refused(code):
        await stage.client_with(token).auth_test()


async def test_a_missing_scope_is_named_and_the_granted_ones_are_in_a_header(
    stage: ClientStage,
) -> None:
    stage.team.scopes = {"chat:write", "im:history"}

    with pytest.raises(SlackApiError) as error:
        await stage.client.conversations_history(channel="C1")
    known = await stage.client.auth_test()

    assert error.value.response["needed"] == "channels:history"
    assert error.value.response["provided"] == "chat:write,im:history"
    assert known.headers["x-oauth-scopes"] == "chat:write,im:history"


async def test_places_where_nothing_can_be_posted_are_refused_by_their_own_codes(
    stage: ClientStage,
) -> None:
    stage.team.add_channel("C2", "other", members=["U1"], bot=False)
    stage.team.add_channel("C3", "secret", members=["U1"], bot=False, private=True)
    stage.team.add_channel("C4", "old")
    stage.team.archive("C4")

    for channel, code in [
        ("C2", "not_in_channel"),
        ("C3", "channel_not_found"),
        ("C4", "is_archived"),
        ("C9", "channel_not_found"),
    ]:
        with refused(code):
            await stage.post(channel)
    with refused("thread_not_found"):
        await stage.post(thread_ts="1.000000")


async def test_only_the_apps_own_messages_can_be_changed_or_deleted(stage: ClientStage) -> None:
    ts = stage.team.say("U1", "C1", "mine")

    with refused("cant_update_message"):
        await stage.client.chat_update(channel="C1", ts=ts, text="yours")
    with refused("cant_delete_message"):
        await stage.client.chat_delete(channel="C1", ts=ts)
    with refused("message_not_found"):
        await stage.client.chat_update(channel="C1", ts="1.0", text="x")


async def test_what_an_update_does_not_name_stays_as_it_was(stage: ClientStage) -> None:
    metadata = {"event_type": "post", "event_payload": {"key": "k"}}
    ts = await stage.post(blocks=[rich("hello")], metadata=metadata)

    await stage.client.chat_update(channel="C1", ts=ts, text="new")

    shown = stage.team.message("C1", ts)
    assert (shown.text, shown.metadata, len(shown.blocks)) == ("new", metadata, 1)


async def test_a_reaction_is_put_once_and_taken_once(stage: ClientStage) -> None:
    ts = await stage.post()
    item = {"channel": "C1", "timestamp": ts, "name": "four"}
    await stage.client.reactions_add(**item)

    with refused("already_reacted"):
        await stage.client.reactions_add(**item)
    assert stage.team.message("C1", ts).reactions == {"four": [stage.team.bot_user]}
    await stage.client.reactions_remove(**item)
    with refused("no_reaction"):
        await stage.client.reactions_remove(**item)
    with refused("invalid_name"):
        await stage.client.reactions_add(channel="C1", timestamp=ts, name="thumbs_up")


async def test_a_direct_message_to_a_closed_account_succeeds(stage: ClientStage) -> None:
    stage.team.deactivate("U2")

    opened = await stage.client.conversations_open(users="U2")
    await stage.post(opened["channel"]["id"])

    person = (await stage.client.users_info(user="U2"))["user"]
    assert person["deleted"] is True
    assert "tz" not in person
    with refused("user_not_found"):
        await stage.client.conversations_open(users="U9")


async def test_a_note_is_seen_by_its_reader_only_and_is_in_no_history(stage: ClientStage) -> None:
    await stage.client.chat_postEphemeral(channel="C1", user="U1", text="psst")

    assert [note.text for _, note in stage.team.ephemerals("U1")] == ["psst"]
    assert stage.team.ephemerals("U2") == []
    assert (await stage.client.conversations_history(channel="C1"))["messages"] == []
    with refused("user_not_in_channel"):
        await stage.client.chat_postEphemeral(channel="C1", user="U9", text="psst")


async def test_history_is_newest_first_in_pages_between_bounds(stage: ClientStage) -> None:
    said = [stage.team.say("U1", "C1", f"{number}") for number in range(5)]
    stage.team.say("U2", "C1", "a reply", thread=said[0])
    bounds: Json = {"oldest": said[0], "latest": said[4]}

    first = await stage.client.conversations_history(channel="C1", limit=2, **bounds)
    cursor = first["response_metadata"]["next_cursor"]
    rest = await stage.client.conversations_history(channel="C1", cursor=cursor, **bounds)
    whole = await stage.client.conversations_history(channel="C1", inclusive=True, **bounds)

    assert [m["text"] for m in first["messages"]] == ["3", "2"]
    assert [m["text"] for m in rest["messages"]] == ["1"]
    assert [m["text"] for m in whole["messages"]] == ["4", "3", "2", "1", "0"]
    assert whole["messages"][-1]["reply_count"] == 1


async def test_a_thread_begins_with_its_root_and_metadata_is_told_when_asked(
    stage: ClientStage,
) -> None:
    root = await stage.post(metadata={"event_type": "post", "event_payload": {"key": "k"}})
    reply = stage.team.say("U1", "C1", "yes", thread=root)

    some = await stage.client.conversations_replies(channel="C1", ts=root, oldest=root)
    full = await stage.client.conversations_replies(
        channel="C1", ts=root, include_all_metadata=True
    )

    assert [m["ts"] for m in some["messages"]] == [root, reply]
    assert "event_payload" not in some["messages"][0]["metadata"]
    assert full["messages"][0]["metadata"]["event_payload"] == {"key": "k"}


async def test_the_limits_of_2025_give_15_items_once_a_minute(stage: ClientStage) -> None:
    stage.slack.limits.history()
    for number in range(20):
        stage.team.say("U1", "C1", f"{number}")

    page = await stage.client.conversations_history(channel="C1", limit=100)
    stage.now += timedelta(seconds=30)
    with refused("ratelimited") as error:
        await stage.client.conversations_history(channel="C1")
    stage.now += timedelta(seconds=30)

    assert len(page["messages"]) == 15
    assert error.value.response.headers["Retry-After"] == "30"
    assert (await stage.client.conversations_history(channel="C1"))["ok"]


async def test_a_lost_reply_is_done_and_a_reset_is_not(stage: ClientStage) -> None:
    stage.slack.faults.lose_reply("chat.postMessage")
    with pytest.raises(aiohttp.ClientError):
        await stage.post(text="lost")
    stage.slack.faults.reset("chat.postMessage")
    with pytest.raises(aiohttp.ClientError):
        await stage.post(text="never sent")

    assert [shown.text for shown in stage.team.messages("C1")] == ["lost"]


async def test_a_stalled_call_does_not_keep_anybody_from_settling(stage: ClientStage) -> None:
    stage.slack.faults.stall("chat.postMessage")
    waiting = asyncio.ensure_future(stage.post())
    await stage.slack.until(lambda: stage.slack.calls)

    await stage.slack.settled()

    assert not waiting.done()
    waiting.cancel()


async def test_a_fault_of_one_channel_concerns_no_other_and_is_used_up(stage: ClientStage) -> None:
    stage.team.add_channel("C2", "other")
    stage.slack.faults.rate_limit("chat.postMessage", retry_after=7, channel="C1")
    await stage.post("C2")

    with refused("ratelimited") as error:
        await stage.post("C1")
    await stage.post("C1")

    assert error.value.response.headers["Retry-After"] == "7"
    assert [call.error for call in stage.slack.calls] == [None, "rate_limit", None]


async def test_what_people_type_is_stored_as_slack_stores_it(stage: ClientStage) -> None:
    ts = stage.team.say("U1", "C1", "a < b & c > d 🎉 👍🏽 <@U2>")

    assert stage.team.message("C1", ts).text == (
        "a &lt; b &amp; c &gt; d :tada: :+1::skin-tone-4: <@U2>"
    )


async def test_two_workspaces_never_see_each_other(stage: ClientStage) -> None:
    other = stage.slack.team("T2")
    other.add_channel("C1", "prep")
    other.add_channel("C2", "theirs")

    await stage.post(text="ours")
    with refused("channel_not_found"):
        await stage.post("C2")

    assert other.messages("C1") == []
