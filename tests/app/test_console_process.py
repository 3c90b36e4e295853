"""`loopmates run` as a process of its own: killed, interrupted, asked to stop, started again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import Any

import pytest

from tests.app.slack_processes import rename_guide
from tests.measured import MEASURED

SETUP = (
    "/coach setup coursera-senior-em zone=UTC",
    'ana presses "Join" on note1',
    'bo presses "Join" on note1',
    'cy presses "Join" on note1',
)
WEEK = ("next", "bo in q1: We shipped it.", "ana in q1: I asked.", "wait 20 minutes", "wait 3 days")


@contextmanager
def running(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Run the console on a database and a journal in `folder`."""
    env = {
        **MEASURED,
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(Path.cwd()),
        "DATABASE_URL": f"sqlite:///{folder}/loopmates.db",
        "LOOPMATES_CONSOLE_JOURNAL": str(folder / "console.jsonl"),
        "LANG": "C.UTF-8",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "app", "run"],
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        # A shell lets what it runs in the background ignore interrupts, and that is handed down.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )
    # Whatever goes wrong, nothing here waits for ever.
    watchdog = Timer(60, process.kill)
    watchdog.start()
    try:
        yield process
    finally:
        watchdog.cancel()
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


def tell(process: subprocess.Popen[str], *lines: str) -> None:
    assert process.stdin is not None
    process.stdin.write("".join(f"{line}\n" for line in lines))
    process.stdin.flush()


def read_until(process: subprocess.Popen[str], words: str) -> str:
    assert process.stdout is not None
    said = ""
    while words not in said:
        line = process.stdout.readline()
        assert line, f"it ended without saying {words!r}:\n{said}"
        said += line
    return said


def posts(folder: Path) -> list[str]:
    """Return the keys of everything posted, as the journal alone tells it."""
    lines = (folder / "console.jsonl").read_text(encoding="utf-8").splitlines()
    happened = [json.loads(line) for line in lines]
    return [each["key"] for each in happened if each["kind"] == "posted"]


def long(words: str) -> Any:
    return pytest.param(words, marks=pytest.mark.long)


@pytest.mark.parametrize(
    "words",
    [", r1:", *map(long, [", note1:", ", focus1:", ", q1:", ", r2:", ", q3:"])],
)
def test_a_process_killed_at_any_moment_posts_everything_once(tmp_path: Path, words: str) -> None:
    with running(tmp_path) as first:
        tell(first, *SETUP, *WEEK)
        read_until(first, words)
        first.send_signal(signal.SIGKILL)
        first.wait()

    with running(tmp_path) as second:
        tell(second, "wait 5 minutes", "quit")
        assert second.wait(60) == 0

    assert max(Counter(posts(tmp_path)).values()) == 1


def test_a_process_asked_to_stop_keeps_everything_and_starts_only_with_its_guide(
    tmp_path: Path,
) -> None:
    with running(tmp_path) as process:
        tell(process, *SETUP)
        read_until(process, "You are in")

        process.send_signal(signal.SIGTERM)

        assert process.wait(10) == 0
    assert not (tmp_path / "loopmates.db-wal").exists()
    rename_guide(tmp_path)

    with running(tmp_path) as process:
        said = process.communicate(timeout=20)[0]

    assert process.returncode == 1
    assert "LOOPMATES_GUIDES" in said


def test_a_second_process_on_the_same_database_is_refused_and_an_interrupt_ends_the_first(
    tmp_path: Path,
) -> None:
    with running(tmp_path) as first:
        tell(first, "people")
        read_until(first, "ana: #prep")

        with running(tmp_path) as second:
            said = second.communicate(timeout=20)[0]
        first.send_signal(signal.SIGINT)

        assert first.wait(10) == 130
    assert second.returncode == 1
    assert str(first.pid) in said
