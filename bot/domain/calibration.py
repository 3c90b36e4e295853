"""Calibration: how a member rates a model answer whose reference scores the guide gives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.ids import CohortId, UserId, WorkspaceId


@dataclass(frozen=True, slots=True)
class Calibration:
    """One member's rating of one model answer: scores 1 to 5 by criterion key.

    `model` names the answer within the guide.
    """

    cohort: CohortId
    workspace: WorkspaceId
    user: UserId
    model: str
    scores: dict[str, int]
    at: datetime
