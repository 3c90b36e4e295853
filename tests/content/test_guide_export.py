"""The JSON of a guide keeps its promised members, and loses nothing of the guide."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from content import export, loader
from content.schema import Guide, ModelAnswer
from tests.content.guides import beside


@pytest.fixture(scope="module")
def guide() -> Guide:
    """The guide that comes with the coach."""
    return loader.load_all()["coursera-senior-em"]


@pytest.fixture(scope="module")
def exported(guide: Guide) -> Any:
    """That guide after a trip through JSON text."""
    return json.loads(json.dumps(export.to_json(guide)))


def test_each_object_has_exactly_the_promised_members(exported):
    assert set(exported) == {
        *("key", "company", "role", "track", "level", "difficulty", "summary", "timeline_days"),
        *("experience_years", "salary_usd", "total_minutes", "evaluation", "tips", "phases"),
        *("questions", "locations", "timeline", "rounds", "dsa_questions", "model_answers"),
    }
    promised = {
        "evaluation": {"name", "criteria"},
        "phases": {"name", "weeks", "summary", "activities", "questions"},
        "questions": {"key", "prompt", "source", "round", "phase", "tags", "minutes"},
        "locations": {"key", "name", "focus", "questions", "tips"},
        "timeline": {"name", "minutes"},
        "model_answers": {
            *("question", "strength", "text", "scores", "why", "reasons", "red_flags"),
        },
        "rounds": {
            *("key", "name", "minutes", "difficulty", "format", "interviewer", "summary"),
            *("description", "signals", "criteria", "questions", "tips", "red_flags"),
        },
    }
    for name, members in promised.items():
        assert all(set(item) == members for item in exported[name])
    for round_ in exported["rounds"]:
        assert all(set(c) == {"key", "name", "emoji", "levels"} for c in round_["criteria"])
        assert all(set(c["levels"]) == {"1", "3", "5"} for c in round_["criteria"])
        assert all(set(f) == {"key", "text", "criterion"} for f in round_["red_flags"])


def test_ranges_are_pairs_and_questions_are_all_there(exported):
    assert exported["experience_years"] == [8, 15]
    assert exported["salary_usd"] == [180_000, 250_000]
    assert [phase["weeks"] for phase in exported["phases"]] == [[1, 2], [3, 4], [5, 6], [7, 7]]
    assert len(exported["questions"]) == 41


def test_every_reference_resolves_within_the_object(exported):
    questions = {question["key"]: question for question in exported["questions"]}
    rounds = {round_["key"]: round_ for round_ in exported["rounds"]}

    assert {question["round"] for question in questions.values()} == set(rounds)
    for round_ in rounds.values():
        criteria = {criterion["key"] for criterion in round_["criteria"]}
        assert {flag["criterion"] for flag in round_["red_flags"]} <= criteria
        for key in round_["questions"]:
            assert questions[key]["source"] == f"round:{round_['key']}"
    for place in exported["locations"]:
        for key in place["questions"]:
            assert questions[key]["source"] == f"location:{place['key']}"
    assert {key for phase in exported["phases"] for key in phase["questions"]} <= set(questions)


def test_model_answers_refer_to_the_criteria_and_red_flags_of_their_round(exported):
    questions = {question["key"]: question for question in exported["questions"]}
    rounds = {round_["key"]: round_ for round_ in exported["rounds"]}

    assert len(exported["model_answers"]) == 27
    for answer in exported["model_answers"]:
        round_ = rounds[questions[answer["question"]]["round"]]
        assert set(answer["scores"]) == {criterion["key"] for criterion in round_["criteria"]}
        assert set(answer["reasons"]) <= set(answer["scores"])
        assert set(answer["red_flags"]) <= {flag["key"] for flag in round_["red_flags"]}


def test_a_model_answer_survives_the_trip_through_json(exported, guide):
    read = [
        ModelAnswer(**{**answer, "red_flags": tuple(answer["red_flags"])})
        for answer in exported["model_answers"]
    ]

    assert tuple(read) == guide.model_answers


def test_each_question_says_in_which_phase_it_is_asked(exported, guide):
    for phase, original in zip(exported["phases"], guide.phases, strict=True):
        asked = [q["key"] for q in exported["questions"] if q["phase"] == original.key]
        assert sorted(asked) == sorted(phase["questions"])


def test_every_text_of_the_guide_is_in_its_json(mini, models, tmp_path: Path):
    guide = loader.load(beside(tmp_path, mini, models))
    text = json.dumps(export.to_json(guide), ensure_ascii=False)

    # Phases are told by their place and name.
    texts = set(_texts(guide)) - {phase.key for phase in guide.phases}
    assert {t for t in texts if json.dumps(t, ensure_ascii=False) not in text} == set()


def _texts(value: object):
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, dict):
        yield from _texts((*value.keys(), *value.values()))
    elif hasattr(value, "__dataclass_fields__"):
        yield from _texts(tuple(getattr(value, name) for name in value.__dataclass_fields__))
