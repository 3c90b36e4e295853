"""The local Slack refuses blocks, views and messages that Slack refuses."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from tests.slack.server_stages import (
    ClientStage,
    Json,
    button,
    client_stage,
    field,
    modal,
    refused,
    rich,
    text,
)


@pytest_asyncio.fixture
async def stage() -> AsyncIterator[ClientStage]:
    async with client_stage() as stage:
        yield stage


OPTION = {"text": text("One"), "value": "1"}
WRONG_BLOCKS: dict[str, list[Json]] = {
    "an unknown block": [{"type": "paragraph", "text": text("x")}],
    "an unknown field": [{"type": "divider", "colour": "red"}],
    "a heading of 151": [{"type": "header", "text": text("x" * 151)}],
    "a heading in mrkdwn": [{"type": "header", "text": text("x", "mrkdwn")}],
    "a section of 3,001": [{"type": "section", "text": text("x" * 3001)}],
    "an empty section": [{"type": "section", "text": text("")}],
    "51 blocks": [{"type": "divider"}] * 51,
    "26 buttons": [{"type": "actions", "elements": [button(f"b{n}") for n in range(26)]}],
    "a button label of 76": [{"type": "actions", "elements": [button("b", "x" * 76)]}],
    "an action id of 256": [{"type": "actions", "elements": [button("b" * 256)]}],
    "an action id twice": [{"type": "actions", "elements": [button("b"), button("b")]}],
    "an unknown style": [{"type": "actions", "elements": [button("b", style="big")]}],
    "a block id twice": [{"type": "divider", "block_id": "x"}] * 2,
    "11 notes": [{"type": "context", "elements": [text("x")] * 11}],
    "a button in a note": [{"type": "context", "elements": [button("b")]}],
    "empty rich text": [{"type": "rich_text", "elements": []}],
    "an empty text in rich text": [rich("")],
    "a date without a token": [
        {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_section",
                    "elements": [{"type": "date", "timestamp": 1, "format": "soon"}],
                }
            ],
        }
    ],
    "rows of two lengths": [
        {
            "type": "table",
            "rows": [[{"type": "raw_text", "text": "a"}], [{"type": "raw_text", "text": "b"}] * 2],
        }
    ],
    "21 cells in a row": [{"type": "table", "rows": [[{"type": "raw_text", "text": "a"}] * 21]}],
}


@pytest.mark.parametrize("blocks", WRONG_BLOCKS.values(), ids=WRONG_BLOCKS.keys())
async def test_blocks_that_slack_refuses_are_refused(
    stage: ClientStage, blocks: list[Json]
) -> None:
    with refused("invalid_blocks"):
        await stage.post(blocks=blocks)

    assert stage.team.messages("C1") == []


WRONG_VIEWS: dict[str, Json] = {
    "a title of 25": modal(field("a"), title=text("x" * 25)),
    "no button to send it": {k: v for k, v in modal(field("a")).items() if k != "submit"},
    "101 blocks": modal(*[{"type": "divider"}] * 101),
    "metadata of 3,001": modal(field("a"), private_metadata="x" * 3001),
    "a callback id of 256": modal(field("a"), callback_id="x" * 256),
    "a table": modal({"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]]}),
    "a hint of 2,001": modal(field("a", hint=text("x" * 2001))),
    "11 radio buttons": modal(
        field("a", element={"type": "radio_buttons", "options": [OPTION] * 11})
    ),
    "101 options": modal(field("a", element={"type": "static_select", "options": [OPTION] * 101})),
    "an initial option that is none": modal(
        field(
            "a",
            element={
                "type": "static_select",
                "options": [OPTION],
                "initial_option": OPTION | {"value": "2"},
            },
        )
    ),
    "a placeholder of 151": modal(
        field("a", element={"type": "plain_text_input", "placeholder": text("x" * 151)})
    ),
    "an initial time that is none": modal(
        field("a", element={"type": "timepicker", "initial_time": "9:00"})
    ),
    "a Home tab": {"type": "home", "blocks": []},
}


@pytest.mark.parametrize("view", WRONG_VIEWS.values(), ids=WRONG_VIEWS.keys())
async def test_modals_that_slack_refuses_are_refused(stage: ClientStage, view: Json) -> None:
    trigger = stage.slack.tickets.trigger(stage.team, "U1")

    with refused("invalid_arguments"):
        await stage.client.views_open(trigger_id=trigger, view=view)

    assert stage.team.modal("U1") is None


async def test_a_trigger_id_opens_one_view_within_three_seconds(stage: ClientStage) -> None:
    used, late = (stage.slack.tickets.trigger(stage.team, "U1") for _ in range(2))
    await stage.client.views_open(trigger_id=used, view=modal(field("a")))
    stage.now += timedelta(seconds=3, milliseconds=1)

    with refused("exchanged_trigger_id"):
        await stage.client.views_open(trigger_id=used, view=modal(field("a")))
    with refused("expired_trigger_id"):
        await stage.client.views_open(trigger_id=late, view=modal(field("a")))
    with refused("invalid_trigger_id"):
        await stage.client.views_open(trigger_id="made-up", view=modal(field("a")))


async def test_blocks_of_more_than_12_000_characters_are_refused(stage: ClientStage) -> None:
    with refused("msg_blocks_too_long"):
        await stage.post(blocks=[rich("x" * 3000)] * 4)


async def test_blocks_need_a_text_beside_them(stage: ClientStage) -> None:
    with refused("no_text"), pytest.warns(UserWarning, match="`text` argument is missing"):
        await stage.post(text="", blocks=[rich("hello")])


@pytest.mark.parametrize(
    ("metadata", "code"),
    [
        ({"event_type": "a"}, "invalid_metadata_format"),
        ({"event_type": "a b", "event_payload": {}}, "invalid_metadata_schema"),
    ],
)
async def test_metadata_has_a_name_and_a_payload(
    stage: ClientStage, metadata: Json, code: str
) -> None:
    with refused(code):
        await stage.post(metadata=metadata)
