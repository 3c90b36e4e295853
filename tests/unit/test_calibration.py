"""Which model answer comes next, what gives nothing away, and what a rating says."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import calibration
from bot.domain.calibration import FLAT, SLIGHT
from bot.domain.scoring import ENOUGH, Reviewer
from bot.ids import CohortId, UserId
from bot.messages import plain
from bot.voice.calibrations import leaning as told
from content.schema import Guide, ModelAnswer
from tests.examples import cases
from tests.unit.guides import guide

COHORT, ANA = CohortId("c"), UserId("ana")
PEOPLE = [UserId(f"u{number}") for number in range(60)]


def modelled() -> Guide:
    """Return a guide with three model answers for each of two rounds in its first phase."""
    plain_ = guide()
    phase = plain_.phases[0]
    by_round: dict[str, str] = {}
    for key in phase.questions:
        by_round.setdefault(plain_.question(key).round, key)
    models = tuple(
        ModelAnswer(
            question=key,
            strength=strength,
            text=f"{strength} text",
            scores={each.key: score for each in plain_.rubric(key).criteria},
            why="Because.",
            reasons={plain_.rubric(key).criteria[0].key: "A reason."},
            red_flags=(),
        )
        for key in by_round.values()
        for strength, score in (("weak", 1), ("solid", 3), ("strong", 5))
    )
    return replace(plain_, model_answers=models)


GUIDE = modelled()
PHASE = GUIDE.phases[0]


def order(user: UserId) -> list[str]:
    """Return the model answers of the phase in the order in which a member gets them."""
    rated: list[str] = []
    while (following := calibration.next_of(GUIDE, PHASE, COHORT, user, rated)) is not None:
        rated.append(following.key)
    return rated


def test_everybody_gets_every_answer_once_and_a_round_is_done_before_the_next() -> None:
    rounds = [[each.key for each in answers] for answers in calibration.sets(GUIDE, PHASE)]

    for user in PEOPLE:
        got = order(user)
        assert [sorted(got[at : at + 3]) for at in range(0, len(got), 3)] == [
            sorted(each) for each in rounds
        ]


def test_neither_the_place_nor_the_name_tells_the_strength() -> None:
    orders = {tuple(order(user)[:3]) for user in PEOPLE}
    first = order(ANA)[0]
    names = {calibration.alias(COHORT, user, first) for user in PEOPLE}

    assert orders == set(permutations(order(ANA)[:3]))
    assert order(ANA) == order(ANA)
    assert len(names) == len(PEOPLE)
    assert not any(word in name for name in names for word in ("weak", "solid", "strong"))


def test_an_alias_is_known_to_whom_it_was_given_in_their_cohort_only() -> None:
    key = order(ANA)[0]
    name = calibration.alias(COHORT, ANA, key)
    found = calibration.named(GUIDE, COHORT, ANA, name)

    assert found is not None
    assert found.key == key
    assert calibration.named(GUIDE, COHORT, UserId("bo"), name) is None
    assert calibration.named(GUIDE, CohortId("d"), ANA, name) is None
    assert calibration.named(guide(), COHORT, ANA, name) is None
    assert calibration.named(GUIDE, COHORT, ANA, key) is None
    assert calibration.named(GUIDE, COHORT, ANA, "") is None


def test_the_invitation_comes_in_the_first_week_of_a_phase_that_has_model_answers() -> None:
    first, last = PHASE.weeks

    assert calibration.opens(GUIDE, PHASE, first)
    assert not calibration.opens(GUIDE, replace(PHASE, weeks=(first, last + 1)), first + 1)
    assert not calibration.opens(guide(), PHASE, first)


def test_scores_are_numbers_from_1_to_5_for_every_criterion() -> None:
    rubric = GUIDE.rubric(PHASE.questions[0])
    keys = [each.key for each in rubric.criteria]
    fine = dict.fromkeys(keys, " 4 ")

    assert calibration.scores_in({**fine, "other": "9"}, rubric) == (dict.fromkeys(keys, 4), ())
    for bad in ("", "0", "6", "4.5", "-1", "four", "٣", "1\x00", "10"):
        scores, wrong = calibration.scores_in({**fine, keys[0]: bad}, rubric)
        assert (wrong, keys[0] in scores) == ((keys[0],), False), bad
    assert calibration.scores_in({}, rubric) == ({}, tuple(keys))


def test_each_criterion_is_compared_with_the_reason_there_is() -> None:
    answer = GUIDE.model_answers[0]
    rubric = GUIDE.rubric(answer.question)
    own = {each.key: 3 for each in rubric.criteria}

    first, second, *_ = calibration.compare(own, answer, rubric)

    assert (first.own, first.reference, first.by, first.reason) == (3, 1, 2, "A reason.")
    assert second.reason is None
    assert calibration.compare({}, answer, rubric) == ()


def test_a_bar_says_how_generous_somebody_is_and_whether_they_tell_answers_apart() -> None:
    three = GUIDE.model_answers[:3]
    like = calibration.bar([(each.scores, each) for each in three])
    middle = calibration.bar([(dict.fromkeys(each.scores, 3), each) for each in three])
    kind = calibration.bar(
        [({key: min(5, s + 2) for key, s in e.scores.items()}, e) for e in three]
    )

    assert like is not None
    assert middle is not None
    assert kind is not None
    assert (like.bias, like.distance, like.own_range, like.flat) == (0, 0, 4, False)
    assert (middle.bias, middle.flat, middle.guide_range) == (0, True, 4)
    assert middle.distance == pytest.approx(4 / 3)
    assert kind.bias == pytest.approx(4 / 3)
    assert not kind.flat
    assert calibration.bar([]) is None
    assert calibration.bar([({"gone": 4}, three[0])]) is None


@cases(100)
@given(st.lists(st.integers(1, 5), min_size=3, max_size=3), st.sampled_from(GUIDE.model_answers))
def test_nobody_is_nearer_on_average_than_they_are_at_each_criterion(
    given_: list[int], answer: ModelAnswer
) -> None:
    scores = dict(zip(answer.scores, given_, strict=False))

    bar = calibration.bar([(scores, answer)])

    assert bar is not None
    assert abs(bar.bias) <= bar.distance + 1e-9
    assert 0 <= bar.distance <= 4


def test_nobody_is_told_what_they_are_like_before_there_are_enough_ratings() -> None:
    assert calibration.leaning(None) is None
    assert calibration.leaning(Reviewer(2.0, 0.0, 2.0, ENOUGH - 1)) is None
    assert calibration.leaning(Reviewer(2.0, 1.0, 0.8, ENOUGH)) is not None


@pytest.mark.parametrize(
    ("bias", "said"),
    [
        (0.0, "you rate like the others"),
        (SLIGHT - 0.01, "you rate like the others"),
        (SLIGHT, "you are about half a point more generous than the others"),
        (-SLIGHT, "you are about half a point stricter than the others"),
        (0.74, "about half a point more"),
        (0.75, "about 1 point more generous"),
        (-1.2, "about 1 point stricter"),
        (-1.5, "about 1 and a half points stricter"),
        (2.0, "about 2 points more generous"),
    ],
)
def test_a_bias_is_told_in_halves_of_a_point(bias: float, said: str) -> None:
    found = calibration.leaning(Reviewer(bias, 1.0, 0.8, ENOUGH))

    assert found is not None
    assert said in plain(told(found))


@pytest.mark.parametrize(
    ("gain", "noise", "flat", "wavering"),
    [
        (1.0, 0.8, False, False),
        (FLAT, 0.4, False, False),
        (FLAT - 0.01, 0.1, True, False),
        (-1.0, 0.8, True, False),
        (0.7, 1.6, False, True),
        (0.1, 2.0, True, False),
    ],
)
def test_whoever_hardly_tells_answers_apart_or_wavers_hears_one_thing_of_it(
    gain: float, noise: float, flat: bool, wavering: bool
) -> None:
    found = calibration.leaning(Reviewer(0.0, gain, noise, ENOUGH))

    assert found is not None
    assert (found.flat, found.wavering) == (flat, wavering)
