"""Plays every conversation of this folder on a local Slack, over Socket Mode and over HTTP.

What the coach says is read from what Slack shows, and compared word by word; both ways of
connecting show the same.  With `UPDATE_TRANSCRIPTS` in the environment (`make transcripts`) what
it says now is written into the files instead.
"""

from __future__ import annotations

import logging
import os
from dataclasses import replace
from difflib import unified_diff
from pathlib import Path

import pytest

from adapters.console.script import Script, parse
from adapters.console.steps import Switch
from bot.ports.work import Work
from tests.slack.stage import perform, staged
from tests.slack.towns import WAYS, How

FOLDER = Path(__file__).parent
FILES = sorted(FOLDER.glob("*.txt"))
UPDATING = bool(os.environ.get("UPDATE_TRANSCRIPTS"))


@pytest.mark.parametrize("how", WAYS)
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
async def test_the_conversation_goes_as_it_is_written(
    path: Path, how: How, caplog: pytest.LogCaptureFixture
) -> None:
    script = _script(path)

    async with staged(script, how) as stage:
        transcript = await perform(stage, script)

    assert [each for each in caplog.records if each.levelno >= logging.ERROR] == []
    _compare(path, transcript, how)


@pytest.mark.parametrize("how", WAYS)
async def test_after_an_hour_away_all_is_as_if_the_coach_had_been_there(how: How) -> None:
    away = _script(FOLDER / "coach-away.txt")
    always = replace(away, items=tuple(i for i in away.items if not isinstance(i.step, Switch)))

    ends = [await _end(script, how) for script in (away, always)]

    assert ends[0] == ends[1]


def _script(path: Path) -> Script:
    return parse(path.read_text("utf-8"))


async def _end(script: Script, how: How) -> object:
    async with staged(script, how) as stage:
        await perform(stage, script)
        return stage.town.call(_remembered)


def _remembered(work: Work) -> object:
    """Return what counts of everything that people did, without when it was heard of."""
    (cohort,) = work.cohorts.alive()
    members, answers = work.members.of(cohort.id), work.answers.of(cohort.id)
    pause = cohort.rules.pause_between_parts
    reviews = [review for answer in answers for review in work.reviews.of(answer.id)]
    practices = [p for m in members for p in work.practices.of(cohort.workspace, m.user)]
    return {
        "members": {m.user: m.left for m in members},
        "answers": {a.author: (a.text(pause), a.read, a.status, a.late) for a in answers},
        "reviews": {
            (r.author, r.reviewer): ({tap.emoji for tap in r.taps}, r.status) for r in reviews
        },
        "practices": [(p.user, p.text) for p in practices],
    }


def _compare(path: Path, transcript: str, how: How) -> None:
    written = path.read_text("utf-8")
    if UPDATING and how == WAYS[0]:
        path.write_text(transcript, "utf-8")
    elif transcript != written:
        lines = unified_diff(
            written.splitlines(), transcript.splitlines(), path.name, f"over {how}", lineterm=""
        )
        pytest.fail("\n".join(lines), pytrace=False)
