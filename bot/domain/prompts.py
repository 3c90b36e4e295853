"""A prompt: one question of the guide, as posted to a cohort on a date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from bot.ids import ChannelId, CohortId, PostKey, PromptId, WorkspaceId


@dataclass(frozen=True, slots=True)
class Prompt:
    """One posted question.

    `number` counts from 1 within the cohort; an answer begun after `closes_at` is late.
    `post` is the key of the message it was posted as; `missed` are the days without a question
    before it, because the coach was not running.
    """

    id: PromptId
    workspace: WorkspaceId
    cohort: CohortId
    channel: ChannelId
    question: str
    day: date
    number: int
    asked_at: datetime
    closes_at: datetime
    post: PostKey
    missed: tuple[date, ...] = ()
