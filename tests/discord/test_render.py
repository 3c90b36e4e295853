"""What the coach says, as Discord takes it: whole, within limits, and in Discord's own idiom."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import discord
import pytest
from hypothesis import given

from adapters.discord.layout import NOBODY, allowed, view
from adapters.discord.markup import BLANK
from adapters.discord.render import Json, Part, render
from bot.ids import UserId
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
from tests.discord.client import kinds, read
from tests.discord.rendered import (
    AT,
    MOMENT,
    check,
    message,
    messages,
    quoted,
    rows_of,
    sampled,
    shown,
    texts_of,
)
from tests.examples import cases

KEYS = pytest.mark.parametrize("key", ["coursera-senior-em", "longest"])
BOARD = Table(("", "Member", "Points"), (("1", "Ana", "12"), ("2", "", "9")))
REVIEW = (Buttons((Button("Open the form", "form:r1", "primary"), Button("Not now", "later:r1"))),)


def only(*blocks: object) -> Part:
    (part,) = render(message(*blocks))
    return part


def texts(*blocks: object) -> list[str]:
    """Return the text displays of a message that takes one part."""
    return texts_of(only(*blocks).components)


# --- all of it -------------------------------------------------------------------------------


@KEYS
def test_discord_takes_everything_the_coach_can_say(key: str) -> None:
    for said in sampled(key):
        if isinstance(said, Message):
            check(render(said))


@KEYS
def test_nothing_the_coach_says_itself_is_a_link_a_picture_or_a_mention_of_all(key: str) -> None:
    for said in sampled(key):
        if isinstance(said, Message):
            for part in render(said):
                formats = {kind for text in texts_of(part.components) for kind in kinds(text)}
                assert formats <= {
                    "heading", "small", "list", "quote", "fence", "bold", "code", "time", "user",
                }  # fmt: skip


def test_only_the_ends_of_quotes_leave_the_first_part_of_what_fits_without_them() -> None:
    for said in sampled("coursera-senior-em"):
        if isinstance(said, Message) and fits_without_quotes(said):
            for part in render(said)[1:]:
                _, *quotes = texts_of(part.components)
                assert all(line[:2] in ("> ", "-#") for q in quotes for line in q.split("\n"))
                assert not rows_of(part.components)


def fits_without_quotes(said: Message) -> bool:
    others = tuple(block for block in said.blocks if not isinstance(block, Quote))
    count = sum(isinstance(block, Quote) for block in said.blocks)
    texts_ = texts_of(render(replace(said, blocks=others or said.blocks))[0].components)
    return sum(map(len, texts_)) + 500 * count < 3_500


@cases(50)
@given(messages)
def test_discord_takes_every_message_there_could_be(any_message: Message) -> None:
    parts = render(any_message)

    check(parts)
    texts_said = (shown(block.text) for block in any_message.blocks if isinstance(block, Quote))
    quotes = [text.replace(BLANK, "") for text in texts_said if text.strip()]
    seen, said = Counter(quoted(parts)), Counter("".join(quotes))
    if len(quotes) > 1:
        # Two that are crowded into one text have a line's end between them.
        del seen["\n"], said["\n"]
    assert seen == said


# --- each kind of block ----------------------------------------------------------------------


def test_a_heading_is_a_heading_and_sets_the_post_off_in_a_frame() -> None:
    part = only(Heading("Week #1 @everyone"), Paragraph((Words("x"),)))

    (frame,) = part.components
    assert frame["type"] == 17
    assert texts_of(part.components) == [f"## Week #1 \\@{BLANK}everyone", "x"]


def test_what_has_no_heading_has_no_frame() -> None:
    assert [one["type"] for one in only(Paragraph((Words("x"),))).components] == [10]


def test_running_text_keeps_its_spans() -> None:
    text = (Words("Hi "), Mention(UserId("7"), "Ana"), Words(", say ", bold=True), Code("/coach"))

    part = only(Paragraph((*text, Words(" by "), MOMENT)))

    assert texts_of(part.components) == ["Hi <@7>**, say** `/coach` by <t:1796630400:F>"]
    assert part.users == (UserId("7"),)


def test_spans_of_one_kind_side_by_side_share_their_marks() -> None:
    bold = (Words("a", bold=True), Words("b", bold=True), Code("c"), Code("d"))

    assert texts(Paragraph(bold)) == ["**ab**`cd`"]


def test_bold_words_are_marked_line_by_line_and_right_at_the_words() -> None:
    assert texts(Paragraph((Words(" a \n\n b", bold=True),))) == [" **a** \n\n **b**"]


def test_a_mention_of_something_that_is_no_user_is_only_a_name() -> None:
    part = only(Paragraph((Mention(UserId("@everyone"), "Ana*"),)))

    assert texts_of(part.components) == ["\\@Ana\\*"]
    assert part.users == ()


def test_those_mentioned_are_named_once_and_in_order() -> None:
    spans = tuple(Mention(UserId(user), "x") for user in ("9", "7", "9"))

    part = only(Paragraph(spans), Bullets((spans[1:2],)))

    assert part.users == ("9", "7")


@pytest.mark.parametrize(("style", "letter"), [("date", "D"), ("time", "t"), ("both", "F")])
def test_a_moment_is_shown_in_every_readers_own_time(style: str, letter: str) -> None:
    moment = Moment(AT, "America/New_York", style)  # type: ignore[arg-type]

    assert texts(Paragraph((moment,))) == [f"<t:1796630400:{letter}>"]


def test_lists_are_lists_and_things_to_tick_have_boxes() -> None:
    items = ((Words("one"),), (Words("two\nlines"),))

    shown_ = [texts(Paragraph((Words("x"),)), Bullets(items, s))[1] for s in ("point", "number")]

    assert shown_ == ["- one\n- two lines", "1. one\n2. two lines"]
    assert texts(Paragraph((Words("x"),)), Bullets(items, "check"))[1] == "☐ one\n☐ two lines"


def test_small_print_is_small_and_stays_on_its_line() -> None:
    assert texts(Paragraph((Words("x"),)), Note((Words("of *5*\n# x "), Code("`y`"))))[1] == (
        "-# of \\*5\\* # x `ˋyˋ`"
    )


def test_a_quote_has_its_sign_on_every_line_empty_ones_too() -> None:
    text = texts(Paragraph((Words("x"),)), Quote("a\n\n> b\r\n"))[1]

    assert text == f"> a\n> {BLANK}\n> \\> b\n> {BLANK}"


def test_a_table_stands_in_columns_with_numbers_on_the_right() -> None:
    wide = Table(("Member", "Points"), (("お名前", "12"), ("Ana", "9"), ("`x`" * 27, "1")))

    assert texts(Paragraph((Words("x"),)), wide)[1].split("\n") == [
        "```",
        "Member  Points",
        "お名前      12",
        "Ana          9",
        f"{'ˋxˋ' * 27}       1",
        "```",
    ]


def test_a_table_of_three_hundred_members_is_complete_and_every_part_of_it_a_block() -> None:
    rows = tuple((str(n), f"member {n} {'x' * 30}", "9") for n in range(300))

    parts = render(message(Heading("Board"), Table(("", "Member", "Points"), rows)))

    check(parts)
    whole = "\n".join(text for part in parts for text in texts_of(part.components))
    assert whole.count("member ") == 300
    assert whole.count("```") == 2 * len(parts)
    assert all(line.endswith("9") for line in whole.split("\n") if "member" in line)


def test_buttons_carry_their_action_and_say_what_they_are() -> None:
    cancel = Buttons((Button("Delete", "drop", "danger"),))

    part = only(Paragraph((Words("x"),)), *REVIEW, cancel)

    assert part.components[1:] == (
        {
            "type": 1,
            "components": [
                {"type": 2, "style": 1, "label": "Open the form", "custom_id": "form:r1"},
                {"type": 2, "style": 2, "label": "Not now", "custom_id": "later:r1"},
            ],
        },
        {
            "type": 1,
            "components": [{"type": 2, "style": 4, "label": "Delete", "custom_id": "drop"}],
        },
    )


def test_two_buttons_that_do_the_same_are_one() -> None:
    part = only(Paragraph((Words("x"),)), *REVIEW, *REVIEW)

    assert rows_of(part.components) == [["Open the form", "Not now"]]


def test_taps_add_nothing() -> None:
    plain = message(Paragraph((Words("x"),)))
    tapped = Message("notice", plain.summary, plain.blocks, taps=("1️⃣", "2️⃣"))

    assert render(tapped) == render(plain)


# --- for who listens, and for notifications ------------------------------------------------------


@pytest.mark.parametrize(
    "block", [Quote("said"), BOARD, Bullets(((Words("a"),),)), REVIEW[0], Note((Words("n"),))]
)
def test_what_would_begin_without_the_coachs_own_words_begins_with_its_meaning(
    block: object,
) -> None:
    part = only(block)

    assert texts_of(part.components)[0] == "In short"


def test_a_message_with_nothing_to_show_still_says_what_it_means() -> None:
    part = only(Paragraph(()), Quote(" \n"), Bullets(()), Note((Words(" "),)), Table((), ()))

    check([part])
    assert texts_of(part.components) == ["In short"]


# --- direction of writing --------------------------------------------------------------------


def test_a_name_turns_nothing_around_it() -> None:
    shown_ = texts(Paragraph((Said("\u202eevil"), Words(" 5 "), Said("\u05d0\u05d1"), Words(" 4"))))

    assert shown_ == ["evil 5 \u2068\u05d0\u05d1\u2069 4"]


# --- limits ----------------------------------------------------------------------------------


def test_forty_blocks_in_a_row_fit() -> None:
    blocks = [Paragraph((Words(f"{n}"),)) for n in range(38)]

    part = only(Heading("x"), *blocks, *REVIEW)

    check([part])
    assert [run.text for run in read(texts_of(part.components)[0])][:1] == ["x"]
    for n in range(38):
        assert f"{n}" in texts_of(part.components)[0]


def test_more_buttons_than_a_message_takes_go_on_in_the_next() -> None:
    rows = [Buttons(tuple(Button(f"{r}.{n}", f"{r}.{n}") for n in range(5))) for r in range(12)]

    parts = render(message(*rows))

    check(parts)
    labels = [label for part in parts for row in rows_of(part.components) for label in row]
    assert labels == [f"{r}.{n}" for r in range(12) for n in range(5)]


def test_a_message_too_long_without_any_quote_flows_on_and_keeps_its_buttons() -> None:
    paragraphs = [Paragraph((Words(f"({n})" + "*" * 2_790),)) for n in range(38)]

    parts = render(message(*paragraphs, *REVIEW))

    check(parts)
    assert rows_of(parts[0].components)
    assert not any(rows_of(part.components) for part in parts[1:])
    whole = "".join(
        run.text
        for part in parts
        for text in texts_of(part.components)
        for run in read(text)
        if "small" not in run.kinds
    )
    assert whole.replace("\n", "") == "".join(f"({n})" + "*" * 2_790 for n in range(38))


def test_a_mention_is_never_parted_and_notifies_where_it_stands() -> None:
    users = [UserId(f"{10**18 + n}") for n in range(300)]
    spans = tuple(span for user in users for span in (Mention(user, "x"), Words(" ")))

    parts = render(message(Paragraph(spans)))

    check(parts)
    assert [user for part in parts for user in part.users] == users
    for part in parts:
        said = "".join(texts_of(part.components))
        assert [user for user in users if f"<@{user}>" in said] == list(part.users)


def test_a_long_list_goes_on_with_the_next_number() -> None:
    items = tuple((Words(f"item{n} " + "x" * 400),) for n in range(130))

    parts = render(message(Paragraph((Words("x"),)), Bullets(items, "number")))

    check(parts)
    assert len(parts) > 2
    lines = [line for p in parts for t in texts_of(p.components) for line in t.split("\n")]
    starts = [line.split(" ")[:2] for line in lines if " item" in line]
    assert starts == [[f"{n + 1}.", f"item{n}"] for n in range(130)]


def test_rendering_the_same_message_again_gives_the_same() -> None:
    said = message(Heading("x"), Quote("word " * 9_000), BOARD, *REVIEW)

    assert render(said) == render(said)
    assert json.dumps([p.components for p in render(said)])


def test_moments_before_the_epoch_and_far_ahead_can_be_sent() -> None:
    for years in (-60, 100):
        check([only(Paragraph((Moment(AT + timedelta(days=365 * years), "UTC"),)))])


# --- as discord.py sends it ------------------------------------------------------------------


async def test_the_library_keeps_no_view_of_ours() -> None:
    assert view(only(Paragraph((Words("x"),)), *REVIEW)).is_finished()


def test_only_those_meant_are_notified() -> None:
    assert dict(allowed([UserId("7"), UserId("9")]).to_dict()) == {"parse": [], "users": [7, 9]}
    crowd = allowed([UserId(f"{n}") for n in range(1, 200)]).to_dict()
    assert list(crowd.get("users", ())) == list(range(1, 101))
    assert dict(allowed([]).to_dict()) == dict(NOBODY.to_dict()) == {"parse": []}


def test_a_part_is_sent_as_components_and_not_as_content() -> None:
    part = only(Heading("x"))
    with discord.http.handle_message_parameters(
        view=view(part), allowed_mentions=allowed(part.users), nonce="n"
    ) as sent:
        payload: Json = dict(sent.payload or {})

    assert payload["flags"] == 1 << 15
    assert "content" not in payload
