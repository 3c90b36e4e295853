"""The longest guide that the loader would accept: every text and list as long as it may be."""

from __future__ import annotations

from content import limits
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

EMOJIS = "💡🧭🚀🔧💬🎯📐🧩"


def words(length: int) -> str:
    """Return a text of `length` characters, in words."""
    return ("wxyz " * (length // 5 + 1))[: length - 1] + "w"


def key(name: str) -> str:
    """Return a key as long as a key may be."""
    return f"{name}-{'k' * (limits.KEY - len(name) - 1)}"


def guide() -> Guide:
    """Build the guide; it passes every check of `content.checks`."""
    rounds = tuple(_round(number) for number in range(limits.OPTIONS))
    locations = tuple(_location(number) for number in range(limits.OPTIONS))
    asked = [(name, f"round:{r.key}", r.key) for r in rounds for name in r.questions]
    remote = [(n, f"location:{p.key}", rounds[0].key) for p in locations for n in p.questions]
    phase = key("phase0")
    return Guide(
        key=key("guide"),
        company=words(limits.NAME),
        role=words(limits.NAME),
        track=words(limits.NAME),
        level=words(limits.NAME),
        difficulty=words(limits.NAME),
        summary=words(limits.TEXT),
        timeline_days=limits.DAYS_MOST,
        experience_years=(0, limits.YEARS_MOST),
        salary_usd=(0, limits.SALARY_MOST),
        total_minutes=limits.OPTIONS * 60,
        evaluation=(EvaluationGroup(words(limits.NAME), (words(limits.LABEL),) * limits.LABELS),),
        tips=(words(limits.TEXT),) * limits.TIPS,
        phases=tuple(
            Phase(
                key(f"phase{n}"),
                words(limits.NAME),
                (2 * n + 1, 2 * n + 2),
                words(limits.TEXT),
                (words(limits.TEXT),) * limits.ACTIVITIES,
                tuple(name for name, _, _ in asked) if n == 0 else (),
            )
            for n in range(limits.PHASES)
        ),
        questions=tuple(
            Question(
                name,
                words(limits.PROMPT),
                source,
                round_,
                phase if source.startswith("round") else "",
                (words(limits.TAG),) * limits.TAGS,
                limits.QUESTION_MINUTES_MOST,
            )
            for name, source, round_ in [*asked, *remote]
        ),
        locations=locations,
        timeline=tuple(Step(round_.name, round_.minutes) for round_ in rounds),
        rounds=rounds,
        dsa_questions=(),
    )


def _round(number: int) -> Round:
    criteria = tuple(
        Criterion(
            key(f"criterion{n}"),
            words(limits.CRITERION_NAME),
            EMOJIS[n],
            dict.fromkeys(LEVELS, words(limits.LEVEL)),
        )
        for n in range(limits.CRITERIA_MOST)
    )
    return Round(
        key=key(f"round{number}"),
        name=words(limits.NAME),
        minutes=60,
        difficulty=words(limits.NAME),
        format=words(limits.NAME),
        interviewer=words(limits.NAME),
        summary=words(limits.TEXT),
        description=words(limits.DESCRIPTION),
        signals=(words(limits.LABEL),) * limits.LABELS,
        criteria=criteria,
        questions=(key(f"question{number}"),),
        tips=(words(limits.TEXT),) * limits.TIPS,
        red_flags=tuple(
            RedFlag(key(f"flag{n}"), words(limits.TEXT), criteria[0].key)
            for n in range(limits.OPTIONS)
        ),
    )


def _location(number: int) -> Location:
    return Location(
        key(f"place{number}"),
        words(limits.NAME),
        (words(limits.LABEL),) * limits.LABELS,
        (key(f"far{number}"),),
        (words(limits.TEXT),) * limits.TIPS,
    )
