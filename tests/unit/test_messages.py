from __future__ import annotations

from collections.abc import Callable

import pytest

from bot import messages
from bot.ids import ChannelId, UserId
from bot.messages import (
    Block,
    Bullets,
    Button,
    Buttons,
    Channel,
    Code,
    Field,
    Form,
    Heading,
    Mention,
    Message,
    Moment,
    Note,
    Paragraph,
    Quote,
    Said,
    Text,
    Words,
    plain,
)
from tests.unit.rubrics import START

FINE = Paragraph((Words("Fine."),))


def message(*blocks: Block, summary: str = "A message") -> Message:
    return Message("notice", summary, blocks)


def letters(number: int) -> Text:
    return (Words("x" * number),)


def options(number: int) -> tuple[tuple[str, str], ...]:
    return tuple((str(n), f"Option {n}") for n in range(number))


def fields(number: int) -> tuple[Field, ...]:
    return tuple(Field(f"f{n}", "Field") for n in range(number))


LIMITS: list[tuple[str, Callable[[int], object], int]] = [
    ("summary", lambda n: message(FINE, summary="x" * n), messages.SUMMARY_LIMIT),
    ("heading", lambda n: message(Heading("x" * n)), messages.HEADING_LIMIT),
    ("paragraph", lambda n: message(Paragraph(letters(n))), messages.TEXT_LIMIT),
    ("note", lambda n: message(FINE, Note(letters(n))), messages.TEXT_LIMIT),
    ("item", lambda n: message(Bullets((letters(1), letters(n)))), messages.TEXT_LIMIT),
    ("blocks", lambda n: message(*[FINE] * n), messages.BLOCK_LIMIT),
    ("button label", lambda n: Button("x" * n, "do"), messages.BUTTON_LABEL_LIMIT),
    ("button action", lambda n: Button("Do", "x" * n), messages.ACTION_LIMIT),
    ("buttons", lambda n: Buttons((Button("Do", "do"),) * n), messages.BUTTONS_PER_ROW),
    ("form title", lambda n: Form("x" * n, "do", fields(1)), messages.FORM_TITLE_LIMIT),
    ("form action", lambda n: Form("Form", "x" * n, fields(1)), messages.ACTION_LIMIT),
    ("form intro", lambda n: Form("Form", "do", fields(1), letters(n)), messages.TEXT_LIMIT),
    ("fields", lambda n: Form("Form", "do", fields(n)), messages.FIELDS_LIMIT),
    ("field label", lambda n: Field("f", "x" * n), messages.FIELD_LABEL_LIMIT),
    ("options", lambda n: Field("f", "Field", options(n)), messages.OPTIONS_LIMIT),
]


@pytest.mark.parametrize(
    ("make", "limit"), [each[1:] for each in LIMITS], ids=[each[0] for each in LIMITS]
)
def test_what_is_one_too_long_is_refused_and_what_just_fits_is_not(
    make: Callable[[int], object], limit: int
) -> None:
    make(limit)

    with pytest.raises(ValueError, match=str(limit)):
        make(limit + 1)


@pytest.mark.parametrize(
    "make",
    [
        lambda: message(FINE, summary=" \n"),
        message,
        lambda: Buttons(()),
        lambda: Form("Form", "do", ()),
    ],
)
def test_what_would_show_nothing_is_refused(make: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=r"needs|has 1 to"):
        make()


def test_a_members_words_are_taken_at_any_length() -> None:
    assert message(Quote("x" * 100_000)).blocks[0] == Quote("x" * 100_000)


def test_every_span_of_a_text_counts_towards_its_length() -> None:
    spans: list[Text] = [
        (Said("x" * 2_800), Words("!")),
        (Code("x" * 2_800), Words("!")),
        (Mention(UserId("u"), "x" * 2_800), Words("!")),
        (Channel(ChannelId("x" * 2_800)), Words("!")),
        (Moment(START, "UTC"), Words("x" * 2_790)),
    ]

    for text in spans:
        with pytest.raises(ValueError, match="paragraph"):
            message(Paragraph(text))


def test_plain_text_shows_names_words_and_moments_without_markup() -> None:
    text: Text = (
        Words("Hi ", bold=True),
        Mention(UserId("u1"), "Ana"),
        Said(", *you*: "),
        Channel(ChannelId("#prep")),
        Words(", "),
        Code("join"),
        Words(" by "),
        Moment(START, "Asia/Kathmandu", "time"),
    )

    assert plain(text) == "Hi Ana, *you*: #prep, join by 2026-12-07T09:00+00:00"
    assert plain(()) == ""
