"""What is read about model answers: the one to rate, how near the rating was, and why.

Rule: one person alone is told, kindly, and nothing of how strong an answer is before it is rated.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import floor

from bot.domain.calibration import SLIGHT, Bar, Compared, Leaning
from bot.messages import Block, Bullets, Heading, Message, Quote, Text
from bot.voice import words
from bot.voice.words import asked, note, paragraph, row, strong, text
from content.schema import ModelAnswer, Question, Round

INVITATION = "Set the bar: rate three model answers"
"""What the button in the channel says."""
_VERY_NEAR, _NEAR = 0.5, 1.0


def to_rate(
    reference: str, answer: ModelAnswer, question: Question, rubric: Round, place: int | None
) -> Message:
    """Show a model answer to rate: the `place`th of its three, or `None` for practice."""
    where = f"{place} of 3" if place is not None else "for practice"
    return words.remark(
        "A model answer to rate",
        Heading("How good is this answer?"),
        paragraph("A model answer to ", asked(question.prompt), ":"),
        Quote(answer.text),
        paragraph(strong("What to look for"), "; a 5 looks like this:"),
        Bullets(tuple(words.criterion(criterion) for criterion in rubric.criteria)),
        note(
            f"{rubric.name}, {where}. I show you the guide's own scores right after yours. "
            "Only you see either."
        ),
        row(("Rate it", f"model:{reference}")),
    )


def feedback(
    cohort: str,
    compared: Sequence[Compared],
    answer: ModelAnswer,
    question: Question,
    rubric: Round,
    bar: Bar | None,
    *,
    again: bool,
    more: bool,
) -> Message:
    """Compare a rating with the guide's, and say why the guide rates so.

    `bar` is how near all ratings of the round were, once they are all in; `again` is true where
    the guide's scores were known already, `more` while there are others to rate.
    """
    shown = {flag.key: flag.text for flag in rubric.red_flags}
    flags = tuple(text(shown[key]) for key in answer.red_flags if key in shown)
    blocks: list[Block] = [
        Heading("Your bar and the guide's"),
        paragraph(_how_near(compared), " (A model answer to ", asked(question.prompt), ")"),
        Bullets(tuple(_compared(each) for each in compared)),
        paragraph(strong("Why the guide rates it so"), f": {answer.why}"),
    ]
    if flags:
        blocks += [paragraph(strong("And this shows in it")), Bullets(flags)]
    if bar is not None:
        blocks.append(paragraph(strong(f"All three for {rubric.name}"), f": {_summary(bar)}"))
    blocks.append(note(_PRACTICE if again else _COUNTED))
    if more:
        blocks.append(row(("The next one", f"bar:{cohort}")))
    elif again or bar is not None:
        blocks.append(row(("Once more, for practice", f"bar:{cohort}:again")))
    return words.remark("How near your rating is to the guide's", *blocks)


def all_rated(cohort: str, bar: Bar) -> Message:
    """Say that the phase has no further model answer to rate, and how near all of them were."""
    return words.remark(
        "You have rated all model answers of this phase",
        paragraph(
            "You have rated all model answers of this phase. ", strong("Your bar"),
            f": {_summary(bar)}",
        ),
        note("The next phase brings others. Only you see this."),
        row(("Once more, for practice", f"bar:{cohort}:again")),
    )  # fmt: skip


def none_here(*, later: bool) -> Message:
    """Say that there is nothing to rate; `later` where other phases of the guide have some."""
    if later:
        return words.remark(
            "This phase has no model answers to rate. Another one has; ask me then."
        )
    return words.remark(
        "This cohort's guide has no model answers to rate. Reviewing your peers is the best "
        "practice there is: `review` gets you an answer."
    )


def leaning(found: Leaning) -> Text:
    """Tell somebody what they are like as a reviewer."""
    said = f": going by {words.count(found.n, 'rating')}, {_lean(found.bias, 'the others')}. "
    if found.flat:
        return text(strong("You as a reviewer"), said, _WHOLE_RANGE)
    if found.wavering:
        return text(strong("You as a reviewer"), said, _LOOK_AGAIN)
    return text(strong("You as a reviewer"), said, _advice(found.bias))


_COUNTED = (
    "Only you see this. It also helps me to be fair: scores allow for strict and for generous "
    "reviewers."
)
_PRACTICE = (
    "You had rated this one before, so this time is practice: I keep your first rating, which "
    "you gave without knowing the guide's. Only you see this."
)
_WHOLE_RANGE = (
    "Your numbers differ little between answers: try the whole range from 1 to 5, it tells the "
    "authors more."
)
_LOOK_AGAIN = (
    "Your numbers often go another way than those of others. Reading what a 1, a 3 and a 5 look "
    "like, in the form, helps."
)


def _compared(each: Compared) -> Text:
    apart = "the same"
    if each.by:
        apart = f"{words.count(abs(each.by), 'point')} {'more' if each.by > 0 else 'less'}"
    return text(
        f"{each.criterion.emoji} ",
        strong(each.criterion.name),
        f": you {each.own}, the guide {each.reference}; {apart}.",
        _reason(each),
    )


def _reason(each: Compared) -> str:
    """Return why the guide scores so; where it does not say, what the rubric says of its score."""
    if each.reason:
        return f" {each.reason}"
    level = each.criterion.levels.get(each.reference)
    return f" A {each.reference} looks like this: {level}" if each.by and level else ""


def _how_near(compared: Sequence[Compared]) -> str:
    apart = sum(abs(each.by) for each in compared) / max(1, len(compared))
    if not apart:
        return "Your scores are exactly the guide's."
    said = f"{words.score(apart)} points apart on average"
    if apart <= _VERY_NEAR:
        return f"You are very near the guide: {said}."
    if apart <= _NEAR:
        return f"You are near the guide: {said}."
    return f"Here you and the guide differ: {said}. Its reasons may be worth a look."


def _summary(bar: Bar) -> str:
    advice = _WHOLE_RANGE if bar.flat else _advice(bar.bias)
    return f"on average {_lean(bar.bias, 'the guide')}. {advice}"


def _lean(bias: float, others: str) -> str:
    """Say how strict or generous somebody is, in halves of a point."""
    if abs(bias) < SLIGHT:
        return f"you rate like {others}"
    return f"you are about {_points(abs(bias))} {_way(bias)} than {others}"


def _way(bias: float) -> str:
    return "more generous" if bias > 0 else "stricter"


def _points(value: float) -> str:
    whole, half = divmod(floor(value * 2 + 0.5), 2)
    if not half:
        return words.count(whole, "point")
    return f"{whole} and a half points" if whole else "half a point"


def _advice(bias: float) -> str:
    if abs(bias) < SLIGHT:
        return "Well judged."
    if bias > 0:
        return "Before you give a 5, look whether all of what a 5 looks like is there."
    return "Before you take a point off, look for what is there already."
