"""What reviewers and authors read: requests, reminders, results, and the form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final, Literal

from bot.domain.answers import Answer
from bot.domain.cohorts import Cohort
from bot.domain.reviews import NUMBERS, Rating, Review, unfinished
from bot.messages import (
    Block,
    Bullets,
    Heading,
    Message,
    Note,
    Quote,
    Text,
)
from bot.voice import handing, words
from bot.voice.words import asked, moment, note, paragraph, row, strong, text
from content.schema import Criterion, Question, Round

Ending = Literal["enough", "withdrawn", "returned", "passed", "given back"]
"""Why nobody waits for a review any more."""
_ENDINGS: Final[Mapping[Ending, str]] = {
    "enough": "you need not review this answer any more, thank you",
    "withdrawn": "the author took this answer back",
    "returned": "this answer was taken out of review",
    "passed": "you have passed it on, and I look for somebody else",
    "given back": "you have returned this answer",
}


def request(
    review: Review,
    said: str,
    question: Question,
    rubric: Round,
    cohort: Cohort,
    *,
    author: str | None,
    given: Rating | None = None,
) -> Message:
    """Ask for a review; `author` is a name, or `None` where it is hidden.

    Once the review is `given` the same message thanks for it, and still takes changes.
    """
    instead = review.stage > 0
    asking = "Could you step in with a review?" if instead else "Could you review an answer?"
    blocks: tuple[Block, ...] = (
        Heading(asking if given is None else "Done, thank you"),
        paragraph(
            words.name(author) if author else "A peer", " answers ", asked(question.prompt), ":"
        ),
        Quote(said),
        paragraph(
            strong("How good is it as a whole?"),
            " Tap 1️⃣ (weak) to 5️⃣ (excellent). Then tap what it clearly shows:",
        ),
        Bullets(tuple(words.criterion(criterion) for criterion in rubric.criteria)),
        until_when(review, cohort) if given is None else what_counts(given),
        handing.buttons(review, given, named=author is not None),
    )
    ask = "Please review an answer to" if given is None else "Done, thank you: your review of"
    return Message(
        "reassigned" if instead else "review_request",
        words.clip(f"{ask}: {question.prompt}", 300),
        blocks,
        taps=(*NUMBERS, *(criterion.emoji for criterion in rubric.criteria)),
        question=question.key,
        member=review.reviewer,
    )


def reminder(review: Review, question: Question, cohort: Cohort, waiting: int) -> Message:
    """Remind of all `waiting` reviews at once, naming the one that is due first."""
    what = text("An answer to ", asked(question.prompt), " still waits for your review. ")
    tap = "One tap on the request above"
    if waiting > 1:
        what = text(
            f"{waiting} answers still wait for your review, the first one to ",
            asked(question.prompt),
            "; ",
        )
        tap = "one tap on each request above"
    return Message(
        "reminder",
        f"{words.count(waiting, 'review')} still waiting for you",
        (
            paragraph(
                *what,
                f"{tap} is enough. After ",
                moment(review.due_at, cohort),
                " I look for somebody else.",
            ),
            row(("Use the form", f"review:{review.id}")),
        ),
        question=question.key,
        member=review.reviewer,
    )


def released(question: Question, review: Review, why: Ending) -> Message:
    """Replace a request nobody waits for any more."""
    return Message(
        "notice",
        "Nothing to do here any more",
        (
            paragraph(
                f"Nothing to do here any more: {_ENDINGS[why]}. (", asked(question.prompt), ")"
            ),
        ),
        question=question.key,
        member=review.reviewer,
    )


def self_review(
    answer: Answer, have: int, wanted: int, question: Question, rubric: Round
) -> Message:
    """Offer the author the rubric, since peers did not bring enough reviews."""
    return Message(
        "notice",
        "Would you judge your own answer?",
        (
            Heading("Would you judge your own answer?"),
            paragraph(
                "Your answer to ",
                asked(question.prompt),
                f" has {have} of {words.count(wanted, 'review')}, and there is nobody left to "
                "ask. Read it again as an interviewer would, point by point, from 1 to 5:",
            ),
            Bullets(tuple(_levels(criterion) for criterion in rubric.criteria), style="number"),
            paragraph(
                "Then tap 1️⃣ to 5️⃣ for the whole. Your result follows then, or in a day without."
            ),
        ),
        taps=tuple(NUMBERS),
        question=question.key,
        member=answer.author,
    )


def kept(question: Question) -> Message:
    """Tell the author that an edit came after the first review."""
    return words.remark(
        "Your edit is kept; reviewers judge the version they have read",
        paragraph(
            "Your edit is kept, but it comes after the first review of your answer to ",
            asked(question.prompt),
            ". Reviewers judge the version before it.",
        ),
    )


def thanks(given: Rating) -> Message:
    """Confirm a form."""
    return words.remark(
        f"Thank you. Your review counts, with {words.score(given.score)} of 5. "
        "Sending the form again replaces it."
    )


def thanks_for_mark(*, helpful: bool) -> Message:
    """Confirm what an author said of a review."""
    if helpful:
        return words.remark("Noted: that helped. It counts for whoever reviewed you.")
    return words.remark("Noted, thank you. Nobody but me will know.")


def organiser(question: Question, have: int, wanted: int) -> Message:
    """Tell an organiser that an answer does not get its reviews."""
    return words.remark(
        "An answer in your cohort waits for reviews",
        paragraph(
            "An answer to ",
            asked(question.prompt),
            f" has {have} of {words.count(wanted, 'review')}, and I have asked everybody I can. "
            "A word in the channel may help, or more members. Otherwise its author gets a guided "
            "self-review.",
        ),
        note("There may be more such answers; I write at most once a day."),
    )


def standing_of(
    answer: Answer, have: int, wanted: int, by: datetime | None, cohort: Cohort
) -> Text:
    """Say where an answer is on its way through review, to its author.

    `by` is when all its reviews are promised.
    """
    promise = text("; ", f"{words.count(wanted, 'review')} by ", moment(by, cohort)) if by else ()
    if answer.status == "collecting":
        return text(
            "you can still add to it; reviewers get it ten minutes after your last message "
            "(at night: in the morning)",
            *promise,
        )
    if answer.status == "done":
        return text("reviewed; I have sent you the result in private")
    if answer.status == "withdrawn":
        return text("withdrawn")
    if answer.stage == 0:
        return text(f"{have} of {words.count(wanted, 'review')} in", *promise)
    steps = {1: "somebody else was asked", 2: "more members were asked", 3: "mentors were asked"}
    step = steps.get(answer.stage, "you can review it yourself meanwhile")
    return text(f"{have} of {words.count(wanted, 'review')} in; {step}", *promise)


def until_when(review: Review, cohort: Cohort) -> Note:
    """Tell a reviewer how long a review is waited for, and that they stay unknown."""
    if unfinished(review):
        return note(
            "One tap is missing: how good is it as a whole, 1️⃣ to 5️⃣? Without it your review "
            "does not count. The author does not learn who you are."
        )
    if review.status == "lapsed":
        return note(
            "The time for this review is over, but it still counts. The author does not learn who "
            "you are. Taking a tap off undoes it."
        )
    return note(
        "Please review by ",
        moment(review.due_at, cohort),
        ". The author does not learn who you are. Taking a tap off undoes it.",
    )


def what_counts(given: Rating) -> Note:
    """Tell a reviewer that their review counts, and how it can be changed."""
    change = "You can still add or change taps; taking them off undoes them."
    if given.sheet is not None:
        change = "It came by form: only sending the form again changes it, taps do not."
    return note(
        f"Your review counts, with {words.score(given.score)} of 5. {change} "
        "The author does not learn who you are."
    )


def _levels(criterion: Criterion) -> Text:
    levels = " ".join(f"{level} – {said}" for level, said in sorted(criterion.levels.items()))
    return text(f"{criterion.emoji} ", strong(criterion.name), f": {levels}")
