"""A small guide made by hand, for tests that need one but not the real one.

Three weeks, two phases, two rounds, seven planned questions and one on the remote track.
"""

from __future__ import annotations

from content.schema import (
    LEVELS,
    Criterion,
    EvaluationGroup,
    Guide,
    Location,
    Phase,
    Question,
    RedFlag,
    Round,
    Step,
)

SCREEN = ("why-us", "career", "learning")
DESIGN = ("cache", "queue")
COMMON = ("conflict", "deadline")


def criterion(key: str, emoji: str) -> Criterion:
    return Criterion(key, key.title(), emoji, {n: f"{key} at {n}" for n in LEVELS})


def question(key: str, source: str, round_: str, phase: str, minutes: int = 3) -> Question:
    return Question(key, f"Tell me about {key}.", source, round_, phase, (key,), minutes)


def interview(key: str, questions: tuple[str, ...], *tips: str) -> Round:
    return Round(
        key=key,
        name=key.replace("-", " ").title(),
        minutes=45,
        difficulty="Medium",
        format="video",
        interviewer="A manager",
        summary=f"About {key}.",
        description=f"More about {key}.",
        signals=("clear", "brief"),
        criteria=(criterion("clarity", "💡"), criterion("depth", "🧭"), criterion("impact", "🚀")),
        questions=questions,
        tips=tips,
        red_flags=(RedFlag("vague", "Stays vague.", "clarity"),),
    )


def guide(key: str = "acme-manager", company: str = "Acme") -> Guide:
    """Build the small guide; every key in it resolves."""
    return Guide(
        key=key,
        company=company,
        role="Manager",
        track="Engineering",
        level="M1",
        difficulty="Medium",
        summary="Two conversations.",
        timeline_days=7,
        experience_years=(3, 8),
        salary_usd=(100_000, 150_000),
        total_minutes=90,
        evaluation=(EvaluationGroup("Leadership", ("Vision", "People")),),
        tips=("Sleep well.",),
        phases=(
            Phase("basics", "Basics", (1, 2), "Begin.", ("Read.",), (*SCREEN, "conflict")),
            Phase("depth", "Depth", (3, 3), "Go on.", ("Draw.",), (*DESIGN, "deadline")),
        ),
        questions=(
            *(question(name, "round:hr-screen", "hr-screen", "basics") for name in SCREEN),
            *(question(name, "round:system-design", "system-design", "depth") for name in DESIGN),
            question("conflict", "common", "hr-screen", "basics"),
            question("deadline", "common", "hr-screen", "depth"),
            question("far-away", "location:remote", "hr-screen", ""),
        ),
        locations=(
            Location("remote", "Remote teams", ("Write more.",), ("far-away",), ("Overlap.",)),
            Location("office", "Acme Tower", ("Be there.",), (), ("Arrive early.",)),
        ),
        timeline=(Step("HR Screen", 45), Step("System Design", 45)),
        rounds=(
            interview("hr-screen", SCREEN, "Know the mission.", "Be brief."),
            interview("system-design", DESIGN, "Be brief.", "Draw first."),
        ),
        dsa_questions=(),
    )
