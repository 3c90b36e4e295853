"""The coach's messages as lines of plain text, for a terminal and for a transcript.

Pure.  What members wrote is shown without anything a terminal would obey: control
characters and marks that turn the direction of writing are replaced by visible ones, and
nobody's words can leave the lines they stand on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import assert_never

from wcwidth import wcswidth

from adapters.console.moments import shown
from bot.messages import (
    Block,
    Bullets,
    Buttons,
    Channel,
    Code,
    Field,
    Form,
    Heading,
    Mention,
    Message,
    Moment,
    Note,
    Paragraph,
    Quote,
    Said,
    Span,
    Table,
    Text,
)
from bot.pictures import Picture
from bot.voice import pictures

WIDTH = 100

_NEWLINES = re.compile(r"\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_UNSAFE = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\u061c\u200e\u200f\u202a-\u202e"
    "\u2066-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e001f]"
)
_POINTS = {"point": "•", "check": "☐"}


def render(message: Message, width: int | None = WIDTH) -> list[str]:
    """Return the message as lines of at most `width` columns (`None`: as long as they come)."""
    lines = _blocks(message.blocks, width)
    if message.picture:
        lines.extend(_picture_of(message.picture, width))
    if message.taps:
        lines.extend(_taps(message, width))
    return lines


def render_changes(before: Message, after: Message, width: int | None = WIDTH) -> list[str]:
    """Return what the message says now and did not say before; failing that, what is gone."""
    lines = _blocks([block for block in after.blocks if block not in before.blocks], width)
    if after.picture and after.picture != before.picture:
        lines.extend(_picture_of(after.picture, width))
    if after.taps and after.taps != before.taps:
        lines.extend(_taps(after, width))
    if lines:
        return lines
    gone = _blocks([block for block in before.blocks if block not in after.blocks], None)
    return [line for said in gone for line in _wrap(said, width, "no longer: ")]


def render_form(form: Form, width: int | None = WIDTH) -> list[str]:
    """Return a form as its title and one line or two for each field."""
    lines = _wrap(f"Form “{harmless(form.title)}”", width)
    if form.intro:
        lines.extend(_paragraph(form.intro, width))
    for field in form.fields:
        lines.extend(_field(field, width))
    first, *others = (harmless(field.name) for field in form.fields)
    more = f"; {others[0]}=…" if others else ""
    lines.extend(_wrap(f"(To send it: NAME sends the form: {first}=…{more})", width))
    return lines


def harmless(text: str) -> str:
    """Return `text` with line ends made equal and all that a terminal obeys made visible."""
    if text.isascii() and text.isprintable():
        return text
    text = _NEWLINES.sub("\n", text).replace("\t", "    ")
    return _UNSAFE.sub(lambda match: _picture(match[0]), text)


def columns(text: str) -> int:
    """Return how many columns of a terminal `text` takes."""
    return len(text) if text.isascii() else _columns(text)


def _picture(character: str) -> str:
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else "�"


@lru_cache(maxsize=4096)
def _columns(text: str) -> int:
    width = wcswidth(text)
    return len(text) if width < 0 else width


def _blocks(blocks: Sequence[Block], width: int | None) -> list[str]:
    lines: list[str] = []
    for block in blocks:
        if lines and isinstance(block, Heading):
            lines.append("")
        lines.extend(_block(block, width))
    return lines


def _taps(message: Message, width: int | None) -> list[str]:
    return _wrap(f"(tap {' '.join(message.taps)})", width)


def _picture_of(picture: Picture, width: int | None) -> list[str]:
    """Say a picture where others see it."""
    return _wrap(_one_line(pictures.said(picture)), width, "[picture] ")


def _block(block: Block, width: int | None) -> Iterable[str]:
    match block:
        case Heading():
            return _wrap(_one_line(block.text), width)
        case Paragraph():
            return _paragraph(block.text, width)
        case Bullets():
            return _bullets(block, width)
        case Quote():
            return _quote(block.text, width)
        case Note():
            return _wrap(f"({_one_line(_text(block.text))})", width)
        case Table():
            return _table(block)
        case Buttons():
            labels = (f"[{_one_line(button.label)}]" for button in block.buttons)
            return _pack(labels, width)
        case _:
            assert_never(block)


def _paragraph(text: Text, width: int | None) -> list[str]:
    return [line for part in _text(text).split("\n") for line in _wrap(part, width)]


def _bullets(block: Bullets, width: int | None) -> Iterator[str]:
    for number, item in enumerate(block.items, 1):
        point = _POINTS.get(block.style, f"{number}.")
        yield from _wrap(_one_line(_text(item)), width, f"{point} ")


def _quote(text: str, width: int | None) -> Iterator[str]:
    for part in harmless(text).strip("\n").split("\n"):
        yield from (line.rstrip() for line in _wrap(part, width, "> ", "> "))


def _table(block: Table) -> Iterator[str]:
    rows = [[_one_line(cell) for cell in row] for row in (block.header, *block.rows)]
    count = max(len(row) for row in rows)
    rows = [row + [""] * (count - len(row)) for row in rows]
    widths = [max(columns(row[column]) for row in rows) for column in range(count)]
    numbers = [_numeric([row[column] for row in rows[1:]]) for column in range(count)]
    for row in rows:
        columns_ = zip(row, widths, numbers, strict=True)
        cells = (_pad(cell, width, right=right) for cell, width, right in columns_)
        yield "  ".join(cells).rstrip()


def _pad(cell: str, width: int, *, right: bool) -> str:
    space = " " * (width - columns(cell))
    return space + cell if right else cell + space


def _numeric(cells: Sequence[str]) -> bool:
    return bool(cells) and all(cell[:1].isdigit() or cell in ("", "–", "-") for cell in cells)


def _field(field: Field, width: int | None) -> Iterator[str]:
    about = [_one_line(field.label)]
    if field.options:
        choices = ", ".join(_option(value, label) for value, label in field.options)
        about.append(f"{'any' if field.several else 'one'} of {choices}")
    elif field.long:
        about.append("as long as you like")
    if not field.required:
        about.append("may stay empty")
    if field.value:
        about.append(f"now {_one_line(field.value)}")
    yield from _wrap(" · ".join(about), width, f"{field.name} = ", "    ")
    if field.hint:
        yield from _wrap(f"({_one_line(field.hint)})", width, "    ")


def _option(value: str, label: str) -> str:
    return value if value == label else f"{value} ({_one_line(label)})"


def _text(text: Text) -> str:
    return "".join(_span(span) for span in text)


def _span(span: Span) -> str:
    if isinstance(span, Said):
        return _one_line(span.text)
    if isinstance(span, Mention):
        return f"@{_one_line(span.name)}"
    if isinstance(span, Channel):
        return _one_line(span.channel)
    if isinstance(span, Moment):
        return shown(span.at, span.zone, span.style)
    if isinstance(span, Code):
        return f"`{_one_line(span.text)}`"
    return harmless(span.text)


def _one_line(text: str) -> str:
    return " ".join(harmless(text).split("\n"))


def _wrap(text: str, width: int | None, first: str = "", rest: str | None = None) -> list[str]:
    """Set `text` between margins; `rest` (as wide as `first` unless given) begins later lines."""
    if rest is None:
        rest = " " * columns(first)
    if width is None or columns(first) + columns(text) <= width:
        return [(first + text).rstrip()]
    return [line.rstrip() for line in _fill(text.split(" "), width, first, rest)]


def _fill(words: Iterable[str], width: int, first: str, rest: str) -> Iterator[str]:
    line, used, empty = first, columns(first), True
    for word in words:
        size = columns(word)
        if not empty and used + 1 + size > width:
            yield line
            line, used, empty = rest, columns(rest), True
        line += word if empty else f" {word}"
        used += size if empty else size + 1
        empty = False
    yield line


def _pack(labels: Iterable[str], width: int | None) -> list[str]:
    lines: list[str] = []
    for label in labels:
        if lines and (width is None or columns(lines[-1]) + 2 + columns(label) <= width):
            lines[-1] += f"  {label}"
        else:
            lines.append(label)
    return lines
