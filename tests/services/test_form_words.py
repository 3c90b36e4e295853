"""What stands in forms: enough to judge by, what was written before, errors one can act on."""

from __future__ import annotations

import re

import pytest

from bot.messages import TEXT_LIMIT, VALUE_LIMIT, Field, Form, Reply, Said, plain
from bot.voice import forms
from tests.services.clubs import OLGA, Club, a_club
from tests.services.towns import GUIDE, Town
from tests.unit.rubrics import review

QUESTION = GUIDE.questions[0]


def _form(reply: Reply) -> Form:
    assert reply.form is not None
    return reply.form


def _field(form: Form, name: str) -> Field:
    return next(field for field in form.fields if field.name == name)


# --- the review form ----------------------------------------------------------------------------


def _reviewing(club: Club, reviewer: str = "bo") -> str:
    asked = club.reviews("ana")[reviewer]
    return plain(_form(club.press(reviewer, f"review:{asked.id}")).intro)


def test_the_review_form_shows_the_question_and_the_whole_of_a_short_answer() -> None:
    club = a_club()
    club.answered("ana", "First *this*.\n\nThen <@U1>.")

    intro = _reviewing(club)

    assert "How did you get here?" in intro
    assert intro.endswith("First *this*.\n\nThen <@U1>.")


def test_the_review_form_shows_the_version_that_is_judged() -> None:
    club = a_club()
    message = club.answered("ana", "What was judged.")
    club.rate("ana", "cy", "4️⃣")
    club.edit(message, "What came after.")

    assert _reviewing(club).endswith("What was judged.")


@pytest.mark.parametrize(
    "said", ["many words " * 900, "x" * 9_000, "はい 長い" + "答" * 9_000, "\n" * 9_000 + "x"]
)
def test_the_beginning_of_a_long_answer_is_shown_and_where_the_rest_is(said: str) -> None:
    form = forms.review(review(), said, QUESTION, GUIDE.rubric(QUESTION.key))

    shown = "\n".join(span.text for span in form.intro if isinstance(span, Said))
    intro = plain(form.intro)
    assert len(intro) <= TEXT_LIMIT
    assert said.startswith(shown)
    assert shown == "" or len(shown) > TEXT_LIMIT / 3
    assert intro.endswith("… the whole answer is in the message.")


# --- an answer in private -----------------------------------------------------------------------


def _again(club: Club) -> Field:
    return _field(_form(club.press("ana", f"answer:{club.prompt.id}")), "text")


def test_an_answer_in_private_opens_with_what_was_written() -> None:
    club = a_club()
    assert _again(club).value == ""

    club.submit("ana", f"answer:{club.prompt.id}", text="First this.\n\nThen that.")

    assert _again(club).value == "First this.\n\nThen that."


def test_an_answer_in_the_thread_is_not_put_into_the_private_form() -> None:
    club = a_club()
    club.answered("ana", "For all to see.")

    assert _again(club).value == ""


@pytest.mark.parametrize(("length", "fits"), [(VALUE_LIMIT, True), (VALUE_LIMIT + 1, False)])
def test_an_answer_too_long_for_a_field_is_not_cut_and_sending_says_what_it_does(
    length: int, fits: bool
) -> None:
    club = a_club()
    club.submit("ana", f"answer:{club.prompt.id}", text="x" * length)

    field = _again(club)

    assert field.value == ("x" * length if fits else "")
    assert ("replaces all of it" in field.hint) is not fits
    assert club.text("ana") == "x" * length


# --- errors -------------------------------------------------------------------------------------

WRONG = [
    ("zone", "Berlin", "“Berlin” is not a time zone I know. Did you mean “Europe/Berlin”?"),
    ("zone", "XYZZY-9", "“XYZZY-9” is not a time zone I know. Name a city, like “Europe/Berlin”."),
    ("days", "Funday", "I cannot read “Funday” as days. Write them like “mon-fri” or “mon,wed”."),
    ("days", "Fri x", "I cannot read “Fri x” as days. Write them like “mon-fri” or “mon,wed”."),
    ("time", "time=9", "“time=9” is not a time of day. Write it like “09:00”."),
    ("reviewers", "9", "I cannot use “9” here. Give a number from 1 to 5, like “2”."),
]  # fmt: skip


@pytest.mark.parametrize(("field", "typed", "said"), WRONG)
@pytest.mark.parametrize("form", ["setup", "settings"])
def test_an_error_at_a_field_is_true_there_and_shows_what_was_typed(
    form: str, field: str, typed: str, said: str
) -> None:
    club = a_club() if form == "settings" else Club(Town())
    action = f"settings:{club.cohort.id}" if form == "settings" else "setup"

    reply = club.submit(OLGA, action, **{field: typed})

    assert reply.errors == ((field, said),)


@pytest.mark.parametrize(
    ("verb", "field", "typed"),
    [
        ("away", "until", "Soon"),
        ("away", "until", "2026-12-07"),
        ("away", "until", ""),
        ("away", "until", "2031-01-01"),
        ("skip", "day", "Someday"),
        ("skip", "day", ""),
        ("shift", "by", "A bit"),
        ("shift", "by", ""),
        ("settings", "quiet", "at night"),
        ("settings", "quiet", "21:00-25:00"),
        ("settings", "lease", "1h"),
        ("settings", "grace", "99h"),
        ("settings", "board", "noonish"),
        ("settings", "authors", "perhaps"),
        ("settings", "colour", "red"),
    ],
)
def test_no_error_at_a_field_asks_for_a_command(verb: str, field: str, typed: str) -> None:
    club = a_club()
    who = "ana" if verb == "away" else OLGA

    reply = club.submit(who, f"{verb}:{club.cohort.id}", **{field: typed})

    ((name, said),) = reply.errors
    assert name == field
    assert not re.search(r"`|\w=|/coach|“(away|skip|shift|settings)", said)
    assert "“" in said


def test_a_date_to_pick_is_explained_for_a_picker() -> None:
    start = _field(_form(Club(Town()).command(OLGA, "setup")), "start")

    assert start.kind == "date"
    assert "weekday" not in start.hint
    assert start.hint
