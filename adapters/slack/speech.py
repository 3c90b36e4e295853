"""A message as plain text, for notifications and for those who listen instead of looking.

The summary comes first, because a notification shows little more.  The text is escaped, so it
pings nobody; and it alone may end with “…”, because the blocks beside it hold everything.
"""

from __future__ import annotations

from adapters.slack.pages import Flow, Page
from adapters.slack.richtext import escaped, one_line, safe, spoken
from adapters.slack.splitting import clip
from adapters.slack.tables import columns
from bot.messages import (
    Block,
    Bullets,
    Buttons,
    Heading,
    Message,
    Note,
    Paragraph,
    Quote,
    Table,
    Text,
)

LIMIT = 3_500
"""Slack takes 4,000 and cuts longer ones."""

_POINTS = {"point": "•", "check": "☐"}


def fallback(message: Message) -> str:
    """Return the whole of a message in at most 3,500 characters."""
    summary = one_line(message.summary)
    said = [line for block in message.blocks if (line := _block(block).strip("\n"))]
    # Many a notice is its summary and nothing else.
    if said and one_line(said[0]).strip() == summary.strip():
        said = said[1:]
    return fitting("\n".join((summary, *said)))


def overheard(page: Page) -> str:
    """Return what a later part of a message holds."""
    flows = (item for item in page if isinstance(item, Flow))
    return "\n".join(
        "".join(str(part.get("text") or part.get("fallback") or "") for part in parts)
        for flow in flows
        for parts in flow.items
    )


def fitting(words: str) -> str:
    """Return `words` escaped, and cut if need be."""
    text = escaped(words)
    if len(text) <= LIMIT:
        return text
    kept = LIMIT
    while len(text) > LIMIT:
        text = escaped(clip(words, kept))
        kept -= max(1, len(text) - LIMIT) // 5 + 1
    return text


def _block(block: Block) -> str:
    match block:
        case Heading() | Quote():
            return safe(block.text)
        case Paragraph() | Note():
            return _plain(block.text)
        case Bullets():
            return "\n".join(
                f"{_POINTS.get(block.style, f'{number}.')} {_plain(item)}"
                for number, item in enumerate(block.items, 1)
            )
        case Table():
            return columns(block)
        case Buttons():
            return ""


def _plain(text: Text) -> str:
    return "".join(spoken(span) for span in text)
