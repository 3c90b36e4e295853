"""Home, windows and forms, and forms that were sent."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.models.views import View

from adapters.slack.views import BLOCKS_MOST, TOO_LONG, fits, form, home, modal, submitted
from bot.ids import ChannelId
from bot.messages import (
    Button,
    Buttons,
    Field,
    Form,
    Heading,
    Message,
    Paragraph,
    Quote,
    Table,
    Words,
)
from tests.examples import cases
from tests.slack.rendered import (
    kinds,
    message,
    messages,
    nodes,
    quoted_in,
    sampled,
    validate,
    words,
)

KEYS = pytest.mark.parametrize("key", ["coursera-senior-em", "longest"])


def check(view: dict[str, Any]) -> None:
    """Check that Slack would take a view."""
    View(**view).validate_json()
    validate(view["blocks"])
    assert "table" not in kinds(view)
    assert len(json.dumps(view)) <= 250_000


def shown(field: Field) -> dict[str, Any]:
    """Return the input block of a field."""
    blocks: Any = form(Form("Title", "act", (field,)), None)["blocks"]
    return dict(blocks[-1])


def element(field: Field) -> dict[str, Any]:
    return dict(shown(field)["element"])


def options(count: int, label: str = "Option") -> tuple[tuple[str, str], ...]:
    return tuple((f"o{n}", f"{label} {n}") for n in range(count))


# --- all of it -------------------------------------------------------------------------------


@KEYS
def test_slack_takes_every_form_and_every_message_as_a_view(key: str) -> None:
    for said in sampled(key):
        if isinstance(said, Form):
            check(form(said, ChannelId("C1")))
        else:
            check(home(said))
            check(modal([said]))


@cases(25)
@given(st.lists(messages, min_size=1, max_size=4))
def test_slack_takes_any_messages_as_a_view(said: list[Message]) -> None:
    check(modal(said))
    check(home(said[0]))


# --- home and windows ------------------------------------------------------------------------


def test_home_is_the_message_without_title_and_close() -> None:
    view: Any = home(message(Heading("Today"), Paragraph((Words("x"),))))

    assert view.keys() == {"type", "blocks"}
    assert [block["type"] for block in view["blocks"]] == ["header", "rich_text"]


def test_a_window_has_a_title_that_fits_a_way_to_close_and_nothing_to_send() -> None:
    view: Any = modal([message(Paragraph((Words("x"),)))], "A title that is far too long for it")

    assert view["title"]["text"] == "A title that is far too…"
    assert view["close"]["text"] == "Close"
    assert "submit" not in view


def test_messages_in_one_window_are_divided_and_their_buttons_differ() -> None:
    one = message(Buttons((Button("A", "a"),)))

    view: Any = modal([one, one])

    assert [block["type"] for block in view["blocks"]] == ["actions", "divider", "actions"]
    assert len({block.get("block_id") for block in view["blocks"]}) == 3


def test_a_table_in_a_view_is_set_in_columns() -> None:
    view = home(message(Table(("Name", "Points"), (("Ana", "12"),))))

    assert words(view["blocks"]) == "Name  Points\nAna       12"


def test_a_view_holds_a_long_answer_in_one_piece() -> None:
    text = "A sentence. " * 1_000

    view = modal([message(Quote(text))])

    assert quoted_in(view["blocks"]) == text
    assert fits([message(Quote(text))])


def test_a_view_that_cannot_hold_all_says_so() -> None:
    said = [message(Quote("word " * 30_000))]

    view = modal(said)

    check(view)
    assert TOO_LONG in words(view["blocks"])
    assert not fits(said)


def test_more_blocks_than_a_view_takes_are_announced() -> None:
    said = [message(*(Paragraph((Words("x"),)) for _ in range(40)))] * 3

    view: Any = modal(said)

    check(view)
    assert len(view["blocks"]) <= BLOCKS_MOST
    assert view["blocks"][-1]["elements"][0]["text"] == TOO_LONG


# --- which element a field gets --------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        (Field("f", "F"), "plain_text_input"),
        (Field("f", "F", kind="date"), "datepicker"),
        (Field("f", "F", kind="time"), "timepicker"),
        (Field("f", "F", options=options(5)), "radio_buttons"),
        (Field("f", "F", options=options(6)), "static_select"),
        (Field("f", "F", options=options(2, "x" * 80)), "static_select"),
        (Field("f", "F", options=options(10), several=True), "checkboxes"),
        (Field("f", "F", options=options(11), several=True), "multi_static_select"),
        (Field("f", "F", options=options(2, "x" * 80), several=True), "multi_static_select"),
    ],
)
def test_a_field_gets_the_element_that_suits_it(field: Field, expected: str) -> None:
    assert element(field)["type"] == expected
    check(form(Form("Title", "act", (field,)), None))


def test_an_input_is_known_by_its_fields_name() -> None:
    block = shown(Field("score", "Score", hint="From 1 to 5", required=False))

    assert (block["block_id"], block["element"]["action_id"]) == ("score", "value")
    assert block["hint"]["text"] == "From 1 to 5"
    assert block["optional"] is True


def test_a_required_field_cannot_stay_empty() -> None:
    assert shown(Field("f", "F"))["optional"] is False


def test_a_long_text_has_room_for_many_lines_and_says_where_it_ends() -> None:
    block = shown(Field("f", "F", long=True, hint="Be kind."))

    assert block["element"]["multiline"] is True
    assert block["element"]["max_length"] == 3_000
    assert block["hint"]["text"] == "Be kind. At most 3,000 characters fit here."


@pytest.mark.parametrize(
    ("field", "name", "expected"),
    [
        (Field("f", "F", value="mon-fri"), "initial_value", "mon-fri"),
        (Field("f", "F", value="2026-12-07", kind="date"), "initial_date", "2026-12-07"),
        (Field("f", "F", value="9:05", kind="time"), "initial_time", "09:05"),
    ],
)
def test_what_is_so_already_is_filled_in(field: Field, name: str, expected: str) -> None:
    assert element(field)[name] == expected


@pytest.mark.parametrize(
    "field",
    [
        Field("f", "F", value="monday", kind="date"),
        Field("f", "F", value="2026-02-30", kind="date"),
        Field("f", "F", value="25:00", kind="time"),
        Field("f", "F", value="nine", kind="time"),
        Field("f", "F", value="nothing", options=options(2)),
        Field("f", "F", value="nothing,else", options=options(2), several=True),
    ],
)
def test_a_value_no_element_can_show_is_left_out(field: Field) -> None:
    assert not any(name.startswith("initial") for name in element(field))


def test_chosen_options_are_filled_in_as_they_stand_in_the_list() -> None:
    one = element(Field("f", "F", options=options(3), value="o1"))
    several = element(Field("f", "F", options=options(3), value="o0, o2", several=True))

    assert one["initial_option"] == one["options"][1]
    assert several["initial_options"] == several["options"][::2]


def test_long_options_are_spelled_out_above_their_list() -> None:
    labels = ("a" * 100, "b" * 200, "c")
    field = Field("f", "F", options=tuple((str(n), label) for n, label in enumerate(labels)))

    view: Any = form(Form("Title", "act", (field,)), None)
    above, block = view["blocks"]

    assert words(above) == "".join(labels)
    texts = [option["text"]["text"] for option in block["element"]["options"]]
    assert texts == [f"1. {'a' * 71}…", f"2. {'b' * 71}…", "3. c"]


def test_a_value_longer_than_a_field_is_cut_and_says_so() -> None:
    block = shown(Field("f", "F", long=True, value="x" * 3_001))

    assert block["element"]["initial_value"] == "x" * 2_999 + "…"
    assert "Only the first 3,000 characters" in block["hint"]["text"]


def test_an_intro_stands_above_the_fields() -> None:
    asked = Form("Title", "act", (Field("f", "F"),), (Words("Why?", bold=True),))

    blocks: Any = form(asked, None)["blocks"]

    assert [block["type"] for block in blocks] == ["rich_text", "input"]
    assert words(blocks) == "Why?"


def test_a_form_of_twelve_fields_fits() -> None:
    fields = tuple(Field(f"f{n}", "F", options=options(25, "x" * 90)) for n in range(12))

    check(form(Form("t" * 24, "a" * 100, fields), ChannelId("C" * 20)))


# --- what was sent ---------------------------------------------------------------------------


def sent(asked: Form, channel: str | None, **values: dict[str, Any]) -> dict[str, Any]:
    """Return a form's view as Slack sends it back."""
    view = form(asked, ChannelId(channel) if channel else None)
    return {**view, "id": "V1", "state": {"values": {k: {"value": v} for k, v in values.items()}}}


ASKED = Form("Title", "review:1", (Field("a", "A"), Field("b", "B")))


def test_every_element_is_read_back() -> None:
    option = {"text": {"type": "plain_text", "text": "One"}, "value": "o1"}
    view = sent(
        ASKED,
        "C1",
        text={"type": "plain_text_input", "value": " as typed\n"},
        radio={"type": "radio_buttons", "selected_option": option},
        select={"type": "static_select", "selected_option": option},
        boxes={"type": "checkboxes", "selected_options": [option, {**option, "value": "o2"}]},
        multi={"type": "multi_static_select", "selected_options": [option]},
        day={"type": "datepicker", "selected_date": "2026-12-07"},
        clock={"type": "timepicker", "selected_time": "09:00"},
    )

    assert submitted(view) == (
        "review:1",
        "C1",
        {
            "text": " as typed\n",
            "radio": "o1",
            "select": "o1",
            "boxes": "o1,o2",
            "multi": "o1",
            "day": "2026-12-07",
            "clock": "09:00",
        },
    )


def test_empty_fields_are_missing() -> None:
    view = sent(
        ASKED,
        None,
        text={"type": "plain_text_input", "value": None},
        blank={"type": "plain_text_input", "value": "  \n"},
        radio={"type": "radio_buttons", "selected_option": None},
        boxes={"type": "checkboxes", "selected_options": []},
        day={"type": "datepicker", "selected_date": None},
        clock={"type": "timepicker", "selected_time": None},
    )

    assert submitted(view) == ("review:1", None, {})


@pytest.mark.parametrize("metadata", [None, "", "{", "[]", '"C1"', '{"channel": 1}', "{}"])
def test_a_window_without_a_channel_is_from_a_direct_message(metadata: str | None) -> None:
    view: dict[str, Any] = {
        "callback_id": "act",
        "private_metadata": metadata,
        "state": {"values": {}},
    }

    assert submitted(view) == ("act", None, {})


def test_nodes_of_a_form_never_hold_markup() -> None:
    view = form(Form("Title", "act", (Field("f", "F", hint="*x* <!here>"),)), None)

    assert not [node for node in nodes(view) if node.get("type") == "mrkdwn"]
