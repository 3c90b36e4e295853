"""Reviews, and the figures by which reviewers are chosen, counted by the database."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, and_, bindparam, case, func, select

from adapters.database.codec import Codec
from adapters.database.columns import UtcDateTime
from adapters.database.seen import Seen
from adapters.database.statements import AnyRow, Saving, Values, one, several
from adapters.database.tables import reviews
from bot.domain.reviews import Review, Sheet, Tap
from bot.ids import AnswerId, CohortId, ReviewId, UserId, WorkspaceId
from bot.ports.storage import Asked, Load, Pairing

_TAPS = Codec[tuple[Tap, ...]](tuple[Tap, ...])
_SHEET = Codec[Sheet](Sheet)
# The same few taps are read again and again; there are no words of anybody in them.
_read_taps = lru_cache(maxsize=2000)(_TAPS.read)
_EVER = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)

_IN_WORKSPACE = reviews.c.workspace == bindparam("workspace")
_IN_COHORT = reviews.c.cohort == bindparam("cohort")
_OLDEST_FIRST = (reviews.c.asked_at, reviews.c.id)
_SINCE = reviews.c.asked_at >= bindparam("since", type_=UtcDateTime())

_GET = reviews.select().where(_IN_WORKSPACE, reviews.c.id == bindparam("id"))
_OF = reviews.select().where(reviews.c.answer == bindparam("answer")).order_by(*_OLDEST_FIRST)
_OPEN_FOR = (
    reviews.select()
    .where(
        _IN_WORKSPACE,
        reviews.c.reviewer == bindparam("reviewer"),
        reviews.c.status == "asked",
    )
    .order_by(*_OLDEST_FIRST)
)
_RATED_IN = (
    reviews.select()
    .where(
        _IN_COHORT,
        reviews.c.rated_at >= bindparam("since", type_=UtcDateTime()),
        reviews.c.rated_at < bindparam("until", type_=UtcDateTime()),
    )
    .order_by(reviews.c.rated_at, reviews.c.id)
)


def _count(*conditions: Any) -> Any:
    return func.sum(case((and_(*conditions), 1), else_=0))


_LOADS = (
    select(
        reviews.c.reviewer,
        _count(reviews.c.status == "asked"),
        _count(_SINCE, reviews.c.status != "passed"),
        _count(_SINCE, reviews.c.status == "lapsed"),
        _count(_SINCE, reviews.c.status == "rated"),
    )
    .where(_IN_COHORT)
    .group_by(reviews.c.reviewer)
    .order_by(reviews.c.reviewer)
)
_PAIRINGS = (
    select(reviews.c.reviewer, func.count(), func.max(reviews.c.asked_at))
    .where(_IN_COHORT, reviews.c.author == bindparam("author"))
    .group_by(reviews.c.reviewer)
    .order_by(reviews.c.reviewer)
)
_ASKED_SINCE = (
    select(reviews.c.reviewer, reviews.c.author, reviews.c.status, reviews.c.because)
    .where(_IN_COHORT, _SINCE)
    .order_by(*_OLDEST_FIRST)
)
_BY = (
    reviews.select()
    .where(_IN_COHORT, reviews.c.reviewer == bindparam("reviewer"))
    .order_by(*_OLDEST_FIRST)
)
_SAVE = Saving(reviews)


class SqlReviews:
    """See bot.ports.Reviews."""

    __slots__ = ("_connection", "seen")

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.seen: Seen[tuple[WorkspaceId, ReviewId], Review] = Seen()

    def get(self, workspace: WorkspaceId, review: ReviewId) -> Review | None:
        """See bot.ports.Reviews."""
        key = workspace, review
        if key not in self.seen:
            row = one(self._connection, _GET, {"workspace": workspace, "id": review})
            self.seen[key] = None if row is None else review_of(row)
        return self.seen[key]

    def of(self, answer: AnswerId) -> tuple[Review, ...]:
        """See bot.ports.Reviews."""
        return self._all(_OF, {"answer": answer})

    def open_for(self, workspace: WorkspaceId, user: UserId) -> tuple[Review, ...]:
        """See bot.ports.Reviews."""
        return self._all(_OPEN_FOR, {"workspace": workspace, "reviewer": user})

    def by(self, cohort: CohortId, reviewer: UserId) -> tuple[Review, ...]:
        """See bot.ports.Reviews."""
        return self._all(_BY, {"cohort": cohort, "reviewer": reviewer})

    def rated_in(
        self, cohort: CohortId, since: datetime | None = None, until: datetime | None = None
    ) -> tuple[Review, ...]:
        """See bot.ports.Reviews."""
        first, last = _EVER
        values = {"cohort": cohort, "since": since or first, "until": until or last}
        return self._all(_RATED_IN, values)

    def loads(self, cohort: CohortId, since: datetime) -> tuple[Load, ...]:
        """See bot.ports.Reviews."""
        rows = several(self._connection, _LOADS, {"cohort": cohort, "since": since})
        return tuple(Load(*row) for row in rows)

    def pairings(self, cohort: CohortId, author: UserId) -> tuple[Pairing, ...]:
        """See bot.ports.Reviews."""
        rows = several(self._connection, _PAIRINGS, {"cohort": cohort, "author": author})
        return tuple(Pairing(*row) for row in rows)

    def asked_since(self, cohort: CohortId, since: datetime) -> tuple[Asked, ...]:
        """See bot.ports.Reviews."""
        rows = several(self._connection, _ASKED_SINCE, {"cohort": cohort, "since": since})
        return tuple(Asked(*row) for row in rows)

    def save(self, review: Review) -> None:
        """See bot.ports.Reviews."""
        self.seen.clear()
        _SAVE(self._connection, _row(review))

    def _all(self, statement: Any, values: Values) -> tuple[Review, ...]:
        return tuple(review_of(row) for row in several(self._connection, statement, values))


def review_of(row: AnyRow) -> Review:
    """Return the review a row holds."""
    return Review(
        id=row.id,
        workspace=row.workspace,
        cohort=row.cohort,
        answer=row.answer,
        author=row.author,
        reviewer=row.reviewer,
        asked_at=row.asked_at,
        due_at=row.due_at,
        post=row.post,
        stage=row.stage,
        status=row.status,
        taps=_read_taps(row.taps),
        sheet=None if row.sheet is None else _SHEET.read(row.sheet),
        reminded_at=row.reminded_at,
        rated_at=row.rated_at,
        helpful=row.helpful,
        reason=row.reason,
        because=row.because,
    )


def _row(review: Review) -> Values:
    return {
        "id": review.id,
        "workspace": review.workspace,
        "cohort": review.cohort,
        "answer": review.answer,
        "author": review.author,
        "reviewer": review.reviewer,
        "asked_at": review.asked_at,
        "due_at": review.due_at,
        "post": review.post,
        "stage": review.stage,
        "status": review.status,
        "taps": _TAPS.write(review.taps),
        "sheet": None if review.sheet is None else _SHEET.write(review.sheet),
        "reminded_at": review.reminded_at,
        "rated_at": review.rated_at,
        "helpful": review.helpful,
        "reason": review.reason,
        "because": review.because,
    }
