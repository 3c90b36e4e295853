"""An interview guide, as frozen values.

A guide is what one company's interview process looks like from outside: its
rounds with their rubrics, its questions, and a study plan that spreads them
over weeks.  These values are read by `content.loader` and never change while
the coach runs; nothing here knows about files.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

COMMON = "common"
"""The source of questions that belong to no single round."""

LEVELS = (1, 3, 5)
"""The scores for which a criterion describes in words what an answer looks like."""

STRENGTHS = ("weak", "solid", "strong")
"""The model answers to one question, each better than the one before."""

MODEL_SCORES = (1, 5)
"""The lowest and the highest score that a model answer may have in a criterion."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing an interviewer of a round judges.

    `levels` maps each of `LEVELS` to a plain-language description; 2 and 4 lie between.
    `emoji` is one emoji without a skin tone, unique within its round: the tap that says
    "this answer clearly met it".
    """

    key: str
    name: str
    emoji: str
    levels: dict[int, str]


@dataclass(frozen=True, slots=True)
class RedFlag:
    """A common reason for rejection, and the key of the criterion it counts against."""

    key: str
    text: str
    criterion: str


@dataclass(frozen=True, slots=True)
class Round:
    """One interview of the process, with the rubric its answers are judged by."""

    key: str
    name: str
    minutes: int
    difficulty: str
    format: str
    interviewer: str
    summary: str
    description: str
    signals: tuple[str, ...]
    criteria: tuple[Criterion, ...]
    questions: tuple[str, ...]
    tips: tuple[str, ...]
    red_flags: tuple[RedFlag, ...]

    def criterion(self, key: str) -> Criterion:
        """Return the criterion called `key`; `KeyError` if the round has none."""
        for criterion in self.criteria:
            if criterion.key == key:
                return criterion
        raise KeyError(key)


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the guide.

    `source` is "common", "round:KEY" or "location:KEY"; `round` is the key of the round
    whose rubric its answers are judged by; `phase` the study-plan phase it is asked in
    (empty for location questions, which belong to members on that track);
    `minutes` the suggested speaking time.
    """

    key: str
    prompt: str
    source: str
    round: str
    phase: str
    tags: tuple[str, ...]
    minutes: int


@dataclass(frozen=True, slots=True)
class EvaluationGroup:
    """One heading of the overall evaluation, with its criteria."""

    name: str
    criteria: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Phase:
    """One stretch of the study plan.

    `weeks` is its first and last week, counted from 1; `activities` is what to do in them,
    ready to be posted as a checklist; `questions` are the keys asked, in order.
    """

    key: str
    name: str
    weeks: tuple[int, int]
    summary: str
    activities: tuple[str, ...]
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Location:
    """A location track: what differs for members who interview for it."""

    key: str
    name: str
    focus: tuple[str, ...]
    questions: tuple[str, ...]
    tips: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the process timeline, in order."""

    name: str
    minutes: int


@dataclass(frozen=True, slots=True)
class ModelAnswer:
    """An answer written for the guide, and the scores it deserves.

    `strength` is one of `STRENGTHS`; `scores` maps every criterion of its question's round to
    a score from 1 to 5, `why` gives the reason for them all, and `reasons` for some criteria
    what an interviewer sees or misses.  `red_flags` are keys of that round.
    """

    question: str
    strength: str
    text: str
    scores: dict[str, int]
    why: str
    reasons: dict[str, str]
    red_flags: tuple[str, ...]

    @property
    def key(self) -> str:
        """Its name within the guide; it outlives a change of the text."""
        return f"{self.question}:{self.strength}"

    @property
    def mean(self) -> float:
        """The mean of its scores; 0 if it has none."""
        return sum(self.scores.values()) / max(1, len(self.scores))


@dataclass(frozen=True)
class Guide:
    """A whole interview guide; every key in it resolves (see `content.checks`)."""

    key: str
    company: str
    role: str
    track: str
    level: str
    difficulty: str
    summary: str
    timeline_days: int
    experience_years: tuple[int, int]
    salary_usd: tuple[int, int]
    total_minutes: int
    evaluation: tuple[EvaluationGroup, ...]
    tips: tuple[str, ...]
    phases: tuple[Phase, ...]
    questions: tuple[Question, ...]
    locations: tuple[Location, ...]
    timeline: tuple[Step, ...]
    rounds: tuple[Round, ...]
    dsa_questions: tuple[str, ...]
    model_answers: tuple[ModelAnswer, ...] = ()

    @property
    def title(self) -> str:
        """How the guide is called in front of people."""
        return f"{self.role} at {self.company}"

    @property
    def weeks(self) -> int:
        """How many weeks the study plan lasts."""
        return max(phase.weeks[1] for phase in self.phases)

    @cached_property
    def _questions(self) -> dict[str, Question]:
        return {question.key: question for question in self.questions}

    @cached_property
    def _rounds(self) -> dict[str, Round]:
        return {round_.key: round_ for round_ in self.rounds}

    def question(self, key: str) -> Question:
        """Return the question called `key`; `KeyError` if the guide has none."""
        return self._questions[key]

    def round(self, key: str) -> Round:
        """Return the round called `key`; `KeyError` if the guide has none."""
        return self._rounds[key]

    def rubric(self, question: str) -> Round:
        """Return the round whose rubric judges answers to `question`."""
        return self._rounds[self._questions[question].round]

    def location(self, key: str) -> Location:
        """Return the location track called `key`; `KeyError` if the guide has none."""
        for location in self.locations:
            if location.key == key:
                return location
        raise KeyError(key)

    @cached_property
    def _models(self) -> dict[tuple[str, str], tuple[ModelAnswer, ...]]:
        sets: dict[tuple[str, str], tuple[ModelAnswer, ...]] = {}
        for answer in self.model_answers:
            question = self._questions[answer.question]
            place = question.phase, question.round
            sets[place] = (*sets.get(place, ()), answer)
        return sets

    def models(self, phase: str, round_: str) -> tuple[ModelAnswer, ...]:
        """Return the model answers of a round in a phase, in the order of `STRENGTHS`.

        All three answer the same question; there are none if the guide has not got them.
        """
        return self._models.get((phase, round_), ())

    def model(self, key: str) -> ModelAnswer:
        """Return the model answer called `key`; `KeyError` if the guide has none."""
        for answer in self.model_answers:
            if answer.key == key:
                return answer
        raise KeyError(key)

    def planned(self) -> Iterator[Question]:
        """Yield the questions of the study plan in the order they are asked."""
        for phase in self.phases:
            for key in phase.questions:
                yield self.question(key)
