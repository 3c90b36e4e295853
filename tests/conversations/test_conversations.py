"""Plays every conversation of this folder and compares what the coach says, word by word.

With `UPDATE_TRANSCRIPTS` in the environment (`make transcripts`) what it says now is written
into the files instead.
"""

from __future__ import annotations

import logging
import os
from difflib import unified_diff
from pathlib import Path

import pytest

from adapters.console.script import parse
from app.play import perform
from tests.conversations.conftest import Build

FILES = sorted(Path(__file__).parent.glob("*.txt"))
UPDATING = bool(os.environ.get("UPDATE_TRANSCRIPTS"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
async def test_the_conversation_goes_as_it_is_written(
    path: Path, build: Build, caplog: pytest.LogCaptureFixture
) -> None:
    script = parse(_read(path))

    transcript = await perform(build(script.scene), script)

    assert [each for each in caplog.records if each.levelno >= logging.ERROR] == []
    _compare(path, transcript)


def _read(path: Path) -> str:
    return path.read_text("utf-8")


def _compare(path: Path, transcript: str) -> None:
    written = _read(path)
    if UPDATING:
        path.write_text(transcript, "utf-8")
    elif transcript != written:
        lines = unified_diff(
            written.splitlines(), transcript.splitlines(), path.name, "as it goes now", lineterm=""
        )
        pytest.fail("\n".join(lines), pytrace=False)
