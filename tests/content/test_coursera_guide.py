"""The guide that comes with the coach holds every fact it is meant to hold.

Rule: names, labels and figures are spelled out here, so that nobody loses one by accident.
"""

from __future__ import annotations

from collections import Counter

import emoji
import pytest

from content import limits, loader
from content.schema import LEVELS, Guide

KEY = "coursera-senior-em"
ROUNDS = {
    "hr-screen": ("HR Screen", 45, "Medium", "HR/Recruiter Screen", "Recruiter/HR"),
    "people-leadership": (
        "People Leadership Interview",
        60,
        "High",
        "Behavioral & People Management Interview",
        "Hiring Manager/Senior Engineering Manager",
    ),
    "system-design": (
        "System Design Interview",
        60,
        "High",
        "System Design Interview",
        "Senior Engineer/Architect",
    ),
    "strategic-leadership": (
        "Strategic Leadership Interview",
        60,
        "High",
        "Strategic & Business Acumen Interview",
        "Director/VP of Engineering",
    ),
    "executive-leadership": (
        "Executive Leadership Interview",
        45,
        "High",
        "Executive/Final Round",
        "VP/SVP of Engineering or CTO",
    ),
}
CRITERIA = {
    "hr-screen": (
        "Communication skills",
        "Cultural fit",
        "Motivation for the role and Coursera",
    ),
    "people-leadership": (
        "Leadership experience",
        "Problem-solving skills",
        "Decision-making process",
        "Conflict resolution abilities",
        "Strategic thinking",
    ),
    "system-design": (
        "System design principles",
        "Scalability and performance",
        "Reliability and fault tolerance",
        "Technical decision-making",
        "Problem-solving approach",
    ),
    "strategic-leadership": (
        "Strategic thinking",
        "Business acumen",
        "Cross-functional collaboration",
        "Execution planning",
        "Vision for the team/product",
    ),
    "executive-leadership": (
        "Overall leadership potential",
        "Alignment with executive vision",
        "Cultural fit",
        "Communication clarity",
        "Strategic alignment",
    ),
}
SIGNALS = {
    "hr-screen": (
        "Enthusiasm for Coursera's mission",
        "Clear articulation of career goals",
        "Alignment with company values",
        "Basic understanding of the role",
    ),
    "people-leadership": (
        "Demonstrated leadership impact",
        "Ability to handle complex situations",
        "Clear and structured communication",
        "Ownership and accountability",
    ),
    "system-design": (
        "Structured approach to design problems",
        "Understanding of distributed systems",
        "Ability to discuss trade-offs",
        "Pragmatic solutions",
    ),
    "strategic-leadership": (
        "Ability to connect technology to business outcomes",
        "Experience in roadmap planning",
        "Collaboration with product and other stakeholders",
        "Forward-thinking approach",
    ),
    "executive-leadership": (
        "Strong leadership presence",
        "Clear vision and strategic thinking",
        "Alignment with Coursera's long-term goals",
        "Ability to inspire and lead at a higher level",
    ),
}
TAGS = {
    "career-journey": ("Behavioral", "Introduction"),
    "why-coursera": ("Behavioral", "Motivation"),
    "salary-expectations": ("Logistics",),
    "strengths-and-weaknesses": ("Behavioral", "Self-awareness"),
    "difficult-employee": ("Behavioral", "People Management", "Conflict Resolution"),
    "failure-as-manager": ("Behavioral", "Learning", "Resilience"),
    "competing-deadlines": ("Behavioral", "Prioritization", "Time Management"),
    "constructive-feedback": ("Behavioral", "People Management", "Feedback"),
    "inclusive-culture": ("Behavioral", "Team Building", "Culture"),
    "course-enrollments": ("System Design", "Scalability", "Databases"),
    "notification-system": ("System Design", "Real-time", "Messaging"),
    "monolith-or-microservices": ("System Design", "Architecture"),
    "slow-page": ("System Design", "Performance", "Optimization"),
    "new-product-strategy": ("Strategic Thinking", "Product Management", "Roadmap"),
    "influencing-others": ("Behavioral", "Cross-functional Collaboration", "Influence"),
    "innovation-and-maintenance": ("Strategic Thinking", "Prioritization", "Technical Debt"),
    "online-education": ("Industry Knowledge", "Strategic Thinking"),
    "long-term-vision": ("Vision", "Leadership", "Strategy"),
    "contribution-to-strategy": ("Strategic Alignment", "Business Acumen"),
    "success-factors": ("Role Understanding", "Expectations"),
}
EVALUATION = {
    "Leadership & Strategy": (
        "Leadership and vision",
        "Strategic thinking and execution",
        "People management and development",
        "Technical acumen and architectural understanding",
        "Communication and collaboration skills",
        "Problem-solving and decision-making abilities",
        "Cultural fit and alignment with Coursera's values",
    ),
    "People Management": (
        "Ability to mentor and grow engineers",
        "Experience in performance management and feedback",
        "Conflict resolution skills",
        "Team building and motivation techniques",
    ),
    "Technical Depth": (
        "Understanding of software development lifecycle",
        "Ability to guide technical decisions",
        "Experience with scaling systems and teams",
        "Familiarity with modern technology stacks",
    ),
    "Cultural Fit": (
        "Alignment with Coursera's mission and values",
        "Proactive and results-oriented mindset",
        "Adaptability and resilience",
    ),
}
FOCUS = {
    "Remote/Distributed Teams": (
        "Cross-cultural communication and collaboration",
        "Managing distributed teams effectively",
        "Leveraging remote work tools and strategies",
    ),
    "Specific Office Locations (e.g., Mountain View, New York)": (
        "In-person team building and collaboration",
        "Office-specific culture development",
        "Local market talent acquisition and retention",
    ),
}


@pytest.fixture(scope="module")
def guide() -> Guide:
    """The guide, as the coach reads it."""
    return loader.load_all()[KEY]


def test_the_guide_has_neither_errors_nor_notes():
    assert loader.examine(loader.builtin() / f"{KEY}.toml").problems == ()


def test_the_position_and_its_figures_are_those_of_the_posting(guide: Guide):
    assert (guide.company, guide.role) == ("Coursera", "Senior Engineering Manager")
    assert (guide.track, guide.level, guide.difficulty) == (
        "Software Engineering Manager",
        "M5",
        "High",
    )
    assert (guide.timeline_days, guide.total_minutes) == (14, 270)
    assert (guide.experience_years, guide.salary_usd) == ((8, 15), (180_000, 250_000))
    assert guide.dsa_questions == ()


def test_the_evaluation_has_its_four_groups(guide: Guide):
    assert {group.name: group.criteria for group in guide.evaluation} == EVALUATION


def test_the_five_rounds_carry_their_labels(guide: Guide):
    assert {
        r.key: (r.name, r.minutes, r.difficulty, r.format, r.interviewer) for r in guide.rounds
    } == ROUNDS
    assert {r.key: tuple(c.name for c in r.criteria) for r in guide.rounds} == CRITERIA
    assert {r.key: r.signals for r in guide.rounds} == SIGNALS


def test_the_timeline_is_the_five_rounds(guide: Guide):
    assert [(step.name, step.minutes) for step in guide.timeline] == [
        (name, minutes) for name, minutes, *_ in ROUNDS.values()
    ]


def test_the_rounds_hold_as_many_parts_as_the_posting(guide: Guide):
    assert [len(r.criteria) for r in guide.rounds] == [3, 5, 5, 5, 5]
    assert [len(r.questions) for r in guide.rounds] == [4, 5, 4, 4, 3]
    assert [len(r.tips) for r in guide.rounds] == [3, 3, 4, 4, 3]
    assert [len(r.signals) for r in guide.rounds] == [4] * 5
    assert [len(r.red_flags) for r in guide.rounds] == [4] * 5
    assert len(guide.tips) == 8


def test_the_twenty_round_questions_carry_their_51_tags(guide: Guide):
    tagged = {q.key: q.tags for q in guide.questions if q.source.startswith("round:")}

    assert tagged == TAGS
    assert sum(map(len, tagged.values())) == 51


def test_there_are_41_questions_by_source(guide: Guide):
    kinds = Counter(question.source.partition(":")[0] for question in guide.questions)

    assert kinds == {"round": 20, "common": 15, "location": 6}
    assert len({question.key for question in guide.questions}) == 41
    assert len({question.prompt for question in guide.questions}) == 41


def test_round_questions_are_judged_by_their_own_round(guide: Guide):
    for round_ in guide.rounds:
        for key in round_.questions:
            assert guide.question(key).source == f"round:{round_.key}"
            assert guide.rubric(key) is round_


def test_both_location_tracks_have_three_of_everything(guide: Guide):
    assert {place.name: place.focus for place in guide.locations} == FOCUS
    assert [place.key for place in guide.locations] == ["remote", "office"]
    for place in guide.locations:
        assert (len(place.questions), len(place.tips)) == (3, 3)


def test_the_plan_fills_35_weekdays_with_each_question_once(guide: Guide):
    asked = [question.key for question in guide.planned()]

    assert [len(phase.questions) for phase in guide.phases] == [10, 10, 10, 5]
    assert [phase.weeks for phase in guide.phases] == [(1, 2), (3, 4), (5, 6), (7, 7)]
    assert guide.weeks * limits.WEEKDAYS == len(asked) == len(set(asked)) == 35
    assert set(asked) == {q.key for q in guide.questions if not q.source.startswith("location:")}


def test_each_question_knows_its_phase_and_location_questions_have_none(guide: Guide):
    planned = {key: phase.key for phase in guide.phases for key in phase.questions}

    assert {q.key: q.phase for q in guide.questions} == {
        q.key: planned.get(q.key, "") for q in guide.questions
    }


def test_the_four_phases_are_named_and_have_a_checklist(guide: Guide):
    assert [phase.name for phase in guide.phases] == [
        "Foundation & Self-Reflection",
        "Technical Acumen",
        "People Leadership",
        "Practice & Refinement",
    ]
    for phase in guide.phases:
        assert 3 <= len(phase.activities) <= limits.ACTIVITIES
        assert all(activity.endswith(".") for activity in phase.activities)


def test_speaking_times_are_two_to_eight_minutes_and_longest_for_designs(guide: Guide):
    minutes = {question.key: question.minutes for question in guide.questions}

    assert set(minutes.values()) <= set(range(2, 9))
    assert minutes["salary-expectations"] == min(minutes.values())
    assert minutes["course-enrollments"] == max(minutes.values())


def test_every_criterion_tells_three_levels_apart_under_one_plain_emoji(guide: Guide):
    for round_ in guide.rounds:
        for criterion in round_.criteria:
            assert tuple(criterion.levels) == LEVELS
            assert len(set(criterion.levels.values())) == len(LEVELS)
            assert len(criterion.emoji) == 1
            assert emoji.is_emoji(criterion.emoji)


def test_no_level_description_is_used_for_two_criteria(guide: Guide):
    levels = [text for r in guide.rounds for c in r.criteria for text in c.levels.values()]

    assert len(levels) == len(set(levels)) == 69


def test_what_is_posted_is_a_whole_sentence(guide: Guide):
    posted = [*guide.tips, guide.summary, *(q.prompt for q in guide.questions)]
    for round_ in guide.rounds:
        posted += [round_.summary, round_.description, *round_.tips]
        posted += [flag.text for flag in round_.red_flags]
    for place in guide.locations:
        posted += place.tips

    assert [text for text in posted if text[-1] not in ".?"] == []
