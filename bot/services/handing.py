"""Handing reviews back, asking for one, and asking why: what reviewers do besides reviewing.

Rule: whatever a reviewer hands back, nobody learns who it was, and the author waits no longer.
"""

from __future__ import annotations

from datetime import timedelta

from bot.domain import guarantee, handing, matching
from bot.domain.answers import Answer
from bot.domain.cohorts import Cohort
from bot.domain.guarantee import Case
from bot.domain.reviews import Review
from bot.errors import NotYours, TooLate
from bot.ids import ReviewId, UserId
from bot.inbound import ButtonPressed, FormSubmitted
from bot.messages import Reply
from bot.services import allocation, guarantees, requests, reviews
from bot.services.desk import Desk
from bot.voice import handing as say
from bot.voice.reviews import Ending
from content.schema import Question

_ENDED = {
    "rated": "You have given this review already.",
    "passed": "You have passed this review on already.",
    "returned": "You have returned this answer already.",
}


def why(desk: Desk, event: ButtonPressed, review_id: ReviewId) -> Reply:
    """Say why somebody was asked for a review."""
    review = reviews.own(desk, event, review_id)
    return Reply((say.why(review, _question(desk, review)),))


def pass_on(desk: Desk, event: ButtonPressed, key: str) -> Reply:
    """Give a review to somebody else, since its reviewer cannot or should not give it."""
    review_id, _, because = key.partition(":")
    if because not in handing.PASSES:
        raise NotYours
    review = _open(desk, event, ReviewId(review_id))
    _hand_back(desk, handing.pass_on(review, because), "passed")
    return Reply((say.passed("busy" if because == "busy" else "conflict"),))


def ask_why(desk: Desk, event: ButtonPressed, review_id: ReviewId) -> Reply:
    """Open the form that asks why an answer is returned."""
    review = _open(desk, event, review_id)
    return Reply(form=say.giving_back(review, _question(desk, review)))


def give_back(desk: Desk, event: FormSubmitted, review_id: ReviewId) -> Reply:
    """Return an answer that cannot be reviewed; the third who does takes it out of review."""
    review = _open(desk, event, review_id)
    fault = event.fields.get("because", "").strip()
    if fault not in handing.FAULTS:
        return Reply(errors=(("because", "Choose one of these."),))
    withdrawn = _hand_back(desk, handing.give_back(review, fault), "given back")
    return Reply((say.given_back(withdrawn=withdrawn),))


def pull(desk: Desk, cohort: Cohort, user: UserId) -> Reply:
    """Give somebody who asks for it the answer that waits with the fewest reviews."""
    desk.member(cohort, user)
    open_ = [r for r in desk.work.reviews.open_for(cohort.workspace, user) if r.cohort == cohort.id]
    if len(open_) >= matching.FULL:
        return Reply((say.enough_open(len(open_)),))
    # Else whoever likes could look through all answers for a friend's, or a rival's.
    choosy = allocation.handed_back_today(desk, cohort, user)
    case = _waiting(desk, cohort, user, only_own=choosy)
    if case is None and choosy:
        raise TooLate("You have handed an answer back today; tomorrow I have others for you.")
    if case is None:
        return Reply((say.nothing_waits(),))
    guarantees.volunteer(desk, cohort, case, user)
    return Reply((say.pulled(desk.guide(cohort).question(case.answer.question)),))


def _hand_back(desk: Desk, review: Review, why: Ending) -> bool:
    """Keep that a review was handed back, and ask somebody else; tell if that ended the answer."""
    answer = reviews.answer_of(desk, review)
    cohort = desk.cohort(review.workspace, review.cohort)
    stored = Case(answer, desk.work.reviews.of(answer.id))
    handed = tuple(review if each.id == review.id else each for each in stored.reviews)
    requests.retire(desk, cohort, review, answer.question, why)
    if not handing.condemned(handed):
        guarantees.advance(desk, cohort, Case(answer, handed), stored)
        return False
    after, events = guarantee.withdraw(Case(answer, handed))
    guarantees.keep(desk, cohort, after, events, stored)
    _tell(desk, cohort, answer, handing.faults(handed))
    return True


def _tell(desk: Desk, cohort: Cohort, answer: Answer, faults: tuple[str, ...]) -> None:
    """Tell author and organisers that an answer was taken out of review, and why."""
    question = desk.guide(cohort).question(answer.question)
    if desk.is_member(cohort, answer.author):
        message = say.returned(question, faults, private=answer.private)
        desk.tell(cohort, answer.author, message, subject=f"returned:{answer.id}")
    desk.tell_organisers(cohort, say.organiser(question, faults))


def _waiting(desk: Desk, cohort: Cohort, user: UserId, *, only_own: bool) -> Case | None:
    """Return the answer that waits with the fewest reviews and that somebody may review.

    With `only_own` it is one that they have put off: who said "not now" may have time again.
    """
    each = cohort.rules.reviewers
    since = desk.now - timedelta(days=allocation.RECENT_DAYS)
    few = matching.is_few(allocation.pool(desk, cohort, user), each)
    mine = frozenset() if few else allocation.reviewers_today(desk, cohort, user)
    found: list[tuple[int, int, Case]] = []
    for place, answer in enumerate(desk.work.answers.of(cohort.id, since)):
        if answer.status != "in_review" or answer.take > 1 or answer.author in mine | {user}:
            continue
        case = Case(answer, desk.work.reviews.of(answer.id))
        rated = sum(review.status == "rated" for review in case.reviews)
        at_it = rated + sum(review.status == "asked" for review in case.reviews)
        new = user not in guarantee.asked_before(case) and not only_own
        if rated < each >= at_it and (new or _put_off(case, user)):
            found.append((at_it, place, case))
    return min(found, key=lambda one: one[:2])[2] if found else None


def _put_off(case: Case, user: UserId) -> bool:
    """Tell whether somebody said "not now" to an answer."""
    theirs = [review for review in case.reviews if review.reviewer == user]
    return any(each.status == "passed" and each.because == "busy" for each in theirs)


def _open(desk: Desk, event: ButtonPressed | FormSubmitted, review_id: ReviewId) -> Review:
    """Return a review that its reviewer still owes, or refuse."""
    review = reviews.own(desk, event, review_id)
    if review.status != "asked":
        raise TooLate(_ENDED.get(review.status, "Somebody else was asked for this review already."))
    return review


def _question(desk: Desk, review: Review) -> Question:
    answer = reviews.answer_of(desk, review)
    return desk.guide(desk.cohort(review.workspace, review.cohort)).question(answer.question)
