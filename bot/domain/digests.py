"""Digests: what was not sent at once, because enough was said to somebody on that day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.ids import CohortId, UserId, WorkspaceId
from bot.messages import Message


@dataclass(frozen=True, slots=True)
class Deferred:
    """A message to one person that waits for their next digest; `subject` as in the outbox.

    `id` is the key it would have been posted by; `at` is when it was said, or began to ride along.
    """

    id: str
    workspace: WorkspaceId
    user: UserId
    cohort: CohortId
    message: Message
    at: datetime
    subject: str = ""
