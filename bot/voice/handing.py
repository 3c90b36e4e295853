"""What is said when a review is handed back, asked for, or asked about: why just this one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from bot.domain.reviews import Rating, Review
from bot.messages import Buttons, Field, Form, Message
from bot.voice import words
from bot.voice.words import asked, note, paragraph, row, text
from content.schema import Question

Pass = Literal["busy", "conflict"]

_FAULTS: Final = {
    "blank": "There is nothing in it to review",
    "off-topic": "It does not answer this question",
    "confidential": "It holds something confidential",
}
_TO_AUTHOR: Final = {
    "blank": "there was nothing in it that could be reviewed",
    "off-topic": "it does not answer this question",
    "confidential": "something in it may be confidential",
}
_WHY: Final = {
    "only": "nobody else could be asked",
    "least": "nobody in the cohort was asked for less lately",
    "new": "you have never been asked to review this author",
    "seldom": "nobody was asked to review this author less often than you",
    "turn": "it was your turn",
    "mentor": "you are a mentor, and nobody else was left to ask",
    "pull": "you asked me for a review to give",
}


def buttons(review: Review, given: Rating | None, *, named: bool) -> Buttons:
    """Return what can be done with a request; `named` where it says who wrote the answer."""
    if given is not None:
        return row(("Change it", f"review:{review.id}"))
    knows = "I am too close to it" if named else "I know who wrote this"
    return row(
        ("Use the form", f"review:{review.id}"),
        ("Not now", f"pass:{review.id}:busy"),
        (knows, f"pass:{review.id}:conflict"),
        ("Return it", f"return:{review.id}"),
        ("Why me?", f"why:{review.id}"),
    )


def why(review: Review, question: Question) -> Message:
    """Say why somebody was asked for a review; who wrote the answer is not told by it."""
    instead = review.stage > 0 and review.reason not in ("pull", "mentor")
    return words.remark(
        "Why you were asked",
        paragraph(
            "Why you, for an answer to ", asked(question.prompt), f": {_reasons(review.reason)}."
        ),
        *([paragraph("Somebody else was asked first, and could not.")] if instead else []),
        note("Everybody is asked about as often, and pairs change; nobody chooses whom they read."),
    )


def reason(codes: str) -> str:
    """Return in a sentence why somebody was asked for a review (`bot.domain.matching.why`)."""
    said = _reasons(codes)
    return f"{said[:1].upper()}{said[1:]}."


def passed(because: Pass) -> Message:
    """Confirm that a review went to somebody else."""
    if because == "busy":
        return words.remark(
            "Fine, I pass it on. You get no more requests today if others are there, and it counts "
            "neither for nor against you. Tomorrow it is your turn again."
        )
    return words.remark(
        "Thank you for saying so. I pass it on to somebody else. Nobody learns why, or that it was "
        "you."
    )


def giving_back(review: Review, question: Question) -> Form:
    """Ask what is wrong with an answer that its reviewer returns."""
    return Form(
        "Return an answer",
        f"return:{review.id}",
        (
            Field(
                "because", "Why can it not be reviewed?", options=tuple(_FAULTS.items()),
                hint="A weak answer is no reason: tap 1 for it. Nobody learns that it was you.",
            ),
        ),
        text("An answer to ", asked(question.prompt)),
    )  # fmt: skip


def given_back(*, withdrawn: bool) -> Message:
    """Confirm that an answer was returned."""
    if withdrawn:
        return words.remark(
            "Thank you. Two others have returned it as well, so it is out of review. Its author is "
            "told why, and nobody's name."
        )
    return words.remark("Thank you. I ask somebody else to look at it. Nobody learns it was you.")


def returned(question: Question, faults: Sequence[str], *, private: bool) -> Message:
    """Tell an author that their answer is out of review, why, and what they can do."""
    found = words.listing([_TO_AUTHOR[fault] for fault in faults if fault in _TO_AUTHOR])
    again = (
        "press the same button again and send it anew"
        if private
        else "edit it in the question's thread, or add to it there"
    )
    return words.remark(
        "Your answer came back without reviews",
        paragraph(
            "Three peers returned your answer to ", asked(question.prompt),
            f": {found or 'it could not be reviewed'}. So I have taken it out of review. It is no "
            "judgement of you, and it costs nothing to try again."
        ),
        paragraph(f"To give it again, {again}; it then goes to reviewers as a new one."),
    )  # fmt: skip


def organiser(question: Question, faults: Sequence[str]) -> Message:
    """Tell an organiser that an answer was returned by three reviewers."""
    found = words.listing([_TO_AUTHOR[fault] for fault in faults if fault in _TO_AUTHOR])
    secret = " If so, please have it taken down." if "confidential" in faults else ""
    return words.remark(
        "Three reviewers returned an answer",
        paragraph(
            "Three reviewers returned an answer to ", asked(question.prompt),
            f": {found or 'it could not be reviewed'}. I have taken it out of review and told its "
            f"author, who can give it again.{secret}"
        ),
    )  # fmt: skip


def pulled(question: Question) -> Message:
    """Say that a request is on its way to somebody who asked for one."""
    return words.remark(
        "Here is one for you",
        paragraph(
            "Thank you! I am sending you an answer to ", asked(question.prompt),
            " in private. It is the one that waits with the fewest reviews."
        ),
    )  # fmt: skip


def nothing_waits() -> Message:
    """Say that there is no answer to review for somebody who asked for one."""
    return words.remark(
        "Nothing waits that you could review now: all answers are with somebody, or done, or you "
        "have seen them. Thank you for asking; try again later, or say `practice`."
    )


def enough_open(number: int) -> Message:
    """Say that somebody has enough to review already."""
    return words.remark(
        f"You have {number} reviews open already, in private above: please give one of these "
        "first. `today` lists them."
    )


def _reasons(codes: str) -> str:
    known = [_WHY[code] for code in codes.split() if code in _WHY]
    return words.listing(known or [_WHY["turn"]])
