"""Playing by hand: what a stranger types, and what comes back."""

from __future__ import annotations

from io import StringIO

import pytest

from adapters.console.render import columns
from adapters.console.welcome import GREETING, HELP
from app.play import play
from tests.console.fakes import Theatre, theatre


async def session(*lines: str, colours: bool = False, scene: Theatre | None = None) -> str:
    """Type lines, and return all that is printed after the greeting."""
    output = StringIO()
    source = StringIO("".join(f"{line}\n" for line in lines))
    await play((scene or theatre()).stage, source, output, colours=colours)
    return output.getvalue().removeprefix(GREETING)


def test_a_stranger_is_greeted_with_eight_lines() -> None:
    assert GREETING.count("\n") == 8
    assert all(columns(line) <= 80 for line in (GREETING + HELP).split("\n"))


async def test_in_a_narrow_terminal_no_word_of_the_coach_is_cut_by_its_edge() -> None:
    output = StringIO()
    lines = StringIO("/coach ask\nshow q1\n")

    await play(theatre().stage, lines, output, colours=False, columns=lambda: 40)

    said = [line for line in output.getvalue().split("\n") if line.startswith("    ")]
    assert len(said) > 2
    assert all(columns(line) <= 40 for line in said)


async def test_plain_words_are_said_by_whom_and_where_the_prompt_says() -> None:
    scene = theatre()

    printed = await session("hello", "as bo", "in focus of it all: fine", "quit", scene=scene)

    assert printed.startswith("Mon 7 Dec 2026, 08:55 · ana in #prep> ")
    assert [shown.label for shown in scene.world.displayed()] == ["ana1", "bo1"]


async def test_a_thread_is_entered_and_left_by_name() -> None:
    scene = theatre()

    await session(
        "/coach ask", "in q1", "my answer", "in #prep", "hi", "to coach", "yo", scene=scene
    )

    asked, answer, said, direct = scene.world.displayed()
    assert answer.thread == asked.message
    assert said.thread is None
    assert direct.channel == "@ana"


async def test_lines_of_the_script_language_work_as_they_are() -> None:
    printed = await session("/coach ask", "bo in q1: mine", "bo on q1: +2", 'cy presses "Rubric"')

    assert "coach in #prep, q1:\n    Question 1\n" in printed
    assert "coach on bo1: +✅" in printed
    assert "coach to cy (only cy sees this):\n    You pressed rubric." in printed


@pytest.mark.parametrize(
    ("line", "until"),
    [("wait 2 hours", "10:55"), ("until 17:00", "17:00"), ("next", "09:55")],
)
async def test_time_passes_as_told(line: str, until: str) -> None:
    printed = await session("/coach ask", line)

    assert "[Mon 7 Dec 2026, 09:55]\ncoach in #prep, reminder1:" in printed
    assert f"Mon 7 Dec 2026, {until} · ana in #prep> " in printed


@pytest.mark.parametrize(
    ("line", "cure"),
    [
        ("as zed", "zed enters #prep"),
        ("show q9", "The latest are: q1"),
        ("bo in q9: hi", "There are, newest last: q1"),
        ("bo on q1 +4", "Write for example"),
        ("zed on q1: +4", "no person called zed"),
        ("wait for me", "say wait for me"),
        ("/plan", "/coach plan"),
        ("until yesterday", "until 17:00"),
        ('bo presses "Nope"', "[Answer in private]"),
    ],
)
async def test_what_cannot_be_done_is_answered_with_what_can(line: str, cure: str) -> None:
    scene = theatre()

    printed = await session("/coach ask", line, scene=scene)

    assert cure in printed
    assert scene.world.labels() == ("q1",)


async def test_an_empty_world_gets_a_channel_and_three_people() -> None:
    scene = theatre(people=False)

    await session("hello", scene=scene)

    assert list(scene.world.people) == ["ana", "bo", "cy"]
    assert scene.world.labels() == ("ana1",)


async def test_nothing_due_is_told() -> None:
    assert "nothing to do" in await session("next")


async def test_people_and_messages_can_be_looked_at() -> None:
    printed = await session("/coach ask", "bo in q1: mine", "people", "show", "show q1", "help")

    assert "bo: #prep\n" in printed
    assert "bo1 (bo): mine\n" in printed
    assert "    bo1 · bo · Mon 7 Dec 2026, 08:55\n        mine\n        ✅ coach\n" in printed
    assert "A line that ends with a backslash" in printed


async def test_a_backslash_goes_on_in_the_next_line() -> None:
    scene = theatre()

    await session("bo in #prep: one\\", "two", scene=scene)

    assert [shown.text for shown in scene.world.displayed()] == ["one\ntwo"]


async def test_quitting_ends_it_and_nothing_after_it_happens() -> None:
    scene = theatre()

    printed = await session("hello", "quit", "more", scene=scene)

    assert printed.endswith("quit\n")
    assert scene.world.labels() == ("ana1",)


async def test_a_fault_of_the_coach_is_told_and_logged_without_anybody_s_words(
    caplog: pytest.LogCaptureFixture,
) -> None:
    scene = theatre()

    printed = await session("/coach fail my secret", "hello", scene=scene)

    assert "it is in the log" in printed
    assert scene.world.labels() == ("ana1",)
    assert [each.levelname for each in caplog.records] == ["ERROR"]
    assert "secret" not in caplog.text


async def test_colours_are_for_terminals_only() -> None:
    assert "\x1b" not in await session("/coach hi", "as zed", "say \x1b[2J", "show")
    assert "\x1b[36mcoach to ana" in await session("/coach hi", colours=True)


async def test_a_return_shows_where_everybody_left_off() -> None:
    scene = theatre()
    await session("hello", scene=scene)

    assert "ana1 (ana): hello\n" in await session(scene=scene)
