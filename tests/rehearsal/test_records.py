"""What a rehearsal prints for other programs: the shape of every line, and the same each time."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from tests.rehearsal.records import FULL, MINI, Line, Record, local, rehearse

KEYS = ["at", "local", "to", "kind", "question", "member", "text"]
KINDS = {
    "focus", "question", "answer", "review_request", "review", "reminder", "reassigned",
    "result", "leaderboard", "practice", "notice",
}  # fmt: skip
SUMMARY = [
    "kind", "focus", "questions", "distinct_questions", "answers", "answers_with_two_reviews",
    "stuck", "leaderboards", "messages", "seconds",
]  # fmt: skip
CHANGING = ("America/Los_Angeles", "Europe/Berlin")
"""Zones whose clocks change while a cohort that starts in October is under way."""
OTHERS = ("Australia/Lord_Howe", "America/Santiago", "Africa/Casablanca", "Asia/Kathmandu")
PLACES = [
    *(("2026-10-12", zone) for zone in CHANGING),
    *(pytest.param("2026-10-12", zone, marks=pytest.mark.long) for zone in OTHERS),
    *(pytest.param("2026-12-07", zone, marks=pytest.mark.long) for zone in CHANGING + OTHERS[:3]),
    ("2026-12-07", "Asia/Kathmandu"),
]


def test_every_line_has_the_same_keys_with_values_of_the_right_kind(five: Record) -> None:
    wrong = [line for line in five.lines if list(line) != KEYS or not _well_formed(line)]

    assert wrong == []
    assert {line["kind"] for line in five.lines} == KINDS


def _well_formed(line: Line) -> bool:
    at = datetime.fromisoformat(line["at"])
    question = line["question"]
    return (
        line["at"].endswith("Z")
        and at.utcoffset() == UTC.utcoffset(None)
        and local(line) == at
        and re.fullmatch(r"channel|thread:[\w-]+|dm:\w+", line["to"]) is not None
        and line["kind"] in KINDS
        and (question is None or question in {known.key for known in FULL.questions})
        and (line["member"] is None or line["member"].isalnum())
        and isinstance(line["text"], str)
        and bool(line["text"].strip())
    )


def test_lines_are_in_the_order_of_time(five: Record) -> None:
    moments = [line["at"] for line in five.lines]

    assert moments == sorted(moments)


def test_what_belongs_together_names_question_and_member(five: Record) -> None:
    for kind in ("answer", "review_request", "review", "reminder", "reassigned", "result"):
        assert all(line["question"] and line["member"] for line in five.of(kind)), kind
    assert all(line["question"] and line["to"] == "channel" for line in five.of("question"))
    assert all(line["to"].startswith("thread:") for line in five.of("answer"))


def test_private_things_go_to_whom_they_concern(five: Record) -> None:
    for kind in ("review_request", "reminder", "reassigned", "result"):
        assert all(line["to"] == f"dm:{line['member']}" for line in five.of(kind)), kind


def test_the_last_line_counts_what_the_others_show(five: Record) -> None:
    counted = five.summary

    assert list(counted) == SUMMARY
    assert counted["kind"] == "summary"
    assert counted["focus"] == len(five.of("focus")) == 7
    assert counted["questions"] == len(five.of("question")) == 35
    assert counted["distinct_questions"] == len({q["question"] for q in five.of("question")}) == 35
    assert counted["leaderboards"] == len(five.of("leaderboard")) == 7
    answered = {(line["question"], line["member"]) for line in five.of("answer")}
    assert counted["answers"] >= len(answered) > 100


@pytest.mark.parametrize(("start", "zone"), PLACES)
def test_questions_come_at_nine_on_weekdays_wherever_the_cohort_is(start: str, zone: str) -> None:
    record = rehearse(members=1, start=start, zone=zone)

    asked = [local(line) for line in record.of("question")]
    boards = [local(line) for line in record.of("leaderboard")]
    focus = [local(line) for line in record.of("focus")]
    assert [f"{at:%H:%M}" for at in asked] == ["09:00"] * 35
    assert {at.isoweekday() for at in asked} == {1, 2, 3, 4, 5}
    assert len({at.date() for at in asked}) == 35
    assert [f"{at:%a %H:%M}" for at in boards] == ["Fri 17:00"] * 7
    assert [f"{at:%a %H:%M}" for at in focus] == ["Mon 09:00"] * 7
    assert record.summary["distinct_questions"] == 35
    assert record.summary["stuck"] == 0


@pytest.fixture(scope="module")
def fourth() -> Record:
    return rehearse(MINI, members=5, seed=4)


def test_the_same_seed_gives_the_same_bytes_but_for_the_seconds_it_took(fourth: Record) -> None:
    again = rehearse(MINI, members=5, seed=4)

    assert fourth.printed[:-1] == again.printed[:-1]
    assert _without_seconds(fourth) == _without_seconds(again)


@pytest.mark.long
def test_another_seed_gives_another_cohort(fourth: Record, five: Record) -> None:
    fifth = rehearse(MINI, members=5, seed=5)

    assert fourth.printed[:-1] != fifth.printed[:-1]
    assert _without_seconds(fourth) != _without_seconds(five)


def _without_seconds(record: Record) -> Line:
    return {name: value for name, value in record.summary.items() if name != "seconds"}
