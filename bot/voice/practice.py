"""What somebody practising alone reads, where the coach speaks to them in private."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from bot.domain.practice import Card, Practice
from bot.domain.reviews import NUMBERS
from bot.messages import Block, Bullets, Heading, Message, Paragraph, Quote
from bot.voice import words
from bot.voice.words import note, paragraph, row, strong, text
from content.schema import Guide, Question

WORDS_PER_MINUTE = 130
"""An unhurried speaker in conversation."""
NEXT = row(("Practise", "say:practice"))


def question(practice: Practice, asked: Question, guide: Guide, *, bonus: bool) -> Message:
    """Ask one question in private."""
    round_ = guide.rubric(asked.key)
    opening = "A bonus question for your track" if bonus else "Practice"
    return Message(
        "practice",
        words.clip(f"{opening}: {asked.prompt}", 300),
        (
            Heading(opening),
            paragraph(strong(asked.prompt)),
            note(f"{round_.name} · speak for about {words.count(asked.minutes, 'minute')}"),
            paragraph("Say it aloud if you can, then write it here. I show it to nobody."),
            row(
                ("A hint", f"hint:{practice.id}"),
                ("Use a form", f"write:{practice.id}"),
                ("Another question", f"another:{practice.id}"),
                ("Stop", f"stop:{practice.id}"),
            ),
        ),
        question=asked.key,
        member=practice.user,
    )


def second_take(asked: Message, first: str) -> Message:
    """Return a practice question together with what was said to it the first time."""
    before = (
        paragraph("Your first take, for comparison; what would you say better?"),
        Quote(first),
    )
    *said, buttons = asked.blocks
    return replace(
        asked,
        summary=words.clip(f"Second take: {asked.summary}", 300),
        blocks=(Heading("Second take"), *said[1:], *before, buttons),
    )


def sent() -> Message:
    """Tell somebody elsewhere where their question is."""
    return words.remark("I have sent you a question in private.")


def hint(asked: Question, guide: Guide) -> Message:
    """Tell what interviewers of the round listen for."""
    round_ = guide.rubric(asked.key)
    blocks: tuple[Block, ...] = (
        *_listed(f"What they listen for in the {round_.name}", round_.signals),
        *_listed("What costs people this round", [flag.text for flag in round_.red_flags]),
    )
    return words.remark("A hint", *(blocks or (paragraph("There is no hint for this round."),)))


def rate(practice: Practice, asked: Question, guide: Guide) -> Message:
    """Ask for a self-rating by the rubric."""
    round_ = guide.rubric(asked.key)
    rubric = tuple(
        text(f"{criterion.emoji} ", strong(criterion.name), f": {criterion.levels[5]}")
        for criterion in round_.criteria
    )
    return Message(
        "practice",
        "How good was it? Rate yourself from 1 to 5",
        (
            paragraph(
                _length(practice, asked),
                " Add to it if you like. Then rate yourself from 1 (weak) to 5 (excellent); "
                "a 5 looks like this:",
            ),
            Bullets(rubric),
            row(*((str(number), f"rate:{practice.id}:{number}") for number in range(1, 6))),
        ),
        taps=tuple(NUMBERS),
        question=asked.key,
        member=practice.user,
    )


def rating_given(practice: Practice, score: int, asked: Question) -> Message:
    """Replace the request for a self-rating by what was given."""
    return Message(
        "practice",
        f"You gave yourself {score} of 5",
        (
            paragraph(
                f"{_length(practice, asked)} You gave yourself ", strong(f"{score} of 5"), "."
            ),
        ),
        question=asked.key,
        member=practice.user,
    )


def rated(score: int, due: date, due_now: int) -> Message:
    """Confirm a self-rating and say when the question returns."""
    more = f" {words.count(due_now, 'more is', 'more are')} due today." if due_now else ""
    return Message(
        "practice",
        f"You gave yourself {score}. It comes back on {words.day(due)}",
        (
            paragraph(
                f"{score} of 5, noted. This question comes back on ",
                strong(words.day(due)),
                f".{more} Say ",
                words.command("practice"),
                " for the next one.",
            ),
            NEXT,
        ),
    )


def due(number: int) -> Message:
    """Tell that questions are due again."""
    questions = words.count(number, "question is", "questions are")
    return Message(
        "practice",
        f"{questions} due for practice",
        (
            paragraph(
                f"{questions} due again, before you forget. Five minutes will do: say ",
                words.command("practice"),
                ".",
            ),
            NEXT,
        ),
    )


def stopped() -> Message:
    """Confirm the end of a practice without a rating."""
    said = "Stopped, without a rating. `practice` brings you the next one any time."
    return words.remark(said, Paragraph(words.marked(said)), NEXT)


def nothing_open() -> Message:
    """Tell that no practice is going on."""
    said = "You are not practising anything right now. Say `practice` to start."
    return words.remark(said, Paragraph(words.marked(said)), NEXT)


def over(prompt: str) -> Message:
    """Tell that a question is over, and which one is practised instead."""
    now = words.asked(words.clip(prompt, 200))
    said = paragraph("This question is over; you are practising ", now, " now.")
    return words.remark("This question is over", said)


def cards(pairs: Mapping[str, Card], guide: Guide, today: date) -> Bullets | None:
    """List the practised questions with the weakest first, at most ten."""
    known = {question.key: question for question in guide.questions}
    ranked = sorted((c for c in pairs.values() if c.question in known), key=lambda c: c.score)
    if not ranked:
        return None
    return Bullets(
        tuple(
            text(
                f"{words.score(card.score)} · {words.clip(known[card.question].prompt, 90)} · ",
                "due" if card.due_at.date() <= today else words.day(card.due_at.date()),
            )
            for card in ranked[:10]
        )
    )


def _length(practice: Practice, asked: Question) -> str:
    count = len(practice.text.split())
    minutes = round(count / WORDS_PER_MINUTE)
    long = f"about {words.count(minutes, 'minute')}" if minutes else "less than a minute"
    usual = f"about {words.count(asked.minutes, 'minute is', 'minutes are')} usual"
    said = f"{words.count(count, 'word')}, {long} aloud"
    if count < asked.minutes * WORDS_PER_MINUTE / 3:
        return f"{said}: rather short, {usual}."
    if minutes > asked.minutes * 2:
        return f"{said}: rather long, {usual}."
    return f"{said}."


def _listed(title: str, items: Sequence[str]) -> tuple[Block, ...]:
    if not items:
        return ()
    return (paragraph(strong(title)), Bullets(tuple(text(item) for item in items)))
