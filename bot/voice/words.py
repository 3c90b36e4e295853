"""The small pieces sentences are made of: counts, dates, lists, spans."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal

from bot.domain.cohorts import Cohort
from bot.manual import NAMES
from bot.messages import (
    HEADING_LIMIT,
    SUMMARY_LIMIT,
    Block,
    Button,
    Buttons,
    Code,
    Heading,
    Message,
    Moment,
    Note,
    Paragraph,
    Said,
    Span,
    Text,
    Topic,
    Words,
)
from content.schema import Criterion

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_TYPED = re.compile(rf"`(?:[a-z_]+=|(?:{'|'.join(NAMES)}) (?:until |undo )?)?([^`]*)`")
_FOR_GOOD = ("forgetme",)
"""Buttons that take something away for good, by the first word of their action."""
_WHOLE_WEEK = frozenset({1, 2, 3, 4, 5})


def text(*parts: str | Span) -> Text:
    """Join our own words and other spans to one text."""
    return tuple(Words(part) if isinstance(part, str) else part for part in parts if part != "")


def strong(words: str) -> Words:
    """Return our words set bold."""
    return Words(words, bold=True)


def asked(prompt: str) -> Words:
    """Return a question as it stands within a sentence of ours."""
    return strong(f"“{prompt}”")


def marked(said: str) -> Text:
    """Return a sentence with what stands in backticks as something to type."""
    pieces = said.split("`")
    if len(pieces) % 2 == 0:
        return text(said)
    return tuple(
        command(piece) if place % 2 else Words(piece) for place, piece in enumerate(pieces) if piece
    )


def at_field(said: str) -> str:
    """Return a sentence as it stands at a form's field, where one types values, not commands."""
    return _TYPED.sub(r"“\1”", said)


def paragraph(*parts: str | Span) -> Paragraph:
    """Return a paragraph of our words and other spans."""
    return Paragraph(text(*parts))


def heading(words: str) -> Heading:
    """Return a title, cut where a guide's names make it longer than platforms take."""
    return Heading(clip(words, HEADING_LIMIT))


def note(*parts: str | Span) -> Note:
    """Return small print."""
    return Note(text(*parts))


def row(*buttons: tuple[str, str]) -> Buttons:
    """Return a row of buttons from (label, action).

    The first is the primary one, unless it takes something away for good.
    """
    return Buttons(
        tuple(
            Button(label, action, _style(action, place))
            for place, (label, action) in enumerate(buttons)
        )
    )


def _style(action: str, place: int) -> Literal["plain", "primary", "danger"]:
    if action.partition(":")[0] in _FOR_GOOD:
        return "danger"
    return "primary" if place == 0 else "plain"


def message(topic: Topic, summary: str, *blocks: Block) -> Message:
    """Return a message whose summary fits notifications."""
    return Message(topic, clip(summary, SUMMARY_LIMIT), blocks)


def remark(summary: str, *blocks: Block) -> Message:
    """Return a notice; without blocks the summary, which may have commands in it, is all of it."""
    return message("notice", summary.replace("`", ""), *(blocks or (Paragraph(marked(summary)),)))


def command(words: str) -> Code:
    """Return something to type: what is said to the coach begins with its name everywhere."""
    return Code(f"/coach {words}" if words.partition(" ")[0] in NAMES else words)


def name(words: str) -> Said:
    """Return a display name."""
    return Said(words)


def moment(at: datetime, cohort: Cohort, style: Literal["date", "time", "both"] = "both") -> Moment:
    """Return an instant in the cohort's zone."""
    return Moment(at, cohort.plan.zone, style)


def day(value: date) -> str:
    """Return a date such as “Mon 7 Dec”."""
    return f"{_WEEKDAYS[value.weekday()]} {value.day} {_MONTHS[value.month - 1]}"


def dates(values: Sequence[date]) -> str:
    """Return dates as “Mon 7 Dec and Tue 8 Dec”; many of them by their first and last."""
    if len(values) > 5:
        return f"{len(values)} days from {day(min(values))} to {day(max(values))}"
    return listing([day(value) for value in values])


def full_day(value: date) -> str:
    """Return a date such as “Mon 7 Dec 2026”."""
    return f"{day(value)} {value.year}"


def days(values: frozenset[int]) -> str:
    """Return ISO weekdays in words."""
    if values == _WHOLE_WEEK:
        return "Monday to Friday"
    if len(values) == 7:
        return "every day"
    return listing([_WEEKDAYS[value - 1] for value in sorted(values)])


def criterion(shown: Criterion) -> Text:
    """Return a criterion with its emoji and what a 5 looks like."""
    return text(f"{shown.emoji} ", strong(shown.name), f": {shown.levels[5]}")


def day_names(values: frozenset[int]) -> str:
    """Return ISO weekdays as they are typed, such as “mon-fri” or “mon,wed”."""
    if values == _WHOLE_WEEK:
        return "mon-fri"
    return ",".join(_WEEKDAYS[value - 1].casefold() for value in sorted(values))


def count(number: int, noun: str, plural: str | None = None) -> str:
    """Return a number with its noun, such as “1 answer” or “2 answers”."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"


def listing(items: Sequence[str], last: str = "and") -> str:
    """Return “a, b and c”."""
    if len(items) <= 1:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def reviewed(prompts: Sequence[str]) -> str:
    """Tell which answers have their results, the first few by their questions."""
    named = [f"“{clip(prompt, 150)}”" for prompt in prompts[:3]]
    if len(prompts) > len(named):
        named.append(f"{len(prompts) - len(named)} more")
    return f"{listing(named)} – I have sent you the results in private."


def score(value: float) -> str:
    """Return a score with one decimal."""
    return f"{value:.1f}"


def inline(label: str) -> str:
    """Return a label as it stands within a sentence: its first letter small."""
    return label[:1].lower() + label[1:]


def clip(words: str, limit: int) -> str:
    """Return `words` in at most `limit` characters, cut at a word where it must be cut."""
    flat = " ".join(words.split())
    if len(flat) <= limit:
        return flat
    return flat[: limit - 1].rsplit(" ", 1)[0] + "…"
