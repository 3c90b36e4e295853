"""The parts of a guide, from TOML tables to the values of `content.schema`.

Rule: the names an author writes are the names of the fields, and nothing is left unread.
Blanks stand for what could not be read (see `content.tables`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace

from content import limits, schema
from content.schema import COMMON, LEVELS, Guide
from content.tables import Report, Table

# What an author may write in each kind of table: the fields of the value it becomes, save
# what follows from where the table stands.
_NAMES: dict[type, tuple[str, ...]] = {
    kind: tuple(field.name for field in fields(kind))
    for kind in (
        schema.Criterion,
        schema.RedFlag,
        schema.Round,
        schema.EvaluationGroup,
        schema.Phase,
        schema.Location,
        schema.Step,
    )
}
_NAMES[schema.Question] = ("key", "prompt", "round", "tags", "minutes")
_ROUND_QUESTION = ("key", "prompt", "tags", "minutes")
_NAMES[Guide] = (
    *(
        field.name
        for field in fields(Guide)
        if field.name not in ("key", "questions", "model_answers")
    ),
    "common_questions",
)


def guide(key: str, report: Report, values: dict[str, object]) -> Guide:
    """Build the guide called `key` from the values of its file; what is wrong goes to `report`."""
    top = Table(report, values, _NAMES[Guide], ())
    phases = tuple(map(_phase, top.tables("phases", _NAMES[schema.Phase])))
    planned = {question: phase.key for phase in phases for question in phase.questions}
    rounds, questions = _rounds(top)
    questions += _questions(top, "common_questions", COMMON)
    locations, more = _locations(top)
    placed = (replace(q, phase=planned.get(q.key, "")) for q in questions + more)
    total = sum(round_.minutes for round_ in rounds)
    return Guide(
        key=key,
        company=top.text("company"),
        role=top.text("role"),
        track=top.text("track"),
        level=top.text("level"),
        difficulty=top.text("difficulty"),
        summary=top.text("summary"),
        timeline_days=top.whole("timeline_days", 1, limits.DAYS_MOST),
        experience_years=top.span("experience_years", 0, limits.YEARS_MOST),
        salary_usd=top.span("salary_usd", 0, limits.SALARY_MOST),
        total_minutes=top.whole("total_minutes", 1, limits.TOTAL_MINUTES_MOST)
        if top.has("total_minutes")
        else total,
        evaluation=tuple(
            schema.EvaluationGroup(group.text("name"), group.texts("criteria"))
            for group in top.tables("evaluation", _NAMES[schema.EvaluationGroup], optional=True)
        ),
        tips=top.texts("tips", optional=True),
        phases=phases,
        questions=tuple(placed),
        locations=locations,
        timeline=_timeline(top, rounds),
        rounds=rounds,
        dsa_questions=top.texts("dsa_questions", optional=True),
    )


def _timeline(top: Table, rounds: Iterable[schema.Round]) -> tuple[schema.Step, ...]:
    if not top.has("timeline"):
        return tuple(schema.Step(round_.name, round_.minutes) for round_ in rounds)
    return tuple(
        schema.Step(step.text("name"), step.whole("minutes", 1, limits.MINUTES_MOST))
        for step in top.tables("timeline", _NAMES[schema.Step])
    )


def _phase(table: Table) -> schema.Phase:
    return schema.Phase(
        key=table.text("key"),
        name=table.text("name"),
        weeks=table.span("weeks", 1, limits.WEEKS_MOST),
        summary=table.text("summary"),
        activities=table.texts("activities"),
        questions=table.texts("questions"),
    )


def _rounds(top: Table) -> tuple[tuple[schema.Round, ...], list[schema.Question]]:
    rounds: list[schema.Round] = []
    questions: list[schema.Question] = []
    for table in top.tables("rounds", _NAMES[schema.Round]):
        key = table.text("key")
        own = _questions(table, "questions", f"round:{key}", key)
        questions += own
        rounds.append(_round(table, key, tuple(question.key for question in own)))
    return tuple(rounds), questions


def _round(table: Table, key: str, questions: tuple[str, ...]) -> schema.Round:
    return schema.Round(
        key=key,
        name=table.text("name"),
        minutes=table.whole("minutes", 1, limits.MINUTES_MOST),
        difficulty=table.text("difficulty"),
        format=table.text("format"),
        interviewer=table.text("interviewer"),
        summary=table.text("summary"),
        description=table.text("description"),
        signals=table.texts("signals", optional=True),
        criteria=tuple(map(_criterion, table.tables("criteria", _NAMES[schema.Criterion]))),
        questions=questions,
        tips=table.texts("tips", optional=True),
        red_flags=tuple(
            schema.RedFlag(flag.text("key"), flag.text("text"), flag.text("criterion"))
            for flag in table.tables("red_flags", _NAMES[schema.RedFlag], optional=True)
        ),
    )


def _criterion(table: Table) -> schema.Criterion:
    levels = table.table("levels", map(str, LEVELS))
    return schema.Criterion(
        key=table.text("key"),
        name=table.text("name"),
        emoji=table.text("emoji"),
        levels={level: levels.text(str(level)) for level in LEVELS},
    )


def _locations(top: Table) -> tuple[tuple[schema.Location, ...], list[schema.Question]]:
    locations: list[schema.Location] = []
    questions: list[schema.Question] = []
    for table in top.tables("locations", _NAMES[schema.Location], optional=True):
        key = table.text("key")
        own = _questions(table, "questions", f"location:{key}")
        questions += own
        locations.append(
            schema.Location(
                key=key,
                name=table.text("name"),
                focus=table.texts("focus", optional=True),
                questions=tuple(question.key for question in own),
                tips=table.texts("tips", optional=True),
            )
        )
    return tuple(locations), questions


def _questions(
    table: Table, name: str, source: str, round_: str | None = None
) -> list[schema.Question]:
    """Read a list of questions; those of a round need not and may not name it again."""
    names = _NAMES[schema.Question] if round_ is None else _ROUND_QUESTION
    return [
        schema.Question(
            key=question.text("key"),
            prompt=question.text("prompt"),
            source=source,
            round=question.text("round") if round_ is None else round_,
            phase="",
            tags=question.texts("tags", optional=True),
            minutes=question.whole("minutes", 1, limits.QUESTION_MINUTES_MOST),
        )
        for question in table.tables(name, names, optional=source == COMMON)
    ]
