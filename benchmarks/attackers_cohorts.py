"""A cohort with somebody in it who farms points: what all of them do for some weeks.

Answers, reviews and marks are the engine's own values, allocated by `bot.domain.matching`; what is
made up is who does what.  Honest members miss a day in ten and a review in ten, are late at times
and give a second take now and then.  An answer's quality and how it is seen are as in
`benchmarks.scores_cohorts`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from random import Random

from bot.domain.answers import PRIVATE, Answer, Heard
from bot.domain.matching import Candidate, choose
from bot.domain.members import Member
from bot.domain.prompts import Prompt
from bot.domain.reviews import NUMBERS, Review, Tap
from bot.ids import (
    AnswerId,
    ChannelId,
    CohortId,
    MessageId,
    PostKey,
    PromptId,
    ReviewId,
    UserId,
    WorkspaceId,
)

BEGUN = datetime(2026, 12, 7, 9, tzinfo=UTC)
HERE, COHORT, CHANNEL = WorkspaceId("bench:1"), CohortId("k1"), ChannelId("C1")
WANTED = 2
MIDDLE, LEVEL, LUCK = 3.2, 0.45, 0.6
_EMOJI = {number: emoji for emoji, number in NUMBERS.items()}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as author and as reviewer; friends are given a 5 and always helped them.

    `quality` is what every answer is worth, `None` for an honest effort around `level`.
    """

    name: str
    level: float = 0.0
    bias: float = 0.0
    gain: float = 1.0
    noise: float = 0.6
    there: float = 0.9
    quality: float | None = None
    again: float = 0.15
    again_quality: float | None = None
    friends: frozenset[str] = frozenset()
    clicks: int | None = None
    """The number that is tapped whatever was answered."""
    spiteful: bool = False
    pulls: int = 0
    """How many more reviews a day are asked for than fall to them."""


@dataclass
class Life:
    """What happens in one cohort, day by day."""

    people: Sequence[Person]
    dice: Random
    prompts: list[Prompt] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    truth: dict[str, float] = field(default_factory=dict)
    met: Counter[tuple[str, str]] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    grudges: set[tuple[str, str]] = field(default_factory=set)
    seen: set[tuple[str, str]] = field(default_factory=set)
    _number: count[int] = field(default_factory=count)

    def live(self, weeks: int) -> None:
        """Live through so many weeks of five days."""
        for day in range(weeks * 5):
            self._day(BEGUN + timedelta(days=day // 5 * 7 + day % 5))

    def members(self) -> list[Member]:
        """Return everybody as a member."""
        return [Member(COHORT, HERE, UserId(p.name), p.name, BEGUN) for p in self.people]

    def _day(self, at: datetime) -> None:
        prompt = Prompt(
            PromptId(f"p{len(self.prompts)}"), HERE, COHORT, CHANNEL, "q", at.date(),
            len(self.prompts) + 1, at, at + timedelta(days=1), PostKey(f"post{at}"),
        )  # fmt: skip
        self.prompts.append(prompt)
        today: Counter[str] = Counter()
        pairs: set[tuple[str, str]] = set()
        written = [p for p in self.people if self.dice.random() < p.there]
        self.dice.shuffle(written)
        firsts = [self._answer(p, prompt, at, today, pairs) for p in written]
        for person in self.people:
            for _ in range(person.pulls):
                mine = [a for a in firsts if a.author != person.name]
                self._review(self.dice.choice(mine), person, at)
        for person, first in zip(written, firsts, strict=True):
            if self.dice.random() < person.again:
                self._again(person, first, at)

    def _answer(
        self,
        person: Person,
        prompt: Prompt,
        at: datetime,
        today: Counter[str],
        pairs: set[tuple[str, str]],
    ) -> Answer:
        luck = self.dice.gauss(MIDDLE + person.level, LUCK)
        late = self.dice.random() < 0.1 and person.there < 1
        answer = self._said(person, prompt, at, _within(person.quality or luck))
        answer = replace(answer, late=late, result_at=at + timedelta(hours=4))
        self.answers.append(answer)
        pool = [self._candidate(p, person, today, pairs) for p in self.people if p != person]
        by_name = {p.name: p for p in self.people}
        for chosen in choose(pool, WANTED, self.dice, each=WANTED):
            today[chosen.user] += 1
            self.asked[chosen.user] += 1
            self.met[chosen.user, person.name] += 1
            pairs.add((chosen.user, person.name))
            if self.dice.random() < by_name[chosen.user].there:
                self._review(answer, by_name[chosen.user], at)
        return answer

    def _candidate(
        self, person: Person, author: Person, today: Counter[str], pairs: set[tuple[str, str]]
    ) -> Candidate:
        return Candidate(
            UserId(person.name), recent=self.asked[person.name], rated=1,
            times=self.met[person.name, author.name], today=today[person.name],
            reciprocal=(author.name, person.name) in pairs,
        )  # fmt: skip

    def _said(self, person: Person, prompt: Prompt, at: datetime, quality: float) -> Answer:
        number = next(self._number)
        heard = Heard(PRIVATE, MessageId(f"m{number}"), "…", at, at)
        self.truth[f"a{number:05}"] = quality
        return Answer(
            AnswerId(f"a{number:05}"), HERE, COHORT, prompt.id, "q", UserId(person.name),
            heard=(heard,), status="done",
        )  # fmt: skip

    def _again(self, person: Person, first: Answer, at: datetime) -> None:
        """Give a second take, which those judge who judged the first."""
        prompt = self.prompts[-1]
        better = self.truth[first.id] + self.dice.gauss(0.5, 0.3)
        quality = _within(person.again_quality or better)
        second = replace(self._said(person, prompt, at, quality), take=2, first=first.id)
        second = replace(second, result_at=at + timedelta(hours=8))
        self.answers.append(second)
        judges = {review.reviewer for review in self.reviews if review.answer == first.id}
        for judge in self.people:
            if judge.name in judges and self.dice.random() < judge.there:
                self._review(second, judge, at)

    def _review(self, answer: Answer, reviewer: Person, at: datetime) -> None:
        author = next(p for p in self.people if p.name == answer.author)
        if (answer.id, reviewer.name) in self.seen:
            return
        self.seen.add((answer.id, reviewer.name))
        given = self._given(answer, author, reviewer)
        if given <= 3 and author.spiteful:
            self.grudges.add((author.name, reviewer.name))
        tap = Tap(_EMOJI[given], True, at)
        self.reviews.append(
            Review(
                ReviewId(f"r{len(self.reviews):06}"), HERE, COHORT, answer.id, answer.author,
                UserId(reviewer.name), at, at, PostKey(""), status="rated", taps=(tap,),
                rated_at=at, helpful=self._helped(author, reviewer, given),
            )
        )  # fmt: skip

    def _given(self, answer: Answer, author: Person, reviewer: Person) -> int:
        if author.name in reviewer.friends:
            return 5
        if (reviewer.name, author.name) in self.grudges:
            return 1
        if reviewer.clicks is not None:
            return reviewer.clicks
        seen = MIDDLE + reviewer.bias + reviewer.gain * (self.truth[answer.id] - MIDDLE)
        return round(_within(seen + self.dice.gauss(0, reviewer.noise)))

    def _helped(self, author: Person, reviewer: Person, given: int) -> bool | None:
        if reviewer.name in author.friends:
            return True
        if author.spiteful and given <= 3:
            return False
        if self.dice.random() < 0.5:
            return None
        return self.dice.random() < (0.8 if reviewer.clicks is None else 0.2)


def honest(number: int, dice: Random) -> Person:
    """Return somebody honest, as an author and as a reviewer like people are."""
    return Person(
        f"m{number:03}", dice.gauss(0, LEVEL), dice.gauss(0, 0.45), max(0.2, dice.gauss(1, 0.25)),
        dice.uniform(0.35, 0.9),
    )  # fmt: skip


def monday(week: int) -> date:
    """Return the first day of a week, from 0."""
    return BEGUN.date() + timedelta(days=7 * week)


def _within(score: float) -> float:
    return min(5.0, max(1.0, score))
