"""Everything the store in memory holds: plain dictionaries of values that never change."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import date, datetime

from bot.domain.answers import Answer
from bot.domain.calibration import Calibration
from bot.domain.cohorts import Cohort
from bot.domain.digests import Deferred
from bot.domain.members import Member
from bot.domain.practice import Card, Practice
from bot.domain.prompts import Prompt
from bot.domain.reviews import Review
from bot.errors import Conflict
from bot.ids import (
    AnswerId,
    ChannelId,
    CohortId,
    DeliveryKey,
    MessageId,
    PracticeId,
    PromptId,
    ReviewId,
    UserId,
    WorkspaceId,
)
from bot.ports.storage import Due
from tests.fake_outbox import Rows

Message = tuple[WorkspaceId, ChannelId, MessageId]


@dataclass(slots=True)
class Tables:
    """Everything stored."""

    inbox: dict[tuple[WorkspaceId, DeliveryKey], datetime] = field(default_factory=dict)
    cohorts: dict[CohortId, Cohort] = field(default_factory=dict)
    members: dict[tuple[CohortId, UserId], Member] = field(default_factory=dict)
    prompts: dict[PromptId, Prompt] = field(default_factory=dict)
    answers: dict[AnswerId, Answer] = field(default_factory=dict)
    buried: dict[Message, datetime] = field(default_factory=dict)
    reviews: dict[ReviewId, Review] = field(default_factory=dict)
    practices: dict[PracticeId, Practice] = field(default_factory=dict)
    calibrations: dict[tuple[CohortId, UserId, str], Calibration] = field(default_factory=dict)
    deferred: dict[str, Deferred] = field(default_factory=dict)
    cards: dict[tuple[WorkspaceId, UserId, str, str], Card] = field(default_factory=dict)
    ledger: dict[tuple[CohortId, str, date], tuple[str, datetime]] = field(default_factory=dict)
    agenda: dict[tuple[WorkspaceId, str, str], Due] = field(default_factory=dict)
    outbox: Rows = field(default_factory=Rows)

    def copy(self) -> Tables:
        """Return a copy; the values in it never change, so they need no copying."""
        return Tables(**{each.name: getattr(self, each.name).copy() for each in fields(self)})


def refuse_if(conflict: bool) -> None:
    """Raise `Conflict` where a database's unique key would."""
    if conflict:
        raise Conflict
