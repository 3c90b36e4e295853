"""Posted questions."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection, bindparam

from adapters.database.columns import UtcDateTime
from adapters.database.seen import Seen
from adapters.database.statements import AnyRow, Values, one, several, write
from adapters.database.tables import prompts
from bot.domain.prompts import Prompt
from bot.ids import CohortId, PromptId, WorkspaceId

_GET = prompts.select().where(
    prompts.c.workspace == bindparam("workspace"), prompts.c.id == bindparam("id")
)
_OF = (
    prompts.select()
    .where(prompts.c.cohort == bindparam("cohort"))
    .order_by(prompts.c.asked_at, prompts.c.number)
)
_CLOSING = (
    prompts.select()
    .where(
        prompts.c.closes_at > bindparam("since", type_=UtcDateTime()),
        prompts.c.closes_at <= bindparam("until", type_=UtcDateTime()),
    )
    .order_by(prompts.c.closes_at, prompts.c.id)
)
_ADD = prompts.insert()


class SqlPrompts:
    """See bot.ports.Prompts."""

    __slots__ = ("_connection", "seen")

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.seen: Seen[tuple[WorkspaceId, PromptId], Prompt] = Seen()

    def get(self, workspace: WorkspaceId, prompt: PromptId) -> Prompt | None:
        """See bot.ports.Prompts."""
        key = workspace, prompt
        if key not in self.seen:
            row = one(self._connection, _GET, {"workspace": workspace, "id": prompt})
            self.seen[key] = None if row is None else _prompt(row)
        return self.seen[key]

    def of(self, cohort: CohortId) -> tuple[Prompt, ...]:
        """See bot.ports.Prompts."""
        return tuple(_prompt(row) for row in several(self._connection, _OF, {"cohort": cohort}))

    def closing(self, since: datetime, until: datetime) -> tuple[Prompt, ...]:
        """See bot.ports.Prompts."""
        rows = several(self._connection, _CLOSING, {"since": since, "until": until})
        return tuple(_prompt(row) for row in rows)

    def add(self, prompt: Prompt) -> None:
        """See bot.ports.Prompts."""
        self.seen.clear()
        write(self._connection, _ADD, _row(prompt))


def _prompt(row: AnyRow) -> Prompt:
    return Prompt(
        id=row.id,
        workspace=row.workspace,
        cohort=row.cohort,
        channel=row.channel,
        question=row.question,
        day=row.day,
        number=row.number,
        asked_at=row.asked_at,
        closes_at=row.closes_at,
        post=row.post,
        missed=tuple(date.fromisoformat(day) for day in row.missed.split()),
    )


def _row(prompt: Prompt) -> Values:
    return {
        "id": prompt.id,
        "workspace": prompt.workspace,
        "cohort": prompt.cohort,
        "channel": prompt.channel,
        "question": prompt.question,
        "day": prompt.day,
        "number": prompt.number,
        "asked_at": prompt.asked_at,
        "closes_at": prompt.closes_at,
        "post": prompt.post,
        "missed": " ".join(day.isoformat() for day in prompt.missed),
    }
