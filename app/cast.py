"""The scripted members of a rehearsal: who they are, and what they do when.

A member sees what the coach posts and plans what to do about it; plans are steps of the
script language, taken by day.  The same seed gives the same people and the same plans.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random

from adapters.console.entries import Entry
from adapters.console.steps import Press, Say, Send, Step, Tap
from app import lines
from bot.domain import cadence
from bot.domain.cohorts import Plan
from bot.domain.reviews import NUMBERS
from content.schema import Guide, Round

ORGANISER = "olga"
NAMES = (
    "ana", "bo", "cy", "dara", "eli", "fay", "gus", "hana", "ivo", "jun", "kim", "lea",
    "max", "nia", "otto", "pia", "quin", "ravi", "sol", "tess", "umar", "vera", "wen", "xia",
    "yuri", "zoe", "alma", "ben", "cleo", "dev", "ezra", "fern", "gina", "hugo", "iris", "jay",
)  # fmt: skip
AWAKE = (time(8, 30), time(21, 0))
EMOJI = {number: emoji for emoji, number in NUMBERS.items()}

Planned = tuple[datetime, Step]


@dataclass(frozen=True, slots=True)
class Persona:
    """How somebody behaves: chances from 0 to 1, `skill` and `bias` in points of a score."""

    name: str
    silent: bool
    skill: float
    bias: float
    answers: float
    late: float
    forms: float
    practises: bool = False
    away: tuple[int, int] | None = None


def cast(members: int, silent: float, seed: int) -> tuple[Persona, ...]:
    """Return the members: `silent` of them (a share, rounded to the nearest) never review."""
    rng = Random(f"cast {seed}")
    quiet = set(rng.sample(range(members), round(members * silent)))
    people = tuple(_persona(number, rng, silent=number in quiet) for number in range(members))
    return people if members < 5 else _with_absences(people, rng)


def name_of(number: int) -> str:
    """Return the name of the member with this number, from 0."""
    turn, place = divmod(number, len(NAMES))
    return NAMES[place] if turn == 0 else f"{NAMES[place]}{turn + 1}"


class Actor:
    """One member in action."""

    def __init__(self, persona: Persona, guide: Guide, plan: Plan, seed: int) -> None:
        self.persona = persona
        self._guide = guide
        self._plan = plan
        self._rng = Random(f"{persona.name} {seed}")

    def arrive(self, after: datetime, invitation: str) -> Iterator[Planned]:
        """Plan to join, and an absence if there is to be one."""
        name = self.persona.name
        joins = self._awake(after + self._within(1, 40 * 60))
        yield joins, Press(who=name, button="Join", on=invitation)
        if self.persona.away is None:
            return
        first, length = self.persona.away
        leaves = self._plan.start + timedelta(days=first)
        back = leaves + timedelta(days=length)
        at = cadence.instant(self._plan.zone, leaves, time(8, 40))
        yield at, Say(who=name, where="coach", text=f"away until {back.isoformat()}")

    def see(self, entry: Entry) -> Iterator[Planned]:
        """Plan what to do about something that became visible."""
        if entry.kind != "post":
            return
        if entry.topic == "question":
            yield from self._answer(entry)
        elif entry.to != f"dm:{self.persona.name}":
            return
        elif entry.topic in ("review_request", "reassigned"):
            yield from self._review(entry)
        elif entry.topic == "result":
            yield from self._thank(entry)
        elif entry.topic == "practice" and entry.message is not None:
            yield from self._practise(entry)
        elif entry.topic == "notice":
            yield from self._begin_practice(entry)

    def _answer(self, entry: Entry) -> Iterator[Planned]:
        if self._rng.random() > self.persona.answers or self._gone(entry.at):
            return
        late = self._rng.random() < self.persona.late
        minutes = self._within(26 * 60, 40 * 60) if late else self._within(5, 9 * 60)
        at = self._awake(entry.at + minutes)
        if self._gone(at):
            return
        quality = self._rng.gauss(self.persona.skill, 0.6)
        for part in lines.answer(quality, self._rng):
            yield at, Say(who=self.persona.name, where=entry.label, text=part)
            at += timedelta(minutes=self._rng.randint(1, 8))

    def _review(self, entry: Entry) -> Iterator[Planned]:
        if self.persona.silent:
            return
        hours = min(self._rng.expovariate(1 / 240), 20 * 60)
        at = self._awake(entry.at + timedelta(minutes=2 + round(hours)))
        if self._gone(at):
            return
        rubric = self._guide.rubric(entry.question or "")
        score = min(max(round(self._rng.gauss(3.3 + self.persona.bias, 0.9)), 1), 5)
        if self._rng.random() < self.persona.forms:
            yield from self._fill(at, entry.label, score, rubric)
        else:
            yield from self._tap(at, entry.label, score, rubric)

    def _fill(self, at: datetime, label: str, score: int, rubric: Round) -> Iterator[Planned]:
        fields = [(c.key, str(self._near(score))) for c in rubric.criteria]
        if score <= 2 and rubric.red_flags:
            fields.append(("flags", self._rng.choice(rubric.red_flags).key))
        words = lines.comment(score, self._rng)
        if words:
            fields.append(("comment", words))
        yield at, Press(who=self.persona.name, button="Use the form", on=label)
        yield at, Send(who=self.persona.name, fields=tuple(fields))

    def _tap(self, at: datetime, label: str, score: int, rubric: Round) -> Iterator[Planned]:
        name = self.persona.name
        yield at, Tap(who=name, on=label, emoji=EMOJI[score], added=True)
        for criterion in rubric.criteria:
            if self._rng.random() < (score - 1) / 12:
                yield at, Tap(who=name, on=label, emoji=criterion.emoji, added=True)
        if self._rng.random() < 0.03:
            better = self._near(score)
            yield at, Tap(who=name, on=label, emoji=EMOJI[score], added=False)
            yield at, Tap(who=name, on=label, emoji=EMOJI[better], added=True)

    def _thank(self, entry: Entry) -> Iterator[Planned]:
        labels = [
            button.label
            for block in (entry.message.blocks if entry.message else ())
            if block.kind == "buttons"
            for button in block.buttons
        ]
        if labels and self._rng.random() < 0.4:
            at = self._awake(entry.at + self._within(1, 120))
            helped = labels[0] if self._rng.random() < 0.8 else labels[-1]
            yield at, Press(who=self.persona.name, button=helped, on=entry.label)

    def _begin_practice(self, entry: Entry) -> Iterator[Planned]:
        if self.persona.practises and not self._gone(entry.at):
            at = self._awake(entry.at + self._within(30, 180))
            yield at, Say(who=self.persona.name, where="coach", text="practice")

    def _practise(self, entry: Entry) -> Iterator[Planned]:
        message = entry.message
        if message is None or not self.persona.practises:
            return
        at = self._awake(entry.at + self._within(2, 12))
        if message.taps:
            score = EMOJI[self._near(3)]
            yield at, Tap(who=self.persona.name, on=entry.label, emoji=score, added=True)
        elif message.summary.startswith("Practice:"):
            words = " ".join(lines.answer(self.persona.skill, self._rng))
            yield at, Say(who=self.persona.name, where="coach", text=words)

    def _near(self, score: int) -> int:
        return min(max(score + self._rng.choice((-1, 0, 0, 0, 1)), 1), 5)

    def _within(self, least: int, most: int) -> timedelta:
        return timedelta(minutes=self._rng.randint(least, most))

    def _awake(self, at: datetime) -> datetime:
        """Return `at`, or the next morning if it falls in the night."""
        here = cadence.local(self._plan.zone, at)
        if here.time() < AWAKE[0]:
            return cadence.instant(self._plan.zone, here.date(), AWAKE[0])
        if here.time() > AWAKE[1]:
            return cadence.instant(self._plan.zone, here.date() + timedelta(days=1), AWAKE[0])
        return at

    def _gone(self, at: datetime) -> bool:
        if self.persona.away is None:
            return False
        first, length = self.persona.away
        leaves = self._plan.start + timedelta(days=first)
        return leaves <= cadence.local_day(self._plan.zone, at) < leaves + timedelta(days=length)


def plan_of(guide: Guide, start: date, zone: str) -> Plan:
    """Return the plan a rehearsed cohort has: the defaults."""
    return Plan(zone=zone, start=start, weeks=guide.weeks)


def _persona(number: int, rng: Random, *, silent: bool) -> Persona:
    return Persona(
        name=name_of(number),
        silent=silent,
        skill=rng.uniform(2.2, 4.4),
        bias=rng.gauss(0, 0.4),
        answers=rng.uniform(0.85, 1.0),
        late=rng.choice((0.0, 0.0, 0.05, 0.1)),
        forms=rng.choice((0.1, 0.3, 0.8)),
        practises=number % 6 == 1,
    )


def _with_absences(people: Sequence[Persona], rng: Random) -> tuple[Persona, ...]:
    """Give every fifth member a few days off."""
    away = {number: (rng.randint(7, 38), rng.randint(2, 6)) for number in range(0, len(people), 5)}
    return tuple(replace(person, away=away.get(n)) for n, person in enumerate(people))
