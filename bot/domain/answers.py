r"""An answer: what one member wrote to one prompt, in one or several messages.

    COLLECTING --nothing more for 10 minutes--> IN_REVIEW --enough reviews--> DONE
        \------------------ every message deleted ------------------> WITHDRAWN

Which messages count follows from the messages alone, never from the order in which they
reached us: each is remembered with when it was said, last changed and deleted, and the
newest report of each wins.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from bot.ids import AnswerId, ChannelId, CohortId, MessageId, PromptId, UserId, WorkspaceId

PRIVATE = ChannelId("")
"""The channel of answers that came by form."""

Status = Literal["collecting", "in_review", "done", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Heard:
    """What is known of one message in a prompt's thread.

    `marked` is true once our reaction, which shows that the message counted, is on its way.
    """

    channel: ChannelId
    message: MessageId
    text: str
    said_at: datetime
    revised_at: datetime
    deleted_at: datetime | None = None
    files: int = 0
    marked: bool = False

    def merge(self, other: Heard) -> Heard:
        """Return the newest of two reports of the same message; the order does not matter."""
        newest = max(self, other, key=lambda heard: (heard.revised_at, heard.text))
        deletions = [at for at in (self.deleted_at, other.deleted_at) if at is not None]
        return replace(
            newest,
            said_at=min(self.said_at, other.said_at),
            deleted_at=min(deletions, default=None),
            files=max(self.files, other.files),
            marked=self.marked or other.marked,
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """One member's answer to one prompt.

    `heard` are all messages of theirs in the thread, oldest first, also those that do not
    count.  `read` is the text the first reviewer judged: from then on an edit does not
    change what is reviewed.  `private` answers came by form and are not in the thread.
    `stage` is how far up the ladder of `bot.domain.guarantee` it is; `due_at` is when something
    is to be decided next.  `take` is 1, or 2 for a second take, whose `first` is the answer it
    improves on.
    """

    id: AnswerId
    workspace: WorkspaceId
    cohort: CohortId
    prompt: PromptId
    question: str
    author: UserId
    heard: tuple[Heard, ...] = ()
    status: Status = "collecting"
    private: bool = False
    late: bool = False
    read: str | None = None
    edited: bool = False
    stage: int = 0
    allocated_at: datetime | None = None
    result_at: datetime | None = None
    self_score: int | None = None
    due_at: datetime | None = None
    take: int = 1
    first: AnswerId | None = None

    def parts(self, pause: timedelta) -> tuple[Heard, ...]:
        """Return the messages that make up the answer, oldest first, without deleted ones."""
        return tuple(part for part in self.run(pause) if part.deleted_at is None)

    def run(self, pause: timedelta) -> tuple[Heard, ...]:
        """Return the messages that belong to the answer, deleted ones included.

        A private answer is what came by form; what its author says in the thread is talk.
        """
        heard = tuple(known for known in self.heard if (known.channel == PRIVATE) == self.private)
        return counted(heard, pause)

    def text(self, pause: timedelta) -> str:
        """Return the answer as one text, its parts divided by blank lines."""
        return "\n\n".join(_text(part) for part in self.parts(pause))


def counted(heard: Sequence[Heard], pause: timedelta) -> tuple[Heard, ...]:
    """Return the messages that belong to the answer, deleted ones included.

    Messages not more than `pause` apart form a run.  The answer is the first run; only a
    run that began after every message of it had been deleted takes its place, and so on.
    """
    chosen: tuple[Heard, ...] = ()
    for run in _runs(heard, pause):
        if _gone_before(chosen, run[0].said_at):
            chosen = run
    return chosen


def hear(answer: Answer, report: Heard) -> Answer:
    """Take in one report of a message; the same report again changes nothing."""
    known = {heard.message: heard for heard in answer.heard}
    before = known.get(report.message)
    known[report.message] = before.merge(report) if before else report
    ordered = sorted(known.values(), key=lambda heard: (heard.said_at, heard.message))
    return replace(answer, heard=tuple(ordered))


def _runs(heard: Sequence[Heard], pause: timedelta) -> Iterator[tuple[Heard, ...]]:
    run: list[Heard] = []
    for message in heard:
        if run and message.said_at - run[-1].said_at > pause:
            yield tuple(run)
            run = []
        run.append(message)
    if run:
        yield tuple(run)


def _gone_before(run: Sequence[Heard], at: datetime) -> bool:
    return all(part.deleted_at is not None and part.deleted_at <= at for part in run)


def _text(part: Heard) -> str:
    if not part.files:
        return part.text
    number = "a file" if part.files == 1 else f"{part.files} files"
    files = f"with {number}, to be seen in the question's thread"
    return f"{part.text}\n({files})" if part.text else f"({files})"
