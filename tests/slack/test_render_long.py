"""Long answers: every word arrives, in order, parted where a reader would part them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import iter_graphemes

from adapters.slack.render import IN_THREAD, render
from adapters.slack.splitting import clip, cut, weight
from bot.messages import Button, Buttons, Code, Heading, Note, Paragraph, Quote, Words
from tests.examples import cases
from tests.slack.rendered import check, long_strings, message, nodes, quoted, strings, words

FAMILY = "👨‍👩‍👧‍👦"
ROUND = (
    Heading("Could you review an answer?"),
    Paragraph((Words("A peer answers:"),)),
)
AFTER = (
    Paragraph((Words("How good is it as a whole?", bold=True),)),
    Note((Words("Only the author sees it. "), Code("/coach review"))),
    Buttons((Button("Open the form", "form:r1", "primary"),)),
)
LONG = {
    "one word of 12,000 letters": "x" * 12_000,
    "one word of 40,000 letters": "y" * 40_000,
    "emoji joined to families": FAMILY * 2_000,
    "Hebrew": "שלום עולם. " * 3_600,
    "accents": "e\u0301\u0323" * 4_000,
    "flags": "🇩🇪🇫🇷" * 5_000,
    "pings": "<!channel> <@U1> & " * 2_100,
    "fences": "```\ncode & `more`\n```\n" * 1_800,
    "quotation marks": '"\\' * 20_000,
    "lines": "\n" * 12_000,
    "prose": "A sentence of six words. And another, longer one!\n\n" * 800,
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG.keys())
def test_a_long_answer_arrives_complete_and_within_limits(text: str) -> None:
    parts = render(message(*ROUND, Quote(text), *AFTER))

    check(parts)
    assert len(parts) > 1
    assert quoted(parts) == text


@pytest.mark.parametrize("text", LONG.values(), ids=LONG.keys())
def test_no_piece_of_an_answer_ends_inside_of_a_character(text: str) -> None:
    parts = render(message(*ROUND, Quote(text), *AFTER))

    pieces = [n["text"] for p in parts for n in nodes(p.blocks) if n.get("type") == "text"]
    whole = set(iter_graphemes(text))
    assert all(set(iter_graphemes(p)) <= whole for p in pieces if p in text)


def test_what_cannot_be_sent_is_replaced_and_nothing_else() -> None:
    parts = render(message(Quote("a\0b\ud800c\x1bd\tе\r\n" * 2_000)))

    check(parts)
    assert quoted(parts) == "a�b?c�d\tе\r\n" * 2_000


def test_the_question_the_rubric_and_the_buttons_stay_in_the_first_part() -> None:
    first, *later = render(message(*ROUND, Quote("word " * 3_000), *AFTER))

    assert [block["type"] for block in first.blocks] == [
        "header", "rich_text", "rich_text", "rich_text", "context", "actions",
    ]  # fmt: skip
    assert words(first.blocks[2]).endswith(IN_THREAD)
    assert [block["type"] for block in later[0].blocks] == ["context", "rich_text"]
    assert len(quoted([first])) > 7_000


def test_later_parts_say_which_they_are_and_what_they_hold() -> None:
    parts = render(message(*ROUND, Quote("word & " * 4_000), *AFTER))

    titles = [n["text"] for p in parts[1:] for n in nodes(p.blocks) if n["type"] == "plain_text"]
    assert titles == [f"Continued, {n} of {len(parts)}" for n in range(2, len(parts) + 1)]
    assert parts[1].text.startswith(f"Continued, 2 of {len(parts)}: ")
    assert "word &amp; word" in parts[1].text


def test_each_of_several_long_quotes_begins_in_the_first_part_and_goes_on_under_its_name() -> None:
    named = [(f"Comment {n}", f"{n}{'z' * 9_000}") for n in range(3)]
    blocks = [b for name, text in named for b in (Paragraph((Words(name),)), Quote(text))]

    first, *later = render(message(*blocks))

    assert [t[0] in quoted([first]) for _, t in named] == [True] * 3
    for name, _ in named:
        assert f"{name} (continued)" in "".join(words(part.blocks) for part in later)
    assert len(quoted([first, *later])) == 3 * 9_001


def test_a_short_quote_beside_a_long_one_is_kept_whole() -> None:
    short = "keep me together " * 40

    first, *_ = render(message(Quote("long " * 4_000), Quote(short)))

    assert short in quoted([first])


def test_elsewhere_the_reader_is_told_where_it_goes_on() -> None:
    first, *_ = render(message(Quote("word " * 3_000)), "Goes on below.")

    assert words(first.blocks).endswith("Goes on below.")
    assert IN_THREAD not in words(first.blocks)


# --- parting ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "head"),
    [
        ("One.\n\nTwo. Three four", "One.\n\n"),
        ("One two\nThree four five", "One two\n"),
        ("One two. Three four", "One two. "),
        ("One two three four five", "One two "),
        ("Onetwothreefour", "Onetwothre"),
        ("Onetwothr\r\nfour", "Onetwothr"),
    ],
)
def test_a_text_is_parted_at_the_best_end_in_reach(text: str, head: str) -> None:
    room = 10 + 2 + 2 * text[:10].count("\n") - text[:10].count("\n")

    assert cut(text, room) == (head, text[len(head) :])


@cases(150)
@given(st.one_of(strings, long_strings), st.integers(0, 3_000))
def test_the_pieces_of_a_text_are_the_text(text: str, room: int) -> None:
    text = text.encode("utf-8", "replace").decode()
    pieces, rest = [], text
    while rest:
        piece, rest = cut(rest, room)
        assert piece
        assert weight(piece) <= room or len(piece) == 1
        pieces.append(piece)

    assert "".join(pieces) == text


@given(strings, st.integers(1, 40))
def test_what_is_clipped_fits(text: str, limit: int) -> None:
    clipped = clip(text, limit)

    assert len(clipped) <= limit
    assert clipped == text or clipped.endswith("…")


def test_a_character_larger_than_the_room_is_parted_after_all() -> None:
    head, rest = cut("a" + "\u0301" * 500, 102)

    assert (len(head), len(rest)) == (100, 401)
