"""What is said about mentors, who review where nobody else is left to ask."""

from __future__ import annotations

from collections.abc import Sequence

from bot.messages import Message, Text
from bot.voice import words
from bot.voice.words import note, paragraph, text


def named(name: str) -> Message:
    """Confirm to an organiser that somebody is a mentor."""
    return words.remark(
        "There is a mentor now",
        paragraph(
            words.name(name),
            " is a mentor now: I ask them for a review where nobody else is left, and not before.",
        ),
    )


def unnamed(name: str) -> Message:
    """Confirm to an organiser that somebody is no mentor any more."""
    return words.remark(
        "One mentor less",
        paragraph(words.name(name), " is no mentor any more, and is asked like everybody else."),
    )


def to_mentor() -> Message:
    """Tell a member that they are a mentor."""
    return words.remark(
        "An organiser has made you a mentor of this cohort: I ask you for a review only where "
        "nobody else is left, so expect few. If you would rather not, tell them."
    )


def listed(names: Sequence[str]) -> Message:
    """Show an organiser who the mentors are."""
    if not names:
        return words.remark(
            "This cohort has no mentors. Name a member with `mentor @name`: I ask them for a "
            "review where nobody else is left."
        )
    shown: list[Text] = [
        text(", " if place else "", words.name(name)) for place, name in enumerate(names)
    ]
    return words.remark(
        "The mentors of this cohort",
        paragraph("Mentors: ", *(span for each in shown for span in each), "."),
        note("I ask them for a review where nobody else is left."),
    )
