"""A standing: where a member is on the leaderboard, and why.

Doing and helping count more than brilliance, nothing counts without bound, and whatever costs
no effort earns little; the formula and its reasons are in `docs/scoring.md`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import fmean

from bot.domain.scoring import ENOUGH, Reviewer, suspicion
from bot.ids import UserId
from bot.pictures import Points

ANSWER, LATE_ANSWER, LATE_ANSWER_MORE = 10, 7, 4
ANSWERS_COUNTED = 7
"""Answers of one week that count: one a day."""
LATE_COUNTED = 3
"""Late answers of one week that count in full: an afternoon must not beat a week on time."""
THIN, SOLID = 1.75, 3.25
"""An answer scored no more than the first counts for nothing, from the second on in full."""

REVIEW, REVIEW_MORE = 4, 2
REVIEWS_IN_FULL, REVIEWS_COUNTED = 10, 15
"""What anybody is asked for with k = 2 counts in full, and half as many again for less."""
HELPFUL, HELPFUL_COUNTED = 2, 10
ALIKE_FROM, ALIKE_OF = 6, 10
"""From so many on it counts against somebody that their latest reviews gave one number to all."""
ALIKE_CARE, LEAST_CARE = 0.4, 0.25
TRUSTED, DOUBTED = 0.6, 0.8
"""Up to the first suspicion reviews count in full, from the second on as `LEAST_CARE`."""

QUALITY, QUALITY_ABOVE, QUALITY_MOST = 4.0, 2.0, 30
"""Points for each step of a result above a 2; never fewer for one more answer."""
GAIN, GAIN_MOST = 3.0, 5
"""Points for each step by which a second take is better, and the most for one."""
ABOVE_USUAL, MARGIN, USUAL_FROM = 1.0, 0.25, 3
"""Points for a result clearly above one's own usual one, once that is known."""
IMPROVEMENT_MOST = 10
STREAK_MOST, STREAK_EACH = 5, 1
"""A streak counts up to so much, and in a week up to so much for each answer that counts."""
FRIENDS = 0.5
"""What good two members do each other in one week counts half."""
FAVOUR = 1.0
"""Two members trade favours who both give the other so many points more than others do."""


@dataclass(frozen=True, slots=True)
class Own:
    """One answer as it counts: its score, `None` while there is none.

    `friends` is the share of its reviews by people whose own answers its author reviewed;
    `without` what it got from all who read it, taken back or not, but those with whom its author
    trades favours; `None` if that is its score.
    """

    score: float | None = None
    late: bool = False
    friends: float = 0.0
    without: float | None = None

    @property
    def fair(self) -> float | None:
        """The score that brings points: no traded favour and no giving it anew raises it."""
        known = [each for each in (self.score, self.without) if each is not None]
        return min(known, default=None)

    @property
    def worth(self) -> float:
        """How much of an answer it is, from 0 to 1; until peers have rated it, all."""
        if self.fair is None:
            return 1.0
        return min(max((self.fair - THIN) / (SOLID - THIN), 0.0), 1.0)

    @property
    def trusted(self) -> float:
        """How much of what its reviewers say counts, from `FRIENDS` to 1."""
        return 1.0 - self.friends * (1.0 - FRIENDS)


@dataclass(frozen=True, slots=True)
class Gain:
    """By how many points a second take is better than the `first`; `friends` as in `Own`."""

    by: float
    friends: float = 0.0
    first: Own = Own()


@dataclass(frozen=True, slots=True)
class Week:
    """What one member did in one week.

    `own` are the answers that came in, `told` those whose result was told.  `reviews` are those
    given to answers whose result was told; `favours` how many of them were traded (`FAVOUR`) and
    are none; `helpful` how many helped, and `helpful_friends` how many of these went to people who
    reviewed this member as well.  `care` is how much of a review theirs are.  `gains` come of
    second takes; `usual` is the mean result of the time before, `None` while there are too few.
    `streak` are the posting days answered on time in a row up to now, absences left out.
    """

    user: UserId
    name: str
    own: tuple[Own, ...] = ()
    told: tuple[Own, ...] = ()
    reviews: int = 0
    favours: int = 0
    helpful: int = 0
    helpful_friends: int = 0
    care: float = 1.0
    gains: tuple[Gain, ...] = ()
    usual: float | None = None
    streak: int = 0
    hidden: bool = False
    """Whether `name` is a made-up one, so that nothing may stand beside it that tells whose."""

    @property
    def answers(self) -> int:
        """How many answers came in."""
        return len(self.own)

    @property
    def scores(self) -> tuple[float, ...]:
        """The results that were told, from 1 to 5."""
        return tuple(answer.score for answer in self.told if answer.score is not None)


@dataclass(frozen=True, slots=True)
class Standing:
    """A member's place; equal points share one."""

    place: int
    points: int
    week: Week


def parts(week: Week) -> Points:
    """Return a week's points by what they come from, whole numbers from 0."""
    return Points(
        answers=round(_answers(week)),
        reviews=round(_reviews(week)),
        helpfulness=round(_helpfulness(week)),
        quality=round(_quality(week)),
        improvement=round(_improvement(week)),
        streak=_streak(week),
    )


def points(week: Week) -> int:
    """Return a week's points, a whole number from 0."""
    return parts(week).total()


def added(several: Iterable[Points]) -> Points:
    """Return the points of several weeks together."""
    columns = zip(*(each.parts() for each in several), strict=True)
    return Points(*(sum(column) for column in columns))


def care(reviewer: Reviewer | None, given: Sequence[float]) -> float:
    """Return how much of a review somebody's are, from 0 to 1.

    `reviewer` is what they are like, by the fit; `given` the scores they gave, oldest first.  One
    number for all says nothing of any; nor do ratings that do not follow the answers.
    """
    alike = len(given) >= ALIKE_FROM and len(set(given[-ALIKE_OF:])) == 1
    counted = ALIKE_CARE if alike else 1.0
    if reviewer is None or reviewer.n < ENOUGH:
        return counted
    doubt = (suspicion(reviewer) - TRUSTED) / (DOUBTED - TRUSTED)
    return min(counted, 1.0 - min(max(doubt, 0.0), 1.0) * (1.0 - LEAST_CARE))


def rank(weeks: Sequence[Week]) -> tuple[Standing, ...]:
    """Return standings, best first, by points then name; weeks without points are left out."""
    scored = sorted(
        ((total, week) for week in weeks if (total := points(week)) > 0),
        key=lambda pair: (-pair[0], pair[1].name.casefold(), pair[1].user),
    )
    places: dict[int, int] = {}
    for number, (total, _) in enumerate(scored, 1):
        places.setdefault(total, number)
    return tuple(Standing(places[total], total, week) for total, week in scored)


def streak(asked: Sequence[date], answered: frozenset[date], away: frozenset[date]) -> int:
    """Return how many of the latest posting days in a row were answered.

    `asked` are posting days, oldest first.  Days away neither count nor break; nor does the
    latest day while it is still unanswered.
    """
    count = 0
    for position, day in enumerate(reversed(asked)):
        if day in answered:
            count += 1
        elif day not in away and position > 0:
            break
    return count


def best_streak(asked: Sequence[date], answered: frozenset[date], away: frozenset[date]) -> int:
    """Return how many posting days in a row were answered when it was most."""
    best = count = 0
    for day in asked:
        if day in answered:
            count += 1
        elif day not in away:
            count = 0
        best = max(best, count)
    return best


def mean(scores: Sequence[float]) -> float | None:
    """Return the plain mean, or `None` of nothing."""
    return fmean(scores) if scores else None


def _credits(week: Week) -> list[float]:
    """Return what each answer that counts is worth in points, the best first."""
    on_time = [answer.worth * ANSWER for answer in week.own if not answer.late]
    late = sorted((answer.worth for answer in week.own if answer.late), reverse=True)
    on_time += [worth * LATE_ANSWER for worth in late[:LATE_COUNTED]]
    on_time += [worth * LATE_ANSWER_MORE for worth in late[LATE_COUNTED:]]
    return sorted(on_time, reverse=True)[:ANSWERS_COUNTED]


def _answers(week: Week) -> float:
    return sum(_credits(week))


def _reviews(week: Week) -> float:
    honest = max(week.reviews - week.favours, 0)
    full = min(honest, REVIEWS_IN_FULL)
    more = min(honest, REVIEWS_COUNTED) - full
    return (full * REVIEW + more * REVIEW_MORE) * week.care


def _helpfulness(week: Week) -> float:
    friends = min(week.helpful_friends, week.helpful)
    helped = week.helpful - friends * (1.0 - FRIENDS)
    return min(helped, week.reviews, HELPFUL_COUNTED) * HELPFUL * week.care


def _quality(week: Week) -> float:
    steps = (
        max(fair - QUALITY_ABOVE, 0.0) * answer.trusted
        for answer in week.told
        if (fair := answer.fair) is not None
    )
    return min(sum(steps) * QUALITY, QUALITY_MOST)


def _improvement(week: Week) -> float:
    """Return points for second takes, and for results clearly above one's own usual one."""
    total = sum(
        min(max(gain.by, 0.0) * GAIN, GAIN_MOST)
        * gain.first.worth
        * Own(friends=gain.friends).trusted
        for gain in week.gains
    )
    if week.usual is not None:
        clearly = week.usual + MARGIN
        better = [a for a in week.told if a.fair is not None and a.fair >= clearly]
        total += sum(answer.trusted for answer in better) * ABOVE_USUAL
    return min(total, IMPROVEMENT_MOST)


def _streak(week: Week) -> int:
    whole = sum(answer.worth for answer in week.own)
    return min(week.streak, STREAK_MOST, int(whole * STREAK_EACH))
