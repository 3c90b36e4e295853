"""The language: what is read, what is refused, and that writing and reading agree."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.console import grammar
from adapters.console.entries import Entry
from adapters.console.script import parse, read_line
from adapters.console.steps import (
    Act,
    Block,
    Change,
    Move,
    Press,
    Remove,
    Say,
    ScriptError,
    Send,
    Step,
    Switch,
    Tap,
    Until,
    Use,
    Wait,
)
from adapters.console.transcript import entry_lines
from bot.ids import UserId
from tests.console.fakes import HEADER

names = st.from_regex(r"[a-z][a-z-]{0,8}", fullmatch=True).filter(lambda name: name != "coach")
labels = st.sampled_from(["q1", "r12", "bo3", "note1"])
lines = st.text(st.characters(exclude_characters="\n\r", codec="utf-8"), max_size=30)
words = st.lists(lines, min_size=1, max_size=4).map("\n".join).map(grammar.tidy).filter(bool)
said = words.filter(lambda text: not text.startswith("/coach"))
one_line = st.from_regex(r"[A-Za-z][A-Za-z ,;=]{0,20}[A-Za-z]", fullmatch=True)
fields = st.dictionaries(st.from_regex(r"[a-z]{1,8}", fullmatch=True), words, max_size=3)

acts: st.SearchStrategy[Act] = st.one_of(
    st.builds(
        Say,
        who=names,
        where=st.sampled_from(["#prep", "q1", "coach"]),
        text=said,
        files=st.integers(0, 3),
    ),
    st.builds(
        Say, who=names, where=st.just("coach"), text=words.map(lambda text: f"/coach {text}")
    ),
    st.builds(
        Tap, who=names, on=labels, emoji=st.sampled_from(["4️⃣", "🎯", "✅"]), added=st.booleans()
    ),
    st.builds(Press, who=names, button=one_line, on=st.one_of(st.just(""), labels)),
    st.builds(Send, who=names, fields=fields.map(lambda each: tuple(each.items()))),
    st.builds(Change, who=names, on=labels, text=words),
    st.builds(Remove, who=names, on=labels),
    st.builds(Use, who=names, on=labels, name=st.sampled_from(["practise", "second-take"])),
    st.builds(Move, who=names, channel=st.just("#prep"), enters=st.booleans()),
    st.builds(Block, who=names, on=st.booleans()),
)


def refusal(text: str) -> ScriptError | None:
    """Return why a script cannot be read; anything but a `ScriptError` is raised."""
    try:
        parse(text)
    except ScriptError as error:
        return error
    return None


@given(acts)
def test_an_action_that_is_written_reads_as_the_same_action(act: Act) -> None:
    assert grammar.read(grammar.write(act)) == act


@given(acts)
def test_an_action_stands_alone_in_a_script_whatever_its_words_look_like(act: Act) -> None:
    script = parse(f"{HEADER}{grammar.write(act)}\n")

    assert [item.step for item in script.items] == [act]


@given(acts, st.booleans())
def test_what_a_transcript_shows_of_people_is_one_action_again(act: Act, wide: bool) -> None:
    entry = Entry(datetime(2026, 12, 7, tzinfo=UTC), "act", UserId(act.who), "", "", act=act)

    text = "\n".join(entry_lines(entry, None if wide else 96))

    assert len(parse(f"{HEADER}{text}\n").items) == 1


@given(st.text())
def test_arbitrary_text_is_read_or_refused(text: str) -> None:
    error = refusal(HEADER + text)

    assert error is None or (error.line >= 1 and error.problem and error.cure)
    assert refusal(text) is not None


PIECES = """ana|coach| in |q1|#prep|:| on |+|---|until |later|[|]|    |Start: |People: |=|"|press |
Mon 7 Dec 2026, 09:00| sends form|1 day|99999999999999999 days|0001-01-01 00:00|9999-12-31 23:59|
with 3 files|edit:"""
pieces = st.sampled_from([*PIECES.replace("|\n", "|").split("|"), "\n"])


@given(st.lists(pieces, max_size=12).map("".join))
def test_pieces_of_the_language_in_any_order_are_read_or_refused(text: str) -> None:
    error = refusal(HEADER + text)

    assert error is None or (error.line >= 1 and error.problem and error.cure)


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("ana in #prep: hello", Say(who="ana", where="#prep", text="hello")),
        (
            "bo in q1: one\n    two\n\n    three",
            Say(who="bo", where="q1", text="one\ntwo\n\nthree"),
        ),
        ("bo to coach: practice", Say(who="bo", where="coach", text="practice")),
        ("bo: /coach plan", Say(who="bo", where="coach", text="/coach plan")),
        ("bo in q1 with 2 files:", Say(who="bo", where="q1", text="", files=2)),
        ("bo on r1: +4️⃣", Tap(who="bo", on="r1", emoji="4️⃣", added=True)),
        ("bo on r1: -4", Tap(who="bo", on="r1", emoji="4️⃣", added=False)),
        ("bo on r1: +👍🏽", Tap(who="bo", on="r1", emoji="👍", added=True)),
        ('bo on r1: press "Open the form"', Press(who="bo", on="r1", button="Open the form")),
        ("bo presses [Yes] on r1", Press(who="bo", on="r1", button="Yes")),
        ('bo presses "Yes"', Press(who="bo", button="Yes")),
        (
            "bo sends review: clarity=4; comment=good; very = 1",
            Send(who="bo", fields=(("clarity", "4"), ("comment", "good"), ("very", "1"))),
        ),
        (
            "bo sends the form:\n    clarity=4\n    comment=good; x=1\n        and more",
            Send(who="bo", fields=(("clarity", "4"), ("comment", "good; x=1\nand more"))),
        ),
        ("bo on bo1: edit: new", Change(who="bo", on="bo1", text="new")),
        ("bo on bo1: delete", Remove(who="bo", on="bo1")),
        ("bo on q1: practise this", Use(who="bo", on="q1", name="practise")),
        ("bo on bo1: second take", Use(who="bo", on="bo1", name="second-take")),
        ("cy leaves #prep", Move(who="cy", channel="#prep", enters=False)),
        ("cy blocks coach", Block(who="cy", on=True)),
        ("--- the coach is stopped ---", Switch(on=False)),
        ("# bo in q1: nothing", None),
        ("coach in #prep, q1:\n    ana in #prep: not said", None),
    ],
)
def test_a_line_means_what_it_says(text: str, step: Step | None) -> None:
    assert read_line(text) == step


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("", 1, "no line `Start:`"),
        (HEADER.replace("Angeles", "Angles"), 1, "no time zone"),
        (HEADER.replace("Mon 7", "Tue 7"), 1, "is a Mon"),
        (HEADER.replace("7 Dec", "31 Feb"), 1, "no such date"),
        (HEADER.replace("ana, bo", "ana, ana"), 3, "cannot be the name"),
        (HEADER.replace("ana, bo", "ana, coach"), 3, "cannot be the name"),
        (HEADER.replace("#prep", "prep"), 2, "not a channel"),
        (HEADER + "Guide: mini\nana in #prep: hi\nGuide: mini", 7, "too late"),
        (HEADER + "nonsense", 5, "says nothing"),
        (HEADER + "# fine\n\n   lost", 7, "none"),
        (HEADER + "ana in #prep:", 5, "says nothing"),
        (HEADER + "ana on q1: jump", 5, "nothing one can do"),
        (HEADER + "ana on q1: +four", 5, "not one emoji"),
        (HEADER + "--- some time later ---", 5, "not a length of time"),
        (HEADER + "--- until noon ---", 5, "not a moment"),
        (HEADER + "--- until 25:00 ---", 5, "not a time of day"),
        (HEADER + "bo sends the form: a=1; a=2", 5, "stands twice"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(text: str, line: int, problem: str) -> None:
    with pytest.raises(ScriptError) as caught:
        parse(text)

    assert caught.value.line == line
    assert problem in caught.value.problem
    assert caught.value.cure


def test_a_header_says_where_when_and_who() -> None:
    scene = parse(
        "# A title.\nStart: 2026-12-07 08:55 in Europe/Berlin\nChannels: #prep, #other\n"
        "People: ana, bo (Bo Berg)\nGuide: mini\nSeed: 7\n"
    ).scene

    assert scene.start == datetime(2026, 12, 7, 7, 55, tzinfo=UTC)
    assert scene.channels == ("#prep", "#other")
    assert scene.people == (("ana", "ana"), ("bo", "Bo Berg"))
    assert (scene.zone, scene.guide, scene.seed) == ("Europe/Berlin", "mini", 7)


def test_a_bracketed_moment_may_have_passed_and_has_no_lines_of_its_own() -> None:
    script = parse(HEADER + "[Tue 8 Dec 2026, 09:00]\nana in #prep: hi\n--- 1 hour later ---\n")

    stamp, _, wait = script.items
    assert isinstance(stamp.step, Until)
    assert stamp.step.may_be_past
    assert stamp.lines == ()
    assert isinstance(wait.step, Wait)
