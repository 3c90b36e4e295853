"""What must hold of everything the coach can say, about the real guide and the longest one."""

from __future__ import annotations

import re
from datetime import date

import pytest

from bot.manual import NAMES
from bot.messages import (
    Bullets,
    Buttons,
    Code,
    Form,
    Heading,
    Mention,
    Message,
    Moment,
    Quote,
    Said,
    Table,
    Words,
    plain,
)
from bot.services import intake
from bot.voice import words
from content import checks
from tests.unit import longest
from tests.unit.samples import MEMBERS
from tests.unit.speech import MODULES, blocks, everything, functions, texts

KEYS = pytest.mark.parametrize("key", ["coursera-senior-em", "longest"])

# --- what must hold of all of it --------------------------------------------------------------


def test_the_longest_guide_is_one_that_authors_may_write() -> None:
    errors = [p for p in checks.check(longest.guide()) if p.severity != "note"]

    assert errors == []


@KEYS
def test_everything_fits_the_narrowest_platform(key: str) -> None:
    said = everything(key)

    # Building a message refuses what does not fit, so being here is most of the proof.
    assert len({one.by for one in said}) == sum(1 for module in MODULES for _ in functions(module))
    assert {type(one.what) for one in said} >= {Message, Form}


@KEYS
def test_every_message_says_in_one_short_line_what_it_is(key: str) -> None:
    for said in everything(key):
        if isinstance(said.what, Message):
            summary = said.what.summary
            assert summary == summary.strip(), said.by
            assert 0 < len(summary) <= 300, said.by
            assert "\n" not in summary, said.by


@KEYS
def test_no_block_is_empty(key: str) -> None:
    for by, block in blocks(key):
        if isinstance(block, Bullets):
            assert block.items, by
        if isinstance(block, Heading | Quote):
            assert block.text.strip(), by
        if isinstance(block, Table):
            assert block.rows, by
            assert {len(row) for row in block.rows} == {len(block.header)}, by
    for by, text in texts(key):
        assert not text or plain(text).strip(), by


@KEYS
def test_members_words_stand_only_where_they_can_do_no_harm(key: str) -> None:
    seen = set()
    for by, text in texts(key):
        for span in text:
            if isinstance(span, Said | Mention):
                seen.add(by)
            elif isinstance(span, Words | Code):
                assert MEMBERS not in span.text, by
    for by, block in blocks(key):
        if isinstance(block, Heading):
            assert MEMBERS not in block.text, by
        if isinstance(block, Buttons):
            assert all(MEMBERS not in button.label + button.action for button in block.buttons), by
        if isinstance(block, Quote | Table):
            seen.add(by)
    assert seen >= {"reviews.request", "results.result", "boards.leaderboard", "replies.my_data"}


@KEYS
def test_a_name_stands_in_a_summary_only_on_the_leaderboard(key: str) -> None:
    for said in everything(key):
        if isinstance(said.what, Message) and said.by != "boards.leaderboard":
            assert MEMBERS not in said.what.summary, said.by


@KEYS
def test_times_of_day_are_shown_to_every_reader_in_their_own_zone(key: str) -> None:
    bare = re.compile(r"\d:\d\d(?! UTC)|\d ?[ap]m\b")
    # What somebody typed as a setting is shown as they would type it again.
    own = {"screens.settings"}
    moments = set()
    for by, text in texts(key):
        for span in text:
            if isinstance(span, Moment):
                moments.add(by)
            elif by not in own and isinstance(span, Words):
                assert not bare.search(span.text), by
    assert moments >= {"posts.kickoff", "posts.question", "reviews.request", "reviews.reminder"}


@KEYS
def test_everything_to_choose_from_in_a_form_can_be_shown_and_told_apart(key: str) -> None:
    for form in (said.what for said in everything(key) if isinstance(said.what, Form)):
        names = [field.name for field in form.fields]
        assert len(set(names)) == len(names)
        for field in form.fields:
            values = [value for value, _ in field.options]
            assert len(set(values)) == len(values)
            assert all(0 < len(label) <= 75 for _, label in field.options)
            assert not field.options or field.value in ("", *values)
            assert len(field.hint) <= 700


@KEYS
def test_everything_that_can_be_pressed_or_sent_is_taken_in(key: str) -> None:
    pressed, sent, said = set(), set(), set()
    for _, block in blocks(key):
        for button in block.buttons if isinstance(block, Buttons) else ():
            verb, _, rest = button.action.partition(":")
            pressed.add(verb)
            said |= {rest.rpartition(":")[2]} if verb in ("in", "say") else set()
    for form in (one.what for one in everything(key) if isinstance(one.what, Form)):
        sent.add(form.action.partition(":")[0])

    assert pressed == set(intake.PRESSES)
    assert sent == set(intake.SUBMITS)
    assert {words.split()[0] for words in said} <= set(NAMES)


@KEYS
def test_taps_offered_are_distinct_and_as_many_as_a_message_can_hold(key: str) -> None:
    for said in everything(key):
        if isinstance(said.what, Message):
            assert len(set(said.what.taps)) == len(said.what.taps) <= 20, said.by


# --- the small pieces -------------------------------------------------------------------------


@pytest.mark.parametrize("limit", [10, 75, 300])
@pytest.mark.parametrize("text", ["", "short", "x" * 999, "many words " * 99, " a\n b ", "é" * 300])
def test_what_is_clipped_fits_and_begins_as_it_did(text: str, limit: int) -> None:
    clipped = words.clip(text, limit)

    assert len(clipped) <= limit
    assert " ".join(text.split()).startswith(clipped.removesuffix("…"))
    assert clipped.endswith("…") == (len(" ".join(text.split())) > limit)


def test_numbers_agree_with_their_nouns() -> None:
    assert [words.count(n, "answer") for n in (0, 1, 2)] == ["0 answers", "1 answer", "2 answers"]
    assert words.count(2, "is", "are") == "2 are"


def test_lists_are_joined_as_in_a_sentence() -> None:
    listed = [words.listing(names) for names in ([], ["a"], ["a", "b"], ["a", "b", "c"])]

    assert listed == ["", "a", "a and b", "a, b and c"]


def test_days_are_named_whatever_the_language_of_the_machine() -> None:
    assert words.full_day(date(2026, 12, 7)) == "Mon 7 Dec 2026"
    assert words.days(frozenset({1, 2, 3, 4, 5})) == "Monday to Friday"
    assert words.days(frozenset({7, 1})) == "Mon and Sun"
