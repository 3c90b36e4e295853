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

import pytest

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


@pytest.mark.parametrize("words", [", note1:", ", focus1:", ", q1:", ", r1:", ", r2:", ", q3:"])
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


def test_a_process_asked_to_stop_stops_at_once_and_keeps_everything(tmp_path: Path) -> None:
    with running(tmp_path) as process:
        tell(process, *SETUP)
        read_until(process, "You are in")

        process.send_signal(signal.SIGTERM)

        assert process.wait(10) == 0
    assert not (tmp_path / "loopmates.db-wal").exists()


def test_an_interrupted_process_ends_without_another_line(tmp_path: Path) -> None:
    with running(tmp_path) as process:
        tell(process, "people")
        read_until(process, "ana: #prep")

        process.send_signal(signal.SIGINT)

        assert process.wait(10) == 130


def test_a_second_process_on_the_same_database_is_refused(tmp_path: Path) -> None:
    with running(tmp_path) as first:
        tell(first, "people")
        read_until(first, "ana: #prep")

        with running(tmp_path) as second:
            said = second.communicate(timeout=20)[0]

        assert second.returncode == 1
        assert str(first.pid) in said


def test_a_cohort_whose_guide_is_gone_is_refused_with_a_cure(tmp_path: Path) -> None:
    with running(tmp_path) as process:
        tell(process, *SETUP, "quit")
        assert process.wait(30) == 0
    _rename_guide(tmp_path / "loopmates.db")

    with running(tmp_path) as process:
        said = process.communicate(timeout=20)[0]

    assert process.returncode == 1
    assert "LOOPMATES_GUIDES" in said


def _rename_guide(database: Path) -> None:
    import sqlite3  # noqa: PLC0415

    connection = sqlite3.connect(database)
    connection.execute("UPDATE cohorts SET guide = 'gone'")
    connection.commit()
    connection.close()
