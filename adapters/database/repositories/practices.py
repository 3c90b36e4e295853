"""Solo practice, and the cards that say what is due again."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, or_, text

from adapters.database.codec import Codec
from adapters.database.statements import AnyRow, Saving, Values, one, several
from adapters.database.tables import cards, practices
from bot.domain.practice import Card, Practice
from bot.ids import PracticeId, UserId, WorkspaceId

SAID = Codec[tuple[tuple[str, str], ...]](tuple[tuple[str, str], ...])

_IN_WORKSPACE = practices.c.workspace == bindparam("workspace")
_GET = practices.select().where(_IN_WORKSPACE, practices.c.id == bindparam("id"))
_OF = (
    practices.select()
    .where(_IN_WORKSPACE, practices.c.user == bindparam("user"))
    .order_by(practices.c.asked_at, practices.c.id)
)
_OPEN_OF = _OF.where(or_(practices.c.status == "asked", practices.c.status == "answered"))
_ALL_OPEN = (
    practices.select()
    .where(text("status IN ('asked', 'answered')"))
    .order_by(practices.c.workspace, practices.c.user)
)
# Those under way are few, and have an index of their own.
_HOMES = (
    practices.select()
    .where(
        text("status IN ('asked', 'answered')"),
        practices.c.workspace > bindparam("from_workspace"),
        practices.c.workspace < bindparam("to_workspace"),
        practices.c.user == bindparam("user"),
    )
    .order_by(practices.c.asked_at.desc(), practices.c.workspace)
)
_SAVE = Saving(practices)
_CARDS = (
    cards.select()
    .where(cards.c.workspace == bindparam("workspace"), cards.c.user == bindparam("user"))
    .order_by(cards.c.guide, cards.c.question)
)
_SAVE_CARD = Saving(cards)


class SqlPractices:
    """See bot.ports.Practices."""

    __slots__ = ("_connection",)

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, workspace: WorkspaceId, practice: PracticeId) -> Practice | None:
        """See bot.ports.Practices."""
        row = one(self._connection, _GET, {"workspace": workspace, "id": practice})
        return None if row is None else _practice(row)

    def open_of(self, workspace: WorkspaceId, user: UserId) -> Practice | None:
        """See bot.ports.Practices."""
        row = one(self._connection, _OPEN_OF, {"workspace": workspace, "user": user})
        return None if row is None else _practice(row)

    def all_open(self) -> tuple[Practice, ...]:
        """See bot.ports.Practices."""
        return tuple(_practice(row) for row in several(self._connection, _ALL_OPEN, {}))

    def homes(self, platform: str, user: UserId) -> tuple[WorkspaceId, ...]:
        """See bot.ports.Practices."""
        values = {
            "from_workspace": f"{platform}:",
            "to_workspace": f"{platform};",
            "user": user,
        }
        return tuple(row.workspace for row in several(self._connection, _HOMES, values))

    def of(self, workspace: WorkspaceId, user: UserId) -> tuple[Practice, ...]:
        """See bot.ports.Practices."""
        rows = several(self._connection, _OF, {"workspace": workspace, "user": user})
        return tuple(_practice(row) for row in rows)

    def save(self, practice: Practice) -> None:
        """See bot.ports.Practices."""
        _SAVE(self._connection, _practice_row(practice))

    def cards(self, workspace: WorkspaceId, user: UserId) -> tuple[Card, ...]:
        """See bot.ports.Practices."""
        rows = several(self._connection, _CARDS, {"workspace": workspace, "user": user})
        return tuple(_card(row) for row in rows)

    def save_card(self, card: Card) -> None:
        """See bot.ports.Practices."""
        _SAVE_CARD(self._connection, _card_row(card))


def _practice(row: AnyRow) -> Practice:
    return Practice(
        id=row.id,
        workspace=row.workspace,
        user=row.user,
        guide=row.guide,
        question=row.question,
        asked_at=row.asked_at,
        post=row.post,
        status=row.status,
        said=SAID.read(row.said),
        hinted=row.hinted,
        rate_post=row.rate_post,
        heard_at=row.heard_at,
        score=row.score,
        ended_at=row.ended_at,
    )


def _practice_row(practice: Practice) -> Values:
    return {
        "id": practice.id,
        "workspace": practice.workspace,
        "user": practice.user,
        "guide": practice.guide,
        "question": practice.question,
        "asked_at": practice.asked_at,
        "post": practice.post,
        "status": practice.status,
        "said": SAID.write(practice.said),
        "hinted": practice.hinted,
        "rate_post": practice.rate_post,
        "heard_at": practice.heard_at,
        "score": practice.score,
        "ended_at": practice.ended_at,
    }


def _card(row: AnyRow) -> Card:
    return Card(
        workspace=row.workspace,
        user=row.user,
        guide=row.guide,
        question=row.question,
        due_at=row.due_at,
        stability=row.stability,
        difficulty=row.difficulty,
        reviewed_at=row.reviewed_at,
        state=row.state,
        score=row.score,
    )


def _card_row(card: Card) -> Values:
    return {
        "workspace": card.workspace,
        "user": card.user,
        "guide": card.guide,
        "question": card.question,
        "due_at": card.due_at,
        "stability": card.stability,
        "difficulty": card.difficulty,
        "reviewed_at": card.reviewed_at,
        "state": card.state,
        "score": card.score,
    }
