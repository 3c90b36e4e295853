"""Conversations in files: read, compared with how they go now, or written anew.

With `UPDATE_TRANSCRIPTS` in the environment (`make transcripts`) what the coach says now is
written into the files.
"""

from __future__ import annotations

import os
from difflib import unified_diff
from pathlib import Path

import pytest

from adapters.console.script import Script, parse
from bot.ports.work import Work

UPDATING = bool(os.environ.get("UPDATE_TRANSCRIPTS"))


def read(path: Path) -> Script:
    """Return the script in a file."""
    return parse(path.read_text("utf-8"))


def compare(path: Path, transcript: str, how: str = "as it goes now", *, writes: bool) -> None:
    """Fail where a conversation went otherwise; one that `writes` is written down if asked for."""
    written = path.read_text("utf-8")
    if UPDATING and writes:
        path.write_text(transcript, "utf-8")
    elif transcript != written:
        lines = unified_diff(
            written.splitlines(), transcript.splitlines(), path.name, how, lineterm=""
        )
        pytest.fail("\n".join(lines), pytrace=False)


def remembered(work: Work) -> object:
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
