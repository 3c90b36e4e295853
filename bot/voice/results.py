"""What an author reads when the reviewing of their answer has ended."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.answers import Answer
from bot.domain.reviews import Result
from bot.ids import ReviewId
from bot.messages import BUTTONS_PER_ROW, Block, Bullets, Heading, Message, Quote, Text
from bot.voice import words
from bot.voice.words import asked, note, paragraph, row, strong, text
from content.schema import Criterion, Question, Round


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
        blocks.append(Bullets(tuple(words.criterion(criterion) for criterion in rubric.criteria)))
    return Message(
        "result",
        words.clip(f"Your answer's result: {_short(said)}", 300),
        tuple(blocks),
        question=question.key,
        member=answer.author,
    )


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
        blocks.append(Bullets(tuple(words.criterion(criterion) for criterion in said.missed)))
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
