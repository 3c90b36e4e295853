"""What is read about a second take: its form, the request for a review, and what it has moved."""

from __future__ import annotations

from bot.domain.answers import Answer
from bot.domain.cohorts import Cohort
from bot.domain.results import Result
from bot.domain.reviews import NUMBERS, Rating, Review
from bot.domain.second_takes import Move, Moved
from bot.ids import AnswerId
from bot.messages import (
    VALUE_LIMIT,
    Block,
    Bullets,
    Field,
    Form,
    Heading,
    Message,
    Quote,
    Text,
)
from bot.voice import handing, results, reviews, words
from bot.voice.words import asked, note, paragraph, strong, text
from content.schema import Question, Round

SAME = 0.05
"""Scores less far apart read the same, with one decimal."""


def form(first: AnswerId, question: Question, said: str) -> Form:
    """Ask for a second take, with what was `said` at first to improve on, if there is room."""
    hint = "Those who read your first take get both, without your name. You can do this once."
    if len(said) > VALUE_LIMIT:
        hint = f"Your first take is too long to be shown here. {hint}"
        said = ""
    field = Field("text", "Your second take", long=True, hint=hint, value=said)
    return Form("Second take", f"again:{first}", (field,), text(question.prompt))


def thanks() -> Message:
    """Confirm a second take."""
    return words.remark(
        "Your second take is in. Those who read your first one are sent both, and you learn what "
        "has become better."
    )


def second_request(
    review: Review,
    first: str | None,
    second: str,
    question: Question,
    rubric: Round,
    cohort: Cohort,
    *,
    known: bool,
    given: Rating | None = None,
) -> Message:
    """Ask for a review of a second take beside the first one, whoever wrote them.

    `known` says that the reviewer rated the first.  Once the review is `given` the same message
    thanks for it, and still takes changes.
    """
    before: list[Block] = []
    if first is not None:
        before = [paragraph(strong("First take")), Quote(first)]
    blocks: tuple[Block, ...] = (
        Heading("What has become better?" if given is None else "Done, thank you"),
        paragraph(
            "You have rated an answer to " if known else "A peer has answered ",
            asked(question.prompt),
            ", and its author has tried again:" if known else " once more:",
        ),
        *before,
        paragraph(strong("Second take")),
        Quote(second),
        paragraph(
            strong("How good is the second take as a whole?"),
            " Tap 1️⃣ (weak) to 5️⃣ (excellent). Then tap what has become better:",
        ),
        Bullets(tuple(words.criterion(criterion) for criterion in rubric.criteria)),
        reviews.until_when(review, cohort) if given is None else reviews.what_counts(given),
        handing.buttons(review, given, named=False),
    )
    ask = "A second take to review:" if given is None else "Done, thank you: your review of"
    return Message(
        "review_request",
        words.clip(f"{ask} {question.prompt}", 300),
        blocks,
        taps=(*NUMBERS, *(criterion.emoji for criterion in rubric.criteria)),
        question=question.key,
        member=review.reviewer,
    )


def result(
    answer: Answer, said: Result, moved: Moved, question: Question, rubric: Round
) -> Message:
    """Tell the author what the second take has moved."""
    if said.score is None:
        return results.result(answer, said, question, rubric, 1)
    score = f"{words.score(said.score)} of 5"
    blocks: list[Block] = [
        Heading("What your second take has moved"),
        paragraph(
            "Your second take of ",
            asked(question.prompt),
            ": ",
            strong(score),
            f" from {words.count(said.n, 'review')}. ",
            *_overall(moved),
        ),
    ]
    blocks += _moves(moved)
    blocks += results.flags(said)
    blocks += results.to_try(moved.to_try if moved.n else said.to_try, rubric)
    blocks += results.comments(said)
    blocks.append(note(f"{results.certainty(said)} {results.whether_helpful(said)}"))
    blocks.append(results.helpful(said, answer))
    return Message(
        "result",
        words.clip(f"Your second take: {score}", 300),
        tuple(blocks),
        question=question.key,
        member=answer.author,
    )


def _overall(moved: Moved) -> Text:
    if moved.before is None or moved.after is None:
        return text("Nobody who rated the first take has rated this one.")
    who = "The one reviewer" if moved.n == 1 else f"The {moved.n} reviewers"
    gave = f"{who} of both takes gave {words.score(moved.before)} and now"
    if abs(moved.after - moved.before) < SAME:
        return text(f"{gave} the same.")
    change = f"{moved.after - moved.before:+.1f}".replace("-", "−")
    return text(f"{gave} {words.score(moved.after)} (", strong(change), ").")


def _moves(moved: Moved) -> list[Block]:
    better = [move for move in moved.moves if move.better > move.worse]
    worse = [move for move in moved.moves if move.worse > move.better]
    rest = [move for move in moved.moves if move not in better and move not in worse]
    blocks: list[Block] = []
    if better:
        blocks.append(paragraph(strong("Became better")))
        blocks.append(Bullets(tuple(_move(move, move.better, moved.n) for move in better)))
    if worse:
        blocks.append(paragraph(strong("Was better before")))
        blocks.append(Bullets(tuple(_move(move, move.worse, moved.n) for move in worse)))
    if rest:
        names = words.listing([words.inline(move.criterion.name) for move in rest])
        blocks.append(paragraph(strong("As before"), f": {names}."))
    return blocks


def _move(move: Move, by: int, of: int) -> Text:
    said = [] if of == 1 else [f"{by} of {of} reviewers"]
    if move.by is not None and abs(move.by) >= SAME:
        said.append(f"{move.by:+.1f}".replace("-", "−"))
    told = f" ({', '.join(said)})" if said else ""
    return text(f"{move.criterion.emoji} ", strong(move.criterion.name), told)
