"""Long answers: every word arrives, in order, parted where a reader would part them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import iter_graphemes

from adapters.discord.markup import BLANK, escaped
from adapters.discord.render import BELOW, IN_THREAD, render
from adapters.discord.splitting import clip, cut, weight
from bot.messages import Button, Buttons, Code, Heading, Note, Paragraph, Quote, Words
from tests.discord.client import read
from tests.discord.rendered import (
    check,
    long_strings,
    message,
    quoted,
    rows_of,
    shown,
    strings,
    texts_of,
)
from tests.examples import cases

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
    "pings": "@everyone <@1> & " * 2_100,
    "fences": "```\ncode & `more`\n```\n" * 1_800,
    "backslashes": "\\*" * 20_000,
    "lines": "a" + "\n" * 12_000 + "b",
    "prose": "A sentence of six words. And another, longer one!\n\n" * 800,
    "lists": "- one\n2. two\n# three\n> four\n" * 900,
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

    whole = set(iter_graphemes(text))
    for part in parts:
        assert set(iter_graphemes(quoted([part]))) <= whole


def test_no_part_ends_inside_of_an_escape() -> None:
    for part in render(message(Quote("\\*" * 9_000))):
        for text in texts_of(part.components):
            runs = [run for run in read(text) if "quote" in run.kinds]
            assert all(run.kinds == {"quote"} for run in runs)


def test_parts_are_filled_well() -> None:
    parts = render(message(*ROUND, Quote("word " * 6_000), *AFTER))

    sizes = [sum(map(weight, texts_of(part.components))) for part in parts]
    assert all(size > 3_400 for size in sizes[:-1])


def test_what_cannot_be_sent_is_replaced_and_nothing_else() -> None:
    parts = render(message(Quote("a\0b\ud800c\x1bd\tе\r\n" * 2_000)))

    check(parts)
    assert quoted(parts) == "a�b?c�d\tе\n" * 2_000


def test_the_question_the_rubric_and_the_buttons_stay_in_the_first_part() -> None:
    first, *later = render(message(*ROUND, Quote("word " * 3_000), *AFTER))

    heading, about, quote, rubric, note = texts_of(first.components)
    assert (heading, about) == ("## Could you review an answer?", "A peer answers:")
    assert quote.startswith("> word ")
    assert quote.endswith(f"\n-# {BELOW}")
    assert (rubric[:2], note[:2]) == ("**", "-#")
    assert rows_of(first.components) == [["Open the form"]]
    for number, part in enumerate(later, 2):
        title, rest = texts_of(part.components)
        assert title == f"-# Continued, {number} of {len(later) + 1}"
        assert rest.startswith("> ")


def test_each_of_several_long_quotes_begins_in_the_first_part_and_goes_on_under_its_name() -> None:
    named = [(f"Comment {n}", f"{n}{'z' * 9_000}") for n in range(3)]
    blocks = [b for name, text in named for b in (Paragraph((Words(name),)), Quote(text))]

    first, *later = render(message(*blocks))

    check([first, *later])
    assert [t[0] in quoted([first]) for _, t in named] == [True] * 3
    rest = "\n".join(text for part in later for text in texts_of(part.components))
    assert [f"-# {name} (continued)" in rest for name, _ in named] == [True] * 3
    assert len(quoted([first, *later])) == 3 * 9_001


def test_a_short_quote_beside_a_long_one_is_kept_whole() -> None:
    short = "keep me together " * 40

    first, *_ = render(message(Quote("long " * 4_000), Quote(short)))

    assert short in quoted([first])


def test_elsewhere_the_reader_is_told_where_it_goes_on() -> None:
    first, *_ = render(message(Quote("word " * 3_000)), IN_THREAD)

    assert texts_of(first.components)[-1].endswith(f"-# {IN_THREAD}")


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
        ("👍🏽👍🏽👍🏽👍🏽", "👍🏽👍🏽"),
    ],
)
def test_a_text_is_parted_at_the_best_end_in_reach(text: str, head: str) -> None:
    assert cut(text, 10) == (head, text[len(head) :])


@cases(150)
@given(st.one_of(strings, long_strings), st.integers(0, 3_000))
def test_the_pieces_of_a_text_are_the_text_and_fit(text: str, room: int) -> None:
    text = shown(text).replace(BLANK, "")
    pieces, rest = [], text
    while rest:
        piece, rest = cut(rest, room, lambda some: weight(escaped(some)))
        assert piece
        assert weight(escaped(piece)) <= room or len(piece) == 1
        pieces.append(piece)

    assert "".join(pieces) == text


@given(strings, st.integers(1, 40))
def test_what_is_clipped_fits(text: str, limit: int) -> None:
    clipped = clip(text, limit)

    assert weight(clipped) <= limit
    assert clipped == text or clipped.endswith("…")


@given(st.text())
def test_the_weight_of_a_text_is_the_larger_of_characters_and_code_units(text: str) -> None:
    units = len(text.encode("utf-16-le", "surrogatepass")) // 2

    assert weight(text) == max(len(text), units)


def test_a_character_larger_than_the_room_is_parted_after_all() -> None:
    head, rest = cut("a" + "\u0301" * 500, 100)

    assert (len(head), len(rest)) == (100, 401)
