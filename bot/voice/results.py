"""What an author reads when the reviewing of their answer has ended."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.answers import Answer
from bot.domain.results import Mirror, Result
from bot.domain.scoring import WITHIN
from bot.ids import ReviewId
from bot.messages import (
    BUTTONS_PER_ROW,
    Block,
    Bullets,
    Buttons,
    Heading,
    Message,
    Quote,
    Text,
)
from bot.voice import words
from bot.voice.words import asked, note, paragraph, row, strong, text
from content.schema import Criterion, Question, RedFlag, Round

HINT, DIRECTION = 1.0, 0.6
"""A score that may be more points off than these is a hint, or a direction."""
SHOWN = 5
"""Questions named in a mirror."""


def result(
    answer: Answer,
    said: Result,
    question: Question,
    rubric: Round,
    wanted: int,
    *,
    again: bool = False,
) -> Message:
    """Tell the author what came of the reviews; `again` offers a second take."""
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
        blocks += flags(said)
        blocks += to_try(said.to_try, rubric)
        blocks += comments(said)
        blocks.append(note(f"{certainty(said)} {whether_helpful(said)}"))
        blocks += _buttons(said, answer, again=again)
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


def mirror(seen: Mirror) -> tuple[Block, ...]:
    """Show somebody what came up most in their week, with one thing to try."""
    red = isinstance(seen.what, RedFlag)
    what = (
        f"“{words.clip(seen.what.text, 300)}”"
        if isinstance(seen.what, RedFlag)
        else f"{words.inline(seen.what.name)}."
    )
    how_often = f"in {len(seen.questions)} of {words.count(seen.of, 'answer')}"
    return (
        paragraph(
            strong("Your mirror"),
            f": {'noticed' if red else 'missed'} most, {how_often}: {what}",
        ),
        Bullets(tuple(text(f"“{words.clip(prompt, 150)}”") for prompt in seen.questions[:SHOWN])),
        paragraph(strong("Try this next week"), ": ", *words.criterion(seen.to_try)),
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
        blocks.append(paragraph(strong("Missed"), f": {_names(said.missed)}."))
    known = {criterion.key for criterion in (*said.seen, *said.missed)}
    between = [criterion for criterion in rubric.criteria if criterion.key not in known]
    if between:
        blocks.append(paragraph(strong("In between"), f": {_names(between)}."))
    return blocks


def flags(said: Result) -> tuple[Block, ...]:
    """Name the red flags that reviewers noticed."""
    if not said.flags:
        return ()
    named = tuple(text(flag.text, _by_how_many(count, said.n)) for flag, count in said.flags)
    return (paragraph(strong("Noticed, and it costs people this round")), Bullets(named))


def to_try(one: Criterion | RedFlag | None, rubric: Round) -> tuple[Block, ...]:
    """Name the one thing to try: what a 5 looks like, or what to stay clear of."""
    if one is None:
        return ()
    now = strong("Try this next time")
    if isinstance(one, Criterion):
        return (paragraph(now, ": ", *words.criterion(one)),)
    against = next(each for each in rubric.criteria if each.key == one.criterion)
    clear = f": stay clear of “{words.clip(one.text, 300)}” "
    return (paragraph(now, clear, *words.criterion(against)),)


def comments(said: Result) -> tuple[Block, ...]:
    """Quote what reviewers wrote."""
    blocks: list[Block] = []
    for place, (_, comment) in enumerate(said.comments, 1):
        title = f"Comment {place}" if len(said.comments) > 1 else "A comment"
        if place <= BUTTONS_PER_ROW:
            blocks.append(paragraph(strong(title)))
        elif place == BUTTONS_PER_ROW + 1:
            blocks.append(paragraph(strong("More comments")))
        blocks.append(Quote(comment))
    return tuple(blocks)


def helpful(said: Result, answer: Answer) -> Buttons:
    """Return the buttons with which the author says what helped."""
    reviews: Sequence[ReviewId] = [review for review, _ in said.comments]
    if not reviews:
        return row(("Helpful", f"helpful:{answer.id}"), ("Not helpful", f"unhelpful:{answer.id}"))
    if len(reviews) == 1:
        return row(("The comment helped", f"helped:{reviews[0]}"))
    shown = enumerate(reviews[:BUTTONS_PER_ROW], 1)
    return row(*((f"Comment {place} helped", f"helped:{key}") for place, key in shown))


def whether_helpful(said: Result) -> str:
    """Ask the author what helped."""
    reviews = "the review" if said.n == 1 else "the reviews"
    return f"Did {reviews} help you? Tell me; nobody learns that it was you."


def certainty(said: Result) -> str:
    """Say how far to trust the score, and how it came about."""
    if said.sd is None:
        return f"{_voices(said.n)}."
    margin = WITHIN * said.sd
    how = (
        "a hint only"
        if margin > HINT
        else "a direction, not a verdict"
        if margin > DIRECTION
        else "quite sure"
    )
    told = (
        "Ratings are few so far: this is their mean, drawn a little towards the middle."
        if said.drawn
        else "Strict and kind reviewers are allowed for."
    )
    return f"{_voices(said.n)}: {how}, give or take {words.score(margin)}. {told}"


def _buttons(said: Result, answer: Answer, *, again: bool) -> list[Block]:
    marks = helpful(said, answer)
    if not again:
        return [marks]
    return [marks, row(("Second take", f"again:{answer.id}"))]


def _by_how_many(count: int, n: int) -> str:
    return "" if n == 1 else f" ({count} of {n} reviewers)"


def _voices(n: int) -> str:
    if n <= 2:
        return "One voice" if n == 1 else "Two voices"
    return f"{n} voices"


def _names(criteria: Sequence[Criterion]) -> str:
    return words.listing([words.inline(criterion.name) for criterion in criteria])


def _short(said: Result) -> str:
    if said.score is None:
        return "no review this time"
    return f"{words.score(said.score)} of 5 from {words.count(said.n, 'review')}"
