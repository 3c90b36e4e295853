"""Very many people, put down in a database as if they had been here for a while."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from benchmarks.burst import GUIDE, cohort
from bot.domain.answers import Answer, Heard
from bot.domain.cohorts import Cohort, Plan
from bot.domain.members import Member
from bot.domain.prompts import Prompt
from bot.domain.reviews import Review, Tap
from bot.ids import AnswerId, ChannelId, MessageId, PostKey, PromptId, ReviewId, UserId
from bot.ports.storage import Due
from bot.ports.work import Work

BEGUN = datetime(2026, 12, 7, 8, tzinfo=UTC)
FAR = BEGUN + timedelta(days=3650)
REVIEWERS = 2
DAYS = 5
"""On which the large cohort has been asked, and everybody has answered."""


def crowd(work: Work, cohorts: int, members: int) -> None:
    """Put down so many cohorts, and so many members in all, of a server the coach has left."""
    plan = Plan("UTC", BEGUN.date(), GUIDE.weeks)
    for number in range(cohorts):
        each = cohort("discord:1", f"C{number}", plan, BEGUN)
        work.cohorts.save(each)
        work.agenda.set(Due(each.workspace, "cohort", each.id, FAR))
        for member in range(members // cohorts):
            work.members.save(_member(each, f"U{number}-{member}"))


def club(work: Work, members: int) -> Cohort:
    """Put down one cohort in which everybody has answered, and reviewed the next two."""
    plan = Plan("UTC", BEGUN.date(), GUIDE.weeks, frozenset(range(1, 8)))
    club = cohort("slack:T1", "C1", plan, BEGUN)
    work.cohorts.save(club)
    for number in range(members):
        work.members.save(_member(club, f"U{number}"))
    for day, question in zip(range(DAYS), GUIDE.planned(), strict=False):
        prompt = prompt_of(club, day, question.key)
        work.prompts.add(prompt)
        for author in range(members):
            _answered(work, prompt, author, members)
    return club


def _member(cohort: Cohort, user: str) -> Member:
    return Member(cohort.id, cohort.workspace, UserId(user), f"Member {user}", BEGUN)


def prompt_of(cohort: Cohort, day: int, question: str) -> Prompt:
    at = BEGUN.replace(hour=9) + timedelta(days=day)
    return Prompt(
        PromptId(f"p{day} {cohort.id}"),
        cohort.workspace,
        cohort.id,
        cohort.channel,
        question,
        at.date(),
        day + 1,
        at,
        at + timedelta(days=1),
        PostKey(f"post{day} {cohort.id}"),
    )


def _answered(work: Work, prompt: Prompt, author: int, members: int) -> None:
    at = prompt.asked_at + timedelta(minutes=30)
    said = Heard(
        ChannelId(prompt.channel), MessageId(f"{prompt.id}-{author}"), "What I did was …", at, at
    )
    answer = Answer(
        AnswerId(f"a-{prompt.id}-{author}"),
        prompt.workspace,
        prompt.cohort,
        prompt.id,
        prompt.question,
        UserId(f"U{author}"),
        (said,),
        "done",
        allocated_at=at,
        result_at=at + timedelta(hours=2),
    )
    work.answers.save(answer)
    for ahead in range(1, REVIEWERS + 1):
        work.reviews.save(_review(answer, (author + ahead) % members, at))


def _review(answer: Answer, reviewer: int, at: datetime) -> Review:
    rated = at + timedelta(hours=1)
    score = "5️⃣" if reviewer % 3 else "3️⃣"
    return Review(
        ReviewId(f"r-{answer.id}-{reviewer}"),
        answer.workspace,
        answer.cohort,
        answer.id,
        answer.author,
        UserId(f"U{reviewer}"),
        at,
        at + timedelta(days=1),
        PostKey(f"post-{answer.id}-{reviewer}"),
        status="rated",
        taps=(Tap(score, True, rated),),
        rated_at=rated,
    )
