"""Rehearsals for tests: played in process, read from the lines they print as JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from adapters.console.render import render
from app import rehearsal
from bot.voice import reviews as say
from content import loader
from content.schema import Guide
from tests.factories import an_answer

FULL = loader.load_all()["coursera-senior-em"]
MINI = loader.load(Path(__file__).parents[1] / "content" / "mini.toml")

Line = dict[str, Any]


@dataclass(frozen=True)
class Record:
    """One rehearsal: its lines as printed, and as values."""

    printed: tuple[str, ...]

    @property
    def lines(self) -> list[Line]:
        """Every line but the summary."""
        return [json.loads(line) for line in self.printed[:-1]]

    @property
    def summary(self) -> Line:
        last: Line = json.loads(self.printed[-1])
        return last

    def of(self, kind: str) -> list[Line]:
        return [line for line in self.lines if line["kind"] == kind]


def rehearse(
    guide: Guide = FULL,
    *,
    members: int,
    seed: int = 1,
    start: str = "2026-12-07",
    zone: str = "America/Los_Angeles",
    silent: float = 0.3,
    database: str | None = None,
) -> Record:
    """Play a cohort and return what was printed."""
    options = rehearsal.Options(
        guide, members, seed, date.fromisoformat(start), zone, silent, database
    )
    printed: list[str] = []
    code = rehearsal.run(options, printed.append, as_json=True, progress=lambda _, __: None)
    assert code == 0
    return Record(tuple(printed))


def local(line: Line) -> datetime:
    return datetime.fromisoformat(line["local"])


def result_counts(record: Record) -> Iterator[tuple[str, int]]:
    """Yield whose results came from how many reviews."""
    for line in record.of("result"):
        found = re.search(r"\b(\d+) reviews?\b", line["text"])
        yield line["member"], int(found[1]) if found else 0


def self_reviews(record: Record) -> Iterator[str]:
    """Yield who was offered to judge an answer of their own, once for each offer."""
    question = next(iter(FULL.questions))
    rubric = FULL.rubric(question.key)
    first = render(say.self_review(an_answer(), 1, 2, question, rubric))[0]
    for line in record.of("notice"):
        if line["text"].startswith(first):
            yield line["to"].removeprefix("dm:")


def absences(record: Record) -> Iterator[tuple[str, datetime, date]]:
    """Yield who said when that they were away until when."""
    for line in record.lines:
        said = re.fullmatch(r"away until (\S+)", line["text"])
        if said:
            yield line["member"], local(line), date.fromisoformat(said[1])
