"""Forms out, page by page, and what was sent back in."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.forms import (
    Draft,
    again,
    begin,
    between,
    corrected,
    fields,
    filled,
    page,
    pages,
    read,
)
from adapters.discord.layout import modal
from adapters.discord.render import Json, render
from adapters.discord.splitting import weight
from bot.messages import Buttons, Field, Form, Words
from tests.discord.client import seen
from tests.discord.rendered import check, sampled, strings, texts_of, within
from tests.examples import cases

KEYS = pytest.mark.parametrize("key", ["coursera-senior-em", "longest"])


def check_window(window: Json) -> None:
    """Check that Discord would take a window, and that discord.py sends it as it is."""
    shown: Any = window["components"]
    assert 1 <= weight(str(window["title"])) <= 45
    assert 1 <= len(str(window["custom_id"])) <= 100
    assert 1 <= len(shown) <= 5
    assert any(one["type"] == 18 for one in shown)
    for one in shown:
        if one["type"] == 10:
            assert 1 <= weight(one["content"].strip()) <= 4_000
        else:
            _check_label(one)
    ids = [one["component"]["custom_id"] for one in shown if one["type"] == 18]
    assert len(set(ids)) == len(ids)
    sent = modal(window).to_dict()
    assert {**sent, "components": [*map(bare, sent["components"])]} == {
        **window,
        "components": [*map(bare, shown)],
    }


def bare(component: dict[str, Any]) -> dict[str, Any]:
    """Return a component without what means the same if it is missing."""
    nothing = {"default": (False,), "placeholder": (None,), "label": (None,), "disabled": (False,)}
    kept = {
        name: value
        for name, value in component.items()
        if value not in nothing.get(name, ()) and name != "description"
    }
    if isinstance(inside := kept.get("component"), dict):
        kept["component"] = bare(inside)
    if isinstance(options := kept.get("options"), list):
        kept["options"] = [*map(bare, options)]
    return kept


def _check_label(label: dict[str, Any]) -> None:
    assert 1 <= weight(label["label"].strip()) <= 45
    assert 1 <= weight(label.get("description", "x")) <= 100
    shown = label["component"]
    assert 1 <= len(shown["custom_id"]) <= 100
    if shown["type"] == 4:
        assert weight(shown.get("value", "")) <= shown["max_length"] <= 4_000
        assert len(shown.get("placeholder", "")) <= 100
        return
    least, most = {3: (1, 25), 21: (2, 10), 22: (1, 10)}[shown["type"]]
    assert least <= len(shown["options"]) <= most
    for option in shown["options"]:
        assert 1 <= weight(option["label"].strip()) <= 100
        assert 1 <= len(option["value"]) <= 100
    if shown["type"] != 21:
        assert shown["min_values"] == int(shown["required"])
        assert 1 <= shown["max_values"] <= len(shown["options"])
        chosen = sum(option.get("default", False) for option in shown["options"])
        assert chosen <= shown["max_values"]


def windows(form: Form) -> list[Json]:
    return [page(Draft(form, {}, number)) for number in range(len(pages(form)))]


def label(field: Field) -> dict[str, Any]:
    """Return a field as it is shown."""
    shown: Any = page(begin(Form("Title", "act", (field,))))["components"]
    return dict(shown[-1])


def element(field: Field) -> dict[str, Any]:
    return dict(label(field)["component"])


def options(count: int, text: str = "Option") -> tuple[tuple[str, str], ...]:
    return tuple((f"o{n}", f"{text} {n}") for n in range(count))


def sent(window: Json, **values: Any) -> dict[str, Any]:
    """Return a window as Discord sends it back, filled in with `values`."""
    shown: Any = window["components"]
    parts: list[dict[str, Any]] = []
    for number, one in enumerate(shown):
        if one["type"] == 10:
            parts.append({"type": 10, "id": number})
            continue
        asked = one["component"]
        name = "values" if asked["type"] in (3, 22) else "value"
        given_ = values.get(asked["custom_id"], [] if name == "values" else None)
        inside = {"type": asked["type"], "custom_id": asked["custom_id"], name: given_}
        parts.append({"type": 18, "id": number, "component": inside})
    return {"custom_id": window["custom_id"], "components": parts}


# --- all of it -------------------------------------------------------------------------------


@KEYS
def test_discord_takes_every_form(key: str) -> None:
    for said in sampled(key):
        if isinstance(said, Form):
            every = windows(said)
            assert [f for here in pages(said) for f in here] == list(said.fields)
            for window in every:
                check_window(window)


names = st.integers(0, 99).map("f{}".format)
choices = st.lists(within(120), max_size=25).map(
    lambda texts: tuple((f"o{n}", text) for n, text in enumerate(texts))
)
any_field = st.builds(
    Field, names, within(45), choices, st.booleans(), st.booleans(), st.booleans(), within(300),
    st.one_of(within(5_000), st.just("o1,o2")), st.sampled_from(["text", "date", "time"]),
)  # fmt: skip
any_form = st.builds(
    Form,
    within(24),
    st.just("act"),
    st.lists(any_field, min_size=1, max_size=12, unique_by=lambda field: field.name).map(tuple),
    strings.map(lambda text: (Words(text),)),
)


@cases(40)
@given(any_form)
def test_discord_takes_any_form_there_could_be_and_its_pages_never_move(
    form: Form,
) -> None:
    before = pages(form)
    draft = begin(form)
    while not draft.complete:
        window = page(draft)
        check_window(window)
        draft = filled(draft, sent(window))
        assert pages(draft.form) == before

    assert fields(draft) == {}


# --- which input a field gets ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        (Field("f", "F"), 4),
        (Field("f", "F", kind="date"), 4),
        (Field("f", "F", options=options(1)), 3),
        (Field("f", "F", options=options(2)), 21),
        (Field("f", "F", options=options(10)), 21),
        (Field("f", "F", options=options(11)), 3),
        (Field("f", "F", options=options(1), several=True), 22),
        (Field("f", "F", options=options(10), several=True), 22),
        (Field("f", "F", options=options(25), several=True), 3),
    ],
)
def test_a_field_gets_the_input_that_suits_it(field: Field, expected: int) -> None:
    assert element(field)["type"] == expected
    check_window(page(begin(Form("Title", "act", (field,)))))


@pytest.mark.parametrize("required", [True, False])
def test_only_what_must_be_filled_in_is_required(required: bool) -> None:
    for several in (True, False):
        field = Field("f", "F", options=options(12), several=several, required=required)
        assert element(field)["required"] is required
        assert element(field)["min_values"] == int(required)
    assert element(Field("f", "F", required=required))["required"] is required


def test_a_long_text_has_room_for_many_lines() -> None:
    assert [element(Field("f", "F", long=long))["style"] for long in (True, False)] == [2, 1]
    assert element(Field("f", "F", long=True))["max_length"] == 4_000


def test_dates_and_times_are_typed_after_an_example() -> None:
    shown = [element(Field("f", "F", kind=kind)) for kind in ("date", "time")]

    assert [one["placeholder"] for one in shown] == [
        "For example 2026-12-07",
        "For example 09:00",
    ]


def test_what_is_so_already_is_filled_in() -> None:
    several = element(Field("f", "F", options=options(3), value="o0, o2", several=True))
    one = element(Field("f", "F", options=options(3), value="o1"))

    assert element(Field("f", "F", value="mon-fri"))["value"] == "mon-fri"
    assert [o.get("default", False) for o in several["options"]] == [True, False, True]
    assert [o.get("default", False) for o in one["options"]] == [False, True, False]


def test_a_value_longer_than_a_field_is_cut_and_says_so() -> None:
    shown = label(Field("f", "F", long=True, value="x" * 4_001))

    assert shown["component"]["value"] == "x" * 3_999 + "…"
    assert shown["description"] == "Only the first 4,000 characters of what was here fit."


def test_a_short_hint_stands_at_its_field_and_nothing_above() -> None:
    shown: Any = page(begin(Form("T", "act", (Field("f", "F", hint="From 1 to 5"),))))["components"]

    assert [one["type"] for one in shown] == [18]
    assert shown[0]["description"] == "From 1 to 5"


def test_a_long_hint_begins_at_its_field_and_stands_in_full_above() -> None:
    hint = "1 – says *nothing*. " * 8
    shown: Any = page(begin(Form("T", "act", (Field("f", "Depth", hint=hint),))))["components"]
    above, field = shown

    assert len(field["description"]) <= 100
    assert field["description"].endswith("…")
    assert seen(above["content"]) == f"Depth\n{hint.strip()}"


def test_long_options_stand_in_full_above() -> None:
    labels = ("a" * 120, "b" * 200, "c")
    field = Field("f", "F", options=tuple((str(n), text) for n, text in enumerate(labels)))

    shown: Any = page(begin(Form("Title", "act", (field,))))["components"]

    assert seen(shown[0]["content"]).split("\n") == ["F", *labels]


# --- pages ----------------------------------------------------------------------------------------


def rubric(criteria: int = 5, hint: str = "1 – weak. " * 20) -> Form:
    """Return a form such as a review's."""
    scores = tuple(Field(f"c{n}", f"Criterion {n}", options(5), hint=hint) for n in range(criteria))
    flags = Field("flags", "Did any of these happen?", options(4), several=True, required=False)
    comment = Field("comment", "What would make it better?", long=True, required=False)
    return Form("Review an answer", "review:r1", (*scores, flags, comment), (Words("Why?"),))


def test_a_review_of_five_criteria_takes_two_windows() -> None:
    first, second = windows(rubric())

    names = [[field.name for field in here] for here in pages(rubric())]
    assert names == [["c0", "c1", "c2", "c3"], ["c4", "flags", "comment"]]
    assert (first["title"], second["title"]) == ("Review an answer (1/2)", "Review an answer (2/2)")
    assert [seen(text).split("\n")[0] for text in texts_of(first["components"])] == ["Why?"]  # type: ignore[arg-type]


def test_five_fields_with_nothing_to_read_fit_into_one_window() -> None:
    form = Form("T", "act", tuple(Field(f"f{n}", "F", hint="short") for n in range(5)))

    (window,) = windows(form)
    assert window["title"] == "T"


def test_a_window_is_known_by_its_forms_action_or_by_what_it_is_given() -> None:
    draft = begin(rubric())

    assert page(draft)["custom_id"] == "review:r1"
    assert page(draft, "draft:abc")["custom_id"] == "draft:abc"


def test_what_was_given_on_every_page_comes_out_together() -> None:
    draft = begin(rubric())
    draft = filled(draft, sent(page(draft), c0="o1", c1="o2", c2="o3", c3="o4"))
    assert not draft.complete
    draft = filled(draft, sent(page(draft), c4="o0", flags=["o1", "o3"], comment=" Good.\n"))

    assert draft.complete
    assert fields(draft) == {
        "c0": "o1", "c1": "o2", "c2": "o3", "c3": "o4", "c4": "o0", "flags": "o1,o3",
        "comment": " Good.\n",
    }  # fmt: skip


def test_between_two_windows_stands_a_button() -> None:
    draft = begin(rubric())
    draft = filled(draft, sent(page(draft)))

    said = between(draft, "draft:abc")

    check(render(said))
    (row,) = (block for block in said.blocks if isinstance(block, Buttons))
    assert [(button.label, button.action) for button in row.buttons] == [
        ("Continue with part 2", "draft:abc")
    ]
    assert said.summary == "Part 1 of 2 is filled in. Nothing is sent before the last."


def test_a_form_that_was_refused_opens_where_it_is_wrong_with_what_was_given() -> None:
    draft = begin(rubric())
    draft = filled(draft, sent(page(draft), c0="o1"))
    draft = filled(draft, sent(page(draft), comment="Too long"))
    draft = corrected(draft, [("comment", "Say *less*."), ("comment", "Really.")])

    said = again(draft, "draft:abc")
    shown: Any = page(draft)["components"]

    check(render(said))
    assert "\n- **What would make it better?:** Say \\*less\\*. Really." in "\n".join(
        ["", *texts_of(render(said)[0].components)]
    )
    assert (draft.number, draft.complete) == (1, False)
    assert shown[-1]["description"] == "Say *less*. Really."
    assert shown[-1]["component"]["value"] == "Too long"
    assert filled(draft, sent(page(draft), comment="x")).problems == {}
    assert fields(draft)["c0"] == "o1"


def test_a_problem_with_no_field_opens_the_first_page() -> None:
    draft = filled(begin(rubric()), sent(page(begin(rubric())), c0="o1"))

    draft = corrected(draft, [("form", "Too late.")])

    assert draft.number == 0
    assert "- Too late." in texts_of(render(again(draft, "a"))[0].components)


def test_a_field_that_was_emptied_stays_empty() -> None:
    form = Form("T", "act", (Field("f", "F", value="as it was", required=False),))
    draft = corrected(filled(begin(form), sent(page(begin(form)), f="")), [("f", "No.")])

    shown: Any = page(draft)["components"]
    assert "value" not in shown[0]["component"]
    assert fields(draft) == {}


# --- what was sent ---------------------------------------------------------------------------


def test_every_input_is_read_back() -> None:
    inputs: list[dict[str, Any]] = [
        {"type": 4, "custom_id": "text", "value": " as typed\n"},
        {"type": 21, "custom_id": "radio", "value": "o1"},
        {"type": 21, "custom_id": "none", "value": None},
        {"type": 22, "custom_id": "boxes", "values": ["o1", "o2"]},
        {"type": 3, "custom_id": "select", "values": ["o3"]},
        {"type": 3, "custom_id": "nothing", "values": []},
    ]
    labels = [{"type": 18, "id": n, "component": one} for n, one in enumerate(inputs)]

    assert read({"components": [{"type": 10, "id": 9}, *labels]}) == {
        "text": " as typed\n", "radio": "o1", "none": "", "boxes": "o1,o2", "select": "o3",
        "nothing": "",
    }  # fmt: skip


def test_rows_of_old_are_read_too_and_nonsense_is_nothing() -> None:
    row = {"type": 1, "components": [{"type": 4, "custom_id": "text", "value": "x"}]}

    assert read({"components": [row]}) == {"text": "x"}
    assert read({}) == read({"components": [{"type": 18}]}) == {}


def test_only_the_fields_of_the_page_that_was_sent_count() -> None:
    draft = begin(rubric())
    strange = {"components": [{"type": 18, "component": {"custom_id": "flags", "values": ["o1"]}}]}

    assert "flags" not in filled(draft, strange).given
