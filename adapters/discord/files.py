"""Long texts as files, where a reply would take too many messages to be read or kept.

    everything that is stored about somebody  -->  one message: memberships.json, answers.json, ...

Rule: only what is for one person's eyes, and only the long texts in it; what the coach says
itself is always a message.  A file holds all of its text.  Answers to interactions and direct
messages may always have files, so this asks for no permission.
https://github.com/discord/discord-api-docs/issues/5316
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from adapters.discord.markup import spoken
from adapters.discord.render import BELOW, FILE, ROOM, Part, render, walk
from bot.messages import Heading, Message, Paragraph, Quote

FEW = 3
"""A reply of so many messages is still shown as it is."""
LONG = 500
"""Characters of a text that is worth a file."""
FILES_MOST = 10
BYTES_MOST = 8 * 1024 * 1024
"""Of all files of a message: Discord takes 10 MiB in one request."""

_NAME_LIMIT = 40
_NO_NAME = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class File:
    """A file to send with a message."""

    name: str
    text: str

    @property
    def content(self) -> bytes:
        """Its bytes."""
        return self.text.encode("utf-8", "replace")

    @property
    def address(self) -> str:
        """What a component calls it."""
        return f"attachment://{self.name}"


@dataclass(frozen=True, slots=True)
class Page:
    """One message of a reply, with the files that belong to it."""

    part: Part
    files: tuple[File, ...] = ()


def reply_pages(message: Message, most: int = BYTES_MOST) -> list[Page]:
    """Return what to send for one message that only one person sees.

    It has no files where they would take more than `most` bytes.
    """
    files = _files(message)
    if not files or _are_few(message) or sum(len(file.content) for file in files.values()) > most:
        return [Page(part) for part in render(message, BELOW)]
    shown = render(message, BELOW, {place: file.address for place, file in files.items()})
    return [Page(part, _named(part, files.values())) for part in shown]


def _are_few(message: Message) -> bool:
    texts = (len(block.text) for block in message.blocks if isinstance(block, Quote))
    # Hundreds of messages would keep everybody waiting only to be counted.
    return sum(texts) <= FEW * ROOM and len(render(message, BELOW)) <= FEW


def _files(message: Message) -> Mapping[int, File]:
    """Return the files of a message's long texts, by the places of their blocks."""
    found: dict[int, File] = {}
    title = ""
    for place, block in enumerate(message.blocks):
        if isinstance(block, Quote) and len(block.text) > LONG:
            found[place] = _file(title, block.text, {file.name for file in found.values()})
        elif isinstance(block, Heading | Paragraph):
            title = _title(block)
    return found if len(found) <= FILES_MOST else {}


def _file(title: str, text: str, taken: set[str]) -> File:
    stem = _NO_NAME.sub("-", title.casefold())[:_NAME_LIMIT].strip("-") or "text"
    kind = "json" if _is_json(text) else "txt"
    names = (f"{stem}{number}.{kind}" for number in ("", *(f"-{n}" for n in range(2, 99))))
    return File(next(name for name in names if name not in taken), text)


def _title(block: Heading | Paragraph) -> str:
    return block.text if isinstance(block, Heading) else "".join(map(spoken, block.text))


def _is_json(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict | list)
    except (ValueError, RecursionError):
        return False


def _named(part: Part, files: Iterable[File]) -> tuple[File, ...]:
    urls = {each["file"]["url"] for each in walk(part.components) if each["type"] == FILE}  # type: ignore[index]
    return tuple(file for file in files if file.address in urls)
