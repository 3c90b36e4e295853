"""What reviewers and authors read: requests, reminders, results, and the form."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.answers import Answer
from bot.domain.cohorts import Cohort
from bot.domain.reviews import NUMBERS, Rating, Result, Review
from bot.ids import ReviewId
from bot.messages import BUTTONS_PER_ROW, Block, Bullets, Field, Form, Heading, Message, Quote, Text
from bot.voice import words
from bot.voice.words import asked, moment, note, paragraph, row, strong, text
from content.schema import Criterion, Question, Round

SCORES = tuple((str(number), str(number)) for number in range(1, 6))


def request(
    review: Review, said: str, question: Question, rubric: Round, cohort: Cohort, author: str | None
) -> Message:
    """Ask for a review; `author` is a name, or `None` where it is hidden."""
    instead = review.stage > 0
    blocks: tuple[Block, ...] = (
        Heading("Could you step in with a review?" if instead else "Could you review an answer?"),
        paragraph(
            words.name(author) if author else "A peer", " answers ", asked(question.prompt), ":"
        ),
        Quote(said),
        paragraph(
            strong("How good is it as a whole?"),
            " Tap 1️⃣ (weak) to 5️⃣ (excellent). Then tap what it clearly shows:",
        ),
        Bullets(tuple(_criterion(criterion) for criterion in rubric.criteria)),
        note(
            "Please review by ",
            moment(review.due_at, cohort),
            ". The author does not learn who you are. Taking a tap off undoes it.",
        ),
        row(("Use the form", f"review:{review.id}")),
    )
    return Message(
        "reassigned" if instead else "review_request",
        words.clip(f"Please review an answer to: {question.prompt}", 300),
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
            ". ",
        )
        tap = "One tap on each request above"
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


def released(question: Question, review: Review, *, withdrawn: bool) -> Message:
    """Replace a request nobody waits for any more."""
    why = (
        "the author took this answer back"
        if withdrawn
        else "this answer no longer needs your review, thank you"
    )
    return Message(
        "notice",
        "Nothing to do here any more",
        (paragraph(f"Nothing to do here any more: {why}. (", asked(question.prompt), ")"),),
        question=question.key,
        member=review.reviewer,
    )


def result(answer: Answer, said: Result, question: Question, rubric: Round, wanted: int) -> Message:
    """Tell the author what came of the reviews."""
    blocks: list[Block] = [
        Heading("What your reviewers saw" if said.n else "No review this time"),
        paragraph(
            "Your late answer to " if answer.late else "Your answer to ",
            asked(question.prompt),
            ": ",
            *_overall(answer, said, wanted),
        ),
    ]
    if said.n:
        blocks += _seen(said, rubric)
        blocks += _flags(said)
        blocks += _comments(said)
        blocks.append(note(_certainty(said.n), f" {_ask_whether_helpful(said)}"))
        blocks += _helpful(said, answer)
    else:
        blocks.append(paragraph("What an interviewer would look for:"))
        blocks.append(Bullets(tuple(_criterion(criterion) for criterion in rubric.criteria)))
    return Message(
        "result",
        words.clip(f"Your answer's result: {_short(said)}", 300),
        tuple(blocks),
        question=question.key,
        member=answer.author,
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
                "Then tap 1️⃣ to 5️⃣ for the whole. Your result comes right after, or in a day without."
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


def form(review: Review, question: Question, rubric: Round) -> Form:
    """Return the review form: every criterion from 1 to 5, red flags, a comment."""
    scores = tuple(
        Field(
            name=criterion.key,
            label=words.clip(criterion.name, 45),
            options=SCORES,
            hint=words.clip(f"1 – {criterion.levels[1]} 5 – {criterion.levels[5]}", 290),
        )
        for criterion in rubric.criteria
    )
    flags = Field(
        name="flags",
        label="Did any of these happen?",
        options=tuple((flag.key, words.clip(flag.text, 75)) for flag in rubric.red_flags),
        several=True,
        required=False,
    )
    comment = Field(
        name="comment",
        label="What would make it better?",
        long=True,
        required=False,
        hint="One thing to keep, one thing to try. The author reads it without your name.",
    )
    extra = (flags, comment) if rubric.red_flags else (comment,)
    return Form("Review an answer", f"review:{review.id}", (*scores, *extra), text(question.prompt))


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


def standing_of(answer: Answer, have: int, wanted: int) -> Text:
    """Say where an answer is on its way through review, to its author."""
    if answer.status == "collecting":
        return text(
            "you can still add to it; reviewers get it ten minutes after your last message "
            "(at night: in the morning)"
        )
    if answer.status == "done":
        return text("reviewed; the result is in your direct messages")
    if answer.status == "withdrawn":
        return text("withdrawn")
    if answer.stage == 0:
        return text(f"{have} of {words.count(wanted, 'review')} in")
    steps = {1: "somebody else was asked", 2: "more members were asked", 3: "the organiser knows"}
    step = steps.get(answer.stage, "you can review it yourself meanwhile")
    return text(f"{have} of {words.count(wanted, 'review')} in; {step}")


def _criterion(criterion: Criterion) -> Text:
    return text(f"{criterion.emoji} ", strong(criterion.name), f": {criterion.levels[5]}")


def _levels(criterion: Criterion) -> Text:
    levels = " ".join(f"{level} – {said}" for level, said in sorted(criterion.levels.items()))
    return text(f"{criterion.emoji} ", strong(criterion.name), f": {levels}")


def _overall(answer: Answer, said: Result, wanted: int) -> Text:
    own = f" You gave yourself {answer.self_score}." if answer.self_score else ""
    if said.score is None:
        return text(
            f"nobody could review it, and I am sorry for that.{own}",
        )
    reviews = words.count(said.n, "review")
    short = "" if said.n >= wanted else f"; {wanted} were wanted, but nobody was left to ask"
    return text(strong(f"{words.score(said.score)} of 5"), f" from {reviews}{short}.{own}")


def _seen(said: Result, rubric: Round) -> list[Block]:
    blocks: list[Block] = []
    if said.seen:
        blocks.append(paragraph(strong("Seen"), f": {_names(said.seen)}."))
    if said.missed:
        blocks.append(paragraph(strong("Missed"), "; a 5 looks like this:"))
        blocks.append(Bullets(tuple(_criterion(criterion) for criterion in said.missed)))
    known = {criterion.key for criterion in (*said.seen, *said.missed)}
    between = [criterion for criterion in rubric.criteria if criterion.key not in known]
    if between:
        blocks.append(paragraph(strong("In between"), f": {_names(between)}."))
    return blocks


def _flags(said: Result) -> list[Block]:
    if not said.flags:
        return []
    flags = tuple(text(flag.text, _by_how_many(count, said.n)) for flag, count in said.flags)
    return [paragraph(strong("Noticed, and it costs people this round")), Bullets(flags)]


def _comments(said: Result) -> list[Block]:
    blocks: list[Block] = []
    for place, (_, comment) in enumerate(said.comments, 1):
        title = f"Comment {place}" if len(said.comments) > 1 else "A comment"
        if place <= BUTTONS_PER_ROW:
            blocks.append(paragraph(strong(title)))
        elif place == BUTTONS_PER_ROW + 1:
            blocks.append(paragraph(strong("More comments")))
        blocks.append(Quote(comment))
    return blocks


def _helpful(said: Result, answer: Answer) -> list[Block]:
    reviews: Sequence[ReviewId] = [review for review, _ in said.comments]
    if not reviews:
        return [row(("Helpful", f"helpful:{answer.id}"), ("Not helpful", f"unhelpful:{answer.id}"))]
    if len(reviews) == 1:
        return [row(("The comment helped", f"helped:{reviews[0]}"))]
    shown = enumerate(reviews[:BUTTONS_PER_ROW], 1)
    return [row(*((f"Comment {place} helped", f"helped:{key}") for place, key in shown))]


def _ask_whether_helpful(said: Result) -> str:
    reviews = "the review" if said.n == 1 else "the reviews"
    return f"Did {reviews} help you? Tell me; nobody learns that it was you."


def _by_how_many(count: int, n: int) -> str:
    return "" if n == 1 else f" ({count} of {n} reviewers)"


def _certainty(n: int) -> str:
    if n == 1:
        return "One voice only: take it as a hint."
    if n == 2:
        return "Two voices: a direction, not a verdict."
    return f"{n} voices."


def _names(criteria: Sequence[Criterion]) -> str:
    return words.listing([words.inline(criterion.name) for criterion in criteria])


def _short(said: Result) -> str:
    if said.score is None:
        return "no review this time"
    return f"{words.score(said.score)} of 5 from {words.count(said.n, 'review')}"
