"""How well the review guarantee holds: whole cohorts on a virtual clock, some of them silent.

Everything is real but people and time (`app.rehearsal`).  Silent members answer and never review.
One row a size and share of silent members:

    two_24h, two_48h, two_72h   share of answers with two reviews so long after their last message
    stuck                       answers that never came to their end
    spread                      most requests less fewest, among those who review and were there
    mutual                      pairs who were asked to review one another on one day, though on it
                                at least five members who review were there
    mutual_few                  such pairs on days with fewer, where that cannot be avoided
    met                         how often one was asked to review a given other, fewest to most
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import permutations
from pathlib import Path

from adapters.console.world import WORKSPACE
from adapters.database.connect import open_store
from app import rehearsal
from app.cast import ORGANISER, cast
from bot.domain import cadence
from bot.domain.answers import Answer
from bot.domain.reviews import Review
from bot.ids import UserId
from bot.ports.work import Work
from content import loader
from content.schema import Guide

SIZES = (3, 5, 8, 12, 30, 60)
SILENT = (0.0, 0.3, 0.5)
WEEKS = 3
ZONE = "Europe/Berlin"
SEED = 1
START = date(2026, 12, 7)
WANTED = 2


@dataclass(frozen=True)
class Lived:
    """What is stored after a rehearsal: the answers, their reviews, and who reviews at all."""

    answers: Sequence[tuple[Answer, Sequence[Review]]]
    active: frozenset[UserId]
    away: Mapping[UserId, tuple[date, date]]
    """When they were away: from the first day to the day back."""

    @property
    def always(self) -> list[UserId]:
        """Those who review and were never away."""
        return sorted(self.active - self.away.keys())

    def there(self, day: date) -> int:
        """Return how many who review were there on a day."""
        gone = [user for user, (first, back) in self.away.items() if first <= day < back]
        return len(self.active - set(gone))


def measure() -> list[dict[str, object]]:
    """Return one row a size of cohort and share of silent members."""
    guide = shortened(loader.load_all()["coursera-senior-em"], WEEKS)
    return [row(guide, members, silent) for members in SIZES for silent in SILENT]


def shortened(guide: Guide, weeks: int) -> Guide:
    """Return a guide of fewer weeks."""
    phases = tuple(
        replace(phase, weeks=(phase.weeks[0], min(phase.weeks[1], weeks)))
        for phase in guide.phases
        if phase.weeks[0] <= weeks
    )
    return replace(guide, phases=phases)


def row(guide: Guide, members: int, silent: float, seed: int = SEED) -> dict[str, object]:
    """Return what came of one rehearsal."""
    lived = live(guide, members, silent, seed)
    met = meetings(lived)
    return {
        "members": members,
        "silent": f"{silent:.0%}",
        "answers": len(lived.answers),
        **{f"two_{hours}h": f"{share(lived, hours):.0%}" for hours in (24, 48, 72)},
        "stuck": sum(answer.status != "done" for answer, _ in lived.answers),
        "spread": spread(lived),
        "mutual": len(mutual(lived)),
        "mutual_few": len(mutual(lived, few=True)),
        "met": f"{min(met, default=0)}-{max(met, default=0)}",
    }


def live(guide: Guide, members: int, silent: float, seed: int = SEED) -> Lived:
    """Rehearse a cohort, and return what is stored afterwards."""
    with tempfile.TemporaryDirectory(prefix="loopmates-") as folder:
        url = f"sqlite:///{Path(folder) / 'guarantee.db'}"
        options = rehearsal.Options(guide, members, seed, START, ZONE, silent, url)
        rehearsal.run(options, lambda _: None, as_json=True, progress=lambda _, __: None)
        with open_store(url) as store:
            stored = store.call(_stored)
    people = [person for person in cast(members, silent, seed) if not person.silent]
    away = {
        UserId(person.name): (START + timedelta(first), START + timedelta(first + length))
        for person in people
        if person.away is not None
        for first, length in [person.away]
    }
    return Lived(stored, frozenset(UserId(person.name) for person in people), away)


def share(lived: Lived, hours: int) -> float:
    """Return which share of answers had two reviews so many hours after their last message."""
    return sum(_two_within(one, timedelta(hours=hours)) for one in lived.answers) / max(
        len(lived.answers), 1
    )


def spread(lived: Lived) -> int:
    """Return by how much requests differ among those who review and were always there."""
    asked = Counter(r.reviewer for r in _reviews(lived) if r.status != "passed")
    counts = [asked[user] for user in lived.always]
    return max(counts, default=0) - min(counts, default=0)


def mutual(lived: Lived, *, few: bool = False) -> list[tuple[date, UserId, UserId]]:
    """Return who was asked to review one another on one day."""
    asked = {
        (cadence.local_day(ZONE, review.asked_at), review.reviewer, review.author)
        for review in _reviews(lived)
    }
    return sorted(
        (day, a, b)
        for day, a, b in asked
        if a < b and (day, b, a) in asked and (lived.there(day) <= 2 * WANTED) == few
    )


def meetings(lived: Lived) -> list[int]:
    """Return how often each of those always there was asked to review each other one."""
    met = Counter((review.reviewer, review.author) for review in _reviews(lived))
    return [met[pair] for pair in permutations(lived.always, 2)]


def _two_within(one: tuple[Answer, Sequence[Review]], span: timedelta) -> bool:
    answer, reviews = one
    last = max(part.said_at for part in answer.heard)
    rated = sorted(r.rated_at for r in reviews if r.status == "rated" and r.rated_at is not None)
    return len(rated) >= WANTED and rated[WANTED - 1] - last <= span


def _reviews(lived: Lived) -> list[Review]:
    return [review for _, reviews in lived.answers for review in reviews]


def _stored(work: Work) -> list[tuple[Answer, Sequence[Review]]]:
    (cohort,) = work.cohorts.led(WORKSPACE, UserId(ORGANISER))
    found = [answer for answer in work.answers.of(cohort.id) if answer.status != "withdrawn"]
    return [(answer, work.reviews.of(answer.id)) for answer in found]
