"""Cohorts, members, prompts, answers and reviews, in memory: each question is one look at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime

from bot.domain.answers import Answer
from bot.domain.cohorts import Cohort
from bot.domain.members import Member
from bot.domain.prompts import Prompt
from bot.domain.reviews import Review
from bot.ids import (
    AnswerId,
    ChannelId,
    CohortId,
    MessageId,
    PromptId,
    ReviewId,
    UserId,
    WorkspaceId,
)
from bot.ports.storage import Asked, Load, Pairing
from tests.fake_tables import Message, Tables, refuse_if

_FIRST, _LAST = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)


class FakeCohorts:
    """See bot.ports.Cohorts."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def get(self, workspace: WorkspaceId, cohort: CohortId) -> Cohort | None:
        return next((each for each in self._all(workspace) if each.id == cohort), None)

    def at(self, workspace: WorkspaceId, channel: ChannelId) -> Cohort | None:
        here = [each for each in self._all(workspace) if each.channel == channel]
        return max(here, key=lambda each: each.ended_at or _LAST, default=None)

    def of(self, workspace: WorkspaceId, user: UserId) -> tuple[Cohort, ...]:
        joined = {
            member.cohort
            for member in self._tables.members.values()
            if member.user == user and member.workspace == workspace and not member.left
        }
        return _newest_first(each for each in self._all(workspace) if each.id in joined)

    def led(self, workspace: WorkspaceId, user: UserId) -> tuple[Cohort, ...]:
        return _newest_first(each for each in self._all(workspace) if each.led_by(user))

    def homes(self, platform: str, user: UserId) -> tuple[WorkspaceId, ...]:
        led = _newest_first(c for c in self._tables.cohorts.values() if c.led_by(user))
        here = (each.workspace for each in led if each.workspace.startswith(f"{platform}:"))
        return tuple(dict.fromkeys(here))

    def alive(self) -> tuple[Cohort, ...]:
        alive = [each for each in self._tables.cohorts.values() if each.status != "ended"]
        return tuple(sorted(alive, key=lambda each: each.id))

    def save(self, cohort: Cohort) -> None:
        for other in self._all(cohort.workspace):
            if other.channel == cohort.channel and other.id != cohort.id:
                refuse_if(other.status != "ended" and cohort.status != "ended")
        self._tables.cohorts[cohort.id] = cohort

    def _all(self, workspace: WorkspaceId) -> list[Cohort]:
        return [each for each in self._tables.cohorts.values() if each.workspace == workspace]


class FakeMembers:
    """See bot.ports.Members."""

    def __init__(self, tables: Tables) -> None:
        self._members = tables.members

    def get(self, cohort: CohortId, user: UserId) -> Member | None:
        return self._members.get((cohort, user))

    def of(self, cohort: CohortId) -> tuple[Member, ...]:
        found = [member for member in self._members.values() if member.cohort == cohort]
        return tuple(sorted(found, key=lambda member: (member.joined_at, member.user)))

    def homes(self, platform: str, user: UserId) -> tuple[WorkspaceId, ...]:
        theirs = [each for each in self._members.values() if each.user == user]
        here = [each for each in theirs if each.workspace.startswith(f"{platform}:")]
        here.sort(key=lambda each: each.workspace)
        here.sort(key=lambda each: each.joined_at, reverse=True)
        here.sort(key=lambda each: each.left)
        return tuple(dict.fromkeys(each.workspace for each in here))

    def by(self, workspace: WorkspaceId, user: UserId) -> tuple[Member, ...]:
        them = (workspace, user)
        found = [each for each in self._members.values() if (each.workspace, each.user) == them]
        return tuple(sorted(found, key=lambda member: (member.joined_at, member.cohort)))

    def save(self, member: Member) -> None:
        self._members[member.cohort, member.user] = member

    def rename(self, workspace: WorkspaceId, user: UserId, name: str) -> None:
        for key, member in self._members.items():
            if (member.workspace, member.user) == (workspace, user):
                self._members[key] = replace(member, name=name)


class FakePrompts:
    """See bot.ports.Prompts."""

    def __init__(self, tables: Tables) -> None:
        self._prompts = tables.prompts

    def get(self, workspace: WorkspaceId, prompt: PromptId) -> Prompt | None:
        found = self._prompts.get(prompt)
        return found if found and found.workspace == workspace else None

    def of(self, cohort: CohortId) -> tuple[Prompt, ...]:
        found = [prompt for prompt in self._prompts.values() if prompt.cohort == cohort]
        return tuple(sorted(found, key=lambda prompt: (prompt.asked_at, prompt.number)))

    def closing(self, since: datetime, until: datetime) -> tuple[Prompt, ...]:
        found = [p for p in self._prompts.values() if since < p.closes_at <= until]
        return tuple(sorted(found, key=lambda prompt: (prompt.closes_at, prompt.id)))

    def add(self, prompt: Prompt) -> None:
        refuse_if(prompt.id in self._prompts)
        for other in self.of(prompt.cohort):
            refuse_if(prompt.day == other.day or prompt.question == other.question)
        self._prompts[prompt.id] = prompt


class FakeAnswers:
    """See bot.ports.Answers."""

    def __init__(self, tables: Tables) -> None:
        self._answers = tables.answers
        self._buried = tables.buried

    def get(self, workspace: WorkspaceId, answer: AnswerId) -> Answer | None:
        found = self._answers.get(answer)
        return found if found and found.workspace == workspace else None

    def by(self, prompt: PromptId, author: UserId, take: int = 1) -> Answer | None:
        this = (author, take)
        return next((each for each in self.to(prompt) if (each.author, each.take) == this), None)

    def with_message(
        self, workspace: WorkspaceId, channel: ChannelId, message: MessageId
    ) -> Answer | None:
        this = (workspace, channel, message)
        return next((each for each in self._answers.values() if this in _messages(each)), None)

    def bury(
        self, workspace: WorkspaceId, channel: ChannelId, message: MessageId, at: datetime
    ) -> None:
        this = (workspace, channel, message)
        self._buried[this] = min(self._buried.get(this, at), at)

    def buried(
        self, workspace: WorkspaceId, channel: ChannelId, message: MessageId
    ) -> datetime | None:
        return self._buried.get((workspace, channel, message))

    def count(self, prompt: PromptId) -> int:
        return sum(each.status != "withdrawn" and each.take == 1 for each in self.to(prompt))

    def to(self, prompt: PromptId) -> tuple[Answer, ...]:
        found = [each for each in self._answers.values() if each.prompt == prompt]
        return tuple(sorted(found, key=lambda each: (each.author, each.take)))

    def of(
        self, cohort: CohortId, since: datetime | None = None, author: UserId | None = None
    ) -> tuple[Answer, ...]:
        found = [each for each in self._answers.values() if each.cohort == cohort]
        found = [each for each in found if author is None or each.author == author]
        found = [each for each in found if since is None or _said_at(each) >= since]
        return tuple(sorted(found, key=lambda each: (_said_at(each), each.id)))

    def save(self, answer: Answer) -> None:
        for other in self._answers.values():
            if other.id != answer.id:
                refuse_if(_take(other) == _take(answer))
                refuse_if(bool(_messages(other) & _messages(answer)))
        self._answers[answer.id] = answer


class FakeReviews:
    """See bot.ports.Reviews."""

    def __init__(self, tables: Tables) -> None:
        self._reviews = tables.reviews

    def get(self, workspace: WorkspaceId, review: ReviewId) -> Review | None:
        found = self._reviews.get(review)
        return found if found and found.workspace == workspace else None

    def of(self, answer: AnswerId) -> tuple[Review, ...]:
        return self._where(lambda each: each.answer == answer)

    def open_for(self, workspace: WorkspaceId, user: UserId) -> tuple[Review, ...]:
        asked = self._where(lambda each: each.reviewer == user and each.status == "asked")
        return tuple(each for each in asked if each.workspace == workspace)

    def by(self, cohort: CohortId, reviewer: UserId) -> tuple[Review, ...]:
        return self._where(lambda each: (each.cohort, each.reviewer) == (cohort, reviewer))

    def rated_in(
        self, cohort: CohortId, since: datetime | None = None, until: datetime | None = None
    ) -> tuple[Review, ...]:
        first, last = since or _FIRST, until or _LAST
        rated = [
            (each.rated_at, each.id, each)
            for each in self._where(lambda each: each.cohort == cohort)
            if each.rated_at is not None and first <= each.rated_at < last
        ]
        return tuple(each for _, _, each in sorted(rated, key=lambda found: found[:2]))

    def loads(self, cohort: CohortId, since: datetime) -> tuple[Load, ...]:
        found = self._where(lambda each: each.cohort == cohort)
        loads = []
        for user in sorted({each.reviewer for each in found}):
            theirs = [each for each in found if each.reviewer == user]
            recent = Counter(each.status for each in theirs if each.asked_at >= since)
            del recent["passed"]
            open_ = sum(each.status == "asked" for each in theirs)
            loads.append(Load(user, open_, recent.total(), recent["lapsed"], recent["rated"]))
        return tuple(loads)

    def pairings(self, cohort: CohortId, author: UserId) -> tuple[Pairing, ...]:
        found = self._where(lambda each: (each.cohort, each.author) == (cohort, author))
        asked: dict[UserId, list[datetime]] = {}
        for each in found:
            asked.setdefault(each.reviewer, []).append(each.asked_at)
        return tuple(Pairing(user, len(at), max(at)) for user, at in sorted(asked.items()))

    def asked_since(self, cohort: CohortId, since: datetime) -> tuple[Asked, ...]:
        found = self._where(lambda each: each.cohort == cohort and each.asked_at >= since)
        return tuple(Asked(each.reviewer, each.author, each.status, each.because) for each in found)

    def save(self, review: Review) -> None:
        for other in self.of(review.answer):
            refuse_if(other.id != review.id and other.reviewer == review.reviewer)
        self._reviews[review.id] = review

    def _where(self, fits: Callable[[Review], bool]) -> tuple[Review, ...]:
        found = [each for each in self._reviews.values() if fits(each)]
        return tuple(sorted(found, key=lambda each: (each.asked_at, each.id)))


def _newest_first(cohorts: Iterable[Cohort]) -> tuple[Cohort, ...]:
    return tuple(sorted(cohorts, key=lambda each: (each.started_at, each.id), reverse=True))


def _messages(answer: Answer) -> set[Message]:
    return {(answer.workspace, part.channel, part.message) for part in answer.heard}


def _take(answer: Answer) -> tuple[PromptId, UserId, int]:
    return answer.prompt, answer.author, answer.take


def _said_at(answer: Answer) -> datetime:
    return min((part.said_at for part in answer.heard), default=_FIRST)
