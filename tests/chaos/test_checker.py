"""The checker says what is lost, twice, or in another order, and nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.chaos.checker import differences

Dump = dict[str, Any]


def post(number: int, text: str, **more: Any) -> Dump:
    """Return a post of the coach."""
    return {
        "id": str(number), "author": "coach", "ours": True, "coach": "B", "text": text,
        "thread": None, "deleted": False, "reactions": {}, "key": {"key": str(number), "part": 1},
        **more,
    }  # fmt: skip


def answer(number: int, text: str, *marks: str) -> Dump:
    """Return a message of somebody, with the coach's marks on it."""
    return post(number, text, ours=False, author="U1", reactions={mark: ["B"] for mark in marks})


def shown(*posts: Dump, place: str = "C1") -> Dump:
    """Return what is displayed."""
    return {"places": {place: list(posts)}}


QUIET = shown(post(1, "Question 1"), answer(2, "mine", "✅"), post(3, "Question 2"))


def test_the_same_is_the_same_whatever_its_ids_and_instants() -> None:
    early = shown(post(1, "Answer by Tue 8 Dec 2026, 09:15."))
    late = shown(post(7, "Answer by Wed 9 Dec 2026, 10:20."))

    assert differences(early, late) == []


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (shown(post(1, "Question 1"), answer(2, "mine", "✅")), "lost"),
        (shown(*QUIET["places"]["C1"], post(4, "Question 2")), "twice"),
        (shown(post(3, "Question 2"), answer(2, "mine", "✅"), post(1, "Question 1")), "order"),
        (shown(post(1, "Question 1"), answer(2, "mine"), post(3, "Question 2")), "lost"),
        (
            shown(post(1, "Question 1"), answer(2, "mine", "✅"), post(3, "Question 3")),
            "unexpected",
        ),
    ],
)
def test_every_kind_of_difference_is_told(other: Dump, words: str) -> None:
    assert any(words in each for each in differences(QUIET, other))


def test_a_part_with_the_same_key_is_told_even_to_the_organiser() -> None:
    twice = shown(post(1, "Late."), post(1, "Late."), place="DT1U9")

    assert differences(shown(place="DT1U9"), twice) != []


def test_a_place_that_is_missing_is_told() -> None:
    assert differences(QUIET, {"places": {}}) != []


def test_it_is_a_program_that_needs_nothing_of_the_product(tmp_path: Path) -> None:
    files = [tmp_path / "quiet.json", tmp_path / "other.json"]
    for file, dump in zip(files, (QUIET, shown()), strict=True):
        file.write_text(json.dumps(dump), "utf-8")
    program = (
        "import runpy, sys;"
        "sys.argv = ['checker', *sys.argv[1:]];"
        "code = 0\n"
        "try: runpy.run_module('tests.chaos.checker', run_name='__main__')\n"
        "except SystemExit as end: code = end.code\n"
        "rooms = {'app', 'adapters', 'bot', 'scheduler', 'content'}\n"
        "assert not rooms & set(sys.modules), rooms & set(sys.modules)\n"
        "sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *map(str, files)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 1, done.stderr
    assert "lost" in done.stdout


def test_files_that_cannot_be_read_are_another_exit_code(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.chaos.checker", str(tmp_path / "a"), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert "error:" in done.stderr
