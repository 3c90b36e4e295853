"""The engine's front door: what people do, what is due, and what the platform shows."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from bot.errors import CoachError
from bot.ids import (
    AnswerId,
    ChannelId,
    CohortId,
    MessageId,
    PostKey,
    PracticeId,
    PromptId,
    ReviewId,
    UserId,
    WorkspaceId,
)
from bot.inbound import Inbound, cleaned
from bot.messages import NOTHING, Reply
from bot.ports.outgoing import Outgoing
from bot.ports.platforms import SeenMessage, SeenReaction, Watched
from bot.ports.storage import Due
from bot.ports.work import Work
from bot.services import (
    cards,
    digests,
    guarantees,
    homes,
    intake,
    posting,
    reports,
    reviews,
    settling,
)
from bot.services.desk import Desk
from bot.voice import replies
from content.schema import Guide

KEYS_KEPT = timedelta(days=2)
"""How long delivery keys are remembered: Slack's last retry comes after about an hour."""


@dataclass(frozen=True, slots=True)
class Coach:
    """The coach: one for all cohorts.  Each method is to be run in one transaction."""

    guides: Mapping[str, Guide]
    new_id: Callable[[], str]
    rng: Random
    zone: str = "UTC"

    def home(
        self,
        work: Work,
        platform: str,
        user: UserId,
        channel: ChannelId,
        message: MessageId | None = None,
        without: Container[WorkspaceId] = (),
    ) -> WorkspaceId:
        """Return which workspace a direct message belongs to, where a platform does not say.

        `message` is a post of ours that it is about, if it is about one.  One of `without` is
        returned only for a post there.
        """
        return homes.of(work, platform, user, channel, message, without)

    def handle(self, work: Work, event: Inbound, now: datetime) -> Reply:
        """Take in what somebody did; the second arrival of the same changes nothing."""
        desk = self._desk(work, now)
        if event.by.is_bot or not intake.concerns(desk, event):
            return NOTHING
        if not work.inbox.first(event.workspace, event.key, now):
            return NOTHING
        try:
            return intake.take(desk, cleaned(event))
        except CoachError as refusal:
            return Reply((replies.refused(refusal),))

    def decide(self, work: Work, due: Due, now: datetime) -> None:
        """Do what is due."""
        desk = self._desk(work, now)
        if due.kind == "answer":
            guarantees.decide(desk, due.workspace, AnswerId(due.subject))
        elif due.kind == "count":
            posting.show_count(desk, due.workspace, PromptId(due.subject))
        elif due.kind == "practice":
            cards.decide(desk, due.workspace, UserId(due.subject))
        elif due.kind == "digest":
            digests.decide(desk, due.workspace, UserId(due.subject))
        elif due.kind == "report":
            reports.decide(desk, due.workspace, CohortId(due.subject))
        else:
            cohort = work.cohorts.get(due.workspace, CohortId(due.subject))
            if cohort is None:
                work.agenda.clear(due.workspace, due.kind, due.subject)
            else:
                posting.decide(desk, cohort)
                guarantees.rebalance(desk, cohort, cohort.reckoned_at)

    def undelivered(self, work: Work, outgoing: Outgoing, reason: str, now: datetime) -> None:
        """Tell the organisers that something could not be delivered; ask another reviewer."""
        desk = self._desk(work, now)
        kind, _, key = outgoing.subject.partition(":")
        if kind == "review":
            reviews.unreachable(desk, outgoing.workspace, ReviewId(key))
        posting.undelivered(desk, outgoing, reason)

    def cohorts(self, work: Work) -> tuple[tuple[WorkspaceId, CohortId], ...]:
        """Return the cohorts whose threads, reactions and people are to be settled."""
        return tuple((cohort.workspace, cohort.id) for cohort in work.cohorts.alive())

    def watched(
        self, work: Work, workspace: WorkspaceId, cohort: CohortId, now: datetime
    ) -> Watched:
        """Return what of a cohort is to be re-read on the platform."""
        known = work.cohorts.get(workspace, cohort)
        return settling.watched(self._desk(work, now), known) if known else Watched()

    def practising(self, work: Work, now: datetime) -> Watched:
        """Return what is to be re-read of everybody's solo practice."""
        return settling.practising(self._desk(work, now))

    def closing(self, work: Work, since: datetime, until: datetime) -> Watched:
        """Return what is to be re-read of questions that close in `since < at <= until`."""
        return settling.closing(self._desk(work, until), since, until)

    def found(self, work: Work, outgoing: Outgoing, now: datetime) -> Watched:
        """Return what is to be re-read of a post whose receipt came late."""
        return settling.found(self._desk(work, now), outgoing)

    def settle_practice(
        self,
        work: Work,
        workspace: WorkspaceId,
        practice: PracticeId,
        seen: Sequence[SeenMessage],
        now: datetime,
    ) -> None:
        """Settle an open practice with what was written in its direct message since."""
        settling.practice(self._desk(work, now), workspace, practice, seen)

    def settle_thread(
        self,
        work: Work,
        workspace: WorkspaceId,
        prompt: PromptId,
        seen: Sequence[SeenMessage],
        now: datetime,
    ) -> bool:
        """Settle the answers to a prompt with what its thread shows."""
        return settling.thread(self._desk(work, now), workspace, prompt, seen)

    def settle_reactions(
        self,
        work: Work,
        workspace: WorkspaceId,
        post: PostKey,
        seen: Sequence[SeenReaction],
        now: datetime,
    ) -> bool:
        """Settle a review with the reactions its request shows."""
        return settling.reactions(self._desk(work, now), workspace, post, seen)

    def settle_people(
        self,
        work: Work,
        workspace: WorkspaceId,
        cohort: CohortId,
        present: Sequence[UserId],
        now: datetime,
    ) -> None:
        """Settle a cohort's members with who is in its channel."""
        settling.people(self._desk(work, now), workspace, cohort, present)

    def tidy(self, work: Work, now: datetime) -> None:
        """Forget what no longer needs to be remembered."""
        work.inbox.forget(now - KEYS_KEPT)

    def _desk(self, work: Work, now: datetime) -> Desk:
        return Desk(work, now, self.guides, self.new_id, self.rng, self.zone)
