"""The stage: time goes from one thing due to the next, and a transcript plays again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from adapters.console.grammar import read
from adapters.console.script import parse
from adapters.console.steps import ScriptError
from adapters.console.transcript import Transcript, head
from app.play import perform
from app.turns import VirtualClock
from tests.console.fakes import HEADER, START, ZONE, played, theatre
from tests.examples import cases

SCRIPT = """\
# Ana asks; an hour later the coach reminds everybody.
ana in #prep: /coach ask
coach in #prep, q1:
    Question 1
    Tell me about a disagreement, and how it ended.
    [Answer in private]  [Rubric]
    (tap 1️⃣ 2️⃣)

bo in q1: We disagreed about the plan.
    It ended well.
coach on bo1: +✅
bo on q1: +2️⃣
bo: /coach hello
coach to bo (only bo sees this):
    You said hello.

--- 2 hours later ---
[Mon 7 Dec 2026, 09:55]
coach in #prep, reminder1:
    One hour left.

coach changes q1:
    Closed.

[Mon 7 Dec 2026, 10:55]
bo on bo1: delete
coach to bo, note1:
    Noted.
"""


async def test_a_transcript_in_its_final_form_plays_as_itself() -> None:
    assert await played(SCRIPT) == SCRIPT


async def test_what_the_coach_said_before_makes_no_difference() -> None:
    without = "\n".join(
        line
        for line in SCRIPT.split("\n")
        if not line.startswith(("coach", "[")) and (line[:4] != "    " or "ended well" in line)
    ).replace("\n\n\n", "\n\n")

    assert await played(without) == SCRIPT


async def test_entries_alone_make_a_script_that_gives_the_same_entries() -> None:
    first, second = theatre(), theatre()
    script = parse(HEADER + SCRIPT)
    for item in script.items:
        await first.stage.step(item.step)
    transcript = Transcript(ZONE, START)
    lines = [line for entry in first.stage.entries for line in transcript.entry(entry)]

    printed = parse("\n".join([*head(script.scene), *lines]))
    for item in printed.items:
        await second.stage.step(item.step)

    assert second.stage.entries == first.stage.entries


ACTS = [
    "ana in #prep: /coach ask",
    "bo in #prep: coach to ana, note1:",
    "bo in #prep: [Tue 8 Dec 2026, 09:00]\n    \x1b[2J",
    "bo: /coach hi",
    "cy to coach: # no comment",
    "--- 30 minutes later ---",
    "--- until 09:00 ---",
    "cy: /coach form",
]


@cases(40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(ACTS), min_size=1, max_size=8))
async def test_whatever_is_played_the_transcript_plays_as_itself(acts: list[str]) -> None:
    once = await played("".join(f"{act}\n" for act in acts))

    assert await played(once) == once


async def test_forms_open_come_back_and_are_sent() -> None:
    transcript = await played(
        'ana in #prep: /coach ask\nbo on q1: press "answer in private"\n'
        "bo sends the form: clarity=good; flags=Rambles, a; comment=bad\n"
        "bo sends the form: clarity=4; flags=b\n"
    )

    assert "coach to bo (a form, for bo alone):\n    Form “Your review”" in transcript
    assert "coach to bo (the form comes back):\n    comment: Say more." in transcript
    assert "Thanks: [('clarity', '4'), ('flags', 'b')]" in transcript


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("bo sends the form: colour=red", "no field colour"),
        ("bo sends the form: clarity=9; flags=a", "no choice for clarity"),
        ("bo sends the form: clarity=4", "The form needs “Red flags”"),
    ],
)
async def test_a_form_that_no_platform_would_send_is_refused(text: str, problem: str) -> None:
    with pytest.raises(ScriptError, match=problem) as caught:
        await played(f"bo: /coach form\n{text}\n")

    assert caught.value.line == 6


async def test_a_moment_that_has_passed_is_refused() -> None:
    with pytest.raises(ScriptError, match="later than that already"):
        await played("--- until Mon 7 Dec 2026, 08:00 ---\n")


async def test_time_stops_wherever_something_is_due() -> None:
    scene = theatre()
    await scene.stage.act(read("ana in #prep: /coach ask"))

    await scene.stage.advance(START + timedelta(days=3))

    times = {entry.topic: entry.at - START for entry in scene.stage.entries}
    assert times["reminder"] == timedelta(hours=1)
    assert scene.stage.now == START + timedelta(days=3)


async def test_letting_time_pass_with_nothing_due_asks_the_store_once() -> None:
    scene = theatre()
    await scene.stage.settle()
    before = scene.store.runs

    for day in range(1, 100):
        await scene.stage.advance(START + timedelta(days=day))

    assert scene.store.runs == before


async def test_a_stopped_coach_hears_nothing_and_reads_the_platform_again_on_starting() -> None:
    scene = theatre()

    for text in ("--- the coach is stopped ---", "bo in #prep: hi", "cy leaves #prep"):
        (item,) = parse(f"{HEADER}{text}\n").items
        await scene.stage.step(item.step)
    assert scene.coach.heard == []
    await scene.stage.wake()

    assert scene.coach.reread == [("ana", "bo")]


async def test_a_message_that_cannot_arrive_is_a_dead_letter() -> None:
    scene = theatre()

    for text in ("bo blocks coach", "ana: /coach tell bo"):
        await scene.stage.act(read(text))

    assert len(scene.coach.reread) == 1


async def test_a_clock_never_goes_back() -> None:
    clock = VirtualClock(START)

    with pytest.raises(ValueError, match="back"):
        clock.move(START - timedelta(seconds=1))


async def test_entries_tell_records_where_and_about_what() -> None:
    scene = theatre()
    for item in parse(HEADER + SCRIPT).items:
        await scene.stage.step(item.step)

    told = [(each.kind, each.to, each.about, each.question) for each in scene.stage.entries]

    assert ("post", "channel", None, "disagreement") in told
    assert ("act", "thread:disagreement", "question", "disagreement") in told
    assert ("reply", "dm:bo", None, None) in told


async def test_performing_leaves_head_and_tail_as_they_were() -> None:
    text = "# Before.\n\n" + HEADER + "ana in #prep: hi\n\n# After.\n"

    assert await perform(theatre().stage, parse(text)) == text
