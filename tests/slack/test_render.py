"""What the coach says, as Slack takes it: whole, within limits, and literal."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given

from adapters.slack.render import IN_THREAD, Part, has_table, render, without_table
from bot.ids import UserId
from bot.inbound import clean
from bot.messages import (
    Bullets,
    Button,
    Buttons,
    Code,
    Heading,
    Mention,
    Message,
    Moment,
    Note,
    Paragraph,
    Quote,
    Said,
    Table,
    Words,
)
from tests.examples import cases
from tests.slack.rendered import (
    AT,
    MOMENT,
    check,
    kinds,
    message,
    messages,
    nodes,
    quoted,
    sampled,
    words,
)

KEYS = pytest.mark.parametrize("key", ["coursera-senior-em", "longest"])
OF_QUOTES = {
    "context",
    "plain_text",
    "rich_text",
    "rich_text_quote",
    "rich_text_section",
    "text",
}
BOARD = Table(("", "Member", "Points"), (("1", "Ana", "12"), ("2", "", "9")))
REVIEW = (Buttons((Button("Open the form", "form:r1", "primary"), Button("Not now", "later:r1"))),)


def only(*blocks: object) -> Part:
    (part,) = render(message(*blocks))
    return part


def shown_as(*blocks: object) -> Any:
    """Return the blocks of a message that takes one part."""
    return only(*blocks).blocks


# --- all of it -------------------------------------------------------------------------------


@KEYS
def test_slack_takes_everything_the_coach_can_say(key: str) -> None:
    for said in sampled(key):
        if isinstance(said, Message):
            parts = render(said)
            check(parts)
            check([without_table(part) for part in parts if has_table(part)])


def test_only_the_ends_of_quotes_leave_the_first_part_of_what_fits_without_them() -> None:
    for said in sampled("coursera-senior-em"):
        if isinstance(said, Message) and fits_without_quotes(said):
            later = [part.blocks for part in render(said)[1:]]
            assert kinds(later) <= OF_QUOTES


def fits_without_quotes(said: Message) -> bool:
    others = tuple(block for block in said.blocks if not isinstance(block, Quote))
    return len(json.dumps(render(replace(said, blocks=others or said.blocks))[0].blocks)) < 7_000


@cases(40)
@given(messages)
def test_slack_takes_every_message_there_could_be(any_message: Message) -> None:
    parts = render(any_message)

    check(parts)
    check([without_table(part) for part in parts])
    quotes = [shown(block.text) for block in any_message.blocks if isinstance(block, Quote)]
    # The end of a long quote stands in a later part than the beginning of the next one.
    assert Counter(quoted(parts)) == Counter("".join(quotes))
    assert len(quotes) > 1 or quoted(parts) == "".join(quotes)


def shown(text: str) -> str:
    """Return a text as it can be sent."""
    return "".join("�" if c < " " and c not in "\n\r\t" else c for c in clean(text))


# --- each kind of block ----------------------------------------------------------------------


def test_a_heading_is_a_header_and_literal() -> None:
    part = only(Heading("Week 1 <!channel>"))

    assert part.blocks == (
        {
            "type": "header",
            "text": {"type": "plain_text", "text": "Week 1 <!channel>", "emoji": False},
        },
    )


def test_running_text_keeps_its_spans() -> None:
    text = (Words("Hi "), Mention(UserId("U1"), "Ana"), Words(", say ", bold=True), Code("/coach"))
    (block,) = shown_as(Paragraph((*text, MOMENT)))

    (section,) = block["elements"]
    assert section["elements"] == [
        {"type": "text", "text": "Hi "},
        {"type": "user", "user_id": "U1"},
        {"type": "text", "text": ", say ", "style": {"bold": True}},
        {"type": "text", "text": "/coach", "style": {"code": True}},
        {
            "type": "date",
            "timestamp": 1796630400,
            "format": "{date_long_pretty} at {time}",
            "fallback": "Mon 7 Dec 2026, 09:00 (Europe/Berlin)",
        },
    ]


def test_a_mention_of_something_that_is_no_user_is_only_a_name() -> None:
    part = only(Paragraph((Mention(UserId("!channel"), "Ana"),)))

    assert words(part.blocks) == "@Ana"
    assert "user" not in kinds(part.blocks)


@pytest.mark.parametrize(
    ("style", "expected"),
    [("date", "Mon 7 Dec 2026"), ("time", "03:00 (America/New York)")],
)
def test_a_moment_falls_back_to_its_own_zone(style: str, expected: str) -> None:
    part = only(Paragraph((Moment(AT, "America/New_York", style),)))  # type: ignore[arg-type]

    assert [n["fallback"] for n in nodes(part.blocks) if n.get("type") == "date"] == [expected]


def test_lists_are_lists_and_things_to_tick_have_boxes() -> None:
    items = ((Words("one"),), (Words("two"),))
    points, numbers, checks = (
        only(Bullets(items, style)).blocks[0] for style in ("point", "number", "check")
    )

    assert [n["style"] for n in nodes([points, numbers]) if n.get("type") == "rich_text_list"] == [
        "bullet",
        "ordered",
    ]
    assert words(checks) == "☐ one\n☐ two"


def test_small_print_is_plain_unless_it_holds_a_date_or_a_command() -> None:
    plain = only(Note((Words("of *5* & "), Said("<@U1>")))).blocks[0]
    marked = only(Note((Said("a_b_ <@U1>"), Words(" until "), MOMENT, Code("x")))).blocks[0]

    assert [n["text"] for n in nodes(plain) if "text" in n] == ["of *5* & <@U1>"]
    assert kinds(plain) == {"context", "plain_text"}
    (text,) = (n["text"] for n in nodes(marked) if "text" in n)
    assert text == (
        "aˍbˍ &lt;@U1&gt; until <!date^1796630400^{date_long_pretty} at {time}"
        "|Mon 7 Dec 2026, 09:00 (Europe/Berlin)>`x`"
    )


def test_bold_small_print_has_its_marks_right_at_the_words() -> None:
    (node,) = (n for n in nodes(only(Note((Words(" 3 of 5 ", bold=True),))).blocks) if "text" in n)

    assert node["text"] == "*3 of 5*"


def test_small_print_too_long_for_markup_is_complete_in_plain_text() -> None:
    part = only(Note((Said("&" * 2_700), MOMENT)))

    elements = [n["text"] for n in nodes(part.blocks) if n.get("type") == "plain_text"]
    assert "".join(elements).startswith("&" * 2_700 + "Mon 7 Dec")


def test_a_table_is_slacks_own_with_numbers_on_the_right() -> None:
    (block,) = shown_as(BOARD)

    assert block["type"] == "table"
    assert block["rows"][2] == [{"type": "raw_text", "text": cell} for cell in ("2", " ", "9")]
    assert [c["align"] for c in block["column_settings"]] == ["right", "left", "right"]


def test_where_tables_are_refused_its_columns_stand_in_line() -> None:
    wide = Table(("Member", "Points"), (("お名前", "12"), ("Ana", "9"), ("x" * 80, "1")))

    part = only(wide)
    other = without_table(part)

    assert has_table(part)
    assert not has_table(other)
    assert other.text == part.text
    assert words(other.blocks).split("\n") == [
        "Member  Points",
        "お名前      12",
        "Ana          9",
        f"{'x' * 80}       1",
    ]


def test_a_table_in_which_nothing_stands_is_left_out() -> None:
    (block,) = shown_as(Table(("", ""), ()), Paragraph((Words("x"),)))

    assert block["type"] == "rich_text"
    assert words([block]) == "x"


def test_a_second_table_and_one_too_large_are_set_in_columns() -> None:
    large = Table(tuple("abcdefghijklmnopqrstu"), (tuple("1" * 21),))
    parts = render(message(BOARD, BOARD, large))

    assert [b["type"] for b in parts[0].blocks] == ["table", "rich_text", "rich_text"]


def test_a_table_of_a_hundred_members_is_complete() -> None:
    rows = tuple((str(n), f"member {n} {'x' * 30}", "9") for n in range(300))

    parts = render(message(Table(("", "Member", "Points"), rows)))

    check(parts)
    assert len("".join(words(p.blocks) for p in parts).split("member ")) == 301


def test_a_leaderboard_too_large_for_a_table_stays_in_the_first_part_in_columns() -> None:
    rows = tuple((str(n), f"member {n} {'x' * 30}", "9") for n in range(75))

    (part,) = render(message(Heading("Board"), Table(("", "Member", "Points"), rows), *REVIEW))

    assert [block["type"] for block in part.blocks] == ["header", "rich_text", "actions"]


def test_buttons_carry_their_action_and_rows_differ() -> None:
    blocks = shown_as(Paragraph((Words("x"),)), *REVIEW, *REVIEW)

    assert [block.get("block_id") for block in blocks] == [None, "buttons-1", "buttons-2"]
    first, second = blocks[1]["elements"]
    assert first["action_id"] == first["value"] == "form:r1"
    assert first["style"] == "primary"
    assert "style" not in second


def test_taps_add_nothing() -> None:
    plain = message(Paragraph((Words("x"),)))
    tapped = Message("notice", plain.summary, plain.blocks, taps=("1️⃣", "2️⃣"))

    assert render(tapped) == render(plain)


def test_a_message_with_nothing_to_show_still_says_what_it_means() -> None:
    part = only(Paragraph(()), Quote(""), Bullets(()), Note(()), Table((), ()))

    check([part])
    assert words(part.blocks) == "In short"


# --- direction of writing --------------------------------------------------------------------


def test_a_name_turns_nothing_around_it() -> None:
    part = only(Paragraph((Said("\u202eevil"), Words(" 5 "), Said("\u05d0\u05d1"), Words(" 4"))))

    assert words(part.blocks) == "evil 5 \u2068\u05d0\u05d1\u2069 4"


# --- the text beside the blocks --------------------------------------------------------------


def test_the_text_has_the_summary_first_and_then_everything() -> None:
    part = only(
        Heading("Result"),
        Paragraph((Words("By "), Mention(UserId("U1"), "Ana"), Words(" at "), MOMENT)),
        Bullets(((Words("a"),), (Words("b"),)), "number"),
        Quote("said\nso"),
        BOARD,
        *REVIEW,
    )

    assert part.text == (
        "In short\nResult\nBy @Ana at Mon 7 Dec 2026, 09:00 (Europe/Berlin)\n1. a\n2. b\n"
        "said\nso\n   Member  Points\n1  Ana         12\n2               9"
    )


def test_the_text_does_not_say_the_same_twice() -> None:
    assert render(message(Paragraph((Words("In short"),))))[0].text == "In short"


def test_the_text_pings_nobody_and_may_end_early() -> None:
    text = render(message(Quote("<!channel> & " * 900)))[0].text

    assert text.startswith("In short\n&lt;!channel&gt; &amp; &lt;")
    assert 3_000 < len(text) <= 3_500
    assert text.endswith("…")
    assert "<" not in text


# --- limits ----------------------------------------------------------------------------------


def test_forty_blocks_in_a_row_fit() -> None:
    part = only(*(Paragraph((Words(f"{n}"),)) for n in range(40)))

    assert len(part.blocks) == 40


def test_a_message_too_long_without_any_quote_flows_on_and_keeps_its_buttons() -> None:
    paragraphs = [Paragraph((Words(f"<{n}>" + "x" * 2_790),)) for n in range(39)]

    parts = render(message(*paragraphs, *REVIEW))

    check(parts)
    assert parts[0].blocks[-2]["type"] == "actions" or parts[0].blocks[-1]["type"] == "actions"
    assert "actions" not in kinds([part.blocks for part in parts[1:]])
    whole = "".join(words(part.blocks) for part in parts).replace(IN_THREAD, "")
    assert whole == "".join(f"<{n}>" + "x" * 2_790 for n in range(39))


def test_a_long_list_goes_on_with_the_next_number() -> None:
    items = tuple((Words(f"{n}" + "x" * 900),) for n in range(30))

    parts = render(message(Bullets(items, "number")))

    check(parts)
    lists = [n for part in parts for n in nodes(part.blocks) if n.get("type") == "rich_text_list"]
    assert len(lists) == len(parts) > 1
    assert "offset" not in lists[0]
    assert lists[1]["offset"] in (len(lists[0]["elements"]), len(lists[0]["elements"]) - 1)


def test_rendering_the_same_message_again_gives_the_same() -> None:
    said = message(Heading("x"), Quote("word " * 9_000), BOARD, *REVIEW)

    assert json.dumps([p.blocks for p in render(said)]) == json.dumps(
        [p.blocks for p in render(said)]
    )


def test_moments_before_the_epoch_and_far_ahead_can_be_sent() -> None:
    for years in (-60, 100):
        check([only(Paragraph((Moment(AT + timedelta(days=365 * years), "UTC"),)))])
