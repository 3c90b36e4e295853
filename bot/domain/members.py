"""A member of a cohort: present, away for a while, or gone.

Joining, leaving and being away carry the time they happened, and an older one never
undoes a newer one: events that arrive twice or in the wrong order leave the same state.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

from bot.ids import CohortId, UserId, WorkspaceId

CLOCKS_APART = timedelta(minutes=10)
"""Ours and the platform's clock differ by less than this; each tells some of what happens."""


@dataclass(frozen=True, slots=True)
class Member:
    """One person in one cohort.

    `back_on` is the first day they are here again; before it they are away.
    `joined_at`/`left_at` are the latest of each; `away_set_at` is when `back_on` was set;
    `past` are earlier absences, as (first day, day back), so that a streak can leave them out.
    `track` is the key of a location track, or `None`.  `zone` is the member's own (IANA), `None`
    the cohort's.  A `mentor` reviews where nobody else is left to ask.  Whoever is `anonymous`
    stands on the leaderboard under another name.  Until `muted_until` nothing is sent unasked.
    """

    cohort: CohortId
    workspace: WorkspaceId
    user: UserId
    name: str
    joined_at: datetime
    left_at: datetime | None = None
    back_on: date | None = None
    away_from: date | None = None
    away_set_at: datetime | None = None
    past: tuple[tuple[date, date], ...] = ()
    on_board: bool = True
    track: str | None = None
    zone: str | None = None
    mentor: bool = False
    anonymous: bool = False
    muted_until: date | None = None

    @property
    def left(self) -> bool:
        """Whether the member has left and not come back."""
        return self.left_at is not None and self.left_at >= self.joined_at

    @property
    def shown(self) -> Literal["in", "anonymous", "out"]:
        """How the member stands on the leaderboard: by name, by another name, or not at all."""
        if not self.on_board:
            return "out"
        return "anonymous" if self.anonymous else "in"

    def away(self, day: date) -> bool:
        """Tell whether the member is, was or will be away on `day`, a date of the cohort's."""
        return any(first <= day < back for first, back in self._absences())

    def present(self, day: date) -> bool:
        """Tell whether the member can be asked for something on `day`."""
        return not self.left and not self.away(day)

    def muted(self, day: date) -> bool:
        """Tell whether nothing unasked is to be sent on `day`, a date of the member's own."""
        return self.muted_until is not None and day < self.muted_until

    def joined(self, at: datetime, name: str) -> Member:
        """Return the member after joining at `at`."""
        return replace(self, joined_at=at, name=name) if at >= self.joined_at else self

    def back(self, at: datetime) -> Member:
        """Return the member with a leaving that another clock told put before a new joining.

        Whoever can join is there: if both are told for nearly the same time, joining came last.
        """
        if self.left_at is None or not self.joined_at < at <= self.left_at < at + CLOCKS_APART:
            return self
        return replace(self, left_at=at - timedelta.resolution)

    def believed(self, now: datetime) -> Member:
        """Return the member with no moment yet to come, which a clock far ahead has told."""
        told = max(self.joined_at, self.left_at or self.joined_at)
        if told < now + CLOCKS_APART:
            return self
        latest = now - CLOCKS_APART
        joined_at = min(self.joined_at, latest)
        if self.left_at is None:
            return replace(self, joined_at=joined_at)
        left_at = min(self.left_at, latest if self.left else joined_at - timedelta.resolution)
        return replace(self, joined_at=joined_at, left_at=left_at)

    def gone(self, at: datetime) -> Member:
        """Return the member after leaving at `at`."""
        return replace(self, left_at=max(self.left_at or at, at))

    def away_until(self, back_on: date, today: date, at: datetime) -> Member:
        """Return the member away from `today` and back on `back_on`; `today` means back now."""
        if self.away_set_at is not None and self.away_set_at > at:
            return self._was_away(today, back_on)
        past = tuple((first, min(back, today)) for first, back in self._absences() if first < today)
        return replace(self, back_on=back_on, away_from=today, away_set_at=at, past=past)

    def _was_away(self, today: date, back_on: date) -> Member:
        """Return the member with an absence that was told late; the next one told ended it."""
        later = [first for first, _ in self._absences() if first >= today]
        if today in later:
            return self
        earlier = [(first, min(back, today)) for first, back in self.past if first < today]
        told_since = [span for span in self.past if span[0] > today]
        late = (today, min([back_on, *later]))
        return replace(self, past=(*earlier, late, *told_since))

    def _absences(self) -> tuple[tuple[date, date], ...]:
        if self.back_on is None or self.away_from is None:
            return self.past
        return (*self.past, (self.away_from, self.back_on))
