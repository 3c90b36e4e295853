"""The model answers that come with the coach cover every phase and teach something."""

from __future__ import annotations

from collections import Counter

import pytest

from content import loader
from content.schema import STRENGTHS, Guide, ModelAnswer

WORDS = {"weak": range(60, 181), "solid": range(120, 221), "strong": range(120, 221)}


@pytest.fixture(scope="module")
def guide() -> Guide:
    """The guide, as the coach reads it."""
    return loader.load_all()["coursera-senior-em"]


def of(guide: Guide, strength: str) -> list[ModelAnswer]:
    return [answer for answer in guide.model_answers if answer.strength == strength]


def test_each_phase_has_three_for_each_round_it_asks_about(guide: Guide):
    asked = {(question.phase, question.round) for question in guide.planned()}

    assert len(asked) == 9
    for phase, round_ in asked:
        three = guide.models(phase, round_)
        assert tuple(answer.strength for answer in three) == STRENGTHS
        (key,) = {answer.question for answer in three}
        assert (guide.question(key).phase, guide.question(key).round) == (phase, round_)
    assert len(guide.model_answers) == len(asked) * len(STRENGTHS)


def test_answers_are_as_long_as_one_can_read_and_say(guide: Guide):
    counted = {(a.question, a.strength): len(a.text.split()) for a in guide.model_answers}

    assert {place: n for place, n in counted.items() if n not in WORDS[place[1]]} == {}


def test_weak_ones_are_far_from_strong_ones(guide: Guide):
    assert all(answer.mean <= 2 for answer in of(guide, "weak"))
    assert all(2.8 <= answer.mean <= 3.5 for answer in of(guide, "solid"))
    assert all(answer.mean >= 4.5 for answer in of(guide, "strong"))


def test_rating_everything_alike_is_not_enough(guide: Guide):
    alike = [a for a in guide.model_answers if len(set(a.scores.values())) == 1]

    assert [(answer.question, answer.strength) for answer in alike] == [("why-coursera", "strong")]


def test_every_score_is_given_often_enough_to_be_learned(guide: Guide):
    given = Counter(score for answer in guide.model_answers for score in answer.scores.values())

    assert sum(given.values()) == 9 * 3 * 5 - 3 * 2
    assert set(given) == {1, 2, 3, 4, 5}
    assert min(given.values()) >= 10


def test_only_weak_answers_show_red_flags_and_each_of_them_does(guide: Guide):
    assert all(answer.red_flags for answer in of(guide, "weak"))
    assert not any(a.red_flags for s in ("solid", "strong") for a in of(guide, s))


def test_every_score_has_a_reason_of_its_own(guide: Guide):
    for answer in guide.model_answers:
        assert set(answer.reasons) == set(answer.scores)
    reasons = [text for answer in guide.model_answers for text in answer.reasons.values()]

    assert len(set(reasons)) == len(reasons)


def test_what_is_posted_is_a_whole_sentence(guide: Guide):
    posted = [text for a in guide.model_answers for text in (a.text, a.why, *a.reasons.values())]

    assert [text for text in posted if text[-1] not in ".?"] == []
