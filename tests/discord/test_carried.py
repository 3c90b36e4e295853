"""What was given of a form, in the message between two of its windows, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.carried import bare_way_on, digest, restored, way_on
from adapters.discord.drafts import Kept, Onward, onward_of
from adapters.discord.forms import Draft, begin, corrected, filled, page, pages
from adapters.discord.layout import view
from adapters.discord.markup import safe
from adapters.discord.render import Part, render, walk
from bot.ids import UserId, WorkspaceId
from bot.messages import FIELDS_LIMIT, OPTIONS_LIMIT, Field, Form
from tests.discord.client import kinds, notified, seen
from tests.discord.rendered import ATTACKS, check, rows_of, sampled, texts_of
from tests.discord.test_forms import rubric, sent
from tests.examples import cases

ANA, HERE = UserId("1"), WorkspaceId("discord:8")
AT = datetime(2026, 12, 7, tzinfo=UTC)
EXACT = (
    "plain", "", " both ends ", "\n\nlines\n\n\nand more\n", "\ttabs\t", "- one\n2. two\n> three",
    "`code` ```fence\n``` **bold** _it_ ~~no~~ ||sh|| # head", "a\\b\\\\*c\\n",
    "@everyone <@1> @here", "שלום (עולם) \u202eabc\u202c", "👩‍👩‍👧 🇩🇪 :tada: <:x:1>", "–",
    "\u200bzero\u200b", "\u200b", "** :** **", "1.", "\u00a0", "¯\\_(ツ)_/¯", "x" * 3_000,
    "https://x.example/_a_?b=*c* [d](https://e.example)",
)  # fmt: skip
FREE = Form(
    "Some words",
    "mine:c1",
    tuple(Field(f"t{n}", f"Text *{n}*:** x", long=True) for n in range(6)),
)


def kept(draft: Draft, user: UserId = ANA, workspace: WorkspaceId = HERE) -> Kept:
    return Kept("k3f9", draft, user, workspace, AT)


def shown(draft: Draft, *, direct: bool = False) -> Part:
    part = way_on(kept(draft), wrong=bool(draft.problems), direct=direct)
    assert part is not None
    return part


def button(part: Part) -> Onward:
    (action,) = [str(one["custom_id"]) for one in walk(part.components) if one["type"] == 2]
    onward = onward_of(action)
    assert onward is not None
    return onward


def back(part: Part, form: Form, user: UserId = ANA, where: WorkspaceId = HERE) -> Draft | None:
    """Return what a new process makes of a part as discord.py sends it."""
    components: Any = [one.to_component_dict() for one in view(part).children]
    onward = button(part)
    draft = restored(form, onward.page, components)
    return draft if draft and digest(draft, user, where) == onward.digest else None


def some(form: Form, number: int, words: str) -> Draft:
    """Return a draft whose first pages were filled in, its texts with `words`."""
    draft = begin(form)
    while draft.number < number:
        names = {one.name: _one(one, words) for one in pages(form)[draft.number]}
        draft = filled(draft, sent(page(draft), **names))
    return draft


def _one(field: Field, words: str) -> Any:
    if not field.options:
        return words
    first, last = field.options[0][0], field.options[-1][0]
    if len(field.options) <= 10 and not field.several:
        return last
    return list(dict.fromkeys([first, last])) if field.several else [last]


@pytest.mark.parametrize("words", EXACT)
def test_what_was_typed_comes_back_to_the_last_space_and_can_be_read(words: str) -> None:
    draft = some(FREE, 1, "ok")
    draft = replace(draft, given={**draft.given, "t2": words})

    part = shown(draft)

    check([part])
    assert back(part, FREE) == draft
    text = next(each for each in texts_of(part.components) if "Text \\*2" in each)
    assert seen(text).removeprefix("Text *2*:** x:").strip() == (
        words.strip(" \t\n\u200b\u00a0") if words else "–"
    )


@pytest.mark.parametrize("key", ["coursera-senior-em", "longest"])
def test_every_form_there_is_can_be_carried_after_each_of_its_pages(key: str) -> None:
    for form in sampled(key):
        if isinstance(form, Form):
            for number in range(1, len(pages(form)) + 1):
                draft = some(form, number, "Some *words*")
                assert back(shown(draft), form) == draft


def test_a_form_with_all_the_fields_and_options_there_may_be_is_carried() -> None:
    options = tuple((f"o{n}", f"Option {n} with some words") for n in range(OPTIONS_LIMIT))
    few = [Field(f"f{n}", "L" * 45, options, several=n > 8) for n in range(FIELDS_LIMIT)]
    every = [Field(f"f{n}", "L" * 45) for n in range(FIELDS_LIMIT)]

    for form, words in (
        (Form("T", "a:b", tuple(few)), ""),
        (Form("T", "a:b", tuple(every)), "x" * 200),
    ):
        draft = some(form, len(pages(form)), words)
        part = shown(draft)
        check([part])
        assert back(part, form) == draft
        ids = [one["id"] for one in walk(part.components) if "id" in one]
        assert all(isinstance(one, int) and 0 < one < 1 << 31 for one in ids)


def test_what_is_wrong_is_carried_beside_what_was_given() -> None:
    draft = some(rubric(), 2, "Too *long*")
    draft = corrected(draft, [("comment", "Say *less*.\nReally."), ("form", "Too late.")])

    part = shown(draft)

    check([part])
    read = back(part, rubric())
    assert read == replace(draft, problems={"comment": "Say *less*.\nReally."})
    assert [seen(text) for text in texts_of(part.components)][-2:] == [
        "What would make it better?: Too *long*", "❌ Say *less*.\nReally.",
    ]  # fmt: skip
    assert "- Too late." in texts_of(part.components)
    assert rows_of(part.components) == [["Open the form again"]]


words = st.text(
    st.one_of(st.sampled_from("\\*_`~|<>@#:-.1 \n\t\u200b\ufeffא\r\0"), st.characters())
)


@cases(60)
@given(st.dictionaries(st.sampled_from([one.name for one in FREE.fields]), words, min_size=1))
def test_whatever_was_typed_comes_back_exactly_or_is_not_carried(given_: Mapping[str, str]) -> None:
    draft = Draft(FREE, given_, 1)
    part = way_on(kept(draft), wrong=False, direct=False)

    if part is None:
        assert any(safe(each) != each for each in given_.values())
    else:
        check([part])
        assert back(part, FREE) == draft


@pytest.mark.parametrize("attack", ATTACKS[::29])
def test_nothing_that_was_typed_means_anything(attack: str) -> None:
    draft = Draft(FREE, {"t0": attack}, 1)
    part = way_on(kept(draft), wrong=False, direct=False)

    if part is not None:
        (text,) = [each for each in texts_of(part.components) if each.startswith("**")]
        assert kinds(text) <= {"bold"}
        assert notified(text.partition(":** ")[2].replace("\\<\\@", "")) == []


# --- what is not carried -----------------------------------------------------------------------


@pytest.mark.parametrize("long", ["x" * 4_000, "*" * 3_000])
def test_what_is_too_long_to_be_carried_is_shown_to_be_copied(long: str) -> None:
    draft = some(FREE, 1, "ok")
    draft = replace(draft, given={**draft.given, "t1": long})

    assert way_on(kept(draft), wrong=False, direct=False) is None
    parts = render(bare_way_on(kept(draft), wrong=False))
    check(parts)
    assert (
        sum(seen(each).count(long[0]) for one in parts for each in texts_of(one.components))
        >= 3_000
    )
    assert button(parts[0]).digest == ""


@pytest.mark.parametrize(
    "words", ["\0", "a\r\nb", "\ud83d", "\x1b[1m", "@\u200beveryone", "a\u2028b"]
)
def test_what_no_message_shows_as_it_is_is_not_carried(words: str) -> None:
    draft = Draft(FREE, {"t0": "ok", "t1": words}, 1)

    assert way_on(kept(draft), wrong=False, direct=False) is None
    check(render(bare_way_on(kept(draft), wrong=False)))


# --- what is not believed ----------------------------------------------------------------------


def test_nobody_else_and_no_other_place_gets_a_draft_back() -> None:
    part = shown(some(FREE, 1, "mine"))

    assert back(part, FREE, user=UserId("2")) is None
    assert back(part, FREE, where=WorkspaceId("discord:9")) is None


def test_a_form_that_has_other_fields_meanwhile_does_not_take_what_was_meant_for_these() -> None:
    part = shown(some(FREE, 1, "mine"))

    for fields in (FREE.fields[1:], tuple(reversed(FREE.fields)), FREE.fields[:2]):
        assert back(part, replace(FREE, fields=fields)) is None
    assert back(part, replace(FREE, action="mine:c2")) is None


def test_options_that_were_moved_meanwhile_are_not_taken_for_others() -> None:
    form = Form("T", "a:b", (Field("f", "F", (("a", "A"), ("b", "B"))), Field("g", "G")))
    part = shown(Draft(form, {"f": "b", "g": "x"}, 0))
    moved = replace(
        form, fields=(replace(form.fields[0], options=(("b", "B"), ("a", "A"))), form.fields[1])
    )

    assert back(part, form) is not None
    assert back(part, moved) is None


def test_a_message_changed_by_anybody_gives_nothing_back() -> None:
    part = shown(some(FREE, 1, "mine"))
    texts = [one for one in walk(part.components) if "id" in one]
    for field, value in (("content", "**Text:** yours"), ("id", 5 << 25), ("id", 31 << 25)):
        before = texts[0][field]
        texts[0][field] = value
        assert back(part, FREE) is None
        texts[0][field] = before

    draft = back(part, FREE)
    assert draft is not None
    assert digest(replace(draft, number=0), ANA, HERE) != button(part).digest


@pytest.mark.parametrize("id_", [None, "x", True, -1, 0, 5])
def test_texts_without_a_number_of_ours_are_passed_over(id_: object) -> None:
    strange: Any = [{"type": 10, "id": id_, "content": "x"}, {"type": 17, "components": []}, {}]

    assert restored(FREE, 1, strange) is None


def test_a_button_says_which_server_it_is_about_only_where_discord_does_not() -> None:
    draft = some(FREE, 1, "x")

    assert button(shown(draft)).where == ""
    assert button(shown(draft, direct=True)).where == "8"
