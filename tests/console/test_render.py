"""How messages look in plain text."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.console.render import columns, harmless, render, render_changes, render_form
from bot.ids import ChannelId, UserId
from bot.messages import (
    Block,
    Bullets,
    Button,
    Buttons,
    Channel,
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
from tests.console.fakes import FORM
from tests.pictures.samples import AWKWARD, PLAIN, board

LONG = "one two three four five six seven eight nine ten"


def lines(*blocks: Block, width: int | None = 100) -> list[str]:
    return render(Message("notice", "x", blocks), width)


def test_every_block_has_a_plain_shape() -> None:
    at = datetime(2026, 12, 7, 17, 0, tzinfo=UTC)

    shown = lines(
        Heading("Week 1"),
        Paragraph((Words("Say "), Code("plan"), Words(" to "), Mention(UserId("bo"), "Bo B"))),
        Paragraph((Words("In "), Channel(ChannelId("#prep\n")))),
        Bullets(((Words("a"),), (Words("b"),))),
        Bullets(((Words("a"),), (Words("b"),)), style="number"),
        Bullets(((Words("a"),),), style="check"),
        Quote("one\n\ntwo"),
        Note((Words("until "), Moment(at, "America/Los_Angeles"))),
        Buttons((Button("Yes", "y"), Button("No", "n"))),
    )

    assert shown == [
        "Week 1",
        "Say `plan` to @Bo B",
        "In #prep",
        "• a",
        "• b",
        "1. a",
        "2. b",
        "☐ a",
        "> one",
        ">",
        "> two",
        "(until Mon 7 Dec 2026, 09:00)",
        "[Yes]  [No]",
    ]


def test_of_a_changed_message_only_what_is_new_is_shown() -> None:
    asked = (Heading("Question"), Paragraph((Words("Why?"),)))
    counted = (*asked, Note((Words("2 answers"),)))

    assert changes(asked, counted) == ["(2 answers)"]
    assert changes((*asked, Note((Words("1 answer"),))), counted) == ["(2 answers)"]
    assert changes(asked, (Paragraph((Words("Closed."),)),)) == ["Closed."]
    assert changes(asked, asked) == []


def test_of_a_message_that_says_less_it_is_shown_what_is_gone() -> None:
    asked = (Paragraph((Words("Why?"),)), Note((Words(LONG),)))

    assert changes(asked, asked[:1]) == [f"no longer: ({LONG})"]
    assert changes(asked, asked[:1], 30)[1].startswith(" " * len("no longer: "))


def changes(
    before: tuple[Block, ...], after: tuple[Block, ...], width: int | None = 100
) -> list[str]:
    old, new = (Message("notice", "x", blocks) for blocks in (before, after))
    return render_changes(old, new, width)


def test_other_taps_are_new_and_none_are_not() -> None:
    blocks = (Paragraph((Words("Rate it."),)),)
    old, new = Message("notice", "x", blocks), Message("notice", "x", blocks, taps=("1️⃣",))

    assert render_changes(old, new) == ["(tap 1️⃣)"]
    assert render_changes(new, old) == []


def test_tables_stand_in_columns_whatever_the_width_of_their_characters() -> None:
    table = Table(("", "Name", "Points"), (("1.", "安娜", "10"), ("2.", "Bo", "5")))

    assert lines(table) == [
        "    Name  Points",
        "1.  安娜      10",
        "2.  Bo         5",
    ]


def test_long_lines_go_on_under_their_own_beginning() -> None:
    shown = lines(Bullets(((Words(LONG),),)), Quote(LONG), width=24)

    assert shown == [
        "• one two three four",
        "  five six seven eight",
        "  nine ten",
        "> one two three four",
        "> five six seven eight",
        "> nine ten",
    ]


def test_taps_are_named_in_order() -> None:
    message = Message("review_request", "x", (Heading("Rate"),), taps=("1️⃣", "🎯"))

    assert render(message)[-1] == "(tap 1️⃣ 🎯)"


def test_a_picture_is_said_where_others_see_it() -> None:
    message = Message("leaderboard", "x", (Heading("Board"),), ("👍",), picture=board(PLAIN[:1]))

    shown = render(message)

    assert (shown[0], shown[-1]) == ("Board", "(tap 👍)")
    assert " ".join(line.strip() for line in shown[1:-1]).startswith("[picture] Product leads")
    assert "1. Ana: 115" in " ".join(shown)


def test_another_picture_is_new_and_the_same_is_not() -> None:
    before = Message("leaderboard", "x", (Heading("Board"),), picture=board(PLAIN[:1]))

    other = render_changes(before, replace(before, picture=board(PLAIN[:2])))
    same = render_changes(before, replace(before, blocks=(Heading("New"),)))

    assert other[0].startswith("[picture]")
    assert same == ["New"]


def test_nobodys_name_in_a_picture_reaches_the_terminal_as_more_than_words() -> None:
    message = Message("leaderboard", "x", (Heading("Board"),), picture=board(AWKWARD))

    assert all(harmless(line) == line for line in render(message))


def test_a_form_names_its_fields_as_they_are_filled_in() -> None:
    assert render_form(FORM) == [
        "Form “Your review”",
        "clarity = Clarity · one of 1 (absent), 4 (good)",
        "flags = Red flags · any of a (Blames, always), b (Rambles)",
        "comment = Comment · as long as you like · may stay empty",
        "(To send it: NAME sends the form: clarity=…; flags=…)",
    ]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", "␛[31mred"),
        ("a\u202eb", "a�b"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("\x9b2J\x07", "�2J␇"),
        ("family 👩‍👩‍👧 é", "family 👩‍👩‍👧 é"),
    ],
)
def test_nothing_a_terminal_would_obey_is_left(text: str, shown: str) -> None:
    assert harmless(text) == shown


def test_a_name_cannot_begin_a_new_line() -> None:
    name = Mention(UserId("bo"), "bo\ncoach to ana, note1:")

    assert len(lines(Paragraph((name, Said("x\ny"))))) == 1


@given(st.text(max_size=300), st.integers(20, 120))
def test_no_words_make_a_line_wider_than_asked_unless_one_word_is(text: str, width: int) -> None:
    for line in lines(Paragraph((Said(text),)), Quote(text), width=width):
        assert columns(line) <= width or len(line.removeprefix("> ").split(" ")) == 1
        assert line.isprintable() or all(not c.isspace() or c == " " or ord(c) > 127 for c in line)
        assert "\x1b" not in line
        assert "\n" not in line
