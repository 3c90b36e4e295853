"""A guide as JSON, for other programs: `loopmates guide show KEY --json`.

Rule: members are only ever added, never renamed or taken away; others read this.
Where it refers to a round, a criterion or a question it gives a key, which resolves within
the object.
"""

from __future__ import annotations

from content.schema import Guide, Location, ModelAnswer, Phase, Question, Round

Json = dict[str, object]


def to_json(guide: Guide) -> Json:
    """Return the whole guide as one object that `json.dumps` takes as it is."""
    return {
        "key": guide.key,
        "company": guide.company,
        "role": guide.role,
        "track": guide.track,
        "level": guide.level,
        "difficulty": guide.difficulty,
        "summary": guide.summary,
        "timeline_days": guide.timeline_days,
        "experience_years": list(guide.experience_years),
        "salary_usd": list(guide.salary_usd),
        "total_minutes": guide.total_minutes,
        "evaluation": [
            {"name": group.name, "criteria": list(group.criteria)} for group in guide.evaluation
        ],
        "tips": list(guide.tips),
        "phases": [_phase(phase) for phase in guide.phases],
        "questions": [_question(question) for question in guide.questions],
        "locations": [_location(location) for location in guide.locations],
        "timeline": [{"name": step.name, "minutes": step.minutes} for step in guide.timeline],
        "rounds": [_round(round_) for round_ in guide.rounds],
        "dsa_questions": list(guide.dsa_questions),
        "model_answers": [_model(answer) for answer in guide.model_answers],
    }


def _phase(phase: Phase) -> Json:
    return {
        "name": phase.name,
        "weeks": list(phase.weeks),
        "summary": phase.summary,
        "activities": list(phase.activities),
        "questions": list(phase.questions),
    }


def _question(question: Question) -> Json:
    return {
        "key": question.key,
        "prompt": question.prompt,
        "source": question.source,
        "round": question.round,
        "phase": question.phase,
        "tags": list(question.tags),
        "minutes": question.minutes,
    }


def _location(location: Location) -> Json:
    return {
        "key": location.key,
        "name": location.name,
        "focus": list(location.focus),
        "questions": list(location.questions),
        "tips": list(location.tips),
    }


def _model(answer: ModelAnswer) -> Json:
    return {
        "question": answer.question,
        "strength": answer.strength,
        "text": answer.text,
        "scores": dict(answer.scores),
        "why": answer.why,
        "reasons": dict(answer.reasons),
        "red_flags": list(answer.red_flags),
    }


def _round(round_: Round) -> Json:
    return {
        "key": round_.key,
        "name": round_.name,
        "minutes": round_.minutes,
        "difficulty": round_.difficulty,
        "format": round_.format,
        "interviewer": round_.interviewer,
        "summary": round_.summary,
        "description": round_.description,
        "signals": list(round_.signals),
        "criteria": [
            {
                "key": criterion.key,
                "name": criterion.name,
                "emoji": criterion.emoji,
                "levels": {str(level): text for level, text in criterion.levels.items()},
            }
            for criterion in round_.criteria
        ],
        "questions": list(round_.questions),
        "tips": list(round_.tips),
        "red_flags": [
            {"key": flag.key, "text": flag.text, "criterion": flag.criterion}
            for flag in round_.red_flags
        ],
    }
