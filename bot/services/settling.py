"""Settle with the platform: what it shows now is the truth about threads and reactions.

What members did while the coach was away counts as if it had been there.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain import guarantee
from bot.domain.answers import PRIVATE, Answer, Heard
from bot.domain.cohorts import Cohort
from bot.domain.members import CLOCKS_APART
from bot.domain.prompts import Prompt
from bot.domain.reviews import Review, Tap, taps_on
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
from bot.inbound import Author, clean
from bot.ports.outgoing import Outgoing, Receipt
from bot.ports.platforms import SeenMessage, SeenReaction, Watched
from bot.services import answers, guarantees, members, practices, reviews
from bot.services.desk import Desk

WATCHED_FOR = timedelta(days=7)
"""How long after a question its thread and the reviews of its answers are re-read."""
CLOCKS_DIFFER_BY = timedelta(minutes=1)
"""What was said so shortly before a reading is not missed yet: the platform's clock told when."""


def watched(desk: Desk, cohort: Cohort) -> Watched:
    """Return what of a cohort is to be re-read."""
    since = desk.now - WATCHED_FOR
    recent = [p for p in desk.work.prompts.of(cohort.id) if p.closes_at >= since]
    answers_ = desk.work.answers.of(cohort.id, since)
    return Watched(
        threads=_threads(desk, recent),
        posts=_rated_posts(desk, cohort, answers_),
        channels=((cohort.workspace, cohort.id, cohort.channel),),
    )


def practising(desk: Desk) -> Watched:
    """Return what is to be re-read of everybody's practice, with a cohort or without."""
    posts: list[tuple[WorkspaceId, PostKey, Receipt]] = []
    directs: list[tuple[WorkspaceId, PracticeId, Receipt]] = []
    for each in desk.work.practices.all_open():
        rate = desk.work.outbox.receipt(each.rate_post) if each.rate_post else None
        asked = desk.work.outbox.receipt(each.post)
        if each.rate_post is not None and rate is not None:
            posts.append((each.workspace, each.rate_post, rate))
        if asked is not None:
            directs.append((each.workspace, each.id, asked))
    return Watched(posts=tuple(posts), directs=tuple(directs))


def closing(desk: Desk, since: datetime, until: datetime) -> Watched:
    """Return what is to be re-read of the questions that have closed in a span."""
    threads: tuple[tuple[WorkspaceId, PromptId, Receipt], ...] = ()
    posts: tuple[tuple[WorkspaceId, PostKey, Receipt], ...] = ()
    for prompt in desk.work.prompts.closing(since, until):
        threads += _threads(desk, [prompt])
        cohort = desk.cohort(prompt.workspace, prompt.cohort)
        posts += _rated_posts(desk, cohort, desk.work.answers.to(prompt.id))
    return Watched(threads=threads, posts=posts)


def found(desk: Desk, outgoing: Outgoing) -> Watched:
    """Return what is to be re-read of a post whose receipt came late.

    What people did with it before we knew which post it is could not be understood.
    """
    workspace, receipt = outgoing.workspace, desk.work.outbox.receipt(outgoing.key)
    kind, _, key = outgoing.subject.partition(":")
    if receipt is None or outgoing.act.kind != "post":
        return Watched()
    if kind == "prompt":
        return Watched(threads=((workspace, PromptId(key), receipt),))
    if kind == "practice":
        return Watched(directs=((workspace, PracticeId(key), receipt),))
    if kind in ("review", "self", "rate"):
        return Watched(posts=((workspace, outgoing.key, receipt),))
    return Watched()


def practice(
    desk: Desk, workspace: WorkspaceId, practice_id: PracticeId, seen: Sequence[SeenMessage]
) -> None:
    """Settle an open practice with what its person wrote in our direct message since."""
    current = desk.work.practices.get(workspace, practice_id)
    if current is None or not current.open:
        return
    theirs = [each for each in seen if each.user == current.user and not each.is_bot]
    # An answer that changed after the reading began is newer than what was read.
    heard_at, now = current.heard_at, desk.now
    young = heard_at is not None and now - CLOCKS_DIFFER_BY < heard_at < now + CLOCKS_APART
    said = [(each.message, clean(each.text)) for each in theirs]
    practices.settle(desk, current, said, only_new=young)


def thread(
    desk: Desk, workspace: WorkspaceId, prompt_id: PromptId, seen: Sequence[SeenMessage]
) -> bool:
    """Settle the answers to a prompt with its thread; tell whether to look again in a minute."""
    prompt = desk.work.prompts.get(workspace, prompt_id)
    receipt = desk.work.outbox.receipt(prompt.post) if prompt else None
    if prompt is None or receipt is None:
        return False
    again = False
    for message in seen:
        if message.is_bot:
            continue
        heard = Heard(
            receipt.channel, message.message, clean(message.text), message.said_at,
            message.revised_at,
            files=message.files,
        )  # fmt: skip
        answers.settle(desk, prompt, Author(message.user, clean(message.name)), heard)
    there = {message.message for message in seen}
    for answer in desk.work.answers.to(prompt.id):
        for known in answer.heard:
            gone = known.message not in there and known.deleted_at is None
            # What was said after the reading began is not missing; it is only younger.
            missed = known.said_at <= desk.now - CLOCKS_DIFFER_BY
            again = again or (gone and not missed and known.channel != PRIVATE)
            if gone and missed and known.channel != PRIVATE:
                current = desk.work.answers.get(workspace, answer.id)
                assert current is not None, "it was just there"
                # Nobody told when; as early as it can have been, so that what its author wrote
                # after it is a new answer, and not too late a part of this one.
                answers.remove(desk, current, known.message, max(known.said_at, known.revised_at))
    return again


def reactions(
    desk: Desk, workspace: WorkspaceId, post: PostKey, seen: Sequence[SeenReaction]
) -> bool:
    """Settle a review, a self-review or a practice with the reactions on its request.

    Tell whether to look again in a minute.
    """
    receipt = desk.work.outbox.receipt(post)
    posted = receipt and desk.work.outbox.posted(workspace, receipt.channel, receipt.message)
    if not posted:
        return False
    kind, _, key = posted.subject.partition(":")
    if kind == "review":
        review = desk.work.reviews.get(workspace, ReviewId(key))
        if review is not None:
            return _settle_taps(desk, review, seen)
    elif kind == "self":
        answer = desk.work.answers.get(workspace, AnswerId(key))
        if answer is not None:
            theirs = frozenset(each.emoji for each in seen if each.user == answer.author)
            reviews.settle_self_score(desk, answer, theirs)
    elif kind == "rate":
        for each in seen:
            report = Tap(each.emoji, on=True, at=desk.now)
            practices.tap(desk, workspace, PracticeId(key), each.user, report)
    return False


def people(
    desk: Desk, workspace: WorkspaceId, cohort_id: CohortId, present: Sequence[UserId]
) -> None:
    """Settle a cohort's members with who is in its channel: who is not there has left."""
    cohort = desk.work.cohorts.get(workspace, cohort_id)
    if cohort is None:
        return
    for member in desk.work.members.of(cohort.id):
        # Who came after the reading began is not missing, by whosever clock.
        young = member.joined_at > desk.now - CLOCKS_APART
        if not member.left and not young and member.user not in present:
            members.leave(desk, cohort, member.user, desk.now)


def _threads(
    desk: Desk, prompts: Sequence[Prompt]
) -> tuple[tuple[WorkspaceId, PromptId, Receipt], ...]:
    receipts = ((prompt, desk.work.outbox.receipt(prompt.post)) for prompt in prompts)
    return tuple((prompt.workspace, prompt.id, at) for prompt, at in receipts if at is not None)


def _rated_posts(
    desk: Desk, cohort: Cohort, answers_: Sequence[Answer]
) -> tuple[tuple[WorkspaceId, PostKey, Receipt], ...]:
    keys = []
    for answer in answers_:
        reviews_ = desk.work.reviews.of(answer.id)
        keys += [review.post for review in reviews_ if review.status != "withdrawn"]
        if answer.stage >= guarantee.SELF_REVIEW and answer.status != "withdrawn":
            keys.append(guarantees.self_review_key(answer))
    return _arrived(desk, cohort, keys)


def _arrived(
    desk: Desk, cohort: Cohort, keys: Sequence[PostKey | None]
) -> tuple[tuple[WorkspaceId, PostKey, Receipt], ...]:
    receipts = ((key, desk.work.outbox.receipt(key)) for key in keys if key is not None)
    return tuple((cohort.workspace, key, at) for key, at in receipts if at is not None)


def _settle_taps(desk: Desk, review: Review, seen: Sequence[SeenReaction]) -> bool:
    # What is yet to come was told by a clock that was ahead; what the platform shows is true.
    latest, instead = desk.now + CLOCKS_APART, desk.now - CLOCKS_DIFFER_BY
    review = reviews.believe(desk, review, latest, instead)
    there = {reaction.emoji for reaction in seen if reaction.user == review.reviewer}
    # What was tapped after the reading began is not missing, by whosever clock.
    young = {each.emoji for each in taps_on(review) if each.at > desk.now - CLOCKS_DIFFER_BY}
    known = {tap.emoji for tap in taps_on(review)}
    # What was put on comes first: whoever moved a tap had rated all the time in between.
    changed = (there ^ known) - (young - there)
    for emoji in sorted(changed, key=lambda each: (each not in there, each)):
        report = Tap(emoji, on=emoji in there, at=desk.now)
        reviews.tap(desk, review.workspace, review.id, review.reviewer, report)
    return bool((known & young) - there)
