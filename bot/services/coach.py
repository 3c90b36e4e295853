"""The engine's front door: what people do, what is due, and what the platform shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from bot.domain.answers import Heard
from bot.domain.reviews import Tap
from bot.errors import CoachError
from bot.ids import (
    AnswerId,
    CohortId,
    PostKey,
    PracticeId,
    PromptId,
    ReviewId,
    UserId,
    WorkspaceId,
)
from bot.inbound import (
    ButtonPressed,
    CommandGiven,
    FormSubmitted,
    Inbound,
    MembershipChanged,
    MessageDeleted,
    MessageEdited,
    MessageSaid,
    Reacted,
    cleaned,
)
from bot.messages import NOTHING, Reply
from bot.ports.outgoing import Outgoing
from bot.ports.platforms import SeenMessage, SeenReaction, Watched
from bot.ports.storage import Due
from bot.ports.work import Work
from bot.services import (
    answers,
    asking,
    guarantees,
    members,
    people,
    posting,
    practices,
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

    def handle(self, work: Work, event: Inbound, now: datetime) -> Reply:
        """Take in what somebody did; the second arrival of the same changes nothing."""
        if event.by.is_bot or not work.inbox.first(event.workspace, event.key, now):
            return NOTHING
        try:
            return self._take(self._desk(work, now), cleaned(event))
        except CoachError as refusal:
            return Reply((replies.refused(refusal),))

    def decide(self, work: Work, due: Due, now: datetime) -> None:
        """Do what is due."""
        desk = self._desk(work, now)
        if due.kind == "answer":
            guarantees.decide(desk, due.workspace, AnswerId(due.subject))
        elif due.kind == "practice":
            practices.decide(desk, due.workspace, UserId(due.subject))
        else:
            cohort = work.cohorts.get(due.workspace, CohortId(due.subject))
            if cohort is None:
                work.agenda.clear(due.workspace, due.kind, due.subject)
            else:
                posting.decide(desk, cohort)

    def undelivered(self, work: Work, outgoing: Outgoing, reason: str, now: datetime) -> None:
        """Tell the organisers that something could not be delivered; ask another reviewer."""
        desk = self._desk(work, now)
        kind, _, key = outgoing.subject.partition(":")
        if kind == "review":
            reviews.unreachable(desk, outgoing.workspace, ReviewId(key))
        posting.undelivered(desk, outgoing, reason)

    def watched(self, work: Work, now: datetime) -> Watched:
        """Return what is to be re-read on the platform."""
        return settling.watched(self._desk(work, now))

    def settle_thread(
        self,
        work: Work,
        workspace: WorkspaceId,
        prompt: PromptId,
        seen: Sequence[SeenMessage],
        now: datetime,
    ) -> None:
        """Settle the answers to a prompt with what its thread shows."""
        settling.thread(self._desk(work, now), workspace, prompt, seen)

    def settle_reactions(
        self,
        work: Work,
        workspace: WorkspaceId,
        post: PostKey,
        seen: Sequence[SeenReaction],
        now: datetime,
    ) -> None:
        """Settle a review with the reactions its request shows."""
        settling.reactions(self._desk(work, now), workspace, post, seen)

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

    def _take(self, desk: Desk, event: Inbound) -> Reply:
        match event:
            case MessageSaid() | MessageEdited():
                return _hear(desk, event)
            case MessageDeleted():
                answers.delete(desk, event)
                practices.delete(desk, event)
                return NOTHING
            case Reacted():
                _tap(desk, event)
                return NOTHING
            case CommandGiven():
                return asking.answer(desk, event)
            case ButtonPressed():
                return _press(desk, event)
            case FormSubmitted():
                return _submit(desk, event)
            case MembershipChanged():
                return _come_or_go(desk, event)


def _hear(desk: Desk, event: MessageSaid | MessageEdited) -> Reply:
    if event.direct:
        return _hear_direct(desk, event)
    if event.thread is None:
        return NOTHING
    posted = desk.work.outbox.posted(event.workspace, event.channel, event.thread)
    kind, _, key = (posted.subject if posted else "").partition(":")
    prompt = desk.work.prompts.get(event.workspace, PromptId(key)) if kind == "prompt" else None
    if prompt is None:
        return NOTHING
    return answers.hear(desk, prompt, event.by, _heard(event))


def _heard(event: MessageSaid | MessageEdited) -> Heard:
    if isinstance(event, MessageSaid):
        return Heard(
            event.channel, event.message, event.text, event.at, event.at, files=event.files
        )
    # A change is newer than the message, even within one tick of the platform's clock.
    revised_at = max(event.at, event.said_at + timedelta.resolution)
    return Heard(event.channel, event.message, event.text, event.said_at, revised_at)


def _hear_direct(desk: Desk, event: MessageSaid | MessageEdited) -> Reply:
    """In private, a command is a command; anything else belongs to the practice under way."""
    current = desk.work.practices.open_of(event.workspace, event.by.id)
    # A change of an old message is never a word to obey.
    said = event.text.strip().strip(".!").casefold() if isinstance(event, MessageSaid) else ""
    if said in practices.STEERING:
        return practices.steer(desk, current, said)
    answered = current is not None and current.status == "answered"
    if isinstance(event, MessageSaid) and current and answered and said in practices.SCORES:
        return practices.press(desk, _pressed(event), "rate", current.id, said)
    if current is not None and not asking.is_command(event.text, desk.guides):
        practices.hear(desk, current, event)
        return NOTHING
    if isinstance(event, MessageEdited):
        return NOTHING
    command = CommandGiven(
        workspace=event.workspace, by=event.by, at=event.at, key=event.key,
        channel=None, text=event.text,
    )  # fmt: skip
    return asking.answer(desk, command)


def _pressed(event: MessageSaid) -> ButtonPressed:
    """Return a score that was typed as the button it stands for."""
    return ButtonPressed(
        workspace=event.workspace, by=event.by, at=event.at, key=event.key, channel=None, action=""
    )


def _tap(desk: Desk, event: Reacted) -> None:
    posted = desk.work.outbox.posted(event.workspace, event.channel, event.message)
    if posted is None:
        return
    kind, _, key = posted.subject.partition(":")
    who, report = event.by.id, Tap(event.emoji, event.added, event.at)
    if kind == "review":
        reviews.tap(desk, event.workspace, ReviewId(key), who, report)
    elif kind == "rate":
        practices.tap(desk, event.workspace, PracticeId(key), who, report)
    elif kind == "self":
        reviews.judge_oneself(desk, event.workspace, AnswerId(key), who, report)


def _press(desk: Desk, event: ButtonPressed) -> Reply:
    verb, _, rest = event.action.partition(":")
    key, _, value = rest.partition(":")
    match verb:
        case "join":
            cohort = desk.cohort(event.workspace, CohortId(key))
            return members.join(desk, cohort, event.by, event.at, None)
        case "answer":
            return answers.ask_in_private(desk, event, PromptId(key))
        case "review":
            return reviews.open_form(desk, event, ReviewId(key))
        case "helped":
            return reviews.mark_helpful(desk, event, ReviewId(key), helpful=True)
        case "helpful" | "unhelpful":
            return reviews.mark_all(desk, event, AnswerId(key), helpful=verb == "helpful")
        case "practise":
            return practices.start_on(desk, event, key, value)
        case "hint" | "another" | "stop" | "rate":
            return practices.press(desk, event, verb, key, value)
        case "forgetme":
            return people.forget(desk, event.workspace, event.by.id, sure=True)
    return NOTHING


def _submit(desk: Desk, event: FormSubmitted) -> Reply:
    verb, _, key = event.action.partition(":")
    match verb:
        case "setup":
            return asking.submit_setup(desk, event)
        case "answer":
            return answers.take_form(desk, event, PromptId(key))
        case "review":
            return reviews.take_form(desk, event, ReviewId(key))
    return NOTHING


def _come_or_go(desk: Desk, event: MembershipChanged) -> Reply:
    """Leaving the channel ends the membership; entering it starts none, `join` does."""
    if event.present:
        return NOTHING
    for cohort in desk.work.cohorts.of(event.workspace, event.by.id):
        if event.channel in (None, cohort.channel):
            members.leave(desk, cohort, event.by.id, event.at)
    return NOTHING
