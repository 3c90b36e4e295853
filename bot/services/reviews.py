"""Reviews: take in what reviewers and authors do about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain import cadence, guarantee, handing, reviews
from bot.domain.answers import Answer
from bot.domain.cohorts import Cohort
from bot.domain.guarantee import Case
from bot.domain.reviews import NUMBERS, Review, Sheet, Tap
from bot.errors import NotYours, TooLate
from bot.ids import AnswerId, ReviewId, UserId, WorkspaceId
from bot.inbound import ButtonPressed, FormSubmitted
from bot.messages import NOTHING, Reply
from bot.services import guarantees, requests, results
from bot.services.desk import Desk
from bot.voice import forms
from bot.voice import reviews as say
from content.schema import Question, Round


def tap(desk: Desk, workspace: WorkspaceId, review_id: ReviewId, user: UserId, report: Tap) -> None:
    """Take in a reaction on a review request; only its reviewer's counts, while a member."""
    review = desk.work.reviews.get(workspace, review_id)
    if review is None or review.reviewer != user or _is_over(desk, review):
        return
    member = desk.work.members.get(review.cohort, user)
    if member is None or (member.left and member.left_at and report.at >= member.left_at):
        return
    answer = answer_of(desk, review)
    cohort = desk.cohort(workspace, review.cohort)
    rubric = desk.guide(cohort).rubric(answer.question)
    _rated(desk, cohort, answer, review, reviews.tap(review, report, rubric))


def believe(desk: Desk, review: Review, latest: datetime, instead: datetime) -> Review:
    """Keep and return a review with nothing told after `latest`; see `bot.domain.reviews`."""
    if _is_over(desk, review):
        return review
    answer, cohort = answer_of(desk, review), desk.cohort(review.workspace, review.cohort)
    rubric = desk.guide(cohort).rubric(answer.question)
    after = reviews.believed(review, latest, instead, rubric)
    _rated(desk, cohort, answer, review, after)
    return after


def open_form(desk: Desk, event: ButtonPressed, review_id: ReviewId) -> Reply:
    """Open the review form."""
    review = _kept(desk, event, review_id)
    question, rubric = _question(desk, review)
    said = requests.judged_text(desk, answer_of(desk, review))
    return Reply(form=forms.review(review, said, question, rubric))


def take_form(desk: Desk, event: FormSubmitted, review_id: ReviewId) -> Reply:
    """Take in a review form."""
    review = _kept(desk, event, review_id)
    _, rubric = _question(desk, review)
    sheet, errors = _sheet(event.fields, rubric)
    if errors:
        return Reply(errors=errors)
    after = reviews.fill(review, sheet, event.at, rubric)
    cohort = desk.cohort(event.workspace, review.cohort)
    _rated(desk, cohort, answer_of(desk, review), review, after)
    given = reviews.rating(after, rubric)
    return Reply((say.thanks(given),)) if given else NOTHING


def mark_helpful(desk: Desk, event: ButtonPressed, review_id: ReviewId, *, helpful: bool) -> Reply:
    """Take in what the author thinks of one review."""
    review = desk.work.reviews.get(event.workspace, review_id)
    if review is None or review.author != event.by.id:
        raise NotYours
    desk.member(desk.cohort(event.workspace, review.cohort), event.by.id)
    desk.work.reviews.save(replace(review, helpful=helpful))
    return Reply((say.thanks_for_mark(helpful=helpful),))


def mark_all(desk: Desk, event: ButtonPressed, answer_id: AnswerId, *, helpful: bool) -> Reply:
    """Take in what the author thinks of all reviews of an answer."""
    answer = desk.work.answers.get(event.workspace, answer_id)
    if answer is None or answer.author != event.by.id:
        raise NotYours
    desk.member(desk.cohort(event.workspace, answer.cohort), event.by.id)
    for review in desk.work.reviews.of(answer.id):
        if review.status == "rated":
            desk.work.reviews.save(replace(review, helpful=helpful))
    return Reply((say.thanks_for_mark(helpful=helpful),))


def judge_oneself(
    desk: Desk, workspace: WorkspaceId, answer_id: AnswerId, user: UserId, report: Tap
) -> None:
    """Take in the author's own score."""
    answer = desk.work.answers.get(workspace, answer_id)
    if answer is None or answer.author != user or report.emoji not in NUMBERS:
        return
    score = NUMBERS[report.emoji]
    if report.on:
        _judged(desk, answer, score)
    elif answer.self_score == score:
        _judged(desk, answer, None)


def clear(
    desk: Desk, workspace: WorkspaceId, review_id: ReviewId, emoji: str | None, at: datetime
) -> None:
    """Take in that all taps on a review request are gone, or all with one emoji."""
    review = desk.work.reviews.get(workspace, review_id)
    if review is not None:
        report = Tap(emoji or reviews.CLEARED, on=False, at=at)
        tap(desk, workspace, review_id, review.reviewer, report)


def clear_self_score(
    desk: Desk, workspace: WorkspaceId, answer_id: AnswerId, emoji: str | None
) -> None:
    """Take in that the author's taps on the offer of a self-review are gone."""
    answer = desk.work.answers.get(workspace, answer_id)
    if answer is None or answer.self_score is None:
        return
    if emoji is None or NUMBERS.get(emoji) == answer.self_score:
        _judged(desk, answer, None)


def settle_self_score(desk: Desk, answer: Answer, emojis: frozenset[str]) -> None:
    """Bring the author's own score into line with the numbers that stand under the offer."""
    there = {NUMBERS[emoji] for emoji in emojis if emoji in NUMBERS}
    known = answer.self_score if answer.self_score in there else None
    score = known or max(there, default=None)
    if score != answer.self_score:
        _judged(desk, answer, score)


def excuse(desk: Desk, cohort: Cohort, user: UserId) -> None:
    """Give a member's open reviews to others."""
    for review in desk.work.reviews.open_for(cohort.workspace, user):
        if review.cohort == cohort.id:
            question = answer_of(desk, review).question
            requests.retire(desk, cohort, review, question, "enough")
            _pass_on(desk, cohort, review)


def unreachable(desk: Desk, workspace: WorkspaceId, review_id: ReviewId) -> None:
    """Give a review to somebody else, since its reviewer's direct messages are closed."""
    review = desk.work.reviews.get(workspace, review_id)
    if review is not None and review.status == "asked":
        _pass_on(desk, desk.cohort(workspace, review.cohort), review)


def withdraw_open(desk: Desk, cohort: Cohort, user: UserId) -> None:
    """Withdraw the answers of somebody who leaves, as far as their result is not in yet.

    Their messages count as deleted: after coming back they can answer afresh.  Where the clocks
    differ that may be before we think they left, so each counts as deleted as early as it can be.
    """
    for answer in desk.work.answers.of(cohort.id, author=user):
        if answer.status in ("collecting", "in_review"):
            gone = tuple(
                replace(part, deleted_at=part.deleted_at or max(part.said_at, part.revised_at))
                for part in answer.heard
            )
            withdraw(desk, cohort, replace(answer, heard=gone), answer)


def withdraw(desk: Desk, cohort: Cohort, answer: Answer, stored: Answer | None) -> None:
    """Take an answer back: its reviewers have nothing to do any more."""
    case = Case(answer, desk.work.reviews.of(answer.id))
    after, events = guarantee.withdraw(case)
    before = Case(stored, case.reviews) if stored else None
    guarantees.keep(desk, cohort, after, events, before)


def keep_ratings(desk: Desk, answer: Answer, before: Sequence[Review]) -> None:
    """Let ratings stand whose answer is about to be forgotten, as they were `before` that.

    They say what their reviewers are like, by which everybody else's answers are scored.  When the
    result was told is kept with them: by it they count for a week of their reviewer's.
    """
    told_at = answer.result_at or desk.now
    for review in before:
        if review.status == "rated":
            desk.work.reviews.save(replace(review, rated_at=told_at))


def _is_over(desk: Desk, review: Review) -> bool:
    """Tell whether an answer is not to be judged any more: taken back, or of somebody forgotten."""
    if review.status == "withdrawn":
        return True
    return desk.work.answers.get(review.workspace, review.answer) is None


def _pass_on(desk: Desk, cohort: Cohort, review: Review) -> None:
    desk.work.reviews.save(guarantee.excuse(review))
    at = cadence.considerate(cohort.plan, desk.now)
    desk.schedule(cohort.workspace, "answer", review.answer, at)


def _rated(desk: Desk, cohort: Cohort, answer: Answer, before: Review, after: Review) -> None:
    """Keep what a reviewer did, and everything that follows from it."""
    if after == before:
        return
    if answer.status == "done" and after.status == "asked":
        # The rating was taken back after the result: nobody waits for another one.
        after = replace(after, status="released")
    stored = Case(answer, desk.work.reviews.of(answer.id))
    judged = tuple(after if review.id == after.id else review for review in stored.reviews)
    answer = replace(answer, read=_read(cohort, answer, judged))
    guarantees.advance(desk, cohort, Case(answer, judged), stored)
    if answer.status == "done":
        results.correct(desk, cohort, Case(answer, judged))
    before_it = stored.answer.read
    if answer.read is None and before_it not in (None, requests.judged_text(desk, answer)):
        requests.show_again(desk, cohort, answer)
    given = _given(desk, answer, after)
    if given == _given(desk, answer, before) and (
        reviews.unfinished(after) == reviews.unfinished(before)
    ):
        return
    if given is None and answer.status == "done":
        requests.retire(desk, cohort, after, answer.question, "enough")
    else:
        requests.show_given(desk, cohort, answer, after)


def _given(desk: Desk, answer: Answer, review: Review) -> tuple[float, bool] | None:
    """Return what a request says of its review: the score, and whether it came by form."""
    rubric = desk.guide(desk.cohort(review.workspace, review.cohort)).rubric(answer.question)
    given = reviews.rating(review, rubric)
    return (given.score, given.sheet is not None) if given is not None else None


def _read(cohort: Cohort, answer: Answer, judged: Sequence[Review]) -> str | None:
    """Return the text that is judged: nothing fixes it while no rating stands."""
    if any(review.status == "rated" for review in judged):
        return answer.read or answer.text(cohort.rules.pause_between_parts)
    return None if answer.status == "in_review" else answer.read


def _judged(desk: Desk, answer: Answer, score: int | None) -> None:
    """Keep the author's own score, and everything that follows from it."""
    cohort = desk.cohort(answer.workspace, answer.cohort)
    stored = Case(answer, desk.work.reviews.of(answer.id))
    scored = Case(replace(answer, self_score=score), stored.reviews)
    guarantees.advance(desk, cohort, scored, stored)
    if answer.status == "done":
        results.correct(desk, cohort, scored)


def own(desk: Desk, event: ButtonPressed | FormSubmitted, review_id: ReviewId) -> Review:
    """Return a review asked of the person, still to be given, or refuse."""
    review = desk.work.reviews.get(event.workspace, review_id)
    if review is None or review.reviewer != event.by.id:
        raise NotYours
    if _is_over(desk, review):
        raise TooLate("The author took this answer back.")
    cohort = desk.cohort(event.workspace, review.cohort)
    desk.member(cohort, event.by.id)
    return review


def _kept(desk: Desk, event: ButtonPressed | FormSubmitted, review_id: ReviewId) -> Review:
    """Return a review of the person's that was not handed back, or refuse: words must not go."""
    review = own(desk, event, review_id)
    if review.status in handing.HANDED_BACK:
        raise TooLate("You have handed this answer back already.")
    return review


def answer_of(desk: Desk, review: Review) -> Answer:
    """Return the answer that a review is of."""
    answer = desk.work.answers.get(review.workspace, review.answer)
    assert answer is not None, "a review has an answer"
    return answer


def _question(desk: Desk, review: Review) -> tuple[Question, Round]:
    guide = desk.guide(desk.cohort(review.workspace, review.cohort))
    question = guide.question(answer_of(desk, review).question)
    return question, guide.rubric(question.key)


def _sheet(fields: dict[str, str], rubric: Round) -> tuple[Sheet, tuple[tuple[str, str], ...]]:
    """Read a form's fields; return what they say and what is wrong with them."""
    scores: dict[str, int] = {}
    errors: list[tuple[str, str]] = []
    for criterion in rubric.criteria:
        value = fields.get(criterion.key, "").strip()
        if value in {"1", "2", "3", "4", "5"}:
            scores[criterion.key] = int(value)
        else:
            errors.append((criterion.key, "Choose a number from 1 to 5."))
    known = {flag.key for flag in rubric.red_flags}
    flags = {flag.strip() for flag in fields.get("flags", "").split(",") if flag.strip()}
    if flags - known:
        errors.append(("flags", "Choose from the list."))
    return Sheet(scores, frozenset(flags), fields.get("comment", "").strip()), tuple(errors)
