"""Plays every conversation of this folder on a local Slack, over Socket Mode and over HTTP.

What the coach says is read from what Slack shows, and compared word by word; both ways of
connecting show the same.  With `UPDATE_TRANSCRIPTS` in the environment (`make transcripts`) what
it says now is written into the files instead.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.console.script import Script
from adapters.console.steps import Switch
from tests.slack.stage import staged
from tests.slack.towns import BOTH, WAYS, How
from tests.stages.playing import perform
from tests.stages.transcripts import compare, read, remembered

FOLDER = Path(__file__).parent
FILES = sorted(FOLDER.glob("*.txt"))


@BOTH
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
async def test_the_conversation_goes_as_it_is_written(
    path: Path, how: How, caplog: pytest.LogCaptureFixture
) -> None:
    script = read(path)

    async with staged(script, how) as stage:
        transcript = await perform(stage, script)

    assert [each for each in caplog.records if each.levelno >= logging.ERROR] == []
    compare(path, transcript, f"over {how}", writes=how == WAYS[0])


@BOTH
async def test_after_an_hour_away_all_is_as_if_the_coach_had_been_there(how: How) -> None:
    away = read(FOLDER / "coach-away.txt")
    always = replace(away, items=tuple(i for i in away.items if not isinstance(i.step, Switch)))

    ends = [await _end(script, how) for script in (away, always)]

    assert ends[0] == ends[1]


async def _end(script: Script, how: How) -> object:
    async with staged(script, how) as stage:
        await perform(stage, script)
        return stage.town.call(remembered)
