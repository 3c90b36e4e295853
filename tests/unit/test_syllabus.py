from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.cohorts import Plan
from bot.domain.syllabus import (
    finished,
    next_question,
    phase_of,
    practice_pool,
    tips_for,
    wanted,
)
from content.schema import Question
from tests.unit.guides import COMMON, DESIGN, SCREEN, guide

GUIDE = guide()
PLANNED = [question.key for question in GUIDE.planned()]
WEEKS = st.integers(min_value=-3, max_value=12)


def plan(weeks: int = 3, days: frozenset[int] = frozenset({1, 2, 3})) -> Plan:
    return Plan("UTC", date(2026, 12, 7), weeks, days)


def key_of(question: Question | None) -> str | None:
    return None if question is None else question.key


def test_the_first_question_is_the_first_of_the_weeks_phase() -> None:
    assert key_of(next_question(GUIDE, 1, set())) == "why-us"
    assert key_of(next_question(GUIDE, 3, set())) == "cache"


def test_a_question_asked_already_is_passed_over() -> None:
    assert key_of(next_question(GUIDE, 2, {"why-us", "career"})) == "learning"


def test_what_an_earlier_phase_left_over_comes_when_the_weeks_own_phase_is_used_up() -> None:
    assert key_of(next_question(GUIDE, 3, {*DESIGN, "deadline", "why-us"})) == "career"


def test_a_later_phase_is_begun_early_rather_than_asking_nothing() -> None:
    assert key_of(next_question(GUIDE, 1, {*SCREEN, "conflict"})) == "cache"


def test_nothing_is_left_when_all_planned_questions_were_asked() -> None:
    assert next_question(GUIDE, 2, set(PLANNED)) is None


def test_a_location_question_is_never_asked_of_everybody() -> None:
    assert key_of(next_question(GUIDE, 3, set(PLANNED) - {"why-us"})) == "why-us"


def test_weeks_past_the_plan_belong_to_its_last_phase() -> None:
    assert [phase_of(GUIDE, week).key for week in (0, 1, 2, 3, 4, 99)] == [
        "basics",
        "basics",
        "basics",
        "depth",
        "depth",
        "depth",
    ]


@given(weeks=st.lists(WEEKS, min_size=len(PLANNED) + 1))
def test_in_whatever_weeks_it_is_asked_every_question_comes_once(weeks: list[int]) -> None:
    asked: list[str] = []
    for week in weeks:
        following = next_question(GUIDE, week, set(asked))
        if following is not None:
            asked.append(following.key)

    assert sorted(asked) == sorted(PLANNED)


@given(week=WEEKS, asked=st.sets(st.sampled_from(PLANNED)))
def test_the_weeks_own_phase_goes_before_all_others(week: int, asked: set[str]) -> None:
    own = [key for key in phase_of(GUIDE, week).questions if key not in asked]

    following = next_question(GUIDE, week, asked)

    assert not own or key_of(following) == own[0]


def test_a_plan_wants_a_question_each_posting_day_but_no_more_than_the_guide_has() -> None:
    assert wanted(GUIDE, plan(weeks=2, days=frozenset({1, 4}))) == 4
    assert wanted(GUIDE, plan(weeks=7)) == len(PLANNED)


def test_a_plan_is_finished_when_it_has_asked_what_it_wants() -> None:
    short = plan(weeks=1)

    assert not finished(GUIDE, short, {"why-us", "career"})
    assert finished(GUIDE, short, {"why-us", "career", "learning"})


def test_tips_come_from_the_rounds_of_the_phase_in_order_and_a_shared_one_once() -> None:
    basics, depth = GUIDE.phases

    assert tips_for(GUIDE, basics) == (
        ("Hr Screen", "Know the mission."),
        ("Hr Screen", "Be brief."),
    )
    assert tips_for(GUIDE, depth) == (
        ("Hr Screen", "Know the mission."),
        ("Hr Screen", "Be brief."),
        ("System Design", "Draw first."),
    )


def test_practice_offers_all_planned_questions() -> None:
    assert practice_pool(GUIDE, None, None) == tuple(PLANNED)


def test_practice_adds_the_questions_of_the_members_own_track() -> None:
    assert practice_pool(GUIDE, "remote", None) == (*PLANNED, "far-away")
    assert practice_pool(GUIDE, "office", None) == tuple(PLANNED)


def test_a_track_the_guide_no_longer_has_adds_nothing() -> None:
    assert practice_pool(GUIDE, "moon", None) == tuple(PLANNED)


def test_practice_of_a_round_offers_what_its_rubric_judges() -> None:
    assert practice_pool(GUIDE, "remote", "system-design") == DESIGN
    assert set(practice_pool(GUIDE, "remote", "hr-screen")) == {*SCREEN, *COMMON, "far-away"}
