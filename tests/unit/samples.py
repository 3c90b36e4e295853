"""Samples of everything that a function of the voice can be given: least, usual and most."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from bot.commands import COMMANDS
from bot.domain import second_takes
from bot.domain.cadence import Occurrence, preview
from bot.domain.calibration import Bar, Leaning, compare
from bot.domain.cohorts import Cohort, Plan, Rules
from bot.domain.members import Member
from bot.domain.practice import Card, Practice, learn
from bot.domain.prompts import Prompt
from bot.domain.results import Mirror, Result, combine
from bot.domain.reviews import Rating, Sheet
from bot.domain.standings import Gain, Own, Week, rank
from bot.errors import CoachError, NotAMember
from bot.ids import AnswerId, ChannelId, CohortId, PostKey, PracticeId, PromptId, ReviewId, UserId
from bot.messages import Direct, InChannel
from bot.pictures import Score
from bot.services.overviews import COHORTS_SHOWN
from bot.voice import boards, overviews, practice, words
from bot.voice.overviews import Mine, Solo
from content import limits
from content.schema import Guide, ModelAnswer, Question
from tests.unit import longest
from tests.unit.rubrics import (
    AUTHOR,
    COHORT,
    START,
    WORKSPACE,
    answer,
    at,
    filled,
    heard,
    judged,
    review,
    sheet,
)

MEMBERS = "Zaphod"
"""Stands in every name and every text that a member could have written."""
ID = "0" * 36
LONG_NAME = f"{MEMBERS} {'x' * 80}"


def samples(guide: Guide, question: Question) -> dict[str, list[object]]:
    """Return what parameters may be, by "name: type" or just by type."""
    plan = Plan("America/Argentina/ComodRivadavia", START.date(), 52, frozenset({1, 2, 3, 4, 6, 7}))
    skips = frozenset(START.date() + timedelta(days=n) for n in range(60))
    cohort = Cohort(
        COHORT,
        WORKSPACE,
        ChannelId("C1"),
        guide.key,
        frozenset({AUTHOR}),
        plan,
        START,
        START,
        START,
    )
    cohorts = [
        cohort,
        replace(cohort, plan=replace(plan, skips=skips), status="paused", rules=Rules(5, False)),
    ]
    ahead: tuple[Occurrence, ...] = preview(plan, START, 10)
    member = Member(COHORT, WORKSPACE, AUTHOR, LONG_NAME, START)
    busy = _busy()
    table = rank([replace(busy, user=UserId(f"u{n}")) for n in range(30)])
    asked = review(ID)
    said = answer(heard("m1", 0, f"{MEMBERS} " * 900))
    drill = Practice(PracticeId(ID), WORKSPACE, AUTHOR, guide.key, question.key, START, PostKey(ID))
    cards = {q.key: learn(_card(guide, q), 4, START) for q in guide.questions}
    days = sorted(skips)
    mine = list(_mine(guide, question, cohorts, member))
    tips = [(round_.name, tip) for round_ in guide.rounds for tip in round_.tips]
    return {
        "Answer": [
            said,
            replace(said, late=True, self_score=5, status="in_review"),
            *(replace(said, status="in_review", stage=stage) for stage in range(1, 5)),
            replace(said, status="done"),
            replace(said, status="withdrawn"),
        ],
        "Bar": [Bar(0.1, 0.4, 3.0, 3.0), Bar(-1.6, 2.0, 0.5, 3.0)],
        "Bar | None": [None, Bar(0.6, 0.8, 3.0, 3.0)],
        "Bullets | None": [None, practice.cards(cards, guide, START.date())],
        "CoachError": [NotAMember(), NotAMember(CohortId(ID)), CoachError("No. " * 49)],
        "Cohort": [*cohorts],
        "Cohort | None": [None, *cohorts],
        "Guide": [guide],
        "Leaning": [
            Leaning(0.0, False, False, 20),
            Leaning(1.7, True, False, 99),
            Leaning(-0.5, False, True, 33),
        ],
        "ModelAnswer": [_model(guide, question)],
        "Mapping[str, Card]": [{}, cards],
        "Mapping[str, Guide]": [{f"{guide.key}{n}": guide for n in range(30)}],
        "Member": [
            member,
            replace(member, anonymous=True),
            replace(member, track="remote", on_board=False),
        ],
        "Member | None": [None, member],
        "Phase": [guide.phases[0], guide.phases[-1]],
        "Place": [Direct(AUTHOR), InChannel(ChannelId("C1"))],
        "Practice": [drill, replace(drill, said=(("m1", f"{MEMBERS} " * 3000),))],
        "Prompt": [_prompt(question)],
        "Question": [question],
        "Rating": [Rating(5.0), Rating(1.0)],
        "Rating | None": [None, Rating(4.5), Rating(4.5, sheet=Sheet({"clarity": 5}))],
        "Solo": [Solo(None, 0, None), Solo(question.prompt, 1, None), Solo(None, 9, days[0])],
        "Sequence[Message]": [
            [practice.question(drill, question, guide, bonus=False)] * many for many in (1, 30)
        ],
        "told: Sequence[tuple[datetime, str, str]]": [
            [],
            [(START, "review:r1", longest.words(200)), (START, "", "")] * 3,
        ],
        "waiting: int": [0, 1, 41],
        "Sequence[Mine]": [[], *([one] for one in mine), [max(mine, key=_extent)] * COHORTS_SHOWN],
        "request: Message": [practice.question(drill, question, guide, bonus=False)],
        "riders: Sequence[Message]": [
            [practice.question(drill, question, guide, bonus=False)] * many for many in (1, 2)
        ],
        "message: Message": [practice.question(drill, question, guide, bonus=False)],
        "asked: Message": [practice.question(drill, question, guide, bonus=False)],
        "AnswerId": [AnswerId(ID)],
        "Criterion | RedFlag | None": [
            None,
            *guide.rubric(question.key).criteria[:1],
            *guide.rubric(question.key).red_flags[:1],
        ],
        "Own": [boards.Own(Week(AUTHOR, LONG_NAME), Week(AUTHOR, LONG_NAME)), _own(guide, busy)],
        "penname: str": ["Patient Nightingale"],
        "Mirror": _mirrors(guide, question),
        "Moved": _moved(guide, question),
        "Result": _results(guide, question),
        "said: Result": _results(guide, question),
        "Review": [asked, replace(asked, stage=2), replace(asked, status="lapsed")],
        "Round": [guide.rubric(question.key)],
        "Sequence[Compared]": [
            compare(
                {each.key: score for each in guide.rubric(question.key).criteria},
                _model(guide, question),
                guide.rubric(question.key),
            )
            for score in (2, 3, 5)
        ],
        "Sequence[Occurrence]": [(), ahead],
        "Sequence[Standing]": [(), table[:1], table],
        "Sequence[date]": [(), days[:1], days],
        "Sequence[str]": [[], [longest.words(60)] * 5],
        "reviewed: Sequence[str]": [[], [question.prompt], [question.prompt] * 10],
        "owed: Sequence[str]": [[], [question.prompt] * 30],
        "parts: Sequence[tuple[str, str]]": [[], [("Answers", f"{MEMBERS} " * 9000)] * 5],
        "tips: Sequence[tuple[str, str]]": [(), tips],
        "Sequence[tuple[str, Text]]": [[], [(question.prompt, words.text(longest.words(90)))] * 5],
        "Text | None": [None, words.text(words.strong(question.prompt), ", until now")],
        "Week": [Week(AUTHOR, LONG_NAME), busy],
        "cohort: str": [ID],
        "bar: str | None": [None, ID],
        "author: str | None": [None, LONG_NAME],
        "open_question: str | None": [None, question.prompt],
        "topic: str | None": [None, *(command.name for command in COMMANDS)],
        "bool": [False, True],
        "Ending": ["enough", "withdrawn", "returned", "passed", "given back"],
        "Pass": ["busy", "conflict"],
        "codes: str": ["", "only", "least new", "least seldom", "turn", "mentor", "pull"],
        "faults: Sequence[str]": [[], ["blank"], ["blank", "off-topic", "confidential"]],
        "date": [date(2026, 9, 30)],
        "muted_until: date | None": [None, date(2026, 9, 30)],
        "date | None": [None, date(2026, 9, 30)],
        "datetime": [START],
        "datetime | None": [None, START],
        "float | None": [None, 3.14159],
        "int": [1, 3],
        "int | None": [None, 3],
        "score: int": [1, 5],
        "answers: int": [0, 1, 41],
        "due_now: int": [0, 1, 41],
        "first: str | None": [None, f"{MEMBERS} " * 900],
        "second: str": [f"{MEMBERS} " * 900],
        "first: str": [f"{MEMBERS} " * 900],
        "name: str": [guide.locations[0].name if guide.locations else longest.words(100)],
        "prompt: str": [ID],
        "question: str": [question.prompt],
        "reason: str": [longest.words(200)],
        "reference: str": [ID],
        "said: str": [f"{MEMBERS} " * 900],
        "what: str": ["Everything still to come moves by 3 days.", longest.words(900)],
        "zone: str": [plan.zone],
    }


def _mine(
    guide: Guide, question: Question, cohorts: list[Cohort], member: Member
) -> Iterator[Mine]:
    """Yield what one person may see of a cohort: least and most, as member and organiser."""
    long = [(question.prompt, words.text(longest.words(90)))] * 10
    for cohort in (*cohorts, replace(cohorts[0], status="ended", organisers=frozenset())):
        ahead = preview(cohort.plan, START, 1)
        nothing = Mine(
            cohort, guide, None, START.date(), START.date(), None, None, (), (), (), None, ()
        )
        yield nothing
        yield replace(
            nothing,
            member=member,
            open_question=question.prompt,
            closes_at=START,
            answers=long,
            reviewed=[question.prompt] * 10,
            owed=[question.prompt] * 30,
            total=_busy(),
            ahead=ahead,
        )


def _busy() -> Week:
    """Return a week in which somebody did all there is to do."""
    late = (Own(5.0, late=True),) * 5
    gains, usual = (Gain(4.0),) * 9, 1.0
    return Week(AUTHOR, LONG_NAME, late, late, 99, 0, 99, 9, gains=gains, usual=usual, streak=99)


def _own(guide: Guide, busy: Week) -> boards.Own:
    """Return as much of one's own progress as there can be."""
    phases = [(phase.name, 9999) for phase in guide.phases]
    names = [longest.words(60)] * 2
    scores = [Score(f"W{n}", 3.0, 0.4, 10) for n in range(1, 53)]
    return boards.Own(busy, busy, phases, names, names, scores, 99)


def _extent(mine: Mine) -> int:
    return len(overviews.me([mine], Solo(None, 0, None)).blocks)


def _card(guide: Guide, question: Question) -> Card:
    return Card(WORKSPACE, AUTHOR, guide.key, question.key, START)


def _model(guide: Guide, question: Question) -> ModelAnswer:
    """Return a model answer as long as one may be, with every red flag there is."""
    rubric = guide.rubric(question.key)
    return ModelAnswer(
        question=question.key,
        strength="weak",
        text=longest.words(limits.MODEL),
        scores={each.key: 2 for each in rubric.criteria},
        why=longest.words(limits.TEXT),
        reasons={each.key: longest.words(limits.REASON) for each in rubric.criteria},
        red_flags=tuple(flag.key for flag in rubric.red_flags),
    )


def _prompt(question: Question) -> Prompt:
    return Prompt(
        PromptId(ID), WORKSPACE, COHORT, ChannelId("C1"), question.key, START.date(), 35, START,
        at(24 * 60), PostKey(ID),
    )  # fmt: skip


def _results(guide: Guide, question: Question) -> list[object]:
    """Return results without reviews, with one, and with as many as there can ever be."""
    rubric = guide.rubric(question.key)
    form = sheet(1, 1, 1, *(flag.key for flag in rubric.red_flags), comment=f"{MEMBERS} " * 500)
    flat = replace(form, scores={c.key: 5 if n % 2 else 1 for n, c in enumerate(rubric.criteria)})
    many = [replace(filled(flat), id=ReviewId(f"{n:036}")) for n in range(18)]
    return [Result(None, 0), *(combine(some, rubric) for some in ([judged("3️⃣")], many[:1], many))]


def _mirrors(guide: Guide, question: Question) -> list[object]:
    """Return a mirror of a missed criterion and of a red flag, in one answer and in many."""
    rubric = guide.rubric(question.key)
    criterion, flags = rubric.criteria[-1], rubric.red_flags[:1]
    many = (question.prompt,) * 9
    return [
        Mirror(criterion, criterion, many[:1], 1),
        *(Mirror(flag, criterion, many, 9) for flag in flags),
    ]


def _moved(guide: Guide, question: Question) -> list[object]:
    """Return what second takes moved: for nobody who read both, by taps, and both ways."""
    rubric = guide.rubric(question.key)
    low, high = ({c.key: n for c in rubric.criteria} for n in (1, 5))
    mixed = {c.key: 1 + 4 * (n % 2) for n, c in enumerate(rubric.criteria)}
    first = [filled(replace(sheet(1, 1, 1), scores=low))]
    middle = [filled(replace(sheet(1, 1, 1), scores=dict.fromkeys(low, 3)))]
    second = [filled(replace(sheet(1, 1, 1), scores=high))]
    both = [filled(replace(sheet(1, 1, 1), scores=mixed))]
    tapped = [judged("4️⃣", *(c.emoji for c in rubric.criteria))]
    return [
        second_takes.Moved(),
        second_takes.compare(first, second, rubric),
        second_takes.compare(middle, both, rubric),
        second_takes.compare([judged("3️⃣")], tapped, rubric),
    ]
