"""The local Slack tells an app made with Bolt what people do, and does what it answers."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack.server_stages import (
    AppStage,
    app_stage,
)


@pytest_asyncio.fixture(params=["socket", "http"])
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[AppStage]:
    async with app_stage(request.param) as stage:
        yield stage


async def test_an_answer_said_edited_reacted_to_and_deleted_is_told_in_that_order(
    stage: AppStage,
) -> None:
    ts = stage.team.say("U1", "C1", "one")
    await stage.slack.settled()
    stage.team.edit("U1", "C1", ts, "two")
    await stage.slack.settled()
    stage.team.react("U1", "C1", ts, "four")
    await stage.slack.settled()
    stage.team.delete("C1", ts)
    await stage.slack.settled()

    said, changed, _, deleted = stage.events
    assert stage.kinds() == ["message", "message_changed", "reaction_added", "message_deleted"]
    assert (said["channel_type"], said["event_ts"], said["text"]) == ("channel", ts, "one")
    assert changed["message"]["edited"]["ts"].endswith(".000000")
    assert changed["previous_message"]["text"] == "one"
    assert deleted["previous_message"]["ts"] == deleted["deleted_ts"] == ts


async def test_replies_carry_their_subtype_and_a_lost_root_leaves_a_tombstone(
    stage: AppStage,
) -> None:
    root = stage.team.say("U1", "C1", "root")
    stage.team.say("U1", "C1", "", thread=root, files=2)
    stage.team.say("U1", "C1", "also there", thread=root, broadcast=True)
    stage.team.delete("C1", root)

    await stage.slack.settled()

    by_kind = {event.get("subtype", "message"): event for event in stage.events}
    assert len(by_kind["file_share"]["files"]) == 2
    assert by_kind["thread_broadcast"]["root"]["ts"] == root
    assert by_kind["message_changed"]["message"]["subtype"] == "tombstone"
    assert [shown.deleted for shown in stage.team.messages("C1")] == [True, False]


async def test_a_mention_comes_twice_and_the_apps_own_posts_come_back(stage: AppStage) -> None:
    client = AsyncWebClient(token=stage.team.bot_token, base_url=stage.slack.base_url)

    stage.team.say("U1", "C1", f"<@{stage.team.bot_user}> today")
    await client.chat_postMessage(channel="C1", text="hello")
    await stage.slack.settled()

    assert sorted(stage.kinds()) == ["app_mention", "message", "message"]
    own = [event for event in stage.events if event.get("bot_id")]
    assert [event["text"] for event in own] == ["hello"]


async def test_the_app_hears_nothing_it_has_no_scope_for_and_nothing_of_other_channels(
    stage: AppStage,
) -> None:
    stage.team.add_channel("C2", "other", members=["U1"], bot=False)
    stage.team.scopes.discard("im:history")

    stage.team.say("U1", "C2", "not for you")
    stage.team.say("U1", stage.team.dm("U1"), "nor this")
    stage.team.kick_bot("C1")
    stage.team.say("U1", "C1", "nor that")
    await stage.slack.settled()

    assert stage.kinds() == ["channel_left"]


async def test_a_command_shows_its_answer_and_its_form_whose_errors_stand_at_the_field(
    stage: AppStage,
) -> None:
    command = await stage.team.command("U1", "C1", "setup")
    wrong = await stage.team.submit("U1", {"name": "x"})
    still_open = stage.team.modal("U1")
    right = await stage.team.submit("U1")

    assert command.ack["text"] == "Here you are."
    assert [note.text for _, note in stage.team.ephemerals("U1")] == ["Here you are."]
    assert wrong.ack == {"response_action": "errors", "errors": {"name": "Too short."}}
    assert still_open is not None
    assert right.acked
    assert stage.team.modal("U1") is None


async def test_a_button_of_a_note_replaces_the_note(stage: AppStage) -> None:
    await stage.team.command("U1", "C1", "setup")
    [(_, note)] = stage.team.ephemerals("U1")

    await stage.team.press("U1", "C1", note.ts, "go")
    await stage.slack.settled()

    body = stage.bodies[-1]
    assert [note.text for _, note in stage.team.ephemerals("U1")] == ["Gone."]
    assert body["container"]["is_ephemeral"] is True
    assert (body["actions"][0]["action_id"], body["actions"][0]["value"]) == ("go", "go")


async def test_what_slacks_client_does_not_offer_is_refused_as_a_wrong_test(
    stage: AppStage,
) -> None:
    ts = stage.team.say("U1", "C1", "no buttons here")
    await stage.team.command("U1", "C1", "setup")

    with pytest.raises(AssertionError, match="no button"):
        await stage.team.press("U1", "C1", ts, "go")
    with pytest.raises(AssertionError, match="no such fields"):
        await stage.team.submit("U1", {"surname": "Ito"})
    with pytest.raises(AssertionError, match="required"):
        await stage.team.submit("U1", {"name": None})


async def test_a_shortcut_tells_its_message_and_a_visit_to_home_its_user(stage: AppStage) -> None:
    ts = stage.team.say("U1", "C1", "practise this")

    done = await stage.team.shortcut("U1", "C1", ts, "practise")
    await stage.team.open_home("U1")

    action = next(body for body in stage.bodies if body.get("callback_id") == "practise")
    assert done.acked
    assert (action["message"]["ts"], action["message_ts"]) == (ts, ts)
    assert stage.kinds()[-1] == "app_home_opened"
