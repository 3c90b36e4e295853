"""Small builders of domain values: give what matters to a test, the rest is filled in.

Every value lives in one workspace, cohort and week unless told otherwise.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot.domain.answers import Answer, Heard
from bot.domain.cohorts import Cohort, Plan
from bot.domain.members import Member
from bot.domain.practice import Card, Practice
from bot.domain.prompts import Prompt
from bot.domain.reviews import Review
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
from bot.messages import InChannel, Message, Note, Said
from bot.ports.outgoing import Outgoing, Post

WORKSPACE = WorkspaceId("console:here")
ELSEWHERE = WorkspaceId("console:elsewhere")
CHANNEL = ChannelId("prep")
COHORT = CohortId("cohort-1")
PROMPT = PromptId("prompt-1")
ANSWER = AnswerId("answer-1")
ANA, BO, CY = UserId("U-ana"), UserId("U-bo"), UserId("U-cy")

NOW = datetime(2026, 12, 7, 17, 0, tzinfo=UTC)
TODAY = date(2026, 12, 7)


def after(**span: float) -> datetime:
    """Return a moment so long after `NOW`: `after(hours=2)`."""
    return NOW + timedelta(**span)


def a_plan(**given: Any) -> Plan:
    return Plan(**{"zone": "America/Los_Angeles", "start": TODAY, "weeks": 7, **given})


def a_cohort(cohort: str = COHORT, **given: Any) -> Cohort:
    return Cohort(
        **{
            "id": CohortId(cohort),
            "workspace": WORKSPACE,
            "channel": CHANNEL,
            "guide": "coursera-senior-em",
            "organisers": frozenset({BO}),
            "plan": a_plan(),
            "started_at": NOW,
            "reckoned_at": NOW,
            "changed_at": NOW,
            **given,
        }
    )


def a_member(user: str = ANA, **given: Any) -> Member:
    return Member(
        **{
            "cohort": COHORT,
            "workspace": WORKSPACE,
            "user": UserId(user),
            "name": user.removeprefix("U-").title(),
            "joined_at": NOW,
            **given,
        }
    )


def a_prompt(prompt: str = PROMPT, **given: Any) -> Prompt:
    return Prompt(
        **{
            "id": PromptId(prompt),
            "workspace": WORKSPACE,
            "cohort": COHORT,
            "channel": CHANNEL,
            "question": f"question of {prompt}",
            "day": TODAY,
            "number": 1,
            "asked_at": NOW,
            "closes_at": after(hours=24),
            "post": PostKey(f"post of {prompt}"),
            **given,
        }
    )


def a_message(message: str = "m1", text: str = "An answer.", **given: Any) -> Heard:
    return Heard(
        **{
            "channel": CHANNEL,
            "message": MessageId(message),
            "text": text,
            "said_at": NOW,
            "revised_at": NOW,
            **given,
        }
    )


def an_answer(answer: str = ANSWER, **given: Any) -> Answer:
    return Answer(
        **{
            "id": AnswerId(answer),
            "workspace": WORKSPACE,
            "cohort": COHORT,
            "prompt": PROMPT,
            "question": "question of prompt-1",
            "author": ANA,
            **given,
        }
    )


def a_review(review: str = "review-1", **given: Any) -> Review:
    return Review(
        **{
            "id": ReviewId(review),
            "workspace": WORKSPACE,
            "cohort": COHORT,
            "answer": ANSWER,
            "author": ANA,
            "reviewer": BO,
            "asked_at": NOW,
            "due_at": after(hours=24),
            "post": PostKey(f"post of {review}"),
            **given,
        }
    )


def a_practice(practice: str = "practice-1", **given: Any) -> Practice:
    return Practice(
        **{
            "id": PracticeId(practice),
            "workspace": WORKSPACE,
            "user": ANA,
            "guide": "coursera-senior-em",
            "question": "tell-me-about-yourself",
            "asked_at": NOW,
            "post": PostKey(f"post of {practice}"),
            **given,
        }
    )


def a_card(question: str = "tell-me-about-yourself", **given: Any) -> Card:
    return Card(
        **{
            "workspace": WORKSPACE,
            "user": ANA,
            "guide": "coursera-senior-em",
            "question": question,
            "due_at": NOW,
            **given,
        }
    )


def words(text: str = "Hello.", **given: Any) -> Message:
    """Return a message that says `text`."""
    return Message(
        **{"topic": "notice", "summary": "A notice.", "blocks": (Note((Said(text),)),), **given}
    )


def a_post(key: str = "post-1", **given: Any) -> Outgoing:
    return Outgoing(
        **{
            "key": PostKey(key),
            "workspace": WORKSPACE,
            "place": InChannel(CHANNEL),
            "act": Post(words(key)),
            "at": NOW,
            **given,
        }
    )
