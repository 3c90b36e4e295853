"""What everybody did, from all that is kept of a cohort: the facts that points are made of.

Rule: an answer belongs to the week in which it was said; a review, what came of it and the
result itself belong to the week in which that result was told, whenever they were changed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from statistics import fmean

from bot.domain import cadence, marks, standings, syllabus
from bot.domain.answers import Answer
from bot.domain.cohorts import Plan
from bot.domain.members import Member
from bot.domain.prompts import Prompt
from bot.domain.reviews import Review, score
from bot.domain.scoring import Estimate, Fit
from bot.domain.standings import Gain, Own, Week
from bot.ids import AnswerId, ReviewId, UserId
from content.schema import Guide, Phase

_EVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Span:
    """From an instant up to, and without, another."""

    since: datetime
    until: datetime = _EVER

    def holds(self, at: datetime | None) -> bool:
        """Tell whether something happened then."""
        return at is not None and self.since <= at < self.until


@dataclass(frozen=True, slots=True)
class Books:
    """All that is kept of a cohort and counts: build it with `books`.

    `answers` are by author, without withdrawn ones; `given` and `got` are ratings by reviewer and
    by answer, `before` those of a text that was taken back; `scores` what each rating says;
    `told_at` when the result it is part of was told; `favours` are pairs of reviewer and author
    who trade them.
    """

    days: Sequence[tuple[Prompt, date]]
    answers: Mapping[UserId, Sequence[Answer]]
    given: Mapping[UserId, Sequence[Review]]
    got: Mapping[AnswerId, Sequence[Review]]
    before: Mapping[AnswerId, Sequence[Review]]
    scores: Mapping[ReviewId, float]
    told_at: Mapping[ReviewId, datetime]
    marks: Mapping[ReviewId, bool]
    favours: frozenset[tuple[UserId, UserId]]
    fit: Fit

    def estimate(self, answer: Answer) -> Estimate | None:
        """Return what an answer is worth once its result was told, `None` if nobody rated it."""
        if answer.result_at is None:
            return None
        fitted = self.fit.scores.get(answer.id)
        given = [self.scores[review.id] for review in self.got.get(answer.id, ())]
        if fitted is not None or not given:
            return fitted
        return Estimate(fmean(given), 0.0, len(given))

    def week(self, member: Member, span: Span) -> Week:
        """Return what a member did in a span."""
        user = member.user
        mine = self.answers.get(user, ())
        first = [answer for answer in mine if answer.take == 1]
        given = self._given(user, span)
        helped = [
            review
            for review in given
            if self.marks.get(review.id) and (user, review.author) not in self.favours
        ]
        friends = self._reviewed_me(user, span)
        return Week(
            user=user,
            name=member.name,
            own=tuple(self._own(a, span) for a in first if span.holds(_said_at(a))),
            told=tuple(
                self._own(a, span)
                for a in first
                if span.holds(a.result_at) and self.estimate(a) is not None
            ),
            reviews=len(given),
            favours=sum((user, review.author) in self.favours for review in given),
            helpful=len(helped),
            helpful_friends=sum(review.author in friends for review in helped),
            care=standings.care(
                self.fit.reviewers.get(user),
                [self.scores[review.id] for review in self.given.get(user, ())],
            ),
            gains=tuple(self._gains(mine, span)),
            usual=self._usual(first, span),
            streak=standings.streak(*self._streak(member)),
        )

    def best_streak(self, member: Member) -> int:
        """Return a member's longest streak."""
        return standings.best_streak(*self._streak(member))

    def _given(self, user: UserId, span: Span) -> list[Review]:
        return [r for r in self.given.get(user, ()) if span.holds(self.told_at.get(r.id))]

    def _reviewed_me(self, user: UserId, span: Span) -> set[UserId]:
        """Return who reviewed a member in a span."""
        mine = self.answers.get(user, ())
        got = (review for answer in mine for review in self.got.get(answer.id, ()))
        return {review.reviewer for review in got if span.holds(self.told_at.get(review.id))}

    def _own(self, answer: Answer, span: Span) -> Own:
        found = self.estimate(answer)
        return Own(
            found.mean if found else None,
            answer.late,
            self._friends(answer, span),
            self._without(answer),
        )

    def _without(self, answer: Answer) -> float | None:
        """Return what an answer got by all who read it, without traded favours.

        `None` where that is its score.  Who read a text that was taken back counts as well: nobody
        gets rid of a low score by giving the same answer anew, to others or to nobody.
        """
        got = self.got.get(answer.id, ()) if answer.result_at is not None else ()
        before = self.before.get(answer.id, ())
        rest = [r for r in (*before, *got) if (r.reviewer, r.author) not in self.favours]
        if len(rest) == len(got) and not before:
            return None
        return fmean(self.scores[r.id] for r in rest) if rest else standings.QUALITY_ABOVE

    def _friends(self, answer: Answer, span: Span) -> float:
        """Return the share of an answer's reviews by people whom its author reviewed as well."""
        reviewers = [review.reviewer for review in self.got.get(answer.id, ())]
        if not reviewers:
            return 0.0
        reviewed = {review.author for review in self._given(answer.author, span)}
        return fmean(reviewer in reviewed for reviewer in reviewers)

    def _gains(self, mine: Sequence[Answer], span: Span) -> Iterable[Gain]:
        firsts = {answer.id: answer for answer in mine}
        for second in mine:
            first = firsts.get(second.first) if second.first is not None else None
            if first is None or not span.holds(second.result_at):
                continue
            before, after = self.estimate(first), self.estimate(second)
            if before is not None and after is not None:
                by = after.mean - before.mean
                yield Gain(by, self._friends(second, span), self._own(first, span))

    def _usual(self, first: Sequence[Answer], span: Span) -> float | None:
        """Return somebody's mean result before a span, once there are enough of them."""
        earlier = [a for a in first if a.result_at is not None and a.result_at < span.since]
        known = [found.mean for a in earlier if (found := self.estimate(a)) is not None]
        return fmean(known) if len(known) >= standings.USUAL_FROM else None

    def _streak(self, member: Member) -> tuple[list[date], frozenset[date], frozenset[date]]:
        days = {prompt.id: day for prompt, day in self.days}
        asked = [day for _, day in self.days]
        answered = frozenset(
            days[answer.prompt]
            for answer in self.answers.get(member.user, ())
            if answer.take == 1 and not answer.late and answer.prompt in days
        )
        return asked, answered, frozenset(day for day in asked if member.away(day))


def books(
    prompts: Sequence[Prompt], answers: Sequence[Answer], reviews: Sequence[Review], fit: Fit
) -> Books:
    """Open the books: of all prompts, answers and rated reviews of a cohort, and what they say."""
    told = {answer.id: answer.result_at for answer in answers}
    scores = {r.id: found for r in reviews if (found := score(r)) is not None}
    standing = [review for review in reviews if review.id in scores]
    by_author: defaultdict[UserId, list[Answer]] = defaultdict(list)
    for answer in answers:
        if answer.status != "withdrawn":
            by_author[answer.author].append(answer)
    given: defaultdict[UserId, list[Review]] = defaultdict(list)
    got: defaultdict[AnswerId, list[Review]] = defaultdict(list)
    before: defaultdict[AnswerId, list[Review]] = defaultdict(list)
    told_at = {}
    for review in sorted(standing, key=lambda r: (r.rated_at or r.asked_at, r.id)):
        given[review.reviewer].append(review)
        gone = review.status == "withdrawn"
        (before if gone else got)[review.answer].append(review)
        # Texts that were taken back, and answers of the forgotten, are gone; reviews of them stay.
        at = review.rated_at if gone else told.get(review.answer, review.rated_at)
        if at is not None:
            told_at[review.id] = at
    days = [(prompt, prompt.day) for prompt in prompts]
    marked, traded = marks.standing(standing), _favours(standing, scores)
    return Books(days, by_author, given, got, before, scores, told_at, marked, traded, fit)


def _favours(
    reviews: Sequence[Review], scores: Mapping[ReviewId, float]
) -> frozenset[tuple[UserId, UserId]]:
    """Return the pairs who both give one another more than others give them."""
    sums: defaultdict[AnswerId, float] = defaultdict(float)
    counts: Counter[AnswerId] = Counter()
    for review in reviews:
        sums[review.answer] += scores[review.id]
        counts[review.answer] += 1
    more: defaultdict[tuple[UserId, UserId], list[float]] = defaultdict(list)
    for review in reviews:
        others, given = counts[review.answer] - 1, scores[review.id]
        if others:
            extra = given - (sums[review.answer] - given) / others
            more[review.reviewer, review.author].append(extra)
    kind = {pair for pair, extras in more.items() if fmean(extras) >= standings.FAVOUR}
    return frozenset((one, other) for one, other in kind if (other, one) in kind)


@dataclass(frozen=True, slots=True)
class Season:
    """A phase of the guide, with the weeks between its leaderboards."""

    phase: Phase
    weeks: tuple[Span, ...]


def seasons(
    guide: Guide, plan: Plan, boards: Sequence[date], since: datetime, now: datetime
) -> tuple[Season, ...]:
    """Return the seasons up to now, oldest first: a season is a phase of the guide.

    `boards` are the days on which a leaderboard was posted, `since` when the last one was, or when
    the cohort began.  What came after it belongs to the season that runs now.
    """
    found: dict[str, tuple[Phase, list[Span]]] = {}
    begin = datetime.min.replace(tzinfo=UTC)
    ends = [cadence.instant(plan.zone, day, plan.board_at) for day in boards]
    if ends:
        ends[-1] = since
    today = cadence.local_day(plan.zone, now)
    for day, end in zip((*boards, today), (*ends, _EVER), strict=True):
        phase = syllabus.phase_of(guide, max(cadence.plan_week(plan, day), 1))
        found.setdefault(phase.key, (phase, []))[1].append(Span(begin, end))
        begin = end
    return tuple(Season(phase, tuple(spans)) for phase, spans in found.values())


def plan_weeks(plan: Plan, now: datetime) -> tuple[tuple[int, Span], ...]:
    """Return the plan's weeks up to now with their numbers, from midnight to midnight."""
    last = max(cadence.plan_week(plan, cadence.local_day(plan.zone, now)), 1)
    starts = [
        cadence.instant(plan.zone, date.fromordinal(plan.start.toordinal() + 7 * n), time.min)
        for n in range(last)
    ]
    # What came before the plan began, or after a week moved, belongs to the nearest.
    starts[0] = datetime.min.replace(tzinfo=UTC)
    return tuple(
        (number, Span(start, end))
        for number, (start, end) in enumerate(zip(starts, (*starts[1:], _EVER), strict=True), 1)
    )


def _said_at(answer: Answer) -> datetime | None:
    return answer.heard[0].said_at if answer.heard else None
