"""Answers, each with everything heard for it in one column.

The messages of an answer are only ever read together, so they are JSON beside it; the table
`heard` says which answer a message belongs to and is written only for messages that are new.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from adapters.database.codec import Codec
from adapters.database.columns import UtcDateTime
from adapters.database.seen import Seen
from adapters.database.statements import AnyRow, Saving, Values, one, several, write, write_all
from adapters.database.tables import answers, buried, heard
from bot.domain.answers import Answer, Heard
from bot.ids import AnswerId, ChannelId, CohortId, MessageId, PromptId, UserId, WorkspaceId

HEARD = Codec[tuple[Heard, ...]](tuple[Heard, ...])

_IN_WORKSPACE = answers.c.workspace == bindparam("workspace")
# An answer of which nothing was heard has no time: it comes first, on every database.
_OLDEST_FIRST = (answers.c.first_said_at.is_not(None), answers.c.first_said_at, answers.c.id)

_GET = answers.select().where(_IN_WORKSPACE, answers.c.id == bindparam("id"))
_BY = answers.select().where(
    answers.c.prompt == bindparam("prompt"),
    answers.c.author == bindparam("author"),
    answers.c.take == bindparam("take"),
)
_TO = (
    answers.select()
    .where(answers.c.prompt == bindparam("prompt"))
    .order_by(answers.c.author, answers.c.take)
)
_COUNT = (
    select(func.count().label("rows"))
    .select_from(answers)
    .where(
        answers.c.prompt == bindparam("prompt"),
        answers.c.status != "withdrawn",
        answers.c.take == 1,
    )
)
_OF = answers.select().where(answers.c.cohort == bindparam("cohort")).order_by(*_OLDEST_FIRST)
_OF_SINCE = _OF.where(answers.c.first_said_at >= bindparam("since", type_=UtcDateTime()))
_FROM_AUTHOR = answers.c.author == bindparam("author")
_OF_AUTHOR = _OF.where(_FROM_AUTHOR)
_OF_AUTHOR_SINCE = _OF_SINCE.where(_FROM_AUTHOR)
_SAVE = Saving(answers)

_WITH_MESSAGE = (
    answers.select()
    .join(heard, heard.c.answer == answers.c.id)
    .where(
        heard.c.workspace == bindparam("workspace"),
        heard.c.channel == bindparam("channel"),
        heard.c.message == bindparam("message"),
    )
)
_LISTEN = heard.insert()
_DROP_ALL = heard.delete().where(heard.c.answer == bindparam("answer"))

_THIS_MESSAGE = (
    buried.c.workspace == bindparam("in_workspace"),
    buried.c.channel == bindparam("in_channel"),
    buried.c.message == bindparam("this_message"),
)
_BURIED = select(buried.c.deleted_at).where(*_THIS_MESSAGE)
_BURY = buried.insert()
_BURY_EARLIER = (
    buried.update()
    .where(*_THIS_MESSAGE, buried.c.deleted_at > bindparam("earlier", type_=UtcDateTime()))
    .values(deleted_at=bindparam("earlier", type_=UtcDateTime()))
)

_Messages = frozenset[tuple[ChannelId, MessageId]]


class SqlAnswers:
    """See bot.ports.Answers."""

    __slots__ = ("_connection", "_listed", "seen")

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        # What the table `heard` is known to list, for the answers this transaction has seen.
        self._listed: dict[AnswerId, _Messages] = {}
        self.seen: Seen[tuple[WorkspaceId, AnswerId], Answer] = Seen()

    def get(self, workspace: WorkspaceId, answer: AnswerId) -> Answer | None:
        """See bot.ports.Answers."""
        key = workspace, answer
        if key not in self.seen:
            self.seen[key] = self._one(_GET, {"workspace": workspace, "id": answer})
        return self.seen[key]

    def by(self, prompt: PromptId, author: UserId, take: int = 1) -> Answer | None:
        """See bot.ports.Answers."""
        return self._one(_BY, {"prompt": prompt, "author": author, "take": take})

    def with_message(
        self, workspace: WorkspaceId, channel: ChannelId, message: MessageId
    ) -> Answer | None:
        """See bot.ports.Answers."""
        values = {"workspace": workspace, "channel": channel, "message": message}
        return self._one(_WITH_MESSAGE, values)

    def bury(
        self, workspace: WorkspaceId, channel: ChannelId, message: MessageId, at: datetime
    ) -> None:
        """See bot.ports.Answers."""
        if self.buried(workspace, channel, message) is None:
            row = {"workspace": workspace, "channel": channel, "message": message}
            write(self._connection, _BURY, {**row, "deleted_at": at})
        else:
            this = _this(workspace, channel, message)
            write(self._connection, _BURY_EARLIER, {**this, "earlier": at})

    def buried(
        self, workspace: WorkspaceId, channel: ChannelId, message: MessageId
    ) -> datetime | None:
        """See bot.ports.Answers."""
        row = one(self._connection, _BURIED, _this(workspace, channel, message))
        return None if row is None else row.deleted_at

    def to(self, prompt: PromptId) -> tuple[Answer, ...]:
        """See bot.ports.Answers."""
        return self._all(_TO, {"prompt": prompt})

    def count(self, prompt: PromptId) -> int:
        """See bot.ports.Answers."""
        row = one(self._connection, _COUNT, {"prompt": prompt})
        return 0 if row is None else row[0]

    def of(
        self, cohort: CohortId, since: datetime | None = None, author: UserId | None = None
    ) -> tuple[Answer, ...]:
        """See bot.ports.Answers."""
        if since is None:
            statement = _OF if author is None else _OF_AUTHOR
        else:
            statement = _OF_SINCE if author is None else _OF_AUTHOR_SINCE
        given = {"cohort": cohort, "since": since, "author": author}
        return self._all(statement, {k: v for k, v in given.items() if v is not None})

    def save(self, answer: Answer) -> None:
        """See bot.ports.Answers."""
        self.seen.clear()
        row, listed = _row(answer), self._listed.get(answer.id)
        # What this transaction has not read is most likely new.
        if listed is not None or not _SAVE.new(self._connection, row):
            _SAVE(self._connection, row)
            if listed is None:
                write(self._connection, _DROP_ALL, {"answer": answer.id})
        self._list(answer, listed or frozenset())

    def _list(self, answer: Answer, listed: _Messages) -> None:
        """Bring the table `heard` into line with the answer."""
        messages = _messages(answer)
        if not listed <= messages:
            write(self._connection, _DROP_ALL, {"answer": answer.id})
            listed = frozenset()
        fresh = [
            {
                "workspace": answer.workspace,
                "channel": channel,
                "message": message,
                "answer": answer.id,
            }
            for channel, message in sorted(messages - listed)
        ]
        write_all(self._connection, _LISTEN, fresh)
        self._listed[answer.id] = messages

    def _one(self, statement: Any, values: Values) -> Answer | None:
        row = one(self._connection, statement, values)
        return None if row is None else self._answer(row)

    def _all(self, statement: Any, values: Values) -> tuple[Answer, ...]:
        return tuple(self._answer(row) for row in several(self._connection, statement, values))

    def _answer(self, row: AnyRow) -> Answer:
        answer = _answer(row)
        self._listed[answer.id] = _messages(answer)
        return answer


def _messages(answer: Answer) -> _Messages:
    return frozenset((part.channel, part.message) for part in answer.heard)


def _this(workspace: WorkspaceId, channel: ChannelId, message: MessageId) -> Values:
    return {"in_workspace": workspace, "in_channel": channel, "this_message": message}


def _answer(row: AnyRow) -> Answer:
    return Answer(
        id=row.id,
        workspace=row.workspace,
        cohort=row.cohort,
        prompt=row.prompt,
        question=row.question,
        author=row.author,
        heard=HEARD.read(row.heard),
        status=row.status,
        private=row.private,
        late=row.late,
        read=row.read,
        edited=row.edited,
        stage=row.stage,
        allocated_at=row.allocated_at,
        result_at=row.result_at,
        self_score=row.self_score,
        due_at=row.due_at,
        take=row.take,
        first=row.first,
    )


def _row(answer: Answer) -> Values:
    return {
        "id": answer.id,
        "workspace": answer.workspace,
        "cohort": answer.cohort,
        "prompt": answer.prompt,
        "question": answer.question,
        "author": answer.author,
        "heard": HEARD.write(answer.heard),
        "first_said_at": min((part.said_at for part in answer.heard), default=None),
        "status": answer.status,
        "private": answer.private,
        "late": answer.late,
        "read": answer.read,
        "edited": answer.edited,
        "stage": answer.stage,
        "allocated_at": answer.allocated_at,
        "result_at": answer.result_at,
        "self_score": answer.self_score,
        "due_at": answer.due_at,
        "take": answer.take,
        "first": answer.first,
    }
