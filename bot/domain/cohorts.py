"""A cohort: people who prepare together in one channel, by one guide.

    RUNNING --pause--> PAUSED --resume--> RUNNING ... --last question asked--> ENDED

When it speaks is its `Plan` (see `bot.domain.cadence`), how it reviews its `Rules`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Literal

from bot.ids import ChannelId, CohortId, UserId, WorkspaceId

Status = Literal["running", "paused", "ended"]

WEEKDAYS = frozenset({1, 2, 3, 4, 5})


@dataclass(frozen=True, slots=True)
class Plan:
    """When a cohort's posts are due, as wall-clock intents in one time zone.

    `start` is the first day of plan week 1; a plan week is seven days from there.
    `days` are ISO weekdays (Monday is 1) on which a question is posted, never empty.
    `skips` are local dates without posts.  `quiet_from`..`quiet_to` is the night, in which
    nobody is written to unasked; it may span midnight.
    """

    zone: str
    start: date
    weeks: int
    days: frozenset[int] = WEEKDAYS
    post_at: time = time(9, 0)
    board_at: time = time(17, 0)
    quiet_from: time = time(21, 0)
    quiet_to: time = time(8, 0)
    skips: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class Rules:
    """How a cohort reviews.

    `reviewers` (1 to 5) is how many reviews an answer gets; `hide_authors` whether reviewers
    are told whose answer they read; `grace` how late a missed post is still posted; `report`
    whether organisers are told how the messages arrived.
    """

    reviewers: int = 2
    hide_authors: bool = True
    grace: timedelta = timedelta(hours=6)
    lease: timedelta = timedelta(hours=24)
    remind_after: timedelta = timedelta(hours=8)
    pause_between_parts: timedelta = timedelta(minutes=10)
    settle: timedelta = timedelta(minutes=5)
    report: bool = True


@dataclass(frozen=True, slots=True)
class Cohort:
    """One cohort.

    `reckoned_at`: every occurrence up to this instant has been dealt with.
    `changed_at`: when it was last paused or resumed, so that an older report of it is ignored.
    """

    id: CohortId
    workspace: WorkspaceId
    channel: ChannelId
    guide: str
    organisers: frozenset[UserId]
    plan: Plan
    started_at: datetime
    reckoned_at: datetime
    changed_at: datetime
    rules: Rules = field(default_factory=Rules)
    status: Status = "running"
    ended_at: datetime | None = None

    def led_by(self, user: UserId) -> bool:
        """Tell whether `user` is one of the organisers."""
        return user in self.organisers

    def reckoned(self, now: datetime) -> Cohort:
        """Return the cohort with everything up to `now` dealt with."""
        return replace(self, reckoned_at=max(self.reckoned_at, now))

    def ended(self, now: datetime) -> Cohort:
        """Return the cohort at its end."""
        return replace(self, status="ended", ended_at=now)
